//! Eight producers and two consumers under every policy: nothing lost, nothing twice.

use std::collections::{BTreeMap, BTreeSet};
use std::thread::scope;
use std::time::Duration;

use crate::doubles::{Experiment, Name, Running, name, within_patience};
use ondine_datasets::Order;
use ondine_datasets::policy::{POLICIES, Reads};

/// Time per frame: none, and another for each simulation.
const DELAYS: [fn(u64) -> Duration; 2] = [
    |_| Duration::ZERO,
    |simulation| Duration::from_micros(simulation * 7919 % 5 * 20),
];

/// Batches of two threads that draw `count` each.
fn two_consumers(running: &Running, count: u64) -> Vec<Vec<Name>> {
    scope(|scope| {
        let consumers = [(); 2].map(|()| scope.spawn(|| running.draw_many(count)));
        let batches = consumers.map(|consumer| consumer.join().expect("no panic"));
        batches.concat()
    })
}

#[test]
fn eight_producers_and_two_consumers_lose_nothing_and_read_nothing_twice() {
    for (entry, delay) in POLICIES
        .iter()
        .flat_map(|entry| DELAYS.map(|delay| (entry, delay)))
    {
        for order in [Order::Arrival, Order::Simulation { ahead: 8 }] {
            let mut experiment = Experiment {
                policy: entry.kind,
                order,
                simulations: 300,
                capacity: 120,
                watermark: 40,
                steps: if entry.reads == Reads::Once {
                    600
                } else {
                    1500
                },
                workers: 8,
                ..Experiment::default()
            };
            experiment.simulator.delay = delay;
            let (batches, rest, held) = within_patience(move || {
                let running = experiment.start();
                let batches = two_consumers(&running, experiment.steps / 2);
                let held = running.buffer.held();
                let rest = match entry.reads {
                    Reads::Chance => Vec::new(), // never runs dry
                    Reads::Once | Reads::Many => running.drain(),
                };
                let stride = experiment.cut.stride;
                let held: Vec<Name> = held.iter().map(|window| name(window, stride)).collect();
                (batches, rest, held)
            });
            let case = format!("{}, {order:?}", entry.kind);
            for batch in &batches {
                let different: BTreeSet<Name> = batch.iter().copied().collect();
                assert_eq!((batch.len(), different.len()), (4, 4), "{case}: {batch:?}");
            }
            let mut reads: BTreeMap<Name, u64> = BTreeMap::new();
            let all = batches.iter().flatten().chain(&rest);
            all.for_each(|&name| *reads.entry(name).or_default() += 1);
            let windows = experiment.windows();
            match entry.reads {
                Reads::Once | Reads::Many => assert!(reads.keys().eq(&windows), "{case}: lost"),
                Reads::Chance => assert!(reads.len() < windows.len(), "{case}: all were read"),
            }
            match entry.reads {
                Reads::Once => assert!(reads.values().all(|&reads| reads == 1), "{case}"),
                Reads::Many => assert_eq!(reads.values().sum::<u64>(), 6000, "{case}"),
                Reads::Chance => assert_eq!(held.len(), 120, "{case}"),
            }
            let different: BTreeSet<Name> = held.iter().copied().collect();
            assert_eq!(different.len(), held.len(), "{case}: held twice");
        }
    }
}
