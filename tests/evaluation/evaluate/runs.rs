//! Runs that are evaluated: whole, into a directory of its own, told to stop, from a program.

use super::{NETWORK, Trained, refused};
use crate::common::{ondine, printed, run, text, unwrapped};
use ondine::control::{Advance, Control};
use ondine::evaluation::{EvaluationError, JudgeError, Options, evaluate};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

#[test]
fn an_evaluation_in_a_directory_of_its_own_leaves_that_of_the_run() {
    let trained = Trained::new("beside", &[NETWORK]);
    let run = Path::new(&trained.run);
    let kept = ["evaluation.json", "sample.safetensors", "report.html"];
    let read = |of: &Path| kept.map(|name| fs::read(of.join(name)).expect("it is there"));
    let before = read(run);
    let file = trained.simulate("two.h5", &[]);
    let beside = trained.folder.path("deep/beside");
    let output = text(&beside);
    let found = trained.judged(&["--no-speed", "--data", &file, "--output", &output]);
    assert!(before == read(run), "the run is as it was");
    let written = fs::read(beside.join("evaluation.json")).expect("it is there");
    let written: Value = serde_json::from_slice(&written).expect("it is JSON");
    assert_eq!(written["surrogate"], found["surrogate"]);
    assert_eq!(written["trajectories"], 2);
    let page = fs::read_to_string(beside.join("report.html")).expect("it is there");
    assert!(page.contains("trajectories of two.h5"), "of the file");
    // Again into the same directory, while another process writes into the run.
    let lock = fs::File::options().append(true).open(run.join("lock"));
    let lock = lock.expect("a run has one");
    lock.lock().expect("nobody writes");
    let again = trained.evaluate(&["--no-speed", "--output", &output]);
    let said = printed(&again);
    assert!(
        again.status.success() && said.contains("deep/beside/report.html"),
        "{said}"
    );
    refused(
        &trained.evaluate(&["--no-speed"]),
        "another process writes into",
    );
    refused(
        &trained.evaluate(&["--output", &trained.run]),
        "is a run: choose",
    );
    refused(
        &trained.evaluate(&["--output", &file]),
        "two.h5 is no directory",
    );
}

#[test]
fn a_run_that_can_not_be_written_into_is_judged_into_another_directory() {
    let trained = Trained::new("unwritable", &[NETWORK]);
    let run = Path::new(&trained.run);
    // Folders in the places of its files: they refuse writers of all rights.
    for name in ["lock", "evaluation.json"] {
        let file = run.join(name);
        fs::remove_file(&file).expect("it is there");
        fs::create_dir(&file).expect("the name is free");
        let output = trained.evaluate(&["--no-speed"]);
        let said = unwrapped(&printed(&output));
        assert_eq!(output.status.code(), Some(1), "{said}");
        let words = format!("run/{name} can't be written: ");
        assert!(said.contains(&words), "{said}");
        assert!(
            said.contains("in another directory, --output DIR"),
            "{said}"
        );
        let beside = trained.folder.path(&format!("beside-{name}"));
        trained.judged(&["--no-speed", "--output", &text(&beside)]);
        assert!(beside.join("evaluation.json").is_file());
        fs::remove_dir(&file).expect("it is empty");
        fs::write(&file, "").expect("the name is free");
    }
}

#[test]
fn runs_that_are_not_trained_are_refused() {
    let trained = Trained::new("untrained", &[NETWORK]);
    let checkpoints = Path::new(&trained.run).join("checkpoints");
    let newest = checkpoints.join("step-00000020");
    fs::write(newest.join("state.json"), "{\"step\": 2").expect("it can be written");
    refused(&trained.evaluate(&[]), "is damaged");
    fs::remove_dir_all(&checkpoints).expect("it is there");
    fs::create_dir_all(checkpoints.join("step-00000020.part")).expect("it can be made");
    refused(&trained.evaluate(&[]), "has no checkpoint");
    refused(
        &run(&["evaluate", &text(&trained.folder.path("nowhere"))]),
        "is no run",
    );
}

/// Waits until a process takes the interrupt of a terminal as a request.
#[cfg(unix)]
fn listens(process: u32) {
    if !cfg!(target_os = "linux") {
        return;
    }
    let caught = || {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        mask.is_some_and(|mask| mask & 0b10 != 0) // the second signal is SIGINT
    };
    for _ in 0..6000 {
        if caught() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("process {process} ignores interrupts");
}

#[cfg(unix)]
#[test]
fn told_to_stop_it_leaves_the_evaluation_as_it_was() {
    let trained = Trained::new("stopped", &[NETWORK]);
    let kept = Path::new(&trained.run).join("evaluation.json");
    let before = fs::read(&kept).expect("it is there");
    // First while it simulates, then while it rolls out: both would take minutes.
    for more in [["--trajectories", "2000000"], ["--frames", "2000000"]] {
        let mut child = ondine(&["evaluate", &trained.run])
            .args(more)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        listens(child.id());
        std::thread::sleep(Duration::from_secs(2));
        let told = std::process::Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        assert!(told.expect("kill is everywhere").success());
        assert!(
            child.try_wait().expect("a child").is_none(),
            "it is under way"
        );
        let output = child.wait_with_output().expect("a child");
        assert_eq!(output.status.code(), Some(130), "{}", printed(&output));
        assert!(
            printed(&output).contains("interrupted"),
            "{}",
            printed(&output)
        );
        assert!(
            fs::read(&kept).expect("it is there") == before,
            "it was rewritten"
        );
    }
}

#[test]
fn an_evaluation_from_a_program_is_that_of_the_command_line() {
    let trained = Trained::new("library", &[NETWORK]);
    let diagnosis = trained.judged(&["--no-speed"])["diagnosis"].take();
    let options = Options {
        timed: false,
        ..Options::default()
    };
    let kept = || fs::read(Path::new(&trained.run).join("evaluation.json")).expect("it is kept");
    let of_command_line = kept();
    let (stop, told) = (AtomicBool::new(false), AtomicUsize::new(0));
    let listener = |_: Advance| {
        told.fetch_add(1, Ordering::Relaxed);
    };
    let control = Control::none().telling(&listener).stopped_by(&stop);
    let found = evaluate(Path::new(&trained.run), &options, control);
    let found = found.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(serde_json::to_value(&found.findings).ok(), Some(diagnosis));
    assert_eq!(kept(), of_command_line);
    assert!(found.report.is_file() && told.load(Ordering::Relaxed) > 4);
    stop.store(true, Ordering::Relaxed);
    let ended = evaluate(Path::new(&trained.run), &options, control);
    let is_stopped = |error| matches!(error, EvaluationError::Judge(JudgeError::Stopped(_)));
    assert!(ended.is_err_and(is_stopped));
    assert_eq!(kept(), of_command_line);
}
