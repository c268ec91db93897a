//! Files of different grids in one training: trained on together, resumed, judged grid by grid, predicted from, refused where
//! the network takes one grid alone.

mod folders;
mod split;

use crate::common::{Folder, json, kill_at, refused, succeed, text, timeless, unwrapped};
use ondine::datasets::files::{
    self, Axis, AxisKind, DatasetInfo, Dtype, Field, FieldKind, Time, Trajectory, Varying,
    WellWriter,
};
use ondine::recipe::Recipe;
use ondine::training::measured_scaling;
use std::f64::consts::TAU;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

const FRAMES: usize = 8;
const TRAJECTORIES: usize = 6;

/// A wave over all axes that runs at the speed of its trajectory, the same on every grid.
fn wave(points: &[usize], trajectory: usize, frame: usize) -> Vec<f64> {
    let speed = 0.5 + 0.2 * trajectory as f64;
    let all: usize = points.iter().product();
    let value = |index: usize| {
        let mut rest = index;
        let mut phase = -0.1 * speed * frame as f64;
        for &n in points.iter().rev() {
            phase += (rest % n) as f64 / n as f64;
            rest /= n;
        }
        (TAU * phase).sin()
    };
    (0..all).map(value).collect()
}

/// A part of the domain, the same on every grid: 1 in the lower half of the first axis.
fn mask(points: &[usize]) -> Vec<f64> {
    let all: usize = points.iter().product();
    let lower = |index: usize| f64::from(u8::from(index < all / 2));
    (0..all).map(lower).collect()
}

/// A file of waves on a grid, with a mask where it has several axes.
fn written(folder: &Folder, name: &str, points: &[usize]) -> String {
    written_with(folder, name, points, 1.0)
}

/// The same with waves of another amplitude.
fn written_with(folder: &Folder, name: &str, points: &[usize], amplitude: f64) -> String {
    let field = |name: &str| Field {
        name: name.to_owned(),
        kind: FieldKind::Scalar,
    };
    let axis = |&points: &usize| Axis {
        points,
        length: Varying::Same(1.0),
        kind: AxisKind::PERIODIC,
    };
    let is_plane = points.len() > 1;
    let speeds = (0..TRAJECTORIES).map(|index| 0.5 + 0.2 * index as f64);
    let info = DatasetInfo {
        name: "waves".to_owned(),
        trajectories: TRAJECTORIES,
        frames: FRAMES,
        axes: points.iter().map(axis).collect(),
        fields: vec![field("u")],
        constants: if is_plane {
            vec![field("mask")]
        } else {
            vec![]
        },
        time: Time::Uniform(Varying::Same(0.1)),
        parameters: vec![("speed".to_owned(), Varying::Each(speeds.collect()))],
        splits: [("train", 0..4), ("valid", 4..5), ("test", 5..6)]
            .map(|(name, range)| (name.to_owned(), range))
            .into(),
        ..DatasetInfo::default()
    };
    let path = folder.path(name);
    let mut writer = WellWriter::create(&path, &info, Dtype::F64).expect("writable");
    for index in 0..TRAJECTORIES {
        let frames = (0..FRAMES).flat_map(|frame| wave(points, index, frame));
        let frames = frames.map(|value| amplitude * value).collect();
        writer.append(&Trajectory { index, frames }).expect("room");
        if is_plane {
            writer.put_constants(index, &mask(points)).expect("room");
        }
    }
    writer.finish().expect("room");
    text(&path)
}

/// A recipe for files, with the keys of `[data]` and `[model]` and the objective.
fn recipe(folder: &Folder, files: &[&str], keys: &str, model: &str) -> String {
    let recipe = format!(
        "seed = 2\n[data]\nsource = {files:?}\n{keys}\n[model]\n{model}\n\
         [train]\nsteps = 120\nbatch = 5\nlog = 10\ncheckpoint = 20\noptimizer = {{ learning_rate = 5e-3 }}\n\
         [evaluate]\nevery = 60\n"
    );
    text(&folder.write("recipe.toml", &recipe))
}

const FNO: &str = "kind = \"fno\"\nwidth = 8\nmodes = 4\nlayers = 2";

