//! Workers that come to a training over the wire: frames and failures as on this machine, deaths, other trainings.

use ondine_datasets::coupling::{Client, ClientOptions, Dtype};
use ondine_datasets::remote::{Launch, Task, WorkError, Worker, Workers};
use ondine_datasets::{Conditions, DataError, FailureKind, Source};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const FRAMES: usize = 5;

/// Time that a simulation may take: long enough for every other one on a machine that is at work.
const LIMIT: Duration = Duration::from_secs(3);

/// Simulations of two values that count; numbers from 100 on fail in their ways. Number 0 says that it has
/// begun, and ends when it may.
#[derive(Clone, Default)]
struct Count {
    attempt: u32,
    shift: f64,
    begun: Arc<AtomicBool>,
    may_end: Arc<AtomicBool>,
}

impl Count {
    fn frame(&self, index: u64, frame: usize) -> [f64; 2] {
        let first = index as f64 + frame as f64 / 3.0 + self.shift;
        [first, f64::from(self.attempt)]
    }
}

impl Source for Count {
    fn conditions(&self, _: u64) -> Conditions {
        Conditions {
            dt: 0.1,
            length: vec![1.0],
            spacing: vec![0.5],
            parameters: vec![],
        }
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        if index == 0 {
            self.begun.store(true, Ordering::Relaxed);
        }
        while index == 0 && !self.may_end.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(1));
        }
        for frame in 0..FRAMES {
            if sink(&self.frame(index, frame)).is_break() {
                return Ok(());
            }
            match index {
                101 => return Err(DataError::failed(index, FailureKind::Diverged, "too large")),
                102 => return Err(DataError::failed(index, FailureKind::Refused, "no mesh")),
                103 => panic!("a defect"),
                104 => thread::sleep(LIMIT + Duration::from_millis(500)),
                _ => {}
            }
        }
        Ok(())
    }

    fn again(&self, attempt: u32) -> Option<Arc<dyn Source>> {
        Some(Arc::new(Self {
            attempt,
            ..self.clone()
        }))
    }

    fn at(&self, point: &[f64]) -> Option<Arc<dyn Source>> {
        Some(Arc::new(Self {
            shift: point[0],
            ..self.clone()
        }))
    }
}

fn task(description: &str, limit: Option<Duration>) -> Task {
    Task {
        endpoint: "tcp://127.0.0.1:0".to_owned(),
        token: String::new(),
        description: description.to_owned(),
        values: 2,
        limit,
        threads: 1,
    }
}

fn worker(endpoint: &str) -> JoinHandle<Result<u64, WorkError>> {
    let endpoint = endpoint.to_owned();
    thread::spawn(move || {
        let options = ClientOptions::default();
        Worker::connect(&endpoint, &options, Duration::from_secs(10))?.work(&Count::default(), 2)
    })
}

/// The frames of a simulation, and how it ended.
fn ran(source: &dyn Source, index: u64) -> (Vec<Vec<f64>>, Result<(), DataError>) {
    let mut frames = Vec::new();
    let result = source.run(index, &mut |frame| {
        frames.push(frame.to_vec());
        ControlFlow::Continue(())
    });
    (frames, result)
}

/// A source whose thread of this machine is busy until the flag is set, so that simulations run in workers.
fn elsewhere(workers: &Workers) -> (Arc<dyn Source>, Arc<AtomicBool>, JoinHandle<()>) {
    let count = Count::default();
    let (begun, may_end) = (count.begun.clone(), count.may_end.clone());
    let source = workers.around(Arc::new(count));
    let busy = source.clone();
    let thread = thread::spawn(move || {
        let (frames, result) = ran(&*busy, 0);
        assert_eq!((frames.len(), result), (FRAMES, Ok(())));
    });
    while !begun.load(Ordering::Relaxed) {
        thread::sleep(Duration::from_millis(1)); // until it has its place
    }
    (source, may_end, thread)
}

