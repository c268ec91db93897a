//! Workers that died, and the time at which others are started for them.

use std::time::{Duration, Instant};

/// Restarts in a row, at most: before any worker came, and after that.
const RESTARTS: [u32; 2] = [4, 8];

/// Time without a restart after which they are no longer in a row.
const CALM: Duration = Duration::from_secs(600);

/// Workers that are missing, and restarts because of them.
#[derive(Default)]
pub(super) struct Losses {
    /// Most workers that were connected since the last restart.
    most: usize,
    /// Workers of commands that have failed since.
    failed: usize,
    /// Last words of a command that failed since; none where workers are gone without any.
    said: Option<String>,
    /// Time since which workers are missing.
    since: Option<Instant>,
    last: Option<Instant>,
    /// Whether a worker has come.
    pub(super) seen: bool,
    /// Restarts so far, and those without a calm in between.
    pub(super) restarts: u64,
    pub(super) in_a_row: u32,
    /// Whether somebody was told that there will be no more.
    pub(super) told: bool,
}

/// A thing to do about workers that are missing.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// None is missing, or not for long enough.
    None,
    /// So many are to be started.
    Restart(usize),
    /// Some are missing, and were started too often.
    GivenUp,
}

impl Losses {
    /// Notes the number of workers that are connected.
    pub(super) fn see(&mut self, connected: usize) {
        self.seen |= connected > 0;
        self.most = self.most.max(connected);
    }

    /// Notes that a command which was asked for so many workers has failed.
    pub(super) fn fail(&mut self, workers: usize, said: String) {
        self.failed += workers;
        self.said = Some(said);
    }

    /// Workers to start now, where `wanted` are to be there and so many are connected; a first restart waits for `pause`.
    pub(super) fn due(&mut self, wanted: usize, connected: usize, pause: Duration) -> Due {
        let gone = self.failed + self.most.saturating_sub(connected);
        let missing = gone.min(wanted.saturating_sub(connected));
        if missing == 0 {
            self.since = None;
            return Due::None;
        }
        if self.last.is_some_and(|last| last.elapsed() > CALM) {
            (self.in_a_row, self.told) = (0, false);
        }
        if self.in_a_row >= RESTARTS[usize::from(self.seen)] {
            return Due::GivenUp;
        }
        let since = *self.since.get_or_insert_with(Instant::now);
        if since.elapsed() < pause * (1 << self.in_a_row) {
            return Due::None;
        }
        self.restarted(connected);
        Due::Restart(missing)
    }

    /// The cause of the last restart in words.
    pub(super) fn cause(&self) -> &str {
        self.said.as_deref().unwrap_or("they were gone")
    }

    fn restarted(&mut self, connected: usize) {
        if self.failed == 0 {
            self.said = None;
        }
        (self.most, self.failed, self.since) = (connected, 0, None);
        self.last = Some(Instant::now());
        self.restarts += 1;
        self.in_a_row += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::ZERO;

    #[test]
    fn workers_that_are_gone_are_missing_where_there_is_work_for_them() {
        let mut losses = Losses::default();
        assert_eq!(losses.due(4, 0, NOW), Due::None, "they may be under way");
        losses.see(3);
        losses.see(1);
        assert_eq!(losses.due(1, 1, NOW), Due::None, "no work");
        assert_eq!(losses.due(2, 1, NOW), Due::Restart(1));
        assert_eq!(losses.due(4, 1, NOW), Due::None, "they are started already");
        losses.see(2);
        losses.see(0);
        assert_eq!(losses.due(4, 0, NOW), Due::Restart(2));
        assert_eq!((losses.restarts, losses.cause()), (2, "they were gone"));
    }

    #[test]
    fn a_command_that_fails_is_run_again_a_few_times_and_more_often_once_workers_came() {
        let mut losses = Losses::default();
        for _ in 0..RESTARTS[0] {
            losses.fail(2, "status 4".to_owned());
            assert_eq!(losses.due(2, 0, NOW), Due::Restart(2));
        }
        losses.fail(2, "status 5".to_owned());
        assert_eq!(losses.due(2, 0, NOW), Due::GivenUp);
        assert_eq!(losses.cause(), "status 5");
        losses.see(1);
        assert_eq!(losses.due(2, 0, NOW), Due::Restart(2));
    }

    #[test]
    fn a_restart_waits_for_its_pause() {
        let mut losses = Losses::default();
        losses.fail(1, String::new());
        assert_eq!(losses.due(1, 0, Duration::from_secs(1000)), Due::None);
        assert_eq!(losses.due(1, 0, NOW), Due::Restart(1));
    }
}
