//! Simulations of foreign codes, over the wire of [`ondine_coupling`].

mod begins;
mod course;

use super::draws::{Draws, redrawn};
use crate::{Conditions, DataError, FailureKind, Source};
use begins::{Begins, Start, Statics};
use course::Course;
use ondine_coupling::{Attempts, Begun, Code, Crew, Error, Event, Job, Listener, Program};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Draws the conditions of a simulation: a function of its index and of the attempt at it.
type Draw = Arc<dyn Fn(u64, u32) -> Conditions + Send + Sync>;

/// The codes that make the simulations of a [`Codes`].
#[derive(Clone)]
pub enum Maker {
    /// Codes that come by themselves.
    Comers,
    /// A process of a program for each simulation.
    Program(Program),
    /// Processes of a program, each of which makes one simulation after the other.
    Crew(Arc<Crew>),
}

/// A source whose simulations are made by codes that come to a listener by themselves, or by a program that is started.
///
/// A code gets the parameters of the conditions, in their order, or brings them, and streams frames `dt` apart; a code that dies is
/// replaced as [`Attempts`] say, and goes on behind the frames that came. Other failures count as those of any source.
///
/// ```
/// use ondine_coupling::{Client, Dtype, Listener};
/// use ondine_datasets::{Codes, Conditions, Source};
/// use std::{ops::ControlFlow, sync::Arc};
///
/// let listener = Arc::new(Listener::bind("tcp://127.0.0.1:0")?);
/// let endpoint = listener.endpoint().to_owned();
/// let code = std::thread::spawn(move || -> ondine_coupling::Result<()> {
///     let mut client = Client::open(&endpoint)?; // in C, Fortran or Python as well, in a process of its own
///     client.field("u", Dtype::F64, &[2])?;
///     while let Some(simulation) = client.next()? {
///         for step in 0..3 {
///             client.put("u", &[simulation.values[0], f64::from(step)])?;
///             client.commit(0.1 * f64::from(step))?;
///         }
///         client.finish(0)?;
///     }
///     client.close()
/// });
/// let source = Codes::new(listener.clone(), &["u"], |index, _attempt| Conditions {
///     dt: 0.1,
///     length: vec![1.0],
///     spacing: vec![0.5],
///     parameters: vec![index as f64],
/// });
/// let mut frames = Vec::new();
/// source.run(7, &mut |u| {
///     frames.push(u.to_vec());
///     ControlFlow::Continue(())
/// })?;
/// assert_eq!(frames, [[7.0, 0.0], [7.0, 1.0], [7.0, 2.0]]);
/// listener.end();
/// code.join().expect("no panic")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Codes {
    listener: Arc<Listener>,
    maker: Maker,
    attempts: Attempts,
    fields: Vec<String>,
    static_fields: Vec<String>,
    statics: Statics,
    conditions: From,
    first: u64,
    attempt: u32,
}

/// The origin of conditions.
#[derive(Clone)]
enum From {
    /// A function.
    Function(Draw),
    /// A sampler.
    Draws(Draws),
    /// The codes, with the simulations that have begun.
    Codes(Draws, Begins),
}

impl Codes {
    /// Codes that come by themselves. `fields` are the names of the fields in the order of the channels, `draw` gives the
    /// conditions of a simulation and an attempt.
    pub fn new(
        listener: Arc<Listener>,
        fields: &[&str],
        draw: impl Fn(u64, u32) -> Conditions + Send + Sync + 'static,
    ) -> Self {
        Self::of(listener, fields, From::Function(Arc::new(draw)))
    }

    /// Codes that get the values of what a sampler draws: all parameters, then the lengths and the time step that vary.
    pub fn drawn(listener: Arc<Listener>, fields: &[&str], draws: Draws) -> Self {
        Self::of(listener, fields, From::Draws(draws))
    }

    /// Codes that bring these values themselves; the listener is one of [`Chooser::Codes`](ondine_coupling::Chooser::Codes).
    pub fn brought(listener: Arc<Listener>, fields: &[&str], draws: Draws) -> Self {
        Self::of(listener, fields, From::Codes(draws, Begins::default()))
    }

    fn of(listener: Arc<Listener>, fields: &[&str], conditions: From) -> Self {
        Self {
            listener,
            maker: Maker::Comers,
            attempts: Attempts::default(),
            fields: fields.iter().map(|&name| name.to_owned()).collect(),
            static_fields: Vec::new(),
            statics: Statics::default(),
            conditions,
            first: 0,
            attempt: 0,
        }
    }

    /// Names of the static fields that a code gives, in the order of the channels; none by default.
    #[must_use]
    pub fn static_fields(mut self, names: &[String]) -> Self {
        self.static_fields = names.to_vec();
        self
    }

    /// Starts a process of this program for each simulation.
    #[must_use]
    pub fn program(self, program: Program) -> Self {
        self.made_by(Maker::Program(program))
    }

    /// The codes that make the simulations; those that come by themselves by default.
    #[must_use]
    pub fn made_by(mut self, maker: Maker) -> Self {
        self.maker = maker;
        self
    }

    /// Number of times that a simulation whose code dies is begun again, and the longest silence of one.
    #[must_use]
    pub fn attempts(mut self, attempts: Attempts) -> Self {
        self.attempts = attempts;
        self
    }

