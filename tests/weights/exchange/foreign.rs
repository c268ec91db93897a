//! States of other programs.

use super::{Contents, FNO, NEURALOPERATOR, contents, foreign, refused, state, trained};
use crate::common::{Folder, printed, succeed, text};
use safetensors::tensor::Dtype;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const UNET: &str = "kind = \"unet\"\nwidth = 4\nmultipliers = [1, 2]\nblocks = 1";

#[test]
fn states_of_other_programs_go_out_and_come_in() {
    for (name, model, gate) in [
        (
            "neuraloperator",
            NEURALOPERATOR,
            "fno_blocks.convs.0.weight.tensor",
        ),
        ("pdearena", UNET, "down.0.res.conv1.weight"),
    ] {
        let folder = Folder::new(&format!("weights-{name}"));
        let (recipe, trained) = trained(&folder, model, 10);
        let file = text(&folder.path("state.safetensors"));
        succeed(&["export", &trained, &file, "--as", name]);
        let state = contents(&file);
        assert!(state.contains_key(gate), "{:?}", state.keys());

        // As a checkpoint of that program has it, with the weights in a dictionary and complex numbers as such.
        let complex = |(key, (dtype, mut shape, data)): (String, (Dtype, Vec<usize>, Vec<u8>))| {
            let complex = key.ends_with("weight.tensor");
            let dtype = if complex {
                shape.pop();
                Dtype::C64
            } else {
                dtype
            };
            (format!("state_dict.model.{key}"), (dtype, shape, data))
        };
        let mut checkpoint: Contents = state.clone().into_iter().map(complex).collect();
        checkpoint.insert("loss.scale".to_owned(), (Dtype::F32, vec![1], vec![0; 4]));
        let checkpoint = foreign(&folder.path("checkpoint.safetensors"), &checkpoint);
        let output = text(&folder.path("imported"));
        let import = ["import", &recipe, &checkpoint, "--output", &output];
        refused(&import, &["--scaling measured", "--scaling identity"]);
        assert!(!Path::new(&output).exists());
        let scales = [
            "--scaling",
            "identity",
            "--scale",
            "increment=0.25",
            "--scale",
            "center=1,2,3",
        ];
        let unchecked = ["--unchecked", "--set", "model.conserve_mean=false"];
        let said = succeed(&[&import[..], &scales, &unchecked].concat());
        assert!(said.contains(name), "{said}");
        assert_eq!(said.matches("note:").count(), 1, "not checked: {said}");
        let scaling = &self::state(&output, 0)["scaling"];
        assert_eq!(scaling["increment"], serde_json::json!([0.25]));
        assert_eq!(scaling["center"], serde_json::json!([1.0, 2.0, 3.0]));
        assert_eq!(scaling["deviation"], serde_json::json!([1.0]));
        let again = text(&folder.path("again.safetensors"));
        succeed(&["export", &output, &again, "--as", name]);
        assert_eq!(contents(&again), state);
    }
}

#[test]
fn measured_scales_are_those_of_a_training() {
    let folder = Folder::new("weights-scales");
    let (recipe, trained) = trained(&folder, FNO, 2);
    let file = text(&folder.path("weights.safetensors"));
    succeed(&["export", &trained, &file]);
    let bare = foreign(&folder.path("bare.safetensors"), &contents(&file));
    let output = text(&folder.path("imported"));
    let import = ["import", &recipe, &bare, "--output", &output];
    let scales = ["--scaling", "measured", "--scale", "mean=0.5"];
    // What is there at the watermark follows from the number of steps.
    let same = ["--set", "train.steps=2"];
    succeed(&[&import[..], &scales, &same].concat());
    let mut expected = state(&trained, 2)["scaling"].clone();
    expected["mean"] = serde_json::json!([0.5]);
    assert_eq!(expected, state(&output, 0)["scaling"]);
}

#[test]
fn python_reads_an_export() {
    let probe = Command::new("python3")
        .args(["-c", "import safetensors.numpy"])
        .output();
    if !probe.is_ok_and(|probe| probe.status.success()) {
        eprintln!("skipped: python3 has no safetensors");
        return;
    }
    let folder = Folder::new("weights-python");
    let (_, trained) = trained(&folder, FNO, 2);
    let file = text(&folder.path("weights.safetensors"));
    succeed(&["export", &trained, &file]);
    let page =
        fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/weights.md"))
            .expect("the page");
    let script = page
        .split("```python\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let script = script
        .expect("the page has a script")
        .replace("ks.safetensors", &file);
    let python = Command::new("python3")
        .args(["-c", &script])
        .output()
        .expect("python3 starts");
    let said = printed(&python);
    assert!(python.status.success(), "{said}");
    let count = |name: &str| {
        format!("{name} {:?}", contents(&file)[name].1)
            .replace('[', "(")
            .replace(']', ")")
    };
    assert!(said.contains("fno") && said.contains("advection"), "{said}");
    assert!(said.contains(&count("lift.linear.weight")), "{said}");
}
