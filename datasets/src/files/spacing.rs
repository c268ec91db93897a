//! Spacing of coordinates and times, which solvers and networks take for rising and even.

/// Share of the spacing by which a value may lie beside its place: decimal digits are rounded when they are written.
const ROUNDED: f64 = 1e-3;

/// The same for 64-bit values so large that 32 bits would hold their differences no better.
const ROUNDED_32: f64 = 0.05;

/// Fault of a list of numbers that is no rising sequence of equal steps, at the first place where it shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Uneven {
    /// A value that is not finite.
    NotFinite { at: usize, value: f64 },
    /// The value at `at` is not above the one before it.
    NotRising { at: usize, value: f64, before: f64 },
    /// The value at `at` lies `step` above the one before it, where `mean` is the mean over all.
    Step { at: usize, step: f64, mean: f64 },
}

impl Uneven {
    /// The fault of `values`; none where there are none or one of them.
    pub(super) fn find(values: &[f64]) -> Option<Self> {
        if let Some(at) = values.iter().position(|value| !value.is_finite()) {
            let value = values[at];
            return Some(Self::NotFinite { at, value });
        }
        let step = |at: usize| values[at] - values[at - 1];
        if let Some(at) = (1..values.len()).find(|&at| step(at) <= 0.0) {
            let (value, before) = (values[at], values[at - 1]);
            return Some(Self::NotRising { at, value, before });
        }
        let (first, last) = (values.first()?, values.last()?);
        let mean = (last - first) / (values.len().max(2) - 1) as f64;
        let largest = first.abs().max(last.abs());
        let narrow = |value: &f64| (f64::from(*value as f32) - value).abs() <= 0.0;
        let rounding = if values.iter().all(narrow) {
            last_place(largest).min(0.5 * mean)
        } else {
            (2.0 * f64::from(f32::EPSILON) * largest).min(ROUNDED_32 * mean)
        };
        let slack = ROUNDED * mean + rounding;
        let beside = |at: usize| (values[at] - (first + at as f64 * mean)).abs();
        (0..values.len()).find(|&at| beside(at) > slack)?;
        let off = |at: usize| (step(at) - mean).abs();
        let at = (1..values.len())
            .rev()
            .max_by(|&a, &b| off(a).total_cmp(&off(b)))?; // the first of equal ones
        let step = step(at);
        Some(Self::Step { at, step, mean })
    }

    /// The fault in words, where `one` is a value, as "point" or "frame".
    pub(super) fn describe(self, one: &str) -> String {
        // As many digits as 32-bit numbers have, in which files keep them.
        let short = |value: f64| value as f32;
        match self {
            Self::NotFinite { at, value } => format!("{one} {at} lies at {value}"),
            Self::NotRising { at, value, before } => {
                let (value, before) = (short(value), short(before));
                format!("{one} {at} lies at {value}, {one} {} at {before}", at - 1)
            }
            Self::Step { at, step, mean } => {
                let (step, mean) = (short(step), short(mean));
                format!(
                    "{one} {at} lies {step} after {one} {}, where the mean is {mean}",
                    at - 1
                )
            }
        }
    }

    /// Whether the values of the list fall.
    pub(super) fn falls(self) -> bool {
        matches!(self, Self::NotRising { value, before, .. } if value < before)
    }
}

/// The distance of 32-bit numbers of a magnitude: both ends of a list and a value between them are rounded by half of it.
fn last_place(magnitude: f64) -> f64 {
    let magnitude = magnitude as f32;
    f64::from(magnitude.next_up()) - f64::from(magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_sequences_are_even_and_others_are_not() {
        let even = |n: usize, step: f64, first: f64| -> Vec<f64> {
            (0..n).map(|i| first + i as f64 * step).collect()
        };
        let narrow = |values: Vec<f64>| -> Vec<f64> {
            let narrow = values.into_iter().map(|value| f64::from(value as f32));
            narrow.collect()
        };
        for values in [
            vec![],
            vec![7.0],
            vec![0.0, 0.333, 0.667, 1.0],
            even(1000, 0.1, -3.0),
            narrow(even(8192, 1e-3, 0.0)),
            narrow(even(200, 0.1, 1e4)),
            narrow(even(64, 0.1, 1e5)),
            narrow(even(64, 0.1, -1e5)),
        ] {
            assert_eq!(Uneven::find(&values), None, "{values:?}");
        }
        let bent = |power: f64| -> Vec<f64> { (0..60).map(|i| f64::from(i).powf(power)).collect() };
        for values in [bent(1.1), bent(1.01), bent(0.9), vec![0.0, 1.0, 2.0, 4.0]] {
            let found = Uneven::find(&values);
            assert!(matches!(found, Some(Uneven::Step { .. })), "{found:?}");
        }
    }

    #[test]
    fn the_place_is_named() {
        let found = |values: &[f64]| Uneven::find(values).unwrap().describe("point");
        assert_eq!(found(&[0.0, f64::NAN, 2.0]), "point 1 lies at NaN");
        assert_eq!(found(&[0.0, 1.0, 0.5]), "point 2 lies at 0.5, point 1 at 1");
        assert_eq!(
            found(&[0.0, 1.0, 2.0, 5.0, 6.0]),
            "point 3 lies 3 after point 2, where the mean is 1.5"
        );
        assert!(Uneven::find(&[1.0, 0.0]).unwrap().falls());
        assert!(!Uneven::find(&[1.0, 1.0]).unwrap().falls());
    }
}
