//! Buffers of several processes: each window arrives once, whatever their number was before.

use crate::doubles::{Experiment, Name, within_patience};
use ondine_datasets::policy::POLICIES;
use ondine_datasets::{Buffer, Order, Share, Snapshot, WorkerPool};
use std::sync::Arc;

const ORDERS: [Order; 2] = [Order::Arrival, Order::Simulation { ahead: 2 }];

/// The buffer of a share and its workers.
fn start(experiment: &Experiment, snapshot: Snapshot) -> (Arc<Buffer>, WorkerPool) {
    let own = Experiment {
        simulations: snapshot.share.count(experiment.simulations),
        ..*experiment
    };
    let cursor = snapshot.cursor.clone();
    let buffer = own.buffer(snapshot);
    let pool = experiment.pool(&buffer, &cursor);
    (buffer, pool)
}

/// The windows of some batches, and all that a checkpoint keeps after them.
fn drawn(experiment: &Experiment, snapshot: Snapshot, batches: u64) -> (Vec<Name>, Snapshot) {
    let (buffer, pool) = start(experiment, snapshot);
    let mut names = Vec::new();
    for _ in 0..batches {
        let windows = buffer.draw(experiment.batch).expect("no simulation fails");
        names.extend(
            windows
                .iter()
                .map(|window| (window.simulation, window.start)),
        );
    }
    let snapshot = buffer.snapshot();
    drop(pool);
    (names, snapshot)
}

fn experiment(policy: &'static str, order: Order) -> Experiment {
    Experiment {
        policy,
        order,
        capacity: 30,
        ..Experiment::default()
    }
}

#[test]
fn every_window_arrives_once_when_ranks_come_and_go() {
    for order in ORDERS {
        let experiment = experiment("fifo", order);
        let (mut names, mut parts) = (Vec::new(), vec![Snapshot::of_share(Share::ALL)]);
        for (ranks, batches) in [(2, 4), (3, 2), (1, 3), (4, 100)] {
            let shares = (0..ranks).map(|rank| Share::new(rank, ranks));
            let each = experiment.cut.windows(experiment.frames) as u64;
            let before: Vec<Snapshot> = shares
                .map(|share| Snapshot::shared_out(&parts, share, each))
                .collect();
            parts.clear();
            for part in before {
                let (new, after) = within_patience(move || drawn(&experiment, part, batches));
                names.extend(new);
                parts.push(after);
            }
        }
        names.sort_unstable();
        assert_eq!(names, experiment.windows(), "{order:?}");
        let arrived: u64 = parts.iter().map(|part| part.arrived).sum();
        assert_eq!(arrived, names.len() as u64);
        let ended: u64 = parts.iter().map(|part| part.simulations).sum();
        assert_eq!(ended, experiment.simulations);
    }
}

#[test]
fn a_rank_that_goes_on_draws_the_same_batches_in_order_of_simulation() {
    for entry in POLICIES {
        let experiment = experiment(entry.kind, ORDERS[1]);
        let fresh = || Snapshot::of_share(Share::new(1, 3));
        let (whole, _) = within_patience(move || drawn(&experiment, fresh(), 20));
        for batches in [0, 1, 5, 13] {
            let (first, kept) = within_patience(move || drawn(&experiment, fresh(), batches));
            let rest = move || drawn(&experiment, kept, 20 - batches);
            let (second, _) = within_patience(rest);
            assert_eq!([first, second].concat(), whole, "{} {batches}", entry.kind);
        }
        assert!(whole.iter().all(|(simulation, _)| simulation % 3 == 1));
    }
}

#[test]
fn a_dealt_buffer_goes_on_to_the_same_batches_after_another_stop() {
    let experiment = experiment("reservoir", ORDERS[1]);
    let parts = [0, 1].map(|rank| {
        let fresh = Snapshot::of_share(Share::new(rank, 2));
        within_patience(move || drawn(&experiment, fresh, 6 + 5 * rank as u64)).1
    });
    for rank in 0..3 {
        let share = Share::new(rank, 3);
        let each = experiment.cut.windows(experiment.frames) as u64;
        let dealt = Snapshot::shared_out(&parts, share, each);
        let from = dealt.clone();
        let (whole, _) = within_patience(move || drawn(&experiment, from, 12));
        let (first, kept) = within_patience(move || drawn(&experiment, dealt, 4));
        let (second, _) = within_patience(move || drawn(&experiment, kept, 8));
        assert_eq!([first, second].concat(), whole, "{rank}");
    }
}
