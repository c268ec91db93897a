//! Simulations of foreign codes, over the wire of [`ondine_coupling`].

use crate::{Conditions, DataError, FailureKind, Source};
use ondine_coupling::{Attempts, Code, Event, Field, Job, Listener, Program, Values};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Share of the frame spacing by which a frame may be early or late.
const ROUNDING: f64 = 1e-6;

/// Draws the conditions of a simulation: a function of its index and of the attempt at it.
type Draw = Arc<dyn Fn(u64, u32) -> Conditions + Send + Sync>;

/// A source whose simulations are made by codes that come to a listener by themselves, or by a program that is started
/// for each.
///
/// A code gets the parameters of the conditions, in their order, and streams frames `dt` apart; a code that dies is
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
    program: Option<Program>,
    attempts: Attempts,
    fields: Vec<String>,
    draw: Draw,
    first: u64,
    attempt: u32,
}

impl Codes {
    /// Codes that come by themselves. `fields` are the names of the fields in the order of the channels, `draw` gives the
    /// conditions of a simulation and an attempt.
    pub fn new(
        listener: Arc<Listener>,
        fields: &[&str],
        draw: impl Fn(u64, u32) -> Conditions + Send + Sync + 'static,
    ) -> Self {
        Self {
            listener,
            program: None,
            attempts: Attempts::default(),
            fields: fields.iter().map(|&name| name.to_owned()).collect(),
            draw: Arc::new(draw),
            first: 0,
            attempt: 0,
        }
    }

    /// Starts a process of this program for each simulation.
    #[must_use]
    pub fn program(mut self, program: Program) -> Self {
        self.program = Some(program);
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

impl Source for Codes {
    fn conditions(&self, index: u64) -> Conditions {
        (self.draw)(index, self.attempt)
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        let conditions = self.conditions(index);
        let job = Job::new(self.first + index, conditions.parameters.clone());
        let mut course = Course::new(&self.fields, &conditions);
        let mut told = |event| course.take(event, sink);
        let result = match &self.program {
            Some(program) => program.run(&self.listener, job, self.attempts, &mut told),
            None => self.listener.run(job, self.attempts, &mut told),
        };
        if let Some(text) = course.fault {
            return Err(DataError::failed(index, FailureKind::Refused, text));
        }
        match result {
            Err(error) if error.code == Code::End => Ok(()), // nobody waits for frames any more
            Err(error) => Err(DataError::failed(index, kind(error.code), error.text)),
            Ok(()) => Ok(()),
        }
    }

    fn again(&self, attempt: u32) -> Option<Arc<dyn Source>> {
        let mut again = self.clone();
        again.attempt = attempt;
        Some(Arc::new(again))
    }

    fn cancel(&self) {
        self.listener.stop();
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

/// One simulation, as far as it has come.
struct Course<'a> {
    names: &'a [String],
    axes: usize,
    dt: f64,
    fields: Arc<[Field]>,
    frames: u64,
    time: f64,
    state: Vec<f64>,
    fault: Option<String>,
}

impl<'a> Course<'a> {
    fn new(names: &'a [String], conditions: &Conditions) -> Self {
        Self {
            names,
            axes: conditions.length.len(),
            dt: conditions.dt,
            fields: Arc::default(),
            frames: 0,
            time: 0.0,
            state: Vec::new(),
            fault: None,
        }
    }

    fn take(
        &mut self,
        event: Event,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        match event {
            Event::Began { fields, .. } => self.fields = fields,
            Event::Frame {
                frame,
                time,
                fields,
                ..
            } => {
                self.fault = self.fill(frame, time, &fields).err();
                if self.fault.is_some() {
                    return ControlFlow::Break(());
                }
                return sink(&self.state);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    /// Makes a frame the state, channel after channel; or says what is wrong with it.
    fn fill(&mut self, frame: u64, time: f64, values: &[Values]) -> Result<(), String> {
        if frame != self.frames {
            let missing = self.frames;
            return Err(format!(
                "frame {missing} was dropped by the code; let it wait (`when_full`)"
            ));
        }
        let late = time - self.time - self.dt;
        let rounding = ROUNDING * self.dt + 8.0 * f64::EPSILON * time.abs();
        if frame > 0 && late.abs() > rounding {
            let (before, dt) = (self.time, self.dt);
            return Err(format!(
                "frame {frame} has time {time}, after {before}: frames are {dt} apart"
            ));
        }
        (self.frames, self.time) = (frame + 1, time);
        self.state.clear();
        for name in self.names {
            let index = self.fields.iter().position(|field| field.name == *name);
            let index = index.ok_or_else(|| format!("the code has no field `{name}`"))?;
            self.append(&self.fields.clone()[index], &values[index]);
        }
        Ok(())
    }

    /// Appends a field: a vector's components, which come as a last axis, one after the other.
    fn append(&mut self, field: &Field, values: &Values) {
        let components = field
            .shape
            .get(self.axes..)
            .map_or(1, |rest| rest.iter().product());
        let value = |index: usize| match values {
            Values::F32(values) => f64::from(values[index]),
            Values::F64(values) => values[index],
        };
        for component in 0..components {
            let indices = (component..values.len()).step_by(components);
            self.state.extend(indices.map(value));
        }
    }
}
