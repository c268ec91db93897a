//! `ondine check`: is this recipe valid, and what would it do?

use super::CliError;
use super::accuracy::Measured;
use super::bar::Bar;
use super::chaos;
use super::facts::{Facts, errors, on_device, posed, shares, training};
use super::patience::patiently;
use super::resolution::Seen;
use super::table::{columns, print, print_json};
use crate::chaos::Chaos;
use crate::numbers::text::counted;
use crate::plan::{Plan, SimulationPlan};
use crate::recipe::{Recipe, Resolved};
use crate::resolution::Resolution;
use crate::results::SolverErrors;
use crate::teacher::Teachers;
use crate::warm::Warm;
use clap::Args;
use ondine_datasets::Ensemble;
use serde_json::json;
use std::path::PathBuf;

/// Check a recipe without running it: is it valid, and what would it do?
#[derive(Args)]
pub(super) struct Check {
    /// The recipe, a TOML file; without [model] and [train] it is one for `ondine simulate` only.
    recipe: PathBuf,
    /// Override a key of the recipe, for example train.steps=500.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
    /// Check that training can go on from this file, in the place of `data.source`.
    #[arg(long, value_name = "FILE.h5")]
    data: Option<PathBuf>,
    /// Measure the errors of the reference in time and in space, on a few simulations with half the time step and on
    /// a finer grid; takes as long as some tens of simulations.
    #[arg(long, conflicts_with = "resolved")]
    accuracy: bool,
    /// Measure the largest Lyapunov exponent by nearby solutions of a few simulations, over so many frames of each, 100 or
    /// more: `--chaos` for 4000, or `--chaos=20000`.
    #[arg(
        long,
        value_name = "FRAMES",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "4000",
        conflicts_with = "resolved",
        value_parser = clap::value_parser!(u32).range(100..)
    )]
    chaos: Option<u32>,
    /// Check that so many ranks, started by mpirun, can train it together, and say what each of them has.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    ranks: Option<u32>,
    /// Print the resolved recipe, with every default filled in.
    #[arg(long)]
    resolved: bool,
    /// Print the result as JSON, without progress.
    #[arg(long)]
    json: bool,
}

/// A checked recipe.
enum Checked {
    Training(Box<Plan>),
    Simulations(Box<SimulationPlan>),
}

impl Check {
    pub(super) fn run(self) -> Result<(), CliError> {
        let checking = Bar::waiting("checking the recipe", self.json);
        let checked = Checked::from(Recipe::load(&self.recipe, &self.overrides())?, &checking)?;
        checking.finish();
        if self.resolved {
            return print(&checked.recipe().text());
        }
        checked.recipe().find_launcher()?;
        let origins = checked.origins()?;
        let warnings = checked.screen()?;
        let measured = match (self.accuracy, checked.ensemble()) {
            (false, _) => None,
            (true, Some(ensemble)) => Some(Measured::new(checked.recipe(), ensemble, self.json)?),
            (true, None) => {
                let message = "--accuracy measures a solver, and the recipe has no [equation]";
                return Err(CliError::Usage(message.to_owned()));
            }
        };
        let chaos = self.chaos(&checked)?;
        let seen = checked.look(measured.as_ref(), self.json)?;
        let mut facts = checked.facts(seen.as_ref());
        facts.extend(origins);
        if let (Some(ranks), Checked::Training(plan)) = (self.ranks, &checked) {
            facts.extend(shares(plan, ranks as usize)?);
        }
        if self.json {
            let mut object: serde_json::Map<_, _> = facts
                .into_iter()
                .map(|(name, value)| (name.replace(' ', "_"), json!(value)))
                .collect();
            let missing = &checked.recipe().missing;
            if !missing.is_empty() {
                object.insert("missing".to_owned(), json!(missing));
            }
            if let Some(seen) = &seen {
                object.insert("resolution".to_owned(), seen.json());
            }
            if !warnings.is_empty() {
                object.insert("warnings".to_owned(), json!(warnings));
            }
            let notes = checked.notes();
            if !notes.is_empty() {
                object.insert("notes".to_owned(), json!(notes));
            }
            if let (Some(measured), Some(seen)) = (measured, &seen) {
                object.insert("accuracy".to_owned(), measured.json(seen));
            }
            if let Some(found) = &chaos {
                object.insert("chaos".to_owned(), json!(found));
            }
            return print_json(&object);
        }
        let rows: Vec<Vec<String>> = facts
            .into_iter()
            .map(|(name, value)| vec![name.to_owned(), value])
            .collect();
        let notes = checked.notes().into_iter();
        let notes: String = notes.map(|note| format!("\nnote: {note}")).collect();
        let accuracy = measured.zip(seen.as_ref());
        let accuracy = accuracy.map_or(String::new(), |(measured, seen)| {
            format!("\n\n{}", measured.text(seen))
        });
        let grown = chaos
            .as_ref()
            .map(|found| format!("\n\n{}", chaos::text(found)));
        let grown = grown.unwrap_or_default();
        seen.iter().for_each(Seen::warn);
        for warning in warnings {
            eprintln!("warning: {warning}");
        }
        print(&format!(
            "{} is valid{}\n{}{notes}{accuracy}{grown}",
            self.recipe.display(),
            checked.restriction(),
            columns(&rows),
        ))
    }
}

