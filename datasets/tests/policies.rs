//! What every policy promises, and the statistics of the reservoir.

mod doubles;

use std::collections::{BTreeMap, HashSet, VecDeque};

use doubles::{Name, cases, name, window};
use ondine_datasets::Window;
use ondine_datasets::policy::{self, Fifo, POLICIES, Policy, Reads, Reservoir};
use ondine_solvers::{Rng, Stream};
use proptest::prelude::*;

/// Draws of a policy in a test; its evictions have another stream.
fn rng(index: u64) -> Rng {
    Rng::stream(11, Stream::Batch, index)
}

fn names(windows: &[Window]) -> Vec<Name> {
    windows.iter().map(|window| name(window, 1)).collect()
}

#[test]
fn every_policy_is_found_by_its_kind() {
    for entry in POLICIES {
        let found = policy::find(entry.kind).expect("it is in the list");
        assert_eq!(found.kind, entry.kind);
        assert_eq!(found.summary, entry.summary, "`{}` is unique", entry.kind);
    }
    assert!(policy::find("oblivion").is_none());
}

#[test]
fn every_policy_is_full_at_its_capacity_and_has_room_after_a_draw() {
    for entry in POLICIES {
        let mut policy = (entry.build)(6);
        assert!(policy.is_empty(), "{}", entry.kind);
        for start in 0..6 {
            assert!(policy.has_room(), "{} at {start}", entry.kind);
            policy.put(window((0, start)), &mut rng(0));
        }
        assert!(!policy.has_room(), "{}", entry.kind);
        assert_eq!(policy.len(), 6, "{}", entry.kind);
        assert_eq!(policy.draw(2, &mut rng(1)).len(), 2, "{}", entry.kind);
        assert!(policy.has_room(), "{}", entry.kind);
    }
}

#[test]
fn every_policy_hands_out_every_window_as_often_as_it_says() {
    for entry in POLICIES {
        let mut policy = (entry.build)(20);
        let mut reads: BTreeMap<Name, usize> = BTreeMap::new();
        for step in 0..400 {
            // 200 windows arrive; after that the rest is read.
            if step < 200 {
                policy.put(window((step / 10, step as usize % 10)), &mut rng(step));
            }
            for name in names(&policy.draw(1 + step as usize % 3, &mut rng(step))) {
                *reads.entry(name).or_default() += 1;
            }
        }
        assert_eq!(reads.len(), 200, "{}: windows handed out", entry.kind);
        if entry.reads == Reads::Once {
            assert!(reads.values().all(|&reads| reads == 1), "{}", entry.kind);
        }
    }
}

#[test]
fn no_batch_of_any_policy_holds_a_window_twice() {
    for entry in POLICIES {
        let mut policy = (entry.build)(12);
        for step in 0..100 {
            while policy.has_room() && policy.len() < 12 {
                policy.put(window((step, policy.len())), &mut rng(step));
            }
            let batch = names(&policy.draw(step as usize % 14, &mut rng(step)));
            assert_eq!(batch.len(), (step as usize % 14).min(12), "{}", entry.kind);
            let different: HashSet<Name> = batch.iter().copied().collect();
            assert_eq!(different.len(), batch.len(), "{}: {batch:?}", entry.kind);
        }
    }
}

#[test]
fn a_restored_policy_goes_on_as_the_original_does() {
    for entry in POLICIES {
        let mut original = (entry.build)(16);
        let mut restored: Option<Box<dyn Policy<Window>>> = None;
        for step in 0..200 {
            if step == 90 {
                let contents = original.contents().into_iter();
                let contents = contents.map(|(window, read)| (window.clone(), read));
                let mut copy = (entry.build)(16);
                copy.put(window((999, 0)), &mut rng(0)); // to be replaced
                copy.restore(contents.collect());
                restored = Some(copy);
            }
            let policies = std::iter::once(&mut original).chain(&mut restored);
            let batches: Vec<Vec<Name>> = policies
                .map(|policy| {
                    let mut evictions = Rng::stream(11, Stream::Buffer, step);
                    if policy.has_room() {
                        policy.put(window((step, 0)), &mut evictions);
                    }
                    names(&policy.draw(step as usize % 4, &mut rng(step)))
                })
                .collect();
            let equal = batches.windows(2).all(|pair| pair[0] == pair[1]);
            assert!(equal, "{}, step {step}: {batches:?}", entry.kind);
        }
    }
}

/// What a test does to a policy.
#[derive(Debug, Clone, Copy)]
enum Action {
    Put,
    Draw(usize),
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let action = prop_oneof![
        3 => Just(Action::Put),
        1 => (0..8_usize).prop_map(Action::Draw)
    ];
    prop::collection::vec(action, 1..300)
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn fifo_hands_out_each_item_once_in_order(capacity in 1..20_usize, actions in actions()) {
        let mut fifo = Fifo::<u32>::new(capacity);
        let (mut queue, mut next) = (VecDeque::new(), 0);
        for action in actions {
            match action {
                Action::Put if fifo.has_room() => {
                    fifo.put(next, &mut rng(0));
                    queue.push_back(next);
                    next += 1;
                }
                Action::Put => prop_assert_eq!(queue.len(), capacity),
                Action::Draw(count) => {
                    let expected: Vec<u32> = queue.drain(..count.min(queue.len())).collect();
                    prop_assert_eq!(fifo.draw(count, &mut rng(0)), expected);
                }
            }
            prop_assert_eq!(fifo.len(), queue.len());
        }
    }

