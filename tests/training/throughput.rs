//! `ondine plan`: costs that are measured, and what is made of them.

use crate::common::{Folder, RECIPE, printed, run, text, unwrapped};
use serde_json::Value;

#[test]
fn a_plan_for_more_machines_has_costs_limits_and_assumptions() {
    let folder = Folder::new("throughput");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let output = run(&["plan", &recipe, "--nodes", "4", "--json"]);
    assert!(output.status.success(), "{}", printed(&output));
    let plan: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let costs = &plan["costs"];
    assert_eq!(costs["batch"], 16);
    assert_eq!(costs["simulation_bytes"], 4.0 * 32.0 * 20.0);
    let per_step = costs["simulations_per_step"].as_f64().expect("a number");
    assert!((per_step - 200.0 / 300.0).abs() < 1e-12);
    for key in ["simulation_s", "busy_cores", "gradient_bytes"] {
        assert!(
            costs[key].as_f64().is_some_and(|cost| cost > 0.0),
            "{costs}"
        );
    }
    let rows = plan["rows"].as_array().expect("rows");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    assert_eq!(rows[0]["machines"]["workers"], 3 * cores);
    let speed = |row: &Value| row["throughput"]["steps_per_s"].as_f64().expect("a number");
    let alone = rows.iter().find(|row| row["machines"]["workers"] == 0);
    assert!(speed(&rows[0]) >= speed(alone.expect("a row")), "{rows:?}");
    let ranks = rows.iter().map(|row| row["machines"]["ranks"].as_u64());
    assert_eq!(
        ranks.max().flatten(),
        Some(16),
        "one window per rank at least"
    );
}

#[test]
fn a_recipe_without_a_solver_can_not_be_planned() {
    let folder = Folder::new("throughput-none");
    let posed = "[problem]\nfields = [\"u\"]\n[source]\nkind = \"connect\"\nendpoint = \"tcp://127.0.0.1:4711\"\n";
    let equation = "[equation]\nkind = \"advection\"\nvelocity = { uniform = [0.5, 1.5] }\n";
    let recipe = RECIPE
        .replace(equation, posed)
        .replace("substeps = 1\n", "");
    let recipe = text(&folder.write("connect.toml", &recipe));
    let output = run(&["plan", &recipe]);
    let said = unwrapped(&printed(&output));
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("the recipe trains on simulation codes: write a recipe with [equation]"),
        "{said}"
    );
    let output = run(&["plan", &recipe, "--bandwidth", "0"]);
    assert_eq!(output.status.code(), Some(2), "{}", printed(&output));
}
