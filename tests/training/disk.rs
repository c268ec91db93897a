//! A disk that refuses while a checkpoint is written: an error without loss. A limit to the size of files plays the
//! full disk. A disk that forgets: the damaged file is reported, and the checkpoint before goes on.
#![cfg(unix)]

use crate::common::{Folder, RECIPE, printed, run, text, timeless};
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
    let mut child = crate::common::ondine(arguments)
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

#[test]
fn a_disk_that_is_full_keeps_no_part_of_a_dataset() {
    let folder = Folder::new("full-dataset");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let output = text(&folder.path("out.h5"));
    for kib in [0, 1, 4, 16, 64, 128] {
        let script = format!(
            "trap '' XFSZ; ulimit -f {kib}; exec \"$0\" simulate \"$1\" --output \"$2\" --count 100"
        );
        let mut command = Command::new("bash");
        command.args([
            "-c",
            &script,
            env!("CARGO_BIN_EXE_ondine"),
            &recipe,
            &output,
        ]);
        let result = command.output().expect("bash is there");
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(1), "{kib} KiB: {said}");
        assert!(
            said.contains(".part: File too large (os error "),
            "{kib} KiB: {said}"
        );
        assert_eq!(said.matches("error:").count(), 1, "{kib} KiB: {said}");
        assert_eq!(names(&folder.path("")), ["small.toml"], "{kib} KiB: {said}");
    }
}

/// Flips a bit of a file, and says how the file was before.
fn flip(path: &Path, at: usize) -> Vec<u8> {
    let before = fs::read(path).expect("it is there");
    let mut after = before.clone();
    after[at] ^= 4;
    fs::write(path, after).expect("it can be written");
    before
}

/// Runs a command that must refuse a damaged checkpoint in one sentence, which offers the one before.
fn refused(arguments: &[&str], damaged: &str) {
    let result = run(arguments);
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(2), "{damaged}: {said}");
    assert!(
        said.contains(&format!("step-00000300/{damaged}")),
        "{damaged}: {said}"
    );
    assert!(said.contains(" is damaged: "), "{damaged}: {said}");
    assert!(said.contains(" --from step-00000250`"), "{damaged}: {said}");
    assert_eq!(said.matches("error:").count(), 1, "{damaged}: {said}");
}

#[test]
fn a_flipped_bit_is_said_and_the_checkpoint_before_goes_on() {
    let folder = Folder::new("flipped");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let [whole, flipped] = ["whole", "flipped"].map(|name| folder.path(name));
    let output = text(&flipped);
    let result = run(&["train", &recipe, "--output", &output]);
    assert!(result.status.success(), "{}", printed(&result));
    copy(&flipped, &whole);
    let newest = flipped.join("checkpoints/step-00000300");
    let resume = ["train", "--resume", &output];
    for name in names(&newest) {
        let path = newest.join(&name);
        // Of a wrong checksum nobody can say whether it or the file has changed.
        let said = if name == "checksums.json" { "" } else { &*name };
        let length = fs::metadata(&path).expect("it is there").len() as usize;
        for at in [0, length / 3, length - 1] {
            let before = flip(&path, at);
            refused(&resume, said);
            fs::write(&path, before).expect("it can be written");
        }
        let away = path.with_extension("away");
        fs::rename(&path, &away).expect("it is there");
        if name != "checksums.json" && name != "state.json" {
            refused(&resume, &name);
        }
        fs::rename(&away, &path).expect("it is there");
    }
    let weights = newest.join("average.bpk");
    flip(&weights, 2000);
    let [copy, states] = ["copy.safetensors", "states.h5"].map(|name| text(&folder.path(name)));
    refused(&["evaluate", &output], "average.bpk");
    refused(&["export", &output, &copy], "average.bpk");
    let predict = [
        "predict",
        &output,
        "--initial",
        &states,
        "--frames",
        "2",
        "--output",
        &copy,
    ];
    refused(&predict, "average.bpk");

    let wrong = run(&[&resume[..], &["--from", "step-7"]].concat());
    let said = printed(&wrong);
    assert_eq!(wrong.status.code(), Some(2), "{said}");
    assert!(
        said.contains("one of: step-00000250, step-00000300"),
        "{said}"
    );
    let result = run(&[&resume[..], &["--from", "step-250"]].concat());
    assert!(result.status.success(), "{}", printed(&result));
    assert_eq!(timeless(&whole), timeless(&flipped));
    let healed = ["whole", "flipped"].map(|name| {
        let path = folder
            .path(name)
            .join("checkpoints/step-00000300/average.bpk");
        fs::read(path).expect("it is there again")
    });
    assert!(healed[0] == healed[1], "it is the same training");
}

#[test]
fn a_checkpoint_of_a_version_without_checksums_goes_on() {
    let folder = Folder::new("unsigned");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let [whole, old] = ["whole", "old"].map(|name| folder.path(name));
    let result = run(&["train", &recipe, "--output", &text(&whole)]);
    assert!(result.status.success(), "{}", printed(&result));
    copy(&whole, &old);
    for step in ["step-00000250", "step-00000300"] {
        let path = old.join("checkpoints").join(step).join("checksums.json");
        fs::remove_file(path).expect("it was there");
    }
    let result = run(&["train", "--resume", &text(&old), "--from", "250"]);
    assert!(result.status.success(), "{}", printed(&result));
    assert_eq!(timeless(&whole), timeless(&old));
    let result = run(&["evaluate", &text(&old), "--no-speed"]);
    assert!(result.status.success(), "{}", printed(&result));
}

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for name in names(from) {
        let (from, to) = (from.join(&name), to.join(&name));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).expect("a file");
        }
    }
}
