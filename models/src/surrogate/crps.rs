//! An ensemble in one call per member: a network that sees noise beside the state and is trained by the continuous
//! ranked probability score of a few of its answers, so that their spread matches their error.
//!
//! `u(t + dt) = u(t) + c · network([(u − mean)/deviation, ε], parameters)` with standard normal `ε` of `noise_channels`
//! channels per point. Of `M` answers `yᵢ` to one state the loss at a point is the fair score
//!
//! `1/M Σᵢ |yᵢ − y*| − 1/(2M(M − 1)) Σᵢⱼ |yᵢ − yⱼ|`
//!
//! in units of the size of a step, which is smallest on average where the answers are drawn from the distribution of the
//! truth (Ferro 2014, *Q. J. R. Meteorol. Soc.* 140, 1917; Gneiting & Raftery 2007). Lang et al. (2024, arXiv 2412.15832)
//! train weather forecasts by it, with the second term times `1 − (1 − α)/M` (eq. 4, `α = 0.95`): where one of two answers is right,
//! the fair score does not ask where the other one is. Points are judged one by one: how answers vary together from point to point
//! is not.
//!
//! From step to step `ε` is a first-order autoregressive process of correlation `noise_correlation`: 0 draws it anew per step, 1
//! keeps it for a whole rollout, so that a member is one perturbed network. The loss of one step does not depend on it; over
//! several unrolled steps every member has a rollout of its own, and the states where they are are scored. Such noise is that of
//! the stochastic physics of weather models (Palmer et al. 2009, ECMWF Tech. Memo. 598, appendix 8) and of `NeuralGCM` (Kochkov et
//! al. 2024, *Nature* 632, 1060); Lang et al. draw theirs anew per step.

use super::{Backbone, Learns, Method, SurrogateEntry};
use crate::weights::ChannelNames;
use crate::{FieldSpec, Model, Norm, Options, SurrogateRng};
use burn::tensor::Tensor;
use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The entry of the list of surrogates.
pub const ENTRY: SurrogateEntry = SurrogateEntry {
    kind: "crps_ensemble",
    summary: "a network that turns noise into members of an ensemble, trained by their CRPS (Lang et al. 2024)",
    options: &[
        (
            "members",
            "answers to every state that are scored together in training, 2 to 64; default 2",
        ),
        (
            "noise_channels",
            "channels of noise beside the state, 1 to 64; default 1",
        ),
        (
            "alpha",
            "share of the fair score in the almost-fair one, in [0, 1], of which 0 is that of the members as a whole distribution; \
             default 1.0",
        ),
        (
            "noise_correlation",
            "correlation of the noise of a member from one step to the next, in [0, 1]: 0 draws it anew per step, 1 keeps it for the \
             whole rollout; a file for `--schedule` changes it after training; default 0.0",
        ),
    ],
    decode,
};

/// Prediction of one member of an ensemble, by a network that sees noise beside the state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CrpsEnsemble {
    /// Answers `M` to every state in training.
    pub members: usize,
    /// Channels of noise.
    pub noise_channels: usize,
    /// Share `α` of the fair score in the loss.
    pub alpha: f64,
    /// Correlation of the noise of a member from one step to the next.
    pub noise_correlation: f64,
}

impl Default for CrpsEnsemble {
    fn default() -> Self {
        Self {
            members: 2,
            noise_channels: 1,
            alpha: 1.0,
            noise_correlation: 0.0,
        }
    }
}

impl CrpsEnsemble {
    /// The same with another correlation of noise from step to step.
    ///
    /// # Errors
    /// When it lies outside [0, 1].
    pub fn with_noise_correlation(self, noise_correlation: f64) -> Result<Self, String> {
        let changed = Self {
            noise_correlation,
            ..self
        };
        changed.check().map(|()| changed)
    }

    /// Checks the ranges of all options.
    fn check(&self) -> Result<(), String> {
        let ranges = [
            ("members", self.members, 2..=64),
            ("noise_channels", self.noise_channels, 1..=64),
        ];
        for (name, value, range) in ranges {
            if !range.contains(&value) {
                let (low, high) = (range.start(), range.end());
                return Err(format!("`{name}` = {value} lies outside [{low}, {high}]"));
            }
        }
        let shares = [
            ("alpha", self.alpha),
            ("noise_correlation", self.noise_correlation),
        ];
        for (name, share) in shares {
            if !(0.0..=1.0).contains(&share) {
                return Err(format!("`{name}` = {share} lies outside [0, 1]"));
            }
        }
        Ok(())
    }

    /// Batch, points and channels of the noise beside states.
    fn noise_dims(&self, u: &Tensor<3>) -> [usize; 3] {
        let [batch, points, _] = u.dims();
        [batch, points, self.noise_channels]
    }

    /// The increments of one member per state, in units of `scaling.increment`.
    ///
    /// # Shapes   u: `[batch, point, channel]`, noise: `[batch, point, noise channel]`, parameters: `[batch, parameter]` →
    /// `[batch, point, channel]`
    fn increment(
        &self,
        model: &Model,
        [u, noise]: [Tensor<3>; 2],
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
    ) -> Tensor<3> {
        let inputs = Tensor::cat(vec![model.scaling.normalize_state(u), noise], 2);
        let parameters = model.scaling.normalize_parameters(parameters);
        model.conserved(model.network.forward_with(inputs, parameters, grid, draws))
    }

