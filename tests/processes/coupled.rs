//! Trainings on simulation codes: programs that are started, for one simulation or for many, and codes that come by
//! themselves, all killed in between.

#![cfg(unix)]

use crate::common::{
    Folder, kill_at, metrics, ondine, printed, run, text, timeless, unwrapped, wait_for,
};
use ondine::datasets::Source;
use ondine::datasets::coupling::{Block, Client, Code, Dtype, Result, Simulation};
use ondine::recipe::Recipe;
use ondine::run::Summary;
use serde_json::Value;
use std::f64::consts::TAU;
use std::fs;
use std::net::TcpListener;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const POINTS: usize = 16;
const FRAMES: usize = 10;
const SIMULATIONS: u64 = 16;
/// Programs that are killed in a training, at most: as many restarts, so that no simulation is given up.
const KILLS: usize = 6;

/// The name of `a_code_of_the_tests` in this program.
const CODE: &str = "coupled::a_code_of_the_tests";

/// Not a test of its own: the code that the tests below couple.
#[test]
fn a_code_of_the_tests() {
    let role = std::env::var("ONDINE_TEST_ROLE").unwrap_or_default();
    if let Ok(folder) = std::env::var("ONDINE_TEST_PIDS") {
        let id = std::process::id().to_string();
        fs::write(Path::new(&folder).join(&id), "").expect("a folder of the test");
    }
    let result = match &*role {
        "asking" => asking(),
        "bringing" => bringing(),
        "kuramoto" => kuramoto(),
        "failing" => {
            eprintln!("the mesh is broken");
            std::process::exit(3)
        }
        _ => return,
    };
    if let Err(error) = result {
        assert_eq!(error.code, Code::End, "{error}"); // the training has ended
    }
}

fn asking() -> Result<()> {
    let mut client = Client::open_from_environment()?;
    client.field("u", Dtype::F64, &[POINTS])?;
    let masked = std::env::var_os("ONDINE_TEST_MASK").is_some();
    while let Some(simulation) = client.next()? {
        if masked {
            let mask: Vec<f32> = (0..POINTS).map(|i| f32::from(i < 4)).collect();
            client.static_field("mask", &[POINTS], &Block::new(&mask, &[POINTS]))?;
        }
        go_on(simulate(&mut client, &simulation))?;
    }
    client.close()
}

fn bringing() -> Result<()> {
    let mut client = Client::open_from_environment()?;
    client.field("u", Dtype::F64, &[POINTS])?;
    for number in 0.. {
        let rate = 0.5 + f64::from(number % 8) / 16.0;
        let simulation = client.begin(&[rate])?;
        go_on(simulate(&mut client, &simulation))?;
    }
    Ok(())
}

/// The number of the first held-out simulation.
const HELD_OUT: u64 = 1_000_000_000;

