//! A state between walls and its mirror images are a state of the periodic equation on a box of twice the length.

use super::{AXES, Kind, simulation};
use crate::common;
use common::{difference, final_state, initial};
use ondine_solvers::{Etdrk, Grid, Integrator, SimulationSpec, Stepper, Threads};

/// Points of one axis and its image, as places in the state and signs; none on a wall of value 0.
fn unfolded(n: usize, kind: Kind) -> Vec<Option<(usize, f64)>> {
    let here = (0..n).map(|j| Some((j, 1.0)));
    match kind {
        Kind::WALLS => here.chain((0..n).rev().map(|j| Some((j, 1.0)))).collect(),
        Kind::FIXED_WALLS => {
            let image = (0..n).rev().map(|j| Some((j, -1.0)));
            let wall = std::iter::once(None);
            wall.clone().chain(here).chain(wall).chain(image).collect()
        }
        _ => here.collect(),
    }
}

/// The state of each channel with its images, the periodic grid that it lies on, and the places of the state on it.
fn whole(grid: &Grid, u: &[f64]) -> (Grid, Vec<f64>, Vec<usize>) {
    let mut sources = vec![Some((0, 1.0))];
    let (mut points, mut length) = (Vec::new(), Vec::new());
    for axis in grid.axes() {
        let along = unfolded(axis.points, axis.kind);
        let periodic = axis.kind.is_periodic();
        points.push(along.len());
        length.push(if periodic {
            axis.length
        } else {
            2.0 * axis.length
        });
        let both = |a: Option<(usize, f64)>, b: Option<(usize, f64)>| {
            let ((i, s), (j, t)) = (a?, b?);
            Some((i * axis.points + j, s * t))
        };
        let rows = sources.iter();
        sources = rows
            .flat_map(|&a| along.iter().map(move |&b| both(a, b)))
            .collect();
    }
    let channels = u.chunks_exact(grid.num_points());
    let values = channels.flat_map(|u| sources.iter().map(|s| s.map_or(0.0, |(i, s)| s * u[i])));
    let mut places = vec![usize::MAX; grid.num_points()];
    for (place, source) in sources.iter().enumerate().rev() {
        if let Some((point, sign)) = source
            && *sign > 0.0
        {
            places[*point] = place;
        }
    }
    let grid = Grid::new(&points, &length).expect("even numbers of points");
    (grid, values.collect(), places)
}

/// The same simulation with mirror images.
fn mirrored(spec: &SimulationSpec, u0: &[f64], frames: usize) -> Vec<f64> {
    let (grid, u, places) = whole(&spec.grid, u0);
    let dims = grid.dims();
    let equation = spec
        .equation
        .build_checked(&spec.parameters, dims)
        .expect("valid");
    let stepper = Etdrk::<f64>::new(equation, &grid, spec.dt, Integrator::Etdrk4, Threads::one());
    let mut stepper = stepper.unwrap_or_else(|error| panic!("{error}"));
    stepper.start(&u);
    (0..frames).for_each(|_| stepper.step());
    let mut end = vec![0.0; u.len()];
    stepper.read(&mut end);
    let channels = end.chunks_exact(grid.num_points());
    channels
        .flat_map(|u| places.iter().map(|&i| u[i]))
        .collect()
}

#[test]
fn a_run_between_walls_is_the_periodic_run_of_its_mirror_images() {
    for (kind, parameters) in [
        ("diffusion", &[0.03][..]),
        ("hyper_diffusion", &[1e-4]),
        ("wave", &[0.9]),
        ("fisher_kpp", &[0.02, 1.5]),
        ("allen_cahn", &[0.02]),
        ("cahn_hilliard", &[0.02, 0.01]),
        ("swift_hohenberg", &[0.4, 0.7]),
        ("gray_scott", &[2e-3, 1e-3, 0.04, 0.06]),
        ("fitzhugh_nagumo", &[2e-3, 8e-3, 0.01]),
    ] {
        for axes in AXES {
            let entry = ondine_solvers::equation::find(kind).expect("in the list");
            let all = entry.bounded.expect("it may have walls");
            if !all.iter().any(|entry| entry.axes[..axes.len()] == *axes) {
                continue; // walls of value 0
            }
            let points = &[24, 14, 12][..axes.len()];
            let spec = simulation(kind, axes, parameters, points, 0.01);
            let u0 = initial(&spec, 4);
            let found = final_state(&spec, &u0, 20);
            let error = difference(&found, &mirrored(&spec, &u0, 20));
            assert!(error < 1e-12, "{kind} {axes:?}: {error:e}"); // rounding of 20 steps
        }
    }
}
