//! Trainings in the process of a simulation code, which takes turns with them.

use super::{Outcome, Start, Training, TrainingError};
use crate::group::Alone;
use crate::trainer::{Place, Turns};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// A training beside a simulation code in one process: the code simulates, gives the training a turn, and goes on.
///
/// The buffer is in between: what the code streams waits there, and each turn draws its batches from all of it. Between turns the
/// training rests, but where the code waits for it: because the buffer is full, or for its end behind the last simulation. Frames
/// come by the source of the recipe, `kind = "connect"` for a client in the same process.
///
/// ```no_run
/// use ondine::datasets::coupling::{Client, Dtype};
/// use ondine::training::Training;
/// use std::time::Duration;
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let mut session = Training::recipe("heat.toml")?.into_run("runs/heat")?.start()?;
///     let mut client = Client::open(session.endpoint().unwrap_or_default())?;
///     client.field("u", Dtype::F64, &[16])?;
///     while let Some(simulation) = client.next()? {
///         for frame in 0..10 {
///             client.put("u", &[simulation.values[0]; 16])?; // a solver's step
///             client.commit(f64::from(frame))?;
///         }
///         client.finish(0)?;
///         session.train_for(Duration::from_millis(200))?;
///     }
///     println!("{} steps", session.finish()?.summary.steps);
///     Ok(())
/// }
/// ```
pub struct Session {
    turns: Arc<Turns>,
    stop: Arc<AtomicBool>,
    endpoint: Option<String>,
    run: String,
    thread: Option<JoinHandle<Trained>>,
    outcome: Option<Outcome>,
    /// Has the listener, which goes on telling clients that nothing is wanted any more.
    _start: Option<Start>,
}

/// A training that has ended.
type Trained = (Start, Result<Outcome, TrainingError>);

impl Training<'_> {
    /// Begins the training in this process: it waits for its turns, which [`Session::train_for`] gives.
    ///
    /// # Errors
    /// Those of [`run`](Self::run) up to the first step; and where the training has observers or other ranks, which belong to one thread.
    pub fn start(self) -> Result<Session, TrainingError> {
        if !self.observers.is_empty() || self.group.size() > 1 {
            return Err(TrainingError::Observed);
        }
        let (device, stop) = (self.device.clone(), self.stop.clone());
        let mut start = self.begun()?;
        let turns = Arc::new(Turns::behind(start.step()));
        start.turns = Some(turns.clone());
        let endpoint = start.plan.endpoint().map(str::to_owned);
        let run = start.run.directory().display().to_string();
        let (ending, flag) = (Ending(turns.clone()), stop.clone());
        let thread = std::thread::spawn(move || {
            let _ending = ending;
            let place = Place {
                device: (&device.0, &device.1),
                stop: &flag,
                group: &Alone,
            };
            let outcome = start.train(place, Vec::new());
            if let Some(source) = start.plan.source() {
                source.cancel(); // a code that waits for its next simulation is told
            }
            (start, outcome)
        });
        Ok(Session {
            turns,
            stop,
            endpoint,
            run,
            thread: Some(thread),
            outcome: None,
            _start: None,
        })
    }
}

impl Session {
    /// The endpoint that the client of the code connects to; none where the simulations come from elsewhere.
    #[must_use]
    pub fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    /// Gives the training a turn of this length, and waits for the step that is under way then. A training that lacks windows
    /// waits for them within its turn; one that has ended does nothing. Returns the steps that are done, those before a resume
    /// included.
    ///
    /// # Errors
    /// When the training has failed, as [`Training::run`].
    pub fn train_for(&mut self, time: Duration) -> Result<usize, TrainingError> {
        let steps = self.turns.give(time);
        if self.turns.is_over() {
            self.join()?;
        }
        Ok(steps)
    }

    /// Whether the training has made its last step, and has written its report.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.outcome.as_ref().is_some_and(Outcome::is_finished)
    }

    /// Trains to the end of the recipe, and leaves its report.
    ///
    /// # Errors
    /// When the training fails, as [`Training::run`].
    pub fn finish(mut self) -> Result<Outcome, TrainingError> {
        self.turns.give_all();
        self.join()?;
        self.outcome.take().ok_or_else(|| self.over())
    }

    /// Ends the training with a checkpoint, from which [`Training::resume`] goes on.
    ///
    /// # Errors
    /// When the training fails, as [`Training::run`].
    pub fn stop(self) -> Result<Outcome, TrainingError> {
        self.stop.store(true, Ordering::Relaxed);
        self.finish()
    }

    /// Waits for the end of the training, and keeps it.
    fn join(&mut self) -> Result<(), TrainingError> {
        let Some(thread) = self.thread.take() else {
            let succeeded = self.outcome.is_some();
            return if succeeded { Ok(()) } else { Err(self.over()) };
        };
        let ended = thread.join();
        let (start, outcome) = ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        self._start = Some(start);
        self.outcome = Some(outcome?);
        Ok(())
    }

    /// The error of a training that has failed before.
    fn over(&self) -> TrainingError {
        TrainingError::Over(self.run.clone())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.turns.give_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join(); // there is nobody to tell
        }
    }
}

/// Notes the end of a training, also where it panics.
struct Ending(Arc<Turns>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.end();
    }
}
