//! The Well's layout: what is written is read, what others wrote is read, and broken files are refused.

mod foreign;
mod refused;

use ondine_datasets::files::*;
use std::path::{Path, PathBuf};

/// A folder that goes when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("ondine-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn axis(points: usize, length: Varying<f64>) -> Axis {
    let kind = AxisKind::PERIODIC;
    Axis {
        points,
        length,
        kind,
    }
}

fn field(name: &str, kind: FieldKind) -> Field {
    let name = name.to_owned();
    Field { name, kind }
}

/// Three trajectories of five frames on `points`, with everything that may vary varying.
fn info(points: &[usize]) -> DatasetInfo {
    DatasetInfo {
        name: "round trip".into(),
        trajectories: 3,
        frames: 5,
        axes: points
            .iter()
            .enumerate()
            .map(|(i, &n)| {
                axis(
                    n,
                    if i == 0 {
                        Varying::Each(vec![0.1, 0.2, 0.3])
                    } else {
                        Varying::Same(0.7)
                    },
                )
            })
            .collect(),
        // A vector before a scalar: the order of channels is kept, though the file groups them by rank.
        fields: vec![
            field("velocity", FieldKind::Vector),
            field("pressure", FieldKind::Scalar),
            field("stress", FieldKind::Tensor),
        ],
        time: Time::Uniform(Varying::Each(vec![0.1, 0.01, 1.0 / 3.0])),
        parameters: vec![
            ("viscosity".into(), Varying::Same(0.1)),
            ("drag".into(), Varying::Each(vec![1e-3, 0.0, -7.5])),
        ],
        provenance: Provenance {
            seed: Some(u64::MAX),
            recipe: Some("name = \"Kolmogórov\"\n".repeat(5000)),
            ..Provenance::default()
        },
        ..DatasetInfo::default()
    }
}

/// Values that f32 cannot hold, different everywhere.
fn trajectory(info: &DatasetInfo, index: usize) -> Trajectory {
    let values = 0..info.frames * info.frame_len();
    let frames = values
        .map(|i| ((index * 100_000 + i) as f64).sqrt())
        .collect();
    Trajectory { index, frames }
}

fn write(path: &Path, info: &DatasetInfo, dtype: Dtype) {
    let mut writer = WellWriter::create(path, info, dtype).unwrap();
    for index in (0..info.trajectories).rev() {
        writer.append(&trajectory(info, index)).unwrap();
    }
    assert_eq!(writer.written(), info.trajectories);
    writer.finish().unwrap();
}

fn rounded(trajectory: Trajectory) -> Trajectory {
    let frames = trajectory
        .frames
        .into_iter()
        .map(|v| f64::from(v as f32))
        .collect();
    Trajectory {
        frames,
        ..trajectory
    }
}

#[test]
fn what_is_written_is_read_in_both_precisions_and_every_dimension() {
    let folder = Folder::new("round-trip");
    for points in [&[7][..], &[6, 4], &[3, 4, 5]] {
        for dtype in [Dtype::F32, Dtype::F64] {
            let info = info(points);
            let path = folder.join("file.h5");
            write(&path, &info, dtype);
            let reader = WellReader::open(&path).unwrap();
            assert_eq!(reader.info(), &info, "{points:?} {dtype:?}");
            assert_eq!(reader.dtype(), dtype);
            for index in 0..info.trajectories {
                let expected = match dtype {
                    Dtype::F32 => rounded(trajectory(&info, index)),
                    Dtype::F64 => trajectory(&info, index),
                };
                let frame = expected.frames.chunks(info.frame_len());
                assert_eq!(
                    reader.trajectory(index).unwrap(),
                    expected,
                    "{points:?} {dtype:?}"
                );
                assert_eq!(reader.last_frame(index).unwrap(), frame.last().unwrap());
            }
        }
    }
    assert_eq!(
        std::fs::read_dir(&folder.0).unwrap().count(),
        1,
        "no temporary file is left"
    );
}

#[test]
fn trajectories_that_were_drawn_again_are_described_as_they_became() {
    let folder = Folder::new("again");
    for points in [&[7][..], &[3, 4, 5]] {
        for dtype in [Dtype::F32, Dtype::F64] {
            let planned = info(points);
            let path = folder.join("file.h5");
            let mut writer = WellWriter::create(&path, &planned, dtype).unwrap();
            for index in 0..planned.trajectories {
                writer.append(&trajectory(&planned, index)).unwrap();
            }
            let mut became = planned.clone();
            became.time = Time::Uniform(Varying::Each(vec![0.1, 0.25, 1.0 / 7.0]));
            became.parameters[1].1 = Varying::Each(vec![1e-3, 4.0, -2.5]);
            became.axes[0].length = Varying::Each(vec![1.5, 2.5, 3.5]);
            became.provenance.attempts = vec![0, 2, 1];
            writer.finish_as(&became).unwrap();
            let reader = WellReader::open(&path).unwrap();
            assert_eq!(reader.info(), &became, "{points:?} {dtype:?}");
            let frames = reader.trajectory(1).unwrap();
            let expected = trajectory(&planned, 1);
            match dtype {
                Dtype::F32 => assert_eq!(frames, rounded(expected)),
                Dtype::F64 => assert_eq!(frames, expected),
            }
            write(&path, &became, dtype);
            assert_eq!(WellReader::open(&path).unwrap().info(), &became, "planned");
        }
    }
    let planned = info(&[7]);
    let writer = WellWriter::create(folder.join("wrong.h5"), &planned, Dtype::F32).unwrap();
    let mut wrong = planned.clone();
    wrong.provenance.attempts = vec![0, 1];
    let said = message(writer.finish_as(&wrong));
    assert!(
        said.contains("2 values of `attempts` for 3 trajectories"),
        "{said}"
    );
}

