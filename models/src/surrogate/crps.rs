//! An ensemble in one call per member: a network that sees noise beside the state and is trained by the continuous
//! ranked probability score of a few of its answers, so that their spread matches their error.
//!
//! `u(t + dt) = u(t) + c · network([(u − mean)/deviation, ε], parameters)` with standard normal `ε` of `noise_channels`
//! channels per point, drawn anew at every step. Of `M` answers `yᵢ` to one state the loss at a point is the fair score
//!
//! `1/M Σᵢ |yᵢ − y*| − 1/(2M(M − 1)) Σᵢⱼ |yᵢ − yⱼ|`
//!
//! in units of the size of a step, which is smallest on average where the answers are drawn from the distribution of the
//! truth (Ferro 2014, *Q. J. R. Meteorol. Soc.* 140, 1917; Gneiting & Raftery 2007). Lang et al. (2024, arXiv 2412.15832)
//! train weather forecasts by it, with the second term times `1 − (1 − α)/M` (eq. 4, `α = 0.95`): where one of two answers is right,
//! the fair score does not ask where the other one is. Points are judged one by one: how answers vary together from point to point
//! is not.

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
}

impl Default for CrpsEnsemble {
    fn default() -> Self {
        Self {
            members: 2,
            noise_channels: 1,
            alpha: 1.0,
        }
    }
}

impl CrpsEnsemble {
    /// The increments of one member per state, in units of `scaling.increment`.
    ///
    /// # Shapes   u: `[batch, point, channel]`, parameters: `[batch, parameter]` → `[batch, point, channel]`
    fn increment(
        &self,
        model: &Model,
        u: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
    ) -> Tensor<3> {
        let [batch, points, _] = u.dims();
        let noise = draws.normal([batch, points, self.noise_channels], &u.device());
        let inputs = Tensor::cat(vec![model.scaling.normalize_state(u), noise], 2);
        let parameters = model.scaling.normalize_parameters(parameters);
        model.conserved(model.network.forward_with(inputs, parameters, grid, draws))
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
        last + self.increment(model, u, parameters, grid, draws) * scale
    }

    /// The almost-fair score of the members, the mean over points and channels, which may be below zero; the norm is not asked.
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
        let [batch, points, _] = u.dims();
        let members = self.members;
        let scale = model.scaling.increments(&u.device());
        let y = (next - model.last_frames(u.clone())) / scale;
        let weights = model.weights(&u);
        let u = u.repeat_dim(0, members); // one member of all states after the other
        let parameters = parameters.repeat_dim(0, members);
        let increments = self.increment(model, u.clone(), parameters, grid, draws);
        let answers = model.positive_increment(&u, increments);
        let answers = answers.reshape([members as i32, batch as i32, points as i32, -1]);
        let scores = almost_fair_crps(answers, y, self.alpha);
        let scores = match weights {
            None => scores,
            Some(weights) => scores * weights,
        };
        let scores: Tensor<2> = scores.flatten(1, 2);
        scores.mean_dim(1).squeeze_dim(1)
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
    let ranges = [
        ("members", options.members, 2..=64),
        ("noise_channels", options.noise_channels, 1..=64),
    ];
    for (name, value, range) in ranges {
        if !range.contains(&value) {
            let (low, high) = (range.start(), range.end());
            let message = format!("`{name}` = {value} lies outside [{low}, {high}]");
            return Err(toml::de::Error::custom(message));
        }
    }
    if !(0.0..=1.0).contains(&options.alpha) {
        let message = format!("`alpha` = {} lies outside [0, 1]", options.alpha);
        return Err(toml::de::Error::custom(message));
    }
    backbone.check_sees_state("crps_ensemble", "steps from the state")?;
    Ok(Arc::new(options))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::fno::FnoConfig;
    use crate::network::{Modes, NetworkConfig};
    use crate::{HeldMeans, Init, Scaling, Surrogate};
    use burn::module::Module;
    use burn::optim::{AdamWConfig, GradientsParams};
    use burn::tensor::Device;

    const GRID: [usize; 1] = [16];

    fn ensemble(options: &CrpsEnsemble, device: &Device) -> Model {
        let spec = FieldSpec::new(1, 1, &GRID);
        let fno = FnoConfig {
            width: 12,
            modes: Modes::All(8),
            layers: 2,
            spectral_scale: 1.0,
            ..FnoConfig::default()
        };
        let inner = options.inner(&spec);
        let network = NetworkConfig::init(&fno, &inner, &mut Init::new(0, device));
        Model::new(network, Scaling::identity(&spec), options.clone())
    }

