//! Trainings with workers that come over the network: killed at any time, of other trainings, refused.

#![cfg(unix)]

use crate::common::{Folder, metrics, ondine, printed, run, text, timeless, unwrapped, wait_for};
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};

/// Simulations that take some tens of milliseconds each.
const RECIPE: &str = r#"
seed = 5
deterministic = true
[equation]
kind = "kuramoto_sivashinsky"
viscosity = { uniform = [0.9, 1.1] }
[grid]
points = [64]
length = 22.0
[time]
dt = 0.5
frames = 20
substeps = 1000
[ensemble]
simulations = 60
workers = 1
[buffer]
capacity = 400
[model]
kind = "fno"
width = 4
modes = 3
layers = 1
[train]
steps = 60
batch = 8
checkpoint = 20
log = 1
[evaluate]
every = 60
trajectories = 2
"#;

/// A port that was free a moment ago.
fn endpoint() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    format!("tcp://{}", listener.local_addr().expect("an address"))
}

/// Workers beside the thread of this machine.
fn with_workers(endpoint: &str) -> String {
    let launcher = format!("workers = 1\nlauncher = {{ endpoint = \"{endpoint}\", workers = 3 }}");
    RECIPE.replace("workers = 1", &launcher)
}

fn worker(endpoint: &str) -> Child {
    let mut command = ondine(&["worker", "--connect", endpoint]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the binary starts")
}

/// Simulations that a worker says it has made.
fn made(output: &Output) -> u64 {
    let said = printed(output);
    let number = said.split_whitespace().next().unwrap_or_default();
    assert!(output.status.success(), "{said}");
    number.parse().unwrap_or_else(|_| panic!("{said}"))
}

fn trained(recipe: &Path, run_folder: &Path) -> Output {
    run(&["train", &text(recipe), "--output", &text(run_folder)])
}

/// Trains beside three workers, two of which are killed and started again and again: simulations of those that lived.
fn trained_beside_dying_workers(folder: &Folder, run_folder: &Path) -> u64 {
    let endpoint = endpoint();
    let recipe = folder.write("together.toml", &with_workers(&endpoint));
    let mut workers: Vec<Child> = (0..3).map(|_| worker(&endpoint)).collect();
    let arguments = ["train", &text(&recipe), "--output", &text(run_folder)];
    let mut training = ondine(&arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    wait_for(&run_folder.join("recipe.toml"), &mut training);
    for death in 0..6 {
        std::thread::sleep(Duration::from_millis(150 + 70 * (death % 3)));
        let index = (death % 2) as usize;
        workers[index].kill().expect("SIGKILL");
        workers[index].wait().expect("a child");
        workers[index] = worker(&endpoint);
    }
    assert!(training.wait().expect("a child").success());
    let outputs = workers.into_iter().map(Child::wait_with_output);
    outputs.map(|output| lived(&output.expect("a child"))).sum()
}

/// Simulations of a worker that nobody killed; one that came after the end has none.
fn lived(output: &Output) -> u64 {
    if printed(output).contains("no training listens") {
        return 0;
    }
    made(output)
}

#[test]
fn losses_are_those_of_threads_where_workers_are_killed() {
    let folder = Folder::new("workers-killed");
    let alone = folder.path("alone");
    let output = trained(&folder.write("alone.toml", RECIPE), &alone);
    assert!(output.status.success(), "{}", printed(&output));
    let judged = |run: &Path| fs::read(run.join("evaluation.json")).ok();
    // A crowded machine may starve every worker for the whole of a training: then there is nothing to compare yet.
    let took_part = (0..5).any(|attempt| {
        let together = folder.path(&format!("together-{attempt}"));
        let simulations = trained_beside_dying_workers(&folder, &together);
        assert_eq!(timeless(&together), timeless(&alone));
        assert_eq!(judged(&together), judged(&alone));
        simulations > 0
    });
    assert!(took_part, "no worker that lived has simulated");
}

#[test]
fn a_training_starts_its_workers_and_ends_them() {
    let folder = Folder::new("workers-started");
    let command = "for i in $(seq $ONDINE_WORKERS); do $ONDINE_PROGRAM worker --connect $ONDINE_ENDPOINT >> \"$0\" & done; wait";
    let out = folder.path("said");
    let launcher = format!(
        "workers = \"auto\"\nlauncher = {{ endpoint = \"tcp://127.0.0.1:0\", workers = 2, command = [\"sh\", \"-c\", '{command}', \
         \"{}\"] }}",
        out.display()
    );
    let recipe = folder.write("started.toml", &RECIPE.replace("workers = 1", &launcher));
    let run_folder = folder.path("run");
    let output = trained(&recipe, &run_folder);
    assert!(output.status.success(), "{}", printed(&output));
    let said = || fs::read_to_string(&out).unwrap_or_default();
    let since = Instant::now();
    while !said().contains("simulation") && since.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(said().contains("simulation"), "{}", said());
}

#[test]
fn workers_whose_command_fails_twice_come_at_the_third_time_and_the_training_says_so() {
    let folder = Folder::new("workers-again");
    let count = text(&folder.path("count"));
    let command = "echo x >> \"$0\"; [ $(wc -l < \"$0\") -gt 2 ] || { echo no licence >&2; exit 3; }; \
                   exec $ONDINE_PROGRAM worker --connect $ONDINE_ENDPOINT";
    let launcher = format!(
        "workers = 1\nlauncher = {{ endpoint = \"tcp://127.0.0.1:0\", workers = 1, command = [\"sh\", \"-c\", '{command}', \
         \"{count}\"] }}"
    );
    // Long enough for two restarts, which come 0.6 s after the begin.
    let long = RECIPE.replace("substeps = 1000", "substeps = 4000");
    let recipe = folder.write("again.toml", &long.replace("workers = 1", &launcher));
    let run_folder = folder.path("run");
    let output = trained(&recipe, &run_folder);
    let said = unwrapped(&printed(&output));
    assert!(output.status.success(), "{said}");
    let words = "note: 1 worker started again by `sh -c";
    assert_eq!(said.matches(words).count(), 2, "{said}");
    assert!(
        said.contains("ended with status 3, and said last: no licence"),
        "{said}"
    );
    let lines = metrics(&run_folder);
    let last = lines.iter().rfind(|line| line.get("loss").is_some());
    assert_eq!(last.expect("a line")["worker_restarts"], 2);
    assert_eq!(
        fs::read_to_string(count).expect("a file").lines().count(),
        3
    );
}

/// Words that a refused command prints.
fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{}", printed(output));
    unwrapped(&printed(output))
}

#[test]
fn a_worker_that_comes_to_no_training_or_to_another_one_says_so() {
    let folder = Folder::new("workers-refused");
    let said = refused(&run(&[
        "worker",
        "--connect",
        "tcp://127.0.0.1:1",
        "--wait",
        "0",
    ]));
    assert!(
        said.contains("no training listens at `tcp://127.0.0.1:1`"),
        "{said}"
    );
    let said = refused(&run(&["worker", "--connect", "127.0.0.1:1"]));
    assert!(
        said.contains("write `ipc://PATH` or `tcp://HOST:PORT`"),
        "{said}"
    );

    let endpoint = endpoint();
    fs::write(folder.path("token"), "secret\n").expect("a folder");
    let token = format!(
        "workers = 1\nlauncher = {{ endpoint = \"{endpoint}\", workers = 1, token = {{ file = \"{}\" }} }}",
        text(&folder.path("token"))
    );
    let slow = RECIPE
        .replace("workers = 1", &token)
        .replace("substeps = 1000", "substeps = 4000");
    let start = |name: &str, text_of: &str| {
        let recipe = folder.write(&format!("{name}.toml"), text_of);
        let output = text(&folder.path(name));
        let mut training = ondine(&["train", &text(&recipe), "--output", &output])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        wait_for(&folder.path(name).join("recipe.toml"), &mut training);
        training
    };
    let mut first = start("first", &slow);
    let said = refused(&run(&["worker", "--connect", &endpoint]));
    assert!(said.contains("set ONDINE_TOKEN"), "{said}");
    let said = refused(&run(&[
        "worker",
        "--connect",
        &endpoint,
        "--token",
        "guess",
    ]));
    assert!(
        said.contains("the token is not that of the training"),
        "{said}"
    );
    let mut command = ondine(&["worker", "--connect", &endpoint]);
    command.env("ONDINE_TOKEN", "secret");
    let worker = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let worker = worker.expect("the binary starts");
    std::thread::sleep(Duration::from_millis(700)); // until it has a simulation, or will in a moment
    first.kill().expect("SIGKILL");
    first.wait().expect("a child");
    let mut second = start("second", &slow.replace("0.9, 1.1", "0.8, 1.1"));
    let said = refused(&worker.wait_with_output().expect("a child"));
    second.kill().expect("SIGKILL");
    second.wait().expect("a child");
    assert!(said.contains("has other simulations"), "{said}");
}

#[test]
fn launchers_that_make_no_sense_are_refused() {
    let folder = Folder::new("workers-sense");
    let check = |launcher: &str| {
        let launcher = format!("workers = 1\nlauncher = {{ {launcher} }}");
        let recipe = folder.write("recipe.toml", &RECIPE.replace("workers = 1", &launcher));
        let output = folder.path("run");
        refused(&run(&["train", &text(&recipe), "--output", &text(&output)]))
    };
    let said = check("endpoint = \"tcp://0.0.0.0:4711\", workers = 1");
    assert!(
        said.contains("can be reached from other machines"),
        "{said}"
    );
    let said = check("endpoint = \"tcp://127.0.0.1:0\", workers = 1");
    assert!(said.contains("port 0 is any free one"), "{said}");
    let said = check("endpoint = \"tcp://127.0.0.1:0\", workers = 0, command = [\"sh\"]");
    assert!(said.contains("write 1 or more"), "{said}");
    let said =
        check("endpoint = \"tcp://127.0.0.1:0\", workers = 1, command = [\"no_such_launcher\"]");
    assert!(said.contains("`no_such_launcher` is not found"), "{said}");
    let said = check(
        "endpoint = \"tcp://127.0.0.1:0\", workers = 1, token = \"open\", command = [\"sh\"]",
    );
    assert!(
        said.contains("a secret does not belong into a recipe"),
        "{said}"
    );
}
