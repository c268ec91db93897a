//! Problems that are no equation of the list: from a file alone, as `[problem]`, and with simulations that a program hands
//! over.

mod library;
mod refused;

use crate::common::{Folder, kill_at, printed, refused, run, succeed, text, timeless, unwrapped};
use ondine::datasets::files::{
    Axis, AxisKind, DatasetInfo, Dtype, Field, FieldKind, Provenance, Time, Trajectory, Varying,
    WellWriter,
};
use ondine::run::Summary;
use serde_json::Value;
use std::f64::consts::TAU;
use std::fs;
use std::path::{Path, PathBuf};

const POINTS: [usize; 2] = [16, 7]; // an odd number between walls
const LENGTH: [f64; 2] = [2.0, 1.0];
const FRAMES: usize = 12;
const DT: f64 = 0.1;

/// A network and a training of seconds.
const TRAINING: &str = r#"
[model]
kind = "fno"
width = 4
modes = [4, 3]
layers = 1
[train]
steps = 200
batch = 4
log = 10
checkpoint = 20
[evaluate]
every = 100
metrics = ["nrmse", "correlation_time", "spectrum", "vrmse"]
"#;

/// A state of waves that run along x and fade: `fields` channels, channel-major, at a time.
fn state(fields: usize, rate: f64, time: f64) -> Vec<f64> {
    let value = |channel: usize, i: usize, j: usize| {
        let x = TAU * i as f64 / POINTS[0] as f64 - time;
        let y = (j as f64 + 0.5) / POINTS[1] as f64;
        (-rate * time).exp() * (x + channel as f64).cos() * (1.0 + y) + channel as f64
    };
    let points = (0..POINTS[0]).flat_map(|i| (0..POINTS[1]).map(move |j| (i, j)));
    let channels = (0..fields).flat_map(|c| points.clone().map(move |(i, j)| (c, i, j)));
    channels.map(|(c, i, j)| value(c, i, j)).collect()
}

fn rate(index: usize) -> f64 {
    0.1 + 0.05 * (index % 7) as f64
}

/// Writes a file of another program: two scalars and a vector, a wall along y, no recipe.
fn write_file(path: &Path, trajectories: usize, frames: usize) {
    let kinds = [AxisKind::PERIODIC, AxisKind::WALLS];
    let axes = POINTS.iter().zip(LENGTH).zip(kinds);
    let axes = axes.map(|((&points, length), kind)| Axis {
        points,
        length: Varying::Same(length),
        kind,
    });
    let fields = [
        ("buoyancy", FieldKind::Scalar),
        ("pressure", FieldKind::Scalar),
        ("velocity", FieldKind::Vector),
    ];
    let fields = fields.map(|(name, kind)| Field {
        name: name.to_owned(),
        kind,
    });
    let info = DatasetInfo {
        name: "tank".to_owned(),
        trajectories,
        frames,
        axes: axes.collect(),
        fields: fields.to_vec(),
        time: Time::Uniform(Varying::Same(DT)),
        parameters: vec![(
            "fading".to_owned(),
            Varying::Each((0..trajectories).map(rate).collect()),
        )],
        provenance: Provenance {
            ondine_version: None,
            ..Provenance::default()
        },
        ..DatasetInfo::default()
    };
    let mut writer = WellWriter::create(path, &info, Dtype::F64).expect("writable");
    for index in 0..trajectories {
        let states = (0..frames).flat_map(|frame| state(4, rate(index), DT * frame as f64));
        let frames = states.collect();
        let written = writer.append(&Trajectory { index, frames });
        written.expect("it fits");
    }
    writer.finish().expect("writable");
}

/// A recipe of such a file, which is the problem.
fn file_recipe(folder: &Folder, held_out: &str) -> PathBuf {
    let file = folder.path("tank.h5");
    if !file.exists() {
        write_file(&file, 20, FRAMES);
    }
    let data = format!("[data]\nsource = {:?}\n{held_out}", text(&file));
    folder.write("tank.toml", &format!("seed = 5\n{data}\n{TRAINING}"))
}

fn summary(run: &Path) -> Summary {
    let json = fs::read(run.join("summary.json")).expect("a run has one");
    serde_json::from_slice(&json).expect("JSON")
}

