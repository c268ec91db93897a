//! The combined equation: shocks, its parts against the equations they are, and its force.

use std::f64::consts::TAU;

use crate::common::{at_points, cube, difference, final_state, simulation_on};
use ondine_solvers::{Grid, Integrator, Precision, Rng, SimulationSpec, Stream, equation};

fn combined(points: usize, length: f64, [alpha, beta, gamma]: [f64; 3], dt: f64) -> SimulationSpec {
    let grid = Grid::new(&[points], &[length]).expect("valid");
    simulation_on("combined", &[alpha, beta, gamma, 0.5, 3.0], grid, dt)
}

/// `u = sin ξ` with `ξ + t sin ξ = x`, the branch that reaches a shock at `π` from the left.
fn inviscid(x: f64, time: f64) -> f64 {
    if x > TAU / 2.0 {
        return -inviscid(TAU - x, time);
    }
    let (mut low, mut high) = (0.0_f64, (-1.0 / time.max(1.0)).acos().min(TAU / 2.0));
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if middle + time * middle.sin() < x {
            low = middle;
        } else {
            high = middle;
        }
    }
    low.sin()
}

fn mean_distance(u: &[f64], v: &[f64]) -> f64 {
    let distances = u.iter().zip(v).map(|(u, v)| (u - v).abs());
    distances.sum::<f64>() / u.len() as f64
}

fn slope(errors: &[f64]) -> f64 {
    let [.., coarse, fine] = errors else {
        panic!("two grids at least");
    };
    (coarse / fine).log2()
}

#[test]
fn convection_without_viscosity_is_of_fifth_order_while_it_is_smooth() {
    let time = 0.5;
    let error = |points: usize| {
        let mut spec = combined(points, TAU, [1.0, 0.0, 0.0], time);
        spec.substeps = 2 * points;
        let u0 = at_points(&spec.grid, |x| x[0].sin());
        let exact = at_points(&spec.grid, |x| inviscid(x[0], time));
        mean_distance(&final_state(&spec, &u0, 1), &exact)
    };
    let errors: Vec<f64> = [64, 128, 256].into_iter().map(error).collect();
    println!("errors {errors:?}, slope {:.2}", slope(&errors));
    assert!(slope(&errors) > 4.7, "{errors:?}");
    assert!(errors[2] < 1e-6, "{errors:?}");
}

#[test]
fn a_shock_stays_sharp_where_it_belongs_and_nothing_overshoots() {
    let time = 3.0;
    let mean_error = |points: usize| {
        let mut spec = combined(points, TAU, [1.0, 0.0, 0.0], time);
        spec.substeps = 4 * points;
        let u0 = at_points(&spec.grid, |x| x[0].sin());
        let u = final_state(&spec, &u0, 1);
        let bound = inviscid(TAU / 2.0 - 1e-9, time);
        let peak = u.iter().fold(0.0_f64, |peak, u| peak.max(u.abs()));
        assert!(peak < 1.002 * bound, "{peak} beside a shock of {bound}");
        let exact = at_points(&spec.grid, |x| inviscid(x[0], time));
        mean_distance(&u, &exact)
    };
    let errors: Vec<f64> = [64, 128, 256].into_iter().map(mean_error).collect();
    println!("mean errors {errors:?}, slope {:.2}", slope(&errors));
    assert!(slope(&errors) > 0.9 && errors[2] < 5e-3, "{errors:?}"); // a cell of height 1 in N
}

#[test]
fn with_diffusion_it_is_burgers_and_with_dispersion_korteweg_de_vries() {
    let cases = [
        ("burgers", 0.05, [1.0, 0.05, 0.0]),
        ("kdv", 0.0, [6.0, 0.0, 1.0]),
    ];
    for (kind, parameter, abc) in cases {
        let mut spec = combined(512, TAU, abc, 0.5);
        spec.substeps = 2000;
        let other = SimulationSpec {
            equation: equation::find(kind).expect("in the list"),
            parameters: vec![parameter],
            ..spec.clone()
        };
        let u0 = at_points(&spec.grid, |x| x[0].sin() + 0.3 * (2.0 * x[0]).cos());
        let error = difference(&final_state(&spec, &u0, 1), &final_state(&other, &u0, 1));
        println!("against {kind}: {error:.1e}");
        assert!(error < 1e-6, "{kind}: {error:e}"); // fifth order in space
    }
}

