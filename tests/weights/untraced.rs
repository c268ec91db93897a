//! Options of networks that leave no array are asked for, or show in an answer; `data/untraced/` is of neuraloperator.

use crate::common::{Folder, RECIPE, printed, run, text};
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, serialize};
use std::path::{Path, PathBuf};

fn data(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/untraced");
    text(&folder.join(format!("{name}.safetensors")))
}

/// A folder with the small recipe, whose network is that of the files.
struct Case {
    folder: Folder,
    recipe: String,
}

impl Case {
    fn new(name: &str, more: &str) -> Self {
        let folder = Folder::new(name);
        let network = "kind = \"fno\"\nwidth = 12\nmodes = 6\nlayers = 2";
        let model = "kind = \"fno_neuraloperator\"\nwidth = 4\nmodes = 4\nlayers = 2";
        assert!(RECIPE.contains(network));
        let recipe = RECIPE.replace(network, &format!("{model}\n{more}"));
        let recipe = text(&folder.write("recipe.toml", &recipe));
        Self { folder, recipe }
    }

    fn output(&self) -> PathBuf {
        self.folder.path("imported")
    }

    fn import(&self, file: &str, more: &[&str]) -> (Option<i32>, String) {
        let output = text(&self.output());
        let import = ["import", &self.recipe, file, "--output", &output];
        let result = run(&[&import[..], &["--scaling", "identity"], more].concat());
        (result.status.code(), printed(&result))
    }

    /// Refused, with all of `expected` said and no run made.
    #[track_caller]
    fn refused(&self, file: &str, more: &[&str], expected: &[&str]) {
        let (code, said) = self.import(file, more);
        assert_eq!(code, Some(2), "{said}");
        for part in expected {
            assert!(said.contains(part), "{part:?} is missing in:\n{said}");
        }
        assert!(
            !said.contains("panicked") && !self.output().exists(),
            "{said}"
        );
    }

    #[track_caller]
    fn taken(&self, file: &str, more: &[&str]) -> String {
        let (code, said) = self.import(file, more);
        assert_eq!(code, Some(0), "{said}");
        said
    }
}

#[test]
fn a_state_of_neuraloperator_is_asked_for_the_options_without_arrays() {
    let case = Case::new("untraced-asked", "");
    case.refused(
        &data("state"),
        &[],
        &[
            "norm = None",
            "domain_padding = None",
            "non_linearity = gelu",
            "--check PAIR",
            "--unchecked",
        ],
    );
    let said = case.taken(&data("state"), &["--unchecked"]);
    assert!(
        said.contains("note: not checked") && said.contains("norm = None"),
        "{said}"
    );
}

#[test]
fn an_answer_tells_networks_with_the_same_arrays_apart() {
    let case = Case::new("untraced-check", "");
    for other in ["instance_norm", "padding", "relu"] {
        let pair = data(other);
        case.refused(
            &data("state"),
            &["--check", &pair],
            &["relative difference", "norm = None", other],
        );
    }
    let said = case.taken(&data("state"), &["--check", &data("plain")]);
    assert!(
        said.contains("plain.safetensors says, with a relative difference of"),
        "{said}"
    );
    let kept = std::fs::read(case.output().join("import.json")).expect("kept");
    let kept: serde_json::Value = serde_json::from_slice(&kept).expect("JSON");
    let difference = kept["check"]["relative_difference"]
        .as_f64()
        .expect("a number");
    assert!(difference < 1e-5, "{difference}");
}

#[test]
fn a_network_that_is_told_parameters_is_checked_with_them() {
    let case = Case::new("untraced-told", "");
    case.taken(&data("told_state"), &["--check", &data("told")]);
    std::fs::remove_dir_all(case.output()).expect("the run is there");
    case.refused(
        &data("told_state"),
        &["--check", &data("plain")],
        &["no `parameters`", "[2, 3]"],
    );
}

