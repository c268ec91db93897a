//! Files of `PDEBench` and pdearena, written by `python/make_benchmark_fixtures.py` from the layouts' descriptions.

mod refused;

use ondine_datasets::files::*;
use ondine_solvers::{Boundary, Ends};
use std::path::{Path, PathBuf};

fn data(name: &str) -> PathBuf {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    data.join(name)
}

fn try_open(kind: &str, path: &Path) -> Result<Box<dyn DatasetReader>, DatasetError> {
    (find(kind).expect("in the list").open)(path)
}

fn open(name: &str) -> Box<dyn DatasetReader> {
    let (kind, _) = name.split_once('/').expect("a folder per kind");
    try_open(kind, &data(name)).unwrap_or_else(|error| panic!("{error}"))
}

/// The value that the script writes: trajectory, frame, channel, place.
fn value(trajectory: usize, frame: usize, channel: usize, place: &[usize]) -> f64 {
    let sizes = [1.0, 0.1, 0.01];
    let place: f64 = place
        .iter()
        .zip(sizes)
        .map(|(&i, size)| i as f64 * size)
        .sum();
    (1000 * trajectory + 100 * frame + 10 * channel) as f64 + place
}

/// Every value of every frame, each by itself and all together.
fn check_values(name: &str, reader: &dyn DatasetReader) {
    let info = reader.info();
    let points = info.points();
    for trajectory in 0..info.trajectories {
        let mut expected = Vec::new();
        for frame in 0..info.frames {
            for channel in 0..info.channels() {
                for point in 0..info.num_points() {
                    let (mut rest, mut place) = (point, vec![0; points.len()]);
                    for (place, n) in place.iter_mut().zip(&points).rev() {
                        (*place, rest) = (rest % n, rest / n);
                    }
                    expected.push(value(trajectory, frame, channel, &place));
                }
            }
        }
        let close = |found: &[f64], expected: &[f64]| {
            assert_eq!(found.len(), expected.len(), "{name}");
            for (found, expected) in found.iter().zip(expected) {
                // Values are kept in 32 bits.
                assert!(
                    (found - expected).abs() < 2e-4,
                    "{name}: {found}, {expected}"
                );
            }
        };
        close(&reader.trajectory(trajectory).unwrap().frames, &expected);
        close(
            &reader.last_frame(trajectory).unwrap(),
            &expected[(info.frames - 1) * info.frame_len()..],
        );
    }
}

fn field_names(info: &DatasetInfo) -> Vec<&str> {
    info.fields.iter().map(|field| &field.name[..]).collect()
}

/// Name, frames, points, ends, fields, and parameters of the first trajectory.
type Case<'a> = (
    &'a str,
    usize,
    &'a [usize],
    Boundary,
    &'a [&'a str],
    &'a [(&'a str, f64)],
);

#[test]
fn every_layout_of_pdebench_is_read() {
    let nu = 0.01 / std::f64::consts::PI;
    let cases: [Case<'_>; 11] = [
        (
            "1D_Advection_Sols_beta0.4.hdf5",
            5,
            &[8],
            Boundary::Periodic,
            &["u"],
            &[("velocity", 0.4)],
        ),
        (
            "1D_Burgers_Sols_Nu0.01.hdf5",
            5,
            &[8],
            Boundary::Periodic,
            &["u"],
            &[("viscosity", nu)],
        ),
        (
            "ReacDiff_Nu0.5_Rho1.0.hdf5",
            5,
            &[8],
            Boundary::Periodic,
            &["u"],
            &[("diffusivity", 0.5), ("rate", 1.0)],
        ),
        (
            "2D_DarcyFlow_beta1.0_Train.hdf5",
            1,
            &[4, 4],
            Boundary::Wall,
            &["u"],
            &[("beta", 1.0)],
        ),
        (
            "1D_CFD_Rand_Eta1.e-8_Zeta1.e-8_trans_Train.hdf5",
            3,
            &[8],
            Boundary::Open,
            &["density", "pressure", "velocity"],
            &[("eta", 1e-8), ("zeta", 1e-8)],
        ),
        (
            "2D_CFD_Rand_M0.1_Eta0.01_Zeta0.01_periodic_4_Train.hdf5",
            3,
            &[4, 3],
            Boundary::Periodic,
            &["density", "pressure", "velocity"],
            &[("eta", 0.01), ("zeta", 0.01), ("m", 0.1)],
        ),
        (
            "3D_CFD_Turb_M1.0_Eta1e-08_Zeta1e-08_periodic_Train.hdf5",
            3,
            &[4, 3, 2],
            Boundary::Periodic,
            &["density", "pressure", "velocity"],
            &[("eta", 1e-8), ("zeta", 1e-8), ("m", 1.0)],
        ),
        (
            "1D_diff-sorp_NA_NA.h5",
            5,
            &[8],
            Boundary::Wall,
            &["u"],
            &[("D", 5e-4), ("por", 0.29)],
        ),
        (
            "2D_diff-react_NA_NA.h5",
            5,
            &[4, 3],
            Boundary::Wall,
            &["u", "v"],
            &[("Du", 1e-3), ("Dv", 5e-3), ("k", 5e-3)],
        ),
        (
            "2D_rdb_NA_NA.h5",
            5,
            &[4, 4],
            Boundary::Open,
            &["h"],
            &[("gravity", 1.0), ("dam_radius", 0.3)],
        ),
        (
            "ns_incom_inhom_2d_512-0.h5",
            3,
            &[4, 4],
            Boundary::Wall,
            &["particles", "velocity"],
            &[("viscosity", 0.01)],
        ),
    ];
    for (name, frames, points, boundary, fields, parameters) in cases {
        let reader = open(&format!("pdebench/{name}"));
        let info = reader.info();
        assert_eq!(
            (info.frames, &info.points()[..]),
            (frames, points),
            "{name}"
        );
        assert_eq!(field_names(info), fields, "{name}");
        for axis in &info.axes {
            assert_eq!(axis.kind.ends(), Ends::both(boundary), "{name}");
        }
        let found: Vec<(&str, f64)> = info
            .parameters
            .iter()
            .map(|(name, values)| (&name[..], *values.get(0)))
            .collect();
        assert_eq!(found, parameters, "{name}");
        info.time
            .check(0)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        if name != "2D_rdb_NA_NA.h5" {
            check_values(name, &*reader);
        }
    }
}

