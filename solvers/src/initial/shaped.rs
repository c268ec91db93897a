//! Shapes cut out of waves: absolute values, windows, states from 0 to 1.
//!
//! M. Takamoto et al. (2022, `PDEBench`) make such states of sums of sine waves: a tenth of them are absolute values of either
//! sign, a tenth are cut out by a window with soft edges.

use super::{Field, Profile};
use crate::{Axis, AxisKind, Grid, Rng};

/// Width of an edge of a window, as a share of the length of the box.
const EDGE: f64 = 0.01;

/// The places of the lower and of the upper edge, as shares of the length.
const EDGES: [[f64; 2]; 2] = [[0.1, 0.45], [0.55, 0.9]];

/// Points per period of the shortest wave among which the smallest and the largest value are looked for.
const PER_PERIOD: usize = 64;

/// How waves are shaped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    /// Probability of an absolute value, of either sign.
    pub(super) absolute: f64,
    /// Probability of a window, one per axis.
    pub(super) windowed: f64,
    /// Whether values are brought to `[0, 1]`.
    pub(super) scaled: bool,
}

impl Shape {
    /// Whether waves stay as they are.
    pub(super) fn is_none(self) -> bool {
        !self.scaled && self.absolute == 0.0 && self.windowed == 0.0
    }

    /// Shapes every channel of waves with at most `periods` periods across a box.
    pub(super) fn of(
        self,
        waves: Profile,
        (length, channels): (&[f64], usize),
        periods: usize,
        rng: &mut Rng,
    ) -> Profile {
        let mut cut = |_| self.cut(length, rng);
        let cuts: Vec<Cut> = (0..channels).map(&mut cut).collect();
        let shaped = Shaped { waves, cuts };
        if !self.scaled {
            return Box::new(shaped);
        }
        let ranges = shaped.ranges(length, channels, periods);
        Box::new(move |channel: usize, x: &[f64]| {
            let [low, high] = ranges[channel];
            let size = (high - low).max(f64::MIN_POSITIVE);
            ((shaped.at(channel, x) - low) / size).clamp(0.0, 1.0)
        })
    }

    fn cut(self, length: &[f64], rng: &mut Rng) -> Cut {
        let absolute = rng.uniform(0.0, 1.0) < self.absolute;
        let sign = [-1.0, 1.0][rng.integer(0, 1) as usize];
        let windowed = rng.uniform(0.0, 1.0) < self.windowed;
        let mut edges = |&length: &f64| {
            let [low, high] = EDGES.map(|[from, to]| rng.uniform(from, to) * length);
            Window {
                low,
                high,
                edge: EDGE * length,
            }
        };
        let window: Vec<Window> = length.iter().map(&mut edges).collect();
        Cut {
            sign: absolute.then_some(sign),
            window: windowed.then_some(window),
        }
    }
}

/// A window along one axis.
struct Window {
    low: f64,
    high: f64,
    edge: f64,
}

impl Window {
    /// `½ (tanh((x − x₁)/w) − tanh((x − x₂)/w))`.
    fn at(&self, x: f64) -> f64 {
        let side = |edge: f64| ((x - edge) / self.edge).tanh();
        0.5 * (side(self.low) - side(self.high))
    }
}

/// The shape of one channel.
struct Cut {
    /// Sign of an absolute value.
    sign: Option<f64>,
    window: Option<Vec<Window>>,
}

/// Waves with the shape of every channel.
struct Shaped {
    waves: Profile,
    cuts: Vec<Cut>,
}

impl Shaped {
    /// Smallest and largest value of every channel.
    fn ranges(&self, length: &[f64], channels: usize, periods: usize) -> Vec<[f64; 2]> {
        let most = [4096, 256, 64][length.len() - 1];
        let axis = |&length: &f64| Axis {
            points: (PER_PERIOD * periods).min(most),
            length,
            kind: AxisKind::PERIODIC,
        };
        let axes: Vec<Axis> = length.iter().map(axis).collect();
        let grid = Grid::of(&axes).expect("a box has lengths above zero");
        let u = self.sample(&grid, channels);
        let range = |u: &[f64]| {
            let wider = |[low, high]: [f64; 2], &u: &f64| [low.min(u), high.max(u)];
            u.iter().fold([f64::INFINITY, f64::NEG_INFINITY], wider)
        };
        u.chunks_exact(grid.num_points()).map(range).collect()
    }
}

impl Field for Shaped {
    fn at(&self, channel: usize, x: &[f64]) -> f64 {
        let (u, cut) = (self.waves.at(channel, x), &self.cuts[channel]);
        let u = cut.sign.map_or(u, |sign| sign * u.abs());
        let windows = cut.window.iter().flatten().zip(x);
        windows.fold(u, |u, (window, &x)| u * window.at(x))
    }
}
