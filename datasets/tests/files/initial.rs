//! Initial states from a file: the stored functions on any grid, drawn by the given numbers.

use std::collections::HashSet;
use std::path::PathBuf;

use ondine_datasets::files::*;
use ondine_datasets::initial::{INITIAL_STATES, StoredFrame, StoredStates};
use ondine_solvers::initial::{InitialEntry, InitialState, Options};
use ondine_solvers::{Grid, Rng, Stream, sample};

const TRAJECTORIES: usize = 5;
const FRAMES: usize = 3;
const POINTS: [usize; 2] = [8, 6];

/// A file that goes away.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let name = format!("ondine-initial-{name}-{}.h5", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn options(&self, more: &str) -> String {
        format!("{{ path = {:?}{more} }}", self.0)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn info(kind: AxisKind) -> DatasetInfo {
    let axis = |points| Axis {
        points,
        length: Varying::Same(3.0),
        kind,
    };
    DatasetInfo {
        name: "states".into(),
        trajectories: TRAJECTORIES,
        frames: FRAMES,
        axes: POINTS.map(axis).to_vec(),
        fields: ["u", "v"]
            .map(|name| Field {
                name: name.into(),
                kind: FieldKind::Scalar,
            })
            .to_vec(),
        time: Time::Uniform(Varying::Same(0.1)),
        parameters: Vec::new(),
        provenance: Provenance::default(),
        ..DatasetInfo::default()
    }
}

/// A wave along both axes at `x`, `y` in periods; its mean tells trajectory, frame and channel.
fn value(trajectory: usize, frame: usize, channel: usize, x: f64, y: f64) -> f64 {
    let mean = (100 * trajectory + 10 * frame + channel) as f64;
    mean + (std::f64::consts::TAU * (2.0 * x - y)).sin()
}

/// The state on any grid.
fn state(trajectory: usize, frame: usize, points: [usize; 2]) -> Vec<f64> {
    let mut values = Vec::new();
    for channel in 0..2 {
        for i in 0..points[0] {
            for j in 0..points[1] {
                let [x, y] = [(i, points[0]), (j, points[1])].map(|(i, n)| i as f64 / n as f64);
                values.push(value(trajectory, frame, channel, x, y));
            }
        }
    }
    values
}

fn write(file: &File, kind: AxisKind) {
    let mut writer = WellWriter::create(&file.0, &info(kind), Dtype::F64).expect("writable");
    for index in 0..TRAJECTORIES {
        let frames = (0..FRAMES).flat_map(|frame| state(index, frame, POINTS));
        let frames = frames.collect();
        let written = writer.append(&Trajectory { index, frames });
        written.expect("it fits");
    }
    writer.finish().expect("writable");
}

fn entry() -> &'static InitialEntry {
    let found = INITIAL_STATES.iter().find(|entry| entry.kind == "file");
    found.expect("in the list")
}

type Decoded = Result<std::sync::Arc<dyn InitialState>, toml::de::Error>;

fn decode(options: &str) -> Decoded {
    (entry().decode)(Options::parse(options).expect("the options are TOML"))
}

/// Which trajectory and frame a draw is, and whether it is that state on a grid of `points`.
fn drawn(states: &dyn InitialState, points: [usize; 2], index: u64) -> (usize, usize) {
    let grid = Grid::new(&points, &[1.0, 7.0]).expect("valid"); // another box than the file's
    let mut rng = Rng::stream(0, Stream::Initial, index);
    let profile = states
        .try_draw(grid.length(), 2, &mut rng)
        .expect("it fits");
    let u = sample(&profile, &grid, 2);
    let mean = u[..points[0] * points[1]].iter().sum::<f64>() / (points[0] * points[1]) as f64;
    let tens = (mean / 10.0).round() as usize;
    let (trajectory, frame) = (tens / 10, tens % 10);
    for (found, exact) in u.iter().zip(state(trajectory, frame, points)) {
        assert!((found - exact).abs() < 1e-11, "{found} {exact}"); // rounding of values to 400
    }
    (trajectory, frame)
}

