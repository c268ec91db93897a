//! Workers of other machines: whether they can be had, and the simulations that they are given.

use super::{Draft, Plan};
use crate::recipe::{Recipe, RecipeError, Workers, WorkersSection};
use ondine_datasets::Ensemble;
use ondine_datasets::coupling::{Endpoint, Launcher};
use ondine_datasets::remote::{self, Launch, Task};
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::Table;

/// Most workers of a training.
const MOST: usize = 1024;

/// Time after which workers that died are started again; each further restart in a row waits twice as long.
const PAUSE: Duration = Duration::from_millis(200);

/// Sections of a recipe that say what is simulated, and keys of `[ensemble]` that do not.
const SIMULATED: [&str; 6] = ["seed", "equation", "grid", "time", "initial", "ensemble"];
const OF_THE_TRAINING: [&str; 5] = [
    "workers",
    "isolation",
    "launcher",
    "max_failures",
    "time_limit",
];

/// The first words of a description of simulations, before the version that wrote it.
const VERSION: &str = "# ondine ";

impl Recipe {
    /// Refuses workers that can't be had.
    pub(super) fn check_launcher(&self) -> Result<(), RecipeError> {
        let path = "ensemble.launcher";
        let Some(section) = &self.ensemble.launcher else {
            return Ok(());
        };
        self.ensure(self.data.is_none(), path, || {
            "workers simulate, and [data] is read from a file: remove one of them".into()
        })?;
        let at_once = self.ensemble.at_once();
        let some = section.workers > 0 && at_once <= MOST;
        self.ensure(some, "ensemble.launcher.workers", || {
            let [workers, here] = [section.workers, self.ensemble.workers.most()];
            format!("workers = {workers} and {here} of this machine: write 1 or more, {MOST} at most together")
        })?;
        self.ensure(
            section.command.first().is_none_or(|word| !word.is_empty()),
            path,
            || "the command is empty: write the program and its arguments, or leave it out".into(),
        )?;
        let told = (!section.command.is_empty(), section.token.is_some());
        self.check_listening("ensemble.launcher.endpoint", &section.endpoint, told)
    }

    /// Refuses a command that is not there to start workers.
    pub(super) fn find_command(&self) -> Result<(), RecipeError> {
        let section = self.ensemble.launcher.as_ref();
        let command = section.map_or(&[][..], |section| &section.command);
        let found = Launcher::inheriting(command.to_vec()).is_found();
        self.ensure(command.is_empty() || found, "ensemble.launcher.command", || {
            let name = &command[0];
            format!("`{name}` is not found: write the path of a program, or copy one of launchers/*.sh and edit it")
        })
    }
}

impl Recipe {
    /// Endpoints at which so many ranks listen for workers; none without a launcher.
    ///
    /// # Errors
    /// An `ensemble.launcher.endpoint` that is none, or whose ports end before all ranks have one.
    pub fn endpoints(&self, ranks: usize) -> Result<Vec<String>, RecipeError> {
        let section = self.ensemble.launcher.iter();
        let of = |section| (0..ranks).map(move |rank| self.endpoint_of(section, rank));
        section.flat_map(of).collect()
    }

    fn endpoint_of(&self, section: &WorkersSection, rank: usize) -> Result<String, RecipeError> {
        let endpoint: Result<Endpoint, _> = section.endpoint.parse();
        let numbered = endpoint.and_then(|endpoint| endpoint.numbered(rank));
        let named = numbered.map(|endpoint| endpoint.to_string());
        named.map_err(|error| {
            self.source
                .error_at("ensemble.launcher.endpoint", error.text)
        })
    }

    /// The simulations of a recipe that a training described to its worker, and the values of a frame.
    ///
    /// # Errors
    /// When they can't be made here: a file of initial states that is not on this machine, say.
    pub fn check_worker(self) -> Result<(Ensemble, usize), RecipeError> {
        let mut draft = Draft::new(self);
        draft.check_posed()?;
        draft.check_time()?;
        let ensemble = draft.simulated(draft.ensemble.simulations)?;
        let solved = draft.solved()?;
        let ensemble = solved.map_or(ensemble, |(solved, _)| solved);
        let points: usize = ensemble.points.iter().product();
        Ok((ensemble, draft.problem().fields.len() * points))
    }
}

impl Plan {
    /// Listens for workers, where the recipe wants some.
    pub(super) fn listen_for_workers(&mut self) -> Result<(), RecipeError> {
        let recipe = &self.recipe;
        let (Some(section), Some(solver)) = (&recipe.ensemble.launcher, &self.solver) else {
            return Ok(());
        };
        recipe.find_command()?;
        let rank = self.ranks();
        let task = Task {
            endpoint: recipe.endpoint_of(section, rank.rank())?,
            token: recipe.token("ensemble.launcher.token", section.token.as_ref())?,
            description: self.described(),
            values: self.channels() * solver.training.points.iter().product::<usize>(),
            limit: self.time_limit(),
            threads: recipe.ensemble.workers.most(),
        };
        let launch = Launch {
            command: section.command.clone(),
            workers: rank.of(section.workers),
            at_once: recipe.ensemble.workers != Workers::Auto,
            program: self.worker_program.as_ref().map(|path| named(path)),
            pause: PAUSE,
        };
        let listening = remote::Workers::listen(&task, launch);
        let listening = listening.map_err(|error| {
            recipe
                .source
                .error_at("ensemble.launcher.endpoint", error.text)
        });
        self.elsewhere = Some(listening?);
        Ok(())
    }

    /// Workers of other machines, once somebody listens for them.
    #[must_use]
    pub fn elsewhere(&self) -> Option<&remote::Workers> {
        self.elsewhere.as_ref()
    }

    /// The part of the recipe that its simulations follow from, behind the version of this program.
    fn described(&self) -> String {
        let mut recipe: Table = self.resolved().parse().unwrap_or_default();
        recipe.retain(|key, _| SIMULATED.contains(&key));
        if let Some(ensemble) = recipe
            .get_mut("ensemble")
            .and_then(toml::Value::as_table_mut)
        {
            ensemble.retain(|key, _| !OF_THE_TRAINING.contains(&key));
        }
        let version = env!("CARGO_PKG_VERSION");
        format!("{VERSION}{version}\n{recipe}")
    }
}

/// The program by its own path, which other processes can start.
fn named(program: &Path) -> PathBuf {
    program
        .canonicalize()
        .unwrap_or_else(|_| program.to_owned())
}

/// The recipe of a description of simulations.
///
/// # Errors
/// When another version of Ondine wrote it.
pub fn recipe_of(description: &str) -> Result<&str, String> {
    let own = env!("CARGO_PKG_VERSION");
    let (first, recipe) = description.split_once('\n').unwrap_or((description, ""));
    match first.strip_prefix(VERSION) {
        Some(version) if version == own => Ok(recipe),
        Some(version) => Err(format!(
            "the training is Ondine {version}, and this worker {own}: start the worker from the program of the training"
        )),
        None => Err("the training is not one of Ondine's command line".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_read_by_the_version_that_wrote_it() {
        let own = format!("# ondine {}\nseed = 1\n", env!("CARGO_PKG_VERSION"));
        assert_eq!(recipe_of(&own), Ok("seed = 1\n"));
        let error = recipe_of("# ondine 0.0.1\nseed = 1").expect_err("old");
        assert!(
            error.starts_with("the training is Ondine 0.0.1,"),
            "{error}"
        );
        assert!(recipe_of("seed = 1").is_err());
    }
}
