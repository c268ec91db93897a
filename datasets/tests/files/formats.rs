//! Files that other packages wrote, with the values that their own readers give: `python/make_format_expectations.py`.

#[path = "../arrays/mod.rs"]
mod arrays;
mod refused;

use arrays::Archive;
use ondine_datasets::files::*;
use ondine_solvers::{Boundary, Ends};
use std::path::{Path, PathBuf};

fn data(name: &str) -> PathBuf {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/formats");
    data.join(name)
}

fn try_open(kind: &str, path: &Path) -> Result<Box<dyn DatasetReader>, DatasetError> {
    (find(kind).expect("in the list").open)(path)
}

/// Opens a file of the folder of its format.
fn open(kind: &str, name: &str) -> Box<dyn DatasetReader> {
    let path = data(kind).join(name);
    try_open(kind, &path).unwrap_or_else(|error| panic!("{error}"))
}

/// A file beside its expected array, `[trajectory, frame, channel, x, y]`, which has the shape of the file.
fn beside(kind: &str, name: &str, array: &str) -> (Box<dyn DatasetReader>, Vec<f64>) {
    let reader = open(kind, name);
    let (shape, expected) = Archive::open(&data(kind).join("expected.npz")).array(array);
    let info = reader.info();
    let found = [
        &[info.trajectories, info.frames, info.channels()],
        &info.points()[..],
    ]
    .concat();
    assert_eq!(found, shape, "{kind}/{name}");
    (reader, expected)
}

/// Makes sure that values are the expected ones up to a relative error, gaps for gaps.
fn assert_same(file: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{file}");
    for (found, expected) in found.iter().zip(expected) {
        let same = (found - expected).abs() <= tolerance * expected.abs()
            || found.is_nan() && expected.is_nan();
        assert!(same, "{file}: {found}, {expected}");
    }
}

/// Compares every frame with the expected array.
fn check(kind: &str, name: &str, array: &str) -> Box<dyn DatasetReader> {
    let (reader, expected) = beside(kind, name, array);
    let (info, file) = (reader.info(), format!("{kind}/{name}"));
    let mut expected = expected.chunks(info.frame_len());
    for trajectory in 0..info.trajectories {
        for frame in 0..info.frames {
            let found = reader.frame(trajectory, frame).unwrap();
            assert_same(&file, &found, expected.next().unwrap(), 1e-14);
        }
    }
    info.time
        .check(0)
        .unwrap_or_else(|error| panic!("{file}: {error}"));
    reader
}

fn fields(info: &DatasetInfo) -> Vec<(&str, FieldKind)> {
    let fields = info.fields.iter();
    fields.map(|field| (&field.name[..], field.kind)).collect()
}

fn parameter(info: &DatasetInfo, name: &str) -> f64 {
    let found = info.parameters.iter().find(|(other, _)| other == name);
    *found.unwrap_or_else(|| panic!("no {name}")).1.get(0)
}

#[test]
fn apebench_has_difficulties_as_coefficients() {
    check("apebench", "burgers_test.npy", "test");
    let reader = check("apebench", "burgers_train.npy", "train");
    let info = reader.info();
    assert_eq!((&info.name[..], info.length(1)), ("burgers", vec![1.0]));
    assert!((parameter(info, "a2") - 1.5 / (2.0 * 24.0 * 24.0)).abs() < 1e-15);
    assert!((parameter(info, "convection") - 1.5 / 24.0).abs() < 1e-15);
}

#[test]
fn py_pde_has_grids_vectors_and_collections() {
    let vector = check("py-pde", "vector.hdf5", "vector");
    assert_eq!(fields(vector.info()), [("u0", FieldKind::Vector)]);
    let reader = check("py-pde", "collection.hdf5", "collection");
    let info = reader.info();
    let scalars = [("u", FieldKind::Scalar), ("v", FieldKind::Scalar)];
    assert_eq!(
        (fields(info), info.length(0)),
        (scalars.to_vec(), vec![10.0, 5.0])
    );
    let kinds: Vec<AxisKind> = info.axes.iter().map(|axis| axis.kind).collect();
    assert_eq!(kinds, [AxisKind::PERIODIC_CELLS, AxisKind::WALLS]);
    assert!((info.time.dt(0) - 0.5).abs() < 1e-12);
}