/// A force of one wave on a linear equation: `ûₜ = −βk² û + F e^{iωt}` in closed form.
fn forced(spec: &SimulationSpec, time: f64) -> Vec<f64> {
    let [amplitude, frequency, periods, phase] = [0.5 * 0.8, 0.4, 2.0, 1.0];
    let k = TAU * periods / spec.grid.length()[0];
    let decay = spec.parameters[1] * k * k;
    // u = Im[c(t) e^{ikx}], c' = −decay c + A e^{i(ωt + φ)}, c(0) = A e^{iφ}
    let (size, angle) = (decay.hypot(frequency), frequency.atan2(decay));
    at_points(&spec.grid, |x| {
        let wave = |angle: f64| (k * x[0] + phase + angle).sin();
        let steady = |time: f64| amplitude / size * wave(frequency * time - angle);
        steady(time) + (amplitude * wave(0.0) - steady(0.0)) * (-decay * time).exp()
    })
}

#[test]
fn every_integrator_takes_the_force_at_the_right_time() {
    let mut spec = combined(32, 16.0, [0.0, 0.2, 0.0], 8.0);
    spec.drawn = vec![0.8, 0.4, 0.5, 1.0]; // one term: A = 0.5 · 0.8, ω = 0.4, l = 2, φ = 1
    let u0 = spec.own_initial().expect("the force at the start");
    assert!(difference(&u0, &forced(&spec, 0.0)) < 1e-13);
    for integrator in Integrator::ALL {
        spec.integrator = integrator;
        let mut errors = vec![];
        for substeps in [4, 8] {
            spec.substeps = substeps;
            // Two frames: the clock must run on between them.
            let found = final_state(&spec, &u0, 2);
            errors.push(difference(&found, &forced(&spec, 16.0)));
        }
        let slope = slope(&errors);
        println!("{integrator}: slope {slope:.2}, errors {errors:?}");
        // Third order is fourth for a force alone: its weights are then Simpson's.
        assert!(
            slope > f64::from(integrator.order()) - 0.15,
            "{integrator}: {slope}"
        );
    }
}

#[test]
fn a_start_sets_the_clock_back() {
    let mut spec = combined(32, 16.0, [1.0, 0.2, 0.0], 1.0);
    spec.drawn = vec![0.8, 0.4, 0.5, 1.0];
    let u0 = spec.own_initial().expect("the force at the start");
    let mut stepper = spec.stepper().expect("valid");
    let mut ends = [vec![0.0; 32], vec![0.0; 32]];
    for end in &mut ends {
        stepper.start(&u0);
        stepper.step();
        stepper.read(end);
    }
    assert_eq!(ends[0], ends[1]);
}

#[test]
fn draws_have_five_terms_within_their_ranges_and_exist_on_any_grid() {
    let draw = equation::find("combined").and_then(|entry| entry.draw);
    let draw = draw.expect("a force");
    let mut periods = [0; 4];
    for index in 0..200 {
        let mut coarse = combined(32, 16.0, [1.0, 0.0, 0.0], 0.1);
        coarse.drawn = draw(&mut Rng::stream(0, Stream::Force, index));
        assert_eq!(coarse.drawn.len(), 20);
        for term in coarse.drawn.chunks_exact(4) {
            assert!(term[0].abs() <= 1.0 && term[1].abs() <= 0.4 && (0.0..1.0).contains(&term[2]));
            periods[1 + (3.0 * term[2]) as usize] += 1;
        }
        let fine = SimulationSpec {
            grid: cube(1, 64, 16.0),
            ..coarse.clone()
        };
        let (u, v) = (
            coarse.own_initial().expect("own"),
            fine.own_initial().expect("own"),
        );
        assert!(difference(&u, &crate::common::coarsen(&v, &fine.grid, 2)) < 1e-13);
    }
    assert!(periods[1..].iter().all(|&count| count > 250), "{periods:?}"); // 333 each, σ = 15
}

#[test]
fn single_precision_shocks_stay_finite() {
    let mut spec = combined(128, 16.0, [6.0, 0.0, 0.0], 0.1);
    spec.drawn = vec![0.9, 0.2, 0.9, 0.0, -0.7, 0.1, 0.2, 2.0];
    spec.substeps = 40;
    spec.precision = Precision::F32;
    let u0 = spec.own_initial().expect("own");
    let u = final_state(&spec, &u0, 20);
    assert!(u.iter().all(|u| u.is_finite() && u.abs() < 3.0));
}
