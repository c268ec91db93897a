//! Folders of several grids, and files beside a solver of another one.

use super::{FNO, recipe, written};
use crate::common::{Folder, RECIPE, succeed, text, timeless, unwrapped};
use ondine::datasets::files::{self, DatasetInfo};
use ondine::recipe::Recipe;
use serde_json::Value;
use std::fs;

#[test]
fn files_of_other_grids_stand_beside_a_stream_of_the_solver() {
    let folder = Folder::new("grids-mix");
    let small = folder.write("small.toml", RECIPE);
    let files = [32, 64].map(|points| {
        let path = text(&folder.path(&format!("{points}.h5")));
        let points = format!("grid.points=[{points}]");
        let sets = ["--set", &points, "--set", "ensemble.simulations=4"];
        succeed(&[&["simulate", &text(&small), "--output", &path][..], &sets].concat());
        path
    });
    let source = format!("data.source={files:?}");
    let train = |name: &str, set: &str| {
        let output = text(&folder.path(name));
        let sets = ["--set", &source, "--set", set, "--set", "train.steps=40"];
        let moved = ["--set", "objective.augment=[\"shift\"]"];
        let sets = [&sets[..], &moved].concat();
        succeed(&[&["train", &text(&small), "--output", &output][..], &sets].concat());
        timeless(output.as_ref())
    };
    let mixed = train("mixed", "data.mix=0.5");
    assert_eq!(mixed, train("again", "data.mix=0.5"));
    assert_ne!(mixed, train("offline", "data.trajectories=8"));
}

#[test]
fn a_folder_of_several_grids_is_inspected_and_converted_grid_by_grid() {
    let folder = Folder::new("grids-folder");
    fs::create_dir(folder.path("all")).expect("a folder");
    for (name, points) in [
        ("all/a.h5", [16, 16]),
        ("all/b.h5", [32, 16]),
        ("all/c.h5", [16, 16]),
    ] {
        written(&folder, name, &points);
    }
    let all = text(&folder.path("all"));
    let said = unwrapped(&succeed(&["inspect", &all]));
    for words in [
        "18 trajectories of 8 frames in 3 files",
        "axis x: periodic, nodes, length 1 ",
        "grid 16 × 16 points: 12 trajectories of 8 frames, spacing 0.0625 and 0.0625, a frame of 1.00 KiB in 32-bit; first in",
        "grid 32 × 16 points: 6 trajectories of 8 frames",
        "resolution 32 × 16 points: u resolved",
        "faults none in 8 frames of 18 trajectories",
        "# A recipe for it:",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let out = text(&folder.path("out.h5"));
    let said = succeed(&["convert", &all, &out, "--precision", "64", "--json"]);
    let said: Value = serde_json::from_str(&said).expect("JSON");
    let files = said["files"].as_array().expect("two files");
    let names = ["out-16x16.h5", "out-32x16.h5"].map(|name| folder.path(name));
    for (file, (name, trajectories)) in files.iter().zip(names.iter().zip([12, 6])) {
        assert_eq!(file["file"], serde_json::json!(name));
        assert_eq!(file["trajectories"], trajectories);
    }
    let source = files::open(&all).expect("a dataset");
    let again = files::open(folder.path("out-*.h5")).expect("a dataset");
    for (index, from) in [0, 1, 2, 3, 4, 5, 12, 13, 14, 15, 16, 17, 6, 7, 8, 9, 10, 11]
        .into_iter()
        .enumerate()
    {
        assert_eq!(
            again.frame(index, 7).unwrap(),
            source.frame(from, 7).unwrap(),
            "{index}"
        );
        assert_eq!(
            again.constants(index).unwrap(),
            source.constants(from).unwrap()
        );
        let speed = |info: &DatasetInfo, index| *info.parameters[0].1.get(index);
        assert!((speed(again.info(), index) - speed(source.info(), from)).abs() <= 0.0);
    }
    // The files train as the folder does: the same windows, in an order of their own.
    let [of_source, of_parts] = [&all, &text(&folder.path("out-*.h5"))].map(|source| {
        let recipe = recipe(
            &folder,
            &[source.as_str()],
            "held_out = { share = 0.2 }",
            FNO,
        );
        let recipe = Recipe::load(recipe.as_ref(), &[]).expect("a recipe");
        recipe.check().expect("a plan").recipe.text()
    });
    let problem = |text: &str| {
        let own = |line: &&str| !line.starts_with("name") && !line.starts_with("source");
        text.lines()
            .filter(own)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(problem(&of_source), problem(&of_parts));
}
