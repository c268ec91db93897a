//! Schedules that are refined from the gradient norms of a run: read once, and kept as rates in the recipe.

use super::Draft;
use crate::files::{Metrics, Record};
use crate::numbers::text::counted;
use crate::recipe::{OptimizerKind, Recipe, RecipeError};
use crate::schedule::{FEWEST_NORMS, Norm, ScheduleSection, Shape, refined};
use ondine_datasets::{FileKind, read_text};
use std::path::Path;
use toml::{Table, Value};

impl Recipe {
    /// Checks that rates come from somewhere, and are those of a refined schedule.
    fn check_refined(
        &self,
        schedule: &ScheduleSection,
        path: &dyn Fn(&str) -> String,
    ) -> Result<(), RecipeError> {
        if schedule.kind == Shape::Refined {
            let known = schedule.from.is_some() || schedule.rates.is_some();
            self.ensure(known, &path("kind"), || {
                "kind = \"refined\" needs a run whose gradient norms it comes from: write from = \"runs/NAME\"".to_owned()
            })?;
        }
        let refined = schedule.kind == Shape::Refined;
        for (key, given) in [
            ("from", schedule.from.is_some()),
            ("rates", schedule.rates.is_some()),
        ] {
            self.ensure(refined || !given, &path(key), || {
                format!("{key} belongs to kind = \"refined\": write that, or leave {key} out")
            })?;
        }
        let Some(rates) = &schedule.rates else {
            return Ok(());
        };
        let valid = rates.iter().all(|rate| (0.0..=1.0).contains(rate));
        let falls = rates.len() > 1 && rates.iter().any(|&rate| rate > 0.0);
        self.ensure(valid && falls, &path("rates"), || {
            "rates are two or more numbers from 0 to 1, in units of the learning rate and not all 0"
                .to_owned()
        })
    }

    /// The rates of a schedule that is refined from a run.
    fn rates_of(&self, run: &str) -> Result<Vec<f64>, String> {
        let norms = norms(Path::new(run))?;
        let exponent = match self.optimizer.kind {
            OptimizerKind::AdamW => 1,
            OptimizerKind::Sgd => 2,
        };
        Ok(refined(&norms, exponent))
    }

    /// The same with what the run tells filled in.
    fn refine(
        &self,
        schedule: &mut ScheduleSection,
        path: &dyn Fn(&str) -> String,
    ) -> Result<(), RecipeError> {
        self.check_refined(schedule, path)?;
        let Some(run) = schedule
            .from
            .as_deref()
            .filter(|_| schedule.rates.is_none())
        else {
            return Ok(());
        };
        let rates = self.rates_of(run);
        let rates = rates.map_err(|why| {
            self.source
                .error_at(&path("from"), format!("from = {run:?}: {why}"))
        })?;
        schedule.rates = Some(rates);
        Ok(())
    }
}

impl Draft {
    /// Fills in the rates of refined schedules, so that the recipe of a run has no need of another run.
    pub(super) fn settle_schedules(&mut self) -> Result<(), RecipeError> {
        let mut main = self.schedule.clone();
        self.refine(&mut main, &|key| format!("train.schedule.{key}"))?;
        self.schedule = main;
        for index in 0..self.stages.len() {
            let mut own = self.stages[index].schedule.clone();
            self.refine(&mut own, &|key| {
                format!("stage.{}.schedule.{key}", index + 1)
            })?;
            self.stages[index].schedule = own;
        }
        Ok(())
    }
}

/// The gradient norms of a whole training.
fn norms(run: &Path) -> Result<Vec<Norm>, String> {
    let steps = planned(run)?;
    let lines =
        Metrics::read(run).map_err(|why| format!("its metrics.jsonl can't be read: {why}"))?;
    let norm = |line: &Record| {
        let norm = line.get("gradient_norm").filter(|norm| *norm > 0.0)?;
        Some(Norm {
            step: line.step(),
            norm,
        })
    };
    let norms: Vec<Norm> = lines.training.iter().filter_map(norm).collect();
    let (count, done) = (norms.len(), norms.last().map_or(0.0, |last| last.step));
    if done < steps {
        let shown = run.display();
        return Err(format!(
            "it has gradient norms of {done} of {steps} steps, and a schedule is that of a whole training: let it train to its \
             last step (`ondine train --resume {shown}`), or name another run"
        ));
    }
    if count < FEWEST_NORMS {
        let often = (steps as usize / FEWEST_NORMS).max(1);
        return Err(format!(
            "it has {}, and a schedule needs {FEWEST_NORMS}: train one with train.log = {often}, or longer",
            counted(count, "gradient norm")
        ));
    }
    Ok(norms)
}

/// Steps of the training of a run, which has no stages.
fn planned(run: &Path) -> Result<f64, String> {
    let text = read_text(&run.join("recipe.toml"), "a recipe");
    let text = text.map_err(|why| match FileKind::of(run) {
        Ok(kind) if !kind.is_directory() => format!("it is {kind}, not the directory of a run"),
        Ok(_) => format!("it is no run, for its recipe.toml can't be read: {why}"),
        Err(_) => "it is no run: there is no such directory".to_owned(),
    })?;
    let recipe: Table = text
        .parse()
        .map_err(|_| "its recipe.toml is no TOML".to_owned())?;
    if recipe.contains_key("stage") {
        return Err(
            "its training has stages, each with norms of its own: name a run without them"
                .to_owned(),
        );
    }
    let steps = recipe
        .get("train")
        .and_then(|train| train.get("steps"))
        .and_then(Value::as_integer);
    steps
        .map(|steps| steps as f64)
        .ok_or_else(|| "its recipe.toml has no train.steps".to_owned())
}
