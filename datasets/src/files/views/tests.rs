//! Views of fields that are known in closed form.

mod keys;

use super::*;
use crate::files::{Axis, AxisKind, Field, FieldKind, Time, Varying};
use ondine_solvers::{Boundary, Ends, Placement};
use std::f64::consts::TAU;
use std::ops::Range;

const LENGTH: [f64; 2] = [TAU, 3.0];

/// A dataset with values of a function of trajectory, frame, channel and place in units of the lengths.
struct Known {
    info: DatasetInfo,
    value: fn(usize, usize, usize, &[f64]) -> f64,
}

impl Known {
    fn new(
        points: [usize; 2],
        kinds: [AxisKind; 2],
        value: fn(usize, usize, usize, &[f64]) -> f64,
    ) -> Arc<Self> {
        let axis = |((points, length), kind)| Axis {
            points,
            length: Varying::Same(length),
            kind,
        };
        let field = |(name, kind): (&str, FieldKind)| Field {
            name: name.to_owned(),
            kind,
        };
        let fields = [("p", FieldKind::Scalar), ("v", FieldKind::Vector)];
        let info = DatasetInfo {
            name: "known".to_owned(),
            trajectories: 2,
            frames: 7,
            axes: points
                .into_iter()
                .zip(LENGTH)
                .zip(kinds)
                .map(axis)
                .collect(),
            fields: fields.map(field).to_vec(),
            constants: vec![field(("mask", FieldKind::Scalar))],
            time: Time::Uniform(Varying::Same(0.5)),
            provenance: Provenance {
                recipe: Some("name = \"known\"".to_owned()),
                ..Provenance::default()
            },
            ..DatasetInfo::default()
        };
        Arc::new(Self { info, value })
    }

    /// The field of a channel on the points of a description.
    fn field(&self, info: &DatasetInfo, [trajectory, frame, channel]: [usize; 3]) -> Vec<f64> {
        let places: Vec<Vec<f64>> = info
            .axes
            .iter()
            .map(|axis| axis.kind.coordinates(axis.points, 1.0))
            .collect();
        let points = places[0]
            .iter()
            .flat_map(|x| places[1].iter().map(move |y| [*x, *y]));
        points
            .map(|x| (self.value)(trajectory, frame, channel, &x))
            .collect()
    }
}

impl DatasetReader for Known {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn constants(&self, trajectory: usize) -> Result<Vec<f64>, DatasetError> {
        Ok(self.field(&self.info, [trajectory, 0, 0]))
    }

    fn fill_values(&self, channel: usize) -> Vec<f64> {
        vec![-9999.0; usize::from(channel == 0)]
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        let frames =
            frames.flat_map(|frame| (0..3).map(move |channel| [trajectory, frame, channel]));
        Ok(frames
            .flat_map(|place| self.field(&self.info, place))
            .collect())
    }
}

/// A number that tells trajectory, frame and channel.
fn number(trajectory: usize, frame: usize, channel: usize, _: &[f64]) -> f64 {
    (100 * trajectory + 10 * frame + channel) as f64
}

fn place(_: usize, _: usize, _: usize, x: &[f64]) -> f64 {
    100.0 * x[0] + x[1]
}

/// Modes up to 3 along x, a polynomial along y.
fn resolved(_: usize, frame: usize, channel: usize, x: &[f64]) -> f64 {
    let phase = TAU * x[0] + channel as f64;
    (phase.sin() + (3.0 * phase).cos() + 0.3 * frame as f64) * (1.0 + x[1])
}

const GRID: [AxisKind; 2] = [AxisKind::PERIODIC, AxisKind::WALLS];

fn seen(reader: Arc<Known>, reading: &str) -> Result<Arc<dyn DatasetReader>, DatasetError> {
    let reading: Reading = toml::from_str(reading).unwrap_or_else(|error| panic!("{error}"));
    view(reader, &reading, Path::new("known.h5"), false)
}

fn open(reader: Arc<Known>, reading: &str) -> Arc<dyn DatasetReader> {
    seen(reader, reading).unwrap_or_else(|error| panic!("{reading}: {error}"))
}

fn close(a: &[f64], b: &[f64]) {
    assert_eq!(a.len(), b.len());
    let far = a
        .iter()
        .zip(b)
        .find(|(a, b)| (**a - **b).abs() > 1e-13 || a.is_nan());
    assert_eq!(far, None);
}

