//! Event files say what `metrics.jsonl` says: read back here, and by `TensorBoard` where Python has it.

mod python;

use crate::common::{Folder, RECIPE, kill_at, metrics, printed, run, text};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Values, 32-bit in event files, by tag and step.
type Scalars = BTreeMap<(String, u64), f32>;

/// Contents of an event file.
#[derive(Default)]
struct Events {
    scalars: Vec<((String, u64), f32)>,
    images: Vec<(u64, Vec<u8>)>,
    wall_times: Vec<f64>,
    /// Steps of `SessionLog.START`, with the number of scalars before it.
    starts: Vec<(u64, usize)>,
}

impl Events {
    /// All files of a run in the order of their names.
    fn of(run: &Path) -> Self {
        let mut events = Self::default();
        for file in files(run) {
            let bytes = fs::read(&file).expect("an event file");
            let mut versions = 0;
            for record in records(&bytes) {
                events.read(record, &mut versions);
            }
            assert_eq!(versions, 1, "{}", file.display());
        }
        events
    }

    fn read(&mut self, record: &[u8], versions: &mut usize) {
        let fields = fields(record);
        let step = fields[1].1;
        self.wall_times.push(f64::from_bits(fields[0].1));
        for (number, _, bytes) in &fields {
            match number {
                1 | 2 => {}
                3 => {
                    assert_eq!(bytes, b"brain.Event:2");
                    *versions += 1;
                }
                5 => self.summary(step, bytes),
                7 => self.starts.push((step, self.scalars.len())),
                _ => panic!("event field {number}"),
            }
        }
    }

    fn summary(&mut self, step: u64, bytes: &[u8]) {
        for (_, _, value) in fields(bytes) {
            let fields = fields(&value);
            let tag = String::from_utf8(fields[0].2.clone()).expect("a tag");
            match fields[1].0 {
                2 => {
                    let number = f32::from_bits(fields[1].1 as u32);
                    self.scalars.push(((tag, step), number));
                }
                4 => {
                    let image = self::fields(&fields[1].2);
                    let png = image.last().expect("bytes").2.clone();
                    assert_eq!(tag, "evaluate/rollout");
                    self.images.push((step, png));
                }
                other => panic!("value field {other}"),
            }
        }
    }

    /// Scalars that count when a start makes what came before and is not before its step void.
    fn valid(&self) -> Scalars {
        let void = |index: usize, step: u64| {
            let mut later = self.starts.iter().filter(|start| start.1 > index);
            later.any(|start| step >= start.0)
        };
        let all = self.scalars.iter().enumerate();
        let kept = all.filter(|(index, ((_, step), _))| !void(*index, *step));
        let mut valid = Scalars::new();
        for (_, (place, value)) in kept {
            let twice = valid.insert(place.clone(), *value);
            assert!(twice.is_none(), "{place:?} is there twice");
        }
        valid
    }
}

fn files(run: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(run.join("tensorboard")).expect("a folder");
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    files
}

/// The whole records of a file, their checksums computed bit by bit.
fn records(mut bytes: &[u8]) -> Vec<&[u8]> {
    let word = |at: &[u8]| u32::from_le_bytes(at[..4].try_into().expect("4 bytes"));
    let mut records = Vec::new();
    while bytes.len() >= 12 {
        let length = u64::from_le_bytes(bytes[..8].try_into().expect("8 bytes")) as usize;
        assert_eq!(word(&bytes[8..]), checksum(&bytes[..8]));
        if bytes.len() < length + 16 {
            break; // the process was killed while it wrote
        }
        let data = &bytes[12..12 + length];
        assert_eq!(word(&bytes[12 + length..]), checksum(data));
        records.push(data);
        bytes = &bytes[16 + length..];
    }
    records
}

fn checksum(data: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in data {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ if crc & 1 == 1 { 0x82F6_3B78 } else { 0 };
        }
    }
    let crc = !crc;
    crc.rotate_right(15).wrapping_add(0xA282_EAD8)
}

/// The fields of a message: number, value, bytes.
fn fields(mut bytes: &[u8]) -> Vec<(u64, u64, Vec<u8>)> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes);
        let mut take = |count: usize| {
            let (taken, rest) = bytes.split_at(count);
            bytes = rest;
            taken.to_vec()
        };
        let (value, inner) = match key & 7 {
            0 => (varint(&mut bytes), Vec::new()),
            1 => (
                u64::from_le_bytes(take(8).try_into().expect("8 bytes")),
                vec![],
            ),
            5 => {
                let word = take(4).try_into().expect("4 bytes");
                (u64::from(u32::from_le_bytes(word)), vec![])
            }
            2 => {
                let length = varint(&mut bytes) as usize;
                let (inner, rest) = bytes.split_at(length);
                bytes = rest;
                (0, inner.to_vec())
            }
            wire => panic!("wire type {wire}"),
        };
        fields.push((key >> 3, value, inner));
    }
    fields
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let (first, rest) = bytes.split_first().expect("a number ends");
        *bytes = rest;
        value |= u64::from(first & 0x7F) << shift;
        if first & 0x80 == 0 {
            break;
        }
    }
    value
}

