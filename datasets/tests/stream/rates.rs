//! Number of reads of items at a steady production and consumption, and draws after the end of production.

use std::collections::BTreeMap;

use crate::doubles::{Experiment, Name, Tag, cases, within_patience};
use ondine_datasets::policy::{Outlook, POLICIES, Policy, Reads, Reservoir};
use ondine_datasets::{Order, Snapshot};
use ondine_solvers::{Rng, Stream};
use proptest::prelude::*;

fn rng(index: u64) -> Rng {
    Rng::stream(11, Stream::Batch, index)
}

/// State of a reservoir at a steady production and consumption.
struct Steady {
    /// Mean number of reads of the items put in the middle of the run.
    reads: f64,
    /// Mean share of unread items before a draw, in the second half of the run.
    unread: f64,
}

/// A reservoir of `capacity` items, each of a simulation of its own; `produced` arrive and `consumed` are read per tick.
/// Production waits while it is full of unread items.
fn steady(capacity: usize, produced: usize, consumed: usize) -> Steady {
    const TICKS: u64 = 1000;
    let mut reservoir = Reservoir::new(capacity);
    let mut reads: Vec<u32> = Vec::new();
    let mut shares = Vec::new();
    for tick in 0..TICKS {
        for _ in 0..produced {
            if reservoir.has_room() {
                let number = reads.len() as u64;
                let mut evictions = Rng::stream(3, Stream::Buffer, number);
                reservoir.put(Tag(number, number as u32), &mut evictions);
                reads.push(0);
            }
        }
        shares.push(reservoir.unread() as f64 / capacity as f64);
        for item in reservoir.draw(consumed, Outlook::ENDLESS, &mut rng(tick)) {
            reads[item.1 as usize] += 1;
        }
    }
    let middle = &reads[reads.len() / 4..reads.len() * 3 / 4];
    let late = &shares[shares.len() / 2..];
    Steady {
        reads: f64::from(middle.iter().sum::<u32>()) / middle.len() as f64,
        unread: late.iter().sum::<f64>() / late.len() as f64,
    }
}

/// Autoscale of a reservoir: `produced = consumed · unread share`, so a share `p/g` is unread and an item is read `g/p` times.
#[test]
fn reads_and_unread_share_of_a_reservoir_follow_from_the_rates() {
    for (p, g) in [(50, 160), (83, 155), (100, 110)] {
        let found = steady(2000, p, g);
        let (reads, unread) = (g as f64 / p as f64, p as f64 / g as f64);
        println!(
            "p/g = {p}/{g}: {:.3} reads, {:.3} unread",
            found.reads, found.unread
        );
        // 25 000 items or more, reads geometric: a standard error below 1 %; three of them.
        let error = (found.reads / reads - 1.0).abs();
        assert!(error < 0.03, "{p}/{g}: {} reads, not {reads}", found.reads);
        // The number of unread items scatters by at most √(2000/4), and 500 ticks are averaged.
        let error = (found.unread - unread).abs();
        assert!(
            error < 0.01,
            "{p}/{g}: {} unread, not {unread}",
            found.unread
        );
    }
}

#[test]
fn a_reservoir_reads_once_when_production_is_faster() {
    let found = steady(2000, 150, 100);
    println!(
        "p/g = 150/100: {:.3} reads, {:.3} unread",
        found.reads, found.unread
    );
    assert!((found.reads - 1.0).abs() < f64::EPSILON, "{}", found.reads);
    assert!(
        (found.unread - 1.0).abs() < f64::EPSILON,
        "{}",
        found.unread
    );
}

/// A full reservoir of 40 items, of which 15 have been read.
fn half_read() -> Reservoir<Tag> {
    let mut reservoir = Reservoir::new(40);
    for number in 0..40 {
        reservoir.put(Tag(u64::from(number) / 8, number), &mut rng(0));
    }
    reservoir.draw(15, Outlook::ENDLESS, &mut rng(1));
    reservoir
}

/// Reads of every item in batches of 5, so many of them, when nothing more arrives.
fn reads_at_the_end(mut reservoir: Reservoir<Tag>, batches: u64) -> (Vec<u32>, usize) {
    let mut reads = vec![0; 40];
    for batch in 0..batches {
        let outlook = Outlook {
            left: 5 * (batches - batch),
            coming: 0,
        };
        let drawn = reservoir.draw(5, outlook, &mut rng(batch));
        assert_eq!(drawn.len(), 5, "batch {batch} of {batches}");
        drawn
            .into_iter()
            .for_each(|item| reads[item.1 as usize] += 1);
    }
    (reads, reservoir.len())
}

