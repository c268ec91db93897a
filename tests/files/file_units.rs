//! Units that files state, through the binary: shown, converted, in the problem, in the report, and refused where they differ.

use crate::common::{Folder, data, printed, run, text, unwrapped};
use ondine::datasets::files::{
    Axis, AxisKind, DatasetInfo, Dtype, Field, FieldKind, Time, Trajectory, Varying, WellWriter,
    open,
};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn ocean() -> PathBuf {
    data("ocean/ocean.nc")
}

/// Runs the binary, which has to succeed.
fn succeed(arguments: &[&str]) -> String {
    let result = run(arguments);
    let said = unwrapped(&printed(&result));
    assert!(result.status.success(), "{said}");
    said
}

#[test]
fn units_of_a_file_are_shown_and_kept() {
    let folder = Folder::new("units-shown");
    let said = succeed(&["inspect", &text(&ocean())]);
    for words in [
        "temperature (scalar, K), salinity (scalar, g/kg)",
        "spacing 0.25 degrees_east",
        "the last one at 39600 s",
        "depth (scalar, m)",
        "`crs` is left out: it describes the projection",
        "`height` is left out: it is the place",
    ] {
        assert!(said.contains(words), "{words} is missing in {said}");
    }
    assert!(
        !said.contains("crs 0") && !said.contains("height 2"),
        "{said}"
    );
    let json = run(&["inspect", &text(&ocean()), "--json"]);
    let json: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(json[0]["units"]["salinity"], "g/kg");
    assert_eq!(json[0]["conditions"], Value::Array(Vec::new()));
    let out = folder.path("ocean.h5");
    succeed(&["convert", &text(&ocean()), &text(&out)]);
    let [before, after] = [ocean(), out].map(|path| open(path).expect("a dataset"));
    assert_eq!(before.info().units.len(), 6);
    assert_eq!(before.info().units, after.info().units);
}

#[test]
fn a_report_has_the_units_of_the_file() {
    let folder = Folder::new("units-report");
    let recipe = format!(
        "[data]\nsource = {:?}\nheld_out = 2\n[model]\nkind = \"fno\"\nwidth = 4\nmodes = 3\nlayers = 1\n[train]\nsteps = \
         4\nbatch = 2\n[evaluate]\nevery = 4\n",
        text(&ocean())
    );
    let recipe = text(&folder.write("recipe.toml", &recipe));
    let resolved = succeed(&["check", &recipe, "--resolved"]);
    assert!(resolved.contains("unit = \"K\""), "{resolved}");
    let output = folder.path("run");
    succeed(&["train", &recipe, "--output", &text(&output)]);
    let page = fs::read_to_string(output.join("report.html")).expect("a page");
    for words in [
        ">lon (degrees_east)<",
        ">lat (degrees_north)<",
        ">time (s)<",
        "temperature (K)",
    ] {
        assert!(page.contains(words), "{words} is missing");
    }
    assert!(resolved.contains("axes = [\"lon\", \"lat\"]"), "{resolved}");
    assert_eq!(resolved.matches("degrees_").count(), 2, "{resolved}");
}

/// Writes a file of a field with this unit.
fn write(path: &Path, unit: Option<&str>) {
    let mut info = DatasetInfo {
        name: "wind".to_owned(),
        trajectories: 2,
        frames: 4,
        axes: vec![Axis {
            points: 8,
            length: Varying::Same(1.0),
            kind: AxisKind::PERIODIC,
        }],
        fields: vec![Field {
            name: "speed".to_owned(),
            kind: FieldKind::Scalar,
        }],
        time: Time::Uniform(Varying::Same(0.1)),
        ..DatasetInfo::default()
    };
    let unit = unit.map(|unit| ("speed".to_owned(), unit.to_owned()));
    info.units.extend(unit);
    let mut writer = WellWriter::create(path, &info, Dtype::F32).expect("a writer");
    for index in 0..2 {
        let frames = (0..32).map(|place| f64::from(place).sin()).collect();
        writer.append(&Trajectory { index, frames }).expect("room");
    }
    writer.finish().expect("a file");
}

#[test]
fn files_of_unlike_units_are_no_dataset() {
    let folder = Folder::new("units-unlike");
    for (name, unit) in [
        ("a.h5", Some("m/s")),
        ("b.h5", None),
        ("c.h5", Some("km/h")),
    ] {
        write(&folder.path(name), unit);
    }
    let joined = |files: &str| {
        let recipe = format!(
            "[data]\nsource = {files}\n[model]\nkind = \"fno\"\nwidth = 4\nmodes = 3\nlayers = 1\n[train]\nsteps = 2\nbatch = 2\n"
        );
        let output = run(&["check", &text(&folder.write("recipe.toml", &recipe))]);
        (output.status.code(), unwrapped(&printed(&output)))
    };
    let [a, b, c] = ["a.h5", "b.h5", "c.h5"].map(|name| text(&folder.path(name)));
    assert_eq!(joined(&format!("[{a:?}, {b:?}]")).0, Some(0));
    let (code, said) = joined(&format!("[{a:?}, {c:?}]"));
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("its unit of `speed` is km/h, not m/s"),
        "{said}"
    );
}
