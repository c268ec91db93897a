//! Worker processes that fail in every way: scripts play the worker.
#![cfg(unix)]

use crate::doubles::{Experiment, wait_until, within_patience};
use ondine_datasets::process::wire::{Message, Trouble, VERSION, write};
use ondine_datasets::process::{Launch, Processes};
use ondine_datasets::{
    Autoscale, Conditions, Cursor, DataError, FailureKind, Snapshot, Source, WorkerPool,
};
use std::fs;
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Simulations that can be drawn again, for their conditions.
struct Local;

impl Source for Local {
    fn conditions(&self, index: u64) -> Conditions {
        Experiment::default().simulator.conditions(index)
    }

    fn run(
        &self,
        _index: u64,
        _sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        unreachable!("simulations run in processes")
    }

    fn again(&self, _attempt: u32) -> Option<Arc<dyn Source>> {
        Some(Arc::new(Self))
    }
}

/// Actions of workers after their hello, in the language of the shell; `$m` is the folder of messages. `dd` reads the
/// job, of 18 bytes, behind a hello of 15 and a recipe of 9.
const SCRIPTS: [(&str, &str); 11] = [
    (
        "whole",
        "cat $m/ready; while dd bs=1 count=18 of=/dev/null; do cat $m/frame $m/frame $m/end; done",
    ),
    (
        "counted",
        "echo 1 >> $m/started; cat $m/ready; \
         while dd bs=1 count=18 of=/dev/null; do cat $m/frame $m/frame $m/end; done",
    ),
    (
        "aborts",
        "cat $m/ready; cat $m/frame; echo 'heap is corrupt' >&2; kill -ABRT $$",
    ),
    ("killed", "cat $m/ready; cat $m/frame; kill -KILL $$"),
    ("leaves", "cat $m/ready; head -c 7 $m/frame; exit 3"),
    (
        "hangs",
        "cat $m/ready; cat $m/frame; echo $$ > $m/pid; exec sleep 1000",
    ),
    (
        "babbles",
        "cat $m/ready; echo 'step 1: energy 0.5'; sleep 1000",
    ),
    ("enlarges", "cat $m/ready; cat $m/large; sleep 1000"),
    (
        "diverges",
        "cat $m/ready; cat $m/frame; cat $m/failed; sleep 1000",
    ),
    ("refuses", "cat $m/refusal; sleep 1000"),
    ("dies", "echo 'no library' >&2; exit 127"),
];

/// The folder of scripts and messages, written once: a script that is open for writing can't be started.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("workers");
        fs::create_dir_all(&folder).expect("a temporary folder");
        let failed = |trouble, text: &str| Message::Failed {
            trouble,
            text: text.to_owned(),
        };
        let messages = [
            ("hello", Message::Hello { version: VERSION }),
            ("future", Message::Hello { version: 9 }),
            ("ready", Message::Ready),
            ("frame", Message::Frame(vec![1.0, 0.1])),
            ("large", Message::Frame(vec![1.0; 3])),
            ("end", Message::End),
            ("failed", failed(Trouble::Diverged, "burgers: diverged")),
            ("refusal", failed(Trouble::Setup, "no such equation")),
        ];
        for (name, message) in messages {
            let mut bytes = Vec::new();
            write(&mut bytes, &message).expect("memory takes everything");
            fs::write(folder.join(name), bytes).expect("a temporary file");
        }
        let hello = "cat $m/hello; dd bs=1 count=24 of=/dev/null";
        for (name, body) in SCRIPTS {
            script(&folder, name, &format!("{hello}; {body}"));
        }
        script(&folder, "newer", "cat $m/future; sleep 1000");
        folder
    })
}

fn script(folder: &Path, name: &str, body: &str) {
    let path = folder.join(format!("{name}.sh"));
    let text = format!("#!/bin/sh\nm={}\nexec 3>&2 2>/dev/null\n", folder.display());
    // The noise of dd goes nowhere, what the script itself says on.
    let text = format!("{text}{}\n", body.replace(">&2", ">&3"));
    fs::write(&path, text).expect("a temporary file");
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(&path, mode).expect("our file");
}

fn processes(name: &str, limit: Option<Duration>) -> Processes {
    let launch = Launch {
        program: Some(folder().join(format!("{name}.sh"))),
        recipe: "text".to_owned(),
        values: 2,
        limit,
    };
    Processes::new(launch, Arc::new(Local), 0)
}

/// Frames and end of simulation 7.
fn run(processes: &Processes) -> (Vec<Vec<f64>>, Result<(), DataError>) {
    let mut frames = Vec::new();
    let result = processes.run(7, &mut |frame| {
        frames.push(frame.to_vec());
        ControlFlow::Continue(())
    });
    (frames, result)
}

fn failure(name: &'static str, limit: Option<Duration>) -> (Option<FailureKind>, String) {
    within_patience(move || {
        let (_, result) = run(&processes(name, limit));
        let error = result.expect_err(name);
        (error.kind(), error.to_string())
    })
}