fn weights(run: &str) -> Vec<u8> {
    let checkpoints = Path::new(run).join("checkpoints/step-00000120");
    let mut files: Vec<PathBuf> = fs::read_dir(checkpoints)
        .expect("the last checkpoint")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|end| end == "safetensors"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    let read = |path: &PathBuf| fs::read(path).expect("readable");
    files.iter().flat_map(read).collect()
}

#[test]
fn two_grids_are_trained_on_resumed_judged_reported_and_predicted_from() {
    let folder = Folder::new("grids-lines");
    let files = [32, 64].map(|points| written(&folder, &format!("{points}.h5"), &[points]));
    let [coarse, fine] = &files;
    let recipe = recipe(&folder, &[coarse, fine], "held_out = 2\nmemory = 0", FNO);
    let said = unwrapped(&succeed(&["check", &recipe]));
    let expected = "several grids, and a batch has windows of all: [32] (4 trajectories), [64] (4 trajectories)";
    assert!(said.contains(expected), "{said}");
    let resolved = succeed(&["check", &recipe, "--resolved"]);
    assert!(
        unwrapped(&resolved).contains("others = [[64]]"),
        "{resolved}"
    );
    let [whole, killed] = ["whole", "killed"].map(|name| text(&folder.path(name)));
    let said = succeed(&["train", &recipe, "--output", &whole]);
    let by_grid = said.lines().find(|line| line.starts_with("by grid"));
    let both = by_grid.is_some_and(|line| line.contains("32") && line.contains("64"));
    assert!(both, "{said}");
    let arguments = ["train", &recipe, "--output", &killed];
    kill_at(&arguments, killed.as_ref(), "step-00000020");
    succeed(&["train", "--resume", &killed]);
    assert_eq!(timeless(whole.as_ref()), timeless(killed.as_ref()));
    assert_eq!(weights(&whole), weights(&killed));
    let page = fs::read_to_string(folder.path("whole/report.html")).expect("a report");
    for part in ["32 and 64", "on the grid of 32 points", "Error by grid"] {
        assert!(page.contains(part), "{part}");
    }
    // Waves of few modes are the same to an FNO on both grids.
    succeed(&["evaluate", &whole, "--no-speed"]);
    let found = json(&folder.path("whole/evaluation.json"));
    let grids = found["by_grid"].as_array().expect("two grids");
    let errors = [0, 1].map(|grid: usize| {
        let points = [32, 64][grid];
        assert_eq!(grids[grid]["points"], serde_json::json!([points]));
        assert_eq!(grids[grid]["trajectories"], 2);
        grids[grid]["surrogate"]["nrmse"]
            .as_f64()
            .expect("a number")
    });
    let whole_error = found["surrogate"]["nrmse"].as_f64().expect("a number");
    assert!((errors[0] - whole_error).abs() <= 0.0, "{errors:?}");
    assert!((errors[1] / errors[0] - 1.0).abs() < 0.05, "{errors:?}");
    let both = text(&folder.path("[36]*.h5"));
    let nowhere = text(&folder.path("nowhere.h5"));
    let said = refused(&[
        "predict",
        &whole,
        "--initial",
        &both,
        "--output",
        &nowhere,
        "--frames",
        "3",
    ]);
    assert!(said.contains("name files of one grid at a time"), "{said}");
    for (file, points) in files.iter().zip([32, 64]) {
        let later = text(&folder.path(&format!("later{points}.h5")));
        let predict = ["predict", &whole, "--initial", file, "--output", &later];
        let said = succeed(&[&predict[..], &["--frames", "3"]].concat());
        assert!(!said.contains("outside"), "{said}");
        let reader = files::open(&later).expect("a dataset");
        assert_eq!(
            (reader.info().points(), reader.info().frames),
            (vec![points], 4)
        );
    }
}

