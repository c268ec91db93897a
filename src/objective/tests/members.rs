//! Losses of the members of an ensemble over several steps.

use super::setup::{assert_alike, loss, setup_of, value, weight_gradients};
use crate::batch::Batch;
use crate::metric::ensemble::{Crps, crps};
use crate::plan::Plan;
use burn::tensor::Tensor;
use ondine_models::{Model, Norm, Surrogate, SurrogateRng};

/// Members, and the share of the fair score in the loss.
const MEMBERS: usize = 3;
const ALPHA: f64 = 0.9;

/// An ensemble whose members keep this share of their noise, see [`setup`].
fn setup_members(correlation: f64, options: &str) -> (Plan, Model, Batch) {
    let model = format!(
        "kind = \"crps_ensemble\"\nmembers = {MEMBERS}\nalpha = {ALPHA}\nnoise_correlation = {correlation:?}\n\
         backbone = {{ kind = \"fno\", width = 6, modes = 4, layers = 1, spectral_scale = 1.0 }}"
    );
    setup_of(&model, options)
}

fn values(u: Tensor<3>) -> Vec<f32> {
    crate::batch::to_values(u.inner().reshape([-1]))
}

#[test]
fn members_have_rollouts_of_their_own_and_are_scored_where_they_are() {
    for correlation in [0.0, 0.8, 1.0] {
        let (plan, surrogate, batch) = setup_members(correlation, "kind = \"unrolled\"\nsteps = 3");
        let found = value(loss(&plan, &surrogate, &batch));
        let draws = &mut SurrogateRng::new(0);
        let mut u = batch.frames[0].clone().repeat_dim(0, MEMBERS);
        let parameters = batch.parameters.clone().repeat_dim(0, MEMBERS);
        let mut expected = Vec::new();
        for frame in &batch.frames[1..] {
            u = surrogate.step(u, parameters.clone(), &batch.grid, draws);
            let (members, truths) = (values(u.clone()), values(frame.clone()));
            for (window, truth) in truths.chunks(16).enumerate() {
                let of_window = members.chunks(16).skip(window).step_by(2); // two windows
                let of_window: Vec<&[f32]> = of_window.collect();
                assert_eq!(of_window.len(), MEMBERS);
                expected.push(crps(&of_window, truth, Crps::AlmostFair(ALPHA)) / 0.5);
            }
        }
        let expected = expected.iter().sum::<f64>() / expected.len() as f64;
        // Single precision.
        assert!(
            (found / expected - 1.0).abs() < 1e-5,
            "{correlation}: {found}, {expected}"
        );
    }
}

#[test]
fn noise_of_earlier_steps_counts_over_several_steps_alone() {
    let of = |correlation: f64, options: &str| {
        let (plan, surrogate, batch) = setup_members(correlation, options);
        value(loss(&plan, &surrogate, &batch))
    };
    let one = "kind = \"one_step\"";
    assert_eq!(of(0.0, one).to_bits(), of(1.0, one).to_bits());
    for kind in ["unrolled", "pushforward"] {
        let options = format!("kind = \"{kind}\"\nsteps = 2");
        assert_ne!(
            of(0.0, &options).to_bits(),
            of(1.0, &options).to_bits(),
            "{kind}"
        );
    }
}

#[test]
fn every_batch_begins_rollouts_anew() {
    for options in [
        "kind = \"unrolled\"\nsteps = 2",
        "kind = \"pushforward\"\nsteps = 2",
    ] {
        let (plan, surrogate, batch) = setup_members(1.0, options);
        let draws = &mut SurrogateRng::new(0);
        let mut next = || value(plan.stages[0].objective.loss(&surrogate, &batch, draws));
        let [first, second] = [next(), next()];
        assert_ne!(first.to_bits(), second.to_bits(), "{options}");
    }
}

#[test]
fn a_teacher_leaves_the_noise_of_a_student_alone() {
    let (_, student, batch) = setup_members(1.0, "kind = \"one_step\"");
    let draws = &mut SurrogateRng::new(0);
    let mut round = || {
        let (u, parameters) = (batch.frames[0].clone(), batch.parameters.clone());
        let taught = batch.teacher().step(u.clone(), draws);
        [taught, student.step(u, parameters, &batch.grid, draws)].map(values)
    };
    let [[first, own], [second, again]] = [round(), round()];
    assert_ne!(first, second);
    assert_eq!(own, again);
}

#[test]
fn pushforward_scores_the_last_states_of_all_members_with_a_gradient_through_the_last_step() {
    let of = |options: &str| {
        let (plan, surrogate, batch) = setup_members(0.5, &format!("{options}\nsteps = 3"));
        let loss = loss(&plan, &surrogate, &batch);
        let gradients = loss.clone().backward();
        let slope = batch.frames[0].grad(&gradients);
        let slope = slope.map_or(0.0, |slope| value(slope.abs().sum()));
        (value(loss), slope)
    };
    let (pushed, slope) = of("kind = \"pushforward\"");
    let (unrolled, through_all) = of("kind = \"unrolled\"\nover = \"last\"");
    assert!(
        (pushed / unrolled - 1.0).abs() < 1e-6,
        "{pushed} and {unrolled}"
    );
    assert!(slope == 0.0 && through_all > 1e-3, "{slope}, {through_all}");
}

#[test]
fn gradients_go_through_all_steps_of_members() {
    for (correlation, over) in [(0.0, "all"), (1.0, "all"), (0.6, "last")] {
        let options = format!("kind = \"unrolled\"\nsteps = 3\nover = \"{over}\"");
        let (plan, surrogate, batch) = setup_members(correlation, &options);
        let found = weight_gradients(&surrogate, &loss(&plan, &surrogate, &batch));
        let draws = &mut SurrogateRng::new(0);
        let mut u = batch.frames[0].clone().repeat_dim(0, MEMBERS);
        let parameters = batch.parameters.clone().repeat_dim(0, MEMBERS);
        let mut scores = Vec::new();
        for frame in &batch.frames[1..] {
            u = surrogate.step(u, parameters.clone(), &batch.grid, draws);
            let (now, grid) = (u.clone(), &batch.grid);
            scores.push(surrogate.prediction_losses(now, frame.clone(), grid, Norm::L2));
        }
        if over == "last" {
            scores.drain(..2);
        }
        let expected = weight_gradients(&surrogate, &Tensor::cat(scores, 0).mean());
        assert_alike(&found, &expected, over);
        let cut = format!("{options}\ngradient_steps = 1");
        let (plan, surrogate, batch) = setup_members(correlation, &cut);
        let cut = weight_gradients(&surrogate, &loss(&plan, &surrogate, &batch));
        assert_ne!(cut, found, "{over}");
    }
}
