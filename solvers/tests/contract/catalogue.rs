//! The promises of every member of the lists, and of an equation with walls that is in none.

mod initial;
mod refused;

use crate::common::{cube, final_state, initial, simulation_of, simulation_on};
use ondine_solvers::equation::EQUATIONS;
use ondine_solvers::initial::INITIAL_STATES;
use ondine_solvers::problem::{Field, Motion, Ranges, Reflection, Shift};
use ondine_solvers::{
    EquationEntry, Integrator, Problem, Rng, SimulationSpec, Stepper, Stream, initial as states,
};
use std::collections::HashSet;
use std::f64::consts::TAU;

/// The catalogue, and the equations of users.
fn equations() -> impl Iterator<Item = &'static EquationEntry> {
    EQUATIONS.iter().copied().chain([&crate::insulated::ENTRY])
}

#[test]
fn kinds_are_unique_and_can_be_found() {
    let kinds: HashSet<_> = EQUATIONS.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds.len(), EQUATIONS.len());
    let kinds: HashSet<_> = INITIAL_STATES.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds.len(), INITIAL_STATES.len());
    for entry in EQUATIONS {
        let found = ondine_solvers::equation::find(entry.kind).expect("it is in the list");
        assert_eq!(found.kind, entry.kind);
    }
    for entry in INITIAL_STATES {
        assert_eq!(
            states::find(entry.kind).expect("it is in the list").kind,
            entry.kind
        );
    }
    assert!(ondine_solvers::equation::find("phlogiston").is_none());
}

/// One end of the good values of every parameter, on a grid of `dims` axes.
fn good_values(entry: &EquationEntry, dims: usize, end: usize) -> Vec<f64> {
    entry.values_in(dims).map(|p| p.good[end]).collect()
}

/// Points per axis that a test in so many dimensions can afford.
fn points(dims: usize) -> usize {
    [64, 24, 16][dims - 1]
}

#[test]
fn every_equation_steps_with_every_integrator_in_every_dimension_and_stays_finite() {
    for entry in equations() {
        for (&dims, end) in entry.dims.iter().flat_map(|dims| [(dims, 0), (dims, 1)]) {
            for integrator in Integrator::ALL {
                let values = good_values(entry, dims, end);
                let mut spec = simulation_of(entry, &values, cube(dims, points(dims), TAU), 0.01);
                spec.substeps = [20, 4, 2][dims - 1];
                spec.integrator = integrator;
                let u = final_state(&spec, &initial(&spec, 0), 10);
                let finite = u.iter().all(|u| u.is_finite());
                assert!(finite, "{} ({})", entry.kind, spec.describe());
            }
        }
    }
}

/// The claim that surrogates rely on.
#[test]
fn every_equation_that_says_so_conserves_the_mean_of_every_field() {
    for entry in equations() {
        for &dims in entry.dims {
            let values = good_values(entry, dims, 1);
            let spec = simulation_of(entry, &values, cube(dims, points(dims), TAU), 0.01);
            let (u0, size) = (initial(&spec, 1), spec.grid.num_points());
            let u = final_state(&spec, &u0, 10);
            let fields = u.chunks_exact(size).zip(u0.chunks_exact(size));
            let drift =
                fields.map(|(u, u0)| (crate::common::mean(u) - crate::common::mean(u0)).abs());
            let drift = drift.fold(0.0, f64::max);
            if entry.conserves_mean_in(dims) {
                assert!(
                    drift < 1e-14,
                    "{} in {dims}-D drifts by {drift:e}",
                    entry.kind
                ); // rounding
            }
        }
    }
}

/// The problem of one simulation.
fn problem(spec: &SimulationSpec) -> Problem {
    let fixed = |values: &[f64]| values.iter().map(|&value| [value, value]).collect();
    spec.equation.problem(&Ranges {
        points: spec.grid.points().to_vec(),
        length: fixed(spec.grid.length()),
        parameters: fixed(&spec.parameters),
        dt: [spec.dt, spec.dt],
        frames: 2,
    })
}

