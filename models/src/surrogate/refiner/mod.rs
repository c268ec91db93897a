//! PDE-Refiner: one network that first predicts the step and then takes noise of falling strength off its own prediction,
//! so that small scales are learned as well as large ones (Lippe et al. 2023, arXiv 2308.05732).
//!
//! The network sees the state and a slot of as many channels as its answer, `[u, s]`, and is told the level of the noise in the slot as
//! the first of its parameters, in `[−1, 1]`. Call 0 gives an estimate of the scaled increment `y = (u(t + dt) − u(t))/c`;
//! every further call is shown the estimate with noise on it and answers with that noise. In training `k` is drawn from
//! `0 ..= K`, all alike, and noise is put on the true increment. [`Schedule`] has the numbers of both published forms.
//!
//! Beyond the paper: with `blur` the slot has the increment's high wavenumbers damped, the more the stronger its noise, a
//! blurring diffusion (Hoogeboom & Salimans 2023, ICLR; for refiners Luo & Liang 2025, arXiv 2506.10711). With
//! `levels = "continuous"` and `fresh_noise = 0` the refinement is the flow from noise to data along the path `y + σ ε`,
//! whose velocity `ε` the network predicts, in Euler steps of any number (Lipman et al. 2023; Song et al. 2021, eq. 13).

mod filter;
mod levels;
mod options;
mod schedule;
#[cfg(test)]
mod tests;

use super::{Learns, Method};
use crate::weights::ChannelNames;
use crate::{FieldSpec, Model, SurrogateRng};
use burn::tensor::{Device, Shape, Tensor, TensorData};
use filter::filtered;
pub use options::{ENTRY, PdeRefinerConfig, TrainedLevels};
pub use schedule::{Call, Prediction, Schedule};

/// Prediction by a network that refines its own predictions.
#[derive(Debug, Clone)]
pub struct PdeRefiner {
    /// The noise levels it predicts with; those it is trained on unless they were exchanged.
    pub schedule: Schedule,
    options: PdeRefinerConfig,
}

/// Draws of a batch in training: numbers of every state's call as columns `[batch, 1, 1]`.
struct Drawn {
    level: Tensor<3>,
    slot: [Tensor<3>; 2],
    answer: [Tensor<3>; 2],
}

impl PdeRefiner {
    /// A refiner with the noise levels that it is trained on.
    pub fn new(options: &PdeRefinerConfig) -> Self {
        Self {
            schedule: options.schedule(),
            options: options.clone(),
        }
    }

