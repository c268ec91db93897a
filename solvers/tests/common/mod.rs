//! Simulations by name and the comparison of states, for all test files.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::ops::ControlFlow;

use ondine_solvers::initial::SineSeries;
use ondine_solvers::{
    EquationEntry, Grid, InitialState, Integrator, Precision, Profile, Rng, SimulationSpec, Stream,
    equation, sample,
};

/// A fourth-order simulation with one step per frame.
pub(crate) fn simulation(
    kind: &str,
    parameter: f64,
    (points, length): (usize, f64),
    dt: f64,
) -> SimulationSpec {
    let grid = Grid::new(&[points], &[length]).expect("the grid is valid");
    simulation_on(kind, &[parameter], grid, dt)
}

/// A fourth-order simulation with one step per frame on the equation's own grid with the points and
/// lengths of `grid`.
pub(crate) fn simulation_on(kind: &str, parameters: &[f64], grid: Grid, dt: f64) -> SimulationSpec {
    let equation = equation::find(kind).expect("the equation is in the list");
    simulation_of(equation, parameters, grid, dt)
}

/// The same of an equation that may be in no list.
pub(crate) fn simulation_of(
    equation: &'static EquationEntry,
    parameters: &[f64],
    grid: Grid,
    dt: f64,
) -> SimulationSpec {
    let grid = equation.grid(grid.points(), grid.length());
    SimulationSpec {
        equation,
        parameters: parameters.to_vec(),
        grid: grid.expect("the grid is valid"),
        dt,
        substeps: 1,
        integrator: Integrator::Etdrk4,
        drawn: vec![],
        precision: Precision::F64,
        threads: 1,
    }
}

/// A grid with the same number of points and the same length along each of `dims` axes.
pub(crate) fn cube(dims: usize, points: usize, length: f64) -> Grid {
    Grid::new(&vec![points; dims], &vec![length; dims]).expect("the grid is valid")
}

/// Values of a function of position at the points of a grid.
pub(crate) fn at_points(grid: &Grid, u: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let axes: Vec<_> = (0..grid.dims())
        .map(|axis| grid.coordinates(axis))
        .collect();
    let position = |mut point: usize| {
        let mut x = vec![0.0; axes.len()];
        for (x, axis) in x.iter_mut().zip(&axes).rev() {
            *x = axis[point % axis.len()];
            point /= axis.len();
        }
        x
    };
    (0..grid.num_points())
        .map(|point| u(&position(point)))
        .collect()
}

/// The states after `0 … frames` frames.
pub(crate) fn trajectory(spec: &SimulationSpec, u0: &[f64], frames: usize) -> Vec<Vec<f64>> {
    let mut states = Vec::new();
    spec.run(u0, 0, frames + 1, &mut |_, u| {
        states.push(u.to_vec());
        ControlFlow::Continue(())
    })
    .unwrap_or_else(|error| panic!("{error}"));
    states
}

/// The state after `frames` frames.
pub(crate) fn final_state(spec: &SimulationSpec, u0: &[f64], frames: usize) -> Vec<f64> {
    trajectory(spec, u0, frames)
        .pop()
        .expect("a trajectory has a last state")
}

/// A draw of the default sine series, on a box of this length.
pub(crate) fn draw(seed: u64, length: f64) -> Profile {
    let mut rng = Rng::stream(seed, Stream::Initial, 0);
    SineSeries::default().draw(&[length], 1, &mut rng)
}

/// The state that such a draw makes on the grid of `spec`; fields that have to stay above 0 are powers of it.
pub(crate) fn initial(spec: &SimulationSpec, seed: u64) -> Vec<f64> {
    let (grid, mut rng) = (&spec.grid, Rng::stream(seed, Stream::Initial, 0));
    let fields = spec.equation.drawn_fields(grid.dims());
    let profile = SineSeries::default().draw(grid.length(), fields.len(), &mut rng);
    let mut u = sample(&profile, grid, fields.len());
    let values = u.chunks_exact_mut(grid.num_points()).zip(&fields);
    for (values, _) in values.filter(|(_, field)| field.positive) {
        values.iter_mut().for_each(|u| *u = 1.5_f64.powf(*u));
    }
    spec.begun(u)
}

/// `max |a − b| / max |b|`; 0 where the two are the same.
pub(crate) fn difference(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len(), "the states have the same size");
    let largest = |peak: f64, u: f64| {
        if u.is_nan() {
            f64::INFINITY
        } else {
            peak.max(u.abs())
        }
    };
    let distance = a.iter().zip(b).map(|(a, b)| a - b).fold(0.0, largest);
    if distance > 0.0 {
        distance / b.iter().copied().fold(0.0, largest)
    } else {
        0.0
    }
}

/// Mean of `u` over the points.
pub(crate) fn mean(u: &[f64]) -> f64 {
    u.iter().sum::<f64>() / u.len() as f64
}

/// Mean of `u²` over the points.
pub(crate) fn energy(u: &[f64]) -> f64 {
    u.iter().map(|u| u * u).sum::<f64>() / u.len() as f64
}

/// Every so-many-th point of each axis.
pub(crate) fn coarsen(u: &[f64], fine: &Grid, every: usize) -> Vec<f64> {
    let kept = |&(mut point, _): &(usize, &f64)| {
        fine.points().iter().rev().all(|n| {
            let j = point % n;
            point /= n;
            j % every == 0
        })
    };
    let points = fine.num_points();
    let field =
        |u: &[f64]| -> Vec<f64> { u.iter().enumerate().filter(kept).map(|(_, u)| *u).collect() };
    u.chunks_exact(points).flat_map(field).collect()
}
