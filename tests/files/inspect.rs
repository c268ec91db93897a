//! `ondine inspect` through the binary: files of every package, files with faults, files of no known layout.

use crate::common::{Folder, data, printed, run, text, unwrapped};
use ondine::datasets::files::{
    Axis, AxisKind, DatasetInfo, Dtype, Field, FieldKind, Layout, Time, Trajectory, Varying,
    WellWriter,
};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The objects that are printed for some files, after the schema has passed them.
fn inspected(arguments: &[&str]) -> Vec<Value> {
    let output = run(&[&["inspect", "--json"], arguments].concat());
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let path = root().join("docs/inspection.schema.json");
    let schema: Value = serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON");
    crate::schema::validate(&schema, &found)
        .unwrap_or_else(|wrong| panic!("{arguments:?}: {wrong}"));
    found.as_array().expect("a list").clone()
}

/// A dataset of one wave that moves, `frames` of 32 points, after `change` to its values.
fn wave(path: &Path, frames: usize, change: impl Fn(&mut [f64])) {
    let info = DatasetInfo {
        name: "wave".into(),
        trajectories: 1,
        frames,
        axes: vec![Axis {
            points: 32,
            length: Varying::Same(1.0),
            kind: AxisKind::PERIODIC,
        }],
        fields: vec![Field {
            name: "u".into(),
            kind: FieldKind::Scalar,
        }],
        time: Time::Uniform(Varying::Same(0.5)),
        parameters: vec![("speed".into(), Varying::Same(0.1))],
        ..DatasetInfo::default()
    };
    let angle = |t: usize, i: usize| std::f64::consts::TAU * (i as f64 - t as f64 * 0.1) / 32.0;
    let value = |i: usize| 2.0 + angle(i / 32, i % 32).sin();
    let mut frames: Vec<f64> = (0..32 * frames).map(value).collect();
    change(&mut frames);
    let mut writer = WellWriter::create(path, &info, Dtype::F64).expect("it can be written");
    let written = writer.append(&Trajectory { index: 0, frames });
    written.and_then(|()| writer.finish()).expect("a file");
}

#[test]
fn files_of_every_package_are_described_and_their_recipes_are_valid() {
    let folder = Folder::new("inspect-packages");
    let files = [
        ("well_h5py.h5", "well"),
        ("well_folder", "well"),
        ("pdebench/1D_Burgers_Sols_Nu0.01.hdf5", "pdebench"),
        ("pdebench/2D_diff-react_NA_NA.h5", "pdebench"),
        ("pdebench/2D_DarcyFlow_beta1.0_Train.hdf5", "pdebench"),
        ("pdearena/KS_train_fixed_viscosity.h5", "pdearena"),
        ("formats/apebench/burgers_train.npy", "apebench"),
        ("formats/py-pde/vector.hdf5", "py-pde"),
        ("formats/fluidsim", "fluidsim"),
        ("formats/phiflow", "phiflow"),
        ("formats/pyclaw/ascii", "pyclaw"),
        ("formats/pyclaw/ascii2d", "pyclaw"),
    ];
    let paths = files.map(|(name, _)| text(&data(name)));
    let arguments: Vec<&str> = paths.iter().map(String::as_str).collect();
    let found = inspected(&arguments);
    assert_eq!(found.len(), files.len());
    let mut checked = 0;
    for ((name, format), found) in files.iter().zip(&found) {
        assert_eq!(found["format"], *format, "{name}");
        assert!(found["values"][0]["max"].is_f64(), "{name}: {found}");
        let odd = *name == "well_folder"; // three points on a periodic axis
        let refused = found["frames"] == 1 || odd;
        assert_eq!(found["recipe"].is_null(), refused, "{name}: {found}");
        assert_eq!(found["untrainable"].is_string(), refused, "{name}: {found}");
        let Some(recipe) = found["recipe"].as_str() else {
            continue;
        };
        let recipe = text(&folder.write("recipe.toml", recipe));
        let output = run(&["check", &recipe]);
        let said = printed(&output);
        assert!(
            output.status.success(),
            "{name}: {said}\n{}",
            found["recipe"]
        );
        checked += 1;
    }
    assert_eq!(checked, files.len() - 3, "two have single frames");
}

