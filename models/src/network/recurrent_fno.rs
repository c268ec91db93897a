//! Fourier neural operator with one layer that is used again and again: `x ← e + gelu(K x + W x + b(p))`, `e` the lifted state.
//!
//! Recurrent depth after `RecurrSim` (ICLR 2026): the number of iterations is drawn anew for every step of training, so that the
//! layer answers well after any of them, and chosen when the surrogate is used. Here `x = e` at first, in the place of noise,
//! and gradients pass through all iterations.

use super::fno::{Fno, FnoConfig};
use super::ranges::{refuse, within};
use super::{Modes, Network, NetworkConfig, NetworkEntry};
use crate::block::{Edge, Padding};
use crate::{FieldSpec, Init, Options, Reach, SurrogateRng};
use burn::module::Module;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Fewest and most iterations.
const RANGE: [usize; 2] = [1, 64];

/// The entry of the list of networks.
pub const ENTRY: NetworkEntry = NetworkEntry {
    kind: "recurrent_fno",
    summary: "Fourier neural operator with one layer, used as often as is asked for (after RecurrSim, 2026): a quarter of the weights of `fno`",
    options: &[
        ("width", "channels inside, 1 to 4096; default 32"),
        (
            "modes",
            "retained wavenumbers, 1 to 4096, as in `fno`: one number for all axes, or a list with one per axis; default 24",
        ),
        (
            "iterations",
            "uses of the layer in a prediction, 1 to 64: more of them cost more; `--schedule` of `ondine evaluate` and `predict` \
             changes them for a trained surrogate; default 4",
        ),
        (
            "training_iterations",
            "fewest and most uses of the layer in training, drawn anew for each step, both 1 to 64; default [2, 6]",
        ),
        (
            "spectral_scale",
            "size of the first Fourier weights, 0 to 1, as in `fno`; default 0.1",
        ),
        (
            "padding",
            "beyond the edges: \"periodic\", or a list with \"periodic\" or \"mirror\" per axis, or \"ends\": mirrored along axes \
             with ends, as in `fno`; default \"ends\"",
        ),
    ],
    decode,
};

/// Options of a recurrent Fourier neural operator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RecurrentFnoConfig {
    /// Channels inside.
    pub width: usize,
    /// Retained wavenumbers, see [`FnoConfig::modes`].
    pub modes: Modes,
    /// Uses of the layer in a prediction.
    pub iterations: usize,
    /// Fewest and most uses of the layer in training.
    pub training_iterations: [usize; 2],
    /// Size of the first Fourier weights, see [`FnoConfig::spectral_scale`].
    pub spectral_scale: f64,
    /// The field beyond the edges, see [`FnoConfig::padding`].
    pub padding: Padding,
}

impl Default for RecurrentFnoConfig {
    fn default() -> Self {
        let FnoConfig {
            width,
            modes,
            spectral_scale,
            ..
        } = FnoConfig::default();
        Self {
            width,
            modes,
            iterations: 4,
            training_iterations: [2, 6],
            spectral_scale,
            padding: Padding::Ends,
        }
    }
}

impl RecurrentFnoConfig {
    /// The operator of one layer.
    fn operator(&self) -> FnoConfig {
        FnoConfig {
            width: self.width,
            modes: self.modes.clone(),
            layers: 1,
            spectral_scale: self.spectral_scale,
            padding: self.padding,
        }
    }
}

impl NetworkConfig for RecurrentFnoConfig {
    fn init(&self, spec: &FieldSpec, init: &mut Init) -> Network {
        Network::RecurrentFno(RecurrentFno {
            operator: self.operator().init(spec, init),
            iterations: self.iterations,
            training_iterations: self.training_iterations,
        })
    }

    fn between(&self, edges: &[Edge]) -> Option<Arc<dyn NetworkConfig>> {
        let padding = self.operator().at_edges(edges).padding;
        Some(Arc::new(Self {
            padding,
            ..self.clone()
        }))
    }

    fn reach(&self) -> Reach {
        Reach::Domain
    }

    fn check_grid(&self, trained: &[usize], grid: &[usize]) -> Result<(), String> {
        self.operator().check_grid(trained, grid)
    }

    fn notes(&self, grid: &[usize]) -> Vec<String> {
        self.operator().notes(grid)
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("plain numbers are valid TOML")
    }
}

