//! Objectives and surrogates that steps of the solver are a part of: equal to one step where they have to be, trained, judged
//! and used through the binary, refused where there is no tensor form.

mod trained;

use crate::common::plan_of;
use burn::tensor::{Device, Tensor};
use ondine::batch::Batch;
use ondine::burn;
use ondine::datasets::{Source, Window, WindowCutter};
use ondine::models::{Init, Scaling, Surrogate, SurrogateRng};
use ondine::plan::Plan;
use std::ops::ControlFlow;

/// Kuramoto–Sivashinsky with viscosities, lengths and time steps of each simulation, solved on more points than the frames have.
const RECIPE: &str = r#"
name = "small"
seed = 3

[equation]
kind = "kuramoto_sivashinsky"
viscosity = { uniform = [0.8, 1.2] }

[grid]
points = [32]
solver_points = [48]
length = { uniform = [20.0, 24.0] }

[time]
dt = { uniform = [0.2, 0.4] }
frames = 10
warmup = 20
substeps = 4

[ensemble]
simulations = 20
workers = 1

[buffer]
capacity = 100

[model]
kind = "fno"
width = 8
modes = 8
layers = 1

[train]
steps = 30
batch = 8
log = 10
checkpoint = 30

[evaluate]
every = 30
trajectories = 2
"#;

fn plan(sets: &[&str]) -> Plan {
    plan_of(RECIPE, sets)
}

/// The first window of each of some simulations.
fn windows(plan: &Plan) -> Vec<Window> {
    let ensemble = &plan.solver.as_ref().expect("an equation").training;
    let first = |index| {
        let mut cutter = WindowCutter::new(plan.cut, index, ensemble.conditions(index));
        let mut window = None;
        let run = ensemble.run(index, &mut |frame| {
            window = cutter.push(frame);
            match window {
                Some(_) => ControlFlow::Break(()),
                None => ControlFlow::Continue(()),
            }
        });
        run.unwrap_or_else(|error| panic!("{error}"));
        window.expect("long enough")
    };
    (0..4).map(first).collect()
}

/// The losses of an objective over the windows.
fn losses(sets: &[&str]) -> Vec<f32> {
    let (plan, device) = (plan(sets), Device::flex());
    let scaling = Scaling::identity(&plan.fields);
    let surrogate = plan.surrogate(&mut Init::new(1, &device), scaling);
    let batch = plan.stages[0].batch(&windows(&plan), 0, &device);
    let losses = (plan.stages[0].objective).losses(&surrogate, &batch, &mut SurrogateRng::new(0));
    losses.into_data().try_to_vec().expect("32 bits")
}

/// The largest relative distance of two lists.
fn apart(a: &[f32], b: &[f32]) -> f32 {
    let pairs = a.iter().zip(b);
    pairs.map(|(a, b)| (a / b - 1.0).abs()).fold(0.0, f32::max)
}

#[test]
fn one_diverted_step_is_one_step_as_the_solver_of_each_window_makes_its_truth() {
    for stride in ["objective.stride=1", "objective.stride=3"] {
        let one_step = losses(&["objective.kind=one_step", stride]);
        for same in [
            &["objective.kind=diverted", "objective.steps=1"][..],
            &["objective.kind=residual"],
            &[
                "objective.kind=diverted",
                "objective.steps=1",
                "objective.augment=[\"shift\"]",
            ],
        ] {
            let found = losses(&[same, &[stride]].concat());
            assert!(
                apart(&found, &one_step) < 2e-4,
                "{same:?}: {found:?}, {one_step:?}"
            ); // single precision
        }
        let both = losses(&["objective.kind=residual", "objective.truth=0.5", stride]);
        let expected: Vec<f32> = one_step.iter().map(|loss| 1.5 * loss).collect();
        assert!(apart(&both, &expected) < 2e-4, "{both:?}");
    }
}

