//! What `ondine list` says, for programs.

mod common;

use common::{printed, run};
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

#[test]
fn listed_objectives_say_what_their_keys_mean() {
    let said = printed(&run(&["list", "objectives"]));
    for key in ["gradient_steps:", "over:", "stride:", "noise:"] {
        assert!(said.contains(key), "{key} is missing in:\n{said}");
    }
}
