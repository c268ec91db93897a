//! Files that are refused.

use super::{FNO, contents, foreign, refused, trained};
use crate::common::{Folder, succeed, text};
use safetensors::tensor::Dtype;
use std::collections::BTreeMap;
use std::path::Path;

#[test]
fn wrong_files_are_refused_and_nothing_is_left_behind() {
    let folder = Folder::new("weights-wrong");
    let (recipe, trained) = trained(&folder, FNO, 2);
    let file = text(&folder.path("weights.safetensors"));
    refused(
        &["export", &trained, &file, "--as", "pdearena"],
        &["`fno` has no names of pdearena", "ondine"],
    );
    refused(
        &["export", &text(&folder.path("none")), &file],
        &["is no run"],
    );
    refused(
        &[
            "export",
            &trained,
            &text(&folder.path("no/where.safetensors")),
        ],
        &["can't be written"],
    );
    assert!(!Path::new(&file).exists());
    succeed(&["export", &trained, &file]);

    let output = text(&folder.path("imported"));
    let import = |file: &str, more: &[&str], expected: &[&str]| {
        refused(
            &[&["import", &recipe, file, "--output", &output], more].concat(),
            expected,
        );
        assert!(!Path::new(&output).exists() && !Path::new(&format!("{output}.part")).exists());
    };
    import(
        &text(&folder.path("none.safetensors")),
        &[],
        &["none.safetensors can't be read"],
    );
    import(
        &recipe,
        &[],
        &["is no file of weights", "format of safetensors"],
    );
    let pickle = text(&folder.write("state.pt", "PK\u{3}\u{4} and so on"));
    import(&pickle, &[], &["PyTorch", "safetensors.torch.save_file"]);
    import(
        &file,
        &["--set", "model.width=16"],
        &["`width` is 12 in the file and 16 in the recipe"],
    );
    import(
        &file,
        &["--set", "model={kind=\"mlp\"}"],
        &["`kind` is \"fno\" in the file and \"mlp\" in the recipe"],
    );
    import(
        &file,
        &["--scale", "deviation=0"],
        &["deviation=0", "positive"],
    );
    refused(
        &["import", &recipe, &file, "--output", &trained],
        &["exists"],
    );

    let arrays = contents(&file);
    let mut damaged = arrays.clone();
    let first = damaged.keys().next().expect("an array").clone();
    let taken = damaged.remove(&first).expect("it is there");
    damaged.insert("strange.weight".to_owned(), taken);
    let second = damaged.keys().next().expect("an array").clone();
    damaged.insert(second.clone(), (Dtype::F32, vec![1, 7], vec![0; 28]));
    let damaged = foreign(&folder.path("damaged.safetensors"), &damaged);
    let identity = ["--scaling", "identity"];
    let said = [
        format!("missing: `{first}` ["),
        format!("`{second}` [1, 7] instead of ["),
        "without a place in it: `strange.weight`".to_owned(),
    ];
    import(&damaged, &identity, &said.each_ref().map(String::as_str));
    let integers = BTreeMap::from([(first.clone(), (Dtype::I32, vec![1], vec![0; 4]))]);
    let integers = foreign(&folder.path("integers.safetensors"), &integers);
    import(&integers, &identity, &[&first, "I32"]);
}
