//! The listener that simulation codes of a plan come to.

use super::coupled::{Coupling, HELD_OUT};
use super::{Given, Plan};
use crate::recipe::{ChosenBy, Coupled, Recipe, RecipeError, TokenFrom};
use ondine_datasets::coupling::{Attempts, Chooser, Crew, Dtype, Field, Listener, ListenerOptions};
use ondine_datasets::{Checked, Codes, Conditions, Draws, Maker, Source, read_text};
use std::sync::Arc;
use std::time::Duration;

/// Time during which a process of this machine may make its connection again.
const PATIENCE: Duration = Duration::from_secs(1);

/// Bytes of a frame that every listener takes.
const FRAME: usize = 1 << 30;

impl Plan {
    /// Listens for the simulation codes of the recipe or for workers of other machines, where it has some; codes are waited for
    /// when the training begins.
    ///
    /// # Errors
    /// When the endpoint can't be listened on, its token can't be had, or the launcher or the program is not there.
    pub fn listen(&mut self) -> Result<(), RecipeError> {
        self.listen_for_workers()?;
        let (Some(coupling), Some(coupled)) = (&self.coupled, self.recipe.trajectories.coupled())
        else {
            return Ok(());
        };
        self.recipe.find_launcher()?;
        self.recipe.find_program()?;
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
    /// The secret that codes have to bring; empty for none.
    pub(super) fn token(
        &self,
        path: &str,
        from: Option<&TokenFrom>,
    ) -> Result<String, RecipeError> {
        let token = match from {
            None => return Ok(String::new()),
            Some(TokenFrom::Env(name)) => std::env::var(name).map_err(|_| {
                format!(
                    "the environment variable {name} is not set: set it to the secret of the codes"
                )
            }),
            Some(TokenFrom::File(path)) => read_text(path, "a token")
                .map_err(|why| format!("{} can't be read: {why}", path.display())),
        };
        let refused = |why: String| self.source.error_at(path, why);
        let token = token.map_err(refused)?.trim().to_owned();
        self.ensure(!token.is_empty(), path, || {
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
            .token(&self.token("source.token", coupled.token)?)
            .fields(fields)
            .conditions(self.conditioning_ranges())
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
