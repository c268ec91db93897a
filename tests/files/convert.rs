//! `ondine convert` through the binary: values, description and names of what is written, parts of a dataset, refusals.

use crate::common::{Folder, data, ondine, printed, run, text, unwrapped, wait_for};
use ondine::datasets::files::{
    Axis, AxisKind, DatasetInfo, DatasetReader, Dtype, Field, FieldKind, Time, Trajectory, Varying,
    WellWriter, channel_names, open,
};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

/// Converts a file with more options and opens the result.
fn converted(folder: &Folder, name: &str, more: &[&str]) -> Arc<dyn DatasetReader> {
    let out = folder.path("out.h5");
    let _ = fs::remove_file(&out);
    let output = run(&[&["convert", &text(&data(name)), &text(&out)], more].concat());
    assert!(output.status.success(), "{name}: {}", printed(&output));
    assert!(!folder.path("out.h5.part").exists());
    open(&out).expect("a dataset")
}

/// Whether two numbers are equal up to the rounding of 32-bit numbers.
fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * a.abs().max(b.abs()) || a.is_nan() && b.is_nan()
}

fn compare(name: &str, of: &dyn DatasetReader, out: &dyn DatasetReader) {
    let (a, b) = (of.info(), out.info());
    assert_eq!(
        (a.trajectories, a.frames),
        (b.trajectories, b.frames),
        "{name}"
    );
    assert_eq!((&a.fields, &a.series), (&b.fields, &b.series), "{name}");
    assert_eq!(channel_names(a), channel_names(b), "{name}");
    assert_eq!(a.points(), b.points(), "{name}");
    for axis in 0..a.axes.len() {
        assert_eq!(a.axis_name(axis), b.axis_name(axis), "{name}");
        assert_eq!(a.axes[axis].kind.ends(), b.axes[axis].kind.ends(), "{name}");
    }
    for index in 0..a.trajectories {
        for frame in 0..a.frames {
            let [u, v] = [of.frame(index, frame), out.frame(index, frame)].map(Result::unwrap);
            let same = u.iter().zip(&v).all(|(u, v)| close(*u, *v));
            assert!(
                same && u.len() == v.len(),
                "{name}: frame {frame} of {index}"
            );
        }
        let lengths = a.length(index).into_iter().zip(b.length(index));
        lengths.for_each(|(a, b)| assert!(close(a, b), "{name}: lengths {a}, {b}"));
        assert!(close(a.time.dt(index), b.time.dt(index)), "{name}");
        let [u, v] = [
            of.series(index, 0..a.frames),
            out.series(index, 0..a.frames),
        ];
        assert_eq!(u.unwrap(), v.unwrap(), "{name}");
        for (name, values) in &a.parameters {
            let there = [name.clone(), format!("{name}_")]; // a name that a file keeps for its own gets another
            let found = b.parameters.iter().find(|(other, _)| there.contains(other));
            let (_, found) = found.unwrap_or_else(|| panic!("{name} is missing"));
            assert!(close(*values.get(index), *found.get(index)), "{name}");
        }
    }
}

#[test]
fn datasets_of_every_package_keep_values_and_description() {
    let folder = Folder::new("convert-packages");
    for name in [
        "well_h5py.h5",
        "well_folder",
        "pdebench/1D_Burgers_Sols_Nu0.01.hdf5",
        "pdebench/1D_diff-sorp_NA_NA.h5",
        "pdebench/2D_diff-react_NA_NA.h5",
        "pdebench/2D_DarcyFlow_beta1.0_Train.hdf5",
        "pdebench/3D_CFD_Turb_M1.0_Eta1e-08_Zeta1e-08_periodic_Train.hdf5",
        "pdebench/ns_incom_inhom_2d_512-0.h5",
        "pdearena/KS_train_fixed_viscosity.h5",
        "pdearena/NavierStokes2D_train_1_0.5_2.h5",
        "formats/apebench/burgers_train.npy",
        "formats/py-pde/vector.hdf5",
        "formats/fluidsim",
        "formats/phiflow",
        "formats/pyclaw/ascii",
    ] {
        let out = converted(&folder, name, &[]);
        let of = open(data(name)).expect("a dataset");
        compare(name, &*of, &*out);
    }
}

