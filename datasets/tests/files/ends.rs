//! Axes with points on both ends, in files of xarray, h5py and `NumPy` (`python/make_ends_fixtures.py`): the point that a
//! periodic axis has twice is left out, points on walls are named, and nothing is decided that is not certain.

use ondine_datasets::files::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const LENGTH: f64 = 2.0;

fn data(name: &str) -> PathBuf {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/ends");
    data.join(name)
}

fn opened(name: &str, keys: &str) -> Arc<dyn DatasetReader> {
    let reading: Reading = toml::from_str(keys).unwrap_or_else(|error| panic!("{error}"));
    let opened = reading.open(&data(name));
    opened.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Points and length of the first axis.
fn axis(reader: &dyn DatasetReader) -> (usize, f64) {
    (reader.info().points()[0], reader.info().length(0)[0])
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6 // of values in 32-bit
}

fn noted(reader: &dyn DatasetReader, words: &str) -> bool {
    reader.info().notes.iter().any(|note| note.contains(words))
}

const PERIODIC: &str = "ends = { x = \"periodic\" }";
const LEFT_OUT: &str = "the last of 17 points of the periodic axis `x` is the first one again";

#[test]
fn the_point_that_a_periodic_axis_has_twice_is_left_out() {
    let layout = |more: &str| {
        format!(
            "layout = {{ fields = {{ u = \"u\" }}, axes = [\"trajectory\", \"time\", \"x\"], {PERIODIC}, {more} }}"
        )
    };
    let by_list = layout("coordinates = { x = \"x\", time = \"t\" }");
    let by_length = layout("length = [2.0], dt = 0.1");
    let said = layout("length = [2.0], dt = 0.1, points_at = { x = \"ends\" }");
    for (name, keys) in [
        ("both.nc", PERIODIC),
        ("shifted.nc", PERIODIC),
        ("symmetric.nc", PERIODIC), // its points begin at 0
        ("both.npz", &by_list),
        ("both.npz", &by_length),
        ("both.npz", &said),
    ] {
        let reader = opened(name, keys);
        let (points, length) = axis(&*reader);
        assert!(
            points == 16 && close(length, LENGTH),
            "{name}: {points}, {length}"
        );
        assert!(
            noted(&*reader, LEFT_OUT),
            "{name}: {:?}",
            reader.info().notes
        );
        assert_eq!(reader.info().spacing(0), [length / 16.0], "{name}");
    }
    let [with, without] = ["both.nc", "one.nc"].map(|name| opened(name, PERIODIC));
    for frame in 0..5 {
        let [a, b] = [&with, &without].map(|reader| reader.frame(1, frame).unwrap());
        assert!(a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| close(*a, *b)));
    }
    assert_eq!(axis(&*with), axis(&*without));
    assert!(
        without.info().notes.is_empty(),
        "{:?}",
        without.info().notes
    );
}

#[test]
fn one_of_two_axes_is_cut() {
    let keys = "layout = { fields = { u = \"u\" }, axes = [\"trajectory\", \"time\", \"x\", \"y\"], \
                coordinates = { x = \"x\", y = \"y\", time = \"t\" }, ends = { x = \"periodic\", y = \"wall\" } }";
    let reader = opened("plane.h5", keys);
    assert_eq!(reader.info().points(), [16, 9]);
    assert!(noted(&*reader, "the points of `y` lie on both ends"));
    assert!(noted(&*reader, LEFT_OUT));
    let frame = reader.frame(0, 2).unwrap();
    let wave = opened("one.nc", PERIODIC).frame(0, 2).unwrap();
    let column = frame.iter().step_by(9).zip(&wave); // cos 0 along y
    assert!(column.into_iter().all(|(u, v)| close(*u, *v)));
}

#[test]
fn points_on_walls_are_named_and_others_are_not() {
    let walls = "ends = { x = \"wall\" }";
    let both = opened("symmetric.nc", walls);
    assert_eq!(both.info().points(), [17]);
    assert!(close(both.info().spacing(0)[0], LENGTH / 16.0));
    assert!(noted(&*both, "the points of `x` lie on both ends"));
    assert!(opened("symmetric_cells.nc", walls).info().notes.is_empty());
    let layout = "layout = { fields = { u = \"u\" }, axes = [\"trajectory\", \"time\", \"x\"], length = [2.0], dt = 0.1, \
                  ends = { x = \"wall\" } }";
    let asked = opened("both.npz", layout);
    assert!(noted(&*asked, "write points_at = { x = \"ends\" }"));
}

#[test]
fn nothing_is_decided_that_is_not_certain() {
    // Cells around the middle of a symmetric state have equal values at both ends, and are no repeated points.
    let cells = opened("symmetric_cells.nc", PERIODIC);
    assert_eq!(cells.info().points(), [16]);
    assert!(noted(&*cells, "where both are the same point, say so"));
    // Nothing is said of the ends: the question is asked.
    let open = opened("both.nc", "");
    assert_eq!(open.info().points(), [17]);
    assert!(noted(&*open, "write ends = { x = \"periodic\" }"));
    for (name, keys) in [
        ("one.nc", ""),
        ("symmetric.nc", ""),
        ("both.nc", "ends = { x = \"open\" }"),
    ] {
        let reader = opened(name, keys);
        let notes = &reader.info().notes;
        assert!(notes.is_empty(), "{name}: {notes:?}");
    }
    let wrong = "layout = { fields = { u = \"u\" }, axes = [\"trajectory\", \"time\", \"x\"], length = [2.0], \
                 ends = { x = \"periodic\" }, points_at = { x = \"ends\" } }";
    let reading: Reading = toml::from_str(wrong).unwrap();
    let error = reading
        .open(&data("one.nc"))
        .err()
        .expect("its points differ");
    assert!(
        error
            .to_string()
            .contains("first and the last point differ"),
        "{error}"
    );
}
