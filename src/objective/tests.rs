//! Promises of objectives about their gradients, and relations between them.

use super::*;
use crate::batch::{Layout, TeacherOf};
use crate::plan::Plan;
use crate::recipe::Recipe;
use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Int};
use ondine_datasets::{Source, Window};
use ondine_models::{Init, Model, Scaling, Surrogate};
use std::f64::consts::TAU;

mod members;

/// Two windows of simulations, without frames.
fn windows(plan: &Plan) -> Vec<Window> {
    let ensemble = &plan.solver.as_ref().expect("an equation").training;
    let window = |index| Window {
        simulation: index,
        grid: 0,
        start: 0,
        conditions: Arc::new(ensemble.conditions(index)),
        frames: vec![],
        static_fields: Arc::new([]),
    };
    (0..2).map(window).collect()
}

/// A surrogate and a batch of random frames that require gradients.
fn setup(options: &str) -> (Plan, Model, Batch) {
    setup_of("kind = \"fno\"\nwidth = 6\nmodes = 4\nlayers = 1", options)
}

/// The same of a model of these options.
fn setup_of(model: &str, options: &str) -> (Plan, Model, Batch) {
    let text = format!(
        "[equation]\nkind = \"diffusion\"\ndiffusivity = 0.1\n[grid]\npoints = [16]\nlength = 6.0\n\
         [time]\ndt = 0.1\nframes = 8\nsubsteps = 1\n[ensemble]\nsimulations = 40\n\
         [model]\n{model}\n[train]\nsteps = 3\n\
         [objective]\n{options}\n"
    );
    let checked = Recipe::parse("small.toml", &text, &[]).and_then(Recipe::check);
    let plan = checked.unwrap_or_else(|error| panic!("{error}"));
    let device = Device::flex().autodiff();
    let mut scaling = Scaling::identity(&plan.fields);
    scaling.increment = vec![0.5; plan.fields.outputs];
    let surrogate = plan.surrogate(&mut Init::new(1, &device), scaling);
    let teacher = TeacherOf {
        model: plan.surrogate(
            &mut Init::new(2, &Device::flex()),
            surrogate.scaling.clone(),
        ),
        trained: plan.fields.grid.clone(),
        reach: plan.model.reach(),
        conditions: (0..plan.problem.conditions.len()).collect(),
        repeats: 1,
        samples: 1,
    };
    let layout = &plan.stages[0].layout;
    let base = Batch {
        teacher: Some(teacher.batch(&windows(&plan), layout, &device)),
        frames: Vec::new(),
        parameters: Tensor::ones([2, plan.fields.parameters], &device) * 0.3,
        grid: vec![16],
        solver: plan.stages[0]
            .solver
            .as_ref()
            .map(|of| of.batch(&windows(&plan), &device)),
    };
    let mut draws = SurrogateRng::new(1);
    let shape = [2, 16, plan.fields.inputs];
    let mut random = || Tensor::from_inner(draws.normal(shape, &device)).require_grad();
    let states = plan.stages[0].objective.frames();
    let frames = (0..states).map(|_| random()).collect();
    let batch = Batch { frames, ..base };
    (plan, surrogate, batch)
}

fn loss(plan: &Plan, surrogate: &Model, batch: &Batch) -> Tensor<1> {
    let objective = &plan.stages[0].objective;
    objective.loss(surrogate, batch, &mut SurrogateRng::new(0))
}

fn value(loss: Tensor<1>) -> f64 {
    f64::from(loss.into_scalar::<f32>())
}

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
        let predicted = surrogate.step(
            start.clone(),
            batch.parameters.clone(),
            &batch.grid,
            &mut SurrogateRng::new(0),
        );
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

/// The gradients of all weights in a row.
fn weight_gradients(surrogate: &Model, loss: &Tensor<1>) -> Vec<f32> {
    struct Collect(GradientsParams, Vec<f32>);
    impl ModuleVisitor for Collect {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let gradient = self
                .0
                .get::<D>(param.id)
                .expect("every weight has a gradient");
            self.1
                .extend(crate::batch::to_values(gradient.reshape([-1])));
        }
    }
    let gradients = GradientsParams::from_grads(loss.clone().backward(), surrogate);
    let mut collect = Collect(gradients, Vec::new());
    surrogate.visit(&mut collect);
    collect.1
}

#[test]
fn a_gradient_through_the_last_step_alone_is_that_of_pushforward_to_the_bit() {
    let of = |options: &str| {
        let (plan, surrogate, batch) = setup(&format!("{options}\nsteps = 3\nnoise = 0.1"));
        let loss = loss(&plan, &surrogate, &batch);
        (weight_gradients(&surrogate, &loss), value(loss))
    };
    let pushforward = of("kind = \"pushforward\"");
    let last = "kind = \"unrolled\"\nover = \"last\"";
    assert_eq!(of(&format!("{last}\ngradient_steps = 1")), pushforward);
    assert_ne!(of(&format!("{last}\ngradient_steps = 2")).0, pushforward.0);
}

