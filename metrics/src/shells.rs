//! Shells of waves of about the same wavenumber `|k|`, in the units of the domain.
//!
//! Shells are as wide as the smallest wavenumber above 0, `2π/L` of the longest axis, and lie around its multiples 0, 1, 2
//! and so on. Every wave of the grid lies in one of them, those in the corners too; a number that no wave of the grid has
//! is left out. In a box with equal axes the number is `|k|` in periods over the box.

use super::{Modes, Wave};

/// Multiples of ½ belong to the shell above, also where rounding of the lengths puts them a little below.
pub(super) const ON_EDGE: f64 = 1e-9;

/// The shells of a grid, in one box or several.
#[derive(Debug, Clone)]
pub struct Shells {
    numbers: Vec<usize>,
    waves: Vec<f64>,
    stretch: [f64; 3],
    of_modes: Vec<usize>,
}

impl Shells {
    /// The shells in boxes of `lengths`. Where their sides have other proportions, a wave of the grid may lie in another
    /// shell in every box, and numbers of waves are means over the boxes.
    #[must_use]
    pub fn new<'a>(modes: &Modes, lengths: impl IntoIterator<Item = &'a [f64]>) -> Self {
        let mut sums: Vec<f64> = Vec::new();
        let (mut count, mut stretch, mut of_modes) = (0.0, [f64::NAN; 3], Vec::new());
        for length in lengths {
            if !same(stretch, stretches(length)) {
                stretch = stretches(length);
                of_modes = numbers(modes, &stretch);
            }
            let top = of_modes.iter().max().map_or(0, |top| top + 1);
            sums.resize(sums.len().max(top), 0.0);
            for (&number, wave) in of_modes.iter().zip(modes.waves()) {
                sums[number] += wave.weight;
            }
            count += 1.0;
        }
        let numbers: Vec<usize> = (0..sums.len()).filter(|&i| sums[i] > 0.0).collect();
        let mut shells = Self {
            waves: numbers.iter().map(|&i| sums[i] / count).collect(),
            numbers,
            stretch,
            of_modes,
        };
        shells.number_to_row();
        shells
    }

    /// The shells in one box of `length`.
    #[must_use]
    pub fn of(modes: &Modes, length: &[f64]) -> Self {
        Self::new(modes, [length])
    }

    /// Number of shells that have waves, that of the mean included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there is none, which no grid has.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// The wavenumber of every shell, in units of `2π/L` of the longest axis.
    #[must_use]
    pub fn wavenumbers(&self) -> Vec<f64> {
        self.numbers.iter().map(|&number| number as f64).collect()
    }

    /// Number of waves of every shell, `k` and `−k` being two.
    #[must_use]
    pub fn waves(&self) -> &[f64] {
        &self.waves
    }

    /// The shell of every mode, in the last box that was asked for or given.
    #[must_use]
    pub fn of_modes(&self) -> &[usize] {
        &self.of_modes
    }

    /// Turns to a box of `length`, one of those the shells were made for.
    ///
    /// # Panics
    /// When the box is not one of those.
    pub fn turn_to(&mut self, modes: &Modes, length: &[f64]) {
        if !same(self.stretch, stretches(length)) {
            self.stretch = stretches(length);
            self.of_modes = numbers(modes, &self.stretch);
            self.number_to_row();
        }
    }

    fn number_to_row(&mut self) {
        for number in &mut self.of_modes {
            let row = self.numbers.binary_search(number);
            *number = row.expect("shells are made for this box");
        }
    }
}

impl Wave {
    /// `|k|` in units of `2π/L` of the longest axis of a box of `length`; in a box with equal axes
    /// [`magnitude`](Self::magnitude).
    #[must_use]
    pub fn relative(&self, length: &[f64]) -> f64 {
        stretched(self, &stretches(length))
    }
}

/// The largest `|k|`, in units of `2π/L` of the longest axis, up to which a grid of `points` has waves in every direction:
/// half of the points of the coarsest axis.
#[must_use]
pub fn resolved(points: &[usize], length: &[f64]) -> f64 {
    let axes = points.iter().zip(stretches(length));
    let highest = axes.map(|(&n, stretch)| (n / 2) as f64 * stretch);
    highest.fold(f64::INFINITY, f64::min)
}

