//! The ensemble: simulations by index, and the priors that they are drawn from.

mod priors;

use crate::doubles::{cases, sampler, within_patience, without_options};
use ondine_datasets::policy::Fifo;
use ondine_datasets::sampler::Sampler;
use ondine_datasets::{
    Batches, Buffer, BufferConfig, Conditions, Cursor, Cut, Distribution, Ensemble, Order,
    Quantities, RateLimiter, Source, WorkerPool,
};
use ondine_solvers::initial::SineSeries;
use ondine_solvers::{Integrator, Precision, equation};
use proptest::prelude::*;
use std::ops::ControlFlow;
use std::sync::Arc;

const POINTS: usize = 32;
const FRAMES: usize = 4;

fn uniform(low: f64, high: f64) -> Distribution {
    Distribution::Uniform {
        uniform: [low, high],
    }
}

fn quantities() -> Quantities {
    Quantities {
        parameters: vec![uniform(0.05, 0.2)],
        length: vec![uniform(4.0, 8.0)],
        dt: uniform(0.02, 0.04),
    }
}

/// Burgers flows on 32 points; parameter, length and time step vary.
fn ensemble(sampler: Arc<dyn Sampler>, seed: u64) -> Ensemble {
    Ensemble {
        equation: equation::find("burgers").expect("the equation is in the list"),
        points: vec![POINTS],
        solver_points: vec![POINTS],
        obstacles: vec![],
        quantities: quantities(),
        substeps: 2,
        integrator: Integrator::Etdrk2,
        precision: Precision::F64,
        threads: 1,
        warmup: 1,
        frames: FRAMES,
        initial: Arc::new(SineSeries::default()),
        sampler,
        seed,
    }
}

fn frames(ensemble: &Ensemble, index: u64) -> Vec<Vec<f64>> {
    let mut frames = Vec::new();
    let result = ensemble.run(index, &mut |frame| {
        frames.push(frame.to_vec());
        ControlFlow::Continue(())
    });
    result.expect("the simulation is stable");
    frames
}

#[test]
fn a_simulation_can_be_placed_and_its_conditions_say_where() {
    let ensemble = ensemble(sampler("sobol", 2), 2);
    let placed = ensemble
        .at(&[0.25, 0.5, 0.0])
        .expect("three quantities vary");
    for index in [0, 7] {
        let Conditions {
            dt,
            length,
            parameters,
            ..
        } = placed.conditions(index);
        for (found, expected) in [(parameters[0], 0.0875), (length[0], 6.0), (dt, 0.02)] {
            assert!((found - expected).abs() < 1e-15, "{found}, {expected}");
        }
        let drawn = ensemble.conditions(index);
        let again = ensemble.at(&ensemble.quantities.point(&drawn));
        let again = again.expect("inside of the cube").conditions(index);
        for (found, expected) in again.values().zip(drawn.values()) {
            assert!((found - expected).abs() < 1e-15, "{found}, {expected}");
        }
    }
    for point in [
        &[0.5; 2][..],
        &[0.5; 4],
        &[0.5, 1.0, 0.5],
        &[f64::NAN, 0.5, 0.5],
        &[],
    ] {
        assert!(ensemble.at(point).is_none(), "{point:?}");
    }
}

#[test]
fn a_simulation_is_the_same_alone_and_in_any_order() {
    for (entry, sampler) in without_options(3) {
        let new = || ensemble(sampler.clone(), 3);
        let all = new();
        let forward: Vec<_> = (0..6).map(|index| frames(&all, index)).collect();
        let mut backward: Vec<_> = (0..6).rev().map(|index| frames(&all, index)).collect();
        backward.reverse();
        assert_eq!(forward, backward, "{}", entry.kind);
        let alone = frames(&new(), 4);
        assert_eq!(alone, forward[4], "{}", entry.kind);
        assert_eq!(alone.len(), FRAMES, "{}", entry.kind);
        assert_ne!(forward[0], forward[1], "{}", entry.kind);
        let other = frames(&ensemble(sampler.clone(), 4), 0);
        assert_ne!(other, forward[0], "{}: the seed counts", entry.kind);
    }
}