#[test]
fn values_shared_by_all_trajectories_and_listed_times_are_kept() {
    let folder = Folder::new("shared");
    let path = folder.join("file.h5");
    let times = |scale: f64| (0..5).map(|t| scale * f64::from(t * t)).collect::<Vec<_>>();
    for time in [
        Varying::Same(times(0.1)),
        Varying::Each(vec![times(0.1), times(0.2), times(0.3)]),
    ] {
        let mut info = info(&[8]);
        info.axes = vec![Axis {
            kind: AxisKind::WALLS,
            ..axis(8, Varying::Same(2.0))
        }];
        info.time = Time::Listed(time);
        info.fields = vec![field("u", FieldKind::Scalar)];
        info.provenance = Provenance::default();
        write(&path, &info, Dtype::F64);
        assert_eq!(WellReader::open(&path).unwrap().info(), &info);
    }
}

#[test]
fn walls_with_given_values_are_known_by_where_the_points_lie() {
    let folder = Folder::new("walls");
    let path = folder.join("file.h5");
    for kind in [
        AxisKind::PERIODIC_CELLS,
        AxisKind::WALLS,
        AxisKind::FIXED_WALLS,
        AxisKind::OPEN,
    ] {
        for dtype in [Dtype::F32, Dtype::F64] {
            let mut info = info(&[9, 6]);
            for axis in &mut info.axes {
                axis.kind = kind;
            }
            write(&path, &info, dtype);
            assert_eq!(WellReader::open(&path).unwrap().info(), &info);
        }
    }
}

#[test]
fn axes_have_the_spacing_of_their_points_and_a_boundary_at_each_end() {
    use ondine_solvers::{Boundary, Ends, Placement};
    let folder = Folder::new("ends");
    let path = folder.join("file.h5");
    let mut info = info(&[3, 4]);
    info.axes[0].kind = AxisKind::FIXED_WALLS;
    info.axes[1].length = Varying::Same(2.0);
    let spacing = info.spacing(1); // lengths 0.2 and 2
    assert!((spacing[0] - 0.05).abs() < 1e-15, "{spacing:?}"); // rounding
    assert!((spacing[1] - 0.5).abs() <= 0.0, "{spacing:?}");
    let outflow = Ends {
        low: Boundary::Wall,
        high: Boundary::Open,
    };
    let kind = AxisKind::new(outflow, Placement::CellCentres);
    info.axes[1].kind = kind.expect("cells have any ends");
    write(&path, &info, Dtype::F64);
    let reader = WellReader::open(&path).unwrap();
    assert_eq!(reader.info().axes[1].kind.ends(), outflow);
    assert_eq!(reader.info(), &info);
}

#[test]
fn frames_larger_and_smaller_than_a_chunk_are_written_whole() {
    let folder = Folder::new("chunks");
    // 3 MiB a frame in f64; 20000 frames of 8 values, which are several chunks.
    for (points, frames) in [(vec![384, 1024], 2), (vec![8], 20_000)] {
        let mut info = info(&points);
        info.frames = frames;
        info.fields = vec![field("u", FieldKind::Scalar)];
        let path = folder.join("file.h5");
        write(&path, &info, Dtype::F64);
        let reader = WellReader::open(&path).unwrap();
        assert_eq!(reader.trajectory(1).unwrap(), trajectory(&info, 1));
    }
}

#[test]
fn fields_that_do_not_change_come_back_for_every_trajectory() {
    let folder = Folder::new("well-constants");
    let mut info = info(&[6, 4]);
    info.constants = vec![
        field("mask", FieldKind::Scalar),
        field("wind", FieldKind::Vector),
    ];
    let path = folder.join("file.h5");
    let mut writer = WellWriter::create(&path, &info, Dtype::F64).unwrap();
    let values = |index: usize| -> Vec<f64> { (0..72).map(|i| (100 * index + i) as f64).collect() };
    for index in 0..info.trajectories {
        writer.append(&trajectory(&info, index)).unwrap();
        writer.put_constants(index, &values(index)).unwrap();
    }
    let refused = writer.put_constants(0, &[1.0; 24]).unwrap_err().to_string();
    assert!(
        refused.contains("24 values for 3 channels at 24 points"),
        "{refused}"
    );
    writer.finish().unwrap();
    let reader = WellReader::open(&path).unwrap();
    assert_eq!(reader.info().constants, info.constants);
    assert_eq!(constant_names(reader.info()), ["mask", "wind_x", "wind_y"]);
    for index in 0..info.trajectories {
        assert_eq!(reader.constants(index).unwrap(), values(index));
        assert_eq!(reader.trajectory(index).unwrap(), trajectory(&info, index));
    }
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

fn message<T>(result: Result<T, DatasetError>) -> String {
    match result {
        Ok(_) => panic!("this should be refused"),
        Err(error) => error.to_string(),
    }
}
