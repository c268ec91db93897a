//! Datasets in The Well's folders, and several files as one, written by `python/make_well_folder_fixture.py`.

use ondine_datasets::Cut;
use ondine_datasets::files::*;
use ondine_datasets::offline::{EpochLoader, WindowFile};
use ondine_solvers::{Boundary, Ends};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/well_folder")
}

fn try_open(path: &Path) -> Result<Box<dyn DatasetReader>, DatasetError> {
    (find("well").expect("in the list").open)(path)
}

fn open() -> Box<dyn DatasetReader> {
    try_open(&folder()).unwrap_or_else(|error| panic!("{error}"))
}

/// The value of the script at a place.
fn value(trajectory: usize, frame: usize, channel: usize, x: usize, y: usize) -> f64 {
    (1000 * trajectory + 100 * frame + 10 * channel + x) as f64 + y as f64 / 10.0
}

fn close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        // Values are kept in 32 bits.
        assert!((found - expected).abs() < 3e-4, "{found}, {expected}");
    }
}

fn points() -> impl Iterator<Item = (usize, usize)> {
    (0..4).flat_map(|x| (0..3).map(move |y| (x, y)))
}

#[test]
fn a_folder_is_one_dataset_with_its_splits() {
    let reader = open();
    let info = reader.info();
    assert_eq!((info.trajectories, info.frames), (4, 3));
    let splits = [("train".to_owned(), 0..3), ("test".to_owned(), 3..4)];
    assert_eq!(info.splits, splits);
    let reynolds = Varying::Each(vec![10.0, 10.0, 20.0, 10.0]);
    assert_eq!(info.parameters, [("Re".to_owned(), reynolds)]);
    for trajectory in 0..4 {
        let mut expected = Vec::new();
        for frame in 0..3 {
            for channel in 0..7 {
                expected.extend(points().map(|(x, y)| value(trajectory, frame, channel, x, y)));
            }
        }
        close(&reader.trajectory(trajectory).unwrap().frames, &expected);
    }
    let error = reader.frame(4, 0).unwrap_err().to_string();
    assert!(error.contains("no frames 0..1 of trajectory 4"), "{error}");
}

#[test]
fn fields_have_their_ranks_and_axes_their_names_and_ends() {
    let reader = open();
    let info = reader.info();
    let fields: Vec<(&str, FieldKind)> = info
        .fields
        .iter()
        .map(|field| (&field.name[..], field.kind))
        .collect();
    let expected = [
        ("density", FieldKind::Scalar),
        ("velocity", FieldKind::Vector),
        ("stress", FieldKind::Tensor),
    ];
    assert_eq!(fields, expected);
    assert_eq!((info.axis_name(0), info.axis_name(1)), ("x", "r"));
    let mixed = Ends {
        low: Boundary::Wall,
        high: Boundary::Open,
    };
    assert_eq!(info.axes[0].kind.ends(), mixed);
    assert_eq!(info.axes[1].kind, AxisKind::PERIODIC);
    assert!((info.length(0)[0] - 2.0).abs() < 1e-6 && (info.length(0)[1] - 1.5).abs() < 1e-6);
}

#[test]
fn what_does_not_change_is_read_once_and_scalars_that_do_by_frame() {
    let reader = open();
    let info = reader.info();
    let names: Vec<&str> = info.constants.iter().map(|field| &field.name[..]).collect();
    assert_eq!(names, ["mask", "profile"]);
    let mask = points().map(|(x, y)| value(0, 0, 0, x, y));
    // The profile is the same along the second axis.
    let profile = points().map(|(x, _)| value(2, 0, 1, x, 0));
    let expected: Vec<f64> = mask.chain(profile).collect();
    close(&reader.constants(2).unwrap(), &expected);
    assert_eq!(info.series, ["inflow"]);
    assert_eq!(reader.series(2, 1..3).unwrap(), [21.0, 22.0]);
}

