//! Commands that start workers, on other machines perhaps.

use super::losses::{Due, Losses};
use crate::DataError;
use ondine_coupling::Process;
use ondine_solvers::words::counted;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Time for workers to end by themselves at the end of a training, before their launcher is ended.
const FAREWELL: Duration = Duration::from_secs(2);

/// A command that starts workers, such as a script that submits them to Slurm.
///
/// It finds the endpoint in `ONDINE_ENDPOINT`, the secret in `ONDINE_TOKEN`, the number of workers to start in
/// `ONDINE_WORKERS` and the program that simulates as `ONDINE_PROGRAM worker --connect` in `ONDINE_PROGRAM`.
///
/// Where it fails, or workers that came are gone while there are simulations for them, it is run again for those that are
/// missing, after a pause that doubles from one restart to the next.
#[derive(Debug, Clone, Default)]
pub struct Launch {
    /// The command and its arguments; empty where workers come by themselves.
    pub command: Vec<String>,
    /// Workers at most.
    pub workers: usize,
    /// Whether all are started at once; otherwise as many as there are simulations for.
    pub at_once: bool,
    /// The program of the workers.
    pub program: Option<PathBuf>,
    /// Time before the first restart.
    pub pause: Duration,
}

impl Launch {
    /// No command: workers come by themselves.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }
}

/// Workers that were started.
pub(super) struct Launched {
    launch: Launch,
    variables: Vec<(&'static str, String)>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Workers that were asked for, restarts apart.
    workers: usize,
    processes: Vec<Running>,
    losses: Losses,
    news: Vec<String>,
}

/// A command that was started, and the workers that it was asked for.
struct Running {
    process: Process,
    workers: usize,
}

impl Launched {
    pub(super) fn new(launch: Launch, endpoint: &str, token: &str) -> Self {
        let program = launch.program.as_ref();
        let program = program.map(|program| program.display().to_string());
        let all = [
            ("ONDINE_ENDPOINT", Some(reachable(endpoint))),
            ("ONDINE_TOKEN", Some(token.to_owned())),
            ("ONDINE_PROGRAM", program),
        ];
        let all = all.into_iter();
        Self {
            launch,
            variables: all
                .filter_map(|(name, value)| Some((name, value?)))
                .collect(),
            state: Mutex::default(),
        }
    }

    /// Starts workers up to the number that there are simulations for, of which so many are connected now, and those that died
    /// once more.
    ///
    /// # Errors
    /// When the command can't be started, or has failed again and again before any worker came.
    pub(super) fn look(&self, wanted: usize, connected: usize) -> Result<(), DataError> {
        if self.launch.command.is_empty() {
            return Ok(());
        }
        let most = self.launch.workers;
        let wanted = wanted.min(most);
        let asked = if self.launch.at_once { most } else { wanted };
        let state = &mut *self.state();
        state.watch(connected);
        if asked > state.workers {
            let running = self.start(asked - state.workers)?;
            state.processes.push(running);
            state.workers = asked;
        }
        match state.losses.due(asked, connected, self.launch.pause) {
            Due::None => Ok(()),
            Due::Restart(count) => {
                let running = self.start(count)?;
                state.processes.push(running);
                state.news.push(self.words(&state.losses, count));
                Ok(())
            }
            Due::GivenUp if state.losses.seen => {
                if !std::mem::replace(&mut state.losses.told, true) {
                    state.news.push(self.farewell(&state.losses));
                }
                Ok(())
            }
            Due::GivenUp => {
                let (command, said) = (self.launch.command.join(" "), state.losses.cause());
                let text = format!("`{command}` gives no workers: {said}");
                Err(DataError::Worker(text))
            }
        }
    }

    /// Restarts so far.
    pub(super) fn restarts(&self) -> u64 {
        self.state().losses.restarts
    }

    /// Restarts in words, each once.
    pub(super) fn news(&self) -> Vec<String> {
        std::mem::take(&mut self.state().news)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self, workers: usize) -> Result<Running, DataError> {
        let words = &self.launch.command;
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).envs(self.variables.clone());
        command.env("ONDINE_WORKERS", workers.to_string());
        let process = Process::start(&mut command, true).map_err(|error| {
            let name = &words[0];
            DataError::Worker(format!("`{name}` can't be started: {error}"))
        })?;
        Ok(Running { process, workers })
    }

    fn words(&self, losses: &Losses, count: usize) -> String {
        format!(
            "{} started again by `{}`: {}",
            counted(count, "worker"),
            self.launch.command.join(" "),
            losses.cause()
        )
    }

    fn farewell(&self, losses: &Losses) -> String {
        format!(
            "workers are not started again by `{}`, which was tried {} times in a row: {}",
            self.launch.command.join(" "),
            losses.in_a_row,
            losses.cause()
        )
    }
}

impl State {
    /// Looks for workers that are gone, and commands that have failed.
    fn watch(&mut self, connected: usize) {
        self.losses.see(connected);
        let losses = &mut self.losses;
        self.processes.retain_mut(|running| {
            let failure = running.process.failure();
            failure.is_none_or(|said| {
                losses.fail(running.workers, said);
                false
            })
        });
    }
}

impl Drop for Launched {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        for running in &mut state.processes {
            running.process.wait(FAREWELL);
        }
    }
}

/// An endpoint as other machines call it: with the name of this one where it stands for all of its addresses.
fn reachable(endpoint: &str) -> String {
    let port = ["tcp://0.0.0.0:", "tcp://[::]:"]
        .iter()
        .find_map(|all| endpoint.strip_prefix(all));
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname");
    match (port, name) {
        (Some(port), Ok(name)) => format!("tcp://{}:{port}", name.trim()),
        _ => endpoint.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_elsewhere_hear_an_address_that_they_can_reach() {
        let endpoint = "tcp://10.0.0.1:4711";
        assert_eq!(reachable(endpoint), endpoint);
        assert!(!reachable("tcp://0.0.0.0:4711").contains("0.0.0.0"));
        assert!(reachable("tcp://[::]:4711").ends_with(":4711"));
    }
}
