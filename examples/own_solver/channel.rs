//! Excitable waves (`FitzHugh` & Nagumo) in a channel, around an obstacle that lets nothing through, by finite volumes. Every
//! simulation has its obstacle at another place; its mask is a static field, which the network sees beside the state.

use ondine::datasets::{Conditions, DataError, Source};
use ondine::solvers::problem::{Axis, Field};
use ondine::solvers::{AxisKind, Problem, Rng, Stream};
use std::ops::ControlFlow;

/// Cells along the channel, which is periodic, and between its walls.
const CELLS: [usize; 2] = [32, 16];
const SIDE: f64 = 1.0 / 16.0;
const STEP: f64 = 0.02;
const DIFFUSIVITY: [f64; 2] = [0.005, 0.02];

/// Simulations from a seed of their own.
pub(crate) struct Channel(pub(crate) u64);

/// The problem, as data.
pub(crate) fn problem() -> Problem {
    let along = Axis::new("x", CELLS[0], 2.0, AxisKind::PERIODIC_CELLS);
    let across = Axis::new("y", CELLS[1], 1.0, AxisKind::WALLS);
    let fields = [Field::scalar("u"), Field::scalar("v")];
    let problem = Problem::new("channel", [along, across], fields, 10.0 * STEP, 30);
    problem
        .condition("diffusivity", DIFFUSIVITY)
        .static_field("solid")
}

impl Source for Channel {
    fn conditions(&self, index: u64) -> Conditions {
        let mut rng = Rng::stream(self.0, Stream::Parameters, index);
        Conditions {
            dt: 10.0 * STEP,
            length: vec![2.0, 1.0],
            spacing: vec![SIDE; 2],
            parameters: vec![rng.uniform(DIFFUSIVITY[0], DIFFUSIVITY[1])],
        }
    }

    fn static_fields(&self, index: u64) -> Vec<f64> {
        let solid = self.obstacle(index);
        solid
            .into_iter()
            .map(|is| f64::from(u8::from(is)))
            .collect()
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        let diffusivity = self.conditions(index).parameters[0];
        let solid = self.obstacle(index);
        let place = Rng::stream(self.0, Stream::Initial, index).uniform(0.2, 1.8);
        let excited = |cell: usize| (centre(cell)[0] - place).abs() < 0.3;
        let cells = CELLS[0] * CELLS[1];
        let u = (0..cells).map(|cell| if excited(cell) { 1.0 } else { -0.5 });
        let mut state: Vec<f64> = u.chain(vec![-0.3; cells]).collect(); // field after field
        while sink(&state).is_continue() {
            (0..10).for_each(|_| advance(&mut state, &solid, diffusivity));
        }
        Ok(())
    }
}

fn centre(cell: usize) -> [f64; 2] {
    [cell / CELLS[1], cell % CELLS[1]].map(|place| (place as f64 + 0.5) * SIDE)
}

impl Channel {
    /// The mask of the obstacle of a simulation, a disc.
    fn obstacle(&self, index: u64) -> Vec<bool> {
        let mut rng = Rng::stream(self.0, Stream::Force, index);
        let middle = [rng.uniform(0.5, 1.5), rng.uniform(0.3, 0.7)];
        let is_solid = |cell: usize| {
            let [x, y] = centre(cell);
            (x - middle[0]).hypot(y - middle[1]) < 0.2
        };
        (0..CELLS[0] * CELLS[1]).map(is_solid).collect()
    }
}

/// Cells on the other side of faces that something passes.
fn open(cell: usize, solid: &[bool]) -> impl Iterator<Item = usize> {
    let [i, j] = [cell / CELLS[1], cell % CELLS[1]];
    let along = [i + 1, i + CELLS[0] - 1].map(|i| Some(i % CELLS[0] * CELLS[1] + j));
    let across = [
        (j > 0).then(|| cell - 1),
        (j + 1 < CELLS[1]).then_some(cell + 1),
    ];
    let all = along.into_iter().chain(across).flatten();
    all.filter(|next| !solid[*next])
}

/// A step of `uₜ = D ∆u + u − u³ − v`, `vₜ = (u + 0.7 − 0.8 v)/12.5`.
fn advance(state: &mut [f64], solid: &[bool], diffusivity: f64) {
    let (u, v) = state.split_at_mut(CELLS[0] * CELLS[1]);
    let before = u.to_vec();
    for cell in (0..u.len()).filter(|cell| !solid[*cell]) {
        let value = before[cell];
        let flux: f64 = open(cell, solid).map(|next| before[next] - value).sum();
        let diffusion = diffusivity * flux / (SIDE * SIDE);
        u[cell] += STEP * (diffusion + value - value.powi(3) - v[cell]);
        v[cell] += STEP * (value + 0.7 - 0.8 * v[cell]) / 12.5;
    }
}
