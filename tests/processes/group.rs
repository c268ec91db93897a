//! Several ranks that train together, as threads of this process.

mod ends;

use crate::common::{Folder, RECIPE, metrics, printed, run, text, timeless};
use crate::threads::Threads;
use ondine::group::{Alone, Elsewhere, Group, agreed};
use ondine::training::{Outcome, Training, TrainingError};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const SHORT: [&str; 5] = [
    "train.steps=40",
    "ensemble.simulations=41",
    "evaluate.every=40",
    "train.checkpoint=10",
    "train.log=1",
];

/// The promises of [`Group`], which every member keeps.
fn keeps_its_promises(group: &dyn Group) {
    let (rank, size) = (group.rank(), group.size());
    assert!(rank < size && group.leads() == (rank == 0));
    for count in [0, 1, 2, 3, 1000] {
        // Sums of such values depend on their order.
        let of = |rank: usize, index: usize| ((rank * 7919 + index * 104_729) as f32).sin() * 1e3;
        let mut values: Vec<f32> = (0..count).map(|index| of(rank, index)).collect();
        group.all_reduce(&mut values);
        for (index, value) in values.iter().enumerate() {
            let expected = (1..size).fold(of(0, index), |sum, rank| sum + of(rank, index));
            assert_eq!(value.to_bits(), expected.to_bits(), "{index} of {count}");
        }
    }
    let own = vec![rank as u8; 3 * rank];
    let expected: Vec<Vec<u8>> = (0..size).map(|rank| vec![rank as u8; 3 * rank]).collect();
    let gathered = group.gather(&own);
    assert_eq!(gathered, if rank == 0 { expected.clone() } else { vec![] });
    assert_eq!(group.all_gather(&own), expected);
    let mut bytes = vec![7; if rank == 0 { 5 } else { rank }];
    group.broadcast(&mut bytes);
    assert_eq!(bytes, [7; 5]);
    group.barrier();
    let failed = |rank: usize| Elsewhere {
        rank,
        message: format!("failed {rank}"),
    };
    let last = size - 1;
    let result = if rank == last {
        Err(failed(rank))
    } else {
        Ok(())
    };
    let told = Elsewhere {
        rank: last,
        message: failed(last).to_string(),
    };
    let expected = if rank == last { failed(last) } else { told };
    assert_eq!(agreed(group, result), Err(expected));
    assert_eq!(agreed(group, Ok::<_, Elsewhere>(rank)), Ok(rank));
}

#[test]
fn every_member_of_the_list_keeps_the_promises_of_a_group() {
    keeps_its_promises(&Alone);
    for size in [2, 3, 5] {
        Threads::run(size, |group| keeps_its_promises(group));
    }
}

fn short<'a>(sets: &[&str]) -> Training<'a> {
    let training = Training::text("small.toml", RECIPE).expect("a recipe");
    let sets = SHORT.iter().chain(sets);
    sets.fold(training, |training, set| training.set(set).expect("a key"))
}

/// The results of ranks that train into a folder.
fn trained(ranks: usize, folder: &Path, sets: &[&str]) -> Vec<Result<Outcome, TrainingError>> {
    Threads::run(ranks, |group| {
        let training = short(sets).group(group);
        training.into_run(folder)?.run()
    })
}

fn finished(results: Vec<Result<Outcome, TrainingError>>) {
    for result in results {
        let outcome = result.unwrap_or_else(|error| panic!("{error}"));
        assert!(outcome.is_finished());
    }
}

fn losses(run: &Path) -> Vec<f64> {
    let lines = metrics(run).into_iter();
    lines
        .filter_map(|line| line.get("loss")?.as_f64())
        .collect()
}

#[test]
fn ranks_train_to_the_same_bits_again_and_after_a_stop() {
    let folder = Folder::new("group-bits");
    let [first, second, stopped] = ["first", "second", "stopped"].map(|name| folder.path(name));
    for run in [&first, &second] {
        finished(trained(3, run, &["train.batch=15"]));
    }
    assert_eq!(timeless(&first), timeless(&second));
    assert_eq!(losses(&first).len(), 40);
    let results = Threads::run(3, |group| {
        let flag = Arc::new(AtomicBool::new(false));
        let mut stopping = Stopping(flag.clone(), if group.rank() == 2 { 17 } else { 1000 });
        let training = short(&["train.batch=15"]).group(group);
        let training = training.observe(&mut stopping).stop(flag);
        training.into_run(&stopped)?.run()
    });
    for result in results {
        let outcome: Outcome = result.unwrap_or_else(|error: TrainingError| panic!("{error}"));
        assert_eq!(outcome.summary.steps, 17);
    }
    let on = Threads::run(3, |group| Training::resume(&stopped).group(group).run());
    finished(on);
    assert_eq!(timeless(&stopped), timeless(&first));
    let judged = |run: &Path| fs::read(run.join("evaluation.json")).ok();
    assert!(judged(&first).is_some() && judged(&stopped) == judged(&first));
}

