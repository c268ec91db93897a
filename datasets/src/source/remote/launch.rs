//! Commands that start workers, on other machines perhaps.

use crate::DataError;
use ondine_coupling::Process;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Time for workers to end by themselves at the end of a training, before their launcher is ended.
const FAREWELL: Duration = Duration::from_secs(2);

/// A command that starts workers, such as a script that submits them to Slurm.
///
/// It finds the endpoint in `ONDINE_ENDPOINT`, the secret in `ONDINE_TOKEN`, the number of workers to start in
/// `ONDINE_WORKERS` and the program that simulates as `ONDINE_PROGRAM worker --connect` in `ONDINE_PROGRAM`.
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
    workers: usize,
    processes: Vec<Process>,
    /// Whether a worker has come.
    seen: bool,
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

    /// Starts workers up to the number that is wanted, of which so many are connected now.
    ///
    /// # Errors
    /// When the command can't be started, or has failed before any worker came.
    pub(super) fn look(&self, wanted: usize, connected: usize) -> Result<(), DataError> {
        let Launch {
            command,
            workers,
            at_once,
            ..
        } = &self.launch;
        if command.is_empty() {
            return Ok(());
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.seen |= connected > 0;
        if !state.seen
            && let Some(failure) = state.processes.iter_mut().find_map(Process::failure)
        {
            let text = format!("`{}` gives no workers: {failure}", command.join(" "));
            return Err(DataError::Worker(text));
        }
        let wanted = if *at_once {
            *workers
        } else {
            wanted.min(*workers)
        };
        if wanted > state.workers {
            let process = self.start(wanted - state.workers)?;
            state.processes.push(process);
            state.workers = wanted;
        }
        Ok(())
    }

    fn start(&self, workers: usize) -> Result<Process, DataError> {
        let words = &self.launch.command;
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).envs(self.variables.clone());
        command.env("ONDINE_WORKERS", workers.to_string());
        Process::start(&mut command, true).map_err(|error| {
            let name = &words[0];
            DataError::Worker(format!("`{name}` can't be started: {error}"))
        })
    }
}

impl Drop for Launched {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        for process in &mut state.processes {
            process.wait(FAREWELL);
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