/// Length of the longest axis over that of every axis.
fn stretches(length: &[f64]) -> [f64; 3] {
    let longest = length.iter().copied().fold(0.0, f64::max);
    let mut stretches = [1.0; 3];
    for (stretch, length) in stretches.iter_mut().zip(length) {
        *stretch = longest / length;
    }
    stretches
}

fn same(a: [f64; 3], b: [f64; 3]) -> bool {
    a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 0.0)
}

fn stretched(wave: &Wave, stretch: &[f64; 3]) -> f64 {
    let axes = wave.periods.iter().zip(stretch);
    let square: f64 = axes.map(|(k, stretch)| (k * stretch).powi(2)).sum();
    square.sqrt()
}

/// The number of every mode's shell.
fn numbers(modes: &Modes, stretch: &[f64; 3]) -> Vec<usize> {
    let number = |wave: &Wave| (stretched(wave, stretch) + ON_EDGE).round() as usize;
    modes.waves().iter().map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOXES: [(&[usize], &[f64]); 4] = [
        (&[16, 64], &[1.0, 4.0]),
        (&[64, 16], &[1.0, 4.0]), // shells without waves
        (&[8, 10, 12], &[1.0, 2.0, 3.0]),
        (&[8, 8, 8], &[2.0, 0.5, 1.0]),
    ];

    #[test]
    fn every_wave_of_a_box_with_unequal_axes_is_counted_once() {
        for (points, length) in BOXES {
            let modes = Modes::new(points).expect("a grid");
            let shells = Shells::of(&modes, length);
            let waves: f64 = shells.waves().iter().sum();
            assert!(
                (waves - modes.num_points() as f64).abs() <= 0.0,
                "{points:?}"
            );
            let longest = length.iter().copied().fold(0.0, f64::max);
            let k = shells.wavenumbers();
            for (&row, wave) in shells.of_modes().iter().zip(modes.waves()) {
                let vector = wave.vector(length);
                let exact = vector.iter().map(|k| k * k).sum::<f64>().sqrt();
                let off = exact * longest / std::f64::consts::TAU - k[row];
                assert!(off.abs() <= 0.5 + 1e-8, "{wave:?} in shell {}", k[row]);
            }
        }
    }

    #[test]
    fn equal_axes_have_the_shells_of_periods() {
        for points in [&[32][..], &[16, 16], &[16, 20], &[8, 10, 12]] {
            let modes = Modes::new(points).expect("a grid");
            let shells = Shells::of(&modes, &[0.3; 3][..points.len()]);
            let k = shells.wavenumbers();
            for (&row, wave) in shells.of_modes().iter().zip(modes.waves()) {
                assert!((k[row] - wave.magnitude().round()).abs() <= 0.0, "{wave:?}");
                assert!((wave.relative(&[0.3; 3]) - wave.magnitude()).abs() <= 0.0);
            }
        }
    }

    #[test]
    fn the_unit_of_length_does_not_matter() {
        let modes = Modes::new(&[16, 12]).expect("a grid");
        let shells = Shells::of(&modes, &[2.0, 3.0]); // multiples of 3/2: ties
        for unit in [0.1, 1e-30, 1e30] {
            let scaled = Shells::of(&modes, &[2.0 * unit, 3.0 * unit]);
            assert_eq!(scaled.of_modes(), shells.of_modes(), "{unit}");
        }
    }

    #[test]
    fn boxes_of_several_proportions_share_shells() {
        let modes = Modes::new(&[8, 8]).expect("a grid");
        let boxes: [&[f64]; 3] = [&[1.0, 1.0], &[1.0, 2.0], &[1.0, 2.0]];
        let mut shells = Shells::new(&modes, boxes);
        let total: f64 = shells.waves().iter().sum();
        assert!((total - 64.0).abs() < 1e-12); // thirds
        for length in boxes {
            shells.turn_to(&modes, length);
            let alone = Shells::of(&modes, length);
            let number = |of: &Shells| -> Vec<f64> {
                let k = of.wavenumbers();
                of.of_modes().iter().map(|&row| k[row]).collect()
            };
            assert_eq!(number(&shells), number(&alone));
        }
    }

    #[test]
    fn the_coarsest_axis_bounds_what_is_resolved() {
        let found = [
            resolved(&[16, 64], &[1.0, 4.0]),
            resolved(&[64, 16], &[1.0, 4.0]),
            resolved(&[16, 20], &[2.0, 2.0]),
        ];
        assert_eq!(found.map(|k| k as usize), [32, 8, 8]);
    }
}