/// A state of a simulation after a motion, with the signs of `reflection`.
fn moved(u: &[f64], spec: &SimulationSpec, motion: &Motion, reflection: Reflection) -> Vec<f64> {
    let sources = motion.sources(spec.grid.points(), spec.grid.kinds());
    let fields = problem(spec).fields;
    let channels = u.chunks_exact(sources.len()).zip(&fields);
    let channel = |(channel, field): (&[f64], &Field)| {
        let sign = reflection.sign(&field.kind, &motion.reflected);
        sources
            .iter()
            .map(|&i| sign * channel[i])
            .collect::<Vec<_>>()
    };
    channels.flat_map(channel).collect()
}

/// Values inside of the good ranges, all of different height.
fn uneven_values(entry: &EquationEntry, dims: usize) -> Vec<f64> {
    let value = |(i, p): (usize, &ondine_solvers::Parameter)| {
        if p.whole {
            p.good[1]
        } else {
            p.good[0] + (p.good[1] - p.good[0]) * (0.3 + 0.37 * i as f64).fract()
        }
    };
    entry.values_in(dims).enumerate().map(value).collect()
}

/// Symmetries by which training data may be augmented: a moved solution is the solution from the moved state, and no
/// symmetry that holds is missing.
#[test]
fn every_equation_keeps_the_symmetries_that_it_claims_and_no_others() {
    for entry in equations() {
        for &dims in entry.dims {
            let grid = cube(dims, points(dims), TAU);
            let mut spec = simulation_of(entry, &uneven_values(entry, dims), grid, 0.02);
            spec.substeps = [20, 4, 2][dims - 1];
            let (u0, points) = (initial(&spec, 1), spec.grid.points().to_vec());
            let u = final_state(&spec, &u0, 5);
            let broken = |motion: &Motion, reflection: Reflection| {
                let start = moved(&u0, &spec, motion, reflection);
                let expected = moved(&u, &spec, motion, reflection);
                crate::common::difference(&final_state(&spec, &start, 5), &expected)
            };
            let check = |allowed: bool, motion: &Motion, reflection: Reflection| {
                let error = broken(motion, reflection);
                // Rounding, in states of order one; what is no symmetry shows after a tenth of a time unit.
                let right = if allowed { error < 1e-10 } else { error > 1e-6 };
                let kind = entry.kind;
                assert!(
                    right,
                    "{kind} in {dims}-D, {motion:?}, {reflection:?}: {error:e}"
                );
            };
            let still = Motion::none(dims);
            for axis in 0..dims {
                let by = |points: usize| {
                    let mut motion = still.clone();
                    motion.shift[axis] = points;
                    motion
                };
                let shift = entry.symmetries.shift[axis];
                check(shift == Shift::Any, &by(1), Reflection::Even);
                check(
                    shift != Shift::Never,
                    &by(points[axis] / 4),
                    Reflection::Even,
                );
            }
            let mut one = still.clone();
            one.reflected[dims - 1] = true;
            let all = Motion {
                reflected: vec![true; dims],
                ..still
            };
            match entry.symmetries.reflection {
                Reflection::Never | Reflection::Inversion => {
                    check(false, &one, Reflection::Even);
                    if entry.kept_fields(dims).iter().all(|field| !field.positive) {
                        check(false, &one, Reflection::Odd);
                    }
                    let inverts = entry.symmetries.reflection == Reflection::Inversion;
                    check(inverts, &all, Reflection::Inversion);
                }
                claimed => {
                    check(true, &one, claimed);
                    check(true, &all, claimed);
                }
            }
        }
    }
}