#[test]
fn a_resolved_wave_is_described_in_numbers() {
    let folder = Folder::new("inspect-wave");
    let path = folder.path("wave.h5");
    wave(&path, 41, |_| {});
    let found = &inspected(&[&text(&path)])[0];
    let close = |pointer: &str, expected: f64| {
        let value = found.pointer(pointer).and_then(Value::as_f64);
        let value = value.unwrap_or_else(|| panic!("{pointer}: {found}"));
        assert!((value - expected).abs() < 1e-9, "{pointer}: {value}");
    };
    close("/values/0/mean", 2.0);
    close("/values/0/std", 0.5_f64.sqrt());
    close("/axes/0/spacing/min", 1.0 / 32.0);
    close("/time/dt/max", 0.5);
    close("/time/last/max", 20.0);
    // A shift by an angle φ changes a sine by 2 sin(φ/2) of its size.
    let shift = |frames: f64| 2.0 * (std::f64::consts::PI * 0.1 * frames / 32.0).sin();
    close("/change/lags/0/change", shift(1.0));
    close("/change/whole", shift(40.0));
    assert_eq!(found["change"]["small_up_to"], 4);
    let tail = &found["resolution"]["channels"][0];
    assert!(tail["tail"].as_f64().expect("a number") < 1e-20, "{tail}");
    assert_eq!(tail["resolved"], true);
    let array = found["arrays"].as_array().expect("a list").iter();
    let array = array.clone().find(|array| array["path"] == "/t0_fields/u");
    assert_eq!(
        array.expect("the field")["shape"],
        serde_json::json!([1, 41, 32])
    );
    let said = unwrapped(&printed(&run(&["inspect", &text(&path)])));
    for part in [
        "1 trajectory of 41 frames",
        "x: 32 points, periodic, nodes, length 1, spacing 0.0312",
        "none in 41 frames of 1 trajectory",
        "u resolved",
        "objective.stride = 4",
    ] {
        assert!(said.contains(part), "{part:?} is missing in: {said}");
    }
}

#[test]
fn faults_are_named_by_trajectory_and_frame() {
    let folder = Folder::new("inspect-faults");
    let path = folder.path("faulty.h5");
    wave(&path, 20, |values| {
        values[32 * 7 + 3] = f64::NAN;
        let rough = values[32 * 9..32 * 10].iter_mut().step_by(2);
        rough.for_each(|value| *value += 1.0);
    });
    let found = &inspected(&[&text(&path), "--all"])[0];
    let bad = &found["findings"]["bad"][0];
    assert_eq!(
        (&bad["frame"], &bad["why"]),
        (&7.into(), &"not_finite".into())
    );
    assert_eq!(found["values"][0]["not_finite"], 1);
    assert_eq!(found["findings"]["left_out"], serde_json::json!([0]));
    let why = found["untrainable"].as_str().expect("a sentence");
    assert!(
        why.contains("no data") && found["recipe"].is_null(),
        "{why}"
    );
    assert_eq!(found["resolution"]["channels"][0]["resolved"], false);
    let never = folder.path("never.h5");
    wave(&never, 20, |values| values[32 * 15..].fill(0.0));
    let found = &inspected(&[&text(&never)])[0];
    let broken = &found["findings"]["broken"][0];
    assert_eq!(
        (&broken["frame"], &broken["frames"]),
        (&15.into(), &5.into())
    );
    assert_eq!(broken["kind"], "never_written");
}

