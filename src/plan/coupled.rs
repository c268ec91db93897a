//! Simulation codes of a plan: the conditions that they get, and the listener that they come to.

use super::{Given, Plan};
use crate::recipe::{
    ChosenBy, Coupled, FieldSection, Posed, ProgramSection, Recipe, RecipeError, TokenFrom,
};
use ondine_datasets::coupling::{
    Attempts, Chooser, Crew, Dtype, Endpoint, Field, Listener, ListenerOptions, Program,
};
use ondine_datasets::{Checked, Codes, Conditions, Draws, Maker, Source, read_text};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

/// Longer than any code is waited for, in seconds.
const MAX_TIME: f64 = 3e8;

/// The number of the first held-out simulation for codes that ask; trainings have fewer simulations.
const HELD_OUT: u64 = 1_000_000_000;

/// Time during which a process of this machine may make its connection again.
const PATIENCE: Duration = Duration::from_secs(1);

/// Bytes of a frame that every listener takes.
const FRAME: usize = 1 << 30;

/// The simulations of codes.
pub(super) struct Coupling {
    training: Draws,
    held_out: Draws,
    /// The endpoint, once somebody listens.
    endpoint: Option<String>,
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
        let path = "source.endpoint";
        let refused =
            |error: ondine_datasets::coupling::Error| self.source.error_at(path, error.text);
        let endpoint: Endpoint = coupled.endpoint.parse().map_err(refused)?;
        let any = coupled.program.is_none() && coupled.endpoint.ends_with(":0");
        self.ensure(!any, path, || {
            "port 0 is any free one, which no code can know: write a number from 1024 to 65535"
                .into()
        })?;
        let open = coupled.token.is_none() && !endpoint.is_local().map_err(refused)?;
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
        let refused = |error: ondine_datasets::coupling::Error| {
            let text = error.text.replace(
                "the command of a program is empty",
                "command is empty: write the program and its arguments",
            );
            self.source.error_at(path, text)
        };
        self.started(program, 1).map(drop).map_err(refused)
    }

    /// The program, of whose simulations so many frames are wanted.
    fn started(
        &self,
        section: &ProgramSection,
        frames: usize,
    ) -> Result<Program, ondine_datasets::coupling::Error> {
        let command: Vec<&str> = section.command.iter().map(String::as_str).collect();
        let names = self.told_names();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let program = Program::new(&command, &names)?
            .seed(self.seed)
            .frames(frames);
        Ok(match &section.folder {
            Some(folder) => program.folder(folder),
            None => program,
        })
    }

    /// Names of the numbers that a code gets or brings: all conditions, then the lengths and the time step that vary.
    pub(crate) fn told_names(&self) -> Vec<String> {
        let (names, count) = (self.problem().drawn_names(), self.parameters.len());
        let quantities = self.quantities();
        let named = names.into_iter().zip(quantities.iter()).enumerate();
        let told = named.filter(|(place, (_, prior))| *place < count || prior.varies());
        told.map(|(_, (name, _))| name).collect()
    }

    /// Ranges of these numbers.
    fn told_ranges(&self) -> Vec<RangeInclusive<f64>> {
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

    /// The secret that codes have to bring; empty for none.
    fn token(&self, coupled: Coupled<'_>) -> Result<String, RecipeError> {
        let token = match coupled.token {
            None => return Ok(String::new()),
            Some(TokenFrom::Env(name)) => std::env::var(name).map_err(|_| {
                format!(
                    "the environment variable {name} is not set: set it to the secret of the codes"
                )
            }),
            Some(TokenFrom::File(path)) => read_text(path, "a token")
                .map_err(|why| format!("{} can't be read: {why}", path.display())),
        };
        let refused = |why: String| self.source.error_at("source.token", why);
        let token = token.map_err(refused)?.trim().to_owned();
        self.ensure(!token.is_empty(), "source.token", || {
            "the token is empty: write a secret into it".into()
        })?;
        Ok(token)
    }

    /// Listens for codes.
    fn listener(&self, coupled: Coupled<'_>) -> Result<Listener, RecipeError> {
        let refused = |error: ondine_datasets::coupling::Error| {
            self.source.error_at("source.endpoint", error.text)
        };
        let declared = self.code_fields().into_iter();
        let fields = declared.map(|(name, shape)| Field::new(&name, Dtype::F64, &shape));
        let fields: Vec<Field> = fields
            .collect::<Result<_, _>>()
            .map_err(|error| self.source.error_at("problem.fields", error.text))?;
        let frame: usize = fields.iter().map(Field::bytes).sum();
        let chooser = match coupled.conditions {
            ChosenBy::Asked => Chooser::Training,
            ChosenBy::Brought => Chooser::Codes,
        };
        let options = ListenerOptions::default()
            .token(&self.token(coupled)?)
            .fields(fields)
            .conditions(self.told_ranges())
            .max_frame(FRAME.max(frame))
            .chooser(chooser);
        let silence = Duration::from_secs_f64(coupled.silence);
        let options = match coupled.program {
            None => options.silence(silence),
            Some(program) if program.persistent => options.silence(silence).patience(PATIENCE),
            Some(_) => options.patience(PATIENCE), // a silent process is killed
        };
        options.bind(coupled.endpoint).map_err(refused)
    }
}

