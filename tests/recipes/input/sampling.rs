//! Samplers, tables, priors and held-out simulations.

use super::{assert_refused, refused};
use crate::common::{Folder, RECIPE, printed, run, text};
use ondine::datasets::Source;
use ondine::recipe::Recipe;
use std::path::Path;

#[test]
fn samplers_read_their_options_and_a_table_beside_the_recipe() {
    let folder = Folder::new("samplers");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let rows: String = (0..200)
        .map(|i| format!("{}\n", 0.5 + f64::from(i) / 200.0))
        .collect();
    folder.write("design.csv", &format!("velocity\n{rows}"));
    for (sampler, resolved) in [
        ("sobol", "kind = \"sobol\""),
        ("halton", "kind = \"halton\""),
        ("monte_carlo", "kind = \"monte_carlo\""),
        ("latin_hypercube", "strata = 200"),
        ("latin_hypercube\", strata = \"50", "found the text \"50\""),
        ("table\", path = \"design.csv", "checksum = "),
        (
            "table\", path = \"design.csv\", checksum = \"0",
            "has changed",
        ),
        ("table\", path = \"desing.csv", "desing.csv can't be read"),
        ("table", "[ensemble.sampler] needs the key `path`"),
        (
            "halton\", leap = \"7",
            "unknown key `leap` in [ensemble.sampler]",
        ),
    ] {
        let set = format!("ensemble.sampler={{ kind = \"{sampler}\" }}");
        let said = printed(&run(&["check", &recipe, "--set", &set, "--resolved"]));
        assert!(
            said.contains(resolved),
            "{set}: {resolved:?} is missing in:\n{said}"
        );
    }
}

#[test]
fn a_table_that_does_not_fit_is_refused_with_its_line_and_its_place_in_the_recipe() {
    let folder = Folder::new("tables");
    let table = "workers = 1\nsampler = { kind = \"table\", path = \"design.csv\" }";
    let recipe = folder.write("small.toml", &RECIPE.replace("workers = 1", table));
    for (design, expected) in [
        (
            "velocity\n0.5\n",
            "design.csv has rows for 1 of 200 simulations",
        ),
        (
            "velocity\n0.5\n1.6\n",
            "design.csv:3: `velocity` = 1.6 lies outside [0.5, 1.5]",
        ),
        (
            "speed\n0.5\n",
            "design.csv:1: the recipe does not draw `speed`; it draws velocity",
        ),
    ] {
        folder.write("design.csv", design);
        let result = run(&["check", &text(&recipe)]);
        assert_refused(&result, expected);
        assert_refused(&result, "small.toml:21:36");
    }
}

#[test]
fn held_out_simulations_have_a_sampler_of_their_own_where_one_is_typed() {
    let folder = Folder::new("held-out-sampler");
    let recipe = text(&folder.write("small.toml", RECIPE));
    folder.write("held.csv", "velocity\n0.6\n0.7\n0.8\n0.9\n");
    let check = |sampler: &str| {
        let set = format!("evaluate.sampler={sampler}");
        run(&["check", &recipe, "--set", &set, "--resolved"])
    };
    let resolved = printed(&check("{ kind = \"table\", path = \"held.csv\" }"));
    for part in ["[evaluate.sampler]", "kind = \"table\"", "checksum = "] {
        assert!(
            resolved.contains(part),
            "{part:?} is missing in:\n{resolved}"
        );
    }
    let again = text(&folder.write("resolved.toml", &resolved));
    assert_eq!(printed(&run(&["check", &again, "--resolved"])), resolved);
    let plan = Recipe::load(Path::new(&again), &[]).and_then(Recipe::check);
    let plan = plan.expect("it was just checked");
    let solver = plan.solver.expect("an equation");
    let drawn: Vec<f64> = (0..4)
        .map(|index| solver.held_out.conditions(index).parameters[0])
        .collect();
    assert_eq!(format!("{drawn:?}"), "[0.6, 0.7, 0.8, 0.9]");
    folder.write("held.csv", "velocity\n0.6\n");
    for (sampler, expected) in [
        (
            "{ kind = \"table\", path = \"held.csv\" }",
            "held.csv has rows for 1 of 4 simulations",
        ),
        ("{ kind = \"breed\" }", "held-out simulations have none"),
        ("{ kind = \"sobl\" }", "did you mean `sobol`?"),
    ] {
        assert_refused(&check(sampler), expected);
    }
}

