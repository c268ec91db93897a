//! Trainings on the solver through the binary, and those that are refused.

use super::RECIPE;
use crate::common::{Folder, assert_refused, metrics, printed, run, simulate, succeed, text};

fn trained(folder: &Folder, sets: &[&str]) -> String {
    let recipe = text(&folder.write("small.toml", RECIPE));
    let output = text(&folder.path("run"));
    let sets = sets.iter().flat_map(|set| ["--set", *set]);
    let arguments: Vec<&str> = ["train", &recipe, "--output", &output]
        .into_iter()
        .chain(sets)
        .collect();
    succeed(&arguments);
    output
}

#[test]
fn a_training_on_the_solver_ends_with_a_judged_run() {
    let folder = Folder::new("solver-objectives");
    let stages = "stage=[{ steps = 20, objective = { kind = \"diverted\", steps = 2 } }, \
                  { steps = 10, objective = { kind = \"residual\", truth = 1.0, noise = 0.01 } }]";
    trained(&folder, &["train.steps=0", stages]);
    let lines = metrics(&folder.path("run"));
    let losses: Vec<f64> = lines
        .iter()
        .filter_map(|line| line["loss"].as_f64())
        .collect();
    assert!(losses.len() == 3 && losses[1] < losses[0], "{losses:?}");
    assert!(folder.path("run").join("evaluation.json").is_file());
}

/// Asserts that a run is judged again, and makes rollouts from states of other simulations.
fn used(folder: &Folder, output: &str) {
    let again = run(&["evaluate", output, "--json"]);
    assert!(again.status.success(), "{}", printed(&again));
    let simulated = folder.path("simulated.h5");
    let recipe = folder.write(
        "two.toml",
        &RECIPE.replace("simulations = 20", "simulations = 2"),
    );
    let (done, said) = simulate(&recipe, &simulated);
    assert!(done, "{said}");
    let [file, initial] = [folder.path("rollouts.h5"), simulated].map(|path| text(&path));
    let from = [
        "predict",
        output,
        "--initial",
        &initial,
        "--frames",
        "5",
        "--output",
        &file,
    ];
    let rollouts = run(&from);
    assert!(rollouts.status.success(), "{}", printed(&rollouts));
}

#[test]
fn corrections_of_a_coarse_solver_are_trained_judged_and_used() {
    for (mode, coarse) in [
        ("sequential", "share=0.5"),
        ("bypass", "points=[24]"),
        ("parallel", "points=[16],steps=2"),
    ] {
        let folder = Folder::new(&format!("correction-{mode}"));
        let backbone = "backbone={kind=\"fno\",width=8,modes=8,layers=1}";
        let model = format!("model={{kind=\"correction\",mode=\"{mode}\",{coarse},{backbone}}}");
        let output = trained(&folder, &[&model]);
        if mode == "bypass" {
            used(&folder, &output);
        }
        let recipe = std::fs::read_to_string(folder.path("run").join("recipe.toml"));
        assert!(
            recipe
                .expect("a run has one")
                .contains(&format!("mode = \"{mode}\""))
        );
    }
}

#[test]
fn recipes_without_a_tensor_form_are_refused_with_the_remedy() {
    let folder = Folder::new("solver-refused");
    let recipe = folder.write("small.toml", RECIPE);
    let diverted = "objective.kind=diverted";
    let correction = "model={kind=\"correction\",backbone={kind=\"fno\"}}";
    let combined = "equation={kind=\"combined\",alpha=1.0,beta=0.1,gamma=0.0}";
    let combined = [
        combined,
        "grid.points=[64]",
        "grid.solver_points=[64]",
        "time.warmup=0",
    ];
    let walls = [
        "equation={kind=\"diffusion\",diffusivity=0.1}",
        "grid.boundary=[\"wall\"]",
    ];
    let unlike = "write kind = \"unrolled\"";
    let cases: [(&[&str], [&str; 2]); 10] = [
        (
            &[&[diverted], &combined[..]].concat(),
            ["no function of the fields at one point", unlike],
        ),
        (
            &[&[diverted], &walls[..]].concat(),
            ["`diffusion` has walls", unlike],
        ),
        (
            &[&[correction], &combined[..]].concat(),
            [
                "no function of the fields",
                "write a network in the place of",
            ],
        ),
        (
            &[diverted, "objective.bundle=2"],
            ["from one frame to the next", "leave bundle out"],
        ),
        (
            &[diverted, "objective.history=2"],
            ["from one frame to the next", "leave history out"],
        ),
        (
            &[diverted, "objective.gradient_steps=3"],
            ["gradient_steps = 3", "[1, 2]"],
        ),
        (
            &["objective.kind=residual", "objective.truth=-1.0"],
            ["truth = -1", "write 0 for none"],
        ),
        (
            &[
                diverted,
                "model={kind=\"crps_ensemble\",backbone={kind=\"fno\"}}",
            ],
            ["needs one answer", "one_step"],
        ),
        (
            &["model={kind=\"correction\",points=[15],backbone={kind=\"fno\"}}"],
            ["15 points", "even number"],
        ),
        (
            &["model={kind=\"correction\",share=1.5,backbone={kind=\"fno\"}}"],
            ["share = 1.5", "(0, 1]"],
        ),
    ];
    assert_refused(&recipe, &cases);
}
