//! The output of commands where there is no terminal.

use crate::common::{Folder, RECIPE, run, text};

#[test]
fn a_command_that_takes_a_while_says_what_it_does_and_json_has_no_progress() {
    let folder = Folder::new("terminal");
    let simulate = |recipe: &str, more: &[&str]| {
        let recipe = text(&folder.write("recipe.toml", recipe));
        let output = text(&folder.path(&format!("{}.h5", more.len())));
        let simulate = ["simulate", &recipe, "--output", &output, "--count", "1"];
        let result = run(&[&simulate[..], more].concat());
        assert!(result.status.success());
        String::from_utf8(result.stderr).expect("text")
    };
    // Some seconds of one solver.
    let slow = RECIPE.replace("points = [32]", "points = [16384]");
    let slow = slow.replace("substeps = 1", "substeps = 1000");
    let said = simulate(&slow.replace("frames = 20", "frames = 300"), &[]);
    assert!(said.starts_with("simulations 0/1"), "{said:?}");
    assert!(!said.contains("left"), "{said:?}");
    assert_eq!(simulate(RECIPE, &["--json"]), "");
}

#[test]
fn tables_and_help_fit_80_columns() {
    for arguments in [
        &["list"][..],
        &["--help"],
        &["train", "--help"],
        &["evaluate", "--help"],
        &["import", "--help"],
        &["devices"],
    ] {
        let result = run(arguments);
        let said = String::from_utf8(result.stdout).expect("text");
        let wide: Vec<_> = said
            .lines()
            .filter(|line| line.chars().count() > 80)
            .collect();
        assert!(wide.is_empty(), "{arguments:?}: {wide:#?}");
    }
}
