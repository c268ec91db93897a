//! Problems that are no equation of the list: from a file alone, as `[problem]`, and with simulations that a program hands
//! over.

use crate::common::{Folder, kill_at, printed, refused, run, succeed, text, timeless, unwrapped};
use ondine::datasets::files::{
    Axis, AxisKind, DatasetInfo, Dtype, Field, FieldKind, Provenance, Time, Trajectory, Varying,
    WellWriter,
};
use ondine::datasets::{Conditions, DataError, FailureKind, Source};
use ondine::observer::{Observer, Progress};
use ondine::plan::{Given, HeldOutFrom};
use ondine::recipe::Recipe;
use ondine::run::Summary;
use ondine::training::Training;
use serde_json::Value;
use std::f64::consts::TAU;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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

/// Two fields on the same grid, fading at a rate of their simulation.
#[derive(Clone, Copy)]
struct Tank {
    first: u64,
    /// Values of a frame, beside those that there should be.
    more: usize,
}

impl Source for Tank {
    fn conditions(&self, index: u64) -> Conditions {
        let axes = [(LENGTH[0], POINTS[0]), (LENGTH[1], POINTS[1])];
        Conditions {
            dt: DT,
            length: LENGTH.to_vec(),
            spacing: axes.map(|(length, points)| length / points as f64).to_vec(),
            parameters: vec![rate((self.first + index) as usize)],
        }
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        let fading = self.conditions(index).parameters[0];
        for frame in 0..FRAMES {
            let mut u = state(2, fading, DT * frame as f64);
            u.extend(vec![0.0; self.more]);
            if sink(&u).is_break() {
                break;
            }
        }
        Ok(())
    }
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

fn library(sets: &[&str]) -> Recipe {
    let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
    let recipe = Recipe::parse("tank.toml", &format!("{LIBRARY}{TRAINING}"), &sets);
    recipe.unwrap_or_else(|error| panic!("{error}"))
}

fn given(held_out: usize) -> Given {
    let source = Tank { first: 0, more: 0 };
    let other = Arc::new(Tank { first: 3, ..source });
    Given {
        source: Arc::new(source),
        held_out: (held_out > 0).then_some((other, held_out)),
    }
}

/// Sets a flag after so many steps.
struct StopAfter<'a>(usize, &'a AtomicBool);

impl Observer for StopAfter<'_> {
    fn stepped(&mut self, progress: &Progress) {
        self.1.store(progress.step >= self.0, Ordering::Relaxed);
    }
}

/// Trains a run, new or from its checkpoint, up to `last` steps.
fn train(held_out: usize, directory: &Path, last: usize) -> Summary {
    let text = format!("{LIBRARY}{TRAINING}");
    let training = if directory.exists() {
        Training::resume(directory)
    } else {
        let training = Training::text("tank.toml", &text);
        let training = training.and_then(|training| training.into_run(directory));
        training.unwrap_or_else(|error| panic!("{error}"))
    };
    let stop = Arc::new(AtomicBool::new(false));
    let mut end = StopAfter(last, &stop);
    let training = training.given(given(held_out)).stop(stop.clone());
    let outcome = training.observe(&mut end).run();
    outcome.unwrap_or_else(|error| panic!("{error}")).summary
}

#[test]
fn a_source_of_a_program_is_trained_on_resumed_and_judged_without_it() {
    let folder = Folder::new("posed-library");
    let [whole, parts] = ["whole", "parts"].map(|name| folder.path(name));
    let summary = train(3, &whole, 200);
    assert_eq!(summary.status, "finished");
    assert_eq!(train(3, &parts, 110).status, "interrupted");
    assert_eq!(train(3, &parts, 200).status, "finished");
    assert_eq!(timeless(&whole), timeless(&parts));

    let before = fs::read(whole.join("evaluation.json")).expect("it was evaluated");
    let before: Value = serde_json::from_slice(&before).expect("JSON");
    let judged = json(&["evaluate", &text(&whole), "--json", "--no-speed"]);
    assert_eq!(judged["trajectories"], 3);
    assert_eq!(
        judged["surrogate"]["nrmse_over_time"],
        before["surrogate"]["nrmse_over_time"]
    );
    let short = json(&[
        "evaluate",
        &text(&whole),
        "--json",
        "--no-speed",
        "--frames",
        "5",
    ]);
    assert_eq!(short["times"].as_array().map(Vec::len), Some(4));
    succeed(&["report", &text(&whole)]);
    let said = refused(&["evaluate", &text(&whole), "--frames", "30"]);
    assert!(
        said.contains("held-out trajectories in") && said.contains("have 12"),
        "{said}"
    );
    let said = refused(&[
        "train",
        "--resume",
        &text(&whole),
        "--set",
        "train.steps=300",
    ]);
    assert!(said.contains("run that program"), "{said}");
    let states = text(&whole.join("held_out.h5"));
    let later = text(&folder.path("later.h5"));
    let predict = [
        "predict",
        &text(&whole),
        "--initial",
        &states,
        "--output",
        &later,
    ];
    succeed(&[&predict[..], &["--frames", "2"]].concat());
}