#[test]
fn statistics_are_those_of_the_folder() {
    let reader = open();
    let statistics = &reader.info().statistics;
    assert_eq!(statistics.len(), 3);
    assert_eq!(
        (&statistics[1].field[..], &statistics[1].mean[..]),
        ("velocity", &[-0.5, 0.2][..])
    );
    assert_eq!(statistics[2].std, [1.0, 2.0, 3.0, 4.0]);
    let without = try_open(&folder().join("data/train")).unwrap();
    assert_eq!(
        (without.info().trajectories, without.info().statistics.len()),
        (3, 0)
    );
    let empty = std::env::temp_dir().join(format!("ondine-well-empty-{}", std::process::id()));
    std::fs::create_dir_all(&empty).unwrap();
    let Err(error) = try_open(&empty) else {
        panic!("an empty folder is read");
    };
    let error = error.to_string();
    assert!(error.contains("a file of The Well"), "{error}");
    std::fs::remove_dir_all(&empty).unwrap();
}

/// Files of one trajectory each, with these changes of a common description.
fn written(name: &str, changes: &[fn(&mut DatasetInfo)]) -> (PathBuf, Vec<PathBuf>) {
    let folder = std::env::temp_dir().join(format!("ondine-joined-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut files = Vec::new();
    for (index, change) in changes.iter().enumerate() {
        let mut info = DatasetInfo {
            name: "part".to_owned(),
            trajectories: 1,
            frames: 2,
            axes: vec![Axis {
                points: 4,
                length: Varying::Same(1.0),
                kind: AxisKind::PERIODIC,
            }],
            fields: vec![Field {
                name: "u".to_owned(),
                kind: FieldKind::Scalar,
            }],
            time: Time::Uniform(Varying::Same(0.1)),
            parameters: vec![("nu".to_owned(), Varying::Same(index as f64))],
            ..DatasetInfo::default()
        };
        change(&mut info);
        let path = folder.join(format!("{index}.h5"));
        let mut writer = WellWriter::create(&path, &info, Dtype::F64).unwrap();
        let frames = (0..info.frames * info.frame_len()).map(|i| (100 * index + i) as f64);
        let frames = frames.collect();
        writer.append(&Trajectory { index: 0, frames }).unwrap();
        writer.finish().unwrap();
        files.push(path);
    }
    (folder, files)
}

fn one(path: &Path) -> Result<Arc<dyn DatasetReader>, DatasetError> {
    Ok(Arc::new(WellReader::open(path)?))
}

#[test]
fn files_may_differ_in_lengths_times_and_parameters() {
    let changes: [fn(&mut DatasetInfo); 2] = [
        |_| {},
        |info| {
            info.axes[0].length = Varying::Same(2.0);
            info.time = Time::Uniform(Varying::Same(0.3));
            info.parameters
                .push(("more".to_owned(), Varying::Same(1.0)));
        },
    ];
    let (folder, files) = written("alike", &changes);
    let joined = Joined::open("both", files, one).unwrap();
    let info = joined.info();
    assert_eq!((&info.name[..], info.trajectories), ("both", 2));
    assert_eq!((info.length(0), info.length(1)), (vec![1.0], vec![2.0]));
    assert_eq!(info.time, Time::Uniform(Varying::Each(vec![0.1, 0.3])));
    let nu = ("nu".to_owned(), Varying::Each(vec![0.0, 1.0]));
    assert_eq!(info.parameters, [nu]);
    assert_eq!(joined.frame(1, 1).unwrap(), [104.0, 105.0, 106.0, 107.0]);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn every_trajectory_keeps_its_frames_and_windows_are_cut_from_each() {
    let changes: [fn(&mut DatasetInfo); 3] =
        [|_| {}, |info| info.frames = 5, |info| info.frames = 3];
    let (folder, files) = written("ragged", &changes);
    let joined: Arc<dyn DatasetReader> = Arc::new(Joined::open("all", files, one).unwrap());
    let info = joined.info();
    assert_eq!((info.frames, info.shortest()), (5, 2));
    assert_eq!([0, 1, 2].map(|index| info.frames_of(index)), [2, 5, 3]);
    assert_eq!(joined.trajectory(2).unwrap().frames.len(), 3 * 4);
    assert!((joined.last_frame(1).unwrap()[0] - 116.0).abs() <= 0.0);
    let beyond = joined.frames(0, 1..3).unwrap_err().to_string();
    assert!(beyond.contains("of 2 frames"), "{beyond}");
    let cut = Cut {
        stride: 1,
        frames: 3,
    };
    // One trajectory is held, and the others are read: windows are the same.
    for bytes in [0, 100, 10_000] {
        let windows = WindowFile::new(&folder, joined.clone(), cut, &[], vec![0, 1, 2]).unwrap();
        let windows = windows.hold(bytes, &AtomicBool::new(false)).unwrap();
        assert_eq!(windows.windows(), 3 + 1);
        let found = (0..4).map(|index| {
            let window = windows.window(index).unwrap();
            (
                window.simulation,
                window.start,
                window.frames[2].on_host()[0],
            )
        });
        let expected = [(1, 0, 108.0), (1, 1, 112.0), (1, 2, 116.0), (2, 0, 208.0)];
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }
    // Blocks of trajectories come one after the other, from memory and from the disk.
    let drawn = |bytes| -> Vec<(u64, usize, f32)> {
        let windows = WindowFile::new(&folder, joined.clone(), cut, &[], vec![0, 1, 2]).unwrap();
        let windows = windows.in_blocks(2).hold(bytes, &AtomicBool::new(false));
        let windows = Arc::new(windows.unwrap());
        let mut loader = EpochLoader::start(windows, 1, 0, 4, Arc::default());
        let all = (0..3).flat_map(|_| loader.draw(4).unwrap());
        all.map(|window| {
            (
                window.simulation,
                window.start,
                window.frames[2].on_host()[0],
            )
        })
        .collect()
    };
    let (streamed, held) = (drawn(0), drawn(10_000));
    assert_eq!(streamed, held);
    for epoch in held.chunks(4) {
        let mut blocks: Vec<bool> = epoch.iter().map(|window| window.0 < 2).collect();
        blocks.dedup();
        assert_eq!(blocks.len(), 2, "{epoch:?}");
    }
    let reading = Reading {
        every: Some(2),
        ..Reading::default()
    };
    let half = reading.open(&folder).unwrap();
    assert_eq!(
        [0, 1, 2].map(|index| half.info().frames_of(index)),
        [1, 3, 2]
    );
    let found = screen(
        &*joined,
        &Scope {
            trajectories: 3,
            frames: 0..5,
            values: SCREENED,
        },
    );
    assert_eq!(found.unwrap().describe(), None);
    let refused = WellWriter::create(folder.join("new.h5"), info, Dtype::F64).err();
    let said = refused
        .expect("a file has one number of frames")
        .to_string();
    assert!(said.contains("2 to 5 frames"), "{said}");
    std::fs::remove_dir_all(folder).unwrap();
}

/// A way to spoil what is right.
type Spoil = fn(&mut DatasetInfo);

#[test]
fn files_of_other_axes_or_fields_are_refused_by_name() {
    let cases: [(Spoil, &str); 3] = [
        (
            |info| info.axes.push(info.axes[0].clone()),
            "1.h5: its grid has 2 axes, not 1, in ",
        ),
        (
            |info| info.axes[0].kind = AxisKind::WALLS,
            "1.h5: its axes lie between walls",
        ),
        (
            |info| info.fields[0].name = "v".to_owned(),
            "1.h5: its fields are v, not u",
        ),
    ];
    for (change, expected) in cases {
        let (folder, files) = written("other", &[|_| {}, change]);
        let Err(error) = Joined::open("both", files, one) else {
            panic!("they are joined: {expected}");
        };
        let error = error.to_string();
        assert!(
            error.contains(expected) && error.contains("0.h5"),
            "{error}"
        );
        std::fs::remove_dir_all(folder).unwrap();
    }
    let error = Joined::open("none", Vec::new(), one)
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("it has no files"), "{error}");
}
