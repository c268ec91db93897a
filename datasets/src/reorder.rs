//! The ordered entrance of a buffer: windows enter in the order of the simulations, whichever worker was faster.

use crate::Window;
use std::collections::{BTreeMap, VecDeque};

/// Windows of simulations that are ahead of their turn.
#[derive(Debug, Default)]
pub(crate) struct Reorder {
    /// Simulation whose windows enter now.
    pub(crate) head: u64,
    /// Windows of the head that have entered, those of an earlier process included.
    pub(crate) entered: usize,
    waiting: BTreeMap<u64, Line>,
}

/// Windows of one simulation that have not entered.
#[derive(Debug, Default)]
struct Line {
    windows: VecDeque<Window>,
    ended: bool,
}

impl Reorder {
    /// An entrance whose head is simulation `head`, of which `entered` windows have entered already.
    pub(crate) fn new(head: u64, entered: usize) -> Self {
        Self {
            head,
            entered,
            ..Self::default()
        }
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
            self.head += 1;
            self.entered = 0;
        }
    }
}
