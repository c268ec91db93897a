//! The state behind a buffer's lock, and the rules: who may put, who may draw, what enters.

use super::meter::Meter;
use super::{BufferConfig, Cursor, Order, Snapshot};
use crate::policy::{Outlook, Policy};
use crate::reorder::Reorder;
use crate::sampler::breed::Lineage;
use crate::{DataError, FailureLog, RateLimiter, Share, Telemetry, Window};
use ondine_solvers::{Rng, Stream};
use std::collections::BTreeMap;
use std::time::Instant;

/// Everything that workers and trainer share.
pub(super) struct State {
    pub(super) config: BufferConfig,
    pub(super) policy: Box<dyn Policy<Window>>,
    pub(super) reorder: Reorder,
    /// Simulations that are run for this buffer.
    pub(super) share: Share,
    pub(super) progress: BTreeMap<u64, usize>,
    pub(super) next: u64,
    pub(super) batches: u64,
    /// Windows of the batch that the trainer asks for.
    pub(super) wanted: usize,
    pub(super) over: bool,
    pub(super) closed: bool,
    pub(super) failure: Option<DataError>,
    /// Attempts at simulations that failed and were made again.
    pub(super) failures: FailureLog,
    /// Generations of an adaptive sampler.
    pub(super) lineage: Option<Lineage>,
    pub(super) telemetry: Telemetry,
    pub(super) meter: Meter,
}

impl State {
    /// The state of a restored policy with the counters of a snapshot.
    pub(super) fn new(
        policy: Box<dyn Policy<Window>>,
        config: BufferConfig,
        snapshot: Snapshot,
    ) -> Self {
        let reorder = match config.order {
            Order::Arrival => Reorder::default(),
            Order::Simulation { .. } => Reorder::resumed(snapshot.share, &snapshot.cursor),
        };
        Self {
            config,
            policy,
            reorder,
            share: snapshot.share,
            progress: snapshot.cursor.restart.into_iter().collect(),
            next: snapshot.cursor.next,
            batches: snapshot.batches,
            wanted: 1,
            over: false,
            closed: false,
            failure: None,
            failures: FailureLog::new(snapshot.failures, 0),
            lineage: None,
            meter: Meter::new(Instant::now()),
            telemetry: Telemetry {
                capacity: config.capacity,
                arrived: snapshot.arrived,
                handed_out: snapshot.handed_out,
                read: snapshot.read,
                simulations: snapshot.simulations,
                ..Telemetry::default()
            },
        }
    }

    /// Whether a window of `simulation` may be put now.
    pub(super) fn may_put(&self, simulation: u64) -> bool {
        match self.config.order {
            Order::Simulation { ahead } => {
                let ahead = self.active_part(ahead).saturating_mul(self.share.step());
                simulation <= self.reorder.head.saturating_add(ahead)
            }
            Order::Arrival => {
                let pace = self.config.pace;
                let ahead = self.active_part(pace.ahead);
                let allowed = RateLimiter { ahead, ..pace }.allowed(self.batches);
                let asked_for = self.telemetry.arrived < allowed || !self.stocked();
                self.policy.has_room() && asked_for
            }
        }
    }

    /// The part of `all`, which is for all workers that there may be, for those that are active.
    fn active_part(&self, all: u64) -> u64 {
        let now = self.meter.now();
        if now.active < now.most {
            (u128::from(all) * now.active as u128).div_ceil(now.most as u128) as u64
        } else {
            all
        }
    }

    /// Whether a batch may be drawn now.
    pub(super) fn may_draw(&self) -> bool {
        let ready = self.settled() && self.stocked();
        ready || self.exhausted() || self.closed
    }

    /// Whether every window that is due has entered; in order of arrival, all but those by which production may be
    /// behind.
    fn settled(&self) -> bool {
        let needed = match self.config.order {
            Order::Arrival => self.config.pace.needed(self.batches),
            Order::Simulation { .. } => self.config.pace.due(self.batches),
        };
        self.telemetry.arrived >= needed || !self.policy.has_room()
    }

    /// Whether the watermark has been reached and a batch is here; more than a full policy can't be.
    fn stocked(&self) -> bool {
        let filled = self.telemetry.arrived >= self.config.watermark as u64;
        let batch = self.wanted.min(self.config.capacity);
        (filled && self.policy.ready() >= batch) || !self.policy.has_room()
    }

    /// Windows still to come when a batch is drawn. Batches after the last step empty the buffer.
    pub(super) fn outlook(&self) -> Outlook {
        let pace = self.config.pace;
        let coming = if self.settled() {
            pace.total.saturating_sub(self.telemetry.arrived)
        } else {
            0
        };
        let left = match pace.steps.checked_sub(self.batches) {
            None | Some(0) => self.policy.len() as u64,
            Some(_) => pace.batches.before(pace.steps) - pace.batches.before(self.batches),
        };
        Outlook { left, coming }
    }

    /// Whether nothing more can arrive.
    fn exhausted(&self) -> bool {
        let all = self.telemetry.arrived >= self.config.pace.total;
        all || (self.over && self.reorder.is_empty())
    }

    /// In simulation order: lets the next window enter. False when it is not here.
    pub(super) fn admit(&mut self) -> bool {
        let Some(window) = self.reorder.pop() else {
            return false;
        };
        self.enter(window);
        true
    }

    /// Hands a window to the policy.
    pub(super) fn enter(&mut self, window: Window) {
        let mut rng = Rng::stream(self.config.seed, Stream::Buffer, self.telemetry.arrived);
        if self.config.order == Order::Arrival {
            *self.progress.entry(window.simulation).or_insert(0) += 1;
        }
        self.policy.put(window, &mut rng);
        self.telemetry.arrived += 1;
    }

    /// Simulations with which production continues after a restart.
    pub(super) fn cursor(&self) -> Cursor {
        match self.config.order {
            // All simulations have been run, whether their workers have said so or not.
            Order::Arrival if self.telemetry.arrived >= self.config.pace.total => Cursor {
                restart: Vec::new(),
                next: self.next,
            },
            Order::Arrival => Cursor {
                restart: self
                    .progress
                    .iter()
                    .map(|(&index, &windows)| (index, windows))
                    .collect(),
                next: self.next,
            },
            Order::Simulation { .. } => self.reorder.cursor(self.next),
        }
    }

    /// Simulations of which every window has entered. With the last window of all, the one that it belongs to is among
    /// them, whether its worker has said so or not.
    pub(super) fn completed(&self) -> u64 {
        let all = self.telemetry.arrived >= self.config.pace.total;
        match self.config.order {
            Order::Arrival if all => self.telemetry.simulations + self.progress.len() as u64,
            Order::Arrival => self.telemetry.simulations,
            Order::Simulation { .. } => {
                self.reorder.completed() + u64::from(all && self.reorder.entered > 0)
            }
        }
    }
}
