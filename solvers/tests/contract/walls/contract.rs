//! The promises of the entries of every equation with every wall that it may have.

use super::Kind;
use crate::common;
use common::{difference, final_state, initial, simulation_of};
use ondine_solvers::equation::EQUATIONS;
use ondine_solvers::problem::{Motion, Reflection, Shift};
use ondine_solvers::{EquationEntry, Grid, SimulationSpec, Stepper};

/// Entries of equations with modes, each on the fewest axes that have all of its walls.
fn entries() -> impl Iterator<Item = (&'static EquationEntry, usize)> {
    let with_modes = EQUATIONS.iter().filter(|entry| entry.has_modes());
    let all = with_modes.flat_map(|entry| entry.bounded.unwrap_or_default());
    all.filter_map(|entry| {
        let last = entry.axes.iter().rposition(|kind| !kind.is_periodic())?;
        Some((entry, last + 1))
    })
}

/// Good values, without a velocity across walls.
fn values(entry: &EquationEntry, dims: usize) -> Vec<f64> {
    let good = entry.values_in(dims).enumerate();
    let value = |(i, parameter): (usize, &ondine_solvers::Parameter)| {
        let across = parameter.per_axis && !entry.axes[i].is_periodic();
        if across { 0.0 } else { parameter.good[1] }
    };
    good.map(value).collect()
}

fn spec(entry: &'static EquationEntry, dims: usize) -> SimulationSpec {
    let points = vec![[32, 16, 8][dims - 1]; dims];
    let grid = Grid::of_kinds(&points, &vec![2.0; dims], &entry.axes).expect("valid");
    simulation_of(entry, &values(entry, dims), grid, 0.01)
}

#[test]
fn every_equation_steps_between_every_wall_and_returns_the_state_it_was_given() {
    let mut count = 0;
    for (entry, dims) in entries() {
        let spec = spec(entry, dims);
        let u0 = initial(&spec, 0);
        let kind = entry.kind;
        let u = final_state(&spec, &u0, 5);
        assert!(u.iter().all(|u| u.is_finite()), "{kind} {:?}", entry.axes);
        let mut stepper = spec.stepper().unwrap_or_else(|error| panic!("{error}"));
        let mut read = vec![0.0; u0.len()];
        stepper.start(&u0);
        stepper.read(&mut read);
        let error = difference(&read, &u0);
        assert!(error < 1e-14, "{kind} {:?}: {error:e}", entry.axes); // rounding of two transforms
        assert!(entry.check_resampled(dims).is_ok(), "{kind}");
        count += 1;
    }
    assert_eq!(count, 5 * 26 + 5 * 7, "every wall of every equation");
}

#[test]
fn states_between_walls_keep_the_symmetries_that_their_entries_claim() {
    for (entry, dims) in entries().filter(|(_, dims)| *dims < 3) {
        let spec = spec(entry, dims);
        let (u0, kinds) = (initial(&spec, 2), spec.grid.kinds());
        let u = final_state(&spec, &u0, 5);
        let moved = |u: &[f64], motion: &Motion| -> Vec<f64> {
            let sources = motion.sources(spec.grid.points(), kinds);
            let channels = u.chunks_exact(sources.len());
            channels
                .flat_map(|u| sources.iter().map(|&i| u[i]))
                .collect()
        };
        let check = |motion: &Motion, holds: bool| {
            let error = difference(
                &final_state(&spec, &moved(&u0, motion), 5),
                &moved(&u, motion),
            );
            let right = if holds { error < 1e-10 } else { error > 1e-8 };
            assert!(right, "{} {kinds:?} {motion:?}: {error:e}", entry.kind); // rounding, or a state cut at a wall
        };
        for axis in 0..dims {
            let mut motion = Motion::none(dims);
            motion.shift[axis] = 3;
            check(&motion, entry.symmetries.shift[axis] == Shift::Any);
            if entry.symmetries.reflection == Reflection::Even {
                motion.shift[axis] = 0;
                motion.reflected[axis] = true;
                check(&motion, true);
            }
        }
        assert_eq!(
            entry.symmetries.shift[0] == Shift::Any,
            kinds[0] == Kind::PERIODIC
        );
    }
}