#[test]
fn fields_come_in_the_order_that_is_asked_for() {
    let file = Known::new([4, 2], GRID, number);
    let reader = open(file.clone(), "fields = [\"v\", \"p\"]");
    let names: Vec<&str> = reader.info().fields.iter().map(|f| &f.name[..]).collect();
    assert_eq!((names, reader.info().channels()), (vec!["v", "p"], 3));
    let frame = reader.frame(1, 2).unwrap();
    let firsts: Vec<f64> = frame.chunks(8).map(|channel| channel[0]).collect();
    assert_eq!(firsts, [121.0, 122.0, 120.0]);
    assert_eq!(reader.fill_values(2), [-9999.0]);
    assert_eq!(reader.info().provenance.recipe, None);
    let one = open(file, "fields = [\"v_y\"]");
    assert_eq!(one.info().fields[0].kind, FieldKind::Scalar);
    assert_eq!(
        one.frames(0, 1..3)
            .unwrap()
            .chunks(8)
            .map(|c| c[0])
            .collect::<Vec<_>>(),
        [12.0, 22.0]
    );
}

#[test]
fn every_nth_frame_is_further_from_the_next() {
    let file = Known::new([4, 2], GRID, number);
    let reader = open(file.clone(), "every = 3");
    assert_eq!((reader.info().frames, reader.info().time.dt(0)), (3, 1.5));
    let frames = reader.trajectory(1).unwrap().frames;
    let firsts: Vec<f64> = frames.chunks(24).map(|frame| frame[0]).collect();
    assert_eq!(firsts, [100.0, 130.0, 160.0]);
    let same = open(file, "every = 1");
    assert_eq!(same.info().frames, 7);
    assert!(same.info().provenance.recipe.is_some());
}

#[test]
fn a_part_of_a_periodic_axis_has_open_ends_and_one_at_a_wall_keeps_it() {
    let file = Known::new([8, 6], GRID, place);
    let reader = open(file.clone(), "crop = { x = [2, 6], y = [0, 3] }");
    let info = reader.info();
    assert_eq!(info.points(), [4, 3]);
    close(&info.length(0), &[TAU / 2.0, 1.5]);
    assert_eq!(info.axes[0].kind, AxisKind::OPEN);
    let ends = Ends {
        low: Boundary::Wall,
        high: Boundary::Open,
    };
    assert_eq!(info.axes[1].kind.ends(), ends);
    let whole = file.field(&file.info, [0, 0, 0]);
    let expected: Vec<f64> = (2..6)
        .flat_map(|i| whole[6 * i..6 * i + 3].to_vec())
        .collect();
    assert_eq!(reader.constants(0).unwrap(), expected);
    assert_eq!(reader.frame(1, 5).unwrap(), [&expected[..]; 3].concat());
    let whole = open(file, "crop = { x = [0, 8] }");
    assert_eq!(whole.info().axes[0].kind, AxisKind::PERIODIC);
}

#[test]
fn a_resolved_field_coarsened_by_modes_is_the_field_on_the_coarser_grid() {
    let file = Known::new([24, 4], GRID, resolved);
    let reader = open(file.clone(), "coarsen = { x = 3 }");
    assert_eq!(reader.info().points(), [8, 4]);
    assert_eq!(reader.info().axes[0].kind, AxisKind::PERIODIC);
    let expected = [0, 1, 2].map(|channel| file.field(reader.info(), [1, 4, channel]));
    close(&reader.frame(1, 4).unwrap(), &expected.concat());
}

#[test]
fn averages_keep_means_and_are_those_of_the_cells() {
    let file = Known::new([6, 4], GRID, resolved);
    for reading in [
        "coarsen = { y = 2 }",
        "coarsen = { all = 2, by = \"averages\" }",
    ] {
        let reader = open(file.clone(), reading);
        let info = reader.info();
        assert_eq!(info.length(0), LENGTH, "the domain stays");
        let means = |frames: Vec<f64>, points: usize| -> Vec<f64> {
            let mean = |field: &[f64]| field.iter().sum::<f64>() / points as f64;
            frames.chunks(points).map(mean).collect()
        };
        let coarse = means(reader.frames(0, 1..4).unwrap(), info.num_points());
        close(&coarse, &means(file.frames(0, 1..4).unwrap(), 24));
    }
    let reader = open(file.clone(), "coarsen = { y = 2 }");
    // The factor 1 + y is linear, and its mean over a cell is its value at the centre.
    close(
        &reader.constants(0).unwrap(),
        &file.field(reader.info(), [0, 0, 0]),
    );
}

