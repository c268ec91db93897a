//! A small recipe with its surrogate and a batch of random frames.

use crate::batch::{Batch, TeacherOf, to_values};
use crate::plan::Plan;
use crate::recipe::Recipe;
use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use ondine_datasets::{Source, Window};
use ondine_models::{Init, Model, Scaling, Surrogate, SurrogateRng};
use std::sync::Arc;

/// Two windows of simulations, without frames.
pub(super) fn windows(plan: &Plan) -> Vec<Window> {
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
pub(super) fn setup(options: &str) -> (Plan, Model, Batch) {
    setup_of("kind = \"fno\"\nwidth = 6\nmodes = 4\nlayers = 1", options)
}

/// The same of a model of these options.
pub(super) fn setup_of(model: &str, options: &str) -> (Plan, Model, Batch) {
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
    let teacher = teacher_of(&plan, &surrogate, 2);
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

/// Another surrogate of a plan as the teacher of this one, which takes one step and answers once.
pub(super) fn teacher_of(plan: &Plan, surrogate: &Model, seed: u64) -> TeacherOf {
    TeacherOf {
        model: plan.surrogate(
            &mut Init::new(seed, &Device::flex()),
            surrogate.scaling.clone(),
        ),
        trained: plan.fields.grid.clone(),
        reach: plan.model.reach(),
        conditions: (0..plan.problem.conditions.len()).collect(),
        repeats: 1,
        samples: 1,
    }
}

/// The state that follows `u` under the conditions of a batch.
pub(super) fn stepped(surrogate: &Model, batch: &Batch, u: Tensor<3>) -> Tensor<3> {
    let parameters = batch.parameters.clone();
    surrogate.step(u, parameters, &batch.grid, &mut SurrogateRng::new(0))
}

/// The loss of a batch in the first stage of a plan.
pub(super) fn loss(plan: &Plan, surrogate: &Model, batch: &Batch) -> Tensor<1> {
    let objective = &plan.stages[0].objective;
    objective.loss(surrogate, batch, &mut SurrogateRng::new(0))
}

/// A tensor of one number as that.
pub(super) fn value(loss: Tensor<1>) -> f64 {
    f64::from(loss.into_scalar::<f32>())
}

/// The gradients of all weights in a row.
pub(super) fn weight_gradients(surrogate: &Model, loss: &Tensor<1>) -> Vec<f32> {
    struct Collect(GradientsParams, Vec<f32>);
    impl ModuleVisitor for Collect {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let gradient = self
                .0
                .get::<D>(param.id)
                .expect("every weight has a gradient");
            self.1.extend(to_values(gradient.reshape([-1])));
        }
    }
    let gradients = GradientsParams::from_grads(loss.clone().backward(), surrogate);
    let mut collect = Collect(gradients, Vec::new());
    surrogate.visit(&mut collect);
    collect.1
}

/// Makes sure that two lists of gradients are alike: sums in another order, in single precision.
pub(super) fn assert_alike(found: &[f32], expected: &[f32], case: &str) {
    let size = expected.iter().fold(0.0, |size: f32, g| size.max(g.abs()));
    assert_eq!(found.len(), expected.len(), "{case}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() < 1e-4 * size,
            "{case}: {found} and {expected}"
        );
    }
}