    /// Number of simulation 0 on the wire: sources of one listener, such as that of held-out simulations, need numbers of
    /// their own. 0 by default.
    #[must_use]
    pub fn numbers_from(mut self, first: u64) -> Self {
        self.first = first;
        self
    }
}

impl Codes {
    /// The values that a code gets for conditions.
    fn values(&self, conditions: &Conditions) -> Vec<f64> {
        let mut values = conditions.parameters.clone();
        if let From::Draws(draws) = &self.conditions {
            let others = draws.quantities.iter().zip(conditions.values());
            let others = others.skip(values.len());
            values.extend(others.filter_map(|(prior, value)| prior.varies().then_some(value)));
        }
        values
    }

    /// Waits for the begin of a simulation whose conditions a code brings.
    fn awaited(&self, index: u64, draws: &Draws) -> Result<Start, Error> {
        let (number, attempts) = (self.first + index, self.attempts);
        let Begun { fields, values } = match &self.maker {
            Maker::Crew(crew) => crew.begun(&self.listener, number, attempts)?,
            _ => self.listener.begun(number, attempts)?,
        };
        let count = draws.quantities.parameters.len();
        let priors = draws.quantities.iter().enumerate();
        let told = priors.filter(|(place, prior)| *place < count || prior.varies());
        let varying = told.zip(&values).filter(|((_, prior), _)| prior.varies());
        let varying: Vec<f64> = varying.map(|(_, &value)| value).collect();
        Ok(Start {
            conditions: draws.of_values(&varying),
            fields,
        })
    }

    /// Has the codes make a simulation.
    fn make(
        &self,
        job: Job,
        told: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> ondine_coupling::Result<()> {
        let (listener, attempts, number) = (&self.listener, self.attempts, job.simulation);
        let brought = matches!(self.conditions, From::Codes(..));
        match &self.maker {
            Maker::Program(program) => {
                let seed = match &self.conditions {
                    From::Draws(draws) if self.attempt > 0 => redrawn(draws.seed, self.attempt),
                    _ => return program.run(listener, job, attempts, told),
                };
                program
                    .clone()
                    .seed(seed)
                    .run(listener, job, attempts, told)
            }
            Maker::Crew(crew) if brought => crew.rest(listener, number, attempts, told),
            Maker::Crew(crew) => crew.run(listener, job, attempts, told),
            Maker::Comers if brought => listener.rest(number, attempts, told),
            Maker::Comers => listener.run(job, attempts, told),
        }
    }
}

impl Source for Codes {
    fn conditions(&self, index: u64) -> Conditions {
        match &self.conditions {
            From::Function(draw) => draw(index, self.attempt),
            From::Draws(draws) => draws.redrawn(self.attempt).conditions(index),
            From::Codes(draws, _) => self.known(index).unwrap_or_else(|| draws.of_values(&[])),
        }
    }

    fn begin(&self, index: u64) -> Result<Conditions, DataError> {
        let From::Codes(draws, begins) = &self.conditions else {
            return Ok(self.conditions(index));
        };
        begins.remove(index);
        let start = self.awaited(index, draws);
        let start =
            start.map_err(|error| DataError::failed(index, kind(error.code), error.text))?;
        let conditions = start.conditions.clone();
        begins.insert(index, start);
        Ok(conditions)
    }

    fn known(&self, index: u64) -> Option<Conditions> {
        match &self.conditions {
            From::Codes(_, begins) => begins.get(index).map(|start| start.conditions),
            _ => Some(self.conditions(index)),
        }
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        let conditions = self.conditions(index);
        let job = Job::new(self.first + index, self.values(&conditions));
        let fields = match &self.conditions {
            From::Codes(_, begins) => begins.get(index).map(|start| start.fields),
            _ => None,
        };
        let mut course = Course::new(&self.fields, &conditions, fields.unwrap_or_default());
        let result = self.make(job, &mut |event| course.take(event, sink));
        if let Some(text) = course.fault {
            return Err(DataError::failed(index, FailureKind::Refused, text));
        }
        if !self.static_fields.is_empty() {
            self.statics
                .keep(index, course.static_fields(&self.static_fields));
        }
        match result {
            Err(error) if error.code == Code::End => Ok(()), // nobody waits for frames any more
            Err(error) => Err(DataError::failed(index, kind(error.code), error.text)),
            Ok(()) => Ok(()),
        }
    }

    fn static_fields(&self, index: u64) -> Vec<f64> {
        self.statics.get(index)
    }

    fn again(&self, attempt: u32) -> Option<Arc<dyn Source>> {
        let mut again = self.clone();
        again.attempt = attempt;
        Some(Arc::new(again))
    }

    fn at(&self, point: &[f64]) -> Option<Arc<dyn Source>> {
        let From::Draws(draws) = &self.conditions else {
            return None;
        };
        Some(Arc::new(Self {
            conditions: From::Draws(draws.at(point)?),
            ..self.clone()
        }))
    }

    fn cancel(&self) {
        match &self.maker {
            Maker::Crew(crew) => crew.end(&self.listener),
            _ => self.listener.stop(),
        }
    }
}

fn kind(code: Code) -> FailureKind {
    match code {
        Code::Failed => FailureKind::Diverged,
        Code::Timeout => FailureKind::TimedOut,
        Code::Lost => FailureKind::Lost,
        _ => FailureKind::Refused,
    }
}
