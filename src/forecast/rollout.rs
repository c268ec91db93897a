//! Repeated application of a surrogate to several states at once.

use crate::batch::Layout;
use burn::tensor::{Device, Tensor};
use ondine_datasets::Conditions;
use ondine_models::{KeptNoise, Model, Surrogate, SurrogateRng};

/// Forecasts `[step][state]`, channel-major, the first step first.
pub(crate) type Forecasts = Vec<Vec<Vec<f32>>>;

/// A surrogate that is rolled out.
#[derive(Clone, Copy)]
pub(crate) struct RolledOut<'a> {
    /// Meaning of a step.
    pub(crate) layout: &'a Layout,
    /// Outside of automatic differentiation.
    pub(crate) surrogate: &'a Model,
    /// The device on which it computes.
    pub(crate) device: &'a Device,
}

impl<'a> RolledOut<'a> {
    /// A rollout from these states, frames of each and its static fields, channel-major, the last frame of which has the number in
    /// `places` in its trajectory: one for all, or one per state.
    pub(crate) fn begin<'s>(
        self,
        states: impl Iterator<Item = impl AsRef<[&'s [f32]]>>,
        places: &[usize],
    ) -> Rollout<'a> {
        Rollout {
            states: self.layout.states(states, self.device),
            rolled_out: self,
            places: places.to_vec(),
            noise: KeptNoise::default(),
        }
    }
}

/// States that a surrogate advances together.
pub(crate) struct Rollout<'a> {
    rolled_out: RolledOut<'a>,
    /// The states now, `[state, point, frame · channel]`.
    states: Tensor<3>,
    /// The number of their last frame in the trajectory, one for all or one per state.
    places: Vec<usize>,
    noise: KeptNoise,
}

impl Rollout<'_> {
    /// The next frames of all states, each under its conditions; as many as an answer has.
    pub(crate) fn advance<'c>(
        &mut self,
        conditions: impl Iterator<Item = &'c Conditions>,
        draws: &mut SurrogateRng,
    ) -> Forecasts {
        let RolledOut {
            layout,
            surrogate,
            device,
        } = self.rolled_out;
        let told = conditions.zip(self.places.iter().copied().cycle());
        let parameters = layout.rows(told, device);
        let next = draws.rollout(&mut self.noise, |draws| {
            surrogate.step(self.states.clone(), parameters, &layout.grid, draws)
        });
        let step = layout.bundle * layout.stride;
        self.places.iter_mut().for_each(|place| *place += step);
        self.states = next.clone();
        layout.unbundled(layout.answered(next))
    }
}
