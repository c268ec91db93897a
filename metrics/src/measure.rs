//! States of a rollout as metrics see them, and measures of one state.

use super::correlation::equal;
use super::{Modes, WORST};
pub use ondine_solvers::problem::Meaning;
use ondine_solvers::{AxisKind, SolverError};

/// The fields of the states of a rollout.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a> {
    /// Grid points per axis.
    pub points: &'a [usize],
    /// Ends and points of every axis.
    pub axes: &'a [AxisKind],
    /// Domain lengths of every axis, of all boxes that are measured.
    pub lengths: &'a [&'a [f64]],
    /// Physical meaning of the channels.
    pub meaning: Meaning,
}

/// One state of a rollout beside the truth, each channel-major `[channel, point]`.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// The forecast `u`.
    pub prediction: &'a [f32],
    /// The truth `u*`.
    pub truth: &'a [f32],
    /// Domain length of every axis.
    pub length: &'a [f64],
    /// Parameters of the equation.
    pub parameters: &'a [f64],
}

/// The range of a number, and with it the value counted for a forecast that is not finite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// An error relative to the truth, 0 or more; it counts as [`WORST`] at most.
    Relative,
    /// An error relative to what varies of the truth, 0 or more; it counts as [`WORST`] at most.
    Varying,
    /// An error in units of the field, 0 or more; it counts as [`f32::MAX`] at most.
    Absolute,
    /// An error in units of the field squared, 0 or more; it counts as the square of [`f32::MAX`] at most.
    Square,
    /// A correlation, from −1 to 1; it counts as 0 where there is none.
    Correlation,
}

/// A measure of one state of a rollout: numbers with names.
pub struct Measure {
    /// Names of the numbers.
    pub names: Vec<String>,
    /// Their ranges.
    pub scales: Vec<Scale>,
    of: Numbers,
}

/// The numbers of a state.
type Numbers = Box<dyn FnMut(&Pair<'_>) -> Vec<f64>>;

impl Fields<'_> {
    /// Number of points of the grid.
    #[must_use]
    pub fn num_points(&self) -> usize {
        self.points.iter().product()
    }

    /// The modes of the fields: waves along periodic axes, cosines along others.
    ///
    /// # Errors
    /// As [`Modes::of_axes`].
    pub fn modes(&self) -> Result<Modes, SolverError> {
        Modes::of_axes(self.points, self.axes)
    }
}

impl Scale {
    /// `value`, or what it counts as.
    #[must_use]
    pub fn bound(self, value: f64) -> f64 {
        let worst = match self {
            Self::Relative | Self::Varying => WORST,
            Self::Absolute => f64::from(f32::MAX),
            Self::Square => f64::from(f32::MAX).powi(2),
            Self::Correlation if value.is_finite() => return value,
            Self::Correlation => return 0.0,
        };
        if value.is_nan() {
            worst
        } else {
            value.min(worst)
        }
    }
}

impl Measure {
    /// A measure that gives `of(pair)` under `names`.
    pub fn new(
        names: Vec<String>,
        scale: Scale,
        of: impl FnMut(&Pair<'_>) -> Vec<f64> + 'static,
    ) -> Self {
        let scales = vec![scale; names.len()];
        Self::mixed(names, scales, of)
    }

    /// A measure that gives `of(pair)` under `names`, numbers of several ranges.
    pub fn mixed(
        names: Vec<String>,
        scales: Vec<Scale>,
        of: impl FnMut(&Pair<'_>) -> Vec<f64> + 'static,
    ) -> Self {
        let of = Box::new(of);
        Self { names, scales, of }
    }

    /// A measure that gives one number.
    pub fn one(name: &str, scale: Scale, mut of: impl FnMut(&Pair<'_>) -> f64 + 'static) -> Self {
        Self::new(vec![name.to_owned()], scale, move |pair| vec![of(pair)])
    }

    /// A measure that gives one number from the Fourier modes of the states.
    ///
    /// # Errors
    /// When there is no transform for the grid.
    pub fn spectral(
        name: &str,
        scale: Scale,
        fields: &Fields<'_>,
        mut of: impl FnMut(&mut Modes, &Pair<'_>) -> f64 + 'static,
    ) -> Result<Self, SolverError> {
        let mut modes = fields.modes()?;
        Ok(Self::one(name, scale, move |pair| of(&mut modes, pair)))
    }

    /// The numbers of `pair`, in the order of the names, each within its range.
    ///
    /// # Panics
    /// When a state does not have the fields that the measure was made for, or there is not one number a name.
    pub fn of(&mut self, pair: &Pair<'_>) -> Vec<f64> {
        let told = self.told(pair).into_iter().zip(&self.scales);
        let counts = told.map(|(x, scale)| x.unwrap_or_else(|| scale.bound(f64::NAN)));
        counts.collect()
    }

    /// The numbers of `pair`, each within its range; none where there is nothing that a finite forecast could be measured
    /// by: an error relative to a truth that is nothing, a correlation with one that is constant. Of a forecast that is the
    /// truth all errors are 0, and correlations 1 where the formula gives no number.
    ///
    /// # Panics
    /// As [`of`](Self::of).
    pub fn told(&mut self, pair: &Pair<'_>) -> Vec<Option<f64>> {
        let values = (self.of)(pair);
        assert_eq!(values.len(), self.names.len(), "one value a name");
        let finite = pair.prediction.iter().all(|x| x.is_finite());
        let exact = finite && equal(pair.prediction, pair.truth);
        let told = |(x, scale): (f64, &Scale)| match scale {
            Scale::Correlation if exact && !x.is_finite() => Some(1.0),
            Scale::Correlation if finite && !x.is_finite() => None,
            Scale::Relative | Scale::Varying if finite && !exact && !x.is_finite() => None,
            _ if exact && x.is_nan() => Some(0.0),
            scale => Some(scale.bound(x)),
        };
        values.into_iter().zip(&self.scales).map(told).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_finite_counts_as_the_worst() {
        for scale in [Scale::Relative, Scale::Absolute] {
            let worst = scale.bound(f64::NAN);
            assert!(worst >= WORST && worst <= f64::from(f32::MAX));
            assert!((scale.bound(f64::INFINITY) - worst).abs() <= 0.0);
            assert!((scale.bound(0.25) - 0.25).abs() <= 0.0);
        }
        assert!(Scale::Correlation.bound(f64::NAN).abs() <= 0.0);
        assert!((Scale::Correlation.bound(-0.5) + 0.5).abs() <= 0.0);
    }
}