#[test]
fn simulations_in_workers_have_the_frames_and_failures_of_those_here() {
    let workers = Workers::listen(&task("count", Some(LIMIT)), Launch::none());
    let workers = workers.expect("a port");
    let (source, may_end, busy) = elsewhere(&workers);
    let worker = worker(workers.endpoint());
    let (frames, result) = ran(&*source, 7);
    assert_eq!(result, Ok(()));
    let rounded = |index, attempt, shift| -> Vec<Vec<f64>> {
        let count = Count {
            attempt,
            shift,
            ..Count::default()
        };
        let frames = (0..FRAMES).map(|frame| count.frame(index, frame));
        let rounded = frames.map(|frame| frame.map(|value| f64::from(value as f32)).to_vec());
        rounded.collect()
    };
    assert_eq!(frames, rounded(7, 0, 0.0));
    assert_eq!(workers.frames(), FRAMES as u64);
    let again = source.again(2).expect("it is drawn again");
    assert_eq!(ran(&*again, 8).0, rounded(8, 2, 0.0));
    let placed = source.at(&[0.25]).expect("it is placed");
    assert_eq!(ran(&*placed, 8).0, rounded(8, 0, 0.25));
    let failed = |index| ran(&*source, index).1.expect_err("it fails");
    let expected = DataError::failed(101, FailureKind::Diverged, "too large");
    assert_eq!(failed(101), expected);
    let expected = DataError::failed(102, FailureKind::Refused, "no mesh");
    assert_eq!(failed(102), expected);
    let panicked = failed(103);
    assert_eq!(panicked.kind(), Some(FailureKind::Panicked));
    assert!(panicked.to_string().ends_with("a defect"), "{panicked}");
    assert_eq!(failed(104).kind(), Some(FailureKind::TimedOut));
    source.cancel();
    may_end.store(true, Ordering::Relaxed);
    busy.join().expect("no panic");
    assert_eq!(worker.join().expect("no panic"), Ok(6));
}

#[test]
fn a_simulation_goes_on_in_another_worker_and_here_where_there_is_none() {
    let workers = Workers::listen(&task("count", None), Launch::none()).expect("a port");
    let (source, may_end, busy) = elsewhere(&workers);
    let mut dying = Client::open(workers.endpoint()).expect("it connects");
    dying.field("frame", Dtype::F32, &[2]).expect("the field");
    let running = source.clone();
    let running = thread::spawn(move || ran(&*running, 9));
    let job = dying.next().expect("no error").expect("a simulation");
    assert_eq!(job.number, 9);
    dying.put("frame", &[9.0f32, 0.0]).expect("it fits");
    dying.commit(0.0).expect("it is sent");
    drop(dying);
    let worker = worker(workers.endpoint());
    let (frames, result) = running.join().expect("no panic");
    assert_eq!((frames.len(), result), (FRAMES, Ok(())));
    assert_eq!(frames[0], [9.0, 0.0]);
    source.cancel();
    assert_eq!(worker.join().expect("no panic"), Ok(1));
    may_end.store(true, Ordering::Relaxed);
    busy.join().expect("no panic");

    let workers = Workers::listen(&task("count", None), Launch::none()).expect("a port");
    let (source, may_end, busy) = elsewhere(&workers);
    let mut dying = Client::open(workers.endpoint()).expect("it connects");
    dying.field("frame", Dtype::F32, &[2]).expect("the field");
    let running = source.clone();
    let running = thread::spawn(move || ran(&*running, 9));
    dying.next().expect("no error").expect("a simulation");
    for frame in [9.0f32, 9.0 + 1.0 / 3.0] {
        dying.put("frame", &[frame, 0.0]).expect("it fits");
        dying.commit(f64::from(frame)).expect("it is sent");
    }
    while workers.frames() < 2 {
        thread::sleep(Duration::from_millis(1));
    }
    drop(dying);
    may_end.store(true, Ordering::Relaxed);
    let (frames, result) = running.join().expect("no panic");
    assert_eq!(result, Ok(()));
    let expected = (0..FRAMES).map(|frame| 9.0 + frame as f64 / 3.0);
    let far = frames
        .iter()
        .zip(expected)
        .map(|(found, first)| (found[0] - first).abs());
    assert!(
        frames.len() == FRAMES && far.fold(0.0, f64::max) < 1e-6,
        "{frames:?}"
    );
    busy.join().expect("no panic");

    let workers = Workers::listen(&task("count", None), Launch::none()).expect("a port");
    let source = workers.around(Arc::new(Count::default()));
    assert_eq!(ran(&*source, 3).0.len(), FRAMES);
    assert_eq!(workers.frames(), 0, "no worker came");
}

