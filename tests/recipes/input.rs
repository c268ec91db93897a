//! Wrong input: exit code 2 and one message that says what, where and what to write instead.

mod command;
mod sampling;
mod training;

use crate::common::{Folder, RECIPE, printed, run, text};
use std::process::Output;

/// Expects a refusal that says `expected`.
#[track_caller]
fn assert_refused(result: &Output, expected: &str) {
    let said = printed(result);
    assert_eq!(result.status.code(), Some(2), "{said}");
    assert!(
        said.contains(expected),
        "{expected:?} is missing in:\n{said}"
    );
}

/// Trains with the recipe's `from` replaced by `to`, and expects a refusal that says all of `expected`.
#[track_caller]
fn refused(from: &str, to: &str, expected: &[&str]) {
    assert!(RECIPE.contains(from), "the recipe has no {from:?}");
    let folder = Folder::new(&format!("input-{}", std::panic::Location::caller().line()));
    let recipe = folder.write("wrong.toml", &RECIPE.replacen(from, to, 1));
    let output = folder.path("run");
    let result = run(&["train", &text(&recipe), "--output", &text(&output)]);
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(2), "{said}");
    for part in expected {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
    assert_eq!(said.matches("error:").count(), 1, "{said}");
    assert!(!said.contains("panicked"), "{said}");
    assert!(!output.exists(), "nothing is left behind");
}

#[test]
fn wrong_recipes_are_refused_with_the_place_and_the_remedy() {
    refused(
        "velocity =",
        "velocty =",
        &[
            "`advection` has no parameter `velocty`",
            "did you mean `velocity`?",
            "wrong.toml:7:1",
        ],
    );
    refused(
        "frames = 20",
        "frmes = 20",
        &[
            "unknown key `frmes` in [time]",
            "did you mean `frames`?",
            "wrong.toml:15:1",
        ],
    );
    refused("[model]", "[modle]", &["model"]);
    refused(
        "batch = 16",
        "batch = 16\naccumulate = 17",
        &["accumulate = 17 lies outside [1, 16], the windows of a batch"],
    );
    refused(
        "learning_rate = 5e-3 }",
        "learning_rate = 5e-3, momentum = 0.5 }",
        &["momentum is that of kind = \"sgd\"; \"adamw\" has betas"],
    );
    refused(
        "{ learning_rate = 5e-3 }",
        "{ kind = \"sgd\", momentum = 1.0 }",
        &["momentum = 1 lies outside [0, 1)"],
    );
    refused(
        "[train]",
        "[objective]\nnorm = \"relative\"\nnorm_weight = 2.0\n\n[train]",
        &["norm = \"relative\" weighs no derivatives"],
    );
    refused(
        "seed = 3",
        "sed = 3",
        &["unknown key `sed`", "did you mean `seed`?"],
    );
    refused(
        "\"advection\"",
        "\"advektion\"",
        &[
            "unknown kind `advektion`",
            "did you mean `advection`?",
            "wrong.toml:6:8",
        ],
    );
    refused("\"fno\"", "\"fnoo\"", &["did you mean `fno`?"]);
    refused(
        "width = 12",
        "width = 0",
        &["`width` = 0 lies outside [1, 4096]", "wrong.toml:27:9"],
    );
    refused(
        "kind = \"fno\"\nwidth = 12\nmodes = 6\nlayers = 2",
        "kind = \"pde_transformer\"\nwidth = 9\nheads = 2",
        &[
            "write `width` = 10, or a divisor of 9 as `heads`",
            "wrong.toml:28:9",
        ],
    );
    refused(
        "kind = \"fno\"\nwidth = 12\nmodes = 6\nlayers = 2",
        "kind = \"pde_transformer\"\nwidth = 9",
        &["`heads` = 4 does not divide", "wrong.toml:27:9"],
    );
    refused(
        "kind = \"fno\"\nwidth = 12\nmodes = 6\nlayers = 2",
        "kind = \"unet\"\nmultipliers = [1, 1, 1, 1, 1, 1, 1]",
        &[
            "`unet` halves its grid 6 times",
            "write 64",
            "wrong.toml:10:",
        ],
    );
    refused(
        "points = [32]",
        "points = [31]",
        &["31 points", "even", "wrong.toml:10:"],
    );
    refused("points = [32]", "points = [0]", &["0 points"]);
    refused("points = [32]", "points = []", &["grid"]);
    refused(
        "length = 6.283185307179586",
        "length = -1.0",
        &["length -1", "wrong.toml:11:"],
    );
    refused("dt = 0.1", "dt = 0.0", &["dt = 0", "greater than 0"]);
    refused("dt = 0.1", "dt = \"fast\"", &["a number or a distribution"]);
    refused(
        "{ uniform = [0.5, 1.5] }",
        "{ uniform = [1.5, 0.5] }",
        &["the lower one first"],
    );
    refused(
        "{ uniform = [0.5, 1.5] }",
        "{ gamma = [0.5, 1.5] }",
        &[
            "unknown key `gamma` in [equation.velocity]",
            "possible: uniform, log_uniform, normal, choice",
        ],
    );
    refused("frames = 20", "frames = 1", &["frames = 1 gives no window"]);
    refused("substeps = 1", "substeps = 0", &["auto"]);
    refused(
        "capacity = 500",
        "capacity = 8",
        &["capacity = 8", "batch of 16"],
    );
    refused(
        "simulations = 200",
        "simulations = 0",
        &["simulations must be 1 or more"],
    );
    refused("steps = 300", "steps = 0", &["must be 1 or more"]);
    refused(
        "learning_rate = 5e-3",
        "learning_rate = -1.0",
        &["lies outside (0, 1]"],
    );
    refused(
        "[buffer]",
        "[buffer]\nkind = \"fifo\"",
        &["simulations = 253"],
    );
    refused(
        "[evaluate]",
        "[evaluate]\nmetrics = [\"nmrse\"]",
        &["did you mean `nrmse`?"],
    );
    refused(
        "name = \"small\"",
        "name = \"small",
        &["not valid TOML", "wrong.toml:2"],
    );
}

