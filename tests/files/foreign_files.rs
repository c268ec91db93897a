//! Files of other packages through the binary: checked, trained on, judged and predicted from without an equation.

use crate::common::{Folder, data, printed, run, text, unwrapped};
use serde_json::Value;

/// Network and training of the recipes.
const TRAINING: &str = r#"
[model]
kind = "fno"
width = 4
modes = 2
layers = 1
[train]
steps = 4
batch = 1
[evaluate]
every = 4
"#;

/// A recipe for a file.
fn recipe(folder: &Folder, file: &str, held_out: &str) -> String {
    let source = text(&data(file));
    let recipe = format!("seed = 2\n[data]\nsource = {source:?}\n{held_out}\n{TRAINING}");
    text(&folder.write("recipe.toml", &recipe))
}

#[test]
fn files_of_every_package_are_checked_by_what_they_say_of_themselves() {
    let folder = Folder::new("foreign-check");
    let cases = [
        (
            "pdebench/1D_Burgers_Sols_Nu0.01.hdf5",
            "viscosity = 0.00318",
        ),
        (
            "pdebench/2D_diff-react_NA_NA.h5",
            "x between walls with cell centres",
        ),
        ("pdearena/KS_train_fixed_viscosity.h5", "x periodic"),
        ("formats/apebench/burgers_train.npy", "convection = 0.0625"),
        ("formats/py-pde/vector.hdf5", "u0_x, u0_y"),
        ("formats/fluidsim", "velocity_x, velocity_y, rot"),
        ("formats/phiflow", "density"),
        ("formats/pyclaw/ascii", "between open ends"),
    ];
    for (file, expected) in cases {
        let output = run(&["check", &recipe(&folder, file, "")]);
        let said = unwrapped(&printed(&output));
        assert!(output.status.success(), "{file}: {said}");
        assert!(
            said.contains(expected),
            "{file}: {expected:?} is missing in: {said}"
        );
    }
}

#[test]
fn a_folder_with_a_single_frame_is_refused_with_what_is_missing() {
    let folder = Folder::new("foreign-one-frame");
    let output = run(&["check", &recipe(&folder, "formats/pyclaw/ascii2d", "")]);
    let said = unwrapped(&printed(&output));
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("one frame per trajectory"), "{said}");
}

#[test]
fn a_file_of_pdebench_is_trained_on_judged_and_predicted_from() {
    let folder = Folder::new("foreign-train");
    let name = "pdebench/1D_Burgers_Sols_Nu0.01.hdf5";
    let recipe = recipe(&folder, name, "held_out = 1");
    let [output, later] = ["run", "later.h5"].map(|name| text(&folder.path(name)));
    let file = text(&data(name));
    let succeed = |arguments: &[&str]| {
        let output = run(arguments);
        assert!(output.status.success(), "{}", printed(&output));
        output
    };
    succeed(&["train", &recipe, "--output", &output]);
    let judge = ["evaluate", &output, "--data", &file, "--json", "--no-speed"];
    let judged: Value = serde_json::from_slice(&succeed(&judge).stdout).expect("JSON");
    assert_eq!(judged["fields"], serde_json::json!(["u"]));
    let predict = ["predict", &output, "--initial", &file, "--output", &later];
    succeed(&[&predict[..], &["--frames", "2"]].concat());
    let reader = ondine::datasets::files::open(&later).expect("a dataset");
    assert_eq!(reader.info().frames, 3);
}

#[test]
fn folders_with_a_file_per_frame_are_inspected_converted_and_trained_on() {
    let folder = Folder::new("foreign-frames");
    let (source, all) = (text(&data("frames/h5py")), text(&folder.path("all.h5")));
    let layout = r#"
[data.layout]
fields = { u = "/u", v = "/v" }
axes = ["x"]
coordinates = { x = "/x", time = "/time" }
ends = { x = "periodic" }
"#;
    let lines = format!("seed = 2\n[data]\nsource = {source:?}\nheld_out = 1\n{layout}{TRAINING}");
    let recipe = text(&folder.write("recipe.toml", &lines));
    let described = text(&folder.write(
        "layout.toml",
        &format!("[data]\nsource = {source:?}\n{layout}"),
    ));
    let succeed = |arguments: &[&str]| {
        let output = run(arguments);
        assert!(output.status.success(), "{}", printed(&output));
        output
    };
    let found = succeed(&["inspect", &described, "--json"]);
    let found: Value = serde_json::from_slice(&found.stdout).expect("JSON");
    let sizes = ["files", "trajectories", "frames", "shortest"].map(|key| found[0][key].clone());
    assert_eq!(sizes, [7, 2, 4, 3].map(Value::from), "{found}");
    let longer = source.clone() + "/run_1";
    let one = text(&folder.write(
        "one.toml",
        &format!("[data]\nsource = {longer:?}\n{layout}"),
    ));
    succeed(&["convert", &one, &all]);
    let reader = ondine::datasets::files::open(&all).expect("a dataset");
    assert_eq!((reader.info().trajectories, reader.info().frames), (1, 4));
    assert_eq!(reader.frame(0, 3).expect("a frame")[..2], [130.0, 131.0]);
    let output = text(&folder.path("run"));
    succeed(&["train", &recipe, "--output", &output]);
    let judge = [
        "evaluate",
        &output,
        "--data",
        &longer,
        "--json",
        "--no-speed",
    ];
    let judged: Value = serde_json::from_slice(&succeed(&judge).stdout).expect("JSON");
    assert_eq!(judged["fields"], serde_json::json!(["u", "v"]));
    let single = text(&data("frames/h5py/run_0/out_0001.h5"));
    let said = printed(&run(&[
        "check",
        &recipe,
        "--set",
        &format!("data.source={single:?}"),
    ]));
    assert!(said.contains("the folder of all frames"), "{said}");
}
