//! One worker process: its start, its messages, its end.

use super::Launch;
use super::wire::{self, Message, WireError};
use crate::DataError;
use ondine_coupling::ProcessGroup;
use std::collections::VecDeque;
use std::io::{BufReader, Read};
use std::process::{self, ChildStderr, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Time that a process may take to read and check its recipe.
const START: Duration = Duration::from_secs(300);

/// Time that a process which has closed its output may take to end.
const FAREWELL: Duration = Duration::from_secs(2);

/// Time between two looks of a wait whether it still has a purpose.
const LOOK: Duration = Duration::from_millis(50);

/// Frames that may wait on this side of the pipe.
const AHEAD: usize = 4;

/// Bytes kept of what a process prints to its error stream.
const WORDS: usize = 2000;

/// Why a process gives no more frames.
pub(super) enum Ended {
    /// Frames are not wanted any more.
    Unwanted,
    /// It took too long.
    TimedOut,
    /// It sent something else than it should.
    Garbled(String),
    /// It is there no more.
    Silent,
}

/// A worker process; dropping it kills it, with all that it has started.
pub(super) struct Child {
    process: process::Child,
    group: ProcessGroup,
    input: ChildStdin,
    messages: Receiver<Result<Message, WireError>>,
    words: Arc<Mutex<VecDeque<u8>>>,
    listener: JoinHandle<()>,
}

impl Child {
    /// Starts a process and lets it read its recipe.
    pub(super) fn start(launch: &Launch, cancelled: &AtomicBool) -> Result<Self, DataError> {
        let failed = |what: String| DataError::Worker(what);
        let Some(program) = &launch.program else {
            let text = "this program can't be one; use isolation = \"thread\"";
            return Err(failed(text.to_owned()));
        };
        if launch.recipe.len() > wire::MAX_TEXT {
            let length = launch.recipe.len();
            return Err(failed(format!("the recipe has {length} bytes, too many")));
        }
        let mut command = Command::new(program);
        command.arg("worker").stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        named(&mut command);
        let group = ProcessGroup::new();
        let started = group.spawn(&mut command).map_err(|error| {
            let shown = program.display();
            failed(format!("{shown} does not start: {error}"))
        })?;
        let mut child = Self::listen_to(started, group, launch.values);
        match child.introduce(launch, cancelled) {
            Ok(None) => Ok(child),
            Ok(Some(refusal)) => Err(failed(refusal)),
            Err(Ended::TimedOut) => Err(failed("it does not answer".to_owned())),
            Err(Ended::Unwanted) => Err(failed("nobody waits for it any more".to_owned())),
            Err(Ended::Garbled(what)) => {
                Err(failed(format!("it sends {what}{}", child.last_words())))
            }
            Err(Ended::Silent) => Err(failed(format!("it {}", child.end().1))),
        }
    }

    fn listen_to(mut process: process::Child, group: ProcessGroup, values: usize) -> Self {
        let (input, output) = (process.stdin.take(), process.stdout.take());
        let errors = process.stderr.take().expect("a pipe");
        let (sender, messages) = sync_channel(AHEAD);
        let mut output = BufReader::with_capacity(1 << 16, output.expect("a pipe"));
        thread::spawn(move || {
            while let Some(message) = wire::read(&mut output, values).transpose() {
                let last = message.is_err();
                if sender.send(message).is_err() || last {
                    return;
                }
            }
        });
        let words = Arc::default();
        Self {
            listener: overhear(errors, &words),
            process,
            group,
            input: input.expect("a pipe"),
            messages,
            words,
        }
    }

    /// Hello, recipe, and the answer: why it can't be simulated, if so.
    fn introduce(
        &mut self,
        launch: &Launch,
        cancelled: &AtomicBool,
    ) -> Result<Option<String>, Ended> {
        let deadline = Some(Instant::now() + START);
        self.send(&Message::Hello {
            version: wire::VERSION,
        })?;
        let version = match self.receive(deadline, cancelled)? {
            Message::Hello { version } => version,
            _ => return Err(Ended::Garbled("no hello".to_owned())),
        };
        if version != wire::VERSION {
            return Ok(Some(WireError::Version { found: version }.to_string()));
        }
        self.send(&Message::Setup {
            recipe: launch.recipe.clone(),
        })?;
        match self.receive(deadline, cancelled)? {
            Message::Ready => Ok(None),
            Message::Failed { text, .. } => Ok(Some(text)),
            _ => Err(Ended::Garbled("no answer to its recipe".to_owned())),
        }
    }

    pub(super) fn send(&mut self, message: &Message) -> Result<(), Ended> {
        wire::write(&mut self.input, message).map_err(|_| Ended::Silent)
    }

    /// The next message, waited for until the deadline.
    pub(super) fn receive(
        &self,
        deadline: Option<Instant>,
        cancelled: &AtomicBool,
    ) -> Result<Message, Ended> {
        loop {
            let now = Instant::now();
            if cancelled.load(Ordering::Relaxed) {
                return Err(Ended::Unwanted);
            }
            if deadline.is_some_and(|deadline| deadline <= now) {
                return Err(Ended::TimedOut);
            }
            let left = deadline.map_or(LOOK, |deadline| LOOK.min(deadline - now));
            match self.messages.recv_timeout(left) {
                Ok(Ok(message)) => return Ok(message),
                // A message that is cut is the trace of a sudden end.
                Ok(Err(WireError::Io(_))) | Err(RecvTimeoutError::Disconnected) => {
                    return Err(Ended::Silent);
                }
                Ok(Err(error)) => return Err(Ended::Garbled(error.to_string())),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Whether the process is there.
    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }

    /// The error of a simulation whose process is gone.
    pub(super) fn obituary(&mut self, index: u64) -> DataError {
        let (status, how) = self.end();
        if status.is_some_and(killed) {
            DataError::Lost { index, how }
        } else {
            DataError::Crashed { index, how }
        }
    }

    /// Exit status of the process, and its end in words.
    fn end(&mut self) -> (Option<ExitStatus>, String) {
        let started = Instant::now();
        let status = loop {
            match self.process.try_wait() {
                Ok(None) if started.elapsed() < FAREWELL => thread::sleep(LOOK / 10),
                Ok(status) => break status,
                Err(_) => break None,
            }
        };
        let words = self.last_words();
        let how = match status {
            Some(status) => format!("ended with {status}{words}"),
            None => format!("closed its output and went on{words}"),
        };
        (status, how)
    }

    /// The end of what the process printed to its error stream.
    pub(super) fn last_words(&self) -> String {
        let started = Instant::now();
        while !self.listener.is_finished() && started.elapsed() < LOOK * 4 {
            thread::sleep(LOOK / 10);
        }
        let words = self.words.lock().expect("no thread panics here");
        let (front, back) = words.as_slices();
        let bytes = [front, back].concat();
        match String::from_utf8_lossy(&bytes).trim() {
            "" => String::new(),
            said => format!("; it said: {said}"),
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.group.kill();
        // Both fail when it has ended, which is what is wanted.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Keeps the end of what a process says.
fn overhear(mut errors: ChildStderr, words: &Arc<Mutex<VecDeque<u8>>>) -> JoinHandle<()> {
    let words = words.clone();
    thread::spawn(move || {
        let mut bytes = [0; 1024];
        while let Ok(count @ 1..) = errors.read(&mut bytes) {
            let mut words = words.lock().expect("no thread panics here");
            words.extend(&bytes[..count]);
            let spare = words.len().saturating_sub(WORDS);
            words.drain(..spare);
        }
    })
}

/// Names the process in lists of processes, whatever its file is called.
#[cfg(unix)]
fn named(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.arg0("ondine");
}

#[cfg(not(unix))]
fn named(_command: &mut Command) {}

/// Whether somebody ended the process, which says nothing of the simulation: the signals hang-up, interrupt, quit, kill
/// and terminate. An abort or a wrong address are its own doing.
#[cfg(unix)]
fn killed(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    matches!(status.signal(), Some(1 | 2 | 3 | 9 | 15))
}

#[cfg(not(unix))]
fn killed(_status: ExitStatus) -> bool {
    false
}