/// The force of a simulation is one of many that are as likely: shifted, it is another one of them.
#[test]
fn a_shifted_solution_under_a_drawn_force_is_one_under_a_force_of_other_phases() {
    let entry = ondine_solvers::equation::find("combined").expect("in the list");
    let mut spec = simulation_on(
        "combined",
        &good_values(entry, 1, 1),
        cube(1, 64, 16.0),
        0.05,
    );
    spec.substeps = 10;
    let draw = entry.draw.expect("it draws a force");
    spec.drawn = draw(&mut Rng::stream(5, Stream::Force, 0));
    let u0 = initial(&spec, 2);
    let motion = Motion {
        shift: vec![5],
        reflected: vec![false],
    };
    let expected = moved(
        &final_state(&spec, &u0, 10),
        &spec,
        &motion,
        Reflection::Even,
    );
    let periods = spec.parameters[4];
    for term in spec.drawn.chunks_exact_mut(4) {
        let number = 1.0 + (term[2] * periods).floor();
        term[3] -= TAU * number * 5.0 / 64.0;
    }
    let start = moved(&u0, &spec, &motion, Reflection::Even);
    let error = crate::common::difference(&final_state(&spec, &start, 10), &expected);
    assert!(error < 1e-10, "{error:e}"); // rounding
}

#[test]
fn every_equation_names_its_fields_and_its_parameters() {
    for entry in equations() {
        for &dims in entry.dims {
            let values = good_values(entry, dims, 0);
            let spec = simulation_of(entry, &values, cube(dims, 16, TAU), 0.1);
            let stepper = spec.stepper().unwrap_or_else(|error| panic!("{error}"));
            let (channels, fields) = (stepper.channels(), entry.fields_in(dims));
            assert_eq!(channels, fields.len(), "{}", entry.kind);
            match entry.build_checked(&values, dims) {
                Ok(equation) => assert_eq!(equation.kind(), entry.kind),
                Err(error) => assert!(!entry.has_modes(), "{error}"),
            }
            assert_eq!(
                values.len(),
                entry.value_names(dims).len(),
                "{}",
                entry.kind
            );
        }
        for parameter in entry.parameters {
            for value in parameter.good.into_iter().chain(parameter.default) {
                let checked = parameter.check(entry.kind, value);
                assert!(
                    checked.is_ok(),
                    "{} {}: {checked:?}",
                    entry.kind,
                    parameter.name
                );
            }
            let error = parameter
                .check(entry.kind, f64::NAN)
                .expect_err("not a number");
            assert!(error.to_string().contains(parameter.name), "{error}");
        }
    }
}

#[test]
fn every_equation_has_a_complete_page() {
    for entry in equations() {
        let (kind, page) = (entry.kind, entry.page);
        assert!(!page.title.is_empty(), "{kind} has no title");
        for (name, text, least) in [("signs", page.signs, 40), ("expect", page.expect, 200)] {
            let whole = text.ends_with('.') && text.chars().count() >= least;
            assert!(whole, "{kind}: `{name}` is no text: {text:?}");
        }
        assert!(!page.references.is_empty(), "{kind} has no references");
        let named = page.example.contains(&format!("kind = \"{kind}\""));
        assert!(named, "{kind} has no example of its own");
    }
}

#[test]
fn a_stepper_returns_the_state_it_was_given() {
    for entry in equations() {
        for &dims in entry.dims {
            let values = good_values(entry, dims, 0);
            let spec = simulation_of(entry, &values, cube(dims, 16, 1.0), 0.1);
            let mut stepper = spec.stepper().unwrap_or_else(|error| panic!("{error}"));
            let size = stepper.channels() * spec.grid.num_points();
            let u: Vec<f64> = (0..size).map(|j| (j * 7919 % 101) as f64).collect();
            let mut read = vec![0.0; size];
            stepper.start(&u);
            stepper.read(&mut read);
            let error = crate::common::difference(&read, &u);
            assert!(error < 1e-14, "{}: {error:e}", entry.kind); // rounding of two transforms
        }
    }
}