/// The numbers of `metrics.jsonl` under their names.
fn expected(run: &Path) -> Scalars {
    let mut scalars = Scalars::new();
    for line in metrics(run) {
        let step = line["step"].as_u64().expect("a step");
        let evaluated = line.get("loss").is_none();
        for (name, value) in line.as_object().expect("an object") {
            let of_training = ["time_s", "stage"].contains(&name.as_str());
            if name == "step" || evaluated && of_training {
                continue;
            }
            if let Some(value) = value.as_f64() {
                scalars.insert((name.clone(), step), value as f32);
            }
        }
    }
    scalars
}

/// Without groups, and without what `metrics.jsonl` has not.
fn named(scalars: Scalars) -> Scalars {
    let names = scalars.into_iter().map(|((tag, step), value)| {
        let (group, name) = tag.split_once('/').expect("a group");
        assert!(["train", "stream", "evaluate"].contains(&group), "{tag}");
        ((name.to_owned(), step), value)
    });
    names.filter(|((name, _), _)| name != "failures").collect()
}

/// Says where two readings differ.
fn assert_same(found: &Scalars, expected: &Scalars) {
    let places = found.keys().chain(expected.keys());
    let pairs = places.map(|place| (place, found.get(place), expected.get(place)));
    let differing: Vec<_> = pairs
        .filter(|(_, found, expected)| found != expected)
        .collect();
    assert!(differing.is_empty(), "found and expected: {differing:?}");
}

fn train(folder: &Folder, name: &str, more: &[&str]) -> PathBuf {
    let recipe = text(&folder.write("small.toml", RECIPE));
    let output = folder.path(name);
    let directory = text(&output);
    let result = run(&[&["train", &recipe, "--output", &directory], more].concat());
    assert!(result.status.success(), "{}", printed(&result));
    output
}

/// A run that was killed after step 150 and went on from there.
fn killed(folder: &Folder) -> PathBuf {
    let recipe = text(&folder.write("small.toml", RECIPE));
    let output = folder.path("killed");
    let directory = text(&output);
    let begin = ["train", &recipe, "--output", &directory, "--tensorboard"];
    kill_at(&begin, &output, "step-00000150");
    let resumed = run(&["train", "--resume", &directory]);
    assert!(resumed.status.success(), "{}", printed(&resumed));
    output
}

#[test]
fn event_files_hold_every_number_of_the_metrics() {
    let folder = Folder::new("events");
    let started = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a clock");
    let output = train(&folder, "run", &["--tensorboard"]);
    let events = Events::of(&output);
    assert_same(&named(events.valid()), &expected(&output));
    let tags = ["train/loss", "stream/trainer_wait", "evaluate/nrmse"];
    for tag in tags {
        assert!(events.valid().contains_key(&(tag.to_owned(), 300)), "{tag}");
    }
    let steps: Vec<u64> = events.images.iter().map(|image| image.0).collect();
    assert_eq!(steps, [150, 300]);
    assert!(
        events
            .images
            .iter()
            .all(|image| image.1.starts_with(b"\x89PNG"))
    );
    assert!(events.wall_times.is_sorted());
    assert!(events.wall_times[0] >= started.as_secs_f64());
    assert!(events.wall_times[0] < started.as_secs_f64() + 600.0);
}

#[test]
fn a_run_that_was_killed_and_goes_on_has_every_step_once() {
    let folder = Folder::new("events-killed");
    let output = killed(&folder);
    assert_eq!(files(&output).len(), 2);
    let events = Events::of(&output);
    assert_same(&named(events.valid()), &expected(&output));
    let starts: Vec<u64> = events.starts.iter().map(|start| start.0).collect();
    assert_eq!(starts[0], 1);
    assert!(
        (starts[1] - 1).is_multiple_of(50) && starts[1] > 150,
        "{starts:?}"
    );
}

#[test]
fn there_are_none_unless_the_recipe_wants_them() {
    let folder = Folder::new("events-none");
    let short = [
        "--set",
        "train.steps=20",
        "--set",
        "ensemble.simulations=20",
    ];
    let without = train(&folder, "without", &short);
    assert!(!without.join("tensorboard").exists());
    let set = ["--set", "train.tensorboard=true"];
    let with = train(&folder, "with", &[&short[..], &set].concat());
    assert_eq!(files(&with).len(), 1);
}