#[test]
fn words_of_a_file_are_shown() {
    let path = text(&data("stored/words.h5"));
    let found = &inspected(&[&path])[0];
    let words = |name: &str| {
        let arrays = found["arrays"].as_array().expect("a list");
        let array = arrays.iter().find(|array| array["path"] == name);
        array.expect("an array")["words"].clone()
    };
    assert_eq!(words("/labels"), json!(["α", "b", "", "a longer one"]));
    assert_eq!(words("/fixed"), json!(["x", "yy"]));
    assert_eq!(words("/name"), json!(["run 7"]));
    assert_eq!(words("/u"), Value::Null);
    let said = printed(&run(&["inspect", &path]));
    assert!(said.contains(r#""α", "b", "", "a longer one""#), "{said}");
}

#[test]
fn arrays_of_an_unknown_layout_are_listed_with_a_description_to_fill_in() {
    let path = text(&data("formats/py-pde/expected.npz"));
    let output = run(&["inspect", &path]);
    let said = printed(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("[data.layout]") && said.contains("error: "),
        "{said}"
    );
    let found = &inspected(&[&path])[0];
    let arrays = found["arrays"].as_array().expect("a list");
    assert!(arrays.len() > 1, "{found}");
    let recipe: toml::Table = found["layout"]
        .as_str()
        .expect("lines")
        .parse()
        .expect("TOML");
    let layout: Layout = recipe["data"]["layout"]
        .clone()
        .try_into()
        .expect("a layout");
    assert_eq!(layout.fields.len(), arrays.len());
    let folder = Folder::new("inspect-layout");
    let described = found["layout"].as_str().expect("lines");
    let recipe = text(&folder.write("layout.toml", described));
    let found = &inspected(&[&recipe])[0];
    assert_eq!(
        (&found["format"], &found["files"]),
        (&"layout".into(), &1.into())
    );
    let trained = found["recipe"].as_str().expect("it has several frames");
    let trained = text(&folder.write("train.toml", trained));
    let output = run(&["check", &trained]);
    assert!(output.status.success(), "{}", printed(&output));
    let out = text(&folder.path("out.h5"));
    let output = run(&["convert", &recipe, &out]);
    assert!(output.status.success(), "{}", printed(&output));
    let [mut a, b] = [found, &inspected(&[&out])[0]].map(|found| found["values"].clone());
    let rows = a.as_array_mut().expect("a list").iter_mut();
    for (a, b) in rows.zip(b.as_array().expect("a list")) {
        let [a, b] = [&*a, b].map(|values| values["max"].as_f64().expect("a number"));
        assert!((a - b).abs() <= 1e-6 * a.abs(), "{a}, {b}");
    }
    let wrong = text(&folder.write("wrong.toml", "seed = 1"));
    let output = run(&["inspect", &wrong]);
    assert_eq!(output.status.code(), Some(2), "{}", printed(&output));
    assert!(
        printed(&output).contains("[data] is missing"),
        "{}",
        printed(&output)
    );
}

#[test]
fn templates_of_groups_records_and_folders_of_arrays_are_read_as_they_stand() {
    let folder = Folder::new("inspect-templates");
    fs::create_dir(folder.path("arrays")).expect("a folder");
    let npy = "formats/apebench/burgers_train.npy";
    for name in ["u.npy", "v.npy"] {
        fs::copy(data(npy), folder.path(&format!("arrays/{name}"))).expect("a copy");
    }
    for (path, fields, trajectories, frames) in [
        (data("groups/runs.h5"), "{ u = \"/sims/run_*/u\" }", 11, 4),
        (data("groups/frames.h5"), "{ u = \"/*/u\" }", 1, 4),
        (
            data("groups/records.h5"),
            "{ p = \"/state/p\", rho = \"/state/rho\" }",
            2,
            4,
        ),
        (
            folder.path("arrays"),
            "{ u = \"u.npy\", v = \"v.npy\" }",
            0,
            0,
        ),
        (data("frames/h5py"), "{ u = \"/u\", v = \"/v\" }", 2, 4),
        (
            data("frames/npy"),
            "{ u = \"u_*.npy\", v = \"v_*.npy\" }",
            2,
            3,
        ),
    ] {
        let path = text(&path);
        let found = &inspected(&[&path])[0];
        let layout = found["layout"]
            .as_str()
            .unwrap_or_else(|| panic!("{path}: {found}"));
        assert!(layout.contains(&format!("fields = {fields}")), "{layout}");
        let layout = text(&folder.write("layout.toml", layout));
        let found = &inspected(&[&layout])[0];
        assert!(found["error"].is_null(), "{path}: {found}");
        if frames > 0 {
            assert_eq!(
                (&found["trajectories"], &found["frames"]),
                (&trajectories.into(), &frames.into())
            );
        }
    }
    let said = printed(&run(&["inspect", &text(&data("groups/runs.h5"))]));
    for words in [
        "time = \"/sims/run_*/t\"",
        "Re = \"/sims/run_*/Re\"",
        "x = \"/grid/x\"",
    ] {
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn files_that_can_t_be_read_end_with_code_2_and_others_are_still_shown() {
    let folder = Folder::new("inspect-unreadable");
    let notes = text(&folder.write("notes.txt", "no dataset"));
    let good = text(&data("well_h5py.h5"));
    let missing = text(&folder.path("missing.h5"));
    let output = run(&["inspect", &notes, &good, &missing]);
    let said = printed(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("a text file") && said.contains("missing.h5"),
        "{said}"
    );
    assert!(said.contains("fields"), "{said}");
    let found = inspected(&[&notes, &good]);
    assert!(found[0]["error"].is_string() && found[1]["error"].is_null());
}
