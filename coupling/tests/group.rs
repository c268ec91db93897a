//! Groups of processes: whatever a process starts ends with it, and with the process that has the group.

#![cfg(target_os = "linux")]

use ondine_coupling::{Attempts, Code, Job, Listener, ProcessGroup, Program};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// A script that starts a process of its own, writes the number of that to a file, and hangs.
const HANGS: &str = "sleep 1000 & echo $! > \"$0\".part; mv \"$0\".part \"$0\"; wait";

/// A script that ignores polite requests.
const IGNORES: &str =
    "trap '' TERM; sleep 1000 & echo $! > \"$0\".part; mv \"$0\".part \"$0\"; wait; wait";

fn file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("ondine-group-{}-{name}", std::process::id()))
}

fn script(text: &str, file: &Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", text]).arg(file);
    command
}

/// The number that a script has written.
fn written(file: &Path) -> u32 {
    let since = Instant::now();
    loop {
        if let Ok(text) = fs::read_to_string(file) {
            fs::remove_file(file).expect("it is ours");
            return text.trim().parse().expect("a number");
        }
        assert!(since.elapsed() < Duration::from_secs(20), "{file:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Whether a process runs: one that nobody waits for is none.
fn runs(process: u32) -> bool {
    let state = fs::read_to_string(format!("/proc/{process}/stat"));
    state.is_ok_and(|state| !state.contains(") Z "))
}

fn ends(process: u32) {
    let since = Instant::now();
    while runs(process) {
        assert!(since.elapsed() < Duration::from_secs(20), "{process} runs");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_process_of_a_process_ends_with_its_group() {
    for (name, text) in [("hangs", HANGS), ("ignores", IGNORES)] {
        let file = file(name);
        let group = ProcessGroup::new();
        let mut child = group.spawn(&mut script(text, &file)).expect("a shell");
        let grandchild = written(&file);
        assert!(runs(grandchild));
        drop(group);
        assert!(!child.wait().expect("it was started").success());
        ends(grandchild);
    }
}

#[test]
fn a_polite_request_reaches_all_of_a_group() {
    let file = file("polite");
    let mut group = ProcessGroup::new();
    let mut child = group.spawn(&mut script(HANGS, &file)).expect("a shell");
    let grandchild = written(&file);
    group.terminate();
    assert!(!child.wait().expect("it was started").success());
    ends(grandchild);
}

/// Not a test of its own: a process that has a group, and is killed.
#[test]
fn a_process_with_a_group() {
    let Some(file) = std::env::var_os("ONDINE_TEST_GROUP") else {
        return;
    };
    let group = ProcessGroup::new();
    let mut command = script(IGNORES, Path::new(&file));
    let mut child = group.spawn(&mut command).expect("a shell");
    child.wait().expect("it was started");
}

#[test]
fn a_group_ends_where_the_process_that_has_it_is_killed() {
    let file = file("killed");
    let this = std::env::current_exe().expect("this program");
    let mut owner = Command::new(this)
        .args(["--exact", "a_process_with_a_group"])
        .env("ONDINE_TEST_GROUP", &file)
        .spawn()
        .expect("it starts");
    let grandchild = written(&file);
    owner.kill().expect("it runs");
    owner.wait().expect("it was started");
    ends(grandchild);
}

#[test]
fn a_program_that_is_silent_ends_with_what_it_has_started() {
    let file = file("silent");
    let path = file.to_str().expect("UTF-8");
    let program = Program::new(&["sh", "-c", HANGS, path], &[]).expect("it is well formed");
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let attempts = Attempts {
        restarts: 0,
        silence: Duration::from_millis(500),
        wait: Duration::from_millis(500),
    };
    let mut sink = |_| ControlFlow::Continue(());
    let result = program.run(&listener, Job::new(0, Vec::new()), attempts, &mut sink);
    assert_eq!(result.expect_err("it hangs").code, Code::Timeout);
    ends(written(&file));
}

#[test]
fn a_program_that_dies_is_noticed_though_what_it_has_started_goes_on() {
    let text = "sleep 1000 & echo broken >&2; exit 3";
    let program = Program::new(&["sh", "-c", text], &[]).expect("it is well formed");
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let attempts = Attempts {
        restarts: 0,
        ..Attempts::default()
    };
    let mut sink = |_| ControlFlow::Continue(());
    let result = program.run(&listener, Job::new(0, Vec::new()), attempts, &mut sink);
    let error = result.expect_err("it fails");
    assert!(
        error.text.contains("status 3, and said last: broken"),
        "{error}"
    );
}