#[test]
fn times_and_lengths_are_those_of_the_coordinates() {
    let burgers = open("pdebench/1D_Burgers_Sols_Nu0.01.hdf5");
    let info = burgers.info();
    assert!((info.time.dt(2) - 0.05).abs() < 1e-7);
    assert!((info.length(0)[0] - 1.0).abs() < 1e-6);
    assert_eq!(info.axes[0].kind, AxisKind::PERIODIC_CELLS);
    let react = open("pdebench/2D_diff-react_NA_NA.h5");
    assert!((react.info().length(1)[1] - 2.0).abs() < 1e-6);
    assert!((react.info().time.dt(1) - 1.25).abs() < 1e-7);
}

#[test]
fn square_planes_by_seeds_are_as_pdebench_loads_them() {
    // Their generator stores [t, y, x]; their loader calls the first axis x, and no shape of theirs tells.
    let reader = open("pdebench/2D_rdb_NA_NA.h5");
    let frame = reader.frame(2, 1).unwrap();
    assert!((frame[4 + 2] - value(2, 1, 0, &[2, 1])).abs() < 2e-4);
    let radius = &reader.info().parameters[1].1;
    assert_eq!(radius, &Varying::Each(vec![0.3, 0.4, 0.5]));
}

#[test]
fn permeability_and_force_do_not_change_in_time() {
    for (name, field, channel, kind) in [
        (
            "2D_DarcyFlow_beta1.0_Train.hdf5",
            "nu",
            1,
            FieldKind::Scalar,
        ),
        ("ns_incom_inhom_2d_512-0.h5", "force", 1, FieldKind::Vector),
    ] {
        let reader = open(&format!("pdebench/{name}"));
        let info = reader.info();
        let name = field.to_owned();
        assert_eq!(info.constants, [Field { name, kind }]);
        let found = reader.constants(1).unwrap();
        assert_eq!(found.len(), kind.components(2) * 16, "{field}");
        for (at, found) in found.iter().enumerate() {
            let (component, point) = (at / 16, at % 16);
            let expected = value(1, 0, channel + component, &[point / 4, point % 4]);
            assert!(
                (found - expected).abs() < 2e-4,
                "{field}: {found}, {expected}"
            );
        }
    }
}

#[test]
fn flows_of_pdearena_have_walls_and_buoyancy() {
    let name = "pdearena/NavierStokes2D_train_1_0.5_2.h5";
    let reader = open(name);
    let info = reader.info();
    assert_eq!(field_names(info), ["smoke", "velocity"]);
    assert_eq!((info.length(1), info.points()), (vec![32.0; 2], vec![4; 2]));
    assert_eq!(info.axes[0].kind, AxisKind::WALLS);
    assert!((info.time.dt(1) - 1.5).abs() < 1e-12);
    let buoyancy = ("buo_y".to_owned(), Varying::Each(vec![0.2, 0.5]));
    assert_eq!(info.parameters, [buoyancy]);
    check_values(name, &*reader);
}

#[test]
fn waves_of_pdearena_differ_in_length_and_time_step() {
    let name = "pdearena/KS_train_fixed_viscosity.h5";
    let reader = open(name);
    let info = reader.info();
    assert_eq!(info.time, Time::Uniform(Varying::Each(vec![0.2, 0.19])));
    assert_eq!(info.axes[0].length, Varying::Each(vec![2.0, 2.08]));
    let viscosity = ("viscosity".to_owned(), Varying::Each(vec![1.0, 0.5]));
    assert_eq!(info.parameters, [viscosity]);
    check_values(name, &*reader);
}