impl Plan {
    /// Listens for the simulation codes of the recipe, where it has some; they are waited for when the training begins.
    ///
    /// # Errors
    /// When the endpoint can't be listened on, or its token can't be had.
    pub fn listen(&mut self) -> Result<(), RecipeError> {
        let (Some(coupling), Some(coupled)) = (&self.coupled, self.recipe.trajectories.coupled())
        else {
            return Ok(());
        };
        let listener = Arc::new(self.recipe.listener(coupled)?);
        let endpoint = listener.endpoint().to_owned();
        let given = self.given_by(coupled, coupling, &listener)?;
        self.given = Some(given);
        if let Some(coupling) = &mut self.coupled {
            coupling.endpoint = Some(endpoint);
        }
        Ok(())
    }

    /// The endpoint that codes connect to, once somebody listens.
    #[must_use]
    pub fn endpoint(&self) -> Option<&str> {
        self.coupled.as_ref()?.endpoint.as_deref()
    }

    /// The conditions of simulation `index` that the recipe draws; none where another program has them.
    pub(crate) fn drawn(&self, index: u64) -> Option<Conditions> {
        match (&self.solver, &self.coupled) {
            (Some(solver), _) => Some(solver.training.conditions(index)),
            (None, Some(coupling)) if self.recipe.draws() => {
                Some(coupling.training.conditions(index))
            }
            _ => None,
        }
    }

    /// Both sources of a listener.
    fn given_by(
        &self,
        coupled: Coupled<'_>,
        coupling: &Coupling,
        listener: &Arc<Listener>,
    ) -> Result<Given, RecipeError> {
        let (frames, later) = (self.recipe.time.frames, self.recipe.evaluation_frames());
        let (brought, count) = (!self.recipe.draws(), self.recipe.evaluate.trajectories);
        let (first, held_out) = match brought {
            true => (count as u64, 0),
            false => (0, HELD_OUT),
        };
        let crew = self.maker(coupled, frames.max(later))?;
        let codes =
            |draws: &Draws, number: u64, frames: usize| -> Result<Arc<dyn Source>, RecipeError> {
                let maker = match &crew {
                    Maker::Program(_) => self.maker(coupled, frames)?,
                    shared => shared.clone(),
                };
                let source = self.codes(coupled, listener, draws.clone());
                let source = Arc::new(source.made_by(maker).numbers_from(number));
                Ok(self.recipe.checked_frames(source, frames))
            };
        Ok(Given {
            source: codes(&coupling.training, first, frames)?,
            held_out: Some((codes(&coupling.held_out, held_out, later)?, count)),
        })
    }

    fn codes(&self, coupled: Coupled<'_>, listener: &Arc<Listener>, draws: Draws) -> Codes {
        let fields = self.recipe.code_fields();
        let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        let source = match coupled.conditions {
            ChosenBy::Asked => Codes::drawn(listener.clone(), &names, draws),
            ChosenBy::Brought => Codes::brought(listener.clone(), &names, draws),
        };
        let wait = coupled.wait.map_or(Duration::MAX, Duration::from_secs_f64);
        // Where the listener gives up a code that is silent, another one goes on.
        let patience = if matches!(coupled.program, Some(program) if !program.persistent) {
            1.0
        } else {
            2.0
        };
        let names = &self.problem.static_fields;
        source.static_fields(names).attempts(Attempts {
            restarts: coupled.restarts,
            silence: Duration::from_secs_f64(patience * coupled.silence),
            wait,
        })
    }

    /// The codes that make simulations with so many frames.
    fn maker(&self, coupled: Coupled<'_>, frames: usize) -> Result<Maker, RecipeError> {
        let Some(section) = coupled.program else {
            return Ok(Maker::Comers);
        };
        let program = self.recipe.started(section, frames);
        let program =
            program.map_err(|error| self.recipe.source.error_at("source.command", error.text))?;
        Ok(if section.persistent {
            let count = self.recipe.ensemble.workers.most();
            Maker::Crew(Arc::new(Crew::new(program, count)))
        } else {
            Maker::Program(program)
        })
    }
}

impl Recipe {
    /// A source whose trajectories have so many frames of the problem, or fail.
    pub(super) fn checked_frames(&self, source: Arc<dyn Source>, frames: usize) -> Arc<dyn Source> {
        let (problem, points) = (self.problem(), self.grid.points.iter().product::<usize>());
        Arc::new(Checked {
            source,
            values: problem.fields.len() * points,
            frames,
            static_values: problem.static_fields.len() * points,
        })
    }
}