/// Our Kuramoto–Sivashinsky solver as a foreign code: the simulations of the recipe `KURAMOTO` by their numbers.
fn kuramoto() -> Result<()> {
    let recipe = Recipe::parse("kuramoto.toml", &solved("workers = 1"), &[]);
    let plan = recipe.and_then(Recipe::check).expect("a recipe");
    let solver = plan.solver.expect("an equation");
    let mut client = Client::open_from_environment()?;
    client.field("u", Dtype::F64, &[32])?;
    while let Some(simulation) = client.next()? {
        let (ensemble, index) = match simulation.number.checked_sub(HELD_OUT) {
            Some(index) => (&solver.held_out, index),
            None => (&solver.training, simulation.number),
        };
        assert_eq!(ensemble.conditions(index).parameters, simulation.values);
        let (mut time, mut result) = (0.0, Ok(()));
        let run = ensemble.run(index, &mut |frame| {
            result = client.put("u", frame).and_then(|()| client.commit(time));
            time += 0.5;
            if result.is_ok() {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        run.expect("it does not diverge");
        go_on(result.and_then(|()| client.finish(0)))?;
    }
    client.close()
}

/// A recipe of our Kuramoto–Sivashinsky solver.
fn solved(ensemble: &str) -> String {
    let equation =
        "[equation]\nkind = \"kuramoto_sivashinsky\"\nviscosity = { uniform = [0.9, 1.1] }\n";
    of_kuramoto(equation, "substeps = 10", ensemble)
}

/// The same with the simulations of this program.
fn streamed(ensemble: &str) -> String {
    let problem = "[problem]\nfields = [{ name = \"u\", conserved = true }]\nconditions = { viscosity = { uniform = [0.9, 1.1] } }\n";
    let source = format!("[source]\nkind = \"program\"\n{}\n", command(&[]));
    of_kuramoto(&format!("{problem}{source}"), "", ensemble)
}

fn of_kuramoto(posed: &str, time: &str, ensemble: &str) -> String {
    let [_, training] = recipe("", "")
        .split("[buffer]")
        .map(str::to_owned)
        .collect::<Vec<_>>()
        .try_into()
        .expect("two parts");
    format!(
        "seed = 4\ndeterministic = true\n{posed}[grid]\npoints = [32]\nlength = 22.0\n[time]\ndt = 0.5\nframes = {FRAMES}\n{time}\n\
         [ensemble]\nsimulations = {SIMULATIONS}\n{ensemble}\n[buffer]{training}"
    )
}

/// A simulation that the training does not want any more, or can't go on with, is left; the next one is another matter.
fn go_on(result: Result<()>) -> Result<()> {
    match result {
        Err(error) if matches!(error.code, Code::End | Code::Gap) => Ok(()),
        other => other,
    }
}

/// A wave that runs along x and fades at the rate of its conditions.
fn simulate(client: &mut Client, simulation: &Simulation) -> Result<()> {
    let pause = std::env::var("ONDINE_TEST_PAUSE").ok();
    let pause = pause.and_then(|text| text.parse().ok()).unwrap_or(0);
    let rate = simulation.values[0];
    for frame in 0..FRAMES {
        let time = 0.1 * frame as f64;
        let phase = simulation.number as f64 + time;
        let value =
            |i: usize| (-rate * time).exp() * (TAU * i as f64 / POINTS as f64 - phase).cos();
        let u: Vec<f64> = (0..POINTS).map(value).collect();
        client.put("u", &u)?;
        client.commit(time)?;
        std::thread::sleep(Duration::from_millis(pause));
    }
    client.finish(0)
}

/// A recipe with this `[source]` and these keys of `[ensemble]`.
fn recipe(source: &str, ensemble: &str) -> String {
    format!(
        r#"
seed = 4
deterministic = true
[problem]
fields = ["u"]
conditions = {{ rate = {{ uniform = [0.5, 1.0] }} }}
[source]
{source}
[grid]
points = [{POINTS}]
length = 1.0
[time]
dt = 0.1
frames = {FRAMES}
[ensemble]
simulations = {SIMULATIONS}
{ensemble}
[buffer]
capacity = 60
[model]
kind = "fno"
width = 4
modes = 3
layers = 1
[train]
steps = 40
batch = 8
log = 5
checkpoint = 10
[evaluate]
every = 20
trajectories = 3
"#
    )
}

/// This program as a code.
fn command(more: &[&str]) -> String {
    let program = std::env::current_exe().expect("this program");
    let program = program.to_str().expect("UTF-8").to_owned();
    let first = [&program, "--exact", CODE, "--nocapture"];
    let all: Vec<String> = first
        .iter()
        .chain(more)
        .map(|part| format!("{part:?}"))
        .collect();
    format!("command = [{}]", all.join(", "))
}

fn train(arguments: &[&str], role: &str) -> Command {
    let mut command = ondine(&[&["train"], arguments].concat());
    command.env("ONDINE_TEST_ROLE", role);
    command
}

/// Trains with codes of a role.
fn trained(folder: &Folder, name: &str, recipe: &str, role: &str) -> PathBuf {
    let run = trained_by(folder, name, recipe, role);
    check(&run);
    run
}

fn trained_by(folder: &Folder, name: &str, recipe: &str, role: &str) -> PathBuf {
    let run = folder.path(name);
    let recipe = folder.write(&format!("{name}.toml"), recipe);
    let output = train(&[&text(&recipe), "--output", &text(&run)], role).output();
    let output = output.expect("the binary starts");
    assert!(output.status.success(), "{}", printed(&output));
    run
}

/// Asserts that each simulation came once, and that held-out ones were judged on.
fn check(run: &Path) {
    let summary = fs::read(run.join("summary.json")).expect("a run has one");
    let summary: Summary = serde_json::from_slice(&summary).expect("JSON");
    assert_eq!((&*summary.status, summary.steps), ("finished", 40));
    assert_eq!(summary.simulations, SIMULATIONS);
    assert_eq!(summary.failures.total(), 0);
    assert!(summary.scores.expect("it was evaluated").metrics["nrmse"].is_some());
    let lines = metrics(run);
    let arrived = lines
        .iter()
        .filter_map(|line| line["windows_arrived"].as_u64());
    assert_eq!(arrived.max(), Some(SIMULATIONS * (FRAMES as u64 - 1)));
    let held_out = ondine::datasets::files::open(run.join("held_out.h5")).expect("a dataset");
    assert_eq!(held_out.info().trajectories, 3);
}

fn program(more: &str) -> String {
    format!("kind = \"program\"\n{}\n{more}", command(&["{rate}"]))
}

#[test]
fn a_program_per_simulation_or_for_many_trains_to_the_same_bits() {
    let folder = Folder::new("coupled-program");
    let one = trained(
        &folder,
        "one",
        &recipe(&program(""), "workers = 1"),
        "asking",
    );
    let several = trained(
        &folder,
        "several",
        &recipe(&program(""), "workers = 3"),
        "asking",
    );
    let persistent = format!("kind = \"program\"\n{}\npersistent = true", command(&[]));
    let crew = trained(
        &folder,
        "crew",
        &recipe(&persistent, "workers = 2"),
        "asking",
    );
    assert_eq!(timeless(&several), timeless(&one));
    assert_eq!(timeless(&crew), timeless(&one));
    let judged = run(&["evaluate", &text(&crew), "--no-speed"]);
    assert!(judged.status.success(), "{}", printed(&judged));
}

/// A launcher of the tests, as a script in the folder `bin`.
fn launcher(folder: &Folder, name: &str, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::create_dir_all(folder.path("bin")).expect("a folder");
    let file = folder.write(&format!("bin/{name}"), &format!("#!/bin/sh\n{text}\n"));
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).expect("it is ours");
}

#[test]
fn a_launcher_starts_programs_with_their_environment() {
    let folder = Folder::new("coupled-launcher");
    let known = [
        ("mpirun", "-n 2 --quiet", "shift 3; exec \"$@\""),
        ("slurm", "--ntasks=2 --quiet", "shift 2; exec \"$@\""),
        (
            "hyperqueue",
            "submit --wait --stdout=none --stderr=none --cpus=2 --quiet",
            "shift 6; while test \"$1\" = --env; do set=\"$set $2\"; shift 2; done; shift; exec env -i $set \"$@\"",
        ),
    ];
    let path = format!(
        "{}:{}",
        text(&folder.path("bin")),
        std::env::var("PATH").unwrap_or_default()
    );
    let expected = trained(
        &folder,
        "local",
        &recipe(&program(""), "workers = 1"),
        "asking",
    );
    for (kind, options, start) in known {
        let name = match kind {
            "slurm" => "srun",
            "hyperqueue" => "hq",
            own => own,
        };
        let called = text(&folder.path(&format!("{kind}-options")));
        let line = format!("case \"$*\" in '{options} '*) touch '{called}';; *) exit 9;; esac");
        launcher(&folder, name, &format!("{line}\n{start}"));
        let keys = format!(
            "launcher = {{ kind = \"{kind}\", ranks = 2, options = [\"--quiet\"] }}\nenvironment = {{ ONDINE_TEST_ROLE = \
             \"asking\" }}"
        );
        let recipe = folder.write(
            &format!("{kind}.toml"),
            &recipe(&program(&keys), "workers = 2"),
        );
        let output = folder.path(kind);
        let mut command = train(&[&text(&recipe), "--output", &text(&output)], "");
        let ended = command.env("PATH", &path).output().expect("it starts");
        assert!(ended.status.success(), "{kind}: {}", printed(&ended));
        assert!(Path::new(&called).exists(), "{kind} has started it");
        check(&output);
        assert_eq!(learned(&output), learned(&expected), "{kind}");
        for command in [&["check"][..], &["train"]] {
            let mut command = ondine(&[command, &[&text(&recipe)]].concat());
            let ended = command.env("PATH", "/nowhere").output().expect("it starts");
            let said = unwrapped(&printed(&ended));
            assert_eq!(ended.status.code(), Some(2), "{said}");
            let sentence = format!("`{name}` is not found in PATH: install it or load its module");
            assert!(said.contains(&sentence), "{said}");
        }
    }
}

/// Lines of metrics of learning and evaluation, without numbers of the clock and names of the problem.
fn learned(run: &Path) -> Vec<Value> {
    let lines = timeless(run).into_iter();
    let has = |line: &Value| line.get("loss").is_some() || line.get("nrmse").is_some();
    lines.filter(has).collect()
}

#[test]
fn our_solver_as_a_foreign_code_trains_to_the_same_bits_as_by_itself() {
    let folder = Folder::new("coupled-kuramoto");
    let own = trained_by(&folder, "own", &solved("workers = 1"), "");
    for workers in [1, 3] {
        let keys = format!("workers = {workers}");
        let name = format!("streamed-{workers}");
        let coupled = trained(&folder, &name, &streamed(&keys), "kuramoto");
        let (found, expected) = (learned(&coupled), learned(&own));
        assert!(expected.len() > 8);
        assert_eq!(found, expected, "{workers} programs at a time");
    }
}

/// Kills one process that has left its number in a folder, if it still runs; another one every time.
fn kill_one(folder: &Path, dead: &mut Vec<String>) {
    let names = fs::read_dir(folder).expect("a folder").flatten();
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let Some(id) = names.filter(|id| !dead.contains(id)).max() else {
        return;
    };
    let mut command = Command::new("kill");
    command.args(["-9", &id]).stderr(Stdio::null());
    let _ = command.status(); // it may have ended by itself
    dead.push(id);
}

#[test]
fn programs_that_are_killed_are_started_again_and_nothing_is_lost() {
    for persistent in [false, true] {
        let folder = Folder::new(&format!("coupled-killed-{persistent}"));
        let calm = trained(
            &folder,
            "calm",
            &recipe(&program(""), "workers = 2"),
            "asking",
        );
        let pids = folder.path("pids");
        fs::create_dir(&pids).expect("a folder");
        let keys = format!("persistent = {persistent}\nrestarts = {KILLS}");
        let source = format!("kind = \"program\"\n{}\n{keys}", command(&[]));
        let recipe = folder.write("killed.toml", &recipe(&source, "workers = 2"));
        let output = folder.path("killed");
        let mut command = train(&[&text(&recipe), "--output", &text(&output)], "asking");
        command
            .env("ONDINE_TEST_PIDS", &pids)
            .env("ONDINE_TEST_PAUSE", "20");
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = child.spawn().expect("the binary starts");
        let mut dead = Vec::new();
        while child.try_wait().expect("a child").is_none() && dead.len() < KILLS {
            std::thread::sleep(Duration::from_millis(230));
            kill_one(&pids, &mut dead);
        }
        let ended = child.wait_with_output().expect("it ends");
        assert!(ended.status.success(), "{}", printed(&ended));
        assert!(dead.len() > 3, "the kills fell into the training: {dead:?}");
        check(&output);
        assert_eq!(timeless(&output), timeless(&calm));
    }
}

/// Codes that come by themselves to an endpoint.
fn codes(endpoint: &str, role: &str, count: usize) -> Vec<Child> {
    let start = |_| {
        Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", CODE, "--nocapture"])
            .envs([("ONDINE_TEST_ROLE", role), ("ONDINE_ENDPOINT", endpoint)])
            .env("ONDINE_TEST_PAUSE", "5")
            .stdout(Stdio::null())
            .spawn()
            .expect("it starts")
    };
    (0..count).map(start).collect()
}

/// Asserts that every code ends by itself, as it is told when the training has ended.
fn end(codes: Vec<Child>) {
    let since = Instant::now();
    for mut code in codes {
        while code.try_wait().expect("a child").is_none() {
            assert!(since.elapsed() < Duration::from_secs(30), "a code goes on");
            std::thread::sleep(Duration::from_millis(20));
        }
        let status = code.wait().expect("a child");
        assert!(status.success(), "{status}");
    }
}

#[test]
fn codes_that_come_by_themselves_outlive_a_training_that_is_killed_and_resumed() {
    let folder = Folder::new("coupled-connect");
    let socket = folder.path("socket");
    let endpoint = format!("ipc://{}", socket.display());
    let source = format!("kind = \"connect\"\nendpoint = {endpoint:?}");
    let recipe = folder.write("connect.toml", &recipe(&source, "workers = 2"));
    let [whole, killed] = ["whole", "killed"].map(|name| folder.path(name));
    let arguments = [&*text(&recipe), "--output", &text(&whole)];
    let mut training = train(&arguments, "").spawn().expect("the binary starts");
    wait_for(&socket, &mut training);
    let first = codes(&endpoint, "asking", 2);
    assert!(training.wait().expect("a child").success());
    end(first);
    check(&whole);

    let arguments = ["train", &text(&recipe), "--output", &text(&killed)];
    let waiting = std::thread::spawn({
        let (socket, endpoint) = (socket.clone(), endpoint.clone());
        move || {
            while !socket.exists() {
                std::thread::sleep(Duration::from_millis(2));
            }
            codes(&endpoint, "asking", 3)
        }
    });
    kill_at(&arguments, &killed, "step-00000020");
    let codes = waiting.join().expect("no panic");
    let resumed = run(&["train", "--resume", &text(&killed)]);
    assert!(resumed.status.success(), "{}", printed(&resumed));
    end(codes);
    check(&killed);
    assert_eq!(timeless(&killed), timeless(&whole));
}

#[test]
fn codes_bring_their_conditions_and_the_first_simulations_are_held_out() {
    let folder = Folder::new("coupled-brought");
    let keys = "persistent = true\nconditions = \"brought\"";
    let source = format!("kind = \"program\"\n{}\n{keys}", command(&[]));
    let run = trained(&folder, "run", &recipe(&source, "workers = 1"), "bringing");
    let file = ondine::datasets::files::open(run.join("held_out.h5")).expect("a dataset");
    let (name, values) = &file.info().parameters[0];
    assert_eq!(name, "rate");
    let first: Vec<f64> = (0..3).map(|index| *values.get(index)).collect();
    assert_eq!(
        first,
        [0.5, 0.5625, 0.625],
        "one process brought them in turn"
    );
}

#[test]
fn static_fields_of_a_code_are_seen_by_the_network_and_missing_ones_are_a_failure() {
    let folder = Folder::new("coupled-static");
    let with_mask = recipe(&program(""), "workers = 2\nmax_failures = 1").replace(
        "fields = [\"u\"]",
        "fields = [\"u\"]\nstatic_fields = [\"mask\"]",
    );
    let path = text(&folder.write("static.toml", &with_mask));
    let said = unwrapped(&printed(&run(&["check", &path])));
    assert!(
        said.contains("once per simulation ondine_static gives mask"),
        "{said}"
    );
    let output = |name: &str| text(&folder.path(name));
    let without = train(&[&path, "--output", &output("without")], "asking").output();
    let said = unwrapped(&printed(&without.expect("the binary starts")));
    assert!(
        said.contains("its static fields have 0 values, and those of the problem 16"),
        "{said}"
    );
    let mut command = train(&[&path, "--output", &output("with")], "asking");
    let with = command.env("ONDINE_TEST_MASK", "1").output();
    let with = with.expect("the binary starts");
    assert!(with.status.success(), "{}", printed(&with));
    check(&folder.path("with"));
}

#[test]
fn a_program_that_fails_ends_the_training_with_what_it_said_last() {
    let folder = Folder::new("coupled-failing");
    for persistent in [false, true] {
        let source = format!(
            "kind = \"program\"\n{}\npersistent = {persistent}",
            command(&[])
        );
        let recipe = recipe(&source, "workers = 1\nmax_failures = 1");
        let recipe = folder.write("failing.toml", &recipe);
        let output = text(&folder.path(&format!("run-{persistent}")));
        let output = train(&[&text(&recipe), "--output", &output], "failing").output();
        let output = output.expect("the binary starts");
        let said = unwrapped(&printed(&output));
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.contains("status 3") && said.contains("the mesh is broken"),
            "{said}"
        );
    }
}

#[test]
fn a_check_says_where_the_training_listens_and_what_codes_are_expected_to_do() {
    let folder = Folder::new("coupled-check");
    let source =
        "kind = \"connect\"\nendpoint = \"tcp://0.0.0.0:4711\"\ntoken = { env = \"SESAME\" }";
    let path = text(&folder.write("check.toml", &recipe(source, "workers = 2")));
    let said = unwrapped(&printed(&run(&["check", &path])));
    for part in [
        "codes that come to tcp://0.0.0.0:4711, with a token",
        "they declare `u` of shape [16]; ondine_next gives rate; they commit 10 frames, 0.1 apart",
        "3 simulations with numbers and draws of their own",
    ] {
        assert!(said.contains(part), "{part:?} is missing in: {said}");
    }
    let resolved = printed(&run(&["check", &path, "--resolved"]));
    let again = text(&folder.write("again.toml", &resolved));
    assert_eq!(printed(&run(&["check", &again, "--resolved"])), resolved);
    assert!(resolved.contains("kind = \"sobol\"") && resolved.contains("restarts = 2"));
    let listed = printed(&run(&["list", "sources"]));
    assert!(listed.contains("connect") && listed.contains("program"));
}

#[test]
fn what_can_not_be_coupled_is_refused_with_what_to_write() {
    let folder = Folder::new("coupled-refused");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken.local_addr().expect("it is bound");
    let busy = TcpListener::bind("127.0.0.1:0").expect("a port");
    let in_use = format!(
        "kind = \"connect\"\nendpoint = \"tcp://{}\"",
        busy.local_addr().expect("a port")
    );
    let unset = format!(
        "kind = \"connect\"\nendpoint = \"tcp://{taken}\"\ntoken = {{ env = \"ONDINE_NO_SUCH_VARIABLE\" }}"
    );
    let brought = "kind = \"program\"\ncommand = [\"code\"]\nconditions = \"brought\"";
    let wrong = [
        (&*in_use, "", "is in use by another program"),
        (&unset, "", "ONDINE_NO_SUCH_VARIABLE is not set"),
        (
            "kind = \"connect\"\nendpoint = \"tcp://0.0.0.0:4711\"",
            "",
            "bring a token: write token = { env",
        ),
        ("kind = \"connect\"", "", "endpoint"),
        (
            "kind = \"connect\"\nendpoint = \"http://here\"",
            "",
            "write `ipc://PATH` or `tcp://HOST:PORT`",
        ),
        (
            "kind = \"connect\"\nendpoint = \"tcp://127.0.0.1:0\"",
            "",
            "write a number from 1024 to 65535",
        ),
        (
            "kind = \"connect\"\nendpoint = \"ipc://s\"\ntoken = \"sesame\"",
            "",
            "{ env = \"NAME\" } or { file = \"PATH\" }",
        ),
        (
            "kind = \"connect\"\nendpoint = \"ipc://s\"\nsilence = 0.0",
            "",
            "silence = 0 lies outside",
        ),
        (
            "kind = \"connect\"\nendpoint = \"ipc://s\"\ncommand = [\"code\"]",
            "",
            "unknown key `command`",
        ),
        (
            "kind = \"program\"\ncommand = []",
            "",
            "write the program and its arguments",
        ),
        (
            "kind = \"program\"\ncommand = [\"code\", \"{speed}\"]",
            "",
            "there are simulation, seed, frames, rate",
        ),
        (
            "kind = \"program\"\npersistent = true\ncommand = [\"code\", \"{rate}\"]",
            "",
            "write persistent = false",
        ),
        (
            "kind = \"program\"\ncommand = [\"./no_such_code\"]",
            "",
            "`./no_such_code` is not found",
        ),
        (brought, "", "write persistent = true"),
        (
            "kind = \"program\"\ncommand = [\"code\"]\nlauncher = { kind = \"pbs\" }",
            "",
            "possible: local, mpirun, slurm, hyperqueue",
        ),
        (
            "kind = \"program\"\ncommand = [\"code\"]\nlauncher = { kind = \"mpirun\", ranks = 0 }",
            "",
            "ranks = 0: write 1 or more",
        ),
        (
            "kind = \"program\"\ncommand = [\"code\"]\nlauncher = { kind = \"local\", ranks = 2 }",
            "",
            "`ranks` is for a launcher",
        ),
        (
            "kind = \"program\"\ncommand = [\"code\"]\nenvironment = { ONDINE_TOKEN = \"sesame\" }",
            "",
            "`ONDINE_TOKEN` can't be set",
        ),
        (
            "kind = \"connect\"\nendpoint = \"ipc://s\"\nconditions = \"brought\"",
            "sampler = { kind = \"halton\" }",
            "the codes choose the conditions",
        ),
    ];
    for (source, ensemble, expected) in wrong {
        let recipe = text(&folder.write("wrong.toml", &recipe(source, ensemble)));
        let output = run(&["train", &recipe, "--output", &text(&folder.path("run"))]);
        let said = unwrapped(&printed(&output));
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains(expected),
            "{expected:?} is missing in: {said}"
        );
        assert!(
            !folder.path("run").exists(),
            "nothing is left of a training that did not begin"
        );
    }
}
