//! Options that need a state, refused where parameters are the input.

use super::HEAT;
use crate::common::{Folder, RECIPE, printed, run, text};

/// Checks a recipe with a key set, and expects a refusal that says all of `expected`.
#[track_caller]
fn refused(recipe: &str, sets: &[&str], expected: &[&str]) {
    let folder = Folder::new(&format!("direct-{}", std::panic::Location::caller().line()));
    let recipe = text(&folder.write("wrong.toml", recipe));
    let mut arguments = vec!["check", &recipe];
    sets.iter()
        .for_each(|set| arguments.extend(["--set", *set]));
    let result = run(&arguments);
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(2), "{said}");
    for part in expected {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
    assert_eq!(said.matches("error:").count(), 1, "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn what_needs_a_state_is_refused_with_the_place_and_the_remedy() {
    let advection = RECIPE.replace(
        "kind = \"fno\"\nwidth = 12\nmodes = 6\nlayers = 2",
        "kind = \"mlp\"\ninputs = \"parameters\"",
    );
    refused(
        &advection,
        &[],
        &[
            "simulations of `advection` begin from [initial]",
            "no parameter tells",
            "Write inputs = \"state\"",
            "as its parameters say: diffusion_sorption, heat",
            "wrong.toml:27:10",
        ],
    );
    let combined = advection.replace(
        "\"advection\"\nvelocity = { uniform = [0.5, 1.5] }",
        "\"combined\"\nalpha = 1.0",
    );
    refused(
        &combined,
        &[],
        &["draws a force for every simulation of `combined`"],
    );
    refused(
        HEAT,
        &["objective.kind=unrolled"],
        &[
            "`unrolled` predicts 2 steps",
            "write kind = \"one_step\"",
            "objective.kind=unrolled",
        ],
    );
    refused(
        HEAT,
        &["objective={ kind = \"pushforward\", steps = 3 }"],
        &[
            "`pushforward` predicts 3 steps",
            "write kind = \"one_step\"",
        ],
    );
    let stages =
        "[[stage]]\nsteps = 5\n[[stage]]\nsteps = 5\nobjective = { kind = \"unrolled\" }\n";
    let staged = HEAT
        .replace("steps = 600\n", "")
        .replace("[evaluate]", &format!("{stages}[evaluate]"));
    refused(
        &staged,
        &[],
        &[
            "`unrolled` predicts 2 steps",
            "objective = { kind = \"unrolled\" }",
        ],
    );
    refused(
        HEAT,
        &["objective.noise=0.1"],
        &[
            "noise = 0.1 lies on the states that predictions start from",
            "leave it out",
        ],
    );
    refused(
        HEAT,
        &["objective.bundle=2"],
        &["answers for one time a call", "leave bundle out"],
    );
    refused(
        HEAT,
        &["model.conserve_mean=true"],
        &[
            "no state before whose mean could be held",
            "leave conserve_mean out",
        ],
    );
    refused(HEAT, &["model.inputs=\"time\""], &["time", "parameters"]);
    refused(
        HEAT,
        &[
            "model={ kind = \"pde_refiner\", backbone = { kind = \"mlp\", inputs = \"parameters\" } }",
        ],
        &[
            "`pde_refiner` refines a step from the state",
            "write `inputs` = \"state\"",
        ],
    );
}