#[test]
fn fluidsim_has_a_velocity_and_takes_no_zeros_for_points() {
    let reader = check("fluidsim", "", "state");
    let info = reader.info();
    let expected = [("velocity", FieldKind::Vector), ("rot", FieldKind::Scalar)];
    assert_eq!(
        (fields(info), info.length(0)),
        (expected.to_vec(), vec![10.0, 5.0])
    );
    assert!((parameter(info, "nu_2") - 0.01).abs() < 1e-15);
    assert!((info.time.dt(0) - 0.5).abs() < 1e-9);
    let one = open("fluidsim", "state_phys_t000.500.nc");
    assert_eq!(one.frame(0, 0).unwrap(), reader.frame(0, 1).unwrap());
}

#[test]
fn phiflow_is_read_by_names_of_axes_and_at_centres() {
    let reader = check("phiflow", "sim_000000", "scene");
    let info = reader.info();
    let names: Vec<&str> = fields(info).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["cvec", "density", "velb", "velocity", "velp"]);
    assert_eq!(
        (info.points(), info.length(0)),
        (vec![16, 8], vec![10.0, 5.0])
    );
    assert!((parameter(info, "viscosity") - 0.1).abs() < 1e-15);
    assert_eq!(info.axes[0].kind.ends(), Ends::both(Boundary::Periodic));
    let above = open("phiflow", "");
    assert_eq!(above.frame(0, 1).unwrap(), reader.frame(0, 1).unwrap());
}

#[test]
fn pyclaw_is_read_as_text_and_as_hdf5() {
    let text = check("pyclaw", "ascii", "ascii");
    check("pyclaw", "hdf5", "hdf5");
    assert_eq!(text.info().frames, 3);
    assert!((text.info().time.dt(0) - 0.1).abs() < 1e-7);
    let plane = check("pyclaw", "ascii2d", "ascii2d");
    let same = check("pyclaw", "hdf52d", "hdf52d");
    assert_eq!(fields(plane.info()), fields(same.info()));
    assert_eq!(same.info().length(0), [10.0, 5.0]);
    assert!((plane.info().length(0)[1] - 5.0).abs() < 1e-7);
}

/// Compares the fields called `names`, which are the channels of the expected array, in whatever order they are read.
fn check_named(kind: &str, name: &str, array: &str, names: &[&str]) -> Box<dyn DatasetReader> {
    let (reader, expected) = beside(kind, name, array);
    let (info, file) = (reader.info(), format!("{kind}/{name}"));
    let points = info.num_points();
    let mut compared = 0;
    for trajectory in 0..info.trajectories {
        for frame in 0..info.frames {
            let found = reader.frame(trajectory, frame).unwrap();
            for (channel, field) in info.fields.iter().enumerate() {
                let place = names.iter().position(|name| *name == field.name).unwrap();
                let start = ((trajectory * info.frames + frame) * names.len() + place) * points;
                let found = &found[channel * points..][..points];
                assert_same(&file, found, &expected[start..start + points], 1e-6);
                compared += points;
            }
        }
    }
    assert_eq!(compared, expected.len());
    reader
}

#[test]
fn netcdf_is_read_by_names_of_dimensions_and_unpacked() {
    let reader = check_named("netcdf", "records.nc", "records", &["wind", "pressure"]);
    let info = reader.info();
    assert_eq!(info.length(0), [2.0, 3.0]);
    assert!((info.time.dt(0) - 6.0).abs() < 1e-12);
    assert!((parameter(info, "beta") - 0.25).abs() < 1e-15);
    let gaps = reader.trajectory(0).unwrap().frames;
    assert_eq!(gaps.iter().filter(|value| value.is_nan()).count(), 1);
    let reader = check_named("netcdf", "ds.nc", "ds", &["u"]);
    assert_eq!(reader.info().trajectories, 4);
    let levels = check_named("netcdf", "levels.nc", "levels", &["u"]);
    let info = levels.info();
    assert_eq!(info.length(0), [40.0, 30.0]);
    let (_, land) = Archive::open(&data("netcdf").join("expected.npz")).array("land");
    assert_eq!(levels.constants(0).unwrap(), land);
    let [series, latitudes] = &info.notes[..] else {
        panic!("{:?}", info.notes)
    };
    assert!(series.starts_with("`index` (time) is left out"), "{series}");
    assert!(latitudes.contains("axis `lat` fall"), "{latitudes}");
    let names = ["back", "byte", "short"];
    check_named("netcdf", "unsigned.nc", "unsigned", &names);
    let unlimited = check_named("netcdf", "unlimited.nc", "unlimited", &["u"]);
    assert_eq!(unlimited.info().frames, 3);
    for name in [
        "netcdf3_classic",
        "netcdf3_64bit_offset",
        "netcdf3_64bit_data",
        "netcdf4_classic",
    ] {
        check_named("netcdf", &format!("{name}.nc"), name, &["u"]);
    }
}

