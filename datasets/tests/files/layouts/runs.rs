//! Runs in several files, and conditions of theirs.

use super::{Counted, data, fields, layout, refusal};
use ondine_datasets::files::*;
use std::path::PathBuf;

#[test]
fn sets_of_dedalus_are_one_run() {
    let open = find("dedalus").expect("in the list").open;
    let reader = open(&data("dedalus")).unwrap_or_else(|error| panic!("{error}"));
    let info = reader.info();
    let expected = [("T", FieldKind::Scalar), ("u", FieldKind::Vector)];
    assert_eq!((fields(info), info.frames), (expected.to_vec(), 6));
    assert_eq!(
        (info.points(), info.length(0)),
        (vec![4, 3], vec![2.0, 1.5])
    );
    assert_eq!(info.axes[0].kind, AxisKind::PERIODIC);
    assert!((info.time.dt(0) - 0.25).abs() < 1e-12);
    let frames = reader.trajectory(0).unwrap().frames;
    let mut expected = frames.iter();
    for frame in 0..6 {
        for channel in 0..3 {
            for point in 0..12 {
                let place = (point / 3) as f64 + (point % 3) as f64 / 10.0;
                let value = f64::from(100 * frame + 10 * channel) + place;
                let found = expected.next().unwrap();
                assert!((found - value).abs() < 1e-12, "{found}, {value}");
            }
        }
    }
    let one = open(&data("dedalus/snapshots_s2.h5")).unwrap();
    assert_eq!(one.frame(0, 1).unwrap(), reader.frame(0, 4).unwrap());
    let Err(error) = open(&data("pyclaw/ascii")) else {
        panic!("PyClaw's folder is Dedalus's");
    };
    assert!(error.to_string().contains("a file of Dedalus"), "{error}");
}

/// A folder of its own.
struct Runs(PathBuf);

impl Runs {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ondine-runs-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A file of a field `u` of three frames on four points.
    fn run(&self, name: &str) -> PathBuf {
        let (path, counted) = (self.0.join(name), Counted::new(name, &[("u", &[3, 4])]));
        std::fs::copy(&counted.0, &path).unwrap();
        path
    }
}

impl Drop for Runs {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn conditions_come_from_attributes_names_and_a_table() {
    let runs = Runs::new("conditions");
    let [first, second] = ["run_nu=0.5_a.h5", "run_nu=1e-3_b.h5"].map(|name| runs.run(name));
    std::fs::write(
        runs.0.join("all.csv"),
        "file,Ra\nrun_nu=0.5_a.h5,10\nrun_nu=1e-3_b,20\n",
    )
    .unwrap();
    let text = |more: &str| format!("fields = {{ u = \"/u\" }}\naxes = [\"time\", \"x\"]\n{more}");
    let all = text(
        "conditions = { prandtl = \"/params/Pr\", reynolds = \"/params/Re\" }\nfile_name = \"run_nu={nu}_*.h5\"\ntable = \"all.csv\"",
    );
    let reading = Reading {
        layout: Some(layout(&all)),
        ..Reading::default()
    };
    let reader = reading.open(&runs.0).unwrap();
    let value = |name: &str| {
        let found = reader
            .info()
            .parameters
            .iter()
            .find(|(other, _)| other == name);
        let (_, values) = found.unwrap_or_else(|| panic!("{name} is missing"));
        [0, 1].map(|index| *values.get(index)).to_vec()
    };
    assert_eq!(value("prandtl"), [0.7, 0.7]);
    assert_eq!(value("reynolds"), [250.0, 250.0]);
    assert_eq!(value("nu"), [0.5, 1e-3]);
    assert_eq!(value("Ra"), [10.0, 20.0]);
    for (more, words) in [
        (
            "file_name = \"run_{nu}.h5\"",
            "does not fit `run_nu=0.5_a.h5`",
        ),
        ("file_name = \"run*\"", "names no condition"),
        ("table = \"none.csv\"", "data.layout.table = \"none.csv\""),
        (
            "conditions = { a = \"/params/scheme\" }",
            "is \"rk4\", and a condition is a number",
        ),
        (
            "conditions = { nu = \"/params/Pr\" }\nfile_name = \"run_nu={nu}_*.h5\"",
            "`nu` comes from two",
        ),
        ("file_name = \"run_nu={dt}_*.h5\"", "`dt`"),
    ] {
        let error = refusal(&text(more), &first);
        assert!(error.contains(words), "{words}: {error}");
    }
    std::fs::write(runs.0.join("all.csv"), "file,Ra\nother.h5,10\n").unwrap();
    let error = refusal(&text("table = \"all.csv\""), &second);
    assert!(
        error.contains("none of its 1 rows names `run_nu=1e-3_b.h5`"),
        "{error}"
    );
}
