//! FitzHugh–Nagumo between walls that let nothing through, around obstacles, by finite volumes and explicit Euler steps:
//! `uₜ = ∆u + u − u³/3 − v`, `vₜ = ε (u + 0.7 − 0.8 v)`, Winfree (1991), Varieties of spiral wave behavior, Chaos 1, 303.
//!
//! `u` is the excitation of a medium, `v` its recovery. Every simulation has an `ε` of its own, two discs that are no part of
//! the medium, and begins with a wave that is broken, so that spirals turn.

use ondine::solvers::{Rng, Stream};

/// Cells per axis.
pub(crate) const CELLS: usize = 32;
/// Length of an axis.
pub(crate) const LENGTH: f64 = 48.0;
/// Time between two frames.
pub(crate) const DT: f64 = 2.0;
/// Range of `ε`.
pub(crate) const EPSILON: [f64; 2] = [0.06, 0.1];
/// Euler steps per frame: `dt = 0.1` with cells of 1.5, far below the limit of stability `Δx²/4`.
const STEPS: usize = 20;
/// The state of rest, where `u − u³/3 = v` and `u + 0.7 = 0.8 v`.
const REST: [f64; 2] = [-1.199_408, -0.624_260];

/// A simulation.
pub(crate) struct Medium {
    /// The rate of recovery.
    pub(crate) epsilon: f64,
    /// Cells that are no part of the medium.
    solid: Vec<bool>,
    /// `u`, then `v`, the last axis fastest.
    state: Vec<f64>,
}

impl Medium {
    /// Simulation `index` of a seed, at its beginning.
    pub(crate) fn new(seed: u64, index: u64) -> Self {
        let mut rng = Rng::stream(seed, Stream::Initial, index);
        let discs = [0, 1].map(|_| {
            let middle = [0, 1].map(|_| rng.uniform(0.2, 0.8) * LENGTH);
            (middle, rng.uniform(3.0, 6.0))
        });
        let inside = |cell: usize| {
            let [x, y] = centre(cell);
            let within = |&([a, b], radius): &([f64; 2], f64)| (x - a).hypot(y - b) < radius;
            discs.iter().any(within)
        };
        let solid: Vec<bool> = (0..CELLS * CELLS).map(inside).collect();
        let [front, tail] = [0, 1].map(|_| rng.uniform(0.3, 0.7) * LENGTH);
        let mut state = REST.map(|value| vec![value; CELLS * CELLS]).concat();
        for cell in (0..CELLS * CELLS).filter(|&cell| !solid[cell]) {
            let [x, y] = centre(cell);
            if (x - front).abs() < 4.0 {
                state[cell] = 2.0; // excited
            }
            if y < tail && x < front - 2.0 {
                state[CELLS * CELLS + cell] = 1.0; // not excitable: here the wave is broken
            }
        }
        let epsilon = rng.uniform(EPSILON[0], EPSILON[1]);
        Self {
            epsilon,
            solid,
            state,
        }
    }

    /// The mask of the obstacles, 1 where they are.
    pub(crate) fn mask(&self) -> Vec<f64> {
        let cells = self.solid.iter();
        cells.map(|&solid| f64::from(u8::from(solid))).collect()
    }

    /// The next `count` frames, this one the first.
    pub(crate) fn frames(&mut self, count: usize) -> Vec<f64> {
        let mut frames = self.state.clone();
        for _ in 1..count {
            (0..STEPS).for_each(|_| self.advance());
            frames.extend(&self.state);
        }
        frames
    }

    fn advance(&mut self) {
        let (dt, side) = (DT / STEPS as f64, LENGTH / CELLS as f64);
        let (u, v) = self.state.split_at_mut(CELLS * CELLS);
        let before = u.to_vec();
        for cell in (0..u.len()).filter(|&cell| !self.solid[cell]) {
            let value = before[cell];
            let open = neighbours(cell).filter(|&next| !self.solid[next]);
            let flux: f64 = open.map(|next| before[next] - value).sum();
            u[cell] += dt * (flux / (side * side) + value - value.powi(3) / 3.0 - v[cell]);
            v[cell] += dt * self.epsilon * (value + 0.7 - 0.8 * v[cell]);
        }
    }
}

fn centre(cell: usize) -> [f64; 2] {
    [cell / CELLS, cell % CELLS].map(|place| (place as f64 + 0.5) * LENGTH / CELLS as f64)
}

/// Cells beside a cell, none beyond the walls.
fn neighbours(cell: usize) -> impl Iterator<Item = usize> {
    let (i, j) = (cell / CELLS, cell % CELLS);
    let all = [
        (i > 0).then(|| cell - CELLS),
        (i + 1 < CELLS).then_some(cell + CELLS),
        (j > 0).then(|| cell - 1),
        (j + 1 < CELLS).then_some(cell + 1),
    ];
    all.into_iter().flatten()
}
