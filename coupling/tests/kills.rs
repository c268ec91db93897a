//! Three codes and a training, all killed again and again: every frame of every simulation is learned from once.

#![cfg(unix)]

mod common;

use common::values;
use ondine_coupling::{Client, Code, Dtype, Event, Job, ListenerOptions, Outcome, Result, Values};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const SIMULATIONS: u64 = 80;
const FRAMES: u64 = 120;
const CELLS: usize = 64;
const KILLS: usize = 50;

/// Stands for the end of a simulation in the place of a frame.
const ENDED: u64 = u64::MAX;

/// Not a test of its own: the processes of the one below.
#[test]
fn a_process_of_the_test() {
    match std::env::var("ONDINE_TEST_ROLE").as_deref() {
        Ok("training") => training(),
        Ok("code") => code().unwrap_or_else(|error| {
            // A gap, or another client that took over: the code is started again.
            assert_ne!(error.code, Code::Protocol, "{error}");
            std::process::exit(1);
        }),
        _ => {}
    }
}

fn code() -> Result<()> {
    let mut client = Client::open_from_environment()?;
    client.field("u", Dtype::F64, &[CELLS])?;
    while let Some(simulation) = client.next()? {
        for frame in 0..FRAMES {
            client.put("u", &values(simulation.number, frame, CELLS))?;
            client.commit(frame as f64)?;
            std::thread::sleep(Duration::from_micros(800));
        }
        client.finish(0)?;
    }
    client.close()
}

/// Frames that a training has learned from, as its checkpoint says: pairs of simulation and frame.
fn learned(path: &Path) -> Vec<(u64, u64)> {
    let bytes = std::fs::read(path).unwrap_or_default();
    let number = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("8 bytes"));
    let pairs = bytes.chunks_exact(16);
    pairs
        .map(|pair| (number(&pair[..8]), number(&pair[8..])))
        .collect()
}

fn learn(file: &mut File, simulation: u64, frame: u64) {
    let mut bytes = simulation.to_le_bytes().to_vec();
    bytes.extend(frame.to_le_bytes());
    file.write_all(&bytes).expect("it is written");
}

fn training() {
    let path = PathBuf::from(std::env::var_os("ONDINE_TEST_FILE").expect("a file"));
    let endpoint = std::env::var("ONDINE_ENDPOINT").expect("an endpoint");
    let options = ListenerOptions::default().patience(Duration::from_millis(100));
    let listener = options
        .bind(&endpoint)
        .expect("the socket of a dead one is replaced");
    let mut frames: BTreeMap<u64, u64> = (0..SIMULATIONS).map(|number| (number, 0)).collect();
    for (simulation, frame) in learned(&path) {
        match frame {
            ENDED => {
                frames.remove(&simulation);
                listener.restore(Job::new(simulation, vec![]), FRAMES, true);
            }
            frame => {
                frames.insert(simulation, frame + 1);
            }
        }
    }
    for (number, frames) in &frames {
        listener.restore(Job::new(*number, vec![]), *frames, false);
        listener.offer(Job::new(*number, vec![]));
    }
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .expect("a file");
    while !frames.is_empty() {
        match listener.event(Duration::from_millis(100)) {
            Some(Event::Frame {
                simulation,
                frame,
                fields,
                ..
            }) => {
                assert_eq!(fields, [Values::F64(values(simulation, frame, CELLS))]);
                learn(&mut file, simulation, frame);
            }
            Some(Event::Ended {
                simulation,
                outcome,
                ..
            }) => {
                assert_eq!(outcome, Outcome::Finished);
                learn(&mut file, simulation, ENDED);
                frames.remove(&simulation);
            }
            Some(Event::Gone {
                simulation: Some(number),
                ..
            }) => listener.offer(Job::new(number, vec![])),
            _ => {}
        }
    }
    listener.end();
    std::thread::sleep(Duration::from_millis(200)); // codes that ask are told
}

struct Processes {
    endpoint: String,
    file: PathBuf,
    /// The training first, then the codes.
    running: Vec<Child>,
}

impl Processes {
    fn start(&self, index: usize) -> Child {
        let role = if index == 0 { "training" } else { "code" };
        Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "a_process_of_the_test", "--nocapture"])
            .envs([
                ("ONDINE_TEST_ROLE", role),
                ("ONDINE_ENDPOINT", &self.endpoint),
            ])
            .env("ONDINE_TEST_FILE", &self.file)
            .stdout(Stdio::null())
            .spawn()
            .expect("it starts")
    }

    /// Starts codes again that ended by themselves, because the training was away for long or lacked frames.
    fn mend(&mut self) {
        for index in 1..self.running.len() {
            if matches!(self.running[index].try_wait(), Ok(Some(_))) {
                self.running[index] = self.start(index);
            }
        }
    }

    fn kill(&mut self, index: usize) {
        self.running[index].kill().expect("it is killed");
        self.running[index].wait().expect("it is gone");
        self.running[index] = self.start(index);
    }
}

#[test]
fn fifty_kills_lose_no_frame_and_repeat_none() {
    let folder = std::env::temp_dir().join(format!("ondine-kills-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut processes = Processes {
        endpoint: format!("ipc://{}", folder.join("socket").display()),
        file: folder.join("learned"),
        running: Vec::new(),
    };
    processes.running = (0..4).map(|index| processes.start(index)).collect();
    let mut number = 7u64;
    for _ in 0..KILLS {
        number = number
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        std::thread::sleep(Duration::from_millis(10 + (number >> 33) % 50));
        processes.mend();
        processes.kill((number >> 40) as usize % 4);
    }
    let before = learned(&processes.file).len();
    assert!(
        before < (SIMULATIONS * (FRAMES + 1)) as usize,
        "the kills fell into the training"
    );
    let since = Instant::now();
    while !matches!(processes.running[0].try_wait(), Ok(Some(_))) {
        assert!(
            since.elapsed() < Duration::from_secs(100),
            "{} learned",
            learned(&processes.file).len()
        );
        processes.mend();
        std::thread::sleep(Duration::from_millis(10));
    }
    for child in &mut processes.running[1..] {
        // Some have ended by themselves.
        let _ = child.kill();
        let _ = child.wait();
    }
    let status = processes.running[0].wait().expect("it has ended");
    assert!(status.success(), "no value was wrong");
    let mut found: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for (simulation, frame) in learned(&processes.file) {
        found.entry(simulation).or_default().push(frame);
    }
    let expected: Vec<u64> = (0..FRAMES).chain([ENDED]).collect();
    for simulation in 0..SIMULATIONS {
        assert_eq!(found[&simulation], expected, "simulation {simulation}");
    }
    std::fs::remove_dir_all(folder).expect("it is ours");
}
