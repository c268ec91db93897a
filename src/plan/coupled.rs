//! Simulation codes of a plan: whether they can be had, and the conditions that they get.

use super::Draft;
use crate::recipe::{
    ChosenBy, Coupled, FieldSection, LauncherSection, Posed, ProgramSection, Recipe, RecipeError,
};
use ondine_datasets::Draws;
use ondine_datasets::coupling::{Endpoint, Launcher, Program};
use std::ops::RangeInclusive;

/// Longer than any code is waited for, in seconds.
const MAX_TIME: f64 = 3e8;

/// The number of the first held-out simulation for codes that ask; trainings have fewer simulations.
pub(super) const HELD_OUT: u64 = 1_000_000_000;

/// Environment variables that programs get from the training.
const OWN_VARIABLES: [&str; 4] = [
    "ONDINE_ENDPOINT",
    "ONDINE_TOKEN",
    "ONDINE_SIMULATION",
    "ONDINE_FRAMES",
];

/// The simulations of codes.
pub(super) struct Coupling {
    pub(super) training: Draws,
    pub(super) held_out: Draws,
    /// The endpoint, once somebody listens.
    pub(super) endpoint: Option<String>,
}

impl Recipe {
    /// Refuses a `[source]` by which no codes can be had.
    pub(super) fn check_coupled(&self) -> Result<(), RecipeError> {
        let Some(coupled) = self.trajectories.coupled() else {
            return Ok(());
        };
        self.check_endpoint(coupled)?;
        for (key, seconds) in [("silence", Some(coupled.silence)), ("wait", coupled.wait)] {
            let possible = seconds.is_none_or(|seconds| seconds > 0.0 && seconds <= MAX_TIME);
            self.ensure(possible, &format!("source.{key}"), || {
                let seconds = seconds.unwrap_or_default();
                format!("{key} = {seconds} lies outside (0, {MAX_TIME}] seconds")
            })?;
        }
        let simulations = self.ensemble.simulations;
        self.ensure(simulations <= HELD_OUT, "ensemble.simulations", || {
            format!("simulations = {simulations}: numbers from {HELD_OUT} on are held out, write as many or fewer")
        })?;
        for path in ["ensemble.sampler", "evaluate.sampler"] {
            self.ensure(self.draws() || !self.source.has(path), path, || {
                "the codes choose the conditions (source.conditions = \"brought\"), so that nothing is drawn: remove it".into()
            })?;
        }
        coupled
            .program
            .map_or(Ok(()), |program| self.check_program(program))
    }

    fn check_endpoint(&self, coupled: Coupled<'_>) -> Result<(), RecipeError> {
        let told = coupled.program.is_some();
        let (endpoint, token) = (coupled.endpoint, coupled.token.is_some());
        self.check_listening("source.endpoint", endpoint, (told, token))
    }

    /// Refuses an endpoint that is none, that nobody is `told`, or that strangers reach without a `token`.
    pub(super) fn check_listening(
        &self,
        path: &str,
        endpoint: &str,
        (told, token): (bool, bool),
    ) -> Result<(), RecipeError> {
        let refused =
            |error: ondine_datasets::coupling::Error| self.source.error_at(path, error.text);
        let any = !told && endpoint.ends_with(":0");
        let endpoint: Endpoint = endpoint.parse().map_err(refused)?;
        self.ensure(!any, path, || {
            "port 0 is any free one, which no code can know: write a number from 1024 to 65535"
                .into()
        })?;
        let open = !token && !endpoint.is_local().map_err(refused)?;
        self.ensure(!open, path, || {
            format!(
                "`{endpoint}` can be reached from other machines, so codes have to bring a token: write token = {{ env = \
                 \"NAME\" }} or {{ file = \"PATH\" }}, or listen on tcp://127.0.0.1:PORT"
            )
        })
    }

    fn check_program(&self, program: &ProgramSection) -> Result<(), RecipeError> {
        let path = "source.command";
        let brought = program.conditions == ChosenBy::Brought;
        self.ensure(program.persistent || !brought, "source.conditions", || {
            "a program that brings conditions makes simulation after simulation: write persistent = true, or leave conditions \
             out"
                .into()
        })?;
        let placeholder = program.command.iter().find(|part| {
            let inside = part.split_once('{').map_or("", |(_, after)| after);
            inside.contains('}') && !part.contains("{frames}")
        });
        self.ensure(!program.persistent || placeholder.is_none(), path, || {
            let part = placeholder.map_or("", String::as_str);
            format!(
                "`{part}`: a persistent program asks for its simulations by ondine_next, or brings them; leave the braces out, or \
                 write persistent = false"
            )
        })?;
        self.check_launch(program)?;
        let refused = |error: ondine_datasets::coupling::Error| {
            let text = error.text.replace(
                "the command of a program is empty",
                "command is empty: write the program and its arguments",
            );
            self.source.error_at(path, text)
        };
        self.started(program, 1).map(drop).map_err(refused)
    }

