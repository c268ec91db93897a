//! Files of The Well's layout written frame by frame, with constant fields, series, own names of axes and two kinds of ends.

use ondine_datasets::files::*;
use ondine_solvers::{Boundary, Ends, Placement};
use std::path::PathBuf;

fn path(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("ondine-parts-{name}-{}.h5", std::process::id()))
}

fn scalar(name: &str) -> Field {
    Field {
        name: name.to_owned(),
        kind: FieldKind::Scalar,
    }
}

fn info() -> DatasetInfo {
    let outflow = Ends {
        low: Boundary::Wall,
        high: Boundary::Open,
    };
    let axis = |points, kind| Axis {
        points,
        length: Varying::Same(2.0),
        kind,
    };
    DatasetInfo {
        name: "channel".to_owned(),
        trajectories: 2,
        frames: 5,
        axes: vec![
            axis(4, AxisKind::new(outflow, Placement::CellCentres).unwrap()),
            axis(6, AxisKind::PERIODIC),
        ],
        axis_names: vec!["r".to_owned(), "z".to_owned()],
        fields: vec![
            scalar("density"),
            Field {
                name: "velocity".to_owned(),
                kind: FieldKind::Vector,
            },
        ],
        constants: vec![scalar("mask")],
        series: vec!["inflow".to_owned(), "load".to_owned()],
        time: Time::Uniform(Varying::Same(0.5)),
        parameters: vec![("viscosity".to_owned(), Varying::Each(vec![0.1, 0.2]))],
        ..DatasetInfo::default()
    }
}

/// Values that say where they belong.
fn values(trajectory: usize, count: usize) -> Vec<f64> {
    (0..count).map(|i| (1000 * trajectory + i) as f64).collect()
}

fn frames(info: &DatasetInfo, trajectory: usize) -> Vec<f64> {
    values(trajectory, info.frames * info.frame_len())
}

#[test]
fn frames_in_any_order_are_read_where_they_belong() {
    let (info, path) = (info(), path("order"));
    for chunks in [Chunks::Blocks, Chunks::Frames] {
        let storage = Storage {
            dtype: Dtype::F64,
            chunks,
        };
        let mut writer = WellWriter::create(&path, &info, storage).unwrap();
        for trajectory in [1, 0] {
            let all = frames(&info, trajectory);
            let (early, late) = all.split_at(3 * info.frame_len());
            writer.put(trajectory, 3, late).unwrap();
            writer.put(trajectory, 0, early).unwrap();
            let (mask, series) = (values(trajectory, 24), values(trajectory + 5, 10));
            writer.put_constants(trajectory, &mask).unwrap();
            writer.put_series(trajectory, &series).unwrap();
        }
        assert_eq!(writer.written(), 2);
        writer.finish().unwrap();
        let reader = WellReader::open(&path).unwrap();
        assert_eq!(reader.info(), &info);
        for trajectory in 0..2 {
            assert_eq!(
                reader.frames(trajectory, 0..5).unwrap(),
                frames(&info, trajectory)
            );
            assert_eq!(
                reader.constants(trajectory).unwrap(),
                values(trajectory, 24)
            );
            let series = reader.series(trajectory, 0..5).unwrap();
            assert_eq!(series, values(trajectory + 5, 10));
        }
        std::fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_trajectory_without_all_of_its_frames_is_missing() {
    let (info, path) = (info(), path("missing"));
    let mut writer = WellWriter::create(&path, &info, Dtype::F32).unwrap();
    writer.put(0, 0, &frames(&info, 0)).unwrap();
    writer.put(1, 1, &values(1, 4 * info.frame_len())).unwrap();
    assert!(writer.put_constants(0, &values(0, 23)).is_err());
    assert!(writer.put_series(2, &values(0, 10)).is_err());
    assert!(writer.put(0, 4, &values(0, 2 * info.frame_len())).is_err());
    assert_eq!(writer.written(), 1);
    let error = writer.finish().unwrap_err();
    assert!(
        matches!(error, DatasetError::Unfinished { first: 1, .. }),
        "{error}"
    );
    assert!(!path.exists());
    std::fs::remove_file(path.with_extension("h5.part")).unwrap();
}

#[test]
fn a_file_that_is_refused_at_its_end_is_removed() {
    let (info, path) = (info(), path("refused"));
    let mut writer = WellWriter::create(&path, &info, Dtype::F32).unwrap();
    for trajectory in 0..2 {
        writer
            .put(trajectory, 0, &frames(&info, trajectory))
            .unwrap();
    }
    let refused = writer.finish_checked(|part| {
        assert!((WellReader::open(part)?.frame(1, 0)?[0] - 1000.0).abs() <= 0.0);
        let name = "channel".to_owned();
        let what = "no".to_owned();
        Err(DatasetError::Description { name, what })
    });
    assert!(refused.is_err());
    assert!(!path.exists() && !path.with_extension("h5.part").exists());
}
