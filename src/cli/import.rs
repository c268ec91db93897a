//! `ondine import`: a run that begins with the weights of a file.

use super::bar::Bar;
use super::table::{print, print_json};
use super::{CliError, train, worker};
use crate::plan::Plan;
use crate::recipe::Recipe;
use crate::run::Run;
use crate::training::{begin, measured_scaling};
use crate::weights::{Imported, Pair, Scales, WeightFile, with_typed};
use crate::{device, evidence};
use burn::tensor::Device;
use clap::{Args, ValueEnum};
use ondine_models::Scaling;
use std::path::{Path, PathBuf};

/// Make a run that begins with the weights of a file.
///
/// It can be judged (`ondine evaluate RUN`) and trained further (`ondine train --resume RUN`).
#[derive(Args)]
pub(super) struct Import {
    /// The recipe; its [model] is that of the weights.
    recipe: PathBuf,
    /// The weights, in the format of safetensors: from `ondine export`, or the state of an FNO of neuraloperator or of
    /// a modern U-Net of pdearena.
    file: PathBuf,
    /// Directory of the run; runs/NAME if absent.
    #[arg(long)]
    output: Option<PathBuf>,
    /// Where the scales between network and physical units come from; those of the file, where it has some.
    #[arg(long, value_name = "FROM")]
    scaling: Option<From>,
    /// Set a scale: mean, deviation or increment of the channels, center or spread of the parameters, for example
    /// increment=0.3 or mean=0,1.
    #[arg(long = "scale", value_name = "KEY=VALUES")]
    scales: Vec<String>,
    /// A file in the format of safetensors with an `input` of the network and its `output`, both [batch, channel, points
    /// ...], and its `parameters`, if it is told some: the network has to answer the same.
    #[arg(long, value_name = "PAIR", conflicts_with = "unchecked")]
    check: Option<PathBuf>,
    /// The network was built with the options that the recipe stands for, also those that leave no array.
    #[arg(long)]
    unchecked: bool,
    /// Override a key of the recipe, for example train.optimizer.learning_rate=1e-4.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum From {
    /// From the file.
    Stored,
    /// The network sees physical units, and answers in them.
    Identity,
    /// From simulations of the recipe, as a training measures them.
    Measured,
}

impl From {
    pub(super) fn scales(self) -> Scales {
        match self {
            Self::Stored => Scales::Stored,
            Self::Identity => Scales::Identity,
            Self::Measured => Scales::Measured,
        }
    }
}

impl Import {
    pub(super) fn run(self) -> Result<(), CliError> {
        let checking = Bar::waiting("checking the recipe", self.json);
        let (directory, plan) = self.prepare()?;
        checking.set_message("reading the weights");
        let imported = self.imported(&plan, &checking)?;
        made(&directory, &plan, &imported)?;
        checking.finish();
        self.conclude(&plan, &directory, &imported)
    }

    /// The directory that is to be made, and the plan of its run.
    fn prepare(&self) -> Result<(PathBuf, Plan), CliError> {
        let recipe = Recipe::load(&self.recipe, &self.overrides)?;
        let directory = match &self.output {
            Some(directory) => directory.clone(),
            None => Path::new("runs").join(&recipe.name),
        };
        Run::refuse_existing(&directory)?;
        if recipe.train.start.is_some() {
            let message = "the weights are those of FILE, and the recipe begins with others: leave [train.start] out";
            return Err(recipe.source.error_at("train.start", message).into());
        }
        let mut plan = recipe.check_trained()?;
        plan.worker_program = worker::program();
        Ok((directory, plan))
    }

    /// The surrogate of the plan with the weights of the file.
    fn imported(&self, plan: &Plan, bar: &Bar) -> Result<Imported, CliError> {
        let file = WeightFile::read(&self.file)?;
        let from = self.scaling.map_or(Scales::Stored, From::scales);
        taken(
            &file,
            plan,
            (from, &self.scales),
            bar,
            |imported, device| {
                match (&self.check, self.unchecked) {
                    (Some(pair), _) => imported.check(plan, &Pair::read(pair)?, device)?,
                    (None, true) => imported.unchecked(),
                    (None, false) => imported.ask()?,
                }
                Ok(())
            },
        )
    }

    fn conclude(&self, plan: &Plan, run: &Path, imported: &Imported) -> Result<(), CliError> {
        if self.json {
            return print_json(imported);
        }
        let scales = match imported.scaling {
            Scales::Stored => "of the file",
            Scales::Identity => "that change nothing",
            Scales::Measured => "measured on simulations of the recipe",
        };
        let typed = if self.scales.is_empty() {
            String::new()
        } else {
            format!(", with {}", self.scales.join(", "))
        };
        let notes = imported.notes.iter().map(|note| format!("\nnote: {note}"));
        let checked = imported.check.iter().map(|check| {
            let (pair, difference) = (check.file.display(), check.relative_difference);
            format!("\nanswers as {pair} says, with a relative difference of {difference:.1e}")
        });
        let (kind, run) = (plan.recipe.model.kind(), run.display());
        print(&format!(
            "`{kind}` with {} weights of {} (names of {}), scales {scales}{typed}{}{}\n\
             {run}\n\
             judge it with: ondine evaluate {run}\n\
             train it with: ondine train --resume {run}",
            imported.parameters,
            imported.file.display(),
            imported.layout.name(),
            checked.collect::<String>(),
            notes.collect::<String>(),
        ))
    }
}

/// The surrogate of a plan with the weights of a file, and scales that come `from` there but for those that were typed;
/// `answered` may ask it before any simulation.
pub(super) fn taken(
    file: &WeightFile,
    plan: &Plan,
    (from, typed): (Scales, &[String]),
    bar: &Bar,
    answered: impl FnOnce(&mut Imported, &Device) -> Result<(), CliError>,
) -> Result<Imported, CliError> {
    file.check(plan)?;
    let known = file.scaling(plan, from)?;
    let scaling = known.clone();
    let scaling = scaling.unwrap_or_else(|| Scaling::identity(&plan.fields));
    let scaling = with_typed(scaling, typed)?;
    let device = device::device("cpu")?;
    let mut init = plan.network().init(&device);
    let mut imported = file.surrogate(plan, (from, scaling), &mut init)?;
    answered(&mut imported, &device)?;
    if known.is_none() {
        bar.set_message("simulating, to measure the scales");
        // After everything that can be refused without simulations.
        let scaling = with_typed(measured(plan)?, typed)?;
        imported.surrogate = imported.surrogate.with_scaling(scaling);
    }
    Ok(imported)
}

/// Makes the directory of a run that begins with these weights.
pub(super) fn made(directory: &Path, plan: &Plan, imported: &Imported) -> Result<Run, CliError> {
    Ok(Run::create_whole(directory, &plan.resolved(), |run| {
        begin(plan, run, &imported.surrogate)?;
        run.write_subject(&evidence::subject(&plan.recipe))?;
        let json = serde_json::to_vec_pretty(imported);
        let json = json.map_err(|error| run.damaged("import.json", &error))?;
        run.write("import.json", &json)
    })?)
}

fn measured(plan: &Plan) -> Result<Scaling, CliError> {
    let stop = train::stop_on_signal("stopping; no run is made");
    measured_scaling(plan, &stop)?.ok_or(CliError::Stopped)
}
