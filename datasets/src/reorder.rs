//! The ordered entrance of a buffer: windows enter in the order of the simulations, whichever worker was faster.

use crate::{Cursor, Share, Window};
use std::collections::{BTreeMap, VecDeque};

/// Windows of simulations that are ahead of their turn.
#[derive(Debug, Default)]
pub(crate) struct Reorder {
    /// Simulation whose windows enter now.
    pub(crate) head: u64,
    /// Windows of the head that have entered, those of an earlier process included.
    pub(crate) entered: usize,
    share: Share,
    /// Windows of simulations after the head that have entered before it came to them.
    begun: BTreeMap<u64, usize>,
    waiting: BTreeMap<u64, Line>,
}

/// Windows of one simulation that have not entered.
#[derive(Debug, Default)]
struct Line {
    windows: VecDeque<Window>,
    ended: bool,
}

impl Reorder {
    /// An entrance for the simulations of a share that goes on at a cursor, whose simulations to run again are in order:
    /// all others before its `next` have ended.
    pub(crate) fn resumed(share: Share, cursor: &Cursor) -> Self {
        let mut restart = cursor.restart.iter().copied();
        let (head, entered) = restart.next().unwrap_or((cursor.next, 0));
        let mut reorder = Self {
            head,
            entered,
            share,
            begun: restart.collect(),
            ..Self::default()
        };
        for simulation in reorder.after_head(cursor.next) {
            if !reorder.begun.contains_key(&simulation) {
                reorder.end(simulation);
            }
        }
        reorder
    }

    /// The simulations of the share behind the head and before `next`.
    fn after_head(&self, next: u64) -> impl Iterator<Item = u64> + use<> {
        let step = self.share.step();
        (self.head.saturating_add(step)..next).step_by(step as usize)
    }

    /// Simulations with which production continues after a restart, where those before `known` have begun.
    pub(crate) fn cursor(&self, known: u64) -> Cursor {
        let next = known.max(self.head + self.share.step());
        let open = self
            .after_head(next)
            .filter(|index| !self.has_ended(*index));
        let open = open.map(|index| (index, self.begun.get(&index).copied().unwrap_or(0)));
        Cursor {
            restart: [(self.head, self.entered)]
                .into_iter()
                .chain(open)
                .collect(),
            next,
        }
    }

    /// Whether every window of a simulation behind the head has entered.
    fn has_ended(&self, simulation: u64) -> bool {
        let line = self.waiting.get(&simulation);
        line.is_some_and(|line| line.ended && line.windows.is_empty())
    }

    /// Simulations of which every window has entered.
    pub(crate) fn completed(&self) -> u64 {
        let behind = self.waiting.keys().filter(|index| **index > self.head);
        let skipped = behind.filter(|index| self.has_ended(**index)).count();
        self.share.count(self.head) + skipped as u64
    }

    /// Adds a window to its simulation's line.
    pub(crate) fn push(&mut self, window: Window) {
        self.waiting
            .entry(window.simulation)
            .or_default()
            .windows
            .push_back(window);
    }

    /// Notes that `simulation` gives no more windows.
    pub(crate) fn end(&mut self, simulation: u64) {
        self.waiting.entry(simulation).or_default().ended = true;
    }

    /// Whether no window waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.values().all(|line| line.windows.is_empty())
    }

    /// The next window in order, if it is here.
    pub(crate) fn pop(&mut self) -> Option<Window> {
        loop {
            let line = self.waiting.get_mut(&self.head)?;
            if let Some(window) = line.windows.pop_front() {
                self.entered += 1;
                return Some(window);
            }
            if !line.ended {
                return None;
            }
            self.waiting.remove(&self.head);
            self.head += self.share.step();
            self.entered = self.begun.remove(&self.head).unwrap_or(0);
        }
    }
}