    /// Refuses a launcher or an environment that makes no sense.
    fn check_launch(&self, program: &ProgramSection) -> Result<(), RecipeError> {
        let path = "source.launcher";
        let launcher = program.launcher.as_ref();
        let ranks = launcher.map_or(1, |launcher| launcher.ranks);
        self.ensure(ranks > 0, path, || "ranks = 0: write 1 or more".to_owned())?;
        let idle = launcher.and_then(LauncherSection::idle_key);
        self.ensure(idle.is_none(), path, || {
            let key = idle.unwrap_or_default();
            format!("`{key}` is for a launcher, and kind = \"local\" is none: write kind = \"mpirun\", \"slurm\" or \"hyperqueue\"")
        })?;
        let mut names = program.environment.keys();
        let wrong = names.find(|name| {
            OWN_VARIABLES.contains(&name.as_str()) || name.is_empty() || name.contains(['=', '\0'])
        });
        self.ensure(wrong.is_none(), "source.environment", || {
            let name = wrong.map_or("", String::as_str);
            format!(
                "`{name}` can't be set: the training sets {}, and other names have no `=`",
                OWN_VARIABLES.join(", ")
            )
        })
    }

    /// Refuses a launcher that is not there to start programs.
    ///
    /// # Errors
    /// When it is no program of this machine.
    pub fn find_launcher(&self) -> Result<(), RecipeError> {
        self.find_command()?;
        let coupled = self.trajectories.coupled();
        let program = coupled.and_then(|coupled| coupled.program);
        let section = program.and_then(|program| program.launcher.as_ref());
        let launcher = section.and_then(LauncherSection::launcher);
        let lost = launcher.filter(|launcher| !launcher.is_found());
        self.ensure(lost.is_none(), "source.launcher", || {
            let name = lost.as_ref().map_or("", |launcher| &launcher.command()[0]);
            format!("`{name}` is not found in PATH: install it or load its module, or write launcher = {{ kind = \"local\" }}")
        })
    }

    /// Refuses a program that is not there for the training to start; a launcher may find it elsewhere.
    pub(super) fn find_program(&self) -> Result<(), RecipeError> {
        let coupled = self.trajectories.coupled();
        let section = coupled.and_then(|coupled| coupled.program);
        let of_training = |section: &&ProgramSection| {
            let launcher = section.launcher.as_ref();
            launcher.and_then(LauncherSection::launcher).is_none()
        };
        let Some(section) = section.filter(of_training) else {
            return Ok(());
        };
        let name = &section.command[0];
        let within = section.folder.as_ref().filter(|_| name.contains('/'));
        let path = within.map_or_else(|| name.into(), |folder| folder.join(name));
        let found = Launcher::inheriting(vec![path.to_string_lossy().into_owned()]).is_found();
        self.ensure(found || name.contains('{'), "source.command", || {
            format!("`{name}` is not found: build it, or write its path, from source.folder or else from the working directory")
        })
    }

    /// The program, of whose simulations so many frames are wanted.
    pub(super) fn started(
        &self,
        section: &ProgramSection,
        frames: usize,
    ) -> Result<Program, ondine_datasets::coupling::Error> {
        let command: Vec<&str> = section.command.iter().map(String::as_str).collect();
        let names = self.conditioning_names();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let program = Program::new(&command, &names)?
            .seed(self.seed)
            .frames(frames);
        let variables = section.environment.iter();
        let mut program = variables.fold(program, |program, (name, value)| {
            program.variable(name, value)
        });
        if let Some(folder) = &section.folder {
            program = program.folder(folder);
        }
        let launcher = section.launcher.as_ref();
        Ok(match launcher.and_then(LauncherSection::launcher) {
            Some(launcher) => program.launcher(launcher),
            None => program,
        })
    }

    /// Names of the numbers that a code gets or brings: all conditions, then the lengths and the time step that vary.
    pub(crate) fn conditioning_names(&self) -> Vec<String> {
        let (names, count) = (self.problem().drawn_names(), self.parameters.len());
        let quantities = self.quantities();
        let named = names.into_iter().zip(quantities.iter()).enumerate();
        let told = named.filter(|(place, (_, prior))| *place < count || prior.varies());
        told.map(|(_, (name, _))| name).collect()
    }

    /// Ranges of these numbers.
    pub(super) fn conditioning_ranges(&self) -> Vec<RangeInclusive<f64>> {
        let (quantities, count) = (self.quantities(), self.parameters.len());
        let priors = quantities.iter().enumerate();
        let told = priors.filter(|(place, prior)| *place < count || prior.varies());
        let ranges = told.map(|(_, prior)| prior.range());
        ranges.map(|[low, high]| low..=high).collect()
    }

    /// Shapes of the fields that codes declare, by name: components of a vector are a last axis.
    pub(crate) fn code_fields(&self) -> Vec<(String, Vec<usize>)> {
        let Posed::Problem(posed) = &self.posed else {
            return Vec::new();
        };
        let points = &self.grid.points;
        let shape = |field: &FieldSection| {
            let components = (field.vector && points.len() > 1).then_some(points.len());
            points.iter().copied().chain(components).collect()
        };
        let fields = posed.fields.iter();
        fields
            .map(|field| (field.name.clone(), shape(field)))
            .collect()
    }
}

impl Draft {
    /// The simulations of codes, where `[source]` asks for them.
    pub(super) fn coupling(&mut self) -> Result<Option<Coupling>, RecipeError> {
        if self.trajectories.coupled().is_none() {
            return Ok(None);
        }
        let sampler = self.sampler(self.ensemble.simulations)?;
        let training = Draws {
            quantities: self.quantities(),
            axes: self.problem().axis_kinds(),
            points: self.grid.points.clone(),
            sampler,
            seed: self.seed,
        };
        let (seed, sampler) = self.held_out_draws()?;
        Ok(Some(Coupling {
            held_out: Draws {
                sampler,
                seed,
                ..training.clone()
            },
            training,
            endpoint: None,
        }))
    }
}
