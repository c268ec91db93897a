//! A program in C that trains in its own process: it takes turns, is resumed, and learns what the same windows give in Rust.

#![cfg(target_os = "linux")]

#[path = "../../c/tests/common/build.rs"]
mod build;

use build::{built, here, succeed};
use ondine::training::Training;
use ondine_coupling::{Client, Dtype};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const RECIPE: &str = r#"
seed = 2
deterministic = true
[problem]
name = "heat"
fields = ["temperature"]
conditions = { a = { uniform = [0.1, 0.3] } }
[source]
kind = "connect"
endpoint = "tcp://127.0.0.1:PORT"
[grid]
points = [16]
length = 1.0
boundary = ["wall"]
[time]
dt = 1.0
frames = 8
[ensemble]
simulations = 10
workers = 1
[buffer]
capacity = 200
watermark = 14
[model]
kind = "fno"
width = 4
modes = 3
layers = 1
[train]
steps = 30
batch = 4
log = 5
checkpoint = 10
[evaluate]
every = 15
trajectories = 2
"#;

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn compiled(folder: &Path) -> PathBuf {
    for name in ["libondine.so", "libondine.so.0"] {
        std::fs::copy(built("libondine_trainer.so"), folder.join(name)).expect("the library");
    }
    let program = folder.join("in_process");
    let mut command = Command::new("cc");
    command.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-O1"]);
    for include in ["include", "../surrogate/include", "../c/include"] {
        command.arg("-I").arg(here(include));
    }
    command
        .arg(here("examples/in_process.c"))
        .arg("-L")
        .arg(folder);
    command.arg(format!("-Wl,-rpath,{}", folder.display()));
    succeed(command.args(["-londine", "-lm", "-o"]).arg(&program));
    program
}

/// Losses and scores of a run, line by line.
fn learned(run: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(run.join("metrics.jsonl")).expect("a run");
    let numbers = |line: &str| {
        let parts = line.split([',', '{', '}']);
        let kept = ["\"step\"", "\"loss\"", "\"nrmse\"", "\"gradient_norm\""];
        let kept = parts.filter(|part| kept.iter().any(|key| part.starts_with(key)));
        kept.collect::<Vec<_>>().join(",")
    };
    let lines = text.lines().map(numbers);
    lines
        .filter(|line| line.contains("loss") || line.contains("nrmse"))
        .collect()
}

/// The simulations of `in_process.c`.
fn code(endpoint: &str) -> Result<(), ondine_coupling::Error> {
    let mut client = Client::open(endpoint)?;
    client.field("temperature", Dtype::F64, &[16])?;
    while let Some(simulation) = client.next()? {
        let middle = 0.3 + 0.4 * (0.618034 * simulation.number as f64 % 1.0);
        let spot = |i: usize| {
            let x = (i as f64 + 0.5) / 16.0 - middle;
            (-x * x / 0.02).exp()
        };
        let mut u: Vec<f64> = (0..16).map(spot).collect();
        for frame in 0..8 {
            client.put("temperature", &u)?;
            client.commit(f64::from(frame))?;
            (0..4).for_each(|_| step(&mut u, simulation.values[0]));
        }
        client.finish(0)?;
    }
    client.close()
}

fn step(u: &mut [f64], a: f64) {
    let before = u.to_vec();
    for i in 0..u.len() {
        let west = if i > 0 { before[i - 1] } else { -before[i] };
        let east = before.get(i + 1).copied().unwrap_or(-before[i]);
        u[i] = before[i] + a * (west + east - 2.0 * before[i]);
    }
}

#[test]
fn a_code_in_c_trains_in_its_own_process_and_goes_on_later() {
    if Command::new("cc").arg("--version").output().is_err() {
        eprintln!("skipped: `cc` is not installed");
        return;
    }
    let path = std::env::temp_dir().join(format!("ondine-trainer-{}", std::process::id()));
    std::fs::create_dir_all(&path).expect("a folder");
    let folder = Folder(path);
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = free.local_addr().expect("a port").port();
    drop(free);
    let recipe = RECIPE.replace("PORT", &port.to_string());
    let file = folder.0.join("heat.toml");
    std::fs::write(&file, &recipe).expect("a file");
    let program = compiled(&folder.0);
    let said = |output: Output| String::from_utf8_lossy(&output.stdout).into_owned();

    let [whole, parts, rust] = ["whole", "parts", "rust"].map(|name| folder.0.join(name));
    let found = said(succeed(Command::new(&program).arg(&file).arg(&whole)));
    assert_eq!(found, "12 simulations, 30 steps\n"); // two of them are held out
    let first = said(succeed(
        Command::new(&program).arg(&file).arg(&parts).arg("8"),
    ));
    assert!(first.starts_with("8 simulations, "), "{first}");
    let second = said(succeed(Command::new(&program).arg("-").arg(&parts)));
    assert!(second.ends_with(" 30 steps\n"), "{second}");

    let training = Training::text("heat.toml", &recipe).expect("a recipe");
    let session = training.into_run(&rust).and_then(Training::start);
    let session = session.unwrap_or_else(|error| panic!("{error}"));
    let endpoint = session.endpoint().expect("it listens").to_owned();
    let code = std::thread::spawn(move || code(&endpoint));
    let outcome = session.finish().unwrap_or_else(|error| panic!("{error}"));
    assert!(outcome.is_finished());
    let ended = code.join().expect("no panic");
    assert!(ended.is_ok(), "{ended:?}");
    assert!(learned(&rust).len() > 6);
    assert_eq!(learned(&whole), learned(&rust));
    assert_eq!(learned(&parts), learned(&rust));

    let again = Command::new(&program)
        .arg("-")
        .arg(&parts)
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(
        !again.status.success() && said.contains("ONDINE_END"),
        "{said}"
    );
    let exists = Command::new(&program)
        .arg(&file)
        .arg(&parts)
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&exists.stderr).into_owned();
    assert!(
        !exists.status.success() && said.contains("ONDINE_FILE"),
        "{said}"
    );
    let wrong = Command::new(&program)
        .arg("/no/recipe.toml")
        .arg(&parts)
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(
        !wrong.status.success() && said.contains("ONDINE_ARGUMENT"),
        "{said}"
    );
}
