//! Numbers of pages and figures: few digits, thousands separators, narrow spaces, powers of ten in superscripts.

/// A narrow space that does not break: between thousands, and between a number and its unit.
const SPACE: char = '\u{202f}';

/// Counts with thousands separators: `1,234,567`.
pub fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// A quantity rounded to `digits` significant digits: `31.2`, `12,300`, `1.2 × 10⁻⁷`.
pub fn significant(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return "not finite".into();
    }
    if value.abs() < f64::MIN_POSITIVE {
        return "0".into();
    }
    let (rounded, exponent) = rounded(value, digits);
    if !(-3..7).contains(&exponent) {
        return scientific(value, digits);
    }
    let decimals = usize::try_from(digits as i32 - 1 - exponent).unwrap_or(0);
    let plain = format!("{rounded:.decimals$}");
    grouped(trimmed(&plain))
}

/// The same with a power of ten: `1.2 × 10⁻⁷`, `10⁻³`.
pub fn scientific(value: f64, digits: usize) -> String {
    let (rounded, exponent) = rounded(value, digits);
    let power = format!("10{}", superscript(exponent));
    let mantissa = format!(
        "{:.*}",
        digits.saturating_sub(1),
        rounded / 10.0_f64.powi(exponent)
    );
    match trimmed(&mantissa) {
        "1" => power,
        mantissa => format!("{}{SPACE}×{SPACE}{power}", mantissa.replace('-', "−")),
    }
}

/// The value rounded to significant digits, and its power of ten.
fn rounded(value: f64, digits: usize) -> (f64, i32) {
    let text = format!("{value:.*e}", digits.saturating_sub(1));
    let (_, exponent) = text.split_once('e').expect("`{:e}` writes an exponent");
    let exponent = exponent.parse().expect("`{:e}` writes a whole exponent");
    (text.parse().expect("`{:e}` writes a number"), exponent)
}

/// A share as a percentage of two significant digits: 0.0083 is `0.83 %`.
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return "not finite".into();
    }
    let digits = if (0.9995..1.0).contains(&share) {
        4
    } else {
        2 + usize::from(share >= 0.995)
    };
    format!("{}{SPACE}%", significant(100.0 * share, digits))
}

/// A time span: `0.42 s`, `42 s`, `3 min 42 s`, `2 h 5 min`, `3 d 4 h`.
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return "unknown".into();
    }
    if seconds < 9.95 {
        return format!("{} s", significant(seconds, 2));
    }
    let whole = seconds.round() as u64;
    let (big, big_unit, small, small_unit) = match whole {
        0..60 => return format!("{whole} s"),
        60..3600 => (whole / 60, "min", whole % 60, "s"),
        3600..86_400 => (whole / 3600, "h", whole % 3600 / 60, "min"),
        _ => (whole / 86_400, "d", whole % 86_400 / 3600, "h"),
    };
    match small {
        0 => format!("{big} {big_unit}"),
        _ => format!("{big} {big_unit} {small} {small_unit}"),
    }
}

/// A factor in words: `9.3 times`, `120 times`.
pub fn times(ratio: f64) -> String {
    format!(
        "{} times",
        significant(ratio, if ratio < 100.0 { 2 } else { 3 })
    )
}

/// Without zeros at the end of the decimals.
fn trimmed(number: &str) -> &str {
    if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        number
    }
}

fn grouped(number: &str) -> String {
    let (sign, number) = number
        .strip_prefix('-')
        .map_or(("", number), |rest| ("−", rest));
    let (whole, decimals) = number
        .split_once('.')
        .map_or((number, None), |(w, d)| (w, Some(d)));
    let mut text = String::from(sign);
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(decimals) = decimals {
        text.push('.');
        text.push_str(decimals);
    }
    text
}

fn superscript(exponent: i32) -> String {
    let raised = |c| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        _ => char::from_u32('⁰' as u32 + c as u32 - '0' as u32).expect("superscripts are in a row"),
    };
    exponent.to_string().chars().map(raised).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        text.replace(SPACE, " ")
    }

    #[test]
    fn quantities_keep_their_significant_digits() {
        let cases = [
            (31.24, "31.2"),
            (0.000_000_12, "1.2 × 10⁻⁷"),
            (12_345.6, "12,300"),
            (0.5, "0.5"),
            (-3.0, "−3"),
            (0.0, "0"),
            (1e-5, "10⁻⁵"),
            (-2e8, "−2 × 10⁸"),
            (9.999, "10"),
            (f64::NAN, "not finite"),
        ];
        for (value, expected) in cases {
            assert_eq!(plain(&significant(value, 3)), expected, "{value}");
        }
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(999), "999");
    }

    #[test]
    fn percentages_and_times_read_naturally() {
        assert_eq!(plain(&percent(0.0083)), "0.83 %");
        assert_eq!(plain(&percent(1.0)), "100 %");
        assert_eq!(plain(&percent(0.9999)), "99.99 %");
        assert_eq!(plain(&percent(1.34)), "134 %");
        assert_eq!(duration(222.0), "3 min 42 s");
        assert_eq!(duration(59.7), "1 min");
        assert_eq!(duration(0.42), "0.42 s");
        assert_eq!(duration(7500.0), "2 h 5 min");
        assert_eq!(duration(f64::NAN), "unknown");
        assert_eq!(times(9.31), "9.3 times");
    }
}
