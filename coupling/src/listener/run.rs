//! Whole simulations by number, for trainings that run several at a time.

use crate::code::{Code, Error, Result};
use crate::field::Field;
use crate::listener::{Event, Job, Listener, Outcome};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Time between two looks at what is around a simulation that runs.
const PULSE: Duration = Duration::from_millis(50);

/// Number of attempts at a simulation, and the silence after which one counts as failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempts {
    /// Times that it is offered again after its client is gone.
    pub restarts: u32,
    /// Time without any word of it after which it counts as failed, once it has begun.
    pub silence: Duration,
    /// Time until a client begins it after which it counts as failed.
    pub wait: Duration,
}

/// The begin of a simulation whose conditions a client brings.
#[derive(Debug, Clone, PartialEq)]
pub struct Begun {
    /// The fields of the client.
    pub fields: Arc<[Field]>,
    /// Its conditions.
    pub values: Vec<f64>,
}

impl Default for Attempts {
    /// Two restarts, an hour of silence, an hour until it begins.
    fn default() -> Self {
        Self {
            restarts: 2,
            silence: Duration::from_secs(3600),
            wait: Duration::from_secs(3600),
        }
    }
}

impl Listener {
    /// Offers a simulation to the clients that ask, and gives its begin, static fields and frames to `sink` until it has ended or
    /// the sink breaks. Several threads may each run a simulation of their own number; nobody then takes
    /// [`event`](Self::event)s.
    ///
    /// A client that is gone is replaced by the next one that asks, which goes on behind the frames that came.
    ///
    /// ```
    /// use ondine_coupling::{Attempts, Client, Dtype, Event, Job, Listener};
    /// use std::ops::ControlFlow;
    ///
    /// let listener = Listener::bind("tcp://127.0.0.1:0")?;
    /// let mut times = Vec::new();
    /// std::thread::scope(|scope| {
    ///     scope.spawn(|| -> ondine_coupling::Result<()> {
    ///         let mut client = Client::open(listener.endpoint())?;
    ///         client.field("u", Dtype::F64, &[2])?;
    ///         while client.next()?.is_some() {
    ///             for step in 0..3 {
    ///                 client.put("u", &[0.0, 1.0])?;
    ///                 client.commit(f64::from(step))?;
    ///             }
    ///             client.finish(0)?;
    ///         }
    ///         client.close()
    ///     });
    ///     let result = listener.run(Job::new(4, vec![0.5]), Attempts::default(), &mut |event| {
    ///         if let Event::Frame { time, .. } = event {
    ///             times.push(time);
    ///         }
    ///         ControlFlow::Continue(())
    ///     });
    ///     listener.end();
    ///     result
    /// })?;
    /// assert_eq!(times, [0.0, 1.0, 2.0]);
    /// # Ok::<(), ondine_coupling::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Code::Lost`] where its clients are gone, [`Code::Missing`] for a frame that lacks values, [`Code::Timeout`] for
    /// silence, [`Code::End`] after [`stop`](Self::stop), and [`Code::Failed`] where the code says that it failed.
    pub fn run(
        &self,
        job: Job,
        attempts: Attempts,
        sink: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<()> {
        self.run_beside(job, attempts, sink, &mut || Ok(false))
    }

    /// Invites a client that brings conditions to simulation `number`, and waits until one has begun it. [`Self::rest`]
    /// gives its frames.
    ///
    /// # Errors
    /// [`Code::Timeout`] where none comes in time, [`Code::End`] after [`stop`](Self::stop).
    pub fn begun(&self, number: u64, attempts: Attempts) -> Result<Begun> {
        self.begun_beside(number, attempts, &mut || Ok(false))
    }

    /// Gives the static fields and frames of a simulation that has [`begun`](Self::begun) to `sink`, until it has ended or
    /// the sink breaks. No client goes on with it where its own is gone.
    ///
    /// # Errors
    /// Those of [`run`](Self::run).
    pub fn rest(
        &self,
        number: u64,
        attempts: Attempts,
        sink: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<()> {
        self.rest_beside(number, attempts, sink, &mut || Ok(false))
    }

    /// The same as [`run`](Self::run), for as long as the simulation is `wanted`, which is asked several times per second while
    /// no event comes. One that is not is given up with [`Code::Interrupted`], and may be run in another way.
    ///
    /// # Errors
    /// Those of [`run`](Self::run), and [`Code::Interrupted`].
    pub fn run_while(
        &self,
        job: Job,
        attempts: Attempts,
        sink: &mut dyn FnMut(Event) -> ControlFlow<()>,
        wanted: &mut dyn FnMut() -> bool,
    ) -> Result<()> {
        self.run_beside(job, attempts, sink, &mut || {
            let text = "the simulation is not waited for any more";
            let given_up = || Code::Interrupted.error(text);
            wanted().then_some(false).ok_or_else(given_up)
        })
    }

    pub(crate) fn begun_beside(
        &self,
        number: u64,
        attempts: Attempts,
        look: &mut dyn FnMut() -> Result<bool>,
    ) -> Result<Begun> {
        self.invite(number);
        let since = Instant::now();
        loop {
            if let Some(Event::Began { fields, values, .. }) = self.event_of(number, PULSE) {
                return Ok(Begun { fields, values });
            }
            let checked = self.check_waiting(number, since, attempts.wait);
            if let Err(error) = checked.and_then(|()| look()) {
                self.discard(number);
                return Err(error);
            }
        }
    }

    pub(crate) fn rest_beside(
        &self,
        number: u64,
        attempts: Attempts,
        sink: &mut dyn FnMut(Event) -> ControlFlow<()>,
        look: &mut dyn FnMut() -> Result<bool>,
    ) -> Result<()> {
        let attempts = Attempts {
            restarts: 0,
            wait: attempts.silence,
            ..attempts
        };
        let result = self.follow(number, None, attempts, sink, look);
        if result.is_err() {
            self.discard(number);
        }
        result
    }

    /// The same, with a look several times per second at its process, which says whether another one was started.
    pub(crate) fn run_beside(
        &self,
        job: Job,
        attempts: Attempts,
        sink: &mut dyn FnMut(Event) -> ControlFlow<()>,
        look: &mut dyn FnMut() -> Result<bool>,
    ) -> Result<()> {
        let number = job.simulation;
        self.offer(job.clone());
        let result = self.follow(number, Some(&job), attempts, sink, look);
        match result {
            Ok(()) => self.shared.change(|state| state.withdraw(number)),
            Err(_) => self.discard(number),
        }
        result
    }

    fn follow(
        &self,
        number: u64,
        job: Option<&Job>,
        attempts: Attempts,
        sink: &mut dyn FnMut(Event) -> ControlFlow<()>,
        look: &mut dyn FnMut() -> Result<bool>,
    ) -> Result<()> {
        let again = || job.iter().for_each(|&job| self.offer(job.clone()));
        let (mut restarts, mut heard, mut limit) = (0, Instant::now(), attempts.wait);
        let mut said = None;
        loop {
            let Some(event) = self.event_of(number, PULSE) else {
                self.check_waiting(number, heard, limit)?;
                if look()? {
                    again();
                }
                continue;
            };
            (heard, limit) = (Instant::now(), attempts.silence);
            if let Event::Said { text, .. } = &event {
                said = Some(text.clone());
            }
            match event {
                Event::Said { .. }
                | Event::Began { .. }
                | Event::Frame { .. }
                | Event::Static { .. } => {
                    if sink(event).is_break() {
                        self.discard(number);
                        return Ok(());
                    }
                }
                Event::Ended { outcome, .. } => return ended(number, outcome, said),
                Event::Gone { error, .. } if restarts >= attempts.restarts => {
                    return Err(Code::Lost.error(format!("simulation {number}: {error}")));
                }
                Event::Gone { .. } => {
                    restarts += 1;
                    limit = attempts.wait;
                    look()?;
                    again();
                }
                Event::Wanted { .. } => {}
            }
        }
    }

    fn check_waiting(&self, number: u64, heard: Instant, limit: Duration) -> Result<()> {
        if self.is_stopped() {
            return Err(Code::End.error("the training wants no more frames"));
        }
        if heard.elapsed() > limit {
            let limit = limit.as_secs_f64();
            let text = format!("no word of simulation {number} came for {limit} s");
            return Err(Code::Timeout.error(text));
        }
        Ok(())
    }
}

fn ended(number: u64, outcome: Outcome, said: Option<String>) -> Result<()> {
    match outcome {
        Outcome::Finished => Ok(()),
        Outcome::Failed { status } => {
            let said = said.unwrap_or_else(|| format!("the code says {status}"));
            Err(failed(number, &said))
        }
        Outcome::Incomplete { frame } => {
            let text = format!("simulation {number}: frame {frame} lacks values");
            Err(Code::Missing.error(text))
        }
    }
}

/// The error of a simulation that failed.
pub(crate) fn failed(number: u64, why: &str) -> Error {
    Code::Failed.error(format!("simulation {number} failed: {why}"))
}
