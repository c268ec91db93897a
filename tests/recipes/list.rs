//! The output of `ondine list`, for programs.

use crate::common::{Folder, RECIPE, printed, run, text};
use serde_json::Value;

#[test]
fn listed_equations_say_where_they_exist_and_what_their_parameters_are() {
    let result = run(&["list", "equations", "--json"]);
    let found: Value = serde_json::from_slice(&result.stdout).expect("JSON");
    let members = found[0]["members"].as_array().expect("a list");
    let member = |kind: &str| {
        let found = members.iter().find(|member| member["kind"] == kind);
        found.unwrap_or_else(|| panic!("{kind} is in the list"))
    };
    let burgers = member("burgers");
    assert_eq!(burgers["dims"], serde_json::json!([1, 2, 3]));
    assert_eq!(burgers["fields"]["1"], serde_json::json!(["u"]));
    assert_eq!(burgers["fields"]["2"], serde_json::json!(["u", "v"]));
    assert_eq!(member("advection")["parameters"][0]["per_axis"], true);
    let forcing = &member("kolmogorov_flow")["parameters"][2];
    assert_eq!(forcing["name"], "forcing_wavenumber");
    assert_eq!(forcing["whole"], true);
    assert_eq!(forcing["default"], 4.0);
}

/// Every key that a recipe accepts beside `kind` stands in the list: those that a misspelt one is compared with.
#[test]
fn listed_members_have_all_their_keys() {
    for (list, kind, section, keys) in [
        (
            "buffers",
            "reservoir",
            "buffer",
            "capacity watermark reads_per_sample",
        ),
        ("models", "fno", "model", "width modes layers conserve_mean"),
        (
            "models",
            "pde_refiner",
            "model",
            "backbone conserve_mean steps min_noise_variance",
        ),
        ("samplers", "table", "ensemble.sampler", "path checksum"),
    ] {
        let said = printed(&run(&["list", list, kind]));
        for key in keys.split(' ') {
            assert!(
                said.contains(&format!("  {key}:")),
                "{key} of {kind} is missing in:\n{said}"
            );
        }
        let backbone = match kind {
            "pde_refiner" => ", backbone = { kind = \"fno\" }",
            _ => "",
        };
        let set = format!("{section}={{ kind = \"{kind}\"{backbone}, qqq = 1 }}");
        let folder = Folder::new(&format!("list-{kind}"));
        let recipe = text(&folder.write("small.toml", RECIPE));
        let said = printed(&run(&["check", &recipe, "--set", &set]));
        for key in keys.split(' ').chain(["kind"]) {
            let possible = said.split("possible: ").nth(1).unwrap_or_default();
            assert!(
                possible.split([',', '\n']).any(|one| one.trim() == key),
                "{key} of {kind} is missing in:\n{said}"
            );
        }
    }
}

#[test]
fn listed_distributions_say_how_a_recipe_writes_them() {
    let said = printed(&run(&["list", "distributions"]));
    for example in [
        "{ uniform = [",
        "{ log_uniform = [",
        "{ normal = [",
        "{ choice = [",
    ] {
        assert!(said.contains(example), "{example} is missing in:\n{said}");
    }
}

#[test]
fn listed_objectives_say_what_their_keys_mean() {
    let said = printed(&run(&["list", "objectives"]));
    for key in ["gradient_steps:", "over:", "stride:", "noise:"] {
        assert!(said.contains(key), "{key} is missing in:\n{said}");
    }
}