#[test]
fn windows_of_a_pool_are_those_of_simulations_made_alone() {
    let ensemble = ensemble(sampler("monte_carlo", 1), 1);
    let (cut, simulations) = (
        Cut {
            stride: 1,
            frames: 2,
        },
        8_u64,
    );
    let total = simulations * cut.windows(FRAMES) as u64;
    let config = BufferConfig {
        capacity: 10,
        watermark: 1,
        order: Order::Arrival,
        pace: RateLimiter {
            total,
            watermark: 1,
            steps: total,
            drain: 0,
            ahead: 4,
            behind: 1,
            batches: Batches::of(1),
            growth: 1.0,
        },
        seed: 0,
    };
    let buffer = Arc::new(Buffer::new(Box::new(Fifo::new(10)), config));
    let (simulator, cursor) = (Arc::new(ensemble.clone()), Cursor::default());
    let windows = within_patience(move || {
        let _pool = WorkerPool::start(3, simulator, buffer.clone(), cut, &cursor, simulations);
        let draw = |_| buffer.draw(1).expect("stable").remove(0);
        (0..total).map(draw).collect::<Vec<_>>()
    });
    for window in windows {
        let alone = frames(&ensemble, window.simulation);
        for (position, frame) in window.frames.iter().enumerate() {
            let expected = alone[window.start + position].iter().map(|&u| u as f32);
            assert!(frame.on_host().iter().copied().eq(expected), "{window:?}");
        }
        assert_eq!(*window.conditions, ensemble.conditions(window.simulation));
    }
}

#[test]
fn conditions_are_those_of_the_solver_run() {
    let ensemble = ensemble(sampler("monte_carlo", 2), 2);
    for index in [0, 1, 70_000] {
        let spec = ensemble.spec(index).expect("a valid grid");
        let length = spec.grid.length().to_vec();
        let expected = Conditions {
            dt: spec.dt,
            spacing: vec![length[0] / POINTS as f64],
            length,
            parameters: spec.parameters,
        };
        assert_eq!(ensemble.conditions(index), expected);
    }
}

#[test]
fn initial_states_do_not_depend_on_what_else_is_drawn() {
    let varied = ensemble(sampler("monte_carlo", 2), 2);
    let mut fixed = varied.clone();
    fixed.quantities.parameters = vec![Distribution::Constant(0.1)];
    let spec = varied.spec(5).expect("a valid grid");
    assert_eq!(
        varied.initial_state(&spec, 5).expect("a formula"),
        fixed.initial_state(&spec, 5).expect("a formula")
    );
}

#[test]
fn a_failing_simulation_names_its_index_and_parameters() {
    let mut ensemble = ensemble(sampler("monte_carlo", 0), 0);
    ensemble.quantities.parameters = vec![Distribution::Constant(-1.0)];
    let result = ensemble.run(6, &mut |_| ControlFlow::Continue(()));
    let error = result.expect_err("viscosity is positive").to_string();
    assert!(error.starts_with("simulation 6: "), "{error}");
    assert!(
        error.contains("viscosity") && error.contains("-1"),
        "{error}"
    );
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn conditions_lie_within_their_priors(seed: u64, index: u64) {
        for (entry, sampler) in without_options(seed) {
            let ensemble = ensemble(sampler, seed);
            let drawn = ensemble.conditions(index);
            let values = [drawn.parameters[0], drawn.length[0], drawn.dt];
            for (value, prior) in values.iter().zip(ensemble.quantities.iter()) {
                let [low, high] = prior.range();
                prop_assert!((low..=high).contains(value), "{}: {drawn:?}", entry.kind);
            }
        }
    }

    #[test]
    fn quantiles_rise_within_the_range(
        low in -1e6..1e6_f64,
        width in 0.0..1e6_f64,
        a in 0.0..1.0_f64,
        b in 0.0..1.0_f64,
    ) {
        let prior = uniform(low, low + width);
        let [low, high] = prior.range();
        let (lesser, greater) = (prior.quantile(a.min(b)), prior.quantile(a.max(b)));
        prop_assert!(low <= lesser && lesser <= greater && greater <= high);
        prop_assert!((low..=high).contains(&prior.center()));
    }

    #[test]
    fn distributions_survive_a_round_trip(low in -1e6..1e6_f64, width in 0.0..1e6_f64) {
        for value in [Distribution::Constant(low), uniform(low, low + width)] {
            let text = toml::to_string(&Line { value: value.clone() }).expect("it is TOML");
            prop_assert_eq!(toml::from_str::<Line>(&text).expect("it is read").value, value);
        }
    }
}

#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Line {
    value: Distribution,
}
