//! Groups of processes that end together.

use std::io::{self, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The leader of a group: a shell that sends the signals that it reads to all of the group. Where its input closes, because the
/// process that made the group is there no more, it ends the group: politely at first, since the ranks of Open MPI are in groups of
/// their own, and end only where `mpirun` has the time for it.
#[cfg(unix)]
const LEADER: &str = "trap '' TERM INT HUP; while read -r name; do kill -\"$name\" 0; done; \
                      kill -TERM 0; sleep 4; kill -KILL 0";

/// Time for the leader to end its group.
const PATIENCE: Duration = Duration::from_secs(1);

/// Processes, and all that they start, which end with this value; or with the process that has it, even where that is killed.
///
/// A process that is killed takes none of its own along: a script's solver, or the ranks of a launcher, go on. On Unix a group
/// signals them all. It is apart from the terminal's, so that Ctrl-C is this process's to answer. Elsewhere it does nothing, and
/// processes have to be killed one by one.
///
/// ```
/// use ondine_coupling::ProcessGroup;
/// use std::process::Command;
///
/// let mut group = ProcessGroup::new();
/// let mut solver = group.spawn(Command::new("sleep").arg("1000"))?;
/// group.kill();
/// # solver.kill()?;
/// assert!(!solver.wait()?.success());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct ProcessGroup {
    /// None where there is no shell, or the group has ended.
    leader: Option<Child>,
}

impl Default for ProcessGroup {
    fn default() -> Self {
        Self::new()
    }
}

impl ProcessGroup {
    /// A group without processes.
    #[must_use]
    pub fn new() -> Self {
        Self { leader: leader() }
    }

    /// Starts a process in the group.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn spawn(&self, command: &mut Command) -> io::Result<Child> {
        self.put(command);
        command.spawn()
    }

    /// Asks all processes to end (SIGTERM).
    pub fn terminate(&mut self) {
        self.signal("TERM");
    }

    /// Ends all processes (SIGKILL).
    pub fn kill(&mut self) {
        self.signal("KILL");
        if let Some(mut leader) = self.leader.take() {
            let since = Instant::now();
            while matches!(leader.try_wait(), Ok(None)) && since.elapsed() < PATIENCE {
                std::thread::sleep(Duration::from_millis(1));
            }
            // One that somebody has suspended does not read.
            let _ = leader.kill();
            let _ = leader.wait();
        }
    }

    /// Has the leader send a signal; one that was killed can't, and its group is none any more.
    fn signal(&mut self, name: &str) {
        let input = self
            .leader
            .as_mut()
            .and_then(|leader| leader.stdin.as_mut());
        if let Some(input) = input {
            let _ = writeln!(input, "{name}");
        }
    }

    #[cfg(unix)]
    fn put(&self, command: &mut Command) {
        use std::os::unix::process::CommandExt;
        let leader = self.leader.as_ref();
        let group = leader.and_then(|leader| i32::try_from(leader.id()).ok());
        command.process_group(group.unwrap_or(0));
    }

    #[cfg(not(unix))]
    fn put(&self, _command: &mut Command) {}
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(unix)]
fn leader() -> Option<Child> {
    use std::os::unix::process::CommandExt;
    let mut command = Command::new("sh");
    command.args(["-c", LEADER]).process_group(0);
    command.stdin(Stdio::piped());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().ok()
}

#[cfg(not(unix))]
fn leader() -> Option<Child> {
    None
}
