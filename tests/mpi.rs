//! Ranks that `mpirun` starts; `MPIRUN` names another launcher, that of the library that was built with.

mod common;

use common::{Folder, RECIPE, metrics, printed, text, timeless, unwrapped, wait_for};
use ondine::datasets::files::{DatasetReader, WellReader};
use std::env;
use std::fs;
use std::io::Write;
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
    refused(&run(2, &["evaluate", "nowhere"]), "nowhere");
    refused(
        &run(2, &["evaluate", "nowhere", "--gate", "no.toml"]),
        "no.toml",
    );
    refused(
        &run(2, &["simulate", &recipe, "--output", &recipe]),
        "exists; choose another --output",
    );
    let few = [
        &training(&recipe, &to)[..],
        &["--set", "ensemble.simulations=1"],
    ]
    .concat();
    refused(&run(2, &few), "simulations = 1 are fewer than the 2 ranks");
    let codes = [&training(&recipe, &to)[..], &["--device", "cuda:7"]].concat();
    refused(&run(2, &codes), "this build has no `cuda`");
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
    let copy = folder.path("ondine");
    fs::copy(binary, &copy).expect("a program");
    let mut file = fs::OpenOptions::new()
        .append(true)
        .open(&copy)
        .expect("a program");
    file.write_all(b"another build").expect("a file");
    drop(file);
    let [first, second] = [binary.to_owned(), text(&copy)].map(|program| {
        let own = ["-n", "1", &program, "train", &recipe, "--output", &to];
        own.map(str::to_owned).to_vec()
    });
    let mut command = launcher();
    command.args(first).arg(":").args(second);
    let result = command.output().expect("mpirun starts");
    refused(&result, "rank 1 has another build of Ondine");
    assert_eq!(left(&folder), 0, "no rank is left behind");
}

/// Processes whose command has this folder in it.
fn left(folder: &Folder) -> usize {
    let path = text(&folder.path(""));
    let processes = fs::read_dir("/proc").expect("Linux").flatten();
    let commands = processes.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    let of_it = |command: &Vec<u8>| command.windows(path.len()).any(|at| at == path.as_bytes());
    commands.filter(of_it).count()
}

#[test]
fn ranks_evaluate_and_simulate_with_the_numbers_of_one_and_go_on_after_a_kill() {
    let folder = Folder::new("mpi-shared");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let [trained, one, two] = ["run", "one", "two"].map(|name| text(&folder.path(name)));
    let sets = ["--set", "evaluate.trajectories=7"];
    succeeds(&run(2, &[&training(&recipe, &trained)[..], &sets].concat()));
    for (ranks, output) in [(1, &one), (2, &two)] {
        let result = run(
            ranks,
            &["evaluate", &trained, "--no-speed", "--output", output],
        );
        succeeds(&result);
        assert_eq!(printed(&result).matches("report: ").count(), 1);
    }
    same_errors(Path::new(&one), Path::new(&two));

    let [alone, shared, killed] = ["one.h5", "two.h5", "killed.h5"].map(|name| folder.path(name));
    let simulate = |ranks: usize, to: &Path| {
        let result = run(
            ranks,
            &["simulate", &recipe, "--output", &text(to), "--count", "31"],
        );
        succeeds(&result);
        assert!(
            printed(&result).contains("31 simulations in"),
            "{}",
            printed(&result)
        );
    };
    simulate(1, &alone);
    simulate(2, &shared);
    assert_eq!(frames(&shared), frames(&alone));
    // So slow that none of the two is done with its share when it is killed.
    let slow = RECIPE.replace("substeps = 1", "substeps = 20000");
    let slow = text(&folder.write("slow.toml", &slow));
    let output = text(&killed);
    let arguments = ["simulate", &*slow, "--output", &output, "--count", "6"];
    let mut child = ranks(2, &arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("mpirun starts");
    wait_for(&folder.path("killed.h5.parts/0-1.simulations"), &mut child);
    let victim = rank_in(&killed).to_string();
    assert!(
        Command::new("kill")
            .args(["-9", &victim])
            .status()
            .expect("a kill")
            .success()
    );
    assert!(!child.wait().expect("a child").success());
    assert!(!killed.exists(), "nothing under the final name");
    let result = run(1, &arguments);
    succeeds(&result);
    assert_eq!(frames(&killed).len(), 6);
    assert!(!folder.path("killed.h5.parts").exists());
}

fn frames(path: &Path) -> Vec<Vec<f64>> {
    let reader = WellReader::open(path).expect("a whole file");
    let (count, frames) = (reader.info().trajectories, reader.info().frames);
    let of = |index| reader.frames(index, 0..frames).expect("a trajectory");
    (0..count).map(of).collect()
}
