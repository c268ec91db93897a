//! Points without data, such as land in a model of the ocean, through the binary: seen, converted, left out of training and
//! judgement, blank in pictures.

use crate::common::{self, Folder, data, metrics, printed, run, text, unwrapped};
use ondine::datasets::files::{
    Axis, AxisKind, DatasetInfo, Dtype, Field, FieldKind, Time, Trajectory, Varying, WellWriter,
    known_points, open,
};
use ondine::results::{Evaluation, Sample};
use std::fs;
use std::path::{Path, PathBuf};

/// Land of the file, of 192 points.
const LAND: usize = 49;

fn ocean() -> PathBuf {
    data("ocean/ocean.nc")
}

/// The output of the binary, which has to succeed, as one line.
fn succeed(arguments: &[&str]) -> String {
    unwrapped(&common::succeed(arguments))
}

fn recipe(folder: &Folder, source: &Path, more: &str) -> String {
    let recipe = format!(
        "seed = 2\n[data]\nsource = {:?}\nheld_out = 2\n{more}\n[model]\nkind = \"fno\"\nwidth = 4\nmodes = 4\nlayers = 2\n\
         [objective]\nkind = \"unrolled\"\nsteps = 2\n[train]\nsteps = 20\nbatch = 4\n[evaluate]\nevery = 20\n\
         metrics = [\"nrmse\", \"rmse\", \"vrmse\", \"spectrum\"]\n",
        text(source)
    );
    text(&folder.write("recipe.toml", &recipe))
}

#[test]
fn land_is_named_converted_and_drawn_blank() {
    let folder = Folder::new("masks-inspect");
    let picture = text(&folder.path("ocean.png"));
    let said = succeed(&["inspect", &text(&ocean()), "--picture", &picture]);
    for words in [
        "constants depth (scalar, m), mask (scalar)",
        "of 192 points have no data in any frame",
        "static_fields = [\"depth\", \"mask\"]",
        "mask = \"mask\"",
    ] {
        assert!(said.contains(words), "{words} is missing in {said}");
    }
    assert!(fs::metadata(picture).expect("a picture").len() > 1000);
    let out = folder.path("ocean.h5");
    succeed(&["convert", &text(&ocean()), &text(&out)]);
    let [before, after] = [ocean(), out].map(|path| open(path).expect("a dataset"));
    assert_eq!(after.info().mask.as_deref(), Some("mask"));
    let known = known_points(&*after, 3).unwrap().expect("a mask");
    assert_eq!(known.iter().filter(|known| !**known).count(), LAND);
    assert_eq!(Some(known), known_points(&*before, 3).unwrap());
    let [a, b] = [before, after].map(|reader| reader.frame(5, 11).unwrap());
    assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-4));
}

#[test]
fn land_is_left_out_of_training_judgement_and_report() {
    let folder = Folder::new("masks-train");
    let recipe = recipe(&folder, &ocean(), "");
    let output = folder.path("run");
    let said = succeed(&["check", &recipe]);
    assert!(said.contains("static fields depth, mask"), "{said}");
    succeed(&["train", &recipe, "--output", &text(&output)]);
    let json = fs::read(output.join("evaluation.json")).expect("an evaluation");
    let evaluation: Evaluation = serde_json::from_slice(&json).expect("JSON");
    let sample = fs::read(output.join("sample.safetensors")).expect("a sample");
    let sample = Sample::from_bytes(&sample).expect("a sample");
    for values in [&sample.truth, &sample.prediction] {
        let blank = values.iter().filter(|value| value.is_nan()).count();
        assert_eq!(blank, values.len() / 192 * LAND);
    }
    // Errors of the first trajectory's last frame by hand, over the points at sea.
    let last = sample.truth.len() - 2 * 192;
    let pairs = sample.truth[last..].iter().zip(&sample.prediction[last..]);
    let sea = pairs.filter(|(truth, _)| !truth.is_nan());
    let [wrong, size] = sea.fold([0.0; 2], |[wrong, size], (t, u)| {
        let [t, u] = [t, u].map(|x| f64::from(*x));
        [wrong + (u - t).powi(2), size + t * t]
    });
    let found = evaluation.simulations[0].final_nrmse;
    assert!(
        (found / (wrong / size).sqrt() - 1.0).abs() < 1e-6,
        "{found}"
    );
    let rmse = evaluation.surrogate.curves.iter();
    let rmse = rmse.filter(|curve| curve.name == "rmse");
    assert!(rmse.count() == 1 && metrics(&output).len() > 1);
    let page = fs::read_to_string(output.join("report.html")).expect("a page");
    assert!(page.contains("Grey: points without data"));
    let later = text(&folder.path("later.h5"));
    let run = text(&output);
    succeed(&[
        "predict",
        &run,
        "--initial",
        &text(&ocean()),
        "--frames",
        "3",
        "--output",
        &later,
    ]);
    let predicted = open(later).expect("a dataset");
    assert_eq!(predicted.info().mask.as_deref(), Some("mask"));
    assert!(
        predicted
            .last_frame(0)
            .unwrap()
            .iter()
            .all(|value| value.is_finite())
    );
    succeed(&["evaluate", &run, "--data", &text(&ocean()), "--no-speed"]);
}