#[test]
fn an_endpoint_that_nobody_answers_is_an_error_in_time() {
    let options = ClientOptions::default();
    let since = Instant::now();
    let result = Worker::connect("tcp://127.0.0.1:1", &options, Duration::from_millis(300));
    let error = result.map(drop).expect_err("nobody listens");
    assert!(since.elapsed() < Duration::from_secs(5));
    let text = error.to_string();
    assert!(
        text.starts_with("no training listens at `tcp://127.0.0.1:1`"),
        "{text}"
    );
}

#[test]
fn a_launcher_that_fails_is_an_error_with_its_words() {
    let launch = Launch {
        command: ["sh", "-c", "echo no such partition >&2; exit 4"]
            .map(str::to_owned)
            .to_vec(),
        workers: 2,
        at_once: true,
        program: None,
        pause: Duration::from_millis(10),
    };
    let workers = Workers::listen(&task("count", None), launch).expect("a port");
    let source = workers.around(Arc::new(Count::default()));
    let since = Instant::now();
    let error = loop {
        if let (_, Err(error)) = ran(&*source, 1) {
            break error.to_string();
        }
        assert!(since.elapsed() < Duration::from_secs(100));
        thread::sleep(Duration::from_millis(5));
    };
    assert_eq!(workers.restarts(), 4);
    assert!(
        error.contains(
            "gives no workers: the program ended with status 4, and said last: no such partition"
        ),
        "{error}"
    );
}

/// A command that writes the number of workers that it is asked for into a file, a line each time, and fails the first two times.
fn unlucky(folder: &std::path::Path) -> Launch {
    let script = "echo $ONDINE_WORKERS >> \"$0\"; [ $(wc -l < \"$0\") -gt 2 ] || { echo no licence >&2; exit 3; }";
    let file = folder.join("asked").display().to_string();
    let command = ["sh".to_owned(), "-c".to_owned(), script.to_owned(), file];
    Launch {
        command: command.to_vec(),
        workers: 2,
        at_once: true,
        program: None,
        pause: Duration::from_millis(10),
    }
}

/// Waits until the command was run so many times; what it was asked for.
fn asked(folder: &std::path::Path, times: usize) -> Vec<String> {
    let since = Instant::now();
    loop {
        let text = std::fs::read_to_string(folder.join("asked")).unwrap_or_default();
        if text.lines().count() >= times {
            return text.lines().map(str::to_owned).collect();
        }
        assert!(since.elapsed() < Duration::from_secs(100), "{text}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn workers_that_die_are_started_again_by_their_command() {
    let name = format!("ondine-remote-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    let workers = Workers::listen(&task("count", None), unlucky(&folder)).expect("a port");
    let (source, may_end, busy) = elsewhere(&workers);
    let running = source.clone();
    let running = thread::spawn(move || ran(&*running, 9));
    assert_eq!(asked(&folder, 3), ["2", "2", "2"]);
    let words = "2 workers started again by `sh";
    let mut news = Vec::new();
    while news.len() < 2 {
        news.extend(workers.news());
    }
    assert!(
        news.iter()
            .all(|news| news.starts_with(words) && news.ends_with("said last: no licence")),
        "{news:?}"
    );
    let mut dying = Client::open(workers.endpoint()).expect("it connects");
    dying.field("frame", Dtype::F32, &[2]).expect("the field");
    dying.next().expect("no error").expect("a simulation");
    drop(dying);
    assert_eq!(
        asked(&folder, 4),
        ["2", "2", "2", "1"],
        "for the one that is gone"
    );
    assert_eq!(workers.restarts(), 3);
    let worker = worker(workers.endpoint());
    let (frames, result) = running.join().expect("no panic");
    assert_eq!((frames.len(), result), (FRAMES, Ok(())));
    source.cancel();
    may_end.store(true, Ordering::Relaxed);
    busy.join().expect("no panic");
    assert_eq!(worker.join().expect("no panic"), Ok(1));
    std::fs::remove_dir_all(folder).expect("it is there");
}
