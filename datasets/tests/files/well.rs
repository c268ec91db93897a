//! The Well's layout: what is written is read, what others wrote is read, and broken files are refused.

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

/// The value of the fixtures.
fn fixture(b: usize, t: usize, i: usize, j: usize) -> f64 {
    (1000 * b + 100 * t + 10 * i + j) as f64
}

#[test]
fn a_file_of_h5py_with_compression_big_endian_numbers_and_constant_fields_is_read() {
    let reader = WellReader::open(data("well_h5py.h5")).unwrap();
    let info = reader.info();
    assert_eq!(
        (info.name.as_str(), info.trajectories, info.frames),
        ("fixture", 2, 3)
    );
    let fields = [
        field("density", FieldKind::Scalar),
        field("column", FieldKind::Scalar),
        field("velocity", FieldKind::Vector),
    ];
    assert_eq!(info.fields, fields);
    assert_eq!(info.axes[0], axis(4, Varying::Same(2.0)));
    assert_eq!(
        info.axes[1],
        Axis {
            kind: AxisKind::WALLS,
            ..axis(5, Varying::Same(1.25))
        }
    );
    let times = vec![vec![0.0, 0.5, 1.0], vec![0.0, 0.25, 0.5]];
    assert_eq!(info.time, Time::Listed(Varying::Each(times)));
    assert_eq!((info.time.dt(0), info.time.dt(1)), (0.5, 0.25));
    let parameters = [
        ("viscosity".into(), Varying::Same(0.25)),
        ("drag".into(), Varying::Each(vec![0.5, 1.5])),
        ("length_x".into(), Varying::Same(9.0)),
    ];
    assert_eq!(info.parameters, parameters);
    assert_eq!(info.provenance.ondine_version, None);

    let frame = reader.frame(1, 2).unwrap();
    let channel =
        |value: fn(usize, usize) -> f64| (0..20).map(move |point| value(point / 5, point % 5));
    let expected: Vec<f64> = channel(|i, j| fixture(1, 2, i, j)) // density
        .chain(channel(|i, _| fixture(0, 2, i, 0))) // column, the same along y and in every trajectory
        .chain(channel(|i, j| fixture(1, 2, i, j))) // velocity along x
        .chain(channel(|i, j| fixture(1, 2, i, j) + 0.5)) // velocity along y
        .collect();
    assert_eq!(frame, expected);
    let whole = reader.trajectory(1).unwrap();
    assert_eq!(&whole.frames[2 * info.frame_len()..], frame);
}

#[test]
fn a_file_of_h5py_in_the_newest_format_is_read() {
    let reader = WellReader::open(data("well_h5py_latest.h5")).unwrap();
    let info = reader.info();
    assert_eq!(
        info.axes,
        [Axis {
            kind: AxisKind::OPEN,
            ..axis(4, Varying::Same(1.0))
        }]
    );
    let parameters: Vec<_> = info
        .parameters
        .iter()
        .map(|(name, value)| (name.as_str(), *value.get(0)))
        .collect();
    assert_eq!(
        parameters,
        [
            ("a", 1.0),
            ("b", 2.0),
            ("c", 4.0),
            ("d", 8.0),
            ("e", 16.0),
            ("f", 32.0)
        ]
    );
    for (b, t) in [(0, 0), (1, 2)] {
        let expected: Vec<f64> = (0..4).map(|i| fixture(b, t, i, 0)).collect();
        assert_eq!(reader.frame(b, t).unwrap(), expected);
    }
}