    /// The score of the members of every state, the mean over points and channels.
    ///
    /// # Shapes   members: `[member · batch, point, channel]`, one of all states after the other, truth:
    /// `[batch, point, channel]`, weights: `[batch, point, 1]` → `[batch]`
    fn scores(
        &self,
        members: Tensor<3>,
        truth: Tensor<3>,
        weights: Option<Tensor<3>>,
    ) -> Tensor<1> {
        let [batch, points, channels] = truth.dims();
        let members = members.reshape([self.members, batch, points, channels]);
        let scores = almost_fair_crps(members, truth, self.alpha);
        let scores = match weights {
            None => scores,
            Some(weights) => scores * weights,
        };
        let scores: Tensor<2> = scores.flatten(1, 2);
        scores.mean_dim(1).squeeze_dim(1)
    }
}

impl Method for CrpsEnsemble {
    fn record_name(&self) -> &'static str {
        "CrpsEnsemble"
    }

    /// Noise beside the state.
    fn inner(&self, spec: &FieldSpec) -> FieldSpec {
        FieldSpec {
            inputs: spec.inputs + self.noise_channels,
            ..spec.clone()
        }
    }

    fn inner_names(&self, mut names: ChannelNames) -> ChannelNames {
        let noise = (0..self.noise_channels).map(|channel| format!("noise {channel}"));
        names.inputs.extend(noise);
        names
    }

    fn learns(&self) -> Learns {
        Learns::Scores
    }

    fn is_stochastic(&self) -> bool {
        true
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("plain data is valid TOML")
    }

    fn step(
        &self,
        model: &Model,
        u: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
    ) -> Tensor<3> {
        let scale = model.scaling.increments(&u.device());
        let last = model.last_frames(u.clone());
        let noise = draws.next_noise(self.noise_correlation, self.noise_dims(&u), &u.device());
        last + self.increment(model, [u, noise], parameters, grid, draws) * scale
    }

    fn members(&self) -> usize {
        self.members
    }

    /// The almost-fair score of predicted states, which may be below zero; the norm is not asked.
    fn prediction_losses(
        &self,
        model: &Model,
        predicted: Tensor<3>,
        next: Tensor<3>,
        _grid: &[usize],
        _norm: Norm,
    ) -> Tensor<1> {
        let (scale, weights) = (
            model.scaling.increments(&next.device()),
            model.weights(&next),
        );
        let [predicted, next] = [predicted, next].map(|u| model.answered(u) / scale.clone());
        self.scores(predicted, next, weights)
    }

    /// The almost-fair score of the members of a first step, which may be below zero; the norm is not asked.
    fn losses(
        &self,
        model: &Model,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        _norm: Norm,
        draws: &mut SurrogateRng,
    ) -> Tensor<1> {
        let members = self.members;
        let scale = model.scaling.increments(&u.device());
        let y = (next - model.last_frames(u.clone())) / scale;
        let weights = model.weights(&u);
        let u = u.repeat_dim(0, members); // one member of all states after the other
        let parameters = parameters.repeat_dim(0, members);
        let noise = draws.normal(self.noise_dims(&u), &u.device());
        let increments = self.increment(model, [u.clone(), noise], parameters, grid, draws);
        let answers = model.positive_increment(&u, increments);
        self.scores(answers, y, weights)
    }
}

/// The almost-fair continuous ranked probability score of members, value by value; the fair one with `alpha = 1`.
///
/// # Shapes   members: `[member, batch, point, channel]`, truth: `[batch, point, channel]` → as `truth`
fn almost_fair_crps(members: Tensor<4>, truth: Tensor<3>, alpha: f64) -> Tensor<3> {
    let count = members.dims()[0];
    let biased = 1.0 - (1.0 - alpha) / count as f64;
    let errors = (members.clone() - truth.unsqueeze()).abs();
    let errors = errors.mean_dim(0).squeeze_dim::<3>(0);
    // Σ |yᵢ − yⱼ| over i < j, half of that over all pairs, by their distance in the order of members.
    let apart = |shift: usize| {
        let left = members.clone().narrow(0, 0, count - shift);
        let right = members.clone().narrow(0, shift, count - shift);
        (left - right).abs().sum_dim(0).squeeze_dim::<3>(0)
    };
    let pairs = (2..count).fold(apart(1), |sum, shift| sum + apart(shift));
    errors - pairs / ((count * (count - 1)) as f64 / biased)
}

fn decode(options: Options<'_>, backbone: &Backbone) -> Result<Arc<dyn Method>, toml::de::Error> {
    let options = CrpsEnsemble::deserialize(options)?;
    options.check().map_err(toml::de::Error::custom)?;
    backbone.check_sees_state("crps_ensemble", "steps from the state")?;
    Ok(Arc::new(options))
}

#[cfg(test)]
mod tests;
