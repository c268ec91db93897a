//! Promises of objectives about their gradients, and relations between them.

mod chains;
mod distil;
mod members;
mod norms;
mod setup;

use super::OBJECTIVES;
use burn::module::Param;
use burn::optim::GradientsParams;
use burn::tensor::Tensor;
use ondine_models::{Surrogate, SurrogateRng};
use setup::{loss, setup, stepped, value};

/// The slope of the loss along the frame `frame`, by automatic differentiation and by differences.
fn slopes(options: &str, frame: usize) -> [f64; 2] {
    let (plan, surrogate, batch) = setup(options);
    let gradients = loss(&plan, &surrogate, &batch).backward();
    let direction = batch.frames[frame].clone().inner().flip([1]);
    let slope = batch.frames[frame]
        .grad(&gradients)
        .map_or(0.0, |gradient| value((gradient * direction.clone()).sum()));
    let at = |s: f64| {
        let mut moved = batch.clone();
        let shift = Tensor::from_inner(direction.clone() * s);
        moved.frames[frame] = moved.frames[frame].clone() + shift;
        value(loss(&plan, &surrogate, &moved))
    };
    let h = 1e-2;
    let difference = (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h);
    [slope, difference]
}

#[test]
fn gradients_flow_through_all_steps_of_unrolled() {
    for options in [
        "kind = \"unrolled\"\nsteps = 3",
        "kind = \"unrolled\"\nsteps = 3\nnorm = \"h2\"\nnorm_weight = 0.01",
        "kind = \"one_step\"\nnorm = \"h1\"",
        "kind = \"one_step\"\nnorm = \"relative\"",
        "kind = \"unrolled\"\nsteps = 2\nnorm = \"relative\"",
        "kind = \"unrolled\"\nsteps = 3\nover = \"last\"",
        "kind = \"unrolled\"\nsteps = 3\ngradient_steps = 3",
        "kind = \"one_step\"",
        "kind = \"diverted\"\nsteps = 3",
        "kind = \"diverted\"\nsteps = 2\nnoise = 0.1\nstride = 2",
        "kind = \"residual\"\ntruth = 0.5",
        "kind = \"unrolled\"\nsteps = 3\nhistory = 3",
        "kind = \"unrolled\"\nsteps = 2\nhistory = 3\nbundle = 2",
        "kind = \"unrolled\"\nsteps = 3\nhistory = 2\nover = \"last\"\nnoise = 0.1",
    ] {
        let [slope, difference] = slopes(options, 0);
        let error = (slope - difference).abs() / difference.abs();
        // Fourth-order central difference; f32 rounding of the loss limits it to about 1e-4.
        assert!(error < 2e-3, "{options}: {slope} and {difference}");
    }
}

#[test]
fn pushforward_has_a_gradient_through_its_last_step_alone() {
    let options = "kind = \"pushforward\"\nsteps = 3";
    let [first, difference] = slopes(options, 0);
    assert!(
        first == 0.0 && difference.abs() > 1e-3,
        "{first} and {difference}"
    );
    let [last, difference] = slopes(options, 3);
    let error = (last - difference).abs() / difference.abs();
    assert!(error < 2e-3, "{last} and {difference}");
}

#[test]
fn losses_of_several_steps_are_those_of_the_steps_one_by_one() {
    let unrolled = |options: &str| {
        let (plan, surrogate, batch) = setup(&format!("kind = {options}\nsteps = 2"));
        let both = value(loss(&plan, &surrogate, &batch));
        let [start, middle, end] = [0, 1, 2].map(|i| batch.frames[i].clone());
        let step = |u: Tensor<3>, next: Tensor<3>| {
            let parameters = batch.parameters.clone();
            value(surrogate.loss(u, next, parameters, &batch.grid, &mut SurrogateRng::new(0)))
        };
        let predicted = stepped(&surrogate, &batch, start.clone());
        (both, step(start, middle), step(predicted, end))
    };
    let (both, first, second) = unrolled("\"unrolled\"");
    assert!((both - 0.5 * (first + second)).abs() < 1e-5 * both);
    for kind in ["\"unrolled\"\nover = \"last\"", "\"pushforward\""] {
        let (loss, _, second) = unrolled(kind);
        assert!(
            (loss - second).abs() < 1e-5 * second,
            "{kind}: {loss}, {second}"
        );
    }
}

/// A surrogate that is in no list: every state times one factor.
struct Growth(Param<Tensor<1>>);

impl Surrogate for Growth {
    fn step(&self, u: Tensor<3>, _: Tensor<2>, _: &[usize], _: &mut SurrogateRng) -> Tensor<3> {
        u * self.0.val().reshape([1, 1, 1])
    }
}

#[test]
fn every_objective_has_a_gradient_for_a_surrogate_that_is_in_no_list() {
    let all = OBJECTIVES
        .iter()
        .flat_map(|entry| ["", "history = 3"].map(|history| (entry, history)));
    for (entry, history) in all {
        let teacher = if entry.reads("teacher") {
            "teacher = \"runs/teacher\""
        } else {
            ""
        };
        let alone = setup(&format!("kind = \"{}\"\n{teacher}", entry.kind)).0;
        if alone.stages[0].solver.is_some() && !history.is_empty() {
            continue; // a solver steps from one frame
        }
        let kind = entry.kind;
        let options = format!("kind = \"{kind}\"\nnoise = 0.1\n{history}\n{teacher}");
        let (plan, _, batch) = setup(&options);
        let growth = Growth(Param::from_data([1.1], &batch.parameters.device()));
        let objective = &plan.stages[0].objective;
        let loss = objective.loss(&growth, &batch, &mut SurrogateRng::new(0));
        let gradients = GradientsParams::from_grads(loss.backward(), &growth.0);
        let slope = gradients.get::<1>(growth.0.id).map(value);
        assert!(slope.is_some_and(|slope| slope.abs() > 1e-3), "{slope:?}");
    }
}
