//! Description of a network in a file of weights.

use crate::checkpoint::State;
use crate::conditioning;
use crate::plan::{Network, Plan};
use crate::recipe::GUARDS;
use ondine_models::weights::Dialect;
use ondine_models::{Reach, Scaling};
use ondine_solvers::problem::Axis;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Everything that is needed to build the network again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// Version of Ondine that wrote the file.
    pub ondine_version: String,
    /// Whose names the arrays have: "ondine", "neuraloperator" or "pdearena".
    pub layout: String,
    /// `[model]` of the run, with nothing left to defaults.
    pub model: Map<String, Value>,
    /// Name of the problem, the kind of its equation.
    #[serde(rename = "equation")]
    pub problem: String,
    /// Channels of a state, in order.
    pub fields: Vec<String>,
    /// Inputs of the network beside the state, in order: time of a step, spacing of every axis, parameters.
    pub parameters: Vec<String>,
    /// Grid points per axis that it was trained on.
    pub points: Vec<usize>,
    /// Frames per step of the surrogate.
    pub stride: usize,
    /// From physical units to those of the network, and back.
    pub scaling: Scaling,
    /// Whether scales are for spacings between points on every axis; files of older versions have them for `L/N`.
    #[serde(default)]
    pub by_spacing: bool,
    /// Training steps done.
    pub step: usize,
    /// Origin of the weights: the last step, or the moving average.
    pub weights: Origin,
}

/// Which weights of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Their moving average over the training.
    Average,
    /// Weights after the last step.
    Last,
}

impl About {
    /// The description of a network in a checkpoint, a step of which is `stride` frames.
    pub fn new(
        network: &Network,
        (state, stride): (&State, usize),
        dialect: Dialect,
        weights: Origin,
    ) -> Self {
        let told = network.conditioning().into_iter();
        Self {
            ondine_version: env!("CARGO_PKG_VERSION").to_owned(),
            layout: dialect.name().to_owned(),
            model: model(&network.table),
            problem: network.problem.name.clone(),
            fields: network.problem.field_names(),
            parameters: told.map(|told| told.name).collect(),
            points: network.fields.grid.clone(),
            stride,
            scaling: state.scaling_of(network),
            by_spacing: true,
            step: state.step,
            weights,
        }
    }

    /// Keys of `[model]` that differ in a plan, in words. Means that are held and fields that stay positive are a
    /// matter of the problem, not of the network.
    pub(crate) fn differences(&self, plan: &Plan) -> Vec<String> {
        let (file, recipe) = (
            built(&self.model),
            built(&model(&plan.recipe.model_table())),
        );
        let shown = |value: Option<&Value>| value.map_or("absent".to_owned(), Value::to_string);
        let difference = |key: &str| {
            let (file, recipe) = (file.get(key), recipe.get(key));
            let (there, here) = (shown(file), shown(recipe));
            (file != recipe)
                .then(|| format!("`{key}` is {there} in the file and {here} in the recipe"))
        };
        if let Some(kind) = difference("kind") {
            return vec![kind]; // the options of another kind say nothing
        }
        let mut keys: Vec<&String> = file.keys().chain(recipe.keys()).collect();
        keys.sort();
        keys.dedup();
        let keys = keys.into_iter().filter(|key| !GUARDS.contains(&&key[..]));
        keys.filter_map(|key| difference(key)).collect()
    }

    /// The scales, of the spacing as it is told on the grid of a plan: a network that counts distances by the box is told
    /// the same of a box on any number of points.
    pub(crate) fn scaling_on(&self, plan: &Plan) -> Scaling {
        let (points, axes) = (&plan.fields.grid, plan.problem.axis_kinds());
        let mut scaling = if self.by_spacing {
            self.scaling.clone()
        } else {
            conditioning::in_spacings(&self.scaling, &self.points, &axes)
        };
        if plan.model.reach() == Reach::Domain && self.points.len() == points.len() {
            for (axis, (&trained, &here)) in self.points.iter().zip(points).enumerate() {
                let finer = conditioning::finer(axes[axis], trained, here) as f32;
                for scale in [&mut scaling.center, &mut scaling.spread] {
                    scale
                        .iter_mut()
                        .skip(1 + axis)
                        .take(1)
                        .for_each(|one| *one *= finer);
                }
            }
        }
        scaling
    }

    /// Names of the conditioning inputs of a plan, as in this description where distances alone are called otherwise: older
    /// versions called them by the place of the axis, whatever its name.
    fn told_by(&self, plan: &Plan) -> Vec<String> {
        let mut told = plan.conditioning_names();
        let places = Axis::NAMES.map(|name| format!("d{name}"));
        let dims = plan.problem.dims();
        let by_place = self.parameters.get(1..=dims) == Some(&places[..dims]);
        if by_place && told.len() > dims {
            told[1..=dims].clone_from_slice(&places[..dims]);
        }
        told
    }

    /// Fields and parameters of the scales that differ in a plan, in words.
    pub(super) fn strangers(&self, plan: &Plan) -> Vec<String> {
        let pairs = [
            ("fields", &self.fields, plan.problem.field_names()),
            ("parameters", &self.parameters, self.told_by(plan)),
        ];
        let differ = pairs.into_iter().filter(|(_, there, here)| *there != here);
        let said = differ.map(|(what, there, here)| {
            let (there, here) = (there.join(", "), here.join(", "));
            format!("the {what} were {there} and are {here} now")
        });
        said.collect()
    }
}

/// `[model]` without the size of first weights, which trained ones don't depend on.
fn built(model: &Map<String, Value>) -> Map<String, Value> {
    let mut built = model.clone();
    built.remove("spectral_scale");
    if let Some(Value::Object(backbone)) = built.get_mut("backbone") {
        backbone.remove("spectral_scale");
    }
    built
}

/// `[model]` of a recipe as JSON.
pub(super) fn model(table: &toml::Table) -> Map<String, Value> {
    match serde_json::to_value(table) {
        Ok(Value::Object(model)) => model,
        _ => unreachable!("a section of a recipe is plain data"),
    }
}
