//! Trajectories that are held out of files of several grids.

use super::{FNO, recipe, written};
use crate::common::{Folder, printed, refused, run, succeed, text, unwrapped};

#[test]
fn every_grid_is_split_by_itself_and_held_out_files_have_to_be_of_one() {
    let folder = Folder::new("grids-split");
    let [coarse, fine, finest] = [32, 64, 128].map(|n| written(&folder, &format!("{n}.h5"), &[n]));
    let check = |keys: &str| {
        let recipe = recipe(&folder, &[&coarse, &fine], keys, FNO);
        run(&["check", &recipe])
    };
    let said = unwrapped(&printed(&check("held_out = { share = 0.5 }")));
    assert!(
        said.contains("[32] (3 trajectories), [64] (3 trajectories)"),
        "{said}"
    );
    let only_fine = check("held_out = { trajectories = [6, 8] }");
    let said = unwrapped(&printed(&only_fine));
    assert_eq!(only_fine.status.code(), Some(2), "{said}");
    assert!(
        said.contains("no trajectory is held out on the grid [32]"),
        "{said}"
    );
    let fine_first = format!("{FNO}\n[grid]\npoints = [64]\nlength = 1.0");
    let keys = "held_out = { trajectories = [6, 8] }";
    let path = recipe(&folder, &[&coarse, &fine], keys, &fine_first);
    let resolved = succeed(&["check", &path, "--resolved"]);
    assert!(
        unwrapped(&resolved).contains("others = [[32]]"),
        "{resolved}"
    );
    let other = check(&format!("held_out = {{ files = {finest:?} }}"));
    let said = unwrapped(&printed(&other));
    assert_eq!(other.status.code(), Some(2), "{said}");
    assert!(
        said.contains("its grid has [128] points, not [32] or [64]"),
        "{said}"
    );
}

#[test]
fn splits_of_files_that_are_opened_together_are_held_out_by_name() {
    let folder = Folder::new("grids-splits");
    let files = [32, 64].map(|points| written(&folder, &format!("{points}.h5"), &[points]));
    let both = [&files[0][..], &files[1]];
    for name in ["valid", "test"] {
        let keys = format!("held_out = {{ split = \"{name}\" }}");
        let said = unwrapped(&succeed(&["check", &recipe(&folder, &both, &keys, FNO)]));
        let expected = "[32] (4 trajectories), [64] (4 trajectories)";
        assert!(said.contains(expected), "{said}");
    }
    let said = refused(&[
        "check",
        &recipe(&folder, &both, "held_out = { split = \"dev\" }", FNO),
    ]);
    assert!(
        said.contains("the dataset names test, train, valid"),
        "{said}"
    );
    let said = succeed(&["inspect", &text(&folder.path("*.h5"))]);
    assert!(
        unwrapped(&said).contains("train 0..4, valid 4..5, test 5..6, train 6..10"),
        "{said}"
    );
    assert!(said.contains("held_out = { split = \"valid\" }"), "{said}");
}
