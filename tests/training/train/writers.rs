//! One process that writes into a run.

use super::started_for;
use crate::common::{Folder, RECIPE, kill_at, ondine, printed, run, text, wait_for};
use ondine::run::{Run, RunError};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::{fs, thread};

#[test]
fn a_run_that_is_trained_is_not_resumed_or_made_by_another_process() {
    let folder = Folder::new("one-writer");
    let recipe = folder.write("small.toml", RECIPE);
    let output = folder.path("run");
    let mut child = started_for(&recipe, &output, 1_000_000);
    wait_for(&output.join("checkpoints/step-00000050"), &mut child);
    let (directory, recipe) = (text(&output), text(&recipe));
    let resume = ["train", "--resume", &directory];
    let again = ["train", &recipe, "--output", &directory];
    for arguments in [&resume[..], &again] {
        let refused = run(arguments);
        let said = printed(&refused);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.contains("another process writes into"), "{said}");
        assert_eq!(said.matches("error:").count(), 1, "{said}");
    }
    assert!(child.try_wait().expect("a child").is_none(), "it trains on");
    child.kill().expect("SIGKILL");
    child.wait().expect("a child");
    // A lock that was left by a killed process keeps nobody out.
    let next = format!("step-{:08}", newest_step(&output) + 50);
    kill_at(&resume, &output, &next);
}

/// The step of the newest checkpoint of a run.
fn newest_step(output: &Path) -> usize {
    let entries = fs::read_dir(output.join("checkpoints")).expect("checkpoints");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let steps = names.filter_map(|name| name.to_str()?.strip_prefix("step-")?.parse().ok());
    steps.max().expect("one of them is whole")
}

#[test]
fn of_two_trainings_that_begin_at_once_one_is_told_so() {
    let folder = Folder::new("two-at-once");
    let recipe = text(&folder.write("small.toml", RECIPE));
    for round in 0..4 {
        let output = text(&folder.path(&format!("deep/run-{round}")));
        let arguments = [
            "train",
            &recipe,
            "--output",
            &output,
            "--set",
            "train.steps=20",
        ];
        let both: Vec<Child> = (0..2)
            .map(|_| {
                let mut command = ondine(&arguments);
                command.stdout(Stdio::null()).stderr(Stdio::piped());
                command.spawn().expect("the binary starts")
            })
            .collect();
        let ended = both
            .into_iter()
            .map(|child| child.wait_with_output().expect("a child"));
        let mut ended: Vec<_> = ended.collect();
        ended.sort_by_key(|output| output.status.code());
        let [won, lost] = &ended[..] else {
            panic!("two were started")
        };
        assert_eq!(won.status.code(), Some(0), "{}", printed(won));
        let said = printed(lost);
        assert_eq!(lost.status.code(), Some(2), "{said}");
        assert!(said.contains("error: ") && said.contains(&output), "{said}");
        assert_eq!(said.matches("error:").count(), 1, "{said}");
    }
}

#[test]
fn those_who_look_at_a_run_do_not_keep_its_writer_out() {
    let folder = Folder::new("looked-at");
    let directory = folder.path("run");
    drop(Run::create(&directory, "").expect("a new run"));
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let look = || {
            while !ended.load(Ordering::Relaxed) {
                let refused = Run::refuse_existing(&directory).expect_err("it is there");
                assert!(matches!(refused, RunError::Busy(_) | RunError::Exists(_)));
            }
        };
        scope.spawn(look);
        scope.spawn(look);
        let opened = (0..200).filter(|_| Run::open_to_write(&directory).is_ok());
        let opened = opened.count();
        ended.store(true, Ordering::Relaxed);
        assert_eq!(opened, 200);
    });
}