#[test]
fn the_list_has_those_of_the_solvers_and_the_file_each_once() {
    let kinds: HashSet<_> = INITIAL_STATES.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds.len(), INITIAL_STATES.len());
    for entry in ondine_solvers::initial::INITIAL_STATES {
        assert!(kinds.contains(entry.kind), "{}", entry.kind);
    }
    assert!(kinds.contains("file"));
}

#[test]
fn draws_are_the_stored_functions_on_coarser_and_finer_grids() {
    let file = File::new("functions");
    write(&file, AxisKind::PERIODIC);
    let all: HashSet<_> = (0..TRAJECTORIES).collect();
    for (option, frames) in [
        ("", vec![2]),
        (", frame = 'first'", vec![0]),
        (", frame = 'last'", vec![2]),
        (", frame = 'any'", vec![0, 1, 2]),
    ] {
        let states = decode(&file.options(option)).expect("the file is there");
        let mut seen = [HashSet::new(), HashSet::new()];
        for index in 0..60 {
            let at = drawn(&*states, POINTS, index);
            for points in [[8, 4], [16, 6], [10, 14]] {
                assert_eq!(drawn(&*states, points, index), at, "{option} {points:?}");
            }
            seen[0].insert(at.0);
            seen[1].insert(at.1);
        }
        assert_eq!(
            seen,
            [all.clone(), frames.into_iter().collect()],
            "{option}"
        );
    }
}

#[test]
fn options_are_an_absolute_path_and_read_back() {
    let file = File::new("options");
    write(&file, AxisKind::PERIODIC);
    let options = decode(&file.options(""))
        .expect("the file is there")
        .options();
    let listed: HashSet<_> = entry().options.iter().map(|(name, _)| *name).collect();
    let names: HashSet<_> = options.keys().map(String::as_str).collect();
    assert_eq!(names, listed);
    assert_eq!(options["frame"].as_str(), Some("last"));
    let again = decode(&toml::Value::Table(options.clone()).to_string());
    assert_eq!(again.expect("its own options").options(), options);
    let missing = StoredStates::open("nowhere.h5".as_ref(), StoredFrame::Any).err();
    let message = missing.expect("there is no such file").to_string();
    let here = std::env::current_dir().expect("a folder");
    assert!(message.contains(here.to_str().expect("UTF-8")), "{message}");
}

#[test]
fn what_can_not_be_is_an_error_that_says_so() {
    let file = File::new("errors");
    write(&file, AxisKind::PERIODIC);
    let states = decode(&file.options("")).expect("the file is there");
    let mut rng = Rng::stream(0, Stream::Initial, 0);
    for (length, channels, expected) in [
        (vec![1.0], 2, "2 axes, those of the recipe 1"),
        (vec![1.0, 1.0], 3, "2 channels, those of the equation 3"),
    ] {
        let error = states.try_draw(&length, channels, &mut rng).err();
        let message = error.expect("a misfit").to_string();
        assert!(message.contains(expected), "{message}");
    }
    let walls = File::new("walls");
    write(&walls, AxisKind::WALLS);
    for (options, expected) in [
        (walls.options(""), "not periodic"),
        ("{ path = 'nowhere.h5' }".into(), "nowhere.h5"),
        ("{ frame = 'first' }".into(), "missing field `path`"),
        (file.options(", frame = 'middle'"), "middle"),
        (file.options(", phlogiston = 1"), "phlogiston"),
    ] {
        let error = decode(&options)
            .err()
            .unwrap_or_else(|| panic!("{options}"));
        assert!(error.message().contains(expected), "{options}: {error}");
        assert!(error.span().is_some(), "{options}: {error}");
    }
}

#[test]
fn frames_that_were_never_written_are_an_error_of_the_draw() {
    let file = File::new("unfinished");
    let writer = WellWriter::create(&file.0, &info(AxisKind::PERIODIC), Dtype::F32);
    drop(writer.expect("writable")); // as a kill leaves it
    let part = File(PathBuf::from(format!("{}.part", file.0.display())));
    let states = StoredStates::open(&part.0, StoredFrame::Last).expect("readable");
    let mut rng = Rng::stream(0, Stream::Initial, 0);
    let error = states.try_draw(&[1.0, 1.0], 2, &mut rng).err();
    let message = error.expect("nothing but NaN").to_string();
    assert!(message.contains("not finite"), "{message}");
}
