//! The client of a simulation code.

mod frame;
mod gather;
mod interrupt;
mod link;
mod options;
mod put;
mod reconnect;
mod simulation;

pub use gather::{Block, reach};
pub use options::{ClientOptions, WhenFull};
pub use simulation::Simulation;

use crate::code::{Code, Result};
use crate::field::{Dtype, Field, all_finite};
use crate::wire::{MAX_CONDITIONS, Message, Reply};
use frame::Pending;
use link::Link;

/// A simulation code's end of the wire.
///
/// A code declares its fields once; then, for each simulation, it asks for conditions ([`next`](Self::next)) or brings its
/// own ([`begin`](Self::begin)), and per saved time it [puts](Self::put) its fields and [commits](Self::commit) them as a
/// frame. A connection that breaks is made again, and frames that were on their way are sent again; the training takes
/// each once. After an error the client can be used further, unless the connection is lost or the training refused the
/// client: then every call returns that error.
///
/// ```no_run
/// use ondine_coupling::{Client, Dtype};
///
/// let mut client = Client::open("ipc:///tmp/training")?;
/// client.field("u", Dtype::F64, &[64])?;
/// while let Some(simulation) = client.next()? {
///     let mut u = vec![0.0; 64];
///     for step in 0..100 {
///         u.iter_mut().for_each(|u| *u += simulation.values[0]); // the solver
///         client.put("u", &u)?;
///         client.commit(0.1 * f64::from(step))?;
///     }
///     client.finish(0)?;
/// }
/// client.close()?;
/// # Ok::<(), ondine_coupling::Error>(())
/// ```
#[derive(Debug)]
pub struct Client {
    link: Link,
    ranks: u32,
    fields: Vec<Field>,
    current: Option<Current>,
    pending: Option<Pending>,
    wanted: Option<u64>,
    /// Whether the simulation that it was started for has begun.
    served: bool,
    dropped: u64,
}

/// The simulation that a client is in.
#[derive(Debug)]
struct Current {
    number: u64,
    /// Index of the next frame.
    frame: u64,
    /// Frames that the training has already.
    taken: u64,
    time: Option<f64>,
    /// The first of the frames that were dropped and not reported yet.
    skipped: Option<u64>,
}

impl Client {
    /// Connects to the listener of a training, with the [options of the environment](ClientOptions::from_environment).
    ///
    /// # Errors
    /// [`Code::Endpoint`], [`Code::Connect`], [`Code::Version`], [`Code::Token`] or [`Code::Argument`].
    pub fn open(endpoint: &str) -> Result<Self> {
        ClientOptions::from_environment()?.open(endpoint)
    }

    /// The same at the endpoint in the environment variable `ONDINE_ENDPOINT`, which a training sets for its programs.
    ///
    /// # Errors
    /// [`Code::Endpoint`] where the variable is not set, and those of [`open`](Self::open).
    pub fn open_from_environment() -> Result<Self> {
        let endpoint = std::env::var("ONDINE_ENDPOINT").map_err(|_| {
            let text = "no endpoint was given and ONDINE_ENDPOINT is not set; \
                        start the code from a training, or set it to `ipc://PATH` or `tcp://HOST:PORT`";
            Code::Endpoint.error(text)
        })?;
        Self::open(&endpoint)
    }

    pub(crate) fn connect(endpoint: &str, options: ClientOptions) -> Result<Self> {
        let endpoint = endpoint.parse()?;
        let (ranks, wanted) = (options.ranks, options.simulation);
        Ok(Self {
            link: Link::open(endpoint, options)?,
            ranks,
            fields: Vec::new(),
            current: None,
            pending: None,
            wanted,
            served: false,
            dropped: 0,
        })
    }

    /// Changes an option by name; see [`ClientOptions::set`]. The token counts for connections that come later.
    ///
    /// # Errors
    /// [`Code::Argument`] for an option that does not exist or a value that makes no sense.
    pub fn set(&mut self, name: &str, value: &str) -> Result<()> {
        self.link.options.set(name, value)?;
        self.ranks = self.link.options.ranks;
        self.wanted = self.link.options.simulation;
        Ok(())
    }

    /// Declares a field by its global shape, `x` first; all fields before the first simulation.
    ///
    /// # Errors
    /// [`Code::Shape`] or [`Code::Argument`] for a field that can't be, [`Code::Field`] for one that is declared already or
    /// that the training does not expect, [`Code::Limit`] for one that is too large for it.
    pub fn field(&mut self, name: &str, dtype: Dtype, shape: &[usize]) -> Result<()> {
        let field = Field::new(name, dtype, shape)?;
        if self.fields.iter().any(|known| known.name == name) {
            return Err(Code::Field.error(format!("field `{name}` is declared already")));
        }
        self.link.request(&Message::Field(field.clone()))?;
        self.link.introduction.fields.push(field.clone());
        self.fields.push(field);
        Ok(())
    }

    /// The description of the training, such as its recipe.
    ///
    /// # Errors
    /// [`Code::Order`] of a training without one, [`Code::Lost`].
    pub fn describe(&mut self) -> Result<String> {
        match self.link.request(&Message::Describe)? {
            Reply::Description { text } => Ok(text),
            _ => Err(Code::Protocol.error("the training answered something else")),
        }
    }

    /// Sets a question that is asked several times per second while a call waits; the call fails with
    /// [`Code::Interrupted`] once it is answered by true. After an interrupted [`commit`](Self::commit) the client can be
    /// used further, after other calls it can't.
    pub fn interrupt_when(&mut self, interrupted: impl FnMut() -> bool + Send + 'static) {
        self.link.interrupt.0 = Some(Box::new(interrupted));
    }