#[test]
fn values_that_stand_for_no_data_do_not_hide_in_means() {
    fn holed(_: usize, frame: usize, channel: usize, x: &[f64]) -> f64 {
        if x[0] == 0.0 && channel == 0 && frame == 1 {
            -9999.0
        } else {
            1.0
        }
    }
    let cells = [AxisKind::OPEN, AxisKind::OPEN];
    let file = Known::new([4, 4], [AxisKind::PERIODIC, cells[1]], holed);
    let frame = open(file, "coarsen = { all = 2, by = \"averages\" }")
        .frame(0, 1)
        .unwrap();
    assert!(frame[..2].iter().all(|value| value.is_nan()), "{frame:?}");
    assert!(
        frame[2..].iter().all(|value| (*value - 1.0).abs() <= 0.0),
        "{frame:?}"
    );
}

#[test]
fn parts_are_taken_in_the_order_fields_frames_points_cells() {
    let file = Known::new([8, 4], GRID, place);
    let all = "fields = [\"p\"]\nevery = 2\ncrop = { x = [0, 4] }\ncoarsen = { x = 2 }";
    let reader = open(file, all);
    let info = reader.info();
    assert_eq!(
        (info.frames, info.points(), info.channels()),
        (4, vec![2, 4], 1)
    );
    close(&info.length(0), &[TAU / 2.0, 3.0]);
    let expected = [0, 1, 2, 3].map(|j| 100.0 / 16.0 + (j as f64 + 0.5) / 4.0);
    close(&reader.frame(0, 0).unwrap()[..4], &expected);
}

#[test]
fn views_that_a_dataset_does_not_have_say_what_to_write() {
    let interior = AxisKind::new(Ends::both(Boundary::Wall), Placement::InteriorNodes).unwrap();
    let cases = [
        ("fields = []", "fields", "write some of p, v"),
        (
            "fields = [\"q\"]",
            "fields",
            "names `q`, and the fields are p, v",
        ),
        ("fields = [\"v\", \"v_x\"]", "fields", "has `v_x` twice"),
        ("every = 0", "every", "write a number in [1, 6]"),
        ("every = 7", "every", "leaves no two of the 7 frames"),
        (
            "crop = { z = [0, 1] }",
            "crop",
            "the axis `z`, and the axes are x, y",
        ),
        ("crop = { x = [3, 3] }", "crop", "as in [0, 8]"),
        ("crop = { x = [0, 9] }", "crop", "of 8 points"),
        ("coarsen = 3", "coarsen", "write a divisor of 8"),
        ("coarsen = 0", "coarsen", "write a divisor of 8"),
        (
            "coarsen = { y = 3, by = \"modes\" }",
            "coarsen",
            "write a divisor of 5",
        ),
        ("coarsen = { y = 5 }", "coarsen", "write a divisor of 5"),
        ("coarsen = { q = 2 }", "coarsen", "the axis `q`"),
    ];
    for (reading, key, expected) in cases {
        let error = seen(Known::new([8, 5], GRID, number), reading).err();
        let error = error.unwrap_or_else(|| panic!("{reading} is read"));
        assert_eq!(error.key(), Some(key), "{reading}");
        assert!(error.to_string().contains(expected), "{reading}: {error}");
    }
    let walls = seen(
        Known::new([8, 6], [interior, GRID[1]], number),
        "coarsen = 2",
    );
    let said = walls.err().expect("no cells").to_string();
    assert!(said.contains("have no cells to average"), "{said}");
    let modes = seen(
        Known::new([8, 6], GRID, number),
        "coarsen = { all = 2, by = \"modes\" }",
    );
    let said = modes.err().expect("y is not periodic").to_string();
    assert!(said.contains("the axis `y` lies between walls"), "{said}");
}

#[test]
fn ends_are_stated_where_the_file_states_none() {
    let kinds = |grid, reading: &str| {
        let seen = seen(Known::new([8, 5], grid, number), reading)?;
        Ok::<_, DatasetError>([0, 1].map(|axis| seen.info().axes[axis].kind))
    };
    let open = [AxisKind::OPEN; 2];
    let stated = kinds(open, "ends = { x = \"periodic\", y = \"wall\" }").unwrap();
    assert_eq!(stated, [AxisKind::PERIODIC, AxisKind::WALLS]);
    let one = kinds(open, "ends = { y = \"wall\" }").unwrap();
    assert_eq!(one, [AxisKind::OPEN, AxisKind::WALLS]);
    let other = kinds(GRID, "ends = { x = \"open\" }").expect_err("the file says it");
    assert_eq!(other.key(), Some("ends"));
    assert!(
        other.to_string().contains("another thing of the axis `x`"),
        "{other}"
    );
    let none = kinds(open, "ends = { q = \"open\" }").expect_err("no such axis");
    assert!(none.to_string().contains("names the axis `q`"), "{none}");
}
