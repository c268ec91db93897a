//! A network, a policy and an objective with one option each.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;
use burn::tensor::activation::tanh;
use ondine::batch::Batch;
use ondine::datasets::Window;
use ondine::datasets::policy::{Outlook, Policy, PolicyConfig, PolicyEntry, Reads};
use ondine::models::network::{Network, NetworkConfig, NetworkEntry, OwnNetwork};
use ondine::models::{FieldSpec, Init, Surrogate, SurrogateRng};
use ondine::objective::{Objective, ObjectiveConfig, ObjectiveEntry, ObjectiveSection, start};
use ondine::recipe::Extensions;
use ondine::solvers::Rng;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::Arc;

pub(crate) const EXTENSIONS: Extensions = Extensions {
    networks: &[&NetworkEntry {
        kind: "neighbours",
        summary: "dense layers over a point and its two neighbours",
        options: &[("width", "hidden channels; default 8")],
        decode: |options| Ok(Arc::new(NeighboursConfig::deserialize(options)?)),
    }],
    policies: &[&PolicyEntry {
        kind: "newest",
        summary: "the newest windows, again and again",
        reads: Reads::Chance,
        options: &[("keep", "windows that are kept; default 50")],
        decode: |options| Ok(Arc::new(NewestConfig::deserialize(options)?)),
    }],
    objectives: &[&ObjectiveEntry {
        kind: "sum",
        summary: "a weighted sum of the errors of one step",
        keys: &[
            ("factor", "weight, above 0; default 1"),
            ("steps", "it has one all the same; default 2"),
        ],
        by_surrogate: false,
        decode: |options| Ok(Arc::new(SumConfig::deserialize(options)?)),
    }],
};

#[derive(Module, Debug)]
struct Neighbours {
    embed: Linear,
    hidden: Vec<Linear>,
    project: Linear,
}

impl OwnNetwork for Neighbours {
    fn forward(&self, u: Tensor<3>, parameters: Tensor<2>, _grid: &[usize]) -> Tensor<3> {
        let told = self.embed.forward(parameters).unsqueeze_dim::<3>(1); // [batch, 1, width]
        let around = [1, 0, -1].map(|by| u.clone().roll(&[by], &[1]));
        let mut x = Tensor::cat(around.to_vec(), 2);
        for layer in &self.hidden {
            x = tanh(layer.forward(x) + told.clone());
        }
        self.project.forward(x)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NeighboursConfig {
    width: usize,
}

impl Default for NeighboursConfig {
    fn default() -> Self {
        Self { width: 8 }
    }
}

impl NetworkConfig for NeighboursConfig {
    fn init(&self, spec: &FieldSpec, init: &mut Init) -> Network {
        Network::own(Neighbours {
            embed: init.linear(spec.parameters, self.width),
            hidden: vec![
                init.linear(3 * spec.inputs, self.width),
                init.linear(self.width, self.width),
            ],
            project: init.zero_linear(self.width, spec.outputs),
        })
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("plain numbers are valid TOML")
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NewestConfig {
    keep: usize,
}

impl Default for NewestConfig {
    fn default() -> Self {
        Self { keep: 50 }
    }
}

impl PolicyConfig for NewestConfig {
    fn build(&self, _capacity: usize, _watermark: usize) -> Box<dyn Policy<Window>> {
        Box::new(Newest {
            keep: self.keep,
            held: VecDeque::new(),
        })
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("plain numbers are valid TOML")
    }
}

/// The newest windows, drawn in turn.
struct Newest {
    keep: usize,
    held: VecDeque<Window>,
}

impl Policy<Window> for Newest {
    fn len(&self) -> usize {
        self.held.len()
    }

    fn unread(&self) -> usize {
        0
    }

    fn has_room(&self) -> bool {
        true
    }

    fn put(&mut self, item: Window, _rng: &mut Rng) {
        self.held.push_back(item);
        let surplus = self.held.len().saturating_sub(self.keep);
        self.held.drain(..surplus);
    }

    fn draw(&mut self, count: usize, _outlook: Outlook, _rng: &mut Rng) -> Vec<Window> {
        let count = count.min(self.held.len());
        self.held.rotate_left(count);
        self.held.iter().rev().take(count).cloned().collect()
    }

    fn contents(&self) -> Vec<(&Window, bool)> {
        self.held.iter().map(|window| (window, true)).collect()
    }

    fn restore(&mut self, contents: Vec<(Window, bool)>, _arrived: u64) {
        self.held = contents.into_iter().map(|(window, _)| window).collect();
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SumConfig {
    factor: Option<f64>,
    steps: Option<usize>,
}

impl ObjectiveConfig for SumConfig {
    fn check(&self) -> Result<(), (&'static str, String)> {
        let factor = self.factor.unwrap_or(1.0);
        if factor > 0.0 {
            return Ok(());
        }
        Err(("factor", format!("factor = {factor} is not above 0")))
    }

    fn build(&self, section: &ObjectiveSection) -> Box<dyn Objective> {
        Box::new(Sum {
            factor: self.factor.unwrap_or(1.0),
            noise: section.noise,
        })
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("plain numbers are valid TOML")
    }
}

struct Sum {
    factor: f64,
    noise: f64,
}

impl Objective for Sum {
    fn frames(&self) -> usize {
        2
    }

    fn losses(
        &self,
        surrogate: &dyn Surrogate,
        batch: &Batch,
        draws: &mut SurrogateRng,
    ) -> Tensor<1> {
        let u = start(surrogate, batch, self.noise, draws);
        let predicted = surrogate.step(u, batch.parameters.clone(), &batch.grid, draws);
        let errors = surrogate.errors(predicted, batch.frames[1].clone());
        let squares: Tensor<2> = errors.square().flatten(1, 2);
        squares.mean_dim(1).squeeze_dim::<1>(1) * self.factor
    }
}
