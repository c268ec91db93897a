//! Bands of wavenumbers in which errors are reported.
//!
//! The bands of `PDEBench`'s program (Takamoto et al. 2022): below 4 periods over the box, below 12, and the rest.
//! Where its axes are not equally long, periods over the longest one, so that waves of one `|k|` lie in one band.

use super::{Fields, Measure, Modes, Scale, Wave, shells::ON_EDGE};
use ondine_solvers::SolverError;

/// Wavenumbers `low ≤ |k| < high`, in units of `2π/L` of the longest axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// The name that numbers of this band end in.
    pub name: &'static str,
    /// The lowest.
    pub low: f64,
    /// The lowest of the next band.
    pub high: f64,
}

/// Low, middle and high wavenumbers.
pub const BANDS: [Band; 3] = [
    Band {
        name: "low",
        low: 0.0,
        high: 4.0,
    },
    Band {
        name: "middle",
        low: 4.0,
        high: 12.0,
    },
    Band {
        name: "high",
        low: 12.0,
        high: f64::INFINITY,
    },
];

impl Band {
    /// Whether the wave lies in it, in a box of `length`.
    #[must_use]
    pub fn has(&self, wave: &Wave, length: &[f64]) -> bool {
        self.holds(wave.relative(length) + ON_EDGE)
    }

    /// Whether `|k|` lies in it.
    #[must_use]
    pub fn holds(&self, magnitude: f64) -> bool {
        (self.low..self.high).contains(&magnitude)
    }
}

/// The bands in which a grid has waves, in one of the boxes.
pub(super) fn of_grid(modes: &Modes, lengths: &[&[f64]]) -> Vec<Band> {
    let occupied = |band: &Band| {
        let mut all = lengths.iter();
        all.any(|length| modes.waves().iter().any(|wave| band.has(wave, length)))
    };
    BANDS.into_iter().filter(occupied).collect()
}

/// An error of the waves of every band, from modes, prediction, truth and lengths of the box.
type ErrorOfBands = fn(&mut Modes, &[f32], &[f32], &[f64], &[Band]) -> Vec<f64>;

/// The measure of metric `kind`, with a number for every band in which the fields have waves.
pub(super) fn measure(
    kind: &str,
    scale: Scale,
    fields: &Fields<'_>,
    error: ErrorOfBands,
) -> Result<Measure, SolverError> {
    let mut modes = fields.modes()?;
    let bands = of_grid(&modes, fields.lengths);
    let names = names(kind, &bands);
    Ok(Measure::new(names, scale, move |pair| {
        error(&mut modes, pair.prediction, pair.truth, pair.length, &bands)
    }))
}

/// The names of the numbers of metric `kind` in `bands`.
pub(super) fn names(kind: &str, bands: &[Band]) -> Vec<String> {
    let name = |band: &Band| format!("{kind}_{}", band.name);
    bands.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wave_lies_in_one_band_and_empty_bands_are_left_out() {
        let modes = Modes::new(&[32, 32]).expect("a grid");
        for wave in modes.waves() {
            let holding = BANDS.iter().filter(|band| band.holds(wave.magnitude()));
            assert_eq!(holding.count(), 1, "{wave:?}");
        }
        assert_eq!(of_grid(&modes, &[&[1.0, 1.0]]), BANDS);
        let coarse = Modes::new(&[16]).expect("a grid");
        assert_eq!(of_grid(&coarse, &[&[1.0]]), BANDS[..2]);
        let flat = Modes::new(&[8, 8]).expect("a grid");
        assert_eq!(of_grid(&flat, &[&[1.0, 1.0]]), BANDS[..2]);
        assert_eq!(of_grid(&flat, &[&[1.0, 1.0], &[1.0, 4.0]]), BANDS); // up to 16
    }
}
