//! Processes of one program that make one simulation after the other.

use crate::code::{Code, Result};
use crate::listener::{Attempts, Begun, Event, Job, Listener, failed};
use crate::process::Process;
use crate::program::{FAREWELL, Program};
use std::ops::ControlFlow;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Processes of a program, each of which asks for simulations or brings them again and again.
///
/// One that dies is started again. After a simulation of which no word comes all are: which process has it is not known.
///
/// ```no_run
/// use ondine_coupling::{Attempts, Crew, Job, Listener, Program};
/// use std::ops::ControlFlow;
///
/// let listener = Listener::bind("ipc:///tmp/training")?;
/// let crew = Crew::new(Program::new(&["./convection", "--listen"], &[])?, 4);
/// for number in 0..100 {
///     crew.run(&listener, Job::new(number, vec![1e5]), Attempts::default(), &mut |event| {
///         println!("{event:?}");
///         ControlFlow::Continue(())
///     })?;
/// }
/// crew.end(&listener);
/// # Ok::<(), ondine_coupling::Error>(())
/// ```
#[derive(Debug)]
pub struct Crew {
    program: Program,
    count: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    processes: Vec<Process>,
    /// Processes started so far.
    started: u64,
    /// Processes that died since the last frame came.
    deaths: u32,
}

impl Crew {
    /// So many processes of a program, which start with the first simulation.
    pub fn new(program: Program, count: usize) -> Self {
        Self {
            program,
            count,
            state: Mutex::default(),
        }
    }

    /// Has one of the processes make a simulation, as [`Listener::run`].
    ///
    /// # Errors
    /// Those of [`Listener::run`], and [`Code::Failed`] where the processes die again and again without giving a frame.
    pub fn run(
        &self,
        listener: &Listener,
        job: Job,
        attempts: Attempts,
        sink: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<()> {
        let number = job.simulation;
        let mut look = || self.mend(listener, number, attempts);
        look()?;
        let mut watched = |event: Event| self.watched(event, sink);
        let result = listener.run_beside(job, attempts, &mut watched, &mut look);
        self.concluded(result)
    }

    /// Waits until one of the processes has begun simulation `number`, as [`Listener::begun`].
    ///
    /// # Errors
    /// Those of [`Listener::begun`] and [`run`](Self::run).
    pub fn begun(&self, listener: &Listener, number: u64, attempts: Attempts) -> Result<Begun> {
        let mut look = || self.mend(listener, number, attempts);
        look()?;
        let result = listener.begun_beside(number, attempts, &mut look);
        self.concluded(result)
    }

    /// Gives the rest of a simulation that has begun, as [`Listener::rest`].
    ///
    /// # Errors
    /// Those of [`Listener::rest`] and [`run`](Self::run).
    pub fn rest(
        &self,
        listener: &Listener,
        number: u64,
        attempts: Attempts,
        sink: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<()> {
        let mut look = || self.mend(listener, number, attempts);
        let mut watched = |event: Event| self.watched(event, sink);
        let result = listener.rest_beside(number, attempts, &mut watched, &mut look);
        self.concluded(result)
    }

    /// Tells the processes that nothing is wanted any more, lets them end by themselves for a while, and kills the others.
    pub fn end(&self, listener: &Listener) {
        listener.stop();
        let mut processes = std::mem::take(&mut self.state().processes);
        let since = Instant::now();
        for process in &mut processes {
            process.wait(FAREWELL.saturating_sub(since.elapsed()));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watched(
        &self,
        event: Event,
        sink: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if matches!(event, Event::Frame { .. }) {
            self.state().deaths = 0;
        }
        sink(event)
    }

    /// Starts the processes that are not there. False: a process that is new asks by itself.
    fn mend(&self, listener: &Listener, number: u64, attempts: Attempts) -> Result<bool> {
        let mut state = self.state();
        if listener.is_stopped() {
            return Ok(false);
        }
        let mut said = String::new();
        state.processes.retain_mut(|process| {
            let death = process.death();
            death.is_none_or(|words| {
                said = words;
                false
            })
        });
        if !said.is_empty() {
            state.deaths += 1;
        }
        if state.deaths > attempts.restarts {
            state.deaths = 0;
            return Err(failed(number, &said));
        }
        while state.processes.len() < self.count {
            let own = Job::new(state.started, Vec::new());
            state.started += 1;
            let process = self.program.start(listener, &own, false)?;
            state.processes.push(process);
        }
        Ok(false)
    }

    /// Begins anew after a simulation of which no word came.
    fn concluded<T>(&self, result: Result<T>) -> Result<T> {
        if result
            .as_ref()
            .is_err_and(|error| error.code == Code::Timeout)
        {
            self.state().processes.clear();
        }
        result
    }
}
