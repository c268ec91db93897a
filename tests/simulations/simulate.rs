//! Datasets through the binary: whole or not there, exact in double precision, a start for other simulations.

mod ends;

use crate::common::{Folder, printed, run, text};
use ondine::datasets::files::{AxisKind, DatasetReader, Dtype, WellReader, WellWriter};
use std::path::Path;

/// Needs neither a model nor a training.
const RECIPE: &str = r#"
seed = 5

[equation]
kind = "burgers"
viscosity = { uniform = [0.05, 0.1] }

[grid]
points = [16, 16]
length = { uniform = [6.0, 7.0] }

[time]
dt = 0.1
warmup = 3
frames = 4
substeps = 4

[ensemble]
simulations = 6
"#;

fn simulate(recipe: &Path, output: &Path, more: &[&str]) -> String {
    let (recipe, output) = (text(recipe), text(output));
    let result = run(&[&["simulate", &recipe, "--output", &output], more].concat());
    let said = printed(&result);
    assert!(result.status.success(), "{said}");
    said
}

#[test]
fn a_dataset_holds_what_the_recipe_says_and_is_a_function_of_its_seed() {
    let folder = Folder::new("dataset");
    let recipe = folder.write("flow.toml", RECIPE);
    let [first, again] = ["first.h5", "again.h5"].map(|name| folder.path(name));
    simulate(&recipe, &first, &["--dtype", "f64"]);
    simulate(&recipe, &again, &["--dtype", "f64", "--count", "2"]);
    let [first, again] = [first, again].map(|path| WellReader::open(path).expect("a dataset"));
    let info = first.info();
    assert_eq!((info.trajectories, info.frames, info.channels()), (6, 4, 2));
    assert_eq!(info.fields[0].name, "velocity");
    assert_eq!(info.provenance.seed, Some(5));
    assert!(
        info.provenance
            .recipe
            .as_ref()
            .is_some_and(|recipe| recipe.contains("burgers"))
    );
    assert_eq!(again.info().trajectories, 2);
    for index in 0..2 {
        let [one, other] =
            [&first, &again].map(|file| file.trajectory(index).expect("it is there"));
        assert_eq!(one.frames, other.frames, "trajectory {index}");
    }
}

#[test]
fn frames_are_the_same_for_any_number_of_workers_and_so_for_any_blocks() {
    let folder = Folder::new("blocks");
    let recipe = folder.write("flow.toml", RECIPE);
    let frames = |more: &[&str]| -> Vec<_> {
        let path = folder.path(&format!("{}.h5", more.concat()));
        let common = ["--dtype", "f64", "--count", "11"];
        simulate(&recipe, &path, &[&common, more].concat());
        let file = WellReader::open(path).expect("a dataset");
        let frames = |index| file.trajectory(index).expect("it is there").frames;
        (0..11).map(frames).collect()
    };
    let one = frames(&["--set", "ensemble.workers=1"]);
    for workers in [2, 3, 11] {
        let workers = format!("ensemble.workers={workers}");
        assert!(frames(&["--set", &workers]) == one, "{workers}");
    }
    let apart = ["--set", "ensemble.isolation=process"];
    assert!(frames(&apart) == one, "in processes of their own");
}

#[test]
fn simulations_go_on_from_the_last_frames_of_a_file() {
    let folder = Folder::new("initial");
    let constant = RECIPE
        .replace("{ uniform = [0.05, 0.1] }", "0.05")
        .replace("{ uniform = [6.0, 7.0] }", "6.0");
    let recipe = folder.write("flow.toml", &constant);
    let [whole, first, second] =
        ["whole.h5", "first.h5", "second.h5"].map(|name| folder.path(name));
    simulate(
        &recipe,
        &whole,
        &["--dtype", "f64", "--set", "time.frames=7"],
    );
    simulate(&recipe, &first, &["--dtype", "f64"]);
    simulate(
        &recipe,
        &second,
        &["--dtype", "f64", "--initial", &text(&first)],
    );
    let [whole, second] = [whole, second].map(|path| WellReader::open(path).expect("a dataset"));
    for index in 0..6 {
        let expected = whole.frames(index, 3..7).expect("seven frames");
        let found = second.frames(index, 0..4).expect("four frames");
        let error = expected
            .iter()
            .zip(&found)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f64::max);
        assert!(error < 1e-13, "trajectory {index}: {error}"); // one more pair of transforms, f64
    }
}

