//! A disk that refuses while a checkpoint is written: an error, and nothing is lost. A limit to the size of files plays
//! the full disk.
#![cfg(unix)]

mod common;

use common::{Folder, RECIPE, printed, run, text, timeless};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Continues a run while no file may be longer than `kib`.
fn resume_within(kib: u32, output: &Path) -> Output {
    // Bash counts in KiB; without the trap a file that is too long would end the process.
    let script = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$0\" train --resume \"$1\"");
    let mut command = Command::new("bash");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_ondine"), &text(output)]);
    command.output().expect("bash is there")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_disk_that_is_full_is_an_error_and_the_checkpoint_before_stays() {
    let folder = Folder::new("full");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let [whole, full] = ["whole", "full"].map(|name| folder.path(name));
    let steps = "train.steps=400";
    let output = text(&whole);
    let result = run(&["train", &recipe, "--output", &output, "--set", steps]);
    assert!(result.status.success(), "{}", printed(&result));

    // A run that ends at step 50 of 400, as if it had been stopped there.
    let output = text(&full);
    let short = ["train", &recipe, "--output", &output, "--set"];
    stop_early(&full, &[&short[..], &[steps]].concat());
    let before = names(&full.join("checkpoints"));
    assert!(!before.is_empty());
    let newest = full.join("checkpoints").join(&before[before.len() - 1]);
    let sizes = ["optimizer.bpk", "weights.bpk", "buffer.safetensors"].map(|name| {
        let length = fs::metadata(newest.join(name)).expect("it is there").len();
        (name, length)
    });
    // Lines of metrics and the numbers of a checkpoint are shorter than any of these.
    for (name, length) in sizes {
        let kib = (length / 1024 - 1) as u32;
        let result = resume_within(kib, &full);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(1), "{name}: {said}");
        let last = said.lines().last().unwrap_or_default();
        assert!(last.starts_with("error: "), "{said}");
        assert!(last.contains("/checkpoints/step-"), "{said}");
        assert!(last.contains(".part/"), "{said}");
        assert_eq!(names(&full.join("checkpoints")), before, "{name}: {said}");
    }
    let result = run(&["train", "--resume", &output]);
    assert!(result.status.success(), "{}", printed(&result));
    assert_eq!(timeless(&whole), timeless(&full));
}

/// Trains until there is a checkpoint, then tells the training to stop.
fn stop_early(output: &Path, arguments: &[&str]) {
    let mut child = common::ondine(arguments)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the binary starts");
    while !output.join("checkpoints/step-00000050").exists() {
        assert!(child.try_wait().expect("a child").is_none(), "it ended");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    child.kill().expect("SIGKILL");
    child.wait().expect("a child");
}