    #[test]
    fn a_reservoir_keeps_what_has_not_been_read(
        capacity in 1..20_usize,
        seed: u64,
        actions in actions(),
    ) {
        let mut reservoir = Reservoir::<u32>::new(capacity);
        let (mut unread, mut next) = (HashSet::new(), 0);
        for action in actions {
            let mut rng = Rng::stream(seed, Stream::Buffer, next.into());
            match action {
                Action::Put if reservoir.has_room() => {
                    reservoir.put(next, &mut rng);
                    unread.insert(next);
                    next += 1;
                }
                Action::Put => prop_assert_eq!(unread.len(), capacity),
                Action::Draw(count) => {
                    let batch = reservoir.draw(count, &mut rng);
                    prop_assert_eq!(batch.len(), count.min(reservoir.len()));
                    batch.iter().for_each(|item| { unread.remove(item); });
                }
            }
            let contents = reservoir.contents();
            let kept = contents.iter().filter(|(_, read)| !read).map(|&(item, _)| *item);
            prop_assert_eq!(&kept.collect::<HashSet<_>>(), &unread);
            prop_assert_eq!(contents.len(), capacity.min(next as usize));
            prop_assert_eq!(reservoir.unread(), unread.len());
        }
    }
}

#[test]
fn a_reservoir_draws_uniformly_from_all_that_is_held() {
    const ITEMS: usize = 20;
    const DRAWS: u64 = 20_000;
    for batch in [1, 5] {
        let mut reservoir = Reservoir::new(ITEMS);
        for item in 0..ITEMS {
            reservoir.put(item, &mut rng(0));
        }
        reservoir.draw(7, &mut rng(0)); // read and unread items, equally likely
        let start = reservoir.clone();
        let mut counts = [0.0; ITEMS];
        for draw in 0..DRAWS {
            let batch = start.clone().draw(batch, &mut rng(draw));
            batch.into_iter().for_each(|item| counts[item] += 1.0);
        }
        let statistic = chi_square(&counts, batch);
        // 99.9 % of draws from a uniform distribution lie below 43.8: χ² with 19 degrees of freedom.
        assert!(statistic < 43.8, "batches of {batch}: χ² = {statistic}");
    }
}

#[test]
fn a_reservoir_evicts_read_items_uniformly() {
    const ITEMS: usize = 20;
    let mut full = Reservoir::new(ITEMS);
    for item in 0..ITEMS {
        full.put(item, &mut rng(0));
    }
    full.draw(ITEMS, &mut rng(0));
    let mut counts = [0.0; ITEMS];
    for put in 0..20_000 {
        let mut reservoir = full.clone();
        reservoir.put(ITEMS, &mut rng(put));
        let held: HashSet<usize> = reservoir.contents().iter().map(|(i, _)| **i).collect();
        let evicted = (0..ITEMS).find(|item| !held.contains(item));
        counts[evicted.expect("one had to go")] += 1.0;
    }
    let statistic = chi_square(&counts, 1);
    // As above.
    assert!(statistic < 43.8, "χ² = {statistic}");
}

/// `Σ (c − e)² / e` of draws of `batch` different items, scaled to the variance of independent draws: items drawn
/// without replacement scatter less by `(n − batch) / (n − 1)`.
fn chi_square(counts: &[f64], batch: usize) -> f64 {
    let n = counts.len() as f64;
    let expected = counts.iter().sum::<f64>() / n;
    let sum: f64 = counts.iter().map(|c| (c - expected).powi(2)).sum();
    sum / expected * (n - 1.0) / (n - batch as f64)
}

/// What a reservoir does at a steady production and consumption.
struct Steady {
    /// Mean number of reads of the items put in the middle of the run.
    reads: f64,
    /// Mean share of unread items before a draw, in the second half of the run.
    unread: f64,
}

/// A reservoir of `capacity` items; `produced` arrive and `consumed` are read per tick. Production waits while it is full
/// of unread items.
fn steady(capacity: usize, produced: usize, consumed: usize) -> Steady {
    const TICKS: u64 = 1000;
    let mut reservoir = Reservoir::new(capacity);
    let mut reads: Vec<u32> = Vec::new();
    let mut shares = Vec::new();
    for tick in 0..TICKS {
        for _ in 0..produced {
            if reservoir.has_room() {
                let mut evictions = Rng::stream(3, Stream::Buffer, reads.len() as u64);
                reservoir.put(reads.len(), &mut evictions);
                reads.push(0);
            }
        }
        shares.push(reservoir.unread() as f64 / capacity as f64);
        for item in reservoir.draw(consumed, &mut rng(tick)) {
            reads[item] += 1;
        }
    }
    let middle = &reads[reads.len() / 4..reads.len() * 3 / 4];
    let late = &shares[shares.len() / 2..];
    Steady {
        reads: f64::from(middle.iter().sum::<u32>()) / middle.len() as f64,
        unread: late.iter().sum::<f64>() / late.len() as f64,
    }
}

/// Balance of a reservoir: `produced = consumed · unread share`, so a share `p/g` is unread and an item is read `g/p` times.
#[test]
fn reads_and_unread_share_of_a_reservoir_follow_from_the_rates() {
    for (p, g) in [(50, 160), (83, 155), (100, 110)] {
        let found = steady(2000, p, g);
        let (reads, unread) = (g as f64 / p as f64, p as f64 / g as f64);
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
    assert!((found.reads - 1.0).abs() < f64::EPSILON, "{}", found.reads);
    assert!(
        (found.unread - 1.0).abs() < f64::EPSILON,
        "{}",
        found.unread
    );

    let mut reservoir = Reservoir::new(100);
    while reservoir.has_room() {
        reservoir.put(0, &mut rng(0));
    }
    assert_eq!((reservoir.len(), reservoir.unread()), (100, 100));
}