#[test]
fn priors_over_decades_and_choices_are_checked_value_by_value() {
    let velocity = "{ uniform = [0.5, 1.5] }";
    let folder = Folder::new("priors");
    for prior in [
        "{ log_uniform = [0.01, 1.0] }",
        "{ normal = [1.0, 0.1] }",
        "{ choice = [0.5, 1.5, 3.0] }",
    ] {
        let recipe = text(&folder.write("prior.toml", &RECIPE.replace(velocity, prior)));
        let resolved = printed(&run(&["check", &recipe, "--resolved"]));
        let again = text(&folder.write("resolved.toml", &resolved));
        let result = run(&["check", &again, "--resolved"]);
        assert!(result.status.success(), "{prior}: {}", printed(&result));
        assert_eq!(printed(&result), resolved);
    }
    refused(
        "dt = 0.1",
        "dt = { normal = [0.1, 0.05] }",
        &["dt = -0.1", "four deviations below its mean"],
    );
    refused(
        velocity,
        "{ log_uniform = [0.0, 1.0] }",
        &["two finite ends greater than 0"],
    );
    let advection =
        "kind = \"advection\"\nvelocity = { uniform = [0.5, 1.5] }\n\n[grid]\npoints = [32]";
    let forced = |prior: &str| {
        format!(
            "kind = \"kolmogorov_flow\"\nviscosity = 0.1\nforcing_wavenumber = {prior}\n\n[grid]\npoints = [32, 32]"
        )
    };
    let expected = ["`forcing_wavenumber` is a whole number", "choice = [...]"];
    refused(advection, &forced("{ uniform = [1, 4] }"), &expected);
    refused(
        advection,
        &forced("{ choice = [2, 2.5] }"),
        &["= 2.5 is not a whole number"],
    );
}

#[test]
fn an_equation_with_a_solution_of_its_own_refuses_what_it_would_ignore() {
    let advection = "kind = \"advection\"\nvelocity = { uniform = [0.5, 1.5] }";
    let heat = "kind = \"heat\"\ninitial_temperature = 300.0\nlow_wall = 100.0\nhigh_wall = 200.0";
    let folder = Folder::new("own");
    let recipe = folder.write("heat.toml", &RECIPE.replace(advection, heat));
    let check = |set: &[&str]| run(&[&["check", &text(&recipe)], set].concat());
    let plain = check(&[]);
    assert!(plain.status.success(), "{}", printed(&plain));
    for (set, expected) in [
        (
            "initial.kind=sine",
            "[initial] has no effect: `heat` comes with its initial state",
        ),
        (
            "time.integrator=etdrk4",
            "`integrator` has no effect: `heat` has its own",
        ),
        (
            "time.precision=f32",
            "`precision` has no effect: `heat` is solved in 64-bit",
        ),
    ] {
        let result = check(&["--set", set]);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{said}");
        for part in [expected, set, "help: remove it"] {
            assert!(said.contains(part), "{part:?} is missing in:\n{said}");
        }
    }
    let result = check(&["--set", "objective.norm=h1"]);
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(2), "{said}");
    let expected = "norm = \"h1\" is one of periodic states, and `heat` lies between walls";
    assert!(said.contains(expected), "{said}");
    let resolved = printed(&check(&["--resolved"]));
    let again = text(&folder.write("resolved.toml", &resolved));
    let result = run(&["check", &again, "--resolved"]);
    assert_eq!(printed(&result), resolved);
}
