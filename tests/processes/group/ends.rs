//! Ranks that fail, and those that can't train together.

use super::{finished, short, trained};
use crate::common::{Folder, RECIPE, printed, run, text, unwrapped};
use crate::threads::Threads;
use ondine::datasets::{Conditions, DataError, FailureKind, Source};
use ondine::group::Group;
use ondine::solvers::problem::{Axis, Field};
use ondine::solvers::{AxisKind, Problem};
use ondine::training::Training;
use std::fs;
use std::ops::ControlFlow;

/// Decay of a field, at one rate per simulation; from `fails` on it diverges.
#[derive(Clone, Copy)]
struct Decay {
    fails: u64,
}

impl Source for Decay {
    fn conditions(&self, index: u64) -> Conditions {
        Conditions {
            dt: 0.1,
            length: vec![1.0],
            spacing: vec![1.0 / 16.0],
            parameters: vec![0.5 + (index % 10) as f64 / 10.0],
        }
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        if index >= self.fails && index % 2 == 1 {
            return Err(DataError::failed(
                index,
                FailureKind::Diverged,
                "as planned",
            ));
        }
        let factor = (-0.1 * self.conditions(index).parameters[0]).exp();
        let mut u = [1.0; 16];
        while sink(&u).is_continue() {
            u = u.map(|value| value * factor);
        }
        Ok(())
    }
}

#[test]
fn the_failure_of_one_rank_ends_all_with_a_checkpoint() {
    let folder = Folder::new("group-failure");
    let run = folder.path("run");
    let axis = Axis::new("x", 16, 1.0, AxisKind::PERIODIC);
    let problem = Problem::new("decay", [axis], [Field::scalar("u")], 0.1, 20);
    let problem = problem.condition("rate", [0.5, 1.5]);
    let train = |group: &Threads, sets: &[&str], resumed: bool| {
        let training = if resumed {
            Training::resume(&run).source(Decay { fails: 1000 })
        } else {
            let training = Training::of(&problem, Decay { fails: 20 }).network("fno");
            training.simulations(50).steps(60)
        };
        let sets = sets.iter();
        let training = sets.fold(training, |one, set| one.set(set).expect("a key"));
        let training = training.group(group);
        training.into_run(&run)?.run()
    };
    let sets = [
        "train.batch=8",
        "buffer.capacity=100",
        "ensemble.workers=1",
        "train.checkpoint=1000",
        "model.width=8",
        "model.modes=4",
        "model.layers=1",
    ];
    let results = Threads::run(2, |group| train(group, &sets, false).map(drop));
    let errors: Vec<String> = results.iter().map(|result| format!("{result:?}")).collect();
    assert!(errors[0].contains("Elsewhere"), "{errors:?}");
    assert!(errors[1].contains("as planned"), "{errors:?}");
    let kept = fs::read_dir(run.join("checkpoints")).expect("a folder");
    assert_eq!(kept.count(), 1, "what was learned is kept");
    finished(Threads::run(2, |group| train(group, &[], true)));
}

#[test]
fn ranks_that_can_not_train_together_are_told_why() {
    let folder = Folder::new("group-slips");
    let refused = |ranks: usize, sets: &[&str]| {
        let results = trained(ranks, &folder.path("run"), sets);
        let told = results.into_iter().map(|result| match result {
            Ok(_) => panic!("{sets:?} is trained"),
            Err(error) => unwrapped(&error.to_string()),
        });
        let told: Vec<String> = told.collect();
        assert!(!folder.path("run").exists());
        told
    };
    for (ranks, sets, expected) in [
        (
            3,
            &[][..],
            "batch = 16 windows can't be shared out evenly to 3 ranks: write 15 or 18",
        ),
        (
            4,
            &["ensemble.simulations=3"],
            "simulations = 3 are fewer than the 4 ranks",
        ),
        (
            2,
            &["ensemble.sampler={ kind = \"breed\" }"],
            "`breed` follows the losses of one rank",
        ),
        (
            2,
            &["buffer.kind=\"fifo\"", "train.steps=48"],
            "the 380 of the last of 2 ranks are fewer than the 384",
        ),
    ] {
        for told in refused(ranks, sets) {
            assert!(told.contains(expected), "{told}");
        }
    }
    let results = Threads::run(2, |group| {
        let batch = ["train.batch=16", "train.batch=32"][group.rank()];
        let training = short(&[batch]).group(group);
        training.into_run(folder.path("run"))?.run().map(drop)
    });
    for result in results {
        let told = result.expect_err("two recipes").to_string();
        let expected = "rank 1 has another recipe (train.batch = 32 (was 16)) than rank 0";
        assert!(told.contains(expected), "{told}");
    }
    assert!(!folder.path("run").exists());
}

#[test]
fn a_check_says_what_each_rank_has() {
    let folder = Folder::new("group-check");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let result = run(&["check", &recipe, "--ranks", "4"]);
    let said = unwrapped(&printed(&result));
    let expected = "4 ranks, each with 4 of the 16 windows of a step, 50 of 200 simulations at most, 125 of 500 frames";
    assert!(result.status.success() && said.contains(expected), "{said}");
    assert!(said.contains("seeds of ranks 3, "), "{said}");
    let result = run(&["check", &recipe, "--ranks", "3"]);
    let said = unwrapped(&printed(&result));
    assert_eq!(result.status.code(), Some(2), "{said}");
    assert!(said.contains("write 15 or 18"), "{said}");
}

#[cfg(not(feature = "mpi"))]
#[test]
fn a_build_without_mpi_refuses_to_be_one_of_several_ranks() {
    let folder = Folder::new("group-not-built-in");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let output = text(&folder.path("run"));
    for (size, rank) in [
        ("OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"),
        ("PMI_SIZE", "PMI_RANK"),
    ] {
        for (own, says) in [("0", true), ("1", false)] {
            let mut command = crate::common::ondine(&["train", &recipe, "--output", &output]);
            let result = command
                .env(size, "2")
                .env(rank, own)
                .output()
                .expect("it starts");
            assert_eq!(result.status.code(), Some(2), "{}", printed(&result));
            let said = printed(&result);
            assert_eq!(
                said.contains("cargo build --release --features mpi"),
                says,
                "{said}"
            );
            assert_eq!(said.is_empty(), !says, "{said}");
            assert!(!folder.path("run").exists());
        }
    }
}