/// Sets a flag after a step.
struct Stopping(Arc<AtomicBool>, usize);

impl ondine::observer::Observer for Stopping {
    fn stepped(&mut self, progress: &ondine::observer::Progress) {
        if progress.step == self.1 {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

#[test]
fn a_training_in_shards_has_the_same_batches_on_every_number_of_ranks() {
    let folder = Folder::new("group-shards");
    let train = |ranks: usize| {
        let run = folder.path(&format!("on-{ranks}"));
        let sets = ["train.shards=4", "train.batch=16", "deterministic=true"];
        finished(trained(ranks, &run, &sets));
        run
    };
    let [one, two, four] = [1, 2, 4].map(train);
    assert_eq!(losses(&one).len(), 40);
    assert_eq!(losses(&one), losses(&four), "the same bits");
    let judged = |run: &Path| fs::read(run.join("evaluation.json")).ok();
    assert!(judged(&one).is_some() && judged(&one) == judged(&four));
    // Two ranks add (g0 + g1) + (g2 + g3), one and four ((g0 + g1) + g2) + g3.
    let pairs = losses(&one).into_iter().zip(losses(&two));
    let far = pairs.map(|(a, b)| (a / b - 1.0).abs()).fold(0.0, f64::max);
    assert!(far < 1e-4, "losses differ by {far} of their size");
    let stopped = folder.path("stopped");
    let sets = ["train.shards=4", "train.batch=16", "deterministic=true"];
    let results = Threads::run(4, |group| {
        let flag = Arc::new(AtomicBool::new(false));
        let mut stopping = Stopping(flag.clone(), 17);
        let training = short(&sets).group(group);
        let training = training.observe(&mut stopping).stop(flag);
        training.into_run(&stopped)?.run()
    });
    for result in results {
        let outcome: Outcome = result.unwrap_or_else(|error: TrainingError| panic!("{error}"));
        assert_eq!(outcome.summary.steps, 17);
    }
    finished(Threads::run(1, |group| {
        Training::resume(&stopped).group(group).run()
    }));
    assert_eq!(losses(&stopped), losses(&one), "after a stop on four ranks");
    let refused = trained(3, &folder.path("refused"), &sets);
    let told = refused.into_iter().map(|result| match result {
        Ok(_) => panic!("4 shards are trained on 3 ranks"),
        Err(error) => error.to_string(),
    });
    for told in told {
        assert!(
            told.contains("shards = 4 can't be shared out evenly to 3 ranks: write 6"),
            "{told}"
        );
    }
}

#[test]
fn a_run_goes_on_with_another_number_of_ranks() {
    let folder = Folder::new("group-ranks");
    let run = folder.path("run");
    for (ranks, until) in [(4, 10), (2, 20), (1, 30), (4, 1000)] {
        let results = Threads::run(ranks, |group| {
            let flag = Arc::new(AtomicBool::new(false));
            let mut stopping = Stopping(flag.clone(), until);
            let training = match ranks {
                4 if until == 10 => short(&[]).into_run(&run)?,
                _ => Training::resume(&run),
            };
            training
                .group(group)
                .observe(&mut stopping)
                .stop(flag)
                .run()
        });
        for result in results {
            let outcome = result.unwrap_or_else(|error: TrainingError| panic!("{error}"));
            assert_eq!(outcome.summary.steps, until.min(40));
        }
    }
    let read = fs::read_to_string(run.join("summary.json")).expect("a summary");
    let summary: serde_json::Value = serde_json::from_str(&read).expect("JSON");
    assert_eq!(summary["simulations"], 41, "each came once: {read}");
    let losses = losses(&run);
    assert_eq!(losses.len(), 40);
    let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
    assert!(
        mean(&losses[30..]) < 0.5 * mean(&losses[..10]),
        "{losses:?}"
    );
}

#[test]
fn ranks_on_a_file_follow_one_rank_on_the_same_batches() {
    let folder = Folder::new("group-file");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let file = text(&folder.path("small.h5"));
    let simulated = ["simulate", &recipe, "--output", &file, "--count", "30"];
    let result = run(&simulated);
    assert!(result.status.success(), "{}", printed(&result));
    let data = format!("data.source={file:?}");
    let sets = [&*data, "ensemble.simulations=26"];
    let curve = |ranks: usize| {
        let run = folder.path(&ranks.to_string());
        finished(trained(ranks, &run, &sets));
        losses(&run)
    };
    let alone = curve(1);
    for ranks in [2, 4] {
        let together = curve(ranks);
        assert_eq!(together.len(), 40);
        // Sums in another order, in 32 bits, and scales that are pooled moments: 3e-7 over 60 steps.
        for (step, (a, b)) in alone.iter().zip(&together).enumerate() {
            assert!(
                (a - b).abs() < 1e-5 * a,
                "{ranks} ranks, step {step}: {a} {b}"
            );
        }
    }
}
