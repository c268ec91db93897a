//! Trainings on a dataset and on what `ondine convert` makes of it, through the binary: the same problem, the same losses to the bit.

use crate::common::{Folder, data, succeed, text, unwrapped};
use ondine::datasets::files::{
    Axis, AxisKind, DatasetInfo, Dtype, Field, FieldKind, Time, Trajectory, Varying, WellWriter,
};
use std::fs;
use std::path::Path;
use toml::Table;

/// The losses of all steps of a training on a source, as they are written, and the problem, grid and times of its recipe.
fn trained(folder: &Folder, name: &str, source: &str) -> (Vec<String>, Table) {
    let recipe = format!(
        "seed = 3\ndeterministic = true\n[data]\nsource = {source}\n[model]\nkind = \"fno\"\nwidth = 4\nmodes = 3\nlayers = 1\n\
         [train]\nsteps = 8\nbatch = 2\nlog = 1\n"
    );
    let recipe = text(&folder.write(&format!("{name}.toml"), &recipe));
    let output = folder.path(name);
    succeed(&["train", &recipe, "--output", &text(&output)]);
    let lines = fs::read_to_string(output.join("metrics.jsonl")).expect("a training writes it");
    let loss = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        line["loss"].to_string()
    };
    let resolved = fs::read_to_string(output.join("recipe.toml")).expect("a run keeps it");
    let mut resolved: Table = resolved.parse().expect("TOML");
    let mut sections = Table::new();
    for key in ["problem", "grid", "time"] {
        sections.insert(key.into(), resolved.remove(key).expect("it is resolved"));
    }
    let problem = sections["problem"].as_table_mut().expect("a section");
    problem.remove("name"); // that of the file
    (lines.lines().map(loss).collect(), sections)
}

/// Trains on a source and on its conversion.
fn compare(folder: &Folder, name: &str, source: &Path) {
    let out = folder.path(&format!("{name}-out.h5"));
    let said = unwrapped(&succeed(&["convert", &text(source), &text(&out)]));
    let list = said.split_once("source = ").map(|(_, list)| list.trim());
    let converted = match list.and_then(|list| list.split_once(']')) {
        Some((list, _)) => format!("{list}]"),
        None => format!("{:?}", text(&out)),
    };
    let first = trained(folder, name, &format!("{:?}", text(source)));
    let second = trained(folder, &format!("{name}-converted"), &converted);
    assert_eq!(first.0.len(), 8, "{name}");
    assert_eq!(first.0, second.0, "{name}: losses");
    assert_eq!(first.1, second.1, "{name}: problem, grid and times");
}

#[test]
fn a_file_of_another_package_trains_as_its_conversion_does() {
    let folder = Folder::new("converted-training");
    for name in [
        "ocean/ocean.nc",
        "pdebench/1D_Burgers_Sols_Nu0.01.hdf5",
        "formats/py-pde/vector.hdf5",
        "formats/pyclaw/hdf5",
        "formats/zarr/small.zarr",
    ] {
        compare(&folder, &name.replace(['/', '.'], "-"), &data(name));
    }
}

/// Writes two trajectories of so many points and frames, whose times have no 32-bit form.
fn write(path: &Path, points: usize, frames: usize) {
    let info = DatasetInfo {
        name: "waves".to_owned(),
        trajectories: 2,
        frames,
        axes: vec![Axis {
            points,
            length: Varying::Same(1.0),
            kind: AxisKind::PERIODIC,
        }],
        axis_names: vec!["lon".to_owned()],
        fields: vec![Field {
            name: "height".to_owned(),
            kind: FieldKind::Scalar,
        }],
        time: Time::Listed(Varying::Same(
            (0..frames).map(|t| 0.05 * t as f64).collect(),
        )),
        ..DatasetInfo::default()
    };
    let mut writer = WellWriter::create(path, &info, Dtype::F32).expect("a writer");
    for index in 0..2 {
        let place = |i: usize| (i % points) as f64 / points as f64 - 0.02 * (i / points) as f64;
        let value = |i| (6.3 * place(i) + (points + frames + index) as f64).sin();
        let frames = (0..points * frames).map(value).collect();
        writer.append(&Trajectory { index, frames }).expect("room");
    }
    writer.finish().expect("a file");
}

#[test]
fn a_folder_of_several_grids_trains_as_the_files_of_its_conversion_do() {
    let folder = Folder::new("converted-grids");
    let source = folder.path("source");
    fs::create_dir(&source).expect("a folder");
    for (name, points, frames) in [("a.h5", 16, 5), ("b.h5", 16, 8), ("c.h5", 24, 6)] {
        write(&source.join(name), points, frames);
    }
    compare(&folder, "grids", &source);
}
