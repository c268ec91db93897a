//! Numbers of the command line, refused in plain words.

/// A whole number, 0 or more.
pub(super) fn whole<T: TryFrom<u64>>(text: &str) -> Result<T, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits {
        return Err("write a whole number, 0 or more".to_owned());
    }
    let number: Option<u64> = text.parse().ok();
    let number = number.and_then(|number| T::try_from(number).ok());
    number.ok_or_else(|| format!("write a whole number, {} or less", u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_read_and_all_else_is_refused_in_plain_words() {
        assert_eq!(whole("20"), Ok(20_usize));
        assert_eq!(whole("18446744073709551615"), Ok(u64::MAX));
        for text in ["", "-1", "+1", "1.5", "x", "1e3"] {
            let refused = whole::<u64>(text).expect_err(text);
            assert_eq!(refused, "write a whole number, 0 or more", "{text}");
        }
        let refused = whole::<usize>("18446744073709551616").expect_err("it is too large");
        assert!(refused.contains("or less"), "{refused}");
    }
}
