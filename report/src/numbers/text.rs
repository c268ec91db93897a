//! Numbers of terminals, messages and Markdown, in plain characters. Only [`fixed`] writes numbers that are very small or
//! large as pages do.

use super::page::significant;
pub use ondine_solvers::words::counted;

/// A share in a sentence, with two significant digits: "12 %" or "0.12 %".
pub fn percent(share: f64) -> String {
    format!("{} %", digits(100.0 * share, 2))
}

/// A share in the column of a table: "12 %", "1.5 %", "0.12 %" or "below 0.01 %".
pub fn aligned_percent(share: f64) -> String {
    let percent = 100.0 * share;
    match percent {
        p if !p.is_finite() => "not finite".to_owned(),
        p if p >= 10.0 => format!("{p:.0} %"),
        p if p >= 1.0 => format!("{p:.1} %"),
        p if p >= 0.01 => format!("{p:.2} %"),
        p if p > 0.0 => "below 0.01 %".to_owned(),
        _ => "0 %".to_owned(),
    }
}

/// A number in a sentence, with three significant digits: "12.3", "1.23e-7".
pub fn number(value: f64) -> String {
    digits(value, 3)
}

/// A number as one types it: a whole one, or with three digits.
pub fn typed(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e9 {
        format!("{value:.0}")
    } else {
        number(value)
    }
}

/// A number with all its digits: "0.01", "1e-5".
pub fn exact(value: f64) -> String {
    match value.abs() {
        size if size > 0.0 && size < 1e-3 => format!("{value:e}"),
        _ => value.to_string(),
    }
}

/// A range in a sentence, its ends `written` in one way: "from 0.5 to 1.5", or "0.5" where they are equal.
pub fn range([low, high]: [f64; 2], written: impl Fn(f64) -> String) -> String {
    if low < high {
        format!("from {} to {}", written(low), written(high))
    } else {
        written(low)
    }
}

/// A relative difference with two digits: "0.46", "6.7e-3".
pub fn difference(value: f64) -> String {
    match value {
        0.01..100.0 => format!("{value:.2}"),
        _ => format!("{value:.1e}"),
    }
}

/// A solver's time over a surrogate's, in words about the solver: "8 times faster than the surrogate".
pub fn beside(ratio: f64) -> String {
    match ratio {
        r if !r.is_finite() || r <= 0.0 => "at a cost that is not known".to_owned(),
        r if r < 0.95 => format!(
            "{} times faster than the surrogate",
            significant(1.0 / r, 2)
        ),
        r if r > 1.05 => format!("{} times slower than the surrogate", significant(r, 2)),
        _ => "as fast as the surrogate".to_owned(),
    }
}

/// Seconds as "3 min 42 s".
pub fn duration(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match whole {
        0..60 => format!("{seconds:.1} s"),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
    }
}

/// A time in the units of the problem, with two decimals.
pub fn time(value: f64) -> String {
    fixed(value, 2)
}

/// A number with as many decimals, or with three significant digits where they could hide it.
pub fn fixed(value: f64, decimals: usize) -> String {
    match value.abs() {
        size if size > 0.0 && !(1.0..1e6).contains(&size) => significant(value, 3),
        _ => format!("{value:.decimals$}"),
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
        let shares = [0.0083, 0.412, 0.997, 1.0];
        assert_eq!(shares.map(percent), ["0.83 %", "41 %", "100 %", "100 %"]);
        assert_eq!([512.0, 5.4321].map(typed), ["512", "5.43"]);
        assert_eq!([0.01, 1e-5, 0.0].map(exact), ["0.01", "1e-5", "0"]);
        assert_eq!([0.461, 6.74e-3].map(difference), ["0.46", "6.7e-3"]);
        assert_eq!(range([0.5, 12.345], number), "from 0.5 to 12.3");
        assert_eq!(range([0.5, 0.5], number), "0.5");
    }

    #[test]
    fn one_thing_is_no_plural() {
        assert_eq!(counted(1, "step"), "1 step");
        assert_eq!(
            [counted(0, "step"), counted(2, "step")],
            ["0 steps", "2 steps"]
        );
    }

    #[test]
    fn small_times_are_numbers() {
        assert_eq!([time(0.0), time(31.668)], ["0.00", "31.67"]);
        assert_eq!([time(4.25e-3), time(0.5)], ["0.00425", "0.5"]);
        assert!(time(3.2e-10).starts_with("3.2"), "{}", time(3.2e-10));
        assert_eq!(fixed(2e-30, 4).chars().next(), Some('2'));
    }

    #[test]
    fn what_is_no_number_is_no_share_of_zero() {
        assert_eq!(aligned_percent(f64::NAN), "not finite");
        assert_eq!(
            [aligned_percent(0.0), aligned_percent(1e-9)],
            ["0 %", "below 0.01 %"]
        );
    }
}