/// A recurrent Fourier neural operator.
#[derive(Module, Debug)]
pub struct RecurrentFno {
    operator: Fno,
    #[module(skip)]
    iterations: usize,
    #[module(skip)]
    training_iterations: [usize; 2],
}

impl RecurrentFno {
    /// The answer after the iterations of a prediction.
    ///
    /// # Shapes   u: `[batch, point, channel]`, parameters: `[batch, parameter]` → `[batch, point, channel]`
    pub fn forward(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
        self.operator.repeated(u, parameters, grid, self.iterations)
    }

    /// The same with so many iterations of a prediction.
    ///
    /// # Errors
    /// The range of their number.
    pub fn repeating(self, iterations: usize) -> Result<Self, String> {
        let [low, high] = RANGE;
        if (low..=high).contains(&iterations) {
            Ok(Self { iterations, ..self })
        } else {
            Err(format!(
                "iterations = {iterations} lies outside [{low}, {high}]"
            ))
        }
    }

    /// The same with a drawn number of iterations while its weights are trained.
    pub(super) fn drawn(&self, draws: &mut SurrogateRng) -> Self {
        let mut drawn = self.clone();
        if self.operator.is_tracked() {
            let [low, high] = self.training_iterations;
            drawn.iterations = low + draws.below(high - low + 1);
        }
        drawn
    }
}

fn decode(options: Options<'_>) -> Result<Arc<dyn NetworkConfig>, toml::de::Error> {
    let config = RecurrentFnoConfig::deserialize(options)?;
    config.operator().check()?;
    let [low, high] = config.training_iterations;
    within(&[
        ("iterations", config.iterations, RANGE),
        ("training_iterations", low, RANGE),
        ("training_iterations", high, RANGE),
    ])?;
    if low > high {
        return refuse(format!(
            "`training_iterations` = [{low}, {high}]: write the smaller number first"
        ));
    }
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    const GRID: [usize; 1] = [24];

    fn network(iterations: usize, training_iterations: [usize; 2], device: &Device) -> Network {
        let config = RecurrentFnoConfig {
            width: 8,
            modes: Modes::All(6),
            iterations,
            training_iterations,
            spectral_scale: 1.0,
            ..RecurrentFnoConfig::default()
        };
        NetworkConfig::init(
            &config,
            &FieldSpec::new(1, 1, &GRID),
            &mut Init::new(1, device),
        )
    }

    /// The answer of a network to a fixed state, as a training or a rollout asks for it.
    fn answer(network: &Network, device: &Device, seed: u64) -> Vec<f32> {
        // Not a random one: the generator of a device is that of all tests at once.
        let values: Vec<f32> = (0..48).map(|i| (0.7 * i as f32 * i as f32).sin()).collect();
        let u = Tensor::<3>::from_data(TensorData::new(values, [2, 24, 1]), device);
        let mut draws = SurrogateRng::new(seed);
        let answer = network.forward_with(u, Tensor::ones([2, 1], device), &GRID, &mut draws);
        answer.into_data().try_to_vec().expect("single precision")
    }

    #[test]
    fn depth_is_drawn_in_training_and_chosen_in_a_prediction() {
        let (plain, tracked) = (Device::flex(), Device::flex().autodiff());
        let fixed: Vec<Vec<f32>> = (1..=5)
            .map(|depth| answer(&network(depth, [1, 1], &plain), &plain, 0))
            .collect();
        assert!(fixed.windows(2).all(|two| two[0] != two[1]));
        let trained = network(1, [2, 4], &tracked);
        let mut seen = [0; 5];
        for seed in 0..40 {
            let found = answer(&trained, &tracked, seed);
            let far = |other: &Vec<f32>| -> f32 {
                let pairs = other.iter().zip(&found);
                pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
            };
            let depth = fixed.iter().position(|other| far(other) < 1e-5); // f32, other sums
            seen[depth.expect("one of the depths")] += 1;
        }
        assert!(
            seen[0] == 0 && seen[4] == 0 && seen[1..4].iter().all(|&n| n > 5),
            "{seen:?}"
        );
        let used = trained.valid();
        assert!((0..9).all(|seed| answer(&used, &plain, seed) == fixed[0]));
        let deeper = used.clone().repeating(3).expect("it has iterations");
        assert_eq!(answer(&deeper, &plain, 0), fixed[2]);
        assert!(used.repeating(65).is_err_and(|why| why.contains("[1, 64]")));
    }
}
