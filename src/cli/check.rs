//! `ondine check`: is this recipe valid, and what would it do?

use super::CliError;
use super::table::{columns, print, print_json};
use crate::plan::Plan;
use crate::recipe::Recipe;
use burn::module::Module;
use clap::Args;
use ondine_models::Init;
use serde_json::json;
use std::path::PathBuf;

/// Check a recipe without running it: is it valid, and what would it do?
#[derive(Args)]
pub(super) struct Check {
    /// The recipe, a TOML file.
    recipe: PathBuf,
    /// Override a key of the recipe, for example train.steps=500.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
    /// Print the resolved recipe, with every default filled in.
    #[arg(long)]
    resolved: bool,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) fn run(self) -> Result<(), CliError> {
        let plan = Recipe::load(&self.recipe, &self.overrides)?.check()?;
        if self.resolved {
            return print(&plan.resolved());
        }
        let facts = facts(&plan);
        if self.json {
            let object: serde_json::Map<_, _> = facts
                .into_iter()
                .map(|(name, value)| (name.replace(' ', "_"), json!(value)))
                .collect();
            return print_json(&object);
        }
        let rows: Vec<Vec<String>> = facts
            .into_iter()
            .map(|(name, value)| vec![name.to_owned(), value])
            .collect();
        print(&format!(
            "{} is valid\n{}",
            self.recipe.display(),
            columns(&rows)
        ))
    }
}

/// Where windows come from.
fn feed(plan: &Plan) -> (&'static str, String) {
    let recipe = &plan.recipe;
    match &recipe.data {
        Some(data) => ("data", format!("offline, {}", data.source.path.display())),
        None => {
            let (kind, capacity) = (recipe.policy.kind, recipe.buffer.capacity);
            ("buffer", format!("{kind}, {capacity} frames"))
        }
    }
}

/// What the plan would do.
fn facts(plan: &Plan) -> Vec<(&'static str, String)> {
    let recipe = &plan.recipe;
    let device = burn::tensor::Device::flex();
    let network = plan.network.init(&plan.fields, &mut Init::new(0, &device));
    let reads = (recipe.train.steps * recipe.train.batch) as f64 / plan.pace.total as f64;
    let error = match plan.reference_error {
        Some(error) => format!("{error:.1e} relative, in time, a frame"),
        None => "not measured: substeps are given".to_owned(),
    };
    vec![
        (
            "equation",
            format!("{}: {}", recipe.equation.kind, recipe.equation.formula),
        ),
        ("grid", recipe.grid.describe()),
        (
            "solver",
            format!(
                "{}, {} steps a frame",
                recipe.time.integrator, plan.ensemble.substeps
            ),
        ),
        ("solver error", error),
        (
            "simulations",
            format!(
                "{} of {} frames",
                recipe.ensemble.simulations, recipe.time.frames
            ),
        ),
        (
            "windows",
            format!("{}, read {reads:.2} times each", plan.pace.total),
        ),
        feed(plan),
        (
            "network",
            format!("{}, {} parameters", recipe.model_kind, network.num_params()),
        ),
        (
            "training",
            format!(
                "{} steps of {} windows",
                recipe.train.steps, recipe.train.batch
            ),
        ),
        (
            "deterministic",
            recipe.deterministic.unwrap_or(false).to_string(),
        ),
    ]
}
