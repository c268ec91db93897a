//! The model of a recipe: a network by itself, or a method around one.

use super::{CoarseSolver, CorrectionConfig, FromParameters, Learns, Method, Residual};
use crate::block::Edge;
use crate::network::NetworkConfig;
use crate::weights::{ChannelNames, Places};
use crate::{FieldSpec, Init, Inputs, Model, Reach, Scaling};
use serde::de::Error as _;
use std::sync::Arc;

/// A network as a recipe names it.
#[derive(Clone)]
pub struct Backbone {
    /// Its name.
    pub kind: &'static str,
    /// Its options.
    pub config: Arc<dyn NetworkConfig>,
}

impl Backbone {
    /// `kind` and options, as they stand in a resolved recipe.
    pub fn table(&self) -> toml::Table {
        let kind = std::iter::once(("kind".to_owned(), self.kind.into()));
        kind.chain(self.config.options()).collect()
    }

    /// Checks that the network sees the state, which the surrogate `of` needs as it `acts` on it.
    pub(super) fn check_sees_state(&self, of: &str, acts: &str) -> Result<(), toml::de::Error> {
        if self.config.inputs() == Inputs::State {
            return Ok(());
        }
        let kind = self.kind;
        Err(toml::de::Error::custom(format!(
            "`{of}` {acts}, which its `backbone` has to see, and this `{kind}` sees parameters alone: write `inputs` = \"state\""
        )))
    }
}

/// The options of a surrogate with those of its network, able to build it.
#[derive(Clone)]
pub struct ModelConfig {
    /// Name of the surrogate around the network; none for a network by itself.
    around: Option<&'static str>,
    method: Arc<dyn Method>,
    backbone: Backbone,
}

impl ModelConfig {
    /// A network by itself: it predicts the change of the state, or the state from parameters.
    pub fn alone(backbone: Backbone) -> Self {
        let method: Arc<dyn Method> = match backbone.config.inputs() {
            Inputs::State => Arc::new(Residual),
            Inputs::Parameters => Arc::new(FromParameters),
        };
        Self {
            around: None,
            method,
            backbone,
        }
    }

    /// The surrogate `kind` around a network.
    pub fn around(kind: &'static str, method: Arc<dyn Method>, backbone: Backbone) -> Self {
        Self {
            around: Some(kind),
            method,
            backbone,
        }
    }

    /// Its name: that of the surrogate, or of the network that is by itself.
    pub fn kind(&self) -> &'static str {
        self.around.unwrap_or(self.backbone.kind)
    }

    /// The same for fields with these edges, one per axis, see [`NetworkConfig::between`].
    #[must_use]
    pub fn between(mut self, edges: &[Edge]) -> Self {
        if let Some(config) = self.backbone.config.between(edges) {
            self.backbone.config = config;
        }
        self
    }

    /// The options of a coarse solver that it corrects; none where it has no solver.
    pub fn corrects(&self) -> Option<&CorrectionConfig> {
        self.method.corrects()
    }

    /// The same with the solver that it corrects.
    #[must_use]
    pub fn with_solver(mut self, solver: Arc<dyn CoarseSolver>) -> Self {
        if let Some(method) = self.method.with_solver(solver) {
            self.method = method;
        }
        self
    }

    /// A surrogate for the fields of `spec`, with scales between them and its network.
    pub fn init(&self, spec: &FieldSpec, scaling: Scaling, init: &mut Init) -> Model {
        let network = self.backbone.config.init(&self.method.inner(spec), init);
        Model::with(network, scaling, self.method.clone()).of_fields(spec)
    }

    /// Inputs of the surrogate.
    pub fn inputs(&self) -> Inputs {
        self.backbone.config.inputs()
    }

    /// The unit its network counts distances in.
    pub fn reach(&self) -> Reach {
        self.backbone.config.reach()
    }

    /// Checks that a surrogate built for the grid `trained` runs on `grid`; the two are equal while it is trained.
    ///
    /// # Errors
    /// The fault of `grid`, with the text to write instead.
    pub fn check_grid(&self, trained: &[usize], grid: &[usize]) -> Result<(), String> {
        self.named(self.backbone.config.check_grid(trained, grid))
    }

    /// Checks that it can be built for states of `frames` frames.
    ///
    /// # Errors
    /// The fault of that many, with the text to write instead.
    pub fn check_bundle(&self, frames: usize) -> Result<(), String> {
        self.named(self.backbone.config.check_bundle(frames))
    }

    /// The parts of its network that it can't use on `grid`, see [`NetworkConfig::notes`].
    pub fn notes(&self, grid: &[usize]) -> Vec<String> {
        self.backbone.config.notes(grid)
    }

    /// The options with their defaults filled in, as they stand in a resolved recipe.
    pub fn options(&self) -> toml::Table {
        if self.around.is_none() {
            return self.backbone.config.options();
        }
        let mut table = self.method.options();
        table.insert("backbone".to_owned(), self.backbone.table().into());
        table
    }

    /// The rows of the weights of a surrogate for the fields of `spec`, whose channels have these names.
    pub fn places(&self, spec: &FieldSpec, names: &ChannelNames) -> Places {
        let names = self.method.inner_names(names.clone());
        Places::of(&*self.backbone.config, &self.method.inner(spec), &names)
    }

    /// Quantity that training minimises.
    pub fn learns(&self) -> Learns {
        self.method.learns()
    }

    /// Number of weights of a surrogate for the fields of `spec`; it is not built for that.
    pub fn num_parameters(&self, spec: &FieldSpec) -> usize {
        let model = self.init(spec, Scaling::identity(spec), &mut Init::sizes());
        model.network.num_parameters()
    }

    /// A fault of the network with the name of the network, where the surrogate has another one.
    fn named(&self, checked: Result<(), String>) -> Result<(), String> {
        let kind = self.backbone.kind;
        checked.map_err(|problem| {
            if self.around.is_none() {
                problem
            } else {
                format!("around `{kind}`, which {problem}")
            }
        })
    }
}