    /// The same refiner with other noise levels to predict with.
    #[must_use]
    pub fn with_schedule(mut self, schedule: Schedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// The noise levels that it was trained on.
    pub fn trained_schedule(&self) -> Schedule {
        self.options.schedule()
    }

    /// Standard deviation of the noise in the slot of every call, in units of the increment's; 0 where it is empty.
    pub fn noise_deviations(&self) -> Vec<f64> {
        let calls = self.schedule.calls(self.options.prediction);
        calls.iter().map(|call| call.slot[1]).collect()
    }

    /// The states one frame later as they are predicted after every call, the last one last.
    ///
    /// # Shapes   u: `[batch, point, channel]`, parameters: `[batch, parameter]` → each `[batch, point, channel]`
    pub fn refinements(
        &self,
        model: &Model,
        u: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
    ) -> Vec<Tensor<3>> {
        let network = |state, slot, parameters| {
            let inputs = Tensor::cat(vec![state, slot], 2);
            model.network.forward(inputs, parameters, grid)
        };
        let scale = model.scaling.increments(&u.device());
        let estimates = self.estimates(model, u.clone(), parameters, grid, draws, network);
        let last = model.last_frames(u.clone());
        let next = |estimate: Tensor<3>| {
            let next = self.cut(last.clone() + estimate * scale.clone(), grid);
            model.kept(&u, next)
        };
        estimates.into_iter().map(next).collect()
    }

    /// Estimates of the scaled increment after every call of `network`, a function of scaled state, slot and parameters
    /// with the level before them.
    fn estimates(
        &self,
        model: &Model,
        u: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
        network: impl Fn(Tensor<3>, Tensor<3>, Tensor<2>) -> Tensor<3>,
    ) -> Vec<Tensor<3>> {
        let (device, shape) = (u.device(), model.answer_dims(&u));
        let state = model.scaling.normalize_state(u);
        let parameters = model.scaling.normalize_parameters(parameters);
        let levels = self.options.trained_levels();
        let calls = self.schedule.calls(self.options.prediction);
        let level = |k: usize| levels.of(k, calls[k].slot[1]);
        let column = |level: f64| column(&vec![level; shape[0]], &device);
        let mut slot = if calls[0].slot[1] > 0.0 {
            draws.normal(shape, &device)
        } else {
            Tensor::zeros(shape, &device.clone().without_autodiff())
        };
        let mut estimates = Vec::with_capacity(calls.len());
        for (k, call) in calls.iter().enumerate() {
            let told = column(level(k));
            let told_parameters = with_level(&told, parameters.clone());
            let answer = network(state.clone(), slot.clone(), told_parameters);
            let [of_slot, of_answer] = call.estimate;
            let estimate = slot.clone() * of_slot + answer * of_answer;
            let estimate = self.blurred(estimate, &told, grid, -1.0);
            let estimate = model.conserved(estimate);
            if let Some([of_estimate, of_slot, fresh]) = call.next {
                let next = column(level(k + 1));
                let blurred = self.blurred(estimate.clone(), &next, grid, 1.0);
                // The increment in the slot is blurred anew, its noise stays.
                let before = self.blurred(estimate.clone(), &told, grid, 1.0);
                slot = slot + (blurred.clone() - before) * call.slot[0];
                slot = blurred * of_estimate + slot * of_slot;
                slot = slot + draws.normal(shape, &device) * fresh;
            }
            estimates.push(estimate);
        }
        if self.schedule.kept_noise > 0.0 {
            let (last, told) = (calls.len() - 1, column(level(calls.len() - 1)));
            let estimate = estimates.pop().expect("a time step has a call");
            let clean = self.blurred(estimate.clone(), &told, grid, 1.0) * calls[last].slot[0];
            let left = model.conserved(slot - clean);
            estimates.push(estimate + left * self.schedule.kept_noise);
        }
        estimates
    }

    /// Modes multiplied by `exp(∓b (1 − level) (2k/n)²)`; at level 0, where the slot says nothing, all of them stay.
    fn blurred(&self, y: Tensor<3>, level: &Tensor<3>, grid: &[usize], sign: f64) -> Tensor<3> {
        if self.options.blur <= 0.0 {
            return y;
        }
        let refined = level.clone().greater_scalar(0.0).float();
        let strength = (level.clone() - 1.0) * refined * (sign * self.options.blur);
        let strength = strength.squeeze_dim::<2>(2); // [batch, 1]
        filtered(y, grid, |shares| {
            (strength.clone() * shares.square().unsqueeze()).exp()
        })
    }

    /// Without the wavenumbers from the cutoff on; 1 leaves all of them.
    fn cut(&self, u: Tensor<3>, grid: &[usize]) -> Tensor<3> {
        let Some(cutoff) = self.schedule.cutoff.filter(|share| *share < 1.0) else {
            return u;
        };
        filtered(u, grid, |shares| {
            shares.lower_scalar(cutoff).float().unsqueeze()
        })
    }

    /// A call for every state of a batch.
    fn draw(&self, batch: usize, device: &Device, draws: &mut SurrogateRng) -> Drawn {
        let schedule = self.options.schedule();
        let calls = schedule.calls(self.options.prediction);
        let levels = self.options.trained_levels();
        let one = |_| {
            let k = draws.below(calls.len());
            let mut call = calls[k];
            let mut level = levels.of(k, call.slot[1]);
            if self.options.levels == TrainedLevels::Continuous && k > 0 {
                (call.slot[1], level) = levels.between(draws.unit());
            }
            (level, call)
        };
        let drawn: Vec<(f64, Call)> = (0..batch).map(one).collect();
        let numbers = |read: &dyn Fn(&(f64, Call)) -> f64| {
            let values: Vec<f64> = drawn.iter().map(read).collect();
            column(&values, device)
        };
        Drawn {
            level: numbers(&|(level, _)| *level),
            slot: [0, 1].map(|i| numbers(&|(_, call)| call.slot[i])),
            answer: [0, 1].map(|i| numbers(&|(_, call)| call.answer[i])),
        }
    }
}

impl Method for PdeRefiner {
    fn record_name(&self) -> &'static str {
        "PdeRefiner"
    }