#[test]
fn heat_between_walls_is_written_with_its_points_and_temperatures_and_goes_on() {
    let folder = Folder::new("heat");
    let temperature = |low: u32| format!("{{ uniform = [{low}.0, {}.0] }}", low + 400);
    let heat = RECIPE
        .replace("burgers", "heat")
        .replace("viscosity = { uniform = [0.05, 0.1] }", "")
        .replace("points = [16, 16]", "points = [8, 6]")
        .replace("frames = 4", "frames = 5")
        .replace("warmup = 3", "");
    let walls = ["initial_temperature", "low_wall", "high_wall"];
    let keys = walls.map(|name| match name {
        "initial_temperature" => format!("{name} = {}\n", temperature(100)),
        _ => format!("{name} = [{}, {}]\n", temperature(100), temperature(100)),
    });
    let heat = heat.replace(
        "kind = \"heat\"",
        &format!("kind = \"heat\"\n{}", keys.concat()),
    );
    let recipe = folder.write("heat.toml", &heat);
    let [whole, later] = ["whole.h5", "later.h5"].map(|name| folder.path(name));
    simulate(&recipe, &whole, &["--dtype", "f64"]);
    let first = text(&whole);
    simulate(&recipe, &later, &["--dtype", "f64", "--initial", &first]);
    let [whole, later] = [whole, later].map(|path| WellReader::open(path).expect("a dataset"));
    let info = whole.info();
    assert_eq!(info.points(), [8, 6]);
    for axis in &info.axes {
        assert_eq!(axis.kind, AxisKind::FIXED_WALLS);
        assert!(axis.length.varies());
    }
    let names: Vec<_> = info
        .parameters
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    let expected = [
        "diffusivity",
        "initial_temperature",
        "low_wall_x",
        "low_wall_y",
        "high_wall_x",
        "high_wall_y",
    ];
    assert_eq!(names, expected);
    for index in 0..6 {
        let start = *info.parameters[1].1.get(index);
        assert_eq!(whole.frame(index, 0).expect("five frames"), vec![start; 48]);
        let last = whole.last_frame(index).expect("five frames");
        assert_eq!(later.frame(index, 0).expect("five frames"), last);
        assert_ne!(later.frame(index, 1).expect("five frames"), last);
    }
}

#[test]
fn what_does_not_fit_is_refused_and_nothing_is_left() {
    let folder = Folder::new("misfit");
    let recipe = folder.write("flow.toml", RECIPE);
    let states = folder.path("states.h5");
    simulate(&recipe, &states, &[]);
    let notes = folder.write("notes.h5", "no dataset");
    let output = text(&folder.path("out.h5"));
    let (recipe, states, notes) = (text(&recipe), text(&states), text(&notes));
    let start = ["simulate", &recipe, "--output"];
    for (more, expected) in [
        (vec![&states[..]], "exists"),
        (
            vec![
                &output,
                "--initial",
                &states,
                "--set",
                "grid.points=[32, 32]",
            ],
            "grid.points = [16, 16]",
        ),
        (
            vec![&output, "--initial", &states, "--count", "7"],
            "has 6 trajectories",
        ),
        (vec![&output, "--initial", &notes], "not an HDF5 file"),
        (
            vec![&output, "--set", "time.frames=0"],
            "frames must be 1 or more",
        ),
        (
            vec![&output, "--set", "equation.viscosity=-1.0"],
            "`viscosity` = -1",
        ),
    ] {
        let result = run(&[&start[..], &more].concat());
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{more:?}: {said}");
        assert!(
            said.contains(expected),
            "{more:?}: {expected:?} is missing in:\n{said}"
        );
    }
    let result = run(&["train", &recipe, "--output", &text(&folder.path("run"))]);
    assert_eq!(result.status.code(), Some(2));
    assert!(
        printed(&result).contains("the section [model] is missing"),
        "{}",
        printed(&result)
    );
    assert!(!folder.path("out.h5").exists() && !folder.path("out.h5.part").exists());
}

#[test]
fn states_that_can_not_be_read_are_not_drawn_again() {
    let folder = Folder::new("damaged-states");
    let recipe = folder.write("flow.toml", RECIPE);
    let [states, damaged, output] =
        ["states.h5", "damaged.h5", "out.h5"].map(|name| folder.path(name));
    simulate(&recipe, &states, &["--dtype", "f64"]);
    let whole = WellReader::open(&states).expect("a dataset");
    let mut copy = WellWriter::create(&damaged, whole.info(), Dtype::F64).expect("a file");
    for index in 0..6 {
        let mut trajectory = whole.trajectory(index).expect("it is there");
        if index == 2 {
            *trajectory.frames.last_mut().expect("values") = f64::NAN;
        }
        copy.append(&trajectory).expect("room");
    }
    copy.finish().expect("a whole file");
    let [recipe, initial, out] = [&recipe, &damaged, &output].map(|path| text(path));
    let arguments = ["simulate", &recipe, "--output", &out, "--initial", &initial];
    let result = run(&arguments);
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(2), "{said}");
    for expected in [
        "damaged.h5: frame 3 of trajectory 2 has `",
        "` = NaN at point [15, 15], which is not finite",
    ] {
        assert!(
            said.contains(expected),
            "{expected:?} is missing in: {said}"
        );
    }
    assert_eq!(
        said.trim().lines().count(),
        1,
        "nothing is drawn again: {said}"
    );
    assert!(!output.exists() && !folder.path("out.h5.part").exists());
}
