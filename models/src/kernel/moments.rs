//! Means and variances of the groups of fields, read once.
//!
//! A piece that stays in a core's cache gives the sum and the squared deviations from its own mean; pieces are joined as
//! by Chan, Golub & `LeVeque` (1983), eq. 2.1, which loses no digits where the mean is large beside the deviation.

use super::memory::Pieces;
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

/// The shape of one field, `[point, channel]`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    pub(super) points: usize,
    pub(super) channels: usize,
}

impl Fields {
    /// Numbers of a field.
    pub(super) fn len(self) -> usize {
        self.points * self.channels
    }

    /// Pieces of whole points.
    pub(super) fn pieces(self, len: usize) -> Pieces {
        Pieces::of_rows(len, self.len(), self.channels)
    }
}

/// Mean `μ` and `(σ² + ε)^(−½)` of every group of every field, `[batch, group]`.
#[derive(Debug, Clone)]
pub(super) struct Moments {
    pub(super) mean: Vec<f32>,
    pub(super) inverse: Vec<f32>,
}

impl Moments {
    pub(super) fn new(x: &[f32], fields: Fields, groups: usize, epsilon: f32) -> Self {
        let piece = fields.pieces(x.len()).piece;
        let of_field = |x: &[f32]| -> Vec<(f32, f32)> {
            let of_pieces: Vec<Vec<Sample>> = x
                .par_chunks(piece)
                .map(|x| samples(x, fields.channels, groups))
                .collect();
            let joined = |group: usize| {
                let samples = of_pieces.iter().map(|samples| samples[group]);
                let all = samples.reduce(Sample::join).expect("a field has points");
                let variance = all.deviations / all.count;
                (
                    all.mean as f32,
                    (variance + f64::from(epsilon)).sqrt().recip() as f32,
                )
            };
            (0..groups).map(joined).collect()
        };
        let pairs = x.par_chunks(fields.len()).flat_map_iter(of_field);
        let (mean, inverse) = pairs.collect::<Vec<_>>().into_iter().unzip();
        Self { mean, inverse }
    }
}

/// Number, mean and summed squared deviations of some numbers.
#[derive(Clone, Copy)]
struct Sample {
    count: f64,
    mean: f64,
    deviations: f64,
}

impl Sample {
    fn join(self, other: Self) -> Self {
        let count = self.count + other.count;
        let distance = other.mean - self.mean;
        let between = distance * distance * self.count * other.count / count;
        Self {
            count,
            mean: self.mean + distance * other.count / count,
            deviations: self.deviations + other.deviations + between,
        }
    }
}

/// The samples of all groups in one piece, `[point, channel]`.
fn samples(x: &[f32], channels: usize, groups: usize) -> Vec<Sample> {
    let (mut means, mut squares) = (vec![0.0; channels], vec![0.0; channels]);
    Arch::new().dispatch(Squares(x, &mut means, &mut squares));
    let count = (x.len() / channels) as f64;
    let sample = |c: usize| Sample {
        count,
        mean: f64::from(means[c]),
        deviations: f64::from(squares[c]),
    };
    let members = channels / groups;
    let group = |group: usize| {
        let channels = (group * members..(group + 1) * members).map(sample);
        channels.reduce(Sample::join).expect("a group has channels")
    };
    (0..groups).map(group).collect()
}

/// The mean of every channel, and the sum of its squared deviations from it.
struct Squares<'a>(&'a [f32], &'a mut [f32], &'a mut [f32]);

impl WithSimd for Squares<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self(x, means, squares) = self;
        let channels = means.len();
        let count = (x.len() / channels) as f32;
        for x in x.chunks_exact(channels) {
            for (mean, x) in means.iter_mut().zip(x) {
                *mean += x;
            }
        }
        means.iter_mut().for_each(|mean| *mean /= count);
        for x in x.chunks_exact(channels) {
            for ((square, mean), x) in squares.iter_mut().zip(&*means).zip(x) {
                *square += (x - mean) * (x - mean);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_keep_their_digits_beside_a_large_mean() {
        let fields = Fields {
            points: 3001,
            channels: 6,
        };
        let value = |i: usize| 1e4 + (i / 18006) as f64 + (i as f64 * 2.399_963).sin();
        let x: Vec<f32> = (0..2 * fields.len()).map(|i| value(i) as f32).collect();
        for groups in [1, 2, 6] {
            let moments = Moments::new(&x, fields, groups, 0.0);
            for (i, (mean, inverse)) in moments.mean.iter().zip(&moments.inverse).enumerate() {
                let (field, group) = (i / groups, i % groups);
                let members = 6 / groups;
                let here = |j: &usize| j / fields.len() == field && j % 6 / members == group;
                let values: Vec<f64> = (0..x.len()).filter(here).map(|j| f64::from(x[j])).collect();
                let exact = values.iter().sum::<f64>() / values.len() as f64;
                let variance = values
                    .iter()
                    .map(|x| (x - exact) * (x - exact))
                    .sum::<f64>();
                let variance = variance / values.len() as f64;
                let error = (f64::from(*mean) - exact).abs();
                assert!(error < 2e-3, "{i}: {error}"); // the spacing of numbers at 1e4 is 1e-3
                let error = (f64::from(*inverse) * variance.sqrt() - 1.0).abs();
                assert!(error < 1e-4, "{i}: {error}"); // means of pieces are wrong by that spacing
            }
        }
    }
}
