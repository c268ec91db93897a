//! `ondine simulate`: the solvers alone, into a dataset.

use super::bar::Bar;
use super::faults::{self, Faults};
use super::number::whole;
use super::patience::patiently;
use super::table::{print, print_json};
use super::{CliError, ranks, train};
use crate::control::{Advance, Control};
use crate::group::{Group, agreed};
use crate::numbers::text::{counted, duration};
use crate::observer::Fault;
use crate::plan::SimulationPlan;
use crate::recipe::Recipe;
use crate::simulate::simulate_together;
use crate::training::check_alike;
use clap::{Args, ValueEnum};
use ondine_datasets::files::Dtype;
use ondine_datasets::initial::LastFrames;
use ondine_datasets::{Failure, FailureLog};
use serde_json::json;
use std::path::PathBuf;
use std::time::Instant;

/// Run the simulations of a recipe into an HDF5 file in The Well's layout.
#[derive(Args)]
pub(super) struct Simulate {
    /// The recipe; it needs no [model] and no [train].
    recipe: PathBuf,
    /// The file to write.
    #[arg(long)]
    output: PathBuf,
    /// Number of simulations; ensemble.simulations if absent.
    #[arg(long, value_parser = whole::<u64>)]
    count: Option<u64>,
    /// Start each simulation from the last frame of a trajectory of this file, as the first frame of the output, without
    /// warm-up; parameters, lengths and times are those of the recipe.
    #[arg(long, value_name = "FILE.h5")]
    initial: Option<PathBuf>,
    /// Precision of the frames in the file.
    #[arg(long, default_value = "f32")]
    dtype: Precision,
    /// Override a key of the recipe, for example time.frames=500.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
    /// Print the result as JSON, without progress.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Precision {
    F32,
    F64,
}

impl Simulate {
    pub(super) fn run(self) -> Result<(), CliError> {
        let group = ranks::started()?;
        ranks::ended(&*group, self.simulate(&*group))
    }

    fn simulate(&self, group: &dyn Group) -> Result<(), CliError> {
        let silent = self.json || !group.leads();
        let plan = agreed(group, self.planned(silent))?;
        check_alike(group, plan.recipe.text())?;
        let bar = Bar::new("simulations", plan.recipe.ensemble.simulations, silent);
        let stop = train::stop_on_signal(answer(group));
        let dtype = match self.dtype {
            Precision::F32 => Dtype::F32,
            Precision::F64 => Dtype::F64,
        };
        let started = Instant::now();
        let mut faults = Faults::default();
        let progress = |advance: Advance| {
            bar.set_length(advance.of as u64);
            bar.set_position(advance.done as u64);
        };
        let control = Control::none().telling(&progress).stopped_by(&stop);
        let mut failed = |failure: &Failure| {
            let line = faults.line(&failure.cause, false, failure.redrawn);
            let shown = line.filter(|_| !silent);
            shown
                .iter()
                .for_each(|line| bar.suspend(|| eprintln!("{line}")));
        };
        let failed = simulate_together(&plan, &self.output, dtype, control, &mut failed, group)?;
        bar.finish();
        if !group.leads() {
            return Ok(());
        }
        self.conclude(&plan, &failed, started.elapsed().as_secs_f64())
    }

    /// The checked simulations.
    fn planned(&self, silent: bool) -> Result<SimulationPlan, CliError> {
        if self.output.exists() {
            let output = self.output.display();
            return Err(CliError::Usage(format!(
                "{output} exists; choose another --output"
            )));
        }
        let recipe = Recipe::load(&self.recipe, &self.overrides)?;
        let initial = self.states(&recipe)?;
        if self.count == Some(0) {
            return Err(CliError::Usage("--count must be 1 or more".to_owned()));
        }
        let checking = Bar::waiting("checking the recipe", silent);
        let plan = patiently(recipe, &checking, |recipe| {
            recipe.check_simulations(initial, self.count)
        })?;
        checking.finish();
        Ok(plan)
    }

    /// Says what was done.
    fn conclude(
        &self,
        plan: &SimulationPlan,
        failed: &[Failure],
        seconds: f64,
    ) -> Result<(), CliError> {
        let failures = FailureLog::new(failed.to_vec(), 0).counts();
        let count = plan.recipe.ensemble.simulations;
        let substeps = plan.ensemble.substeps;
        if self.json {
            let named = |failure| Fault::new(&plan.problem, failure, false);
            return print_json(&json!({
                "file": self.output, "trajectories": count, "frames": plan.ensemble.frames,
                "substeps": substeps, "reference_error": plan.reference_error, "seconds": seconds,
                "peak_memory_mib": crate::memory::peak_mib(), "failures": failures,
                "failed": failed.iter().map(named).collect::<Vec<_>>(),
            }));
        }
        let error = plan.reference_error.map_or(String::new(), |error| {
            format!(", relative error {error:.1e} in time a frame")
        });
        let memory = crate::memory::peak_mib()
            .map_or(String::new(), |mib| format!(", {mib:.0} MiB at most"));
        print(&format!(
            "{count} simulations in {}{memory}; {} a frame{error}{}\n{}",
            duration(seconds),
            counted(substeps, "solver step"),
            faults::summary(&failures),
            self.output.display()
        ))
    }

    /// The initial states of `--initial`, at least as many as are asked for.
    fn states(&self, recipe: &Recipe) -> Result<Option<LastFrames>, CliError> {
        let Some(path) = &self.initial else {
            return Ok(None);
        };
        let points = &recipe.grid.points;
        let names = recipe.problem().field_names();
        let states = LastFrames::open(path, points, &names);
        let states = states.map_err(|error| CliError::Usage(format!("--initial: {error}")))?;
        let (there, wanted) = (states.count(), self.count.unwrap_or(0));
        if wanted > there {
            let shown = path.display();
            return Err(CliError::Usage(format!(
                "--count {wanted}: {shown} has {there} trajectories"
            )));
        }
        Ok(Some(states))
    }
}

/// The answer to a signal; one rank gives it.
fn answer(group: &dyn Group) -> &'static str {
    match (group.leads(), group.size()) {
        (false, _) => "",
        (true, 1) => "stopping; no file is written",
        (true, _) => "stopping; simulations that are done are kept",
    }
}