#[test]
fn a_drain_reads_each_item_once() {
    let (reads, held) = reads_at_the_end(half_read(), 8);
    assert_eq!((reads, held), (vec![1; 40], 0));
}

#[test]
fn a_drain_begins_when_what_is_left_is_no_more_than_what_is_held() {
    let (reads, held) = reads_at_the_end(half_read(), 20);
    assert_eq!((reads.iter().sum::<u32>(), held), (100, 0));
    assert!(reads.iter().all(|&reads| reads >= 1), "{reads:?}");
}

#[test]
fn a_short_drain_reads_what_is_unread_and_drops_read_items() {
    let unread: Vec<usize> = half_read()
        .contents()
        .into_iter()
        .filter(|(_, read)| !read)
        .map(|(item, _)| item.1 as usize)
        .collect();
    assert_eq!(unread.len(), 25);
    for batches in [5, 6, 7] {
        let (reads, held) = reads_at_the_end(half_read(), batches);
        assert!(reads.iter().all(|&reads| reads <= 1), "{reads:?}");
        assert!(unread.iter().all(|&item| reads[item] == 1), "{reads:?}");
        assert_eq!(held, 0);
    }
    // Fewer than there are unread items: different ones, and the rest stays.
    let (reads, held) = reads_at_the_end(half_read(), 3);
    assert_eq!((reads.iter().sum::<u32>(), held), (15, 10));
}

fn reads(batches: &[Vec<Name>]) -> BTreeMap<Name, usize> {
    let mut reads = BTreeMap::new();
    let names = batches.iter().flatten();
    names.for_each(|&name| *reads.entry(name).or_default() += 1);
    reads
}

proptest! {
    #![proptest_config(cases(48))]

    /// Through the buffer, in order of simulation: 120 windows and steps for one read of each or more.
    #[test]
    fn every_window_is_read_in_every_training_that_is_long_enough(
        capacity in 4..150_usize,
        watermark in 1..150_usize,
        extra in 0..90_u64,
        workers in 1..4_usize,
    ) {
        let experiment = Experiment {
            policy: "reservoir",
            order: Order::Simulation { ahead: 2 },
            capacity,
            watermark: watermark.min(capacity),
            steps: 30 + extra,
            workers,
            ..Experiment::default()
        };
        let batches = within_patience(move || experiment.batches());
        prop_assert!(batches.iter().all(|batch| batch.len() == 4), "a short batch");
        prop_assert_eq!(reads(&batches).len(), 120);
    }
}

#[test]
fn what_is_held_is_read_once_more_in_the_last_steps() {
    let experiment = Experiment {
        policy: "reservoir",
        order: Order::Simulation { ahead: 2 },
        capacity: 40,
        steps: 90,
        ..Experiment::default()
    };
    let drain = experiment.pace().drain;
    assert_eq!(drain, 10, "40 windows in batches of 4");
    let batches = within_patience(move || experiment.batches());
    let last = reads(&batches[batches.len() - drain as usize..]);
    assert_eq!((last.len(), last.values().max()), (40, Some(&1)));
    assert_eq!(reads(&batches).len(), 120);
}

#[test]
fn batches_after_the_last_step_empty_the_buffer() {
    for entry in POLICIES.iter().filter(|entry| entry.reads != Reads::Chance) {
        for order in [Order::Arrival, Order::Simulation { ahead: 2 }] {
            let experiment = Experiment {
                policy: entry.kind,
                order,
                steps: 20, // fewer than the 30 that read each window once
                ..Experiment::default()
            };
            let drained = within_patience(move || {
                let running = experiment.start();
                let mut drawn = running.draw_many(20).concat();
                drawn.extend(running.drain());
                drawn
            });
            let read = reads(&[drained]);
            assert_eq!(read.len(), 120, "{}, {order:?}", entry.kind);
        }
    }
}

#[test]
fn a_trainer_in_order_of_arrival_waits_when_solvers_are_late() {
    for entry in POLICIES {
        let mut experiment = Experiment {
            policy: entry.kind,
            capacity: 100,
            ..Experiment::default()
        };
        experiment.simulator.delay = |_| std::time::Duration::from_micros(500);
        within_patience(move || {
            let running = experiment.restart(Snapshot::default());
            let pace = experiment.pace();
            assert_eq!(pace.behind, 4, "one batch, as each window is read once");
            for step in 0..experiment.steps {
                running.draw();
                let arrived = running.buffer.telemetry().arrived;
                assert!(
                    arrived >= pace.needed(step),
                    "{}, {step}: {arrived}",
                    entry.kind
                );
            }
            assert_eq!(running.buffer.telemetry().arrived, 120, "{}", entry.kind);
        });
    }
}