fn json(arguments: &[&str]) -> Value {
    let output = run(arguments);
    assert!(output.status.success(), "{}", printed(&output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn a_file_of_no_equation_is_trained_on_resumed_judged_and_predicted_from() {
    let folder = Folder::new("posed-file");
    let recipe = text(&file_recipe(&folder, "held_out = { share = 0.2 }"));
    let [whole, killed] = ["whole", "killed"].map(|name| folder.path(name));
    let said = succeed(&["train", &recipe, "--output", &text(&whole)]);
    assert!(said.contains("tank.h5"), "{said}");
    let arguments = ["train", &recipe, "--output", &text(&killed)];
    kill_at(&arguments, &killed, "step-00000040");
    succeed(&["train", "--resume", &text(&killed)]);
    assert_eq!(timeless(&whole), timeless(&killed));
    let scores = summary(&whole).scores.expect("it was evaluated");
    let error = scores.metrics["nrmse"].expect("finite");
    assert!(error < 0.5, "{error}"); // persistence errs more over a tenth of a period

    let judged = json(&["evaluate", &text(&whole), "--json", "--no-speed"]);
    assert_eq!(judged["trajectories"], 4); // a fifth of 20
    let names = ["buoyancy", "pressure", "velocity_x", "velocity_y"];
    assert_eq!(judged["fields"], serde_json::json!(names));
    let why = judged["baselines"][0]["note"].as_str().unwrap_or_default();
    assert!(why.contains("`tank` has no solver"), "{judged}");
    assert!(judged["diagnosis"].is_array());

    let [file, later] = ["tank.h5", "later.h5"].map(|name| text(&folder.path(name)));
    let own = [
        "evaluate",
        &text(&whole),
        "--json",
        "--no-speed",
        "--data",
        &file,
    ];
    assert_eq!(json(&own)["trajectories"], 20);
    let predict = [
        "predict",
        &text(&whole),
        "--initial",
        &file,
        "--output",
        &later,
    ];
    succeed(&[&predict[..], &["--frames", "3"]].concat());
    let reader = ondine::datasets::files::open(&later).expect("a dataset");
    assert_eq!((reader.info().frames, reader.info().channels()), (4, 4));
    let page = fs::read_to_string(whole.join("report.html")).expect("a run has a report");
    assert!(page.contains("velocity_y"), "the fields are on the page");
}

#[test]
fn the_problem_of_a_file_resolves_to_one_that_is_written_out() {
    let folder = Folder::new("posed-resolved");
    let recipe = text(&file_recipe(&folder, "held_out = 4"));
    let resolved = succeed(&["check", &recipe, "--resolved"]);
    for part in [
        "[problem]\nname = \"tank\"",
        "name = \"velocity\" vector = true",
        "name = \"fading\" uniform = [0.1, 0.4]",
        "boundary = [\"periodic\", \"wall\"]",
        "points_at = [\"nodes\", \"cells\"]",
        "kind = \"file\"",
        "simulations = 16",
    ] {
        let found = unwrapped(&resolved).contains(&unwrapped(part));
        assert!(found, "{part:?} is missing in:\n{resolved}");
    }
    assert!(
        !resolved.contains("substeps"),
        "there is no solver:\n{resolved}"
    );
    let again = text(&folder.write("again.toml", &resolved));
    let twice = succeed(&["check", &again, "--resolved"]);
    assert_eq!(twice, resolved);
    let said = unwrapped(&succeed(&["check", &recipe]));
    for part in [
        "fading in [0.1, 0.4]",
        "y between walls with cell centres",
        "4 trajectories of the file",
    ] {
        assert!(said.contains(part), "{part:?} is missing in: {said}");
    }
}

#[test]
fn without_held_out_trajectories_nothing_is_judged_and_the_run_says_so() {
    let folder = Folder::new("posed-none");
    let recipe = text(&file_recipe(&folder, ""));
    let output = text(&folder.path("run"));
    let said = succeed(&[
        "train",
        &recipe,
        "--output",
        &output,
        "--set",
        "train.steps=20",
    ]);
    assert!(said.contains("nothing is evaluated"), "{said}");
    assert_eq!(summary(Path::new(&output)).scores, None);
    let page = fs::read_to_string(Path::new(&output).join("report.html"));
    assert!(page.expect("a report").contains("tank") || said.contains("tank"));
    let said = refused(&["evaluate", &output]);
    assert!(
        said.contains("holds no trajectories out") && said.contains("--data"),
        "{said}"
    );
    let file = text(&folder.path("tank.h5"));
    let judged = json(&["evaluate", &output, "--data", &file, "--json", "--no-speed"]);
    assert_eq!(judged["trajectories"], 20);
}

const LIBRARY: &str = r#"
name = "tank"
seed = 6
[problem]
fields = ["buoyancy", { name = "density", positive = true }]
conditions = { fading = { uniform = [0.1, 0.4] } }
[source]
kind = "library"
[grid]
points = [16, 7]
length = [2.0, 1.0]
boundary = ["periodic", "wall"]
[time]
dt = 0.1
frames = 12
[ensemble]
simulations = 40
workers = 1
"#;
