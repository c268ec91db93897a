//! Numbers in sentences.

use crate::metric::WORST;

/// A share with two significant digits, as "12 %" or "0.12 %".
pub(super) fn percent(share: f64) -> String {
    if share >= WORST {
        return "more than can be said".to_owned();
    }
    format!("{} %", digits(100.0 * share, 2))
}

/// A number with three significant digits.
pub(crate) fn number(value: f64) -> String {
    digits(value, 3)
}

/// "1 simulation", "7 simulations".
pub(super) fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

fn digits(value: f64, digits: usize) -> String {
    let exact = format!("{value:.*e}", digits - 1);
    let rounded: f64 = exact.parse().unwrap_or(value);
    match rounded.abs() {
        size if !(1e-4..1e6).contains(&size) && size > 0.0 => exact,
        _ => rounded.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_few_digits() {
        let numbers = [0.0, 12.345, 0.000_123_4, 1.2345e-7, 123_456.0, f64::NAN];
        let shown = ["0", "12.3", "0.000123", "1.23e-7", "123000", "NaN"];
        assert_eq!(numbers.map(number), shown);
        assert_eq!(
            [0.0083, 0.997, 1.0].map(percent),
            ["0.83 %", "100 %", "100 %"]
        );
        assert_eq!(counted(1, "simulation"), "1 simulation");
    }
}
