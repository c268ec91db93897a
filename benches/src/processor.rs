//! Processor time of a process: other than wall time it says nothing of what else the machine does.

use std::time::Duration;

/// Length of a tick of Linux's accounts, on every architecture that it has today.
const TICK: Duration = Duration::from_millis(10);

/// Processor time of all threads of a process so far, user and system: of the one with this number, or of `self`; none where there is
/// none, or the system is not Linux.
#[must_use]
pub fn processor_time(process: &str) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?; // the name before may have spaces
    let ticks = |place: usize| fields.split_whitespace().nth(place)?.parse::<u32>().ok();
    Some(TICK * (ticks(11)? + ticks(12)?))
}