#[test]
fn a_recipe_of_another_program_is_checked_but_not_trained() {
    let folder = Folder::new("posed-check");
    let recipe = folder.write("tank.toml", &format!("{LIBRARY}{TRAINING}"));
    let said = unwrapped(&succeed(&["check", &text(&recipe)]));
    for part in [
        "buoyancy, density",
        "fading in [0.1, 0.4]",
        "source library",
        "40 of 12 frames",
    ] {
        assert!(said.contains(part), "{part:?} is missing in: {said}");
    }
    let said = refused(&[
        "train",
        &text(&recipe),
        "--output",
        &text(&folder.path("run")),
    ]);
    assert!(said.contains("run that program"), "{said}");
    assert!(!folder.path("run").exists());
}

#[test]
fn a_program_that_holds_nothing_out_trains_without_scores() {
    let folder = Folder::new("posed-unjudged");
    let plan = library(&[]).check_with(given(0));
    let plan = plan.unwrap_or_else(|error| panic!("{error}"));
    assert!(matches!(plan.held_out, HeldOutFrom::None));
    let run = folder.path("run");
    let summary = train(0, &run, 200);
    assert_eq!(
        (summary.status.as_str(), summary.scores),
        ("finished", None)
    );
    assert!(!run.join("held_out.h5").exists());
}

/// A source whose conditions are changed.
struct Wrong(Tank, fn(&mut Conditions));

impl Source for Wrong {
    fn conditions(&self, index: u64) -> Conditions {
        let mut conditions = self.0.conditions(index);
        (self.1)(&mut conditions);
        conditions
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        self.0.run(index, sink)
    }
}

/// A way to spoil what is right.
type Spoil = fn(&mut Conditions);

#[test]
fn sources_that_do_not_fit_the_problem_are_refused_with_what_differs() {
    let tank = Tank { first: 0, more: 0 };
    let cases: [(Spoil, &str); 4] = [
        (|c| c.parameters.clear(), "0 parameters, and the recipe 1"),
        (
            |c| c.parameters[0] = 7.0,
            "fading = 7, outside of [0.1, 0.4]",
        ),
        (|c| c.spacing[1] = 0.5, "points 0.5 apart along y"),
        (|c| c.dt = 0.2, "dt = 0.2, outside of"),
    ];
    for (change, expected) in cases {
        let source = Arc::new(Wrong(tank, change));
        let given = Given {
            source,
            held_out: None,
        };
        let error = library(&[]).check_with(given).err().expect(expected);
        assert!(error.to_string().contains(expected), "{error}");
    }
    let source = Arc::new(Tank { more: 1, ..tank });
    let plan = library(&[]).check_with(Given {
        source,
        held_out: None,
    });
    let source = plan.unwrap_or_else(|error| panic!("{error}")).source();
    let failed = source
        .expect("it was given")
        .run(0, &mut |_| ControlFlow::Continue(()));
    let failed = failed.expect_err("a frame is too long");
    assert_eq!(failed.kind(), Some(FailureKind::Refused));
    assert!(
        failed.to_string().contains("frame 0 has 225 values"),
        "{failed}"
    );
}