#[test]
fn a_diverted_chain_is_judged_where_the_surrogate_is() {
    let plan = plan(&["objective.kind=diverted", "objective.steps=2"]);
    let device = Device::flex();
    let surrogate = plan.surrogate(&mut Init::new(1, &device), Scaling::identity(&plan.fields));
    let batch = plan.stages[0].batch(&windows(&plan), 0, &device);
    let step = |u: Tensor<3>| {
        let told = batch.parameters.clone();
        surrogate.step(u, told, &batch.grid, &mut SurrogateRng::new(0))
    };
    let error = |u: Tensor<3>| {
        let wrong = step(u.clone()) - batch.solver().step(u);
        let squares: Tensor<2> = wrong.square().flatten(1, 2);
        squares.mean_dim(1).squeeze_dim::<1>(1)
    };
    let u = batch.frames[0].clone();
    let expected = (error(u.clone()) + error(step(u))) / 2.0;
    let found = (plan.stages[0].objective).losses(&surrogate, &batch, &mut SurrogateRng::new(0));
    let [found, expected] =
        [found, expected].map(|losses| losses.into_data().try_to_vec().expect("32 bits"));
    assert!(apart(&found, &expected) < 1e-5, "{found:?}, {expected:?}");
}

/// The gradient of the mean loss by the weights, one after the other.
fn gradient(sets: &[&str]) -> Vec<f32> {
    let (plan, device) = (plan(sets), Device::flex().autodiff());
    let surrogate = plan.surrogate(&mut Init::new(1, &device), Scaling::identity(&plan.fields));
    let batch: Batch = plan.stages[0].batch(&windows(&plan), 0, &device);
    let loss = (plan.stages[0].objective).loss(&surrogate, &batch, &mut SurrogateRng::new(0));
    let gradients = loss.backward();
    let burn_gradients = burn::optim::GradientsParams::from_grads(gradients, &surrogate);
    let mut visitor = Collected(burn_gradients, Vec::new());
    burn::module::Module::visit(&surrogate, &mut visitor);
    visitor.1
}

struct Collected(burn::optim::GradientsParams, Vec<f32>);

impl burn::module::ModuleVisitor for Collected {
    fn visit_float<const D: usize>(&mut self, param: &burn::module::Param<Tensor<D>>) {
        if let Some(gradient) = self.0.get::<D>(param.id) {
            self.1
                .extend(gradient.into_data().try_to_vec::<f32>().expect("32 bits"));
        }
    }
}

#[test]
fn cuts_keep_the_loss_and_change_the_gradient() {
    let chain = ["objective.kind=diverted", "objective.steps=3"];
    let with = |cut: &'static str| [&chain[..], &[cut]].concat();
    let (no_solver, one) = (
        "objective.solver_gradient=false",
        "objective.gradient_steps=1",
    );
    let size = |g: &[f32]| g.iter().map(|g| g * g).sum::<f32>().sqrt();
    let whole = gradient(&chain);
    for cut in [no_solver, one] {
        assert_eq!(losses(&with(cut)), losses(&chain), "{cut}");
        let found = gradient(&with(cut));
        let apart: Vec<f32> = found.iter().zip(&whole).map(|(a, b)| a - b).collect();
        assert!(size(&apart) > 1e-2 * size(&whole), "{cut}");
    }
    // With both, nothing but single steps learns, as in a residual over as many.
    let both = gradient(&[&chain[..], &[no_solver, one]].concat());
    let residual = gradient(&["objective.kind=residual", "objective.steps=3"]);
    let apart: Vec<f32> = both.iter().zip(&residual).map(|(a, b)| a - b).collect();
    assert!(
        size(&apart) < 1e-4 * size(&both),
        "{} of {}",
        size(&apart),
        size(&both)
    );
}

#[test]
fn a_correction_is_the_coarse_solver_where_its_network_answers_nothing() {
    let model =
        "model={kind=\"correction\",backbone={kind=\"fno\",width=8,modes=8,layers=1},steps=4}";
    let plan = plan(&[model, "objective.kind=diverted", "grid.solver_points=[32]"]);
    let device = Device::flex();
    let mut scaling = Scaling::identity(&plan.fields);
    scaling.increment = vec![0.0; plan.fields.outputs];
    let surrogate = plan.surrogate(&mut Init::new(1, &device), scaling);
    let batch = plan.stages[0].batch(&windows(&plan), 0, &device);
    let u = batch.frames[0].clone();
    let next = surrogate.step(
        u.clone(),
        batch.parameters.clone(),
        &batch.grid,
        &mut SurrogateRng::new(0),
    );
    let error = (next - batch.solver().step(u))
        .abs()
        .max()
        .into_scalar::<f32>();
    assert!(error < 2e-5, "{error}"); // states of size 3, conditions rounded to 32 bits
}
