//! Parts of the sentences of errors.

/// Why a number of points is refused, where its size is not the reason.
pub(super) fn reason(points: usize) -> &'static str {
    if points.is_multiple_of(2) {
        ""
    } else {
        "; every spectrum ends with the wave of points/2 periods, which an odd number of points \
         does not have"
    }
}

/// The error with the largest number of substeps, as the end of a sentence.
pub(super) fn reached(error: f64, tolerance: f64) -> String {
    if error.is_finite() {
        format!("leave a relative error of {error:.1e}, above {tolerance:.1e}")
    } else {
        "diverge".to_owned()
    }
}

/// The dimensions in words: `1-D, 2-D or 3-D`.
pub(super) fn alternatives(dims: &[usize]) -> String {
    let names: Vec<_> = dims.iter().map(|dims| format!("{dims}-D")).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => "no dimension".to_owned(),
    }
}

/// The range in words.
pub(crate) fn range(min: f64, max: f64) -> String {
    let greater = min > 0.0 && min <= f64::MIN_POSITIVE;
    match (greater, min.is_finite(), max.is_finite()) {
        (true, _, false) => "a finite number greater than 0".to_owned(),
        (true, _, true) => format!("a number greater than 0 and at most {max}"),
        (_, true, true) => format!("a number in [{min}, {max}]"),
        (_, true, false) => format!("a finite number of at least {min}"),
        (_, false, true) => format!("a finite number of at most {max}"),
        (_, false, false) => "a finite number".to_owned(),
    }
}
