//! `ondine sweep`: a training for each combination of values of a recipe.

use super::bar::Bar;
use super::number::whole;
use super::table::{WIDTH, columns, folded, print, print_json};
use super::{CliError, train, worker};
use crate::device;
use crate::metric::Ranking;
use crate::numbers::text::{duration, number};
use crate::observer::{Observer, Progress};
use crate::sweep::{self, Begun, Options, Row, Search, Standing, SweepFile};
use clap::Args;
use indicatif::ProgressBar;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

/// Train a recipe with every combination of some values, or with values drawn at random, and compare the runs.
#[derive(Args)]
pub(super) struct Sweep {
    /// The recipe, a TOML file.
    #[arg(required_unless_present = "resume", conflicts_with = "resume")]
    recipe: Option<PathBuf>,
    /// Values of a key to try, as a list: model.modes=[8,16]. With --samples a range, too, as `{log_uniform=[1e-4,1e-2]}`, of
    /// whole numbers where both ends are. A value that is no list is set in all; a value that is a list itself stands in a
    /// list: grid.points=[[64],[128]].
    #[arg(long = "set", value_name = "KEY=[VALUES]", conflicts_with = "resume")]
    sets: Vec<String>,
    /// Combinations to draw at random; all of them, in a grid, if absent.
    #[arg(long, value_name = "N", value_parser = whole::<usize>, conflicts_with = "resume")]
    samples: Option<usize>,
    /// Seed of the draws.
    #[arg(long, default_value_t = 0, value_parser = whole::<u64>, requires = "samples")]
    seed: u64,
    /// Directory of the sweep, in which each combination has a run; sweeps/NAME if absent.
    #[arg(long, value_name = "DIR", conflicts_with = "resume")]
    output: Option<PathBuf>,
    /// Continue the sweep in this directory: trainings that are finished stay, those that have begun go on, those that failed are
    /// tried again.
    #[arg(long, value_name = "DIR")]
    resume: Option<PathBuf>,
    /// Where to compute: cpu, cuda, cuda:1, wgpu, auto.
    #[arg(long, default_value = "cpu")]
    device: String,
    /// Print the result as JSON, without progress.
    #[arg(long)]
    json: bool,
}

/// Shows the steps of a training in a bar.
struct Steps(ProgressBar);

impl Observer for Steps {
    fn stepped(&mut self, progress: &Progress) {
        self.0.set_length(progress.steps as u64);
        self.0.set_position(progress.step as u64);
    }
}

impl Sweep {
    pub(super) fn run(self) -> Result<(), CliError> {
        device::device(&self.device)?;
        let mut begun = match &self.resume {
            Some(directory) => Begun::open(directory)?,
            None => self.begin()?,
        };
        let options = Options {
            device: self.device.clone(),
            stop: train::stop_on_signal(
                "stopping after this step, with a checkpoint; once more to stop at once",
            ),
            worker_program: worker::program(),
        };
        for index in 0..begun.len() {
            let standing = self.train(&mut begun, index, &options)?;
            if options.stop.load(Ordering::Relaxed) && standing != Standing::Finished {
                begun.write_report()?;
                let directory = begun.directory().display().to_string();
                return Err(CliError::SweepInterrupted(directory));
            }
        }
        begun.write_report()?;
        self.conclude(&begun)
    }

    /// Checks all combinations and makes the directory.
    fn begin(&self) -> Result<Begun, CliError> {
        let recipe = self.recipe.as_deref().unwrap_or_else(|| Path::new(""));
        let seed = self.seed;
        let search = self
            .samples
            .map_or(Search::Grid, |samples| Search::Random { samples, seed });
        let sweep = sweep::Sweep::new(recipe, &self.sets, search)?;
        let directory = self.output.clone().unwrap_or_else(|| default(recipe));
        let bar = Bar::new("checking", sweep.combinations().len() as u64, self.json);
        sweep.check(&mut |index| bar.set_position(index as u64))?;
        bar.finish();
        Ok(sweep.begin(&directory)?)
    }

    fn train(
        &self,
        begun: &mut Begun,
        index: usize,
        options: &Options,
    ) -> Result<Standing, CliError> {
        let file = begun.file();
        let values = file.combinations[index].describe(&file.keys);
        let place = format!("{} of {}: {values}", index + 1, begun.len());
        let bar = Bar::new(&place, 1, self.json);
        let mut steps = Steps((*bar).clone());
        let standing = begun.train(index, options, Some(&mut steps))?;
        bar.finish();
        if !self.json {
            match &standing {
                Standing::Failed(why) => eprintln!("{place}: failed: {why}"),
                Standing::Finished => eprintln!("{place}: finished"),
                Standing::Begun | Standing::Waiting => eprintln!("{place}: interrupted"),
            }
        }
        Ok(standing)
    }

    /// Shows the table, and says how many trainings failed.
    fn conclude(&self, begun: &Begun) -> Result<(), CliError> {
        let (rows, directory) = (begun.rows(), begun.directory());
        let page = directory.join("report.html");
        if self.json {
            let file = begun.file();
            print_json(&json!({
                "directory": directory, "report": page, "keys": file.keys, "metric": file.metric, "combinations": rows,
                "note": file.ranking_note(),
            }))?;
        } else {
            let table = columns(&table(begun.file(), &rows));
            let note = begun.file().ranking_note();
            let note = note.map_or(String::new(), |note| {
                format!("\n{}", folded(&note, WIDTH).join("\n"))
            });
            print(&format!("{table}{note}\n\nreport: {}", page.display()))?;
        }
        let failed = |row: &&Row| matches!(row.standing, Standing::Failed(_));
        match rows.iter().filter(failed).count() {
            0 => Ok(()),
            failed => Err(CliError::SweepFailed {
                failed,
                of: rows.len(),
                directory: directory.display().to_string(),
            }),
        }
    }
}

/// The directory of the sweep of a recipe.
fn default(recipe: &Path) -> PathBuf {
    Path::new("sweeps").join(recipe.file_stem().unwrap_or_default())
}

/// The combinations, the best first.
fn table(file: &SweepFile, rows: &[Row]) -> Vec<Vec<String>> {
    let score = file
        .ranking()
        .map_or("score", |Ranking { number, .. }| number);
    let keys = file.keys.iter().map(String::as_str);
    let head = ["run"].into_iter().chain(keys);
    let head = head.chain([score, "at step", "training", "parameters", "state"]);
    let row = |row: &Row| {
        let shown = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        let place = row.combination.name.split('-').next().unwrap_or_default();
        let values = row.combination.values.iter().cloned();
        let numbers = [
            shown(row.score.map(number)),
            shown(row.scored_at.map(|step| step.to_string())),
            shown(row.training_s.map(duration)),
            shown(row.parameters.map(|all| all.to_string())),
            state(&row.standing),
        ];
        [place.to_owned()]
            .into_iter()
            .chain(values)
            .chain(numbers)
            .collect()
    };
    let head = head.map(str::to_owned).collect();
    [head].into_iter().chain(rows.iter().map(row)).collect()
}

fn state(standing: &Standing) -> String {
    match standing {
        Standing::Waiting => "not begun".to_owned(),
        Standing::Begun => "not finished".to_owned(),
        Standing::Finished => "finished".to_owned(),
        Standing::Failed(why) => format!("failed: {why}"),
    }
}