#[test]
fn constant_fields_series_and_two_kinds_of_ends_are_kept() {
    let folder = Folder::new("convert-still");
    let out = converted(&folder, "well_folder", &["--precision", "64"]);
    let of = open(data("well_folder")).expect("a dataset");
    let constants = out.info().constants.iter();
    let constants: Vec<_> = constants
        .map(|field| (&field.name[..], field.kind))
        .collect();
    assert_eq!(
        constants,
        [("mask", FieldKind::Scalar), ("profile", FieldKind::Scalar)]
    );
    assert_eq!(out.info().series, ["inflow"]);
    assert_eq!(out.info().axis_names, ["x", "r"]);
    for index in 0..of.info().trajectories {
        let [a, b] = [&of, &out].map(|reader| reader.constants(index).expect("constants"));
        assert_eq!(a, b);
        let [a, b] = [&of, &out].map(|reader| reader.frame(index, 1).expect("a frame"));
        assert_eq!(a, b);
    }
}

#[test]
fn splits_statistics_and_origin_are_kept() {
    let folder = Folder::new("convert-kept");
    let (of, out) = (
        open(data("well_folder")).expect("a dataset"),
        converted(&folder, "well_folder", &[]),
    );
    assert!(of.info().splits.len() > 1 && !of.info().statistics.is_empty());
    assert_eq!(of.info().splits, out.info().splits);
    assert_eq!(of.info().statistics, out.info().statistics);
    let from = |reader: &Arc<dyn DatasetReader>| reader.info().provenance.converted_from.clone();
    let first = from(&out).expect("it says so");
    assert!(first.ends_with("well_folder (well)"), "{first}");
    let said = printed(&run(&["inspect", &text(&folder.path("out.h5"))]));
    assert!(said.contains("converted from"), "{said}");
    let again = text(&folder.path("again.h5"));
    let options = ["--trajectories", "1..3"];
    let output = run(&[
        &["convert", &text(&folder.path("out.h5")), &again],
        &options[..],
    ]
    .concat());
    assert!(output.status.success(), "{}", printed(&output));
    let again = open(&again).expect("a dataset");
    assert_eq!(from(&again), Some(first), "the first origin stays");
    let (name, range) = &of.info().splits[0];
    let kept = again.info().splits.first().expect("a split");
    assert_eq!(kept, &(name.clone(), 0..range.end.min(3) - 1));
}

#[test]
fn parts_have_the_trajectories_and_frames_that_are_asked_for() {
    let folder = Folder::new("convert-parts");
    let name = "pdebench/1D_Burgers_Sols_Nu0.01.hdf5";
    let of = open(data(name)).expect("a dataset");
    let out = converted(&folder, name, &["--trajectories", "1..3", "--every", "2"]);
    assert_eq!((out.info().trajectories, out.info().frames), (2, 3));
    assert!(close(out.info().time.dt(0), 2.0 * of.info().time.dt(1)));
    assert_eq!(
        out.frame(1, 2).expect("a frame"),
        of.frame(2, 4).expect("a frame")
    );
    let path = text(&data(name));
    for (more, expected) in [
        (
            ["--trajectories", "2..4"],
            "--trajectories 2..4: the dataset has 3",
        ),
        (["--trajectories", "2"], "write two whole numbers as 0..20"),
        (["--every", "0"], "--every must be 1 or more"),
    ] {
        let other = text(&folder.path("other.h5"));
        let output = run(&[&["convert", &path, &other], &more[..]].concat());
        assert_eq!(output.status.code(), Some(2), "{more:?}");
        assert!(printed(&output).contains(expected), "{}", printed(&output));
        assert!(!Path::new(&other).exists());
    }
}

/// A dataset of one trajectory with so many frames.
fn constant(path: &Path, frames: usize) {
    let info = DatasetInfo {
        name: "constant".into(),
        trajectories: 1,
        frames,
        axes: vec![Axis {
            points: 4,
            length: Varying::Same(1.0),
            kind: AxisKind::PERIODIC,
        }],
        fields: vec![Field {
            name: "u".into(),
            kind: FieldKind::Scalar,
        }],
        time: Time::Uniform(Varying::Same(0.5)),
        ..DatasetInfo::default()
    };
    let mut writer = WellWriter::create(path, &info, Dtype::F64).expect("it can be written");
    let frames = vec![1.0; 4 * frames];
    let written = writer.append(&Trajectory { index: 0, frames });
    written.and_then(|()| writer.finish()).expect("a file");
}

