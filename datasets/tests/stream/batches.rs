//! Which items a batch holds: how many of a simulation, and how likely each.

use std::collections::{BTreeMap, HashSet};

use crate::doubles::{Tag, cases, chi_square};
use ondine_datasets::policy::{Firo, Outlook, Policy, Reservoir, UniformReservoir};
use ondine_solvers::{Rng, Stream};
use proptest::prelude::*;

fn rng(index: u64) -> Rng {
    Rng::stream(23, Stream::Batch, index)
}

/// One item a number, simulation `i` has `sizes[i]` of them.
fn items(sizes: &[usize]) -> Vec<Tag> {
    let simulations = sizes.iter().enumerate();
    let simulations = simulations.flat_map(|(i, &size)| vec![i as u64; size]);
    simulations
        .zip(0..)
        .map(|(i, number)| Tag(i, number))
        .collect()
}

/// Every policy that draws at random, with these items; some of the reservoirs' are read.
fn filled(sizes: &[usize]) -> Vec<(&'static str, Box<dyn Policy<Tag>>)> {
    let capacity = sizes.iter().sum::<usize>().max(1);
    let mut policies: Vec<(&str, Box<dyn Policy<Tag>>)> = vec![
        ("firo", Box::new(Firo::new(capacity, 0))),
        ("reservoir", Box::new(Reservoir::new(capacity))),
        (
            "uniform_reservoir",
            Box::new(UniformReservoir::new(capacity)),
        ),
    ];
    for (kind, policy) in &mut policies {
        items(sizes)
            .into_iter()
            .for_each(|item| policy.put(item, &mut rng(0)));
        if *kind != "firo" {
            policy.draw(capacity / 3, Outlook::ENDLESS, &mut rng(1));
        }
    }
    policies
}

/// The largest number of items of one simulation.
fn most_of_one(batch: &[Tag]) -> usize {
    let mut counts = BTreeMap::new();
    batch
        .iter()
        .for_each(|item| *counts.entry(item.0).or_insert(0) += 1);
    counts.into_values().max().unwrap_or(0)
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_batch_is_full_has_no_item_twice_and_as_few_of_one_simulation_as_can_be(
        sizes in prop::collection::vec(0..12_usize, 1..12),
        count in 0..40_usize,
    ) {
        let held: usize = sizes.iter().sum();
        let count = count.min(held);
        let filling = |cap: &usize| sizes.iter().map(|size| size.min(cap)).sum::<usize>() >= count;
        let cap = (0..=held).find(filling).expect("all items fill it");
        for (kind, mut policy) in filled(&sizes) {
            let batch = policy.draw(count, Outlook::ENDLESS, &mut rng(2));
            prop_assert_eq!(batch.len(), count, "{}", kind);
            let different: HashSet<Tag> = batch.iter().copied().collect();
            prop_assert_eq!(different.len(), count, "{}", kind);
            prop_assert!(most_of_one(&batch) <= cap, "{}: {:?}", kind, batch);
            if sizes.iter().all(|&size| size == sizes[0]) {
                prop_assert!(cap <= count.div_ceil(sizes.len()), "{} of {}", cap, count);
            }
        }
    }
}

/// Number of times that each item was drawn in so many batches.
fn counts(policy: &str, sizes: &[usize], count: usize, draws: u64) -> Vec<f64> {
    let filled = || filled(sizes).into_iter().find(|(kind, _)| *kind == policy);
    let (_, start) = filled().expect("one of the three");
    let contents = start.contents().into_iter();
    let contents: Vec<(Tag, bool)> = contents.map(|(item, read)| (*item, read)).collect();
    let (_, mut policy) = filled().expect("one of the three");
    let mut counts = vec![0.0; contents.len()];
    for draw in 0..draws {
        policy.restore(contents.clone(), contents.len() as u64);
        for item in policy.draw(count, Outlook::ENDLESS, &mut rng(draw)) {
            counts[item.1 as usize] += 1.0;
        }
    }
    counts
}

#[test]
fn items_of_different_simulations_are_equally_likely() {
    for policy in ["firo", "reservoir", "uniform_reservoir"] {
        for batch in [1, 5] {
            let counts = counts(policy, &[1; 20], batch, 20_000);
            let statistic = chi_square(&counts, batch);
            // 99.9 % of draws from a uniform distribution lie below 43.8: χ² with 19 degrees of freedom.
            assert!(statistic < 43.8, "{policy}, {batch}: χ² = {statistic}");
        }
    }
}

