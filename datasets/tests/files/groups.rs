//! Fields in groups of files, written by `python/make_group_fixtures.py`: one group that has the fields, with the lists of those
//! around it, and a group per run or frame by a `*` in the paths of a layout.

use ondine_datasets::files::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn data(name: &str) -> PathBuf {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/groups");
    data.join(name)
}

fn described(name: &str, layout: &str) -> Result<Box<dyn DatasetReader>, DatasetError> {
    let layout: Layout = toml::from_str(layout).unwrap_or_else(|error| panic!("{error}"));
    layout.open(&data(name))
}

fn refusal(name: &str, layout: &str) -> String {
    let refused = described(name, layout).err();
    refused
        .unwrap_or_else(|| panic!("{layout}: it is read"))
        .to_string()
}

/// `100 run + 10 frame + point`.
fn expected(run: usize, frame: usize) -> Vec<f64> {
    (0..6)
        .map(|point| (100 * run + 10 * frame + point) as f64)
        .collect()
}

#[test]
fn the_one_group_with_fields_is_read() {
    for name in ["group.nc", "tree.nc", "tree.zarr"] {
        let reader: Arc<dyn DatasetReader> =
            open(data(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let info = reader.info();
        assert_eq!(
            (info.trajectories, info.frames, info.points()),
            (2, 4, vec![6]),
            "{name}"
        );
        assert!(
            (info.spacing(0)[0] - 0.5).abs() < 1e-12 && (info.time.dt(0) - 0.1).abs() < 1e-12,
            "{name}"
        );
        assert_eq!(reader.frame(1, 3).unwrap(), expected(1, 3), "{name}");
    }
    let error = open(data("two.nc"))
        .err()
        .expect("two groups have fields")
        .to_string();
    for words in [
        "2 of its groups have fields",
        "`a` and `b`",
        "[data.layout]",
    ] {
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn numbers_among_attributes_are_noted() {
    let reader = open(data("attribute.nc")).unwrap();
    let notes = &reader.info().notes;
    assert!(
        notes
            .iter()
            .any(|note| note.contains("(`nu`) are no conditions")),
        "{notes:?}"
    );
    let by_layout = "fields = { u = \"u\" }\naxes = [\"trajectory\", \"time\", \"x\"]\nconditions = { nu = \"/nu\" }";
    let reader = described("attribute.nc", by_layout).unwrap();
    assert_eq!(
        reader.info().parameters,
        [("nu".to_owned(), Varying::Same(0.5))]
    );
}

#[test]
fn groups_of_runs_are_trajectories_in_the_order_of_their_numbers() {
    let layout = "fields = { u = \"/sims/run_*/u\" }\naxes = [\"trajectory\", \"time\", \"x\"]\n\
                  coordinates = { x = \"/grid/x\", time = \"/sims/run_*/t\" }\n\
                  conditions = { Re = \"/sims/run_*/Re\", nu = \"/sims/run_*/nu\" }";
    let reader = described("runs.h5", layout).unwrap();
    let info = reader.info();
    assert_eq!(
        (info.trajectories, info.frames, info.points()),
        (11, 4, vec![6])
    );
    for run in [0, 2, 10] {
        assert_eq!(reader.frame(run, 2).unwrap(), expected(run, 2));
        let own: Vec<f64> = info
            .parameters
            .iter()
            .map(|(_, values)| *values.get(run))
            .collect();
        assert!(
            (own[0] - 100.0 - run as f64).abs() < 1e-12
                && (own[1] - 0.1 * run as f64).abs() < 1e-12
        );
    }
    assert!((info.time.dt(7) - 0.1).abs() < 1e-12);
    let block = reader.block(8..11, 1..2).unwrap();
    assert_eq!(
        block,
        [expected(8, 1), expected(9, 1), expected(10, 1)].concat()
    );
    let frames = described(
        "frames.h5",
        "fields = { u = \"/*/u\" }\naxes = [\"time\", \"x\"]",
    )
    .unwrap();
    assert_eq!((frames.info().trajectories, frames.info().frames), (1, 4));
    assert_eq!(frames.frame(0, 3).unwrap(), expected(0, 3));
}

#[test]
fn patterns_that_fit_nothing_or_too_much_are_refused() {
    let axes = "axes = [\"trajectory\", \"time\", \"x\"]";
    for (fields, words) in [
        ("/sims/case_*/u", "case_*/u\" names no array"),
        ("/sims/run_*/v", "run_*/v\" names no array"),
        ("/*/run_*/u", "several *"),
        ("/sims/run_*/Re", "axes"),
    ] {
        let error = refusal(
            "runs.h5",
            &format!("fields = {{ u = \"{fields}\" }}\n{axes}"),
        );
        assert!(error.contains(words), "{fields}: {error}");
    }
    let with = |conditions: &str| {
        format!(
            "fields = {{ u = \"/sims/run_*/u\" }}\n{axes}\nconditions = {{ a = \"{conditions}\" }}"
        )
    };
    let error = refusal("runs.h5", &with("/sims/run_1*/Re"));
    assert!(error.contains("2 values for 11 trajectories"), "{error}");
    let error = refusal("runs.h5", &with("/sims/run_*/t"));
    assert!(
        error.contains("has 4 values, and a condition is one number"),
        "{error}"
    );
}

#[test]
fn parts_of_records_are_listed_as_arrays() {
    let arrays = contents(&data("records.h5")).unwrap();
    let paths: Vec<&str> = arrays.iter().map(|array| &array.path[..]).collect();
    assert_eq!(paths, ["/state/p", "/state/rho", "/tspan", "/xgrid"]);
    assert_eq!(arrays[1].shape, [2, 4, 6]);
    let dimensions = contents(&data("two.nc")).unwrap();
    let paths: Vec<&str> = dimensions.iter().map(|array| &array.path[..]).collect();
    assert_eq!(paths, ["/a/u", "/b/u"]); // dimensions without points are no arrays
    let layout = "fields = { rho = \"/state/rho\" }\naxes = [\"trajectory\", \"time\", \"x\"]";
    let reader = described("records.h5", layout).unwrap();
    assert_eq!(reader.frame(1, 2).unwrap(), expected(1, 2));
}