    /// The fields that are declared.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Asks for a simulation, and waits for it: the training's sampler decides. None where no more are wanted, and after the
    /// one that the process was started for (`ONDINE_SIMULATION`).
    ///
    /// # Errors
    /// [`Code::Order`] within a simulation or without fields, [`Code::Lost`].
    #[expect(
        clippy::should_implement_trait,
        reason = "the name of the C interface, and it fails"
    )]
    pub fn next(&mut self) -> Result<Option<Simulation>> {
        self.check_outside()?;
        if self.served && self.wanted.is_none() {
            return Ok(None);
        }
        let message = Message::Next {
            wanted: self.wanted,
            ranks: self.ranks,
        };
        match self.link.request(&message)? {
            Reply::Begun {
                simulation,
                frames,
                values,
            } => {
                self.served = self.wanted.take().is_some();
                self.link.options.simulation = None;
                let begin = self.begin_message(Some(simulation), 0, &values);
                let begun = self.enter(begin, 0, simulation, frames, values);
                Ok(Some(begun))
            }
            _ => Ok(None),
        }
    }

    /// Begins a simulation with conditions that the code chose, under a number that the training chooses, or that of the
    /// option `simulation`.
    ///
    /// # Errors
    /// [`Code::Values`] for a wrong number of conditions or one outside of its range, [`Code::NotFinite`],
    /// [`Code::Order`] within a simulation or without fields, [`Code::End`] where the training has it already.
    pub fn begin(&mut self, values: &[f64]) -> Result<Simulation> {
        let wanted = self.wanted.take();
        self.link.options.simulation = None;
        self.begin_at(wanted, values, 0)
    }

    /// Begins a simulation of the code's own numbering, or goes on with it after a restart.
    ///
    /// `frame` is the index of the frame that the code will commit next: 0 where it begins from its initial state, more
    /// where it goes on from a checkpoint. The training takes no frame twice.
    ///
    /// # Errors
    /// As [`begin`](Self::begin), and [`Code::Gap`] where the training lacks frames before `frame`.
    pub fn resume(&mut self, number: u64, values: &[f64], frame: u64) -> Result<Simulation> {
        self.begin_at(Some(number), values, frame)
    }

    /// Takes part in a simulation that another rank began and told its number of; see [`ClientOptions::ranks`].
    ///
    /// # Errors
    /// [`Code::Order`] where there is no such simulation or it has all its ranks, [`Code::Field`] where the fields of
    /// that rank differ.
    pub fn join(&mut self, number: u64) -> Result<Simulation> {
        self.check_outside()?;
        let message = Message::Join {
            simulation: number,
            first: 0,
        };
        self.start(message, 0)
    }

    fn begin_at(&mut self, wanted: Option<u64>, values: &[f64], frame: u64) -> Result<Simulation> {
        self.check_outside()?;
        if values.len() > MAX_CONDITIONS {
            let count = values.len();
            let text = format!("{count} conditions; {MAX_CONDITIONS} at most are possible");
            return Err(Code::Values.error(text));
        }
        if !all_finite(values) {
            return Err(Code::NotFinite.error("a condition is NaN or infinite"));
        }
        let message = self.begin_message(wanted, frame, values);
        self.start(message, frame)
    }

    fn begin_message(&self, wanted: Option<u64>, first: u64, values: &[f64]) -> Message {
        Message::Begin {
            wanted,
            first,
            ranks: self.ranks,
            values: values.to_vec(),
        }
    }

    fn start(&mut self, message: Message, frame: u64) -> Result<Simulation> {
        match self.link.request(&message)? {
            Reply::Begun {
                simulation,
                frames,
                values,
            } => Ok(self.enter(message, frame, simulation, frames, values)),
            _ => Err(Code::Protocol.error("the training answered something else")),
        }
    }

    fn enter(
        &mut self,
        mut message: Message,
        frame: u64,
        number: u64,
        taken: u64,
        values: Vec<f64>,
    ) -> Simulation {
        if let Message::Begin { wanted, .. } = &mut message {
            *wanted = Some(number);
        }
        self.link.introduction.simulation = Some(message);
        self.link.introduction.frame = frame;
        self.current = Some(Current {
            number,
            frame,
            taken,
            time: None,
            skipped: None,
        });
        Simulation {
            number,
            values,
            frames: taken,
        }
    }

    fn check_outside(&self) -> Result<()> {
        self.link.check()?;
        if let Some(current) = &self.current {
            let number = current.number;
            let text = format!("simulation {number} has not ended; call `finish` first");
            return Err(Code::Order.error(text));
        }
        if self.fields.is_empty() {
            let text = "no field is declared; call `field` before the first simulation";
            return Err(Code::Order.error(text));
        }
        Ok(())
    }

    fn current(&mut self) -> Result<&mut Current> {
        self.link.check()?;
        let text = "no simulation has begun; call `next`, `begin` or `join` first";
        self.current.as_mut().ok_or_else(|| Code::Order.error(text))
    }

    /// Whether the training wants no more: its target or its budget is reached.
    ///
    /// # Errors
    /// Those of a connection that can't be made again.
    pub fn should_stop(&mut self) -> Result<bool> {
        self.link.check()?;
        self.link.poll()?;
        Ok(self.link.is_stopped())
    }

    /// Frames that were dropped because the training was behind.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Ends the connection. A simulation that was not finished counts as given up.
    ///
    /// # Errors
    /// [`Code::Order`] within a simulation; the connection is closed all the same.
    pub fn close(self) -> Result<()> {
        match &self.current {
            Some(current) => {
                let number = current.number;
                let text = format!("simulation {number} was not finished");
                Err(Code::Order.error(text))
            }
            None => Ok(()),
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.link.bye();
    }
}
