//! Names in files that mean something else: groups called as splits, a condition called as a field; through the binary.

use crate::common::{Folder, data, printed, run, text, unwrapped};
use serde_json::json;
use std::fs;
use std::path::Path;

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for inner in fs::read_dir(from).expect("a folder") {
        let inner = inner.expect("a name").path();
        let target = to.join(inner.file_name().expect("a name"));
        if inner.is_dir() {
            copy(&inner, &target);
        } else {
            fs::copy(&inner, &target).expect("a file");
        }
    }
}

#[test]
fn groups_of_a_zarr_store_that_are_called_as_splits_are_groups() {
    let folder = Folder::new("inspect-splits");
    let store = folder.path("waves.zarr");
    for group in ["train", "valid"] {
        copy(&data("formats/zarr/small.zarr"), &store.join(group));
    }
    let group = json!({ "zarr_format": 3, "node_type": "group", "attributes": {} });
    fs::write(store.join("zarr.json"), group.to_string()).expect("a file");
    let said = unwrapped(&printed(&run(&["inspect", &text(&store)])));
    assert!(
        said.contains("2 of its groups have fields, `train` and `valid`"),
        "{said}"
    );
    let said = unwrapped(&printed(&run(&["inspect", &text(&store.join("train"))])));
    assert!(said.contains("train: zarr, "), "{said}");
}

#[test]
fn a_condition_with_the_name_of_a_field_is_refused_before_a_training() {
    let folder = Folder::new("inspect-shared-name");
    let recipe = format!(
        "[data]\nsource = {:?}\n[data.layout]\nfields = {{ u = \"/sims/run_*/u\" }}\naxes = [\"trajectory\", \"time\", \"x\"]\n\
         conditions = {{ u = \"/sims/run_*/Re\" }}\n",
        text(&data("groups/runs.h5"))
    );
    let layout = text(&folder.write("layout.toml", &recipe));
    let said = unwrapped(&printed(&run(&["inspect", &layout])));
    let words = "the condition `u` has the name of a field";
    assert!(
        said.contains(&format!("No recipe trains on it: {words}")),
        "{said}"
    );
    let recipe = recipe
        + "[model]\nkind = \"fno\"\nmodes = 2\nwidth = 4\nlayers = 1\n[train]\nsteps = 2\nbatch = 2\n";
    let output = run(&["check", &text(&folder.write("recipe.toml", &recipe))]);
    assert_eq!(output.status.code(), Some(2));
    assert!(unwrapped(&printed(&output)).contains(words));
}