#[test]
fn options_of_the_recipe_that_leave_no_array_are_asked_for_too() {
    let case = Case::new("untraced-unet", "");
    let unet = "model={kind=\"unet\", width=4, multipliers=[1, 2], blocks=1}";
    let run_directory = text(&case.folder.path("trained"));
    let train = [
        "train",
        &case.recipe,
        "--output",
        &run_directory,
        "--set",
        unet,
    ];
    let short = ["--set", "train.steps=2", "--set", "evaluate.every=1000"];
    let result = run(&[&train[..], &short].concat());
    assert!(result.status.success(), "{}", printed(&result));
    let file = text(&case.folder.path("unet.safetensors"));
    let result = run(&["export", &run_directory, &file, "--as", "pdearena"]);
    assert!(result.status.success(), "{}", printed(&result));
    let same = ["--set", unet];
    case.taken(&file, &same); // its metadata say everything
    std::fs::remove_dir_all(case.output()).expect("the run is there");
    let bare = without_metadata(&file, &case.folder.path("bare.safetensors"), 0.0);
    case.refused(
        &bare,
        &same,
        &[
            "model.activation = \"gelu\"",
            "model.padding = \"periodic\"",
            "model.groups = 1",
        ],
    );
}

#[test]
fn weights_that_are_no_numbers_are_refused_by_name() {
    let case = Case::new("untraced-nan", "");
    for value in [f32::NAN, f32::INFINITY] {
        let file = without_metadata(&data("state"), &case.folder.path("nan.safetensors"), value);
        case.refused(
            &file,
            &["--unchecked"],
            &["with NaN or infinite numbers: `lifting.fcs.0.weight`"],
        );
    }
}

#[test]
fn the_mean_that_is_held_is_named() {
    let case = Case::new("untraced-mean", "");
    let said = case.taken(&data("state"), &["--unchecked"]);
    assert!(said.contains("`conserve_mean` is true"), "{said}");
    let file = text(&case.folder.path("own.safetensors"));
    let result = run(&["export", &text(&case.output()), &file]);
    assert!(result.status.success(), "{}", printed(&result));
    std::fs::remove_dir_all(case.output()).expect("the run is there");
    let said = case.taken(&file, &["--set", "model.conserve_mean=false"]);
    assert!(
        said.contains("was true in the training of the file and is false now"),
        "{said}"
    );
    let case = Case::new("untraced-free", "conserve_mean = false");
    let said = case.taken(&data("state"), &["--unchecked"]);
    assert!(!said.contains("conserve_mean"), "{said}");
}

#[test]
fn a_pair_that_does_not_fit_is_refused() {
    let case = Case::new("untraced-pair", "");
    let state = data("state");
    case.refused(&state, &["--check", &state], &["there is no `input`"]);
    case.refused(&state, &["--check", "none.safetensors"], &["can't be read"]);
    let pair = |name: &str, shape: &[usize], value: f32| {
        let count = shape.iter().product();
        let bytes: Vec<u8> = vec![value; count]
            .into_iter()
            .flat_map(f32::to_le_bytes)
            .collect();
        let view = || TensorView::new(Dtype::F32, shape.to_vec(), &bytes).expect("as many bytes");
        let file = case.folder.path(name);
        let written = serialize([("input", view()), ("output", view())], None);
        std::fs::write(&file, written.expect("it has a header")).expect("it can be written");
        text(&file)
    };
    let wrong = pair("shape.safetensors", &[2, 16, 1], 1.0);
    case.refused(
        &state,
        &["--check", &wrong],
        &["`input` is [2, 16, 1]", "[batch, 1, points]"],
    );
    let zero = pair("zero.safetensors", &[2, 1, 16], 0.0);
    case.refused(&state, &["--check", &zero], &["zero everywhere"]);
    let nan = pair("nan.safetensors", &[2, 1, 16], f32::NAN);
    case.refused(&state, &["--check", &nan], &["`input` holds NaN"]);
}

/// The arrays of a file without what it says of itself; one of their numbers is `value`, unless that is zero.
fn without_metadata(file: &str, to: &Path, value: f32) -> String {
    let bytes = std::fs::read(file).expect("it was written");
    let arrays = SafeTensors::deserialize(&bytes).expect("it is whole");
    let mut copies: Vec<(String, Vec<usize>, Vec<u8>)> = arrays
        .iter()
        .map(|(name, view)| (name.to_owned(), view.shape().to_vec(), view.data().to_vec()))
        .collect();
    if value != 0.0 {
        let place = copies
            .iter_mut()
            .find(|(name, ..)| name == "lifting.fcs.0.weight");
        place.expect("the state has it").2[..4].copy_from_slice(&value.to_le_bytes());
    }
    let views = copies.iter().map(|(name, shape, bytes)| {
        let view = TensorView::new(Dtype::F32, shape.clone(), bytes);
        (name, view.expect("as many bytes"))
    });
    std::fs::write(to, serialize(views, None).expect("it has a header"))
        .expect("it can be written");
    text(to)
}
