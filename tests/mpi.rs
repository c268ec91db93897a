//! Ranks that `mpirun` starts; `MPIRUN` names another launcher, that of the library that was built with.

mod common;

use common::{Folder, RECIPE, metrics, printed, text, timeless, unwrapped, wait_for};
use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const SETS: [&str; 5] = [
    "train.steps=60",
    "ensemble.simulations=41",
    "evaluate.every=60",
    "train.checkpoint=10",
    "train.log=1",
];

/// So many ranks of the binary, more than there are cores and by root where need be.
fn ranks(count: usize, arguments: &[&str]) -> Command {
    let mut command = launcher();
    let count = count.to_string();
    command.args(["-n", &count, env!("CARGO_BIN_EXE_ondine")]);
    command.args(arguments);
    command
}

fn launcher() -> Command {
    let mut command = Command::new(env::var("MPIRUN").unwrap_or_else(|_| "mpirun".to_owned()));
    for name in [
        "OMPI_ALLOW_RUN_AS_ROOT",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM",
        "OMPI_MCA_rmaps_base_oversubscribe",
    ] {
        command.env(name, "1");
    }
    command
}

fn run(count: usize, arguments: &[&str]) -> Output {
    let output = ranks(count, arguments).output();
    output.expect("an MPI library brings its mpirun")
}

fn training<'a>(recipe: &'a str, output: &'a str) -> Vec<&'a str> {
    let sets = SETS.iter().flat_map(|set| ["--set", *set]);
    ["train", recipe, "--output", output]
        .into_iter()
        .chain(sets)
        .collect()
}

fn succeeds(result: &Output) {
    assert!(result.status.success(), "{}", printed(result));
}

fn same_errors(run: &Path, other: &Path) {
    let of = |run: &Path| fs::read(run.join("evaluation.json")).expect("an evaluation");
    assert!(of(run) == of(other));
}

#[test]
fn ranks_of_mpi_train_to_the_same_bits_again_and_after_one_is_killed() {
    let folder = Folder::new("mpi-bits");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let [first, second, killed] = ["first", "second", "killed"].map(|name| folder.path(name));
    for to in [&first, &second] {
        let result = run(2, &training(&recipe, &text(to)));
        succeeds(&result);
        let reports = printed(&result).matches("report: ").count();
        assert_eq!(reports, 1, "one rank speaks: {}", printed(&result));
    }
    assert_eq!(timeless(&first), timeless(&second));
    assert_eq!(metrics(&first).len(), metrics(&second).len());
    kill_a_rank(&recipe, &killed);
    let again = text(&killed);
    succeeds(&run(2, &["train", "--resume", &again]));
    assert_eq!(timeless(&killed), timeless(&first));
    same_errors(&killed, &first);
}

/// Trains with two ranks and kills the second one after the first checkpoint; all end within ten seconds.
fn kill_a_rank(recipe: &str, to: &Path) {
    let output = text(to);
    let long = ["--set", "train.log=1", "--set", "evaluate.every=60"];
    let arguments = [&training(recipe, &output)[..], &long].concat();
    let mut command = ranks(2, &arguments);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("mpirun starts");
    wait_for(&to.join("checkpoints/step-00000010"), &mut child);
    let victim = rank_in(to);
    let ended = Command::new("kill")
        .args(["-9", &victim.to_string()])
        .status();
    assert!(ended.expect("a shell's kill").success());
    let started = Instant::now();
    let status = child.wait().expect("a child");
    assert!(!status.success(), "{status}");
    assert!(started.elapsed() < Duration::from_secs(10));
}

/// The process of rank 1 of the training into a folder, by its environment.
fn rank_in(folder: &Path) -> u32 {
    let folder = text(folder);
    let processes = fs::read_dir("/proc").expect("Linux").flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let is_it = |number: &u32| {
        let read = |name: &str| fs::read(format!("/proc/{number}/{name}")).unwrap_or_default();
        let has =
            |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|at| at == text.as_bytes());
        let environment = read("environ");
        let second = ["OMPI_COMM_WORLD_RANK=1\0", "PMI_RANK=1\0"];
        let second = second.iter().any(|text| has(&environment, text));
        second && has(&read("cmdline"), &folder)
    };
    numbers.into_iter().find(is_it).expect("a second rank")
}

#[test]
fn slips_of_ranks_end_all_with_one_sentence_and_code_2() {
    let folder = Folder::new("mpi-slips");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let to = text(&folder.path("run"));
    let refused = |result: &Output, expected: &str| {
        let said = unwrapped(&printed(result));
        assert_eq!(result.status.code(), Some(2), "{said}");
        assert_eq!(said.matches(expected).count(), 1, "{said}");
        assert!(!folder.path("run").exists(), "{said}");
    };
    refused(&run(3, &training(&recipe, &to)), "write 15 or 18");
    refused(&run(2, &["train", "nowhere.toml"]), "nowhere.toml");
    let binary = env!("CARGO_BIN_EXE_ondine");
    let rank = [
        "-n", "1", binary, "train", &recipe, "--output", &to, "--set",
    ];
    let other = [&rank[..], &["train.batch=32"]].concat();
    let mut command = launcher();
    command
        .args(rank)
        .arg("train.batch=16")
        .arg(":")
        .args(other);
    let result = command.output().expect("mpirun starts");
    refused(
        &result,
        "rank 1 has another recipe (train.batch = 32 (was 16))",
    );
}