#[test]
fn a_chain_is_cut_after_every_so_many_steps_from_its_end() {
    for over in ["all", "last"] {
        let options = format!("kind = \"unrolled\"\nover = \"{over}\"\n");
        let cut = format!("{options}steps = 5\ngradient_steps = 2");
        let (plan, surrogate, batch) = setup(&cut);
        let whole = loss(&plan, &surrogate, &batch);
        // Steps 1, 2 and 3, 4 and 5, each part from where the one before ended.
        let mut start = batch.frames[0].clone();
        let mut parts = Vec::new();
        for part in [0..2, 1..4, 3..6] {
            let steps = part.len() - 1;
            let plan = setup(&format!("{options}steps = {steps}")).0;
            let frames = [&[start.clone()], &batch.frames[part][1..]].concat();
            let batch = Batch {
                frames,
                ..batch.clone()
            };
            parts.push(loss(&plan, &surrogate, &batch) * steps as f64);
            for _ in 0..steps {
                let parameters = batch.parameters.clone();
                let next =
                    surrogate.step(start, parameters, &batch.grid, &mut SurrogateRng::new(0));
                start = next.detach();
            }
        }
        let expected = match over {
            "all" => parts.into_iter().reduce(Tensor::add).expect("three parts") / 5.0,
            _ => parts.pop().expect("three parts") / 2.0,
        };
        assert!((value(whole.clone()) / value(expected.clone()) - 1.0).abs() < 1e-5);
        let [found, expected] = [whole, expected].map(|loss| weight_gradients(&surrogate, &loss));
        let size = expected.iter().fold(0.0, |size: f32, g| size.max(g.abs()));
        for (found, expected) in found.iter().zip(expected) {
            // Sums in another order, in single precision.
            assert!(
                (found - expected).abs() < 1e-4 * size,
                "{over}: {found} and {expected}"
            );
        }
    }
}

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
                let (u, parameters) = (batch.frames[frame - 1].clone(), batch.parameters.clone());
                let next = surrogate.step(u, parameters, &batch.grid, &mut SurrogateRng::new(0));
                batch.frames[frame] = next;
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
            let parameters = batch.parameters.clone();
            u = surrogate.step(u, parameters, &batch.grid, &mut SurrogateRng::new(0));
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

/// Options of a student with this teacher, see [`setup`].
const DISTIL: &str = "kind = \"distil\"\nteacher = \"runs/teacher\"";

#[test]
fn a_step_beside_a_teacher_is_one_beside_a_simulation_that_the_teacher_made() {
    let of = |options: &str, batch: Option<&Batch>| {
        let (plan, surrogate, own) = setup(options);
        let loss = loss(&plan, &surrogate, batch.unwrap_or(&own));
        (weight_gradients(&surrogate, &loss), value(loss), own)
    };
    let (slope, taught, batch) = of(DISTIL, None);
    let mut made = batch.clone();
    let draws = &mut SurrogateRng::new(0);
    made.frames[1] = batch.teacher().step(batch.frames[0].clone(), draws);
    let (expected, beside, _) = of("kind = \"one_step\"", Some(&made));
    assert!(
        (taught / beside - 1.0).abs() < 1e-5,
        "{taught} and {beside}"
    );
    let size = expected.iter().fold(0.0, |size: f32, g| size.max(g.abs()));
    for (found, expected) in slope.iter().zip(&expected) {
        // Sums in another order, in single precision.
        assert!(
            (found - expected).abs() < 1e-4 * size,
            "{found} and {expected}"
        );
    }
    let (_, simulated, _) = of("kind = \"one_step\"", Some(&batch));
    let (_, both, _) = of(&format!("{DISTIL}\nweight = 0.25"), Some(&batch));
    let mean = 0.25 * taught + 0.75 * simulated;
    assert!((both / mean - 1.0).abs() < 1e-5, "{both} and {mean}");
}

#[test]
fn a_teacher_takes_as_many_steps_as_a_step_of_the_student_has_and_answers_with_a_mean() {
    let (plan, surrogate, batch) = setup(&format!("{DISTIL}\nstride = 2"));
    let device = batch.parameters.device();
    let (layout, u) = (&plan.stages[0].layout, batch.frames[0].clone());
    let teacher = |repeats, samples| TeacherOf {
        model: plan.surrogate(
            &mut Init::new(3, &Device::flex()),
            surrogate.scaling.clone(),
        ),
        trained: plan.fields.grid.clone(),
        reach: plan.model.reach(),
        conditions: vec![0],
        repeats,
        samples,
    };
    let step = |teacher: TeacherOf, layout: &Layout, u: Tensor<3>| {
        let of = teacher.batch(&windows(&plan), layout, &device);
        of.step(u, &mut SurrogateRng::new(0))
    };
    let frame = Layout {
        stride: 1,
        ..layout.clone()
    };
    let once = step(teacher(1, 1), &frame, u.clone());
    let expected = step(teacher(1, 1), &frame, once);
    let values = |u: Tensor<3>| crate::batch::to_values(u.inner().reshape([-1]));
    assert_eq!(
        values(step(teacher(2, 1), layout, u.clone())),
        values(expected.clone())
    );
    let mean = values(step(teacher(2, 3), layout, u));
    for (mean, one) in mean.into_iter().zip(values(expected)) {
        assert!(
            (mean - one).abs() <= 1e-6 * one.abs().max(1.0),
            "three equal answers"
        );
    }
}
