//! Largest Lyapunov exponents that are known: by hand, and by other codes.

use std::f64::consts::TAU;
use std::ops::ControlFlow;

use crate::common::{initial, simulation};
use ondine_solvers::lyapunov::{Exponent, separation_rates};
use ondine_solvers::{Rng, SimulationSpec, Stream};

/// The rates of a run from `u0`.
fn rates(spec: &SimulationSpec, u0: &[f64], run: [usize; 2], seed: u64) -> Vec<f64> {
    let mut rng = Rng::stream(seed, Stream::Noise, 0);
    let go_on = &mut |_| ControlFlow::Continue(());
    let rates = separation_rates(spec, u0, run, &mut rng, go_on);
    let rates = rates.unwrap_or_else(|error| panic!("{error}"));
    rates.expect("it goes on to the end")
}

#[test]
fn one_unstable_wave_around_a_constant_grows_at_its_rate() {
    // Of the waves of a box of 10 the first alone grows, by k² − k⁴.
    let spec = simulation("kuramoto_sivashinsky", 1.0, (32, 10.0), 0.25);
    let k: f64 = TAU / 10.0;
    let found = Exponent::of(&[rates(&spec, &[0.5; 32], [0, 400], 1)]);
    assert!(
        (found.value - (k.powi(2) - k.powi(4))).abs() < 1e-6,
        "{found:?}"
    ); // rounding, grown for 100 time units
    assert!(found.error < 1e-6, "{found:?}");
}

/// An independent fourth-order solver in `NumPy` gave 0.047 ± 0.002 in a box of 22.
#[test]
fn chaos_of_kuramoto_sivashinsky_in_a_small_box_has_the_exponent_of_another_code() {
    let spec = simulation("kuramoto_sivashinsky", 1.0, (48, 22.0), 0.25);
    let runs: Vec<Vec<f64>> = (0..4)
        .map(|seed| rates(&spec, &initial(&spec, seed), [400, 8_000], seed))
        .collect();
    let found = Exponent::of(&runs);
    println!("{:.4} ± {:.4}", found.value, found.error);
    assert!((found.value - 0.047).abs() < 0.01, "{found:?}");
    assert!(found.error < 0.005, "{found:?}"); // two of them are within the tolerance
}
