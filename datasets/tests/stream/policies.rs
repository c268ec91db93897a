//! Promises of every policy.

use std::collections::{BTreeMap, HashSet, VecDeque};

use crate::doubles::{Name, Tag, cases, name, window};
use ondine_datasets::Window;
use ondine_datasets::policy::{
    self, Fifo, Firo, Outlook, POLICIES, Policy, Reads, Reservoir, UniformReservoir,
};
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
fn every_policy_holds_what_its_capacity_says_and_has_room_after_a_draw() {
    for entry in POLICIES {
        let mut policy = entry.build(6, 0).expect("options have defaults");
        assert!(policy.is_empty(), "{}", entry.kind);
        for start in 0..6 {
            assert!(policy.has_room(), "{} at {start}", entry.kind);
            policy.put(window((0, start)), &mut rng(0));
        }
        // Where chance decides what is lost, there always is room.
        let always = entry.reads == Reads::Chance;
        assert_eq!(policy.has_room(), always, "{}", entry.kind);
        assert_eq!(policy.len(), 6, "{}", entry.kind);
        let drawn = policy.draw(2, Outlook::ENDLESS, &mut rng(1));
        assert_eq!(drawn.len(), 2, "{}", entry.kind);
        assert!(policy.has_room(), "{}", entry.kind);
        while policy.has_room() && policy.len() < 6 {
            policy.put(window((1, policy.len())), &mut rng(2));
        }
        assert_eq!(policy.len(), 6, "{}", entry.kind);
        if policy.has_room() {
            policy.put(window((2, 0)), &mut rng(3));
            assert_eq!(policy.len(), 6, "{}", entry.kind);
        }
    }
}

#[test]
fn every_policy_hands_out_every_window_as_often_as_it_says() {
    for entry in POLICIES {
        let mut policy = entry.build(20, 0).expect("options have defaults");
        let mut reads: BTreeMap<Name, usize> = BTreeMap::new();
        for step in 0..200_u64 {
            let count = 1 + step as usize % 3;
            let outlook = Outlook {
                left: (step..200).map(|step| 1 + step % 3).sum(),
                coming: 199 - step,
            };
            policy.put(window((step / 10, step as usize % 10)), &mut rng(step));
            for name in names(&policy.draw(count, outlook, &mut rng(step))) {
                *reads.entry(name).or_default() += 1;
            }
        }
        let most = *reads.values().max().expect("windows were drawn");
        match entry.reads {
            Reads::Once => assert_eq!((reads.len(), most), (200, 1), "{}", entry.kind),
            Reads::Many => assert_eq!((reads.len(), most > 1), (200, true), "{}", entry.kind),
            Reads::Chance => assert!(reads.len() < 200 && most > 1, "{}: {most}", entry.kind),
        }
    }
}

#[test]
fn no_batch_of_any_policy_holds_a_window_twice() {
    for entry in POLICIES {
        let mut policy = entry.build(12, 0).expect("options have defaults");
        for step in 0..100 {
            while policy.has_room() && policy.len() < 12 {
                policy.put(window((step, policy.len())), &mut rng(step));
            }
            let batch = policy.draw(step as usize % 14, Outlook::ENDLESS, &mut rng(step));
            let batch = names(&batch);
            assert_eq!(batch.len(), (step as usize % 14).min(12), "{}", entry.kind);
            let different: HashSet<Name> = batch.iter().copied().collect();
            assert_eq!(different.len(), batch.len(), "{}: {batch:?}", entry.kind);
        }
    }
}

#[test]
fn a_restored_policy_goes_on_as_the_original_does() {
    const STEPS: u64 = 400;
    for entry in POLICIES {
        let mut original = entry.build(16, 3).expect("options have defaults");
        let mut restored: Vec<Box<dyn Policy<Window>>> = Vec::new();
        for step in 0..STEPS {
            if step == 90 || step == 390 {
                let contents = original.contents().into_iter();
                let contents = contents.map(|(window, read)| (window.clone(), read));
                let mut copy = entry.build(16, 3).expect("options have defaults");
                copy.put(window((999, 0)), &mut rng(0)); // to be replaced
                copy.restore(contents.collect(), step.min(380));
                restored.push(copy);
            }
            let outlook = Outlook {
                left: 2 * (STEPS - step),
                coming: 380_u64.saturating_sub(step),
            };
            let policies = std::iter::once(&mut original).chain(&mut restored);
            let batches: Vec<Vec<Name>> = policies
                .map(|policy| {
                    let mut evictions = Rng::stream(11, Stream::Buffer, step);
                    if policy.has_room() && step < 380 {
                        policy.put(window((step / 3, step as usize)), &mut evictions);
                    }
                    names(&policy.draw(step as usize % 4, outlook, &mut rng(step)))
                })
                .collect();
            let equal = batches.windows(2).all(|pair| pair[0] == pair[1]);
            assert!(equal, "{}, step {step}: {batches:?}", entry.kind);
        }
    }
}

#[test]
fn only_firo_holds_back_what_it_shuffles_with() {
    let ready = |policy: &mut dyn Policy<Tag>| {
        let put = |number| policy.put(Tag(number, 0), &mut rng(number));
        (0..10).for_each(put);
        (
            policy.ready(),
            policy.draw(10, Outlook::ENDLESS, &mut rng(0)).len(),
        )
    };
    assert_eq!(ready(&mut Firo::new(20, 7)), (3, 10));
    assert_eq!(ready(&mut Firo::new(20, 15)), (0, 10));
    assert_eq!(ready(&mut Fifo::new(20)), (10, 10));
    assert_eq!(ready(&mut Reservoir::new(20)), (10, 10));
    assert_eq!(ready(&mut UniformReservoir::new(20)), (10, 10));
}

/// An action of a test on a policy.
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
                    let drawn = fifo.draw(count, Outlook::ENDLESS, &mut rng(0));
                    prop_assert_eq!(drawn, expected);
                }
            }
            prop_assert_eq!(fifo.len(), queue.len());
        }
    }

    #[test]
    fn a_reservoir_keeps_what_has_not_been_read(
        capacity in 1..20_usize,
        windows in 1..10_u32,
        seed: u64,
        actions in actions(),
    ) {
        let mut reservoir = Reservoir::new(capacity);
        let (mut unread, mut next) = (HashSet::new(), 0);
        for action in actions {
            let mut rng = Rng::stream(seed, Stream::Buffer, next.into());
            match action {
                Action::Put if reservoir.has_room() => {
                    let item = Tag((next / windows).into(), next);
                    reservoir.put(item, &mut rng);
                    unread.insert(item);
                    next += 1;
                }
                Action::Put => prop_assert_eq!(unread.len(), capacity),
                Action::Draw(count) => {
                    let batch = reservoir.draw(count, Outlook::ENDLESS, &mut rng);
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
