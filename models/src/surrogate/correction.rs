//! Correction: a coarse solver takes the step, and a network corrects it. With `v = S(u)`
//!
//! ```text
//! sequential   u⁺ = mean + deviation · network((v − mean)/deviation)
//! bypass       u⁺ = v + c · network((v − mean)/deviation)
//! parallel     u⁺ = v + c · network((u − mean)/deviation)
//! ```
//!
//! Of a state of several frames `S` advances the last, once for every frame of the answer, and the network sees them with
//! the answer of the solver in its place.
//!
//! The three are those of F. Koehler, S. Niedermayr, R. Westermann & N. Thuerey (2024, arXiv 2411.00180), where `S` takes a part
//! of the step; K. Um et al. (2020, arXiv 2007.00016) have `bypass` with a solver on fewer points. Gradients go through `S`, so
//! that a training of several steps learns what its corrections do to the solver.

use super::{Backbone, Method, SurrogateEntry};
use crate::{Model, Options, SurrogateRng};
use burn::tensor::Tensor;
use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// The entry of the list of surrogates.
pub const ENTRY: SurrogateEntry = SurrogateEntry {
    kind: "correction",
    summary: "a coarse solver that takes the step, and a network that corrects it (Um et al. 2020; APEBench, Koehler et al. 2024)",
    options: &[
        (
            "mode",
            "input of the network and meaning of its answer: \"sequential\", the next state from that of the solver; \
             \"bypass\", a change of it; \"parallel\", a change of it from the state before; default \"bypass\"",
        ),
        (
            "points",
            "points of the coarse solver, an even number per axis; default those of the frames",
        ),
        (
            "steps",
            "steps of the integrator that it takes, 1 to 10000; default 1",
        ),
        (
            "share",
            "part of the step that it takes, greater than 0, at most 1; default 1",
        ),
    ],
    decode,
};

/// Input of the network, and meaning of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The next state, from that of the solver.
    Sequential,
    /// A change of the solver's state, from that.
    #[default]
    Bypass,
    /// A change of the solver's state, from the state before.
    Parallel,
}

/// Options of the solver and of its correction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CorrectionConfig {
    /// Input of the network, and meaning of its answer.
    pub mode: Mode,
    /// Points of the coarse solver per axis; those of the frames if absent.
    pub points: Option<Vec<usize>>,
    /// Steps of its integrator per surrogate step.
    pub steps: usize,
    /// Part of a surrogate step that it takes.
    pub share: f64,
}

impl Default for CorrectionConfig {
    fn default() -> Self {
        Self {
            mode: Mode::Bypass,
            points: None,
            steps: 1,
            share: 1.0,
        }
    }
}

/// A solver that takes the steps which a network corrects. It is given by a program that knows the equation.
pub trait CoarseSolver: fmt::Debug + Send + Sync {
    /// The states after the part of a surrogate step that the solver takes, differentiable.
    ///
    /// # Shapes   u: `[batch, point, channel]`, parameters: `[batch, parameter]` in physical units → `[batch, point, channel]`
    fn step(&self, u: Tensor<3>, parameters: &Tensor<2>, grid: &[usize]) -> Tensor<3>;
}

/// Prediction by a solver and a correction.
#[derive(Debug, Clone)]
pub struct Correction {
    config: CorrectionConfig,
    /// None until the equation is known.
    solver: Option<Arc<dyn CoarseSolver>>,
}

impl Correction {
    /// A correction of `solver`.
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use ondine_models::network::{NetworkConfig, fno::FnoConfig};
    /// use ondine_models::surrogate::{CoarseSolver, Correction, CorrectionConfig};
    /// use ondine_models::{FieldSpec, Init, Model, Scaling, Surrogate, SurrogateRng};
    /// use std::sync::Arc;
    ///
    /// /// Decay by a tenth per step.
    /// #[derive(Debug)]
    /// struct Decay;
    ///
    /// impl CoarseSolver for Decay {
    ///     fn step(&self, u: Tensor<3>, _: &Tensor<2>, _: &[usize]) -> Tensor<3> {
    ///         u * 0.9
    ///     }
    /// }
    ///
    /// let device = Device::flex();
    /// let spec = FieldSpec::new(1, 1, &[32]);
    /// let network = FnoConfig { width: 8, ..Default::default() };
    /// let network = NetworkConfig::init(&network, &spec, &mut Init::new(0, &device));
    /// let method = Correction::new(CorrectionConfig::default(), Arc::new(Decay));
    /// let model = Model::new(network, Scaling::identity(&spec), method);
    /// let u = Tensor::<3>::ones([2, 32, 1], &device); // [batch, point, channel]
    /// let next = model.step(u, Tensor::zeros([2, 1], &device), &[32], &mut SurrogateRng::new(0));
    /// assert_eq!(next.dims(), [2, 32, 1]);
    /// ```
    pub fn new(config: CorrectionConfig, solver: Arc<dyn CoarseSolver>) -> Self {
        Self {
            config,
            solver: Some(solver),
        }
    }

    /// The options.
    pub fn config(&self) -> &CorrectionConfig {
        &self.config
    }
}

impl Method for Correction {
    fn record_name(&self) -> &'static str {
        "Correction"
    }

    fn corrects(&self) -> Option<&CorrectionConfig> {
        Some(&self.config)
    }

    fn with_solver(&self, solver: Arc<dyn CoarseSolver>) -> Option<Arc<dyn Method>> {
        Some(Arc::new(Self::new(self.config.clone(), solver)))
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(&self.config).expect("plain data is valid TOML")
    }

    /// # Panics
    ///
    /// When no solver was given.
    fn step(
        &self,
        model: &Model,
        u: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
    ) -> Tensor<3> {
        let solver = self.solver.as_ref().expect("a plan gives it its solver");
        let scaling = &model.scaling;
        let mut frames = Vec::with_capacity(model.bundle());
        let mut frame = model.last_frame(u.clone());
        for _ in 0..model.bundle() {
            frame = solver.step(frame, &parameters, grid);
            frames.push(frame.clone());
        }
        let solved = Tensor::cat(frames, 2);
        let seen = match self.config.mode {
            Mode::Parallel => u,
            Mode::Sequential | Mode::Bypass => model.followed(u, solved.clone()),
        };
        let (seen, told) = (
            scaling.normalize_state(seen),
            scaling.normalize_parameters(parameters),
        );
        let answer = model.network.forward_with(seen, told, grid, draws);
        let change = match self.config.mode {
            Mode::Sequential => scaling.restore_state(answer) - solved.clone(),
            Mode::Bypass | Mode::Parallel => answer * scaling.increments(&solved.device()),
        };
        solved + model.conserved(change)
    }
}

fn decode(options: Options<'_>, backbone: &Backbone) -> Result<Arc<dyn Method>, toml::de::Error> {
    let config = CorrectionConfig::deserialize(options)?;
    let refused = |message: String| Err(toml::de::Error::custom(message));
    backbone.check_sees_state("correction", "corrects states")?;
    let (steps, share) = (config.steps, config.share);
    if !(1..=10_000).contains(&steps) {
        return refused(format!("steps = {steps} lies outside [1, 10000]"));
    }
    if !(share > 0.0 && share <= 1.0) {
        return refused(format!("share = {share} lies outside (0, 1]"));
    }
    Ok(Arc::new(Correction {
        config,
        solver: None,
    }))
}
