//! Words of messages.

/// A number of things in words: "1 axis", "7 axes"; also of entries and of nouns whose plural has an `s` alone.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 {
        return format!("1 {noun}");
    }
    match noun.strip_suffix("is") {
        Some(stem) => format!("{count} {stem}es"),
        None => match noun.strip_suffix("ry") {
            Some(stem) => format!("{count} {stem}ries"),
            None => format!("{count} {noun}s"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_has_a_singular() {
        assert_eq!(counted(1, "axis"), "1 axis");
        assert_eq!(counted(1, "simulation"), "1 simulation");
        assert_eq!(counted(0, "axis"), "0 axes");
        assert_eq!(counted(3, "entry"), "3 entries");
        assert_eq!(counted(2, "component"), "2 components");
    }
}