#[test]
fn planes_of_two_grids_with_history_and_a_mask_train_a_network_that_counts_points() {
    let folder = Folder::new("grids-planes");
    let files =
        [[16, 16], [32, 16]].map(|points| written(&folder, &format!("{}.h5", points[0]), &points));
    let model = "kind = \"unet\"\nwidth = 4\nmultipliers = [1, 2]\nblocks = 1\ngroups = 1\n[objective]\nhistory = 2";
    let keys = "held_out = { share = 0.2 }";
    let recipe = recipe(&folder, &[&files[0], &files[1]], keys, model);
    let [output, export] = ["run", "surrogate.ondine"].map(|name| text(&folder.path(name)));
    succeed(&["train", &recipe, "--output", &output]);
    let found = json(&folder.path("run/evaluation.json"));
    assert_eq!(found["by_grid"][1]["points"], serde_json::json!([32, 16]));
    // The spacing of either grid is one that it was trained on.
    let later = text(&folder.path("later.h5"));
    succeed(&["export", &output, &export]);
    let predict = [
        "predict",
        &export,
        "--initial",
        &files[1],
        "--output",
        &later,
        "--frames",
        "2",
    ];
    let said = succeed(&predict);
    assert!(!said.contains("outside"), "{said}");
    let other = written(&folder, "other.h5", &[64, 16]);
    let said = succeed(&["evaluate", &output, "--data", &other, "--no-speed"]);
    assert!(
        unwrapped(&said).contains("dx = 0.015625 lies outside of [0.03125, 0.0625]"),
        "{said}"
    );
}

#[test]
fn grids_that_the_network_cannot_take_are_refused_with_their_file() {
    let folder = Folder::new("grids-refused");
    let [coarse, odd] =
        [("a.h5", 32), ("b.h5", 30)].map(|(name, points)| written(&folder, name, &[points]));
    let unet = "kind = \"unet\"\nwidth = 4\nmultipliers = [1, 2, 2]\nblocks = 1\ngroups = 1";
    for (model, expected) in [
        (
            unet,
            "b.h5 has a grid of [30] points, and `unet` halves its grid 2 times",
        ),
        (
            "kind = \"mlp\"\nwidth = 8",
            "b.h5 has a grid of [30] points, and `mlp` has weights for the [32] points",
        ),
    ] {
        let recipe = recipe(&folder, &[&coarse, &odd], "held_out = 1", model);
        for command in [
            &["check", &recipe][..],
            &["train", &recipe, "--output", "nowhere"],
        ] {
            let said = refused(command);
            assert!(said.contains(expected), "{said}");
            assert!(said.contains("name files of the grid [32] alone"), "{said}");
        }
    }
    // Other grids than those of the files, and a file that lies otherwise.
    let grid = |keys: &str| {
        let model = format!("{FNO}\n[grid]\nlength = 1.0\n{keys}");
        let recipe = recipe(&folder, &[&coarse, &odd], "", &model);
        refused(&["check", &recipe])
    };
    for (keys, expected) in [
        (
            "points = [32]\nothers = [[64]]",
            "others = [[64]], and the files of [data] have the grids [32] and [30]",
        ),
        (
            "points = [32]\nothers = [[8, 8]]",
            "others has [8, 8], and a grid has 1 numbers of points",
        ),
        (
            "points = [64]",
            "the files of [data] have the grids [[32], [30]]: write one of them",
        ),
    ] {
        let said = grid(keys);
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn windows_of_all_grids_weigh_alike_in_the_scales() {
    let folder = Folder::new("grids-scales");
    let coarse = written_with(&folder, "16.h5", &[16], 1.0);
    let fine = written_with(&folder, "64.h5", &[64], 3.0);
    let path = recipe(&folder, &[&coarse, &fine], "", FNO);
    let plan = Recipe::load(path.as_ref(), &[]).and_then(Recipe::check);
    let plan = plan.unwrap_or_else(|error| panic!("{error}"));
    let scaling = measured_scaling(&plan, &Arc::new(AtomicBool::new(false)));
    let scaling = scaling
        .expect("it can be read")
        .expect("it was not stopped");
    // All windows are looked at: half of them have the variance 1/2, half 9/2.
    let deviation = f64::from(scaling.deviation[0]);
    assert!((deviation - 2.5_f64.sqrt()).abs() < 1e-6, "{deviation}");
    assert!(scaling.mean[0].abs() < 1e-6, "{:?}", scaling.mean);
}
