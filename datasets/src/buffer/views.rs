//! Views of a buffer: counters, contents, and all that a checkpoint needs.

use super::{Buffer, Snapshot};
use crate::sampler::breed::Lineage;
use crate::{Composition, Share, Telemetry, Window};
use std::time::Instant;

impl Buffer {
    /// A reading of the counters.
    pub fn telemetry(&self) -> Telemetry {
        let state = self.lock();
        let (now, times) = (state.meter.now(), state.meter.times(Instant::now()));
        Telemetry {
            held: state.policy.len(),
            unread: state.policy.unread(),
            running: now.running,
            active: now.active,
            simulations: state.completed(),
            failures: state.failures.counts(),
            trainer_wait: times.trainer_wait,
            solver_wait: times.solver_wait,
            worker_time: times.workers,
            generations: state.lineage.as_ref().map_or(0, Lineage::count),
            ..state.telemetry
        }
    }

    /// Whether a worker waits for the trainer to make room.
    pub fn is_awaited(&self) -> bool {
        self.lock().meter.now().blocked > 0
    }

    /// The contents now; consistent when no batch is being drawn.
    pub fn snapshot(&self) -> Snapshot {
        let state = self.lock();
        let contents = state.policy.contents();
        let lineage = state.lineage.as_ref();
        Snapshot {
            contents: contents
                .into_iter()
                .map(|(item, read)| (item.clone(), read))
                .collect(),
            arrived: state.telemetry.arrived,
            handed_out: state.telemetry.handed_out,
            read: state.telemetry.read,
            batches: state.batches,
            simulations: state.completed(),
            cursor: state.cursor(),
            failures: state.failures.all().to_vec(),
            generations: lineage.map_or(Vec::new(), |lineage| lineage.generations.clone()),
            share: state.share,
        }
    }

    /// The simulations of the windows held now, in time that grows with their number.
    pub fn composition(&self) -> Composition {
        let state = self.lock();
        let contents = state.policy.contents();
        let mut composition = Composition::of(contents.into_iter().map(|(window, _)| window));
        if let Some(lineage) = &state.lineage {
            let drawn_again = |simulation| state.failures.attempt(simulation) > 0;
            composition.mark(|index| !drawn_again(index) && lineage.point(index).is_some());
        }
        composition
    }

    /// Simulations that are run for this buffer.
    pub fn share(&self) -> Share {
        self.lock().share
    }

    /// Windows held now, for statistics of the stream.
    pub fn held(&self) -> Vec<Window> {
        let state = self.lock();
        state
            .policy
            .contents()
            .into_iter()
            .map(|(window, _)| window.clone())
            .collect()
    }
}