#[test]
fn zarr_is_read_with_all_its_codecs_and_without_missing_chunks() {
    let reader = check_named("zarr", "small.zarr", "small", &["u"]);
    assert!((reader.info().length(0)[1] - 8.0).abs() < 1e-12);
    for version in ["version_2", "version_3"] {
        let reader = check_named("zarr", &format!("{version}.zarr"), version, &["u", "v"]);
        let nu = ("nu".to_owned(), Varying::Each(vec![0.1, 0.2]));
        assert_eq!(reader.info().parameters, [nu]);
        assert!(reader.last_frame(1).unwrap()[0].is_nan());
    }
    let names = ["bits", "checked", "sharded", "turned", "wide"];
    check_named("zarr", "codecs.zarr", "codecs", &names);
    for version in ["gaps_2", "gaps_3"] {
        let names = ["packed", "plain"];
        let reader = check_named("zarr", &format!("{version}.zarr"), version, &names);
        let gaps = reader.trajectory(0).unwrap().frames;
        assert_eq!(gaps.iter().filter(|value| value.is_nan()).count(), 8);
    }
}

/// Takes the mode of half as many waves as points away.
fn without_sawtooth(values: &mut [f64]) {
    let sign = |i: usize| if i.is_multiple_of(2) { 1.0 } else { -1.0 };
    let terms = values.iter().enumerate().map(|(i, value)| sign(i) * value);
    let height = terms.sum::<f64>() / values.len() as f64;
    let values = values.iter_mut().enumerate();
    values.for_each(|(i, value)| *value -= sign(i) * height);
}

#[test]
fn runs_of_dedalus_are_as_it_has_them_and_chebyshev_axes_on_even_cells() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/dedalus");
    let array = |name: &str| Archive::open(&folder.join("expected.npz")).array(name).1;
    let line = try_open("dedalus", &folder.join("kdv")).unwrap();
    assert_eq!((line.info().frames, line.info().points()), (9, vec![32]));
    assert_eq!(line.info().axes[0].kind, AxisKind::PERIODIC);
    assert!((line.info().length(0)[0] - 10.0).abs() < 1e-12);
    let found = line.frames(0, 0..9).unwrap();
    let mut kdv = array("kdv");
    without_sawtooth(&mut kdv[..32]); // which a Fourier basis has not: it is gone from the first frame that is written
    let off = found.iter().zip(kdv).map(|(a, b)| (a - b).abs());
    assert!(off.fold(0.0, f64::max) < 1e-14);

    let layer = try_open("dedalus", &folder.join("channel")).unwrap();
    let info = layer.info();
    assert_eq!(
        fields(info),
        [("b", FieldKind::Scalar), ("u", FieldKind::Vector)]
    );
    let kinds: Vec<AxisKind> = info.axes.iter().map(|axis| axis.kind).collect();
    assert_eq!(kinds, [AxisKind::PERIODIC, AxisKind::WALLS]);
    assert!((info.length(0)[1] - 1.0).abs() < 1e-12);
    assert!(info.notes[0].contains("`z` are those of Chebyshev polynomials"));
    // The last frame at the centres of the cells, as Dedalus interpolates it.
    let found = layer.last_frame(0).unwrap();
    let off = found
        .iter()
        .zip(array("channel_cells"))
        .map(|(a, b)| (a - b).abs());
    assert!(off.fold(0.0, f64::max) < 1e-12);
}
