//! Files of different grids as one dataset: every trajectory keeps its points, through views, windows and screening.

use ondine_datasets::Cut;
use ondine_datasets::files::*;
use ondine_datasets::offline::{EpochLoader, WindowFile, static_fields};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A folder with a file of two trajectories of three frames for each of these numbers of points, and the files; values are
/// `1000 · file + 100 · trajectory + 10 · frame + point`, of the second field negative.
fn written(name: &str, points: &[usize], change: impl Fn(f64) -> f64) -> (PathBuf, Vec<PathBuf>) {
    let folder = format!("ondine-grids-{name}-{}", std::process::id());
    let folder = std::env::temp_dir().join(folder);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let field = |name: &str| Field {
        name: name.to_owned(),
        kind: FieldKind::Scalar,
    };
    let file = |(file, &points): (usize, &usize)| {
        let info = DatasetInfo {
            name: "grids".to_owned(),
            trajectories: 2,
            frames: 3,
            axes: vec![Axis {
                points,
                length: Varying::Same(2.0),
                kind: AxisKind::PERIODIC,
            }],
            fields: vec![field("u"), field("v")],
            constants: vec![field("mask")],
            time: Time::Uniform(Varying::Same(0.5)),
            ..DatasetInfo::default()
        };
        let path = folder.join(format!("{file}.h5"));
        let mut writer = WellWriter::create(&path, &info, Dtype::F64).unwrap();
        for index in 0..2 {
            let of = |frame: usize, sign: f64| {
                (0..points).map(move |point| sign * value(file, index, frame, point))
            };
            let frames = (0..3).flat_map(|frame| of(frame, 1.0).chain(of(frame, -1.0)));
            let frames = frames.map(&change).collect();
            writer.append(&Trajectory { index, frames }).unwrap();
            writer
                .put_constants(index, &vec![points as f64; points])
                .unwrap();
        }
        writer.finish().unwrap();
        path
    };
    let files = points.iter().enumerate().map(file).collect();
    (folder, files)
}

fn value(file: usize, trajectory: usize, frame: usize, point: usize) -> f64 {
    (1000 * file + 100 * trajectory + 10 * frame + point) as f64
}

#[test]
fn every_trajectory_keeps_the_grid_of_its_file() {
    let (folder, files) = written("joined", &[4, 8, 4], |value| value);
    let reader = Reading::default().open(&folder).unwrap();
    let info = reader.info();
    assert_eq!((info.trajectories, info.points()), (6, vec![4]));
    assert_eq!(info.all_points(), [[4], [8]]);
    assert_eq!(info.grids[1].file, files[1]);
    assert_eq!(info.grid_each, [0, 0, 1, 1, 0, 0]);
    assert_eq!(
        [0, 2, 5].map(|index| info.spacing(index)),
        [[0.5], [0.25], [0.5]]
    );
    for trajectory in 0..6 {
        let points = info.num_points_of(trajectory);
        assert_eq!(info.frame_len_of(trajectory), 2 * points);
        let frame = reader.frame(trajectory, 2).unwrap();
        let expected = (0..points).map(|point| value(trajectory / 2, trajectory % 2, 2, point));
        assert!(
            frame[..points].iter().copied().eq(expected),
            "{trajectory}: {frame:?}"
        );
        let still = static_fields(&*reader, trajectory, &["mask".to_owned()]).unwrap();
        assert_eq!(still[..], vec![points as f32; points]);
    }
    let based = on_grid(reader.clone(), &[8]);
    assert_eq!(
        (based.info().points(), &based.info().grid_each[..]),
        (vec![8], &[1, 1, 0, 0, 1, 1][..])
    );
    assert_eq!(based.info().all_points(), [[8], [4]]);
    assert_eq!(based.frame(2, 1).unwrap(), reader.frame(2, 1).unwrap());
    assert_eq!(on_grid(reader.clone(), &[6]).info(), info);
    let refused = WellWriter::create(folder.join("new.h5"), info, Dtype::F64).err();
    let said = refused.expect("a file has one grid").to_string();
    assert!(
        said.contains("[4] in") && said.contains("write one file for each"),
        "{said}"
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn views_are_made_of_every_grid_by_itself() {
    let (folder, _) = written("views", &[4, 8], |value| value);
    let reading: Reading =
        toml::from_str("fields = [\"v\"]\nevery = 2\ncoarsen = { x = 2, by = \"averages\" }")
            .unwrap();
    let reader = reading.open(&folder).unwrap();
    assert_eq!(reader.info().all_points(), [[2], [4]]);
    assert_eq!(reader.info().frames, 2);
    let expected: Vec<f64> = [0, 2, 4, 6]
        .map(|point| -value(1, 1, 2, point) - 0.5)
        .into();
    assert_eq!(reader.frame(3, 1).unwrap(), expected);
    let named = by_name(Reading::default().open(&folder).unwrap(), &["v", "u"]);
    let frame = named.frame(2, 1).unwrap();
    assert_eq!(
        (frame[0], frame[8]),
        (-value(1, 0, 1, 0), value(1, 0, 1, 0))
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn windows_have_their_grid_from_memory_from_the_disk_and_in_blocks() {
    let (folder, _) = written("windows", &[4, 8, 6], |value| value);
    let reader = Reading::default().open(&folder).unwrap();
    let cut = Cut {
        stride: 1,
        frames: 2,
    };
    let drawn = |bytes: u64, block: usize| {
        let file = WindowFile::new(&folder, reader.clone(), cut, &[], (0..6).collect()).unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let file = file.in_blocks(block).hold(bytes, &stop).unwrap();
        let mut loader = EpochLoader::start(Arc::new(file), 3, 0, 4, stop);
        let windows = loader.draw(24).unwrap().into_iter();
        let seen = windows.map(|window| {
            let points = [4, 8, 6][window.grid];
            assert!(
                window
                    .frames
                    .iter()
                    .all(|frame| frame.on_host().len() == 2 * points)
            );
            assert_eq!(window.grid, window.simulation as usize / 2);
            (
                window.simulation,
                window.start,
                window.frames[1].on_host()[1],
            )
        });
        seen.collect::<Vec<_>>()
    };
    let held = drawn(1 << 20, 6);
    assert_eq!(held, drawn(0, 6));
    assert_eq!(held, drawn(2 * 4 * 3 * 4 * 2, 6)); // the first file alone
    assert_eq!(drawn(0, 2), drawn(1 << 20, 2));
    let mut each: Vec<_> = held[..12]
        .iter()
        .map(|(number, start, _)| (number, start))
        .collect();
    each.sort();
    each.dedup();
    assert_eq!(each.len(), 12, "each window once per epoch");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn values_that_are_no_data_are_found_on_every_grid() {
    let there = |value: f64| (value + 1123.0).abs() < 0.5;
    let spoiled = |value| if there(value) { f64::NAN } else { value };
    let (folder, _) = written("screened", &[4, 8], spoiled);
    let reader = Reading::default().open(&folder).unwrap();
    let scope = Scope {
        trajectories: 4,
        frames: 0..3,
        values: SCREENED,
    };
    let bad = screen(&*reader, &scope).unwrap().bad;
    assert_eq!(bad.len(), 1);
    let found = (
        bad[0].trajectory,
        bad[0].frame,
        &bad[0].field[..],
        &bad[0].point[..],
    );
    assert_eq!(found, (3, 2, "v", &[3][..]));
    std::fs::remove_dir_all(folder).unwrap();
}
