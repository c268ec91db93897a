//! Worker processes that are killed, and those whose training is.

use super::{begin, failures, learned, summary, train, workers};
use crate::common::Folder;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Waits until a worker has read its recipe and computes.
#[cfg(target_os = "linux")]
fn begun(worker: &str) {
    let ticks = || {
        let stat = fs::read_to_string(format!("/proc/{worker}/stat")).unwrap_or_default();
        // "12 (name) S 7 ...": the fourteenth is its processor time in hundredths of a second.
        let rest = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        rest.split(' ')
            .nth(11)
            .map_or(0, |ticks| ticks.parse::<u64>().unwrap_or(0))
    };
    let started = Instant::now();
    while ticks() < 8 {
        assert!(
            started.elapsed() < Duration::from_secs(120),
            "{worker} does not compute"
        );
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[cfg(target_os = "linux")]
fn signal(process: &str, signal: &str) {
    let told = std::process::Command::new("kill")
        .args([signal, process])
        .stderr(Stdio::null())
        .status();
    told.expect("kill is everywhere");
}

#[cfg(target_os = "linux")]
#[test]
fn worker_processes_that_are_killed_change_nothing_of_what_is_learned() {
    let folder = Folder::new("hunted");
    let sets = [
        "deterministic=true",
        "ensemble.workers=2",
        "ensemble.isolation=process",
    ];
    // Long simulations, so that a kill finds them under way.
    let long = [
        "time.warmup=200000",
        "ensemble.simulations=20",
        "time.dt=0.1",
        "train.steps=60",
    ];
    let sets = [sets.as_slice(), &long].concat();
    let (whole, _) = train(&folder, "whole", &sets);
    let (output, mut training) = begin(&folder, "hunted", &sets);
    let workers = workers(&training, 2);
    workers.iter().for_each(|worker| begun(worker));
    // All at once: no simulation is lost twice, which would have it drawn again.
    workers.iter().for_each(|worker| signal(worker, "-KILL"));
    assert!(training.wait().expect("a child").success());
    assert_eq!(learned(&output), learned(&whole));
    let lost = failures(&output);
    assert!((1..=2).contains(&lost.len()), "{lost:?}");
    for line in &lost {
        assert_eq!(line["failed"], "lost", "{line}");
        assert_eq!(line["redrawn"], false, "{line}");
    }
    assert_eq!(summary(&output)["failures"]["lost"], lost.len());
}

#[cfg(target_os = "linux")]
#[test]
fn worker_processes_end_with_a_training_that_is_killed() {
    let folder = Folder::new("orphans");
    let sets = [
        "ensemble.workers=1",
        "ensemble.isolation=process",
        "time.warmup=100000000",
        "time.dt=0.1",
    ];
    let (_, mut training) = begin(&folder, "run", &sets);
    let workers = workers(&training, 1);
    std::thread::sleep(Duration::from_millis(300)); // It simulates, and will for hours.
    training.kill().expect("SIGKILL");
    training.wait().expect("a child");
    let started = Instant::now();
    let there = |worker: &String| Path::new("/proc").join(worker).join("exe").exists();
    while workers.iter().any(there) {
        assert!(started.elapsed() < Duration::from_secs(20), "{workers:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
