//! Simulations that fail, are killed or are told to stop.

use super::RECIPE;
use crate::common::{Folder, ondine, printed, run, text};
use ondine::datasets::files::{DatasetReader, WellReader};
use std::process::Stdio;
use std::time::Duration;

#[test]
fn a_failing_simulation_leaves_no_file() {
    let folder = Folder::new("failing");
    let recipe = folder.write("flow.toml", RECIPE);
    let output = folder.path("out.h5");
    let set = [
        "--set",
        "equation.viscosity=1e-7",
        "--set",
        "time.dt=5.0",
        "--set",
        "time.substeps=1",
    ];
    let result = run(&[
        &["simulate", &text(&recipe), "--output", &text(&output)][..],
        &set,
    ]
    .concat());
    assert_eq!(result.status.code(), Some(1), "{}", printed(&result));
    assert!(
        printed(&result).contains("viscosity"),
        "{}",
        printed(&result)
    );
    assert!(!output.exists() && !folder.path("out.h5.part").exists());
}

#[test]
fn a_kill_leaves_no_file_or_a_whole_one() {
    let folder = Folder::new("kill");
    let recipe = folder.write("flow.toml", RECIPE);
    let output = folder.path("out.h5");
    for wait in [5, 20, 40, 80, 160, 320] {
        let arguments = [
            "simulate",
            &text(&recipe),
            "--output",
            &text(&output),
            "--count",
            "400",
        ];
        let mut command = ondine(&arguments);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().expect("SIGKILL");
        child.wait().expect("a child");
        if output.exists() {
            let reader = WellReader::open(&output).expect("a whole file");
            reader.trajectory(399).expect("with every trajectory");
            std::fs::remove_file(&output).expect("for the next round");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_simulation_that_is_told_to_stop_says_so_and_leaves_no_file() {
    let folder = Folder::new("stop");
    let recipe = folder.write("flow.toml", RECIPE);
    let output = folder.path("out.h5");
    let arguments = [
        "simulate",
        &text(&recipe),
        "--output",
        &text(&output),
        "--count",
        "100000",
    ];
    let child = ondine(&arguments)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    while !folder.path("out.h5.part").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let told = std::process::Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(told.expect("kill is everywhere").success());
    let ended = child.wait_with_output().expect("a child");
    assert_eq!(ended.status.code(), Some(130), "{}", printed(&ended));
    assert!(
        printed(&ended).contains("no file was written"),
        "{}",
        printed(&ended)
    );
    assert!(!output.exists() && !folder.path("out.h5.part").exists());
}
