//! `ondine worker`: simulations for a training that started this process, or that it comes to.

use super::CliError;
use super::table::print;
use crate::plan::recipe_of;
use crate::recipe::Recipe;
use clap::Args;
use ondine_datasets::Source;
use ondine_datasets::coupling::ClientOptions;
use ondine_datasets::process::serve;
use ondine_datasets::remote;
use std::fmt::Display;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Simulate for a training with `ensemble.launcher`, on this machine or another one, until it wants no more.
///
/// It may be started and ended at any time: its simulation is given to another worker then.
#[derive(Args)]
pub(super) struct Worker {
    /// Endpoint at which the training listens, as its recipe has it; without it the worker serves the training that started it
    /// with ensemble.isolation = "process".
    #[arg(long, value_name = "ENDPOINT")]
    connect: Option<String>,
    /// The secret of the training; that of the environment variable `ONDINE_TOKEN` if absent, which other users can't read.
    #[arg(long, requires = "connect")]
    token: Option<String>,
    /// Seconds that a training may take to listen, or to come back after it was lost.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "30",
        requires = "connect"
    )]
    wait: u32,
}

impl Worker {
    pub(super) fn run(self) -> Result<(), CliError> {
        match &self.connect {
            Some(endpoint) => self.come(endpoint),
            None => {
                let mut output = std::io::stdout().lock();
                serve(std::io::stdin(), &mut output, sources).map_err(refused)
            }
        }
    }

    /// Simulates for the training at an endpoint.
    fn come(&self, endpoint: &str) -> Result<(), CliError> {
        let wait = Duration::from_secs(self.wait.into());
        let mut options = ClientOptions::from_environment().map_err(refused)?;
        if let Some(token) = &self.token {
            options = options.token(token);
        }
        let options = options.reconnect(wait);
        let worker = remote::Worker::connect(endpoint, &options, wait).map_err(refused)?;
        let text = recipe_of(worker.description()).map_err(refused)?;
        let recipe = Recipe::parse("the recipe of the training", text, &[]);
        let (ensemble, values) = recipe.and_then(Recipe::check_worker)?;
        let count = worker.work(&ensemble, values).map_err(refused)?;
        let s = if count == 1 { "" } else { "s" };
        print(&format!("{count} simulation{s}"))
    }
}

fn refused(error: impl Display) -> CliError {
    CliError::Usage(format!("worker: {error}"))
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
