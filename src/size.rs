//! Sizes before anything is allocated: products that can't overflow, and bytes in words.

use crate::memory;

/// The product of counts; the largest number there is where it would be larger.
pub(crate) fn product(counts: impl IntoIterator<Item = usize>) -> u128 {
    let counts = counts.into_iter().map(|count| count as u128);
    counts.fold(1, u128::saturating_mul)
}

/// Bytes with three digits in the unit that suits them: "1.46 TiB".
pub(crate) fn bytes(bytes: u128) -> String {
    const UNITS: [&str; 7] = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let (mut value, mut unit) = (bytes as f64, 0);
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        (value, unit) = (value / 1024.0, unit + 1);
    }
    match value {
        _ if unit == 0 => format!("{value} {}", UNITS[unit]),
        0.0..10.0 => format!("{value:.2} {}", UNITS[unit]),
        10.0..100.0 => format!("{value:.1} {}", UNITS[unit]),
        100.0..1e6 => format!("{value:.0} {}", UNITS[unit]),
        _ => format!("{value:.1e} {}", UNITS[unit]),
    }
}

/// A number in full, or with its power of ten where that is long.
pub(crate) fn count(number: u128) -> String {
    match number {
        0..1_000_000 => number.to_string(),
        _ => format!("{:.3e}", number as f64),
    }
}

/// A part of the memory that something needs.
pub(crate) struct Part {
    /// The key or option that makes it large.
    pub(crate) key: String,
    /// Its content, with its numbers: "20 frames of 64 values".
    pub(crate) what: String,
    /// Its bytes.
    pub(crate) bytes: u128,
}

/// The largest of parts that do not fit into the memory of this process together, with the sentence that says so.
pub(crate) fn too_large(parts: Vec<Part>) -> Option<(String, String)> {
    too_large_for(memory::limit(), parts)
}

fn too_large_for(limit: u128, parts: Vec<Part>) -> Option<(String, String)> {
    let total = parts.iter().map(|part| part.bytes);
    let total = total.fold(0, u128::saturating_add);
    if total <= limit {
        return None;
    }
    let several = parts.len() > 1;
    let largest = parts.into_iter().max_by_key(|part| part.bytes)?;
    let all = if several {
        format!(" of {} in all", bytes(total))
    } else {
        String::new()
    };
    let (what, needed) = (largest.what, bytes(largest.bytes));
    let message = format!(
        "{what} need {needed} of memory{all}, and there are {}",
        bytes(limit)
    );
    Some((largest.key, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_end_at_the_largest_number() {
        assert_eq!(product([3, 4, 5]), 60);
        assert_eq!(product([usize::MAX; 3]), u128::MAX);
    }

    #[test]
    fn bytes_have_the_unit_that_suits_them() {
        for (number, text) in [
            (0, "0 bytes"),
            (1023, "1023 bytes"),
            (1024, "1.00 KiB"),
            (1536 << 20, "1.50 GiB"),
            (25 << 40, "25.0 TiB"),
            (640 << 40, "640 TiB"),
            (u128::MAX, "3.0e20 EiB"),
        ] {
            assert_eq!(bytes(number), text);
        }
    }

    #[test]
    fn the_largest_part_is_named_where_the_sum_is_too_large() {
        let parts = || {
            [("a", 600), ("b", 500)].map(|(key, bytes)| Part {
                key: key.to_owned(),
                what: format!("the {key}s"),
                bytes,
            })
        };
        assert_eq!(too_large_for(1100, parts().into()), None);
        let (key, message) = too_large_for(1099, parts().into()).expect("it is too large");
        assert_eq!(key, "a");
        let expected = "the as need 600 bytes of memory of 1.07 KiB in all, and there are 1.07 KiB";
        assert_eq!(message, expected);
    }
}