impl Check {
    /// The growth of errors, where it is asked for.
    fn chaos(&self, checked: &Checked) -> Result<Option<Chaos>, CliError> {
        let Some(frames) = self.chaos else {
            return Ok(None);
        };
        let Some(ensemble) = checked.ensemble() else {
            let message = "--chaos follows a solver, and the recipe has no [equation]";
            return Err(CliError::Usage(message.to_owned()));
        };
        chaos::measured(checked.recipe(), ensemble, frames as usize, self.json).map(Some)
    }

    /// The overrides of the recipe.
    fn overrides(&self) -> Vec<String> {
        let data = self.data.as_ref().map(|path| {
            let path = toml::Value::from(path.to_string_lossy().into_owned());
            format!("data.source={path}")
        });
        self.overrides.iter().cloned().chain(data).collect()
    }
}

impl Checked {
    /// Refuses values of `[data]` that are no data; warnings about others, in words.
    fn screen(&self) -> Result<Vec<String>, CliError> {
        match self {
            Self::Training(plan) => Ok(plan.screen()?),
            Self::Simulations(_) => Ok(Vec::new()),
        }
    }

    /// Origins of first weights that are not random, and of teachers.
    fn origins(&self) -> Result<Facts, CliError> {
        let Self::Training(plan) = self else {
            return Ok(Facts::new());
        };
        let warm = Warm::of(plan)?.into_iter();
        let weights = warm.map(|(_, account)| ("first weights", account.sentence()));
        let teachers: Vec<String> = Teachers::of(plan)?.sentences().collect();
        let teachers = (!teachers.is_empty()).then(|| ("teacher", teachers.join("; ")));
        Ok(weights.chain(teachers).collect())
    }

    /// The findings of a look at the resolution, with the errors that were measured on whole trajectories; none without a
    /// solver.
    fn look(
        &self,
        measured: Option<&Measured<'_>>,
        silent: bool,
    ) -> Result<Option<Seen>, CliError> {
        let Some(ensemble) = self.ensemble() else {
            return Ok(None);
        };
        let measured = measured.map_or_else(Resolution::default, Measured::resolution);
        Seen::new(self.recipe(), ensemble, &self.known(), &measured, silent).map(Some)
    }

    /// The errors that are known without a look.
    fn known(&self) -> SolverErrors {
        match self {
            Self::Training(plan) => plan.solver_errors.clone(),
            Self::Simulations(plan) => SolverErrors::in_time(plan.reference_error),
        }
    }

    /// Checked for training, or for simulating alone where sections that training needs are missing.
    fn from(recipe: Recipe, bar: &Bar) -> Result<Self, CliError> {
        Ok(if recipe.missing.is_empty() {
            Self::Training(Box::new(patiently(recipe, bar, Recipe::check_alone)?))
        } else {
            Self::Simulations(Box::new(patiently(recipe, bar, |recipe| {
                recipe.check_simulations(None, None)
            })?))
        })
    }

    /// Notes that are worth knowing before training.
    fn notes(&self) -> Vec<String> {
        match self {
            Self::Training(plan) => plan.notes(),
            Self::Simulations(_) => Vec::new(),
        }
    }

    fn recipe(&self) -> &Resolved {
        match self {
            Self::Training(plan) => &plan.recipe,
            Self::Simulations(plan) => &plan.recipe,
        }
    }

    /// The simulations by a solver of the list; none of a problem that has none.
    fn ensemble(&self) -> Option<&Ensemble> {
        match self {
            Self::Training(plan) => plan.solver.as_ref().map(|solver| &solver.training),
            Self::Simulations(plan) => Some(&plan.ensemble),
        }
    }

    /// The command that it is good for alone, and the sections that it lacks for others.
    fn restriction(&self) -> String {
        let names: Vec<_> = self
            .recipe()
            .missing
            .iter()
            .map(|key| format!("[{key}]"))
            .collect();
        match &names[..] {
            [] => String::new(),
            [one] => format!(", for `ondine simulate` only: {one} is missing"),
            several => format!(
                ", for `ondine simulate` only: {} are missing",
                several.join(" and ")
            ),
        }
    }

    /// Facts of the plan.
    fn facts(&self, seen: Option<&Seen>) -> Facts {
        let mut facts = match self.ensemble() {
            Some(ensemble) => self.solving(ensemble),
            None => posed(self.recipe()),
        };
        facts
            .extend(seen.map_or_else(Facts::new, |seen| errors(&seen.errors(&self.known()), seen)));
        if let Self::Training(plan) = self {
            facts.extend(training(plan));
        }
        facts
    }

    /// The facts of the simulations.
    fn solving(&self, ensemble: &Ensemble) -> Facts {
        let recipe = self.recipe();
        let integrator = recipe.integrator().unwrap_or_default();
        let problem = recipe.problem();
        let simulations = recipe.ensemble.simulations;
        let place = match self {
            Self::Training(plan) => on_device(&plan.recipe),
            Self::Simulations(_) => String::new(),
        };
        vec![
            ("equation", problem.describe()),
            ("grid", recipe.grid.describe()),
            (
                "solver",
                format!(
                    "{integrator}, {} a frame",
                    counted(ensemble.substeps, "step")
                ),
            ),
            (
                "simulations",
                format!("{simulations} of {} frames{place}", recipe.time.frames),
            ),
        ]
    }
}