#[test]
fn a_worker_gives_frames_of_one_simulation_after_the_other() {
    within_patience(|| {
        let processes = processes("whole", None);
        for _ in 0..3 {
            let frame = vec![1.0, f64::from(0.1_f32)];
            assert_eq!(run(&processes), (vec![frame.clone(), frame], Ok(())));
        }
    });
}

#[test]
fn a_worker_that_aborts_or_leaves_has_crashed_and_its_last_words_are_kept() {
    let (kind, text) = failure("aborts", None);
    assert_eq!(kind, Some(FailureKind::Crashed));
    let start = "simulation 7: its process ended with signal: 6 (SIGABRT)";
    assert!(text.starts_with(start), "{text}");
    assert!(text.ends_with("; it said: heap is corrupt"), "{text}");
    let (kind, text) = failure("leaves", None);
    assert_eq!(kind, Some(FailureKind::Crashed));
    let expected = "simulation 7: its process ended with exit status: 3";
    assert_eq!(text, expected);
}

#[test]
fn a_worker_that_is_killed_is_lost() {
    let (kind, text) = failure("killed", None);
    assert_eq!(kind, Some(FailureKind::Lost));
    let expected = "simulation 7: its process ended with signal: 9 (SIGKILL)";
    assert_eq!(text, expected);
}

#[test]
fn a_worker_that_takes_too_long_is_killed() {
    let limit = Duration::from_millis(300);
    let started = Instant::now();
    let (kind, text) = failure("hangs", Some(limit));
    assert_eq!(kind, Some(FailureKind::TimedOut));
    let expected = "simulation 7: no end within ensemble.time_limit = 0.3 s";
    assert_eq!(text, expected);
    assert!(started.elapsed() >= limit);
    let pid = fs::read_to_string(folder().join("pid")).expect("it had begun");
    let told = std::process::Command::new("kill")
        .args(["-0", pid.trim()])
        .stderr(std::process::Stdio::null())
        .status();
    assert!(!told.expect("kill is everywhere").success(), "it is gone");
}

#[test]
fn a_wait_for_a_worker_that_hangs_ends_when_nobody_wants_its_frames() {
    within_patience(|| {
        let processes = Arc::new(processes("hangs", None));
        let waiting = processes.clone();
        let waiting = std::thread::spawn(move || run(&waiting));
        std::thread::sleep(Duration::from_millis(200));
        processes.cancel();
        let (frames, _) = waiting.join().expect("no panic");
        assert!(frames.len() < 2, "it never ended");
    });
}

#[test]
fn a_worker_that_sends_nonsense_or_frames_of_another_size_has_crashed() {
    let (kind, text) = failure("babbles", None);
    assert_eq!(kind, Some(FailureKind::Crashed));
    assert!(text.contains("115 is no kind of message"), "{text}");
    let (kind, text) = failure("enlarges", None);
    assert_eq!(kind, Some(FailureKind::Crashed));
    let expected = "a message of kind 5 with 12 bytes, 8 at most are possible";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn what_a_worker_tells_of_its_failure_reads_like_that_of_a_thread() {
    let (kind, text) = failure("diverges", None);
    assert_eq!(kind, Some(FailureKind::Diverged));
    assert_eq!(text, "simulation 7: burgers: diverged");
}

#[test]
fn workers_that_can_not_start_are_an_error_of_the_run() {
    for (name, said) in [
        ("refuses", "a worker process: no such equation"),
        (
            "dies",
            "a worker process: it ended with exit status: 127; it said: no library",
        ),
        (
            "newer",
            "a worker process: the other side speaks version 9 of the format, this one 2",
        ),
    ] {
        assert_eq!(failure(name, None), (None, said.to_owned()), "{name}");
    }
    let (kind, text) = failure("missing", None);
    assert_eq!(kind, None);
    assert!(text.contains("missing.sh does not start: "), "{text}");
}

#[test]
fn processes_start_when_a_worker_takes_its_first_simulation() {
    let started = folder().join("started");
    let count = |workers: Autoscale| {
        fs::write(&started, "").expect("our folder");
        within_patience(move || {
            let experiment = Experiment::default();
            let buffer = experiment.buffer(Snapshot::default());
            let simulator = Arc::new(processes("counted", None));
            let (cut, cursor) = (experiment.cut, Cursor::default());
            let pool = WorkerPool::start(workers, simulator, buffer.clone(), cut, &cursor, 50);
            wait_until("over", || buffer.telemetry().simulations == 50);
            drop(pool);
        });
        let text = fs::read_to_string(&started).expect("our file");
        text.lines().count()
    };
    assert_eq!(count(Autoscale::automatic(1, 8)), 1, "of eight threads");
    assert!(count(Autoscale::from(3)) <= 3);
}

#[test]
fn a_program_without_a_worker_says_so() {
    let launch = Launch {
        program: None,
        recipe: String::new(),
        values: 2,
        limit: None,
    };
    let (_, result) = run(&Processes::new(launch, Arc::new(Local), 0));
    let text = result.expect_err("no program").to_string();
    assert!(text.contains("isolation = \"thread\""), "{text}");
}
