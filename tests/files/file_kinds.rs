//! Paths of the wrong kind: each message names the kind, with exit code 2.

use crate::common::{Folder, RECIPE, printed, run, text};
use std::fs;
use std::path::Path;

/// The first bytes of a file and its kind in words.
const FILES: [(&str, &[u8], &str); 8] = [
    ("a.h5", b"\x89HDF\r\n\x1a\n\0\0\0\0", "an HDF5 file"),
    ("a.nc", b"CDF\x02\0\0\0\0", "a netCDF-3 file"),
    (
        "a.npz",
        b"PK\x03\x04\x14\0\0\0\0\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0u.npy\x93NUMPY",
        "an archive of NumPy arrays (npz)",
    ),
    ("a.npy", b"\x93NUMPY\x01\0v\0", "a NumPy array (npy)"),
    (
        "a.safetensors",
        b"\x08\0\0\0\0\0\0\0{}      ",
        "a safetensors file",
    ),
    (
        "a.gz",
        b"\x1f\x8b\x08\0\0\0\0\0",
        "a file compressed by gzip",
    ),
    ("a.txt", b"name = \"words\"\n", "a text file"),
    ("empty", b"", "an empty file"),
];

/// Every file of the wrong kind, a directory, a zarr store and a run directory in a folder, with their kinds.
fn written(folder: &Folder) -> Vec<(String, &'static str)> {
    let mut all = Vec::new();
    for (name, bytes, kind) in FILES {
        fs::write(folder.path(name), bytes).expect("the folder can be written");
        all.push((text(&folder.path(name)), kind));
    }
    for (name, inside, kind) in [
        ("directory", "notes.txt", "a directory"),
        ("store.zarr", ".zgroup", "a zarr store"),
        ("run", "recipe.toml", "the directory of a run"),
    ] {
        let path = folder.path(name);
        fs::create_dir_all(&path).expect("the folder can be written");
        fs::write(path.join(inside), "").expect("the folder can be written");
        all.push((text(&path), kind));
    }
    all
}

#[track_caller]
fn refused(arguments: &[&str], expected: &[&str]) {
    let result = run(arguments);
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(2), "{arguments:?}: {said}");
    for part in expected {
        assert!(
            said.contains(part),
            "{arguments:?}: {part:?} is missing in:\n{said}"
        );
    }
}

#[test]
fn what_is_given_for_an_hdf5_file_is_said_to_be_what_it_is() {
    let folder = Folder::new("kinds-hdf5");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let output = text(&folder.path("out.h5"));
    for (path, kind) in written(&folder) {
        if kind == "an HDF5 file" {
            continue; // it is one, and damaged
        }
        let said = match kind {
            "a netCDF-3 file" => "it can't be read as netCDF".to_owned(),
            "a zarr store" => "a Zarr array of numbers".to_owned(),
            _ => format!("is {kind}, not an HDF5 file"),
        };
        let expected = [&*path, &said];
        refused(
            &["simulate", &recipe, "--output", &output, "--initial", &path],
            &expected,
        );
        refused(
            &["check", &recipe, "--set", &format!("data.source={path}")],
            &expected,
        );
        let initial = format!("initial={{ kind = \"file\", path = \"{path}\" }}");
        refused(&["check", &recipe, "--set", &initial], &expected);
    }
    assert!(!Path::new(&output).exists());
}

#[test]
fn what_is_given_for_a_recipe_or_a_table_is_said_to_be_what_it_is() {
    let folder = Folder::new("kinds-text");
    let recipe = text(&folder.write("small.toml", RECIPE));
    for (path, kind) in written(&folder) {
        if ["a text file", "an empty file"].contains(&kind) {
            continue;
        }
        refused(
            &["check", &path],
            &[
                &*path,
                "the recipe can't be read",
                &format!("it is {kind}, not a recipe"),
            ],
        );
        let table = format!("ensemble.sampler={{ kind = \"table\", path = \"{path}\" }}");
        let expected = [&*path, &format!("it is {kind}, not a table of values")];
        refused(&["check", &recipe, "--set", &table], &expected);
    }
    let directory = text(&folder.path("run"));
    refused(
        &["check", &directory],
        &["the recipe of this run is", "run/recipe.toml"],
    );
}

#[test]
fn what_is_given_for_weights_or_a_run_is_said_to_be_what_it_is() {
    let folder = Folder::new("kinds-weights");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let output = text(&folder.path("imported"));
    for (path, kind) in written(&folder) {
        if !["a safetensors file", "the directory of a run"].contains(&kind) {
            let expected = [
                &*path,
                &format!("it is {kind}, not one in the format of safetensors"),
            ];
            refused(&["import", &recipe, &path, "--output", &output], &expected);
        }
        if !["a directory", "a zarr store", "the directory of a run"].contains(&kind) {
            let expected = [&*path, &format!("is {kind}, not the directory of a run")];
            refused(&["evaluate", &path], &expected);
            refused(&["report", &path], &expected);
        }
    }
    refused(
        &["evaluate", &text(&folder.path("nowhere"))],
        &["there is no", "nowhere"],
    );
}

#[test]
fn a_run_whose_recipe_is_no_text_is_said_to_have_none() {
    let folder = Folder::new("kinds-run");
    let directory = folder.path("damaged");
    fs::create_dir_all(&directory).expect("the folder can be written");
    let recipe = directory.join("recipe.toml");
    let path = text(&directory);
    let longer = ["--set", "train.steps=500"];
    let output = text(&folder.path("answer.h5"));
    let predict = ["--initial", &output, "--frames", "3", "--output", &output];
    let predict = [&["predict", &path][..], &predict].concat();
    let commands: [&[&str]; 6] = [
        &["report", &path],
        &["evaluate", &path],
        &predict,
        &["export", &path, &output],
        &["train", "--resume", &path],
        &["train", "--resume", &path, longer[0], longer[1]],
    ];
    for (bytes, reason) in [
        (
            &b"seed = 1\nname = \"\xff\xfe\"\n"[..],
            "of an unknown format",
        ),
        (b"\x89HDF\r\n\x1a\n\0\0\0\0", "an HDF5 file, not a recipe"),
    ] {
        fs::write(&recipe, bytes).expect("the folder can be written");
        for command in commands {
            refused(command, &["damaged/recipe.toml", reason]);
        }
    }
    let late = format!("seed = 1\n{}\n", "# words\n".repeat(100_000));
    let late = [late.as_bytes(), b"name = \"\xff\"\n"].concat();
    fs::write(&recipe, late).expect("the folder can be written");
    for command in commands {
        refused(command, &["damaged/recipe.toml", "it is not text in UTF-8"]);
    }
}