    /// The slot beside the state, the level before the parameters.
    fn inner(&self, spec: &FieldSpec) -> FieldSpec {
        FieldSpec {
            inputs: spec.inputs + spec.outputs,
            parameters: spec.parameters + 1,
            ..spec.clone()
        }
    }

    fn inner_names(&self, mut names: ChannelNames) -> ChannelNames {
        let slot = names.outputs.iter().map(|name| format!("slot of {name}"));
        names.inputs.extend(slot);
        names.parameters.insert(0, "level".to_owned());
        names
    }

    fn learns(&self) -> Learns {
        Learns::Noise
    }

    fn is_stochastic(&self) -> bool {
        true
    }

    fn guards(&self) -> Vec<String> {
        let cut = self.schedule.cutoff.filter(|share| *share < 1.0);
        let cut =
            cut.map(|share| format!("wavenumbers from {share} of the highest on are set to zero"));
        cut.into_iter().collect()
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(&self.options).expect("plain data is valid TOML")
    }

    fn step(
        &self,
        model: &Model,
        u: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
    ) -> Tensor<3> {
        let last = self.refinements(model, u, parameters, grid, draws).pop();
        last.expect("a time step has a call")
    }

    /// Errors of the answer to one call, drawn for every state.
    fn residuals(
        &self,
        model: &Model,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
    ) -> Tensor<3> {
        let (device, shape) = (u.device(), model.answer_dims(&u));
        let drawn = self.draw(shape[0], &device, draws);
        let y = (next - model.last_frames(u.clone())) / model.scaling.increments(&device);
        let y = self.blurred(y, &drawn.level, grid, 1.0);
        let noise = draws.normal(shape, &device);
        let mix = |[of_y, of_noise]: [Tensor<3>; 2]| y.clone() * of_y + noise.clone() * of_noise;
        let inputs = Tensor::cat(vec![model.scaling.normalize_state(u), mix(drawn.slot)], 2);
        let parameters = model.scaling.normalize_parameters(parameters);
        let parameters = with_level(&drawn.level, parameters);
        let answer = model.network.forward_with(inputs, parameters, grid, draws);
        answer - mix(drawn.answer)
    }
}

/// The level, brought to `[−1, 1]`, before the parameters.
///
/// # Shapes   level: `[batch, 1, 1]`, parameters: `[batch, parameter]` → `[batch, 1 + parameter]`
fn with_level(level: &Tensor<3>, parameters: Tensor<2>) -> Tensor<2> {
    let level = level.clone().squeeze_dim::<2>(2) * 2.0 - 1.0;
    Tensor::cat(vec![level, parameters], 1)
}

/// One number per state, `[batch, 1, 1]`, outside of automatic differentiation.
fn column(values: &[f64], device: &Device) -> Tensor<3> {
    let values: Vec<f32> = values.iter().map(|value| *value as f32).collect();
    let shape = Shape::new([values.len(), 1, 1]);
    Tensor::from_data(
        TensorData::new(values, shape),
        &device.clone().without_autodiff(),
    )
}