#[test]
fn a_mask_that_is_no_mask_and_an_equation_are_refused() {
    let folder = Folder::new("masks-refused");
    let posed = |mask: &str| {
        format!(
            "[problem]\nfields = [\"temperature\", \"salinity\"]\nstatic_fields = [\"depth\", \"mask\"]\n{mask}"
        )
    };
    for (more, words) in [
        (posed(""), "write mask = \"mask\""),
        (posed("mask = \"depth\""), "a mask is 1 at points with data"),
        (posed("mask = \"sea\""), "none of the static fields"),
        (
            "ends = { lon = \"periodic\", lat = \"periodic\" }\n[equation]\nkind = \"gray_scott\"\ndiffusivity_u = 2e-5\ndiffusivity_v = 1e-5\nfeed = 0.058\nkill = 0.065"
                .to_owned(),
            "leave [equation] out",
        ),
    ] {
        let output = run(&["check", &recipe(&folder, &ocean(), &more)]);
        let said = unwrapped(&printed(&output));
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(words), "{words} is missing in {said}");
    }
}

#[test]
fn a_point_that_loses_its_data_later_is_refused_with_its_place() {
    let folder = Folder::new("masks-later");
    let file = folder.path("drying.h5");
    let info = DatasetInfo {
        name: "drying".to_owned(),
        trajectories: 3,
        frames: 6,
        axes: vec![Axis {
            points: 16,
            length: Varying::Same(1.0),
            kind: AxisKind::OPEN,
        }],
        fields: vec![Field {
            name: "depth".to_owned(),
            kind: FieldKind::Scalar,
        }],
        time: Time::Uniform(Varying::Same(0.1)),
        ..DatasetInfo::default()
    };
    let mut writer = WellWriter::create(&file, &info, Dtype::F32).expect("a writer");
    for index in 0..3 {
        let value = |place: usize| match (place / 16, place % 16) {
            (_, 3) => f64::NAN,
            (4, 7) if index == 1 => f64::NAN,
            (frame, point) => ((frame + 3 * point + index) as f64).sin(),
        };
        let frames = (0..6 * 16).map(value).collect();
        writer.append(&Trajectory { index, frames }).expect("room");
    }
    writer.finish().expect("a file");
    let output = run(&["check", &recipe(&folder, &file, "")]);
    let said = unwrapped(&printed(&output));
    assert_eq!(output.status.code(), Some(2), "{said}");
    for words in ["frame 4 of trajectory 1", "`depth` = NaN at point [7]"] {
        assert!(said.contains(words), "{words} is missing in {said}");
    }
}

/// A file of waves whose trajectories have an obstacle (NaN) each, the first of them at `first`; none where it is not on the axis.
fn obstacles(folder: &Folder, name: &str, first: usize) -> PathBuf {
    let file = folder.path(name);
    let info = DatasetInfo {
        name: "obstacles".to_owned(),
        trajectories: 3,
        frames: 8,
        axes: vec![Axis {
            points: 16,
            length: Varying::Same(1.0),
            kind: AxisKind::PERIODIC,
        }],
        fields: vec![Field {
            name: "u".to_owned(),
            kind: FieldKind::Scalar,
        }],
        time: Time::Uniform(Varying::Same(0.1)),
        ..DatasetInfo::default()
    };
    let mut writer = WellWriter::create(&file, &info, Dtype::F32).expect("a writer");
    for index in 0..3 {
        let value = |place: usize| match place % 16 {
            point if (first + 2 * index..first + 3 * index + 2).contains(&point) => f64::NAN,
            point => (0.4 * (point as f64) + 0.1 * (place / 16) as f64 + index as f64).sin(),
        };
        let frames = (0..8 * 16).map(value).collect();
        writer.append(&Trajectory { index, frames }).expect("room");
    }
    writer.finish().expect("a file");
    file
}

#[test]
fn obstacles_that_differ_from_trajectory_to_trajectory_are_masks_of_their_own() {
    let folder = Folder::new("masks-each");
    let file = obstacles(&folder, "a_each.h5", 4);
    let said = succeed(&["inspect", &text(&file)]);
    for words in [
        "2 to 4 points of a trajectory have no data in any frame, each has its own",
        "points without data count with the values",
    ] {
        assert!(said.contains(words), "{words} is missing in {said}");
    }
    // One of the files has no obstacle: it has a mask beside the other.
    obstacles(&folder, "b_none.h5", 99);
    let both = folder.path("*_*.h5");
    let out = folder.path("out.h5");
    succeed(&["convert", &text(&both), &text(&out)]);
    let [before, after] = [&both, &out].map(|path| open(path).expect("a dataset"));
    for trajectory in 0..6 {
        let [before, after] = [&before, &after].map(|reader| {
            let known = known_points(&**reader, trajectory).unwrap();
            known.expect("a mask")
        });
        let without = before.iter().filter(|known| !**known).count();
        assert_eq!(without, [2, 3, 4, 0, 0, 0][trajectory]);
        assert_eq!(before, after);
    }
    let run = folder.path("run");
    succeed(&[
        "train",
        &recipe(&folder, &both, ""),
        "--output",
        &text(&run),
    ]);
    // Obstacles stay blank where they are, of each held-out trajectory.
    let held_out = recipe(&folder, &file, "");
    let other = folder.path("other");
    succeed(&["train", &held_out, "--output", &text(&other)]);
    let sample = fs::read(other.join("sample.safetensors")).expect("a sample");
    let sample = Sample::from_bytes(&sample).expect("a sample");
    let first: Vec<usize> = (0..16)
        .filter(|&point| sample.truth[point].is_nan())
        .collect();
    assert_eq!(
        first,
        [6, 7, 8],
        "of trajectory 1, the first one that is held out"
    );
}