#[test]
fn an_equation_is_refused_where_it_does_not_exist() {
    let advection =
        "kind = \"advection\"\nvelocity = { uniform = [0.5, 1.5] }\n\n[grid]\npoints = [32]";
    let plane = "kind = \"kdv\"\n\n[grid]\npoints = [32, 32]";
    refused(advection, plane, &["kdv", "2 axes", "wrong.toml:9:10"]);
}

#[test]
fn a_vector_has_one_component_an_axis() {
    let three = "velocity = [1.0, 2.0, 3.0]";
    let expected = [
        "`velocity` has 3 components on a grid of 1 axis",
        "one number for all",
    ];
    refused("velocity = { uniform = [0.5, 1.5] }", three, &expected);
}

#[test]
fn the_number_of_axes_is_refused_before_the_components_of_vectors() {
    let from = "velocity = { uniform = [0.5, 1.5] }\n\n[grid]\npoints = [32]";
    let four = "velocity = [1.0, 2.0]\n\n[grid]\npoints = [4, 4, 4, 4]";
    refused(from, four, &["advection", "4 axes", "wrong.toml:10:10"]);
    let from = "kind = \"advection\"\nvelocity = { uniform = [0.5, 1.5] }\n\n[grid]\npoints = [32]";
    let walls = "kind = \"heat\"\ninitial_temperature = 1.0\nlow_wall = [1.0, 2.0]\nhigh_wall = 1.0\n\n\
                 [grid]\npoints = [8, 8, 8]";
    refused(from, walls, &["heat", "3 axes", "1-D or 2-D"]);
}

#[test]
fn a_recipe_for_simulating_alone_is_checked_too() {
    let folder = Folder::new("alone");
    let simulations = RECIPE.split("[buffer]").next().expect("its first part");
    let recipe = text(&folder.write("alone.toml", simulations));
    let result = run(&["check", &recipe]);
    let said = printed(&result);
    assert!(result.status.success(), "{said}");
    let expected = "for `ondine simulate` only: [model] and [train] are missing";
    assert!(
        said.contains(expected) && said.contains("200 of 20 frames"),
        "{said}"
    );
    let result = run(&["check", &recipe, "--set", "time.dt=-1.0"]);
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(2), "{said}");
    assert!(said.contains("--set time.dt=-1.0"), "{said}");
    let resolved = printed(&run(&["check", &recipe, "--resolved"]));
    let again = text(&folder.write("resolved.toml", &resolved));
    assert_eq!(printed(&run(&["check", &again, "--resolved"])), resolved);
}

#[test]
fn a_negative_viscosity_is_refused() {
    let advection = "kind = \"advection\"\nvelocity = { uniform = [0.5, 1.5] }";
    let negative = "kind = \"burgers\"\nviscosity = -0.1";
    refused(
        advection,
        negative,
        &["burgers", "`viscosity` = -0.1", "wrong.toml:7:13"],
    );
}

#[test]
fn a_diverging_solver_names_equation_parameters_and_time() {
    let folder = Folder::new("diverges");
    let diverging = RECIPE
        .replace("kind = \"advection\"", "kind = \"burgers\"")
        .replace("velocity = { uniform = [0.5, 1.5] }", "viscosity = 1e-6")
        .replace("dt = 0.1", "dt = 2.0");
    let recipe = text(&folder.write("diverging.toml", &diverging));
    let result = run(&["train", &recipe, "--output", &text(&folder.path("run"))]);
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(1), "{said}");
    for part in ["burgers", "viscosity", "0.000001", "t = "] {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
}
