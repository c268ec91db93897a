//! Programs that are started for simulations, one process each.

use crate::code::{Code, Result};
use crate::launcher::Launcher;
use crate::listener::{Attempts, Event, Job, Listener, failed};
use crate::process::Process;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Time for a program to end by itself after its simulation has.
pub(crate) const FAREWELL: Duration = Duration::from_secs(10);

/// Time for a program to end by itself after it is told that nobody waits for its frames.
const HINT: Duration = Duration::from_secs(2);

/// A program that makes a simulation per process.
///
/// `{name}` in an argument stands for the condition of that name, `{simulation}` for the number of the simulation,
/// `{seed}` for a number that belongs to it and `{frames}` for the frames that are wanted. The process finds the training by `ONDINE_ENDPOINT` and its number in
/// `ONDINE_SIMULATION`, so that [`Client::next`](crate::Client::next) gives it that simulation.
///
/// ```no_run
/// use ondine_coupling::{Attempts, Job, Listener, Program};
/// use std::ops::ControlFlow;
///
/// let listener = Listener::bind("ipc:///tmp/training")?;
/// let program = Program::new(&["./convection", "--ra={rayleigh}", "--seed={seed}"], &["rayleigh"])?;
/// let job = Job::new(0, vec![1e5]);
/// program.run(&listener, job, Attempts::default(), &mut |event| {
///     println!("{event:?}");
///     ControlFlow::Continue(())
/// })?;
/// # Ok::<(), ondine_coupling::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Program {
    arguments: Vec<String>,
    conditions: Vec<String>,
    folder: Option<PathBuf>,
    seed: u64,
    frames: usize,
    environment: Vec<(String, String)>,
    launcher: Option<Launcher>,
}

impl Program {
    /// A program by its command line, with the names of a simulation's conditions in their order.
    ///
    /// # Errors
    /// [`Code::Argument`] for an empty command, or a `{name}` that is none of the names.
    pub fn new(command: &[&str], conditions: &[&str]) -> Result<Self> {
        let program = Self {
            arguments: command.iter().map(|&part| part.to_owned()).collect(),
            conditions: conditions.iter().map(|&name| name.to_owned()).collect(),
            folder: None,
            seed: 0,
            frames: 0,
            environment: Vec::new(),
            launcher: None,
        };
        if program.arguments.is_empty() {
            return Err(Code::Argument.error("the command of a program is empty"));
        }
        let any = Job::new(0, vec![0.0; conditions.len()]);
        program.command_line(&any).map(|_| program)
    }

