//! `ondine worker`: simulations for a training that started this process.

use super::CliError;
use crate::recipe::Recipe;
use clap::Args;
use ondine_datasets::Source;
use ondine_datasets::process::serve;
use std::path::PathBuf;
use std::sync::Arc;

/// Simulate for a training that started this process; not for use by hand.
#[derive(Args)]
pub(super) struct Worker {}

impl Worker {
    pub(super) fn run(self) -> Result<(), CliError> {
        let mut output = std::io::stdout().lock();
        serve(std::io::stdin(), &mut output, sources)
            .map_err(|error| CliError::Usage(format!("worker: {error}")))
    }
}

/// The simulations of a resolved recipe: those to train on, and those to judge by.
fn sources(recipe: &str) -> Result<Vec<Arc<dyn Source>>, String> {
    let recipe = Recipe::parse("recipe.toml", recipe, &[]);
    let plan = recipe.and_then(Recipe::check);
    let plan = plan.map_err(|error| error.to_string())?;
    let solver = plan.solver.ok_or("the recipe has no [equation]")?;
    Ok(vec![Arc::new(solver.training), Arc::new(solver.held_out)])
}

/// The program that this process runs, even where its file has been replaced since.
pub(super) fn program() -> Option<PathBuf> {
    let itself = PathBuf::from("/proc/self/exe");
    if itself.exists() {
        Some(itself)
    } else {
        std::env::current_exe().ok()
    }
}