#[test]
fn wrong_keys_of_problems_and_sources_are_refused_with_their_remedy() {
    let folder = Folder::new("posed-wrong");
    let recipe = text(&folder.write("library.toml", &format!("{LIBRARY}{TRAINING}")));
    let file = text(&file_recipe(&folder, ""));
    let path = text(&folder.path("tank.h5"));
    let data = format!("data.source={path}");
    let fields = "problem.fields=[\"pressure\",\"buoyancy\",{name=\"velocity\",vector=true}]";
    let cases: [(&str, &[&str], &str); 22] = [
        (&recipe, &["problem.fields=[]"], "fields is empty"),
        (
            &recipe,
            &["evaluate.metrics=[\"fourier_nrmse_exponax\"]"],
            "takes all axes for periodic",
        ),
        (
            &recipe,
            &["problem.fields=[1]"],
            "a name in quotes, or a table",
        ),
        (
            &recipe,
            &["problem.fields=[{name=\"u\",vektor=true}]"],
            "vektor",
        ),
        (
            &recipe,
            &["problem.fields=[\"u\",\"u\"]"],
            "`u` is written twice",
        ),
        (
            &recipe,
            &["problem.conditions={dt=1.0}"],
            "every simulation has",
        ),
        (
            &recipe,
            &["problem.conditions={fading=\"fast\"}"],
            "a number or a distribution",
        ),
        (
            &recipe,
            &["problem.colour=1"],
            "unknown key `colour` in [problem]",
        ),
        (
            &recipe,
            &["grid.boundary=[\"wall\"]"],
            "boundary has 1 entries and points has 2",
        ),
        (
            &recipe,
            &["grid.boundary=[\"periodic\",\"walls\"]"],
            "walls",
        ),
        (
            &recipe,
            &["grid.boundary=[[\"periodic\",\"wall\"],\"wall\"]"],
            "make both periodic or none",
        ),
        (
            &recipe,
            &["grid.points_at=[\"nodes\",\"nodes\"]"],
            "use cell centres",
        ),
        (&recipe, &["grid.points_at=[\"nodes\",\"faces\"]"], "faces"),
        (
            &recipe,
            &["time.substeps=2"],
            "`substeps` is for the solver of an [equation]",
        ),
        (
            &recipe,
            &["initial.kind=sine_series"],
            "`initial` is for the solver",
        ),
        (
            &recipe,
            &["source.kind=programme"],
            "unknown kind `programme`",
        ),
        (
            &recipe,
            &["source.kind=ensemble"],
            "runs the solver of an [equation]",
        ),
        (&recipe, &["source.kind=file"], "reads the file of [data]"),
        (
            &recipe,
            &["model={kind=\"mlp\",inputs=\"parameters\"}"],
            "nothing says where simulations",
        ),
        (
            &file,
            &["data.held_out={share=2.0}"],
            "share = 2 lies outside (0, 1)",
        ),
        (
            &file,
            &["data.held_out={trajectories=[30,40]}"],
            "write an end of at most 20",
        ),
        (&file, &[fields], "write the fields in its order"),
    ];
    for (recipe, sets, expected) in cases {
        let sets = sets.iter().flat_map(|set| ["--set", set]);
        let arguments: Vec<&str> = ["check", recipe].into_iter().chain(sets).collect();
        let said = refused(&arguments);
        assert!(
            said.contains(expected),
            "{expected:?} is missing in: {said}"
        );
    }
    let beside = refused(&[
        "check",
        &recipe,
        "--set",
        "source.kind=library",
        "--set",
        &data,
    ]);
    assert!(beside.contains("stands beside [data]"), "{beside}");
    let both = refused(&["check", &recipe, "--set", "equation.kind=heat"]);
    assert!(
        both.contains("[problem] stands beside [equation]"),
        "{both}"
    );
    let nothing = LIBRARY.replace("[source]\nkind = \"library\"\n", "");
    let nothing = text(&folder.write("nothing.toml", &format!("{nothing}{TRAINING}")));
    let said = refused(&["check", &nothing]);
    assert!(
        said.contains("nothing that gives its trajectories"),
        "{said}"
    );
    let said = refused(&[
        "simulate",
        &recipe,
        "--output",
        &text(&folder.path("out.h5")),
    ]);
    assert!(said.contains("nothing simulates this problem"), "{said}");
    let said = refused(&["check", &recipe, "--accuracy"]);
    assert!(said.contains("--accuracy measures a solver"), "{said}");
}

#[test]
fn a_file_with_one_frame_per_trajectory_is_refused_with_what_is_missing() {
    let folder = Folder::new("posed-one-frame");
    let file = folder.path("tank.h5");
    write_file(&file, 3, 1);
    let said = refused(&["check", &text(&file_recipe(&folder, ""))]);
    assert!(said.contains("one frame per trajectory"), "{said}");
    assert!(said.contains("the folder of all frames"), "{said}");
}