    /// The working directory of its processes; the present one by default.
    #[must_use]
    pub fn folder(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// A number from which the `{seed}` of each simulation is made; 0 by default.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The frames that are wanted of each simulation, as `{frames}` of its arguments and in its `ONDINE_FRAMES`; 0, the
    /// default, for any number.
    #[must_use]
    pub fn frames(mut self, count: usize) -> Self {
        self.frames = count;
        self
    }

    /// An environment variable of its processes, beside those of this one.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The launcher that starts its processes; none by default. One is asked to end (SIGTERM) before it is killed, for the
    /// processes that it has started elsewhere.
    #[must_use]
    pub fn launcher(mut self, launcher: Launcher) -> Self {
        self.launcher = Some(launcher);
        self
    }

    /// The arguments with the values of a simulation.
    fn command_line(&self, job: &Job) -> Result<Vec<String>> {
        let fill = |argument: &String| self.filled(argument, job);
        self.arguments.iter().map(fill).collect()
    }

    fn filled(&self, argument: &str, job: &Job) -> Result<String> {
        let mut text = String::new();
        let mut rest = argument;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, behind)) = after.split_once('}') else {
                break;
            };
            text.push_str(before);
            text.push_str(&self.value(name, job)?);
            rest = behind;
        }
        Ok(text + rest)
    }

    fn value(&self, name: &str, job: &Job) -> Result<String> {
        match name {
            "simulation" => return Ok(job.simulation.to_string()),
            "seed" => return Ok(seed(self.seed, job.simulation).to_string()),
            "frames" => return Ok(self.frames.to_string()),
            _ => {}
        }
        let index = self.conditions.iter().position(|known| known == name);
        let value = index.and_then(|index| job.values.get(index));
        let value = value.ok_or_else(|| {
            let known = self.conditions.join(", ");
            let text = format!(
                "`{{{name}}}` of the command is no condition; there are simulation, seed, frames, {known}"
            );
            Code::Argument.error(text)
        });
        value.map(f64::to_string)
    }

    /// Starts a process for a simulation and gives its frames to `sink`, as [`Listener::run`] does. A process that dies is
    /// started again, and goes on behind the frames that came; one that the sink leaves is killed.
    ///
    /// # Errors
    /// Those of [`Listener::run`]; [`Code::Failed`] also where the program can't be started, or ends without finishing its
    /// simulation, with what it said last.
    pub fn run(
        &self,
        listener: &Listener,
        job: Job,
        attempts: Attempts,
        sink: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<()> {
        let start = |job: &Job| self.start(listener, job, true);
        let mut process = start(&job)?;
        let mut restarts = attempts.restarts;
        let mut left = false;
        let own = job.clone();
        let mut look = || {
            let Some(said) = process.death() else {
                return Ok(false);
            };
            if restarts == 0 {
                return Err(failed(own.simulation, &said));
            }
            restarts -= 1;
            process = start(&own)?;
            Ok(true)
        };
        let mut watched = |event| {
            let flow = sink(event);
            left = flow.is_break();
            flow
        };
        let result = listener.run_beside(job, attempts, &mut watched, &mut look);
        match &result {
            Ok(()) if !left => process.wait(FAREWELL),
            Err(error) if error.code == Code::End => process.wait(HINT),
            _ => {}
        }
        result
    }

    /// A process of it, which asks for this simulation alone where it is `bound`.
    pub(crate) fn start(&self, listener: &Listener, job: &Job, bound: bool) -> Result<Process> {
        let variables = self.variables(listener, bound.then_some(job.simulation));
        let mut arguments = self.command_line(job)?;
        if let Some(launcher) = &self.launcher {
            arguments = launcher.around(arguments, &variables);
        }
        let mut command = Command::new(&arguments[0]);
        command.args(&arguments[1..]).envs(variables);
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        let started = Process::start(&mut command, self.launcher.is_some());
        started.map_err(|error| {
            let why = format!("`{}` can't be started: {error}", arguments[0]);
            failed(job.simulation, &why)
        })
    }

    /// The environment variables of a process, for one simulation or for many.
    fn variables(&self, listener: &Listener, simulation: Option<u64>) -> Vec<(String, String)> {
        let token = Some(listener.token()).filter(|token| !token.is_empty());
        let frames = Some(self.frames).filter(|frames| *frames > 0);
        let own = [
            ("ONDINE_ENDPOINT", Some(listener.endpoint().to_owned())),
            (
                "ONDINE_SIMULATION",
                simulation.map(|number| number.to_string()),
            ),
            ("ONDINE_FRAMES", frames.map(|frames| frames.to_string())),
            ("ONDINE_TOKEN", token.map(ToString::to_string)),
        ];
        let own = own.into_iter();
        let own = own.filter_map(|(name, value)| Some((name.to_owned(), value?)));
        self.environment.iter().cloned().chain(own).collect()
    }
}

/// A number of 31 bits that belongs to a simulation, for programs that take no larger ones: a round of splitmix64.
fn seed(seed: u64, simulation: u64) -> u64 {
    let mut z = seed
        ^ simulation
            .wrapping_add(1)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) >> 33
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_get_the_values_of_a_simulation() {
        let parts = [
            "code",
            "--ra={rayleigh}",
            "{simulation}:{prandtl}{",
            "{seed}",
        ];
        let program = Program::new(&parts, &["rayleigh", "prandtl"]).expect("it is well formed");
        let line = |number| program.command_line(&Job::new(number, vec![1.5e6, 0.1]));
        let found = line(3).expect("it is filled");
        assert_eq!(found[..3], ["code", "--ra=1500000", "3:0.1{"]);
        assert!(found[3].parse::<i32>().is_ok_and(|seed| seed >= 0));
        assert_ne!(found[3], line(4).expect("it is filled")[3]);
        let wrong = Program::new(&["code", "{reynolds}"], &["rayleigh"]);
        assert_eq!(wrong.expect_err("unknown").code, Code::Argument);
        assert_eq!(
            Program::new(&[], &[]).expect_err("empty").code,
            Code::Argument
        );
    }
}
