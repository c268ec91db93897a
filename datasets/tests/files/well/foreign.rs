//! Files of h5py, and files of every format.

use super::{axis, data, field};
use ondine_datasets::files::*;

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
