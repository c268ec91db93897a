//! Parts of several tests: fields with known values, and events of a listener.

#![allow(dead_code, reason = "each test file uses a part")]

use ondine_coupling::{Client, ClientOptions, Code, Dtype, Event, Listener, Outcome, Values};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Time after which a test gives up.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// The value of a field in a frame of a simulation: no two are equal.
pub(crate) fn value(simulation: u64, frame: u64, cell: usize) -> f64 {
    simulation as f64 * 1e6 + frame as f64 * 1e3 + cell as f64
}

pub(crate) fn values(simulation: u64, frame: u64, cells: usize) -> Vec<f64> {
    (0..cells)
        .map(|cell| value(simulation, frame, cell))
        .collect()
}

/// The outcome of one simulation.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Course {
    pub(crate) frames: Vec<(u64, f64, Vec<Values>)>,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) begun: usize,
}

/// Collects events until so many simulations have ended; those of clients that are gone are offered again by `again`.
pub(crate) fn collect(
    listener: &Listener,
    simulations: usize,
    again: impl Fn(u64),
) -> BTreeMap<u64, Course> {
    let mut courses: BTreeMap<u64, Course> = BTreeMap::new();
    let since = Instant::now();
    let ended = |courses: &BTreeMap<u64, Course>| {
        let ended = courses.values().filter(|course| course.outcome.is_some());
        ended.count()
    };
    while ended(&courses) < simulations {
        let ended = ended(&courses);
        assert!(
            since.elapsed() < LIMIT,
            "only {ended} of {simulations} have ended"
        );
        match listener.event(Duration::from_millis(200)) {
            Some(Event::Began { simulation, .. }) => {
                courses.entry(simulation).or_default().begun += 1;
            }
            Some(Event::Frame {
                simulation,
                frame,
                time,
                fields,
            }) => {
                let course = courses.entry(simulation).or_default();
                course.frames.push((frame, time, fields));
            }
            Some(Event::Ended {
                simulation,
                outcome,
                ..
            }) => {
                courses.entry(simulation).or_default().outcome = Some(outcome);
            }
            Some(Event::Gone {
                simulation: Some(simulation),
                ..
            }) => again(simulation),
            _ => {}
        }
    }
    courses
}

/// Asserts that each frame came once, in order, with its values.
pub(crate) fn check(course: &Course, simulation: u64, frames: u64, cells: usize) {
    assert_eq!(course.outcome, Some(Outcome::Finished));
    let indices: Vec<u64> = course.frames.iter().map(|(frame, ..)| *frame).collect();
    assert_eq!(
        indices,
        (0..frames).collect::<Vec<_>>(),
        "once and in order"
    );
    for (frame, time, fields) in &course.frames {
        assert_eq!(time.to_bits(), (*frame as f64 * 0.5).to_bits());
        assert_eq!(fields[0], Values::F64(values(simulation, *frame, cells)));
    }
}

/// Runs one simulation of a field `u`.
pub(crate) fn run(
    client: &mut Client,
    simulation: u64,
    frames: u64,
    cells: usize,
) -> ondine_coupling::Result<()> {
    for frame in 0..frames {
        client.put("u", &values(simulation, frame, cells))?;
        client.commit(frame as f64 * 0.5)?;
    }
    client.finish(0)
}

/// A client with a field `u`.
pub(crate) fn client(endpoint: &str, cells: usize) -> Client {
    let mut client = ClientOptions::default()
        .open(endpoint)
        .unwrap_or_else(|error| panic!("{error}"));
    client.field("u", Dtype::F64, &[cells]).expect("a field");
    client
}

/// The code of a call that fails.
pub(crate) fn code<T: std::fmt::Debug>(result: ondine_coupling::Result<T>) -> Code {
    let error = result.expect_err("an error");
    assert!(error.text.len() > 10, "a sentence: {}", error.text);
    error.code
}

/// An endpoint in the file system that no other test has.
pub(crate) fn ipc(name: &str) -> String {
    let path = std::env::temp_dir().join(format!("ondine-{}-{name}", std::process::id()));
    format!("ipc://{}", path.display())
}