    #[test]
    fn the_score_is_that_of_its_formula() {
        let device = Device::flex();
        let members = Tensor::<4>::from_data([[[[0.0]]], [[[1.0]]], [[[3.0]]]], &device);
        let truth = Tensor::<3>::from_data([[[2.0]]], &device);
        // (2 + 1 + 1)/3 − (1 − (1 − α)/3) (1 + 3 + 2) · 2 / (2 · 3 · 2)
        for (alpha, expected) in [
            (1.0, 4.0 / 3.0 - 1.0),
            (0.7, 4.0 / 3.0 - 0.9),
            (0.0, 2.0 / 3.0),
        ] {
            let score = almost_fair_crps(members.clone(), truth.clone(), alpha);
            let score = score.into_scalar::<f32>();
            assert!((score - expected).abs() < 1e-6, "{alpha}: {score}");
        }
    }

    /// `E|x − y| − ½ E|x − x'|` of a normal distribution and draws of the same is `σ/√π`, and more where it is narrower or
    /// wider; the fair score says so with two members.
    #[test]
    fn two_members_of_the_distribution_of_the_truth_have_the_least_score() {
        let (device, mut draws) = (Device::flex(), SurrogateRng::new(3));
        let truth = draws.normal([200_000, 1, 1], &device);
        let members = draws.normal([2, 200_000, 1, 1], &device);
        let score = |width: f64| {
            let scores = almost_fair_crps(members.clone() * width, truth.clone(), 1.0);
            f64::from(scores.mean().into_scalar::<f32>())
        };
        let exact = 1.0 / std::f64::consts::PI.sqrt();
        assert!((score(1.0) - exact).abs() < 5e-3, "{}", score(1.0)); // standard error 2e-3
        // √(2/π) √(1 + w²) − w/√π at w = ½ and 2
        for (width, expected) in [(0.5, 0.610_0), (2.0, 0.655_7)] {
            assert!((score(width) - expected).abs() < 8e-3, "{}", score(width));
            assert!(score(width) > score(1.0) + 0.02);
        }
    }

    #[test]
    fn training_spreads_members_as_far_as_the_truth_scatters() {
        let device = Device::flex().autodiff();
        let mut model = ensemble(&CrpsEnsemble::default(), &device);
        let mut optimizer = AdamWConfig::new().with_weight_decay(0.0).init();
        let mut draws = SurrogateRng::new(1);
        let parameters = Tensor::<2>::ones([64, 1], &device);
        let constant =
            |draws: &mut SurrogateRng| draws.normal([64, 1, 1], &device).repeat_dim(1, 16);
        for _ in 0..400 {
            // The state says half of the increment, the other half is a draw of deviation 1/2 at every point.
            let u = constant(&mut draws);
            let scatter = draws.normal([64, 16, 1], &device) * 0.5;
            let next = u.clone() * 1.5 + scatter;
            let losses = model.losses(u, next, parameters.clone(), &GRID, Norm::L2, &mut draws);
            let gradients = GradientsParams::from_grads(losses.mean().backward(), &model);
            model = optimizer.step(4e-3, model, gradients);
        }
        let trained = model.valid();
        let u = Tensor::<3>::ones([512, 16, 1], &Device::flex()) * 0.4;
        let parameters = Tensor::<2>::ones([512, 1], &Device::flex());
        let next = trained.step(u, parameters, &GRID, &mut draws);
        let mean = next.clone().mean().into_scalar::<f32>();
        let deviation = (next - mean).square().mean().sqrt().into_scalar::<f32>();
        assert!((mean - 0.6).abs() < 0.1, "{mean}");
        assert!((0.38..0.62).contains(&deviation), "{deviation}");
    }

    #[test]
    fn members_differ_by_their_draws_alone_and_hold_the_mean_where_told() {
        let model = ensemble(&CrpsEnsemble::default(), &Device::flex());
        let model = model.conserving(HeldMeans::All);
        let u = SurrogateRng::new(5).normal([2, 16, 1], &Device::flex());
        let parameters = Tensor::<2>::ones([2, 1], &Device::flex());
        let step = |seed| {
            model.step(
                u.clone(),
                parameters.clone(),
                &GRID,
                &mut SurrogateRng::new(seed),
            )
        };
        assert!(step(1).to_data() == step(1).to_data());
        assert!(step(1).to_data() != step(2).to_data());
        let moved = (step(1).mean_dim(1) - u.clone().mean_dim(1)).abs().max();
        assert!(moved.into_scalar::<f32>() < 1e-6);
    }
}