#[test]
fn items_of_equally_large_simulations_are_equally_likely() {
    for policy in ["firo", "reservoir", "uniform_reservoir"] {
        let counts = counts(policy, &[5; 4], 6, 20_000);
        let statistic = chi_square(&counts, 6);
        // The cap of 2 takes variance from the numbers of simulations and gives it to the 16 differences between items
        // of one: at most 19/16 of χ² with 16 degrees of freedom, of which 99.9 % lie below 39.3.
        assert!(statistic < 46.6, "{policy}: χ² = {statistic}");
    }
}

/// Expected numbers of items of every simulation in a batch of which each is drawn uniformly from the simulations that
/// have fewer than `cap` in it, by going through all orders in which simulations may be drawn.
fn expected(sizes: &[usize], taken: &mut Vec<usize>, cap: usize, count: usize) -> Vec<f64> {
    if count == 0 {
        return taken.iter().map(|&taken| taken as f64).collect();
    }
    let left = |i: usize, taken: &[usize]| {
        if taken[i] < cap {
            sizes[i] - taken[i]
        } else {
            0
        }
    };
    let total: usize = (0..sizes.len()).map(|i| left(i, taken)).sum();
    let mut sum = vec![0.0; sizes.len()];
    for i in 0..sizes.len() {
        let weight = left(i, taken) as f64 / total as f64;
        if weight > 0.0 {
            taken[i] += 1;
            let rest = expected(sizes, taken, cap, count - 1);
            sum.iter_mut()
                .zip(rest)
                .for_each(|(sum, rest)| *sum += weight * rest);
            taken[i] -= 1;
        }
    }
    sum
}

#[test]
fn items_of_unequal_simulations_are_as_likely_as_the_documentation_says() {
    const DRAWS: u64 = 40_000;
    for (sizes, count, cap) in [
        (&[2, 4, 10][..], 2, 1),
        (&[2, 4, 10], 3, 1),
        (&[1, 6, 9], 7, 3), // ⌈7/3⌉, and the first simulation holds too few: 1 + 3 + 3
        (&[1, 2, 13], 9, 6),
    ] {
        let of_simulation = expected(sizes, &mut vec![0; sizes.len()], cap, count);
        for policy in ["firo", "reservoir", "uniform_reservoir"] {
            let counts = counts(policy, sizes, count, DRAWS);
            for (item, found) in items(sizes).into_iter().zip(counts) {
                let i = item.0 as usize;
                let share = of_simulation[i] / sizes[i] as f64;
                // Five standard errors of a binomial distribution.
                let error = 5.0 * (share * (1.0 - share).max(0.0) / DRAWS as f64).sqrt() + 1e-9;
                let found = found / DRAWS as f64;
                assert!(
                    (found - share).abs() < error,
                    "{policy}, {sizes:?}, {item:?}: {found}, not {share}"
                );
            }
        }
    }
}

#[test]
fn a_reservoir_evicts_read_items_uniformly() {
    const ITEMS: usize = 20;
    for windows in [1, 4] {
        let tag = |number: usize| Tag((number / windows) as u64, number as u32);
        let mut full = Reservoir::new(ITEMS);
        (0..ITEMS).for_each(|item| full.put(tag(item), &mut rng(0)));
        full.draw(ITEMS, Outlook::ENDLESS, &mut rng(0));
        let mut counts = [0.0; ITEMS];
        for put in 0..20_000 {
            let mut reservoir = full.clone();
            reservoir.put(tag(ITEMS), &mut rng(put));
            let held: HashSet<Tag> = reservoir.contents().iter().map(|(i, _)| **i).collect();
            let evicted = (0..ITEMS).find(|&item| !held.contains(&tag(item)));
            counts[evicted.expect("one had to go")] += 1.0;
        }
        let statistic = chi_square(&counts, 1);
        // 99.9 % lie below 43.8: χ² with 19 degrees of freedom.
        assert!(statistic < 43.8, "{windows}: χ² = {statistic}");
    }
}

#[test]
fn a_uniform_reservoir_holds_a_uniform_sample_of_the_whole_history() {
    const ITEMS: usize = 200;
    const HELD: usize = 20;
    let mut counts = [0.0; ITEMS];
    for run in 0..5000 {
        let mut reservoir = UniformReservoir::new(HELD);
        for item in 0..ITEMS {
            let mut rng = Rng::stream(run, Stream::Buffer, item as u64);
            reservoir.put(Tag(item as u64 / 10, item as u32), &mut rng);
            if item % 7 == 0 {
                reservoir.draw(3, Outlook::ENDLESS, &mut rng); // reading changes nothing
            }
        }
        assert_eq!(reservoir.len(), HELD);
        let held = reservoir.contents().into_iter();
        held.for_each(|(item, _)| counts[item.1 as usize] += 1.0);
    }
    let statistic = chi_square(&counts, HELD);
    // 99.9 % lie below 266: χ² with 199 degrees of freedom.
    assert!(statistic < 266.0, "χ² = {statistic}");
}
