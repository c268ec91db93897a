//! Networks against what `docs/forward.md` computes; `python/forward.py` says how the files of `data/forward/` were made.

use crate::common::{Folder, printed, run, succeed, text};
use std::path::{Path, PathBuf};
use std::process::Command;

fn here(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(path)
}

/// The names of the cases.
fn cases() -> Vec<String> {
    let files = std::fs::read_dir(here("data/forward")).expect("the folder is there");
    let names = files.map(|file| file.expect("it can be read").file_name());
    let recipe = |name: String| name.strip_suffix(".toml").map(str::to_owned);
    names
        .filter_map(|name| recipe(name.to_string_lossy().into_owned()))
        .collect()
}

#[test]
fn every_network_is_the_function_that_the_page_has_in_numpy() {
    let folder = Folder::new("forward");
    let cases = cases();
    for entry in ondine_models::network::NETWORKS {
        assert!(
            cases.iter().any(|case| case == entry.kind),
            "{} has no case",
            entry.kind
        );
    }
    for case in &cases {
        let file = |end: &str| text(&here("data/forward").join(format!("{case}{end}")));
        let output = folder.path(case);
        let said = run(&[
            "import",
            &file(".toml"),
            &file(".safetensors"),
            "--check",
            &file(".pair.safetensors"),
            "--output",
            &text(&output),
            "--json",
        ]);
        assert!(said.status.success(), "{case}: {}", printed(&said));
        let said: serde_json::Value = serde_json::from_slice(&said.stdout).expect("JSON");
        let difference = said["check"]["relative_difference"].as_f64();
        let difference = difference.expect("it was checked");
        assert!(difference < 5e-6, "{case}: {difference}"); // f32 against f64
    }
}

/// Whether a module of Python is there.
fn python_has(modules: &str) -> bool {
    let probe = Command::new("python3")
        .args(["-c", &format!("import {modules}")])
        .output();
    probe.is_ok_and(|probe| probe.status.success())
}

fn python(arguments: &[&str]) -> String {
    let script = text(&here("python/forward.py"));
    let result = Command::new("python3").arg(script).args(arguments).output();
    let result = result.expect("python3 starts");
    let said = printed(&result);
    assert!(result.status.success(), "{said}");
    said
}

#[test]
fn the_blocks_of_the_page_run_and_make_the_step_of_a_rollout() {
    if !python_has("numpy, safetensors.numpy") {
        eprintln!("skipped: python3 has no numpy or no safetensors");
        return;
    }
    let said = python(&["check"]);
    // Two of them are states of other programs.
    let answers = said.matches("relative difference").count();
    assert_eq!(answers, cases().len() + 2, "{said}");
    let folder = Folder::new("forward-step");
    let recipe = text(&here("data/forward/unet_line.toml"));
    let output = text(&folder.path("run"));
    succeed(&[
        "train",
        &recipe,
        "--output",
        &output,
        "--set",
        "train.steps=40",
    ]);
    let file = text(&folder.path("unet.safetensors"));
    succeed(&["export", &output, &file]);
    assert!(Path::new(&file).is_file());
    let said = python(&["against", &output, &file]);
    assert!(said.contains("first step"), "{said}");
    // A network that has learned nothing falls below 0, where its field is kept positive.
    let [output, file] = ["kept", "kept.safetensors"].map(|name| text(&folder.path(name)));
    let sets = [
        "train.steps=8",
        "train.ema=0.0",
        "train.clip=0.0",
        "train.optimizer.learning_rate=0.1",
        "initial={kind=\"blobs\"}",
        "model.keep_positive=[\"u\"]",
    ];
    let sets = sets.iter().flat_map(|set| ["--set", set]);
    let train = ["train", &recipe, "--output", &output].into_iter();
    succeed(&train.chain(sets).collect::<Vec<_>>());
    succeed(&["export", &output, &file]);
    let said = python(&["against", &output, &file]);
    assert!(said.contains("first step"), "{said}");
}