fn message<T>(result: Result<T, DatasetError>) -> String {
    match result {
        Ok(_) => panic!("this should be refused"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn files_that_are_none_are_refused_by_name() {
    let folder = Folder::new("broken");
    let path = folder.join("file.h5");
    let open = || message(WellReader::open(&path));
    assert!(open().contains("file.h5: No such file"), "{}", open());
    std::fs::write(&path, "viscosity = 1\n".repeat(100)).unwrap();
    assert!(open().contains("not an HDF5 file"), "{}", open());

    let info = info(&[6, 4]);
    write(&path, &info, Dtype::F32);
    let whole = std::fs::read(&path).unwrap();
    for kept in [0, 7, 8, 100, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&path, &whole[..kept]).unwrap();
        let error = open();
        assert!(error.contains("file.h5"), "{kept} bytes: {error}");
    }
    assert!(open().contains(&format!(
        "truncated: {} of {} bytes",
        whole.len() - 1,
        whole.len()
    )));
}

#[test]
fn what_is_missing_is_named() {
    let folder = Folder::new("missing");
    let path = folder.join("file.h5");
    let whole = std::fs::read(data("well_h5py.h5")).unwrap();
    // h5py's format keeps names as plain bytes without a checksum, so a letter makes a thing missing.
    for (name, what) in [
        ("t1_fields", "the group `t1_fields` is missing"),
        ("dimensions", "the group `dimensions` is missing"),
        (
            "boundary_conditions",
            "the group `boundary_conditions` is missing",
        ),
        (
            "n_trajectories",
            "the attribute `n_trajectories` of the file is missing",
        ),
        (
            "spatial_dims",
            "the attribute `spatial_dims` of the group `dimensions` is missing",
        ),
        ("time\0", "is missing"),
        (
            "associated_dims",
            "the attribute `associated_dims` of `boundary_conditions/x_ends` is missing",
        ),
        (
            "bc_type",
            "the attribute `bc_type` of `boundary_conditions/x_ends` is missing",
        ),
    ] {
        let mut bytes = whole.clone();
        let word = |at: &usize| bytes[*at..].starts_with(name.as_bytes()) && bytes[*at - 1] != b'_';
        let at = (1..bytes.len()).find(word).unwrap();
        bytes[at] = if name.starts_with('a') { b'A' } else { b'a' }; // sorts first, as lookups may expect
        std::fs::write(&path, bytes).unwrap();
        let error = message(WellReader::open(&path));
        assert!(error.ends_with(what), "{name}: {error}");
    }
}

#[test]
fn frames_that_are_not_there_are_refused() {
    let reader = WellReader::open(data("well_h5py.h5")).unwrap();
    let expected = "no frames 3..4 of trajectory 1: the file holds 2 trajectories of 3 frames";
    assert!(message(reader.frame(1, 3)).ends_with(expected));
    message(reader.frame(2, 0));
    message(reader.frame(0, usize::MAX));
    message(reader.frames(0, 1..1));
}

#[test]
fn descriptions_that_contradict_themselves_are_refused() {
    let folder = Folder::new("description");
    let path = folder.join("file.h5");
    let refused = |change: fn(&mut DatasetInfo)| {
        let mut info = info(&[4]);
        change(&mut info);
        message(WellWriter::create(&path, &info, Dtype::F32))
    };
    let error = refused(|info| info.parameters[1].1 = Varying::Each(vec![1.0]));
    assert_eq!(
        error,
        "dataset `round trip`: 1 values of `drag` for 3 trajectories"
    );
    refused(|info| info.time = Time::Listed(Varying::Same(vec![0.0])));
    refused(|info| info.time = Time::Uniform(Varying::Each(vec![])));
    refused(|info| info.axes.clear());
    refused(|info| info.fields.clear());
    refused(|info| info.frames = 0);
    let error = refused(|info| info.fields[0].name = "viscosity".into());
    assert!(
        error.contains("`viscosity`"),
        "a field and a parameter: {error}"
    );
    refused(|info| info.fields[0].name = "a/b".into());
    refused(|info| info.parameters[0].0 = "time_grid".into());
    refused(|info| info.parameters[0].0 = "seed".into());
    refused(|info| info.parameters[0].0 = "length_x".into());
    assert_eq!(
        std::fs::read_dir(&folder.0).unwrap().count(),
        0,
        "nothing is created"
    );
}

#[test]
fn a_file_gets_its_name_when_it_is_whole() {
    let folder = Folder::new("unfinished");
    let path = folder.join("file.h5");
    let info = info(&[4]);
    let mut writer = WellWriter::create(&path, &info, Dtype::F64).unwrap();
    let outside = Trajectory {
        index: 3,
        ..trajectory(&info, 0)
    };
    assert!(message(writer.append(&outside)).contains("trajectory 3: the file has room for 3"));
    let short = Trajectory {
        index: 0,
        frames: vec![0.0; 7],
    };
    assert!(
        message(writer.append(&short)).contains("7 values for 5 frames of 3 channels at 4 points")
    );
    writer.append(&trajectory(&info, 1)).unwrap();
    let error = message(writer.finish());
    assert!(
        error.contains("2 of 3 trajectories were not written, the first is number 0"),
        "{error}"
    );
    assert!(!path.exists());
    let part = WellReader::open(folder.join("file.h5.part")).unwrap();
    assert_eq!(part.trajectory(1).unwrap(), trajectory(&info, 1));
    assert!(part.frame(0, 0).unwrap().iter().all(|value| value.is_nan()));
}

#[test]
#[cfg(unix)]
fn a_second_writer_of_one_file_is_refused_and_readers_are_let_in() {
    let folder = Folder::new("two-writers");
    let path = folder.join("file.h5");
    let info = info(&[4]);
    let mut first = WellWriter::create(&path, &info, Dtype::F64).unwrap();
    for index in 0..3 {
        first.append(&trajectory(&info, index)).unwrap();
    }
    let error = message(WellWriter::create(&path, &info, Dtype::F64));
    assert!(
        error.contains("file.h5.part: another process is writing this file"),
        "{error}"
    );
    let part = WellReader::open(folder.join("file.h5.part")).unwrap();
    assert_eq!(part.info(), &info);
    first.finish().unwrap();
    assert_eq!(
        WellReader::open(&path).unwrap().trajectory(2).unwrap(),
        trajectory(&info, 2)
    );
    WellWriter::create(&path, &info, Dtype::F64).unwrap();
}

#[test]
fn every_format_of_the_list_is_found_and_opens_files() {
    for entry in FORMATS {
        assert_eq!(
            find(entry.kind).map(|found| found.summary),
            Some(entry.summary)
        );
    }
    let reader = (find("well").unwrap().open)(&data("well_h5py.h5")).unwrap();
    assert_eq!(reader.info().trajectories, 2);
    assert!(find("openfoam").is_none());
}
