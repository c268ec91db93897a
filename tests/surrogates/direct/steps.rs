//! Times that a surrogate from parameters is told, in batches and rollouts.

use super::HEAT;
use crate::common::plan_of as plan;
use crate::windows::windows;
use burn::module::{Module, ModuleMapper, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use ondine::control::Control;
use ondine::evaluation::{HeldOut, judge};
use ondine::models::{Init, Inputs, Model, Scaling, SurrogateRng};
use ondine::plan::Plan;
use ondine::recipe::Recipe;

/// Weights by which a network with one layer of `2 n` `relu` units is `Σⱼ coefficient(i, j) pⱼ` of its `n` parameters:
/// `p = relu(p) − relu(−p)`.
struct HandMade {
    tensor: usize,
    parameters: usize,
}

impl ModuleMapper for HandMade {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (tensor, n) = (self.tensor, self.parameters);
        self.tensor += 1;
        param.map(|weight| {
            let (dims, device) = (weight.dims(), weight.device());
            let columns = dims[D - 1];
            let sign = |unit: usize| if unit < n { 1.0 } else { -1.0 };
            let value = |place: usize| match (tensor, place / columns, place % columns) {
                (0, input, unit) if unit % n == input => sign(unit),
                (2, unit, output) => sign(unit) * coefficient(output, unit % n),
                _ => 0.0, // biases, and what does not belong together
            };
            let values: Vec<f32> = (0..dims.iter().product()).map(value).collect();
            Tensor::<1>::from_floats(&values[..], &device).reshape(dims)
        })
    }
}

/// Coefficient of parameter `j` at point `i`.
fn coefficient(i: usize, j: usize) -> f32 {
    (1.3 * i as f32 + 0.7 * j as f32).sin()
}

/// A surrogate of the plan that answers with sums over what it is told, in physical units.
fn hand_made(plan: &Plan, device: &Device) -> Model {
    let surrogate = plan.surrogate(&mut Init::new(0, device), Scaling::identity(&plan.fields));
    let parameters = plan.fields.parameters;
    surrogate.map(&mut HandMade {
        tensor: 0,
        parameters,
    })
}

#[test]
fn a_rollout_asks_for_the_time_of_every_frame() {
    let device = Device::flex();
    for (stride, dt) in [(1, "time.dt=0.01"), (3, "time.dt={uniform=[0.005, 0.015]}")] {
        let stride_set = format!("objective.stride={stride}");
        let width = "model.width=14"; // two units for dt, dx, ν, three temperatures, t
        let plan = plan(HEAT, &[&stride_set, dt, width, "model.layers=1"]);
        assert_eq!(plan.fields.parameters, 7);
        let held_out =
            HeldOut::simulate(&plan, 0, Control::none()).unwrap_or_else(|error| panic!("{error}"));
        let surrogate = hand_made(&plan, &device);
        let judged = judge(&plan, &held_out, &surrogate, &device, 0, Control::none());
        let (_, sample) = judged.unwrap_or_else(|error| panic!("{error}"));
        let known = &held_out.trajectories[0].conditions;
        let frames = sample.prediction.chunks(16).enumerate();
        assert_eq!(frames.len(), 1 + 19 / stride);
        for (step, frame) in frames.skip(1) {
            let time = (step * stride) as f64 * known.dt;
            assert!((time - sample.times[step]).abs() < 1e-12);
            let told = [
                &[known.dt * stride as f64, 1.0 / 17.0][..], // 16 points between walls
                &known.parameters,
                &[time],
            ];
            let told = told.concat();
            for (i, value) in frame.iter().enumerate() {
                let terms = told.iter().enumerate();
                let sum: f64 = terms.map(|(j, p)| f64::from(coefficient(i, j)) * p).sum();
                let error = (f64::from(*value) - sum).abs();
                assert!(error < 5e-4, "step {step}, point {i}: {error}"); // f32, terms up to 500
            }
        }
    }
}

#[test]
fn a_batch_is_told_the_time_of_the_frame_to_predict_in_every_stage() {
    let stages = "[[stage]]\nsteps = 5\nobjective = { stride = 3 }\n[[stage]]\nsteps = 5\n";
    let plan = plan(
        &HEAT
            .replace("steps = 600\n", "")
            .replace("[evaluate]", &format!("{stages}[evaluate]")),
        &[],
    );
    let windows = windows(&plan);
    let device = Device::flex();
    for (stage, stride) in [(0, 3), (1, 1)] {
        let batch = plan.stages[stage].batch(&windows, 0, &device);
        let [rows, columns] = batch.parameters.dims();
        assert_eq!([rows, columns], [windows.len(), 7]);
        let times = batch.parameters.slice([0..rows, 6..7]).into_data();
        let times = times.try_to_vec::<f32>().expect("f32");
        for (window, time) in windows.iter().zip(times) {
            let expected = window.conditions.dt * (window.start + stride) as f64;
            assert!(
                (f64::from(time) - expected).abs() < 1e-7,
                "{time}, {expected}"
            ); // f32
        }
    }
}

#[test]
fn a_surrogate_of_every_dimension_is_finite_and_every_weight_of_it_moves() {
    let device = Device::flex().autodiff();
    let plate = "grid.points=[6, 4]";
    for (sets, parameters) in [(vec![], 7), (vec![plate], 10)] {
        let plan = plan(HEAT, &sets);
        assert_eq!(plan.model.inputs(), Inputs::Parameters);
        assert_eq!(plan.fields.parameters, parameters);
        let resolved = plan.resolved();
        assert!(
            resolved.contains("inputs = \"parameters\"")
                && resolved.contains("conserve_mean = false")
        );
        let again = Recipe::parse("again.toml", &resolved, &[]).and_then(Recipe::check);
        assert_eq!(
            again.unwrap_or_else(|error| panic!("{error}")).resolved(),
            resolved
        );
        let surrogate = plan.surrogate(&mut Init::new(0, &device), Scaling::identity(&plan.fields));
        assert_eq!(
            plan.model.num_parameters(&plan.fields),
            surrogate.num_params()
        );
        let batch = plan.stages[0].batch(&windows(&plan), 0, &device);
        let objective = &plan.stages[0].objective;
        let loss = objective.loss(&surrogate, &batch, &mut SurrogateRng::new(0));
        let value = loss.clone().into_scalar::<f32>();
        assert!(value.is_finite() && value > 0.0, "{value}");
        let gradients = GradientsParams::from_grads(loss.backward(), &surrogate);
        let weights = burn::module::list_param_ids(&surrogate.clone().valid()).len();
        assert_eq!(gradients.len(), weights);
    }
}

#[test]
fn the_loss_does_not_look_at_the_state_before() {
    let device = Device::flex();
    let plan = plan(HEAT, &[]);
    let surrogate = plan.surrogate(&mut Init::new(0, &device), Scaling::identity(&plan.fields));
    let mut batch = plan.stages[0].batch(&windows(&plan), 0, &device);
    let objective = &plan.stages[0].objective;
    let losses = || {
        objective
            .losses(&surrogate, &batch, &mut SurrogateRng::new(0))
            .into_data()
    };
    let expected = losses();
    let shape = batch.frames[0].dims();
    batch.frames[0] =
        Tensor::from_inner(SurrogateRng::new(5).normal(shape, &device) * 200.0 + 300.0);
    let losses = objective.losses(&surrogate, &batch, &mut SurrogateRng::new(0));
    losses.into_data().assert_eq(&expected, true);
}
