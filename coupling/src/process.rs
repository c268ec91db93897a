//! A process of a program that was started, and its end.

use crate::group::ProcessGroup;
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Bytes of what a program says last that go into an error.
const TAIL: usize = 2000;

/// Time for a launcher to end the processes that it has started: Open MPI kills ranks that ignore it 2 s later.
const RETREAT: Duration = Duration::from_secs(4);

/// A process that is killed when it is dropped before its end, with all that it has started.
///
/// ```
/// use ondine_coupling::Process;
/// use std::process::Command;
/// use std::time::Duration;
///
/// let mut process = Process::start(Command::new("sh").args(["-c", "echo no licence >&2; exit 3"]), false)?;
/// process.wait(Duration::from_secs(60));
/// let failure = process.failure().expect("it has failed");
/// assert_eq!(failure, "the program ended with status 3, and said last: no licence");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Process {
    child: Child,
    errors: Option<JoinHandle<String>>,
    group: ProcessGroup,
    /// Whether it is asked to end before it is killed.
    politely: bool,
}

impl Process {
    /// Starts a process without input, of whose error output the end is kept. Where it is dropped before its end, it is asked to
    /// end before it is killed, if `politely`.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn start(command: &mut Command, politely: bool) -> io::Result<Self> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let group = ProcessGroup::new();
        let mut child = group.spawn(command)?;
        let errors = child.stderr.take();
        let errors = errors.map(|errors| thread::spawn(move || tail(errors)));
        Ok(Self {
            child,
            errors,
            group,
            politely,
        })
    }

    /// Its exit status and the end of its error output, in words, if it has ended.
    pub fn death(&mut self) -> Option<String> {
        let status = self.child.try_wait().ok()??;
        self.group.kill(); // what it has started may hold its error output open
        let said = self.errors.take().and_then(|errors| errors.join().ok());
        let said = said.filter(|said| !said.is_empty());
        let said = said.map_or(String::new(), |said| format!(", and said last: {said}"));
        Some(format!("the program ended with {}{said}", describe(status)))
    }

    /// Its end in words, if it has ended without success.
    pub fn failure(&mut self) -> Option<String> {
        let status = self.child.try_wait().ok()??;
        if status.success() { None } else { self.death() }
    }

    /// Lets it end by itself, for a while.
    pub fn wait(&mut self, limit: Duration) {
        let since = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && since.elapsed() < limit {
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.politely && matches!(self.child.try_wait(), Ok(None)) {
            self.group.terminate();
            self.wait(RETREAT);
        }
        self.group.kill();
        // One that has ended can't be killed, and need not be.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn describe(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("status {code}"),
        None => status.to_string(),
    }
}

/// The last words of a program.
fn tail(mut errors: impl Read) -> String {
    let mut kept = Vec::new();
    let mut bytes = [0; 4096];
    while let Ok(read) = errors.read(&mut bytes)
        && read > 0
    {
        kept.extend_from_slice(&bytes[..read]);
        let over = kept.len().saturating_sub(TAIL);
        kept.drain(..over);
    }
    String::from_utf8_lossy(&kept).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_words_of_a_program_are_kept() {
        let text = "x".repeat(10_000) + "\nthe end\n";
        let kept = tail(text.as_bytes());
        assert!(kept.ends_with("the end") && kept.len() <= TAIL);
    }
}
