//! Errors in the norms of objectives.

use super::setup::{loss, setup, stepped, value};
use burn::tensor::{Int, Tensor};
use std::f64::consts::TAU;

#[test]
fn every_objective_counts_errors_in_its_norm() {
    // Of a wave of n = 3 wavelengths as the only error: weights 1 + w n² and 1 + w (n² + n⁴).
    for kind in ["one_step", "pushforward", "unrolled"] {
        let of = |norm: &str| {
            let (plan, surrogate, mut batch) = setup(&format!("kind = \"{kind}\"\n{norm}"));
            let device = batch.parameters.device().without_autodiff();
            let x = Tensor::<1, Int>::arange(0..16, &device).float() * (3.0 * TAU / 16.0);
            let wave = x.cos().reshape([1, 16, 1]).repeat_dim(0, 2);
            for frame in 1..batch.frames.len() {
                batch.frames[frame] = stepped(&surrogate, &batch, batch.frames[frame - 1].clone());
            }
            let last = batch.frames.len() - 1;
            batch.frames[last] = batch.frames[last].clone() + Tensor::<3>::from_inner(wave);
            value(loss(&plan, &surrogate, &batch))
        };
        let plain = of("norm = \"l2\"");
        for (norm, weight) in [("h1", 1.0 + 0.5 * 9.0), ("h2", 1.0 + 0.5 * 90.0)] {
            let ratio = of(&format!("norm = \"{norm}\"\nnorm_weight = 0.5")) / plain;
            assert!(
                (ratio / weight - 1.0).abs() < 1e-4,
                "{kind}, {norm}: {ratio}"
            ); // f32
        }
    }
}

#[test]
fn relative_errors_are_those_of_every_window_over_its_true_state() {
    for kind in ["one_step", "pushforward", "unrolled\"\nover = \"last"] {
        let (plan, surrogate, batch) = setup(&format!("kind = \"{kind}\"\nnorm = \"relative\""));
        let found = value(loss(&plan, &surrogate, &batch));
        let mut u = batch.frames[0].clone();
        for _ in 1..batch.frames.len() {
            u = stepped(&surrogate, &batch, u);
        }
        let truth = batch.frames[batch.frames.len() - 1].clone();
        let square = |u: Tensor<3>| u.square().mean_dim(1); // one channel
        let expected = value((square(u - truth.clone()) / square(truth)).sqrt().mean());
        assert!(
            (found / expected - 1.0).abs() < 1e-4,
            "{kind}: {found}, {expected}"
        ); // f32
    }
}