#[test]
fn trajectories_of_different_lengths_go_into_a_file_each() {
    let folder = Folder::new("convert-ragged");
    for (name, frames) in [("run1.h5", 3), ("run2.h5", 5), ("run3.h5", 3)] {
        constant(&folder.path(name), frames);
    }
    let [all, out] = ["run*.h5", "out.h5"].map(|name| text(&folder.path(name)));
    let output = run(&["convert", &all, &out]);
    let said = printed(&output);
    assert!(output.status.success(), "{said}");
    assert!(!Path::new(&out).exists());
    for (name, expected) in [("out-3frames.h5", (2, 3)), ("out-5frames.h5", (1, 5))] {
        assert!(said.contains(name), "{said}");
        let part = open(folder.path(name)).expect("a dataset");
        assert_eq!((part.info().trajectories, part.info().frames), expected);
    }
    let parts = open(folder.path("out-*.h5")).expect("the dataset again");
    assert_eq!((parts.info().trajectories, parts.info().frames), (3, 5));
    // One of several that is there keeps the others from being written.
    fs::remove_file(folder.path("out-3frames.h5")).expect("it is there");
    let output = run(&["convert", &all, &out]);
    assert_eq!(output.status.code(), Some(2), "{}", printed(&output));
    assert!(unwrapped(&printed(&output)).contains("out-5frames.h5 exists"));
    assert!(!folder.path("out-3frames.h5").exists());
    // A part that is chosen has one length.
    let output = run(&["convert", &all, &out, "--trajectories", "0..1"]);
    assert!(output.status.success(), "{}", printed(&output));
    assert_eq!(open(&out).expect("a dataset").info().frames, 3);
}

#[test]
fn files_that_are_there_stay_and_unreadable_ones_are_refused() {
    let folder = Folder::new("convert-refused");
    let out = text(&folder.write("out.h5", "mine"));
    let good = text(&data("well_h5py.h5"));
    let output = run(&["convert", &good, &out]);
    assert_eq!(output.status.code(), Some(2), "{}", printed(&output));
    assert!(printed(&output).contains("exists"));
    assert_eq!(fs::read_to_string(&out).expect("it stays"), "mine");
    let other = text(&folder.path("other.h5"));
    let output = run(&["convert", &text(&folder.path("missing.h5")), &other]);
    assert_eq!(output.status.code(), Some(2), "{}", printed(&output));
    let output = run(&["convert", &text(&folder.write("notes.txt", "text")), &other]);
    assert_eq!(output.status.code(), Some(2), "{}", printed(&output));
    assert!(!Path::new(&other).exists());
}

/// A dataset of `NumPy`'s scraper layout with so many values that a conversion takes a while.
fn large(folder: &Folder) -> PathBuf {
    let (samples, frames, points) = (400, 100, 1024);
    let header = format!(
        "{{'descr': '<f4', 'fortran_order': False, 'shape': ({samples}, {frames}, 1, {points}), }}"
    );
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    let values = (0..samples * frames * points).map(|i: usize| (i % 1009) as f32);
    bytes.extend(values.flat_map(f32::to_le_bytes));
    fs::write(folder.path("big_train.npy"), bytes).expect("room");
    let json = fs::read(data("formats/apebench/burgers.json")).expect("a file");
    fs::write(folder.path("big.json"), json).expect("room");
    folder.path("big_train.npy")
}

#[test]
fn a_killed_conversion_leaves_no_file_and_the_next_one_writes_it() {
    let folder = Folder::new("convert-killed");
    let (file, out) = (text(&large(&folder)), folder.path("out.h5"));
    let mut command = ondine(&["convert", &file, &text(&out)]);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    wait_for(&folder.path("out.h5.part"), &mut child);
    child.kill().expect("SIGKILL");
    child.wait().expect("a child");
    assert!(!out.exists());
    let output = run(&["convert", &file, &text(&out), "--trajectories", "0..2"]);
    assert!(output.status.success(), "{}", printed(&output));
    let info = open(&out).expect("a dataset");
    assert_eq!(info.info().trajectories, 2);
    assert!(matches!(info.info().time, Time::Uniform(Varying::Same(_))));
}

#[test]
fn a_value_beyond_32_bits_asks_for_64() {
    let folder = Folder::new("convert-large");
    let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2, 1, 4), }";
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    let values = [1.0, 2.0, 3.0, 4.0, 1.0, 1e300, 3.0, 4.0_f64];
    bytes.extend(values.into_iter().flat_map(f64::to_le_bytes));
    fs::write(folder.path("big_train.npy"), bytes).expect("room");
    fs::copy(
        data("formats/apebench/burgers.json"),
        folder.path("big.json"),
    )
    .expect("a file");
    let [file, out] = ["big_train.npy", "out.h5"].map(|name| text(&folder.path(name)));
    let output = run(&["convert", &file, &out]);
    let said = printed(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("u = 1e300 in frame 1 of trajectory 0"),
        "{said}"
    );
    assert!(said.contains("--precision 64"), "{said}");
    assert!(!Path::new(&out).exists() && !folder.path("out.h5.part").exists());
    let output = run(&["convert", &file, &out, "--precision", "64"]);
    assert!(output.status.success(), "{}", printed(&output));
    let frame = open(&out).expect("a dataset").frame(0, 1).expect("a frame");
    assert_eq!(frame, values[4..]);
}
