//! Points and times that are not evenly spaced, fall, or are not finite: refused with their place.

use ondine_datasets::files::*;
use ondine_datasets::offline::conditions;
use std::path::PathBuf;

/// A file that goes away.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let name = format!("ondine-spacing-{name}-{}.h5", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    /// Two trajectories of four frames at `time`, on six points at 0, 1, …, 5.
    fn write(&self, time: Time) {
        self.write_info(&Self::info(time));
    }

    /// Two trajectories of four frames at `time`, on six points at 0, 1, …, 5.
    fn info(time: Time) -> DatasetInfo {
        DatasetInfo {
            name: "spacing".into(),
            trajectories: 2,
            frames: 4,
            axes: vec![Axis {
                points: 6,
                length: Varying::Same(6.0),
                kind: AxisKind::PERIODIC,
            }],
            fields: vec![Field {
                name: "u".into(),
                kind: FieldKind::Scalar,
            }],
            time,
            parameters: Vec::new(),
            provenance: Provenance::default(),
            ..DatasetInfo::default()
        }
    }

    fn write_info(&self, info: &DatasetInfo) {
        let mut writer = WellWriter::create(&self.0, info, Dtype::F32).unwrap();
        for index in 0..2 {
            let frames = (0..24).map(|i| 0.5 + f64::from(i)).collect();
            writer.append(&Trajectory { index, frames }).unwrap();
        }
        writer.finish().unwrap();
    }

    /// Moves the six points, as another program might have placed them.
    fn move_points(&self, to: [f32; 6]) {
        let bytes = |points: [f32; 6]| points.map(f32::to_le_bytes).concat();
        let (from, to) = (bytes([0.0, 1.0, 2.0, 3.0, 4.0, 5.0]), bytes(to));
        let mut file = std::fs::read(&self.0).unwrap();
        let places = 0..file.len() - from.len();
        let found: Vec<usize> = places.filter(|&at| file[at..].starts_with(&from)).collect();
        let [at] = found[..] else {
            panic!("the points are there once")
        };
        file[at..at + to.len()].copy_from_slice(&to);
        std::fs::write(&self.0, file).unwrap();
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn points_that_are_not_rising_and_evenly_spaced_are_refused_with_their_place() {
    let file = File::new("points");
    for (points, expected) in [
        (
            [0.0, 1.0, 2.0, 3.5, 4.0, 5.0],
            &[
                "axis `x`",
                "not evenly spaced: point 3 lies 1.5 after point 2",
                "the mean is 1",
            ][..],
        ),
        (
            [5.0, 4.0, 3.0, 2.0, 1.0, 0.0],
            &[
                "axis `x`",
                "fall: point 1 lies at 4, point 0 at 5",
                "reverse",
                "mirror",
            ],
        ),
        (
            [0.0, 1.0, 1.0, 3.0, 4.0, 5.0],
            &["do not rise: point 2 lies at 1, point 1 at 1"],
        ),
        (
            [0.0, 1.0, 2.0, f32::NAN, 4.0, 5.0],
            &["do not rise: point 3 lies at NaN"],
        ),
    ] {
        file.write(Time::Uniform(Varying::Same(0.1)));
        file.move_points(points);
        let Err(error) = WellReader::open(&file.0) else {
            panic!("{points:?} are taken")
        };
        let error = error.to_string();
        for part in expected {
            assert!(error.contains(part), "{part:?} is missing in: {error}");
        }
    }
}

#[test]
fn points_in_the_middle_of_cells_are_read() {
    let file = File::new("cells");
    file.write(Time::Uniform(Varying::Same(0.1)));
    file.move_points([0.5, 1.5, 2.5, 3.5, 4.5, 5.5]);
    let reader = WellReader::open(&file.0).unwrap();
    assert_eq!(reader.info().points(), [6]);
}

#[test]
fn a_trajectory_has_conditions_where_its_frames_are_evenly_spaced_in_time() {
    let file = File::new("times");
    let even = vec![0.0, 0.5, 1.0, 1.5];
    for (times, expected) in [
        (even.clone(), None),
        (
            vec![0.0, 0.5, 1.0, 2.0],
            Some("times of trajectory 1 are not evenly spaced: frame 3 lies 1 after frame 2"),
        ),
        (
            vec![1.5, 1.0, 0.5, 0.0],
            Some("fall: frame 1 lies at 1, frame 0 at 1.5"),
        ),
        (
            vec![0.0, 0.5, f64::INFINITY, 1.5],
            Some("do not rise: frame 2 lies at inf"),
        ),
    ] {
        file.write(Time::Listed(Varying::Each(vec![even.clone(), times])));
        let reader = WellReader::open(&file.0).unwrap();
        let dt = |index| conditions(&reader, index, &[]).map(|found| found.dt);
        assert_eq!(dt(0), Ok(0.5));
        match (dt(1), expected) {
            (found, None) => assert_eq!(found, Ok(0.5)),
            (Err(error), Some(part)) => assert!(error.contains(part), "{error}"),
            (found, expected) => panic!("{found:?} where {expected:?} is expected"),
        }
    }
}

#[test]
fn a_time_step_and_a_length_beside_the_dimensions_are_no_parameters() {
    let file = File::new("stated");
    let foreign = |time| DatasetInfo {
        provenance: Provenance {
            ondine_version: None,
            ..Provenance::default()
        },
        ..File::info(time)
    };
    file.write_info(&foreign(Time::Uniform(Varying::Same(0.1))));
    let read = WellReader::open(&file.0).unwrap();
    assert!(read.info().parameters.is_empty(), "{:?}", read.info());
    assert!((conditions(&read, 0, &[]).unwrap().dt - 0.1).abs() < 1e-6);

    let mut info = foreign(Time::Listed(Varying::Same(vec![0.0, 0.5, 1.0, 1.5])));
    info.parameters = vec![
        ("dt".into(), Varying::Same(0.001)), // of the solver
        ("nu".into(), Varying::Each(vec![1.0, 2.0])),
    ];
    file.write_info(&info);
    let read = WellReader::open(&file.0).unwrap();
    assert_eq!(read.info().parameters, info.parameters);
    assert!((conditions(&read, 0, &[]).unwrap().dt - 0.5).abs() < 1e-6);
}
