//! Steps, workers, objectives and networks.

use super::{assert_refused, refused};
use crate::common::{Folder, RECIPE, printed, run, text};

#[test]
fn workers_are_a_whole_number_or_automatic() {
    let typed = |workers: &str| format!("workers = {workers}");
    for (workers, found) in [
        ("\"many\"", "the text \"many\""),
        ("0", "the number 0"),
        ("-2", "the number -2"),
        ("1.5", "the number 1.5"),
        ("true", "found true"),
    ] {
        let expected = [
            found,
            "expected \"auto\" or a whole number of workers, 1 or more",
            "wrong.toml:20:11",
        ];
        refused("workers = 1", &typed(workers), &expected);
    }
    let expected = ["workers = 1025 lies outside [1, 1024]", "wrong.toml:20:11"];
    refused("workers = 1", &typed("1025"), &expected);
    let folder = Folder::new("automatic");
    let recipe = RECIPE.replace("workers = 1", "workers = \"auto\"");
    let recipe = text(&folder.write("auto.toml", &recipe));
    let resolved = printed(&run(&["check", &recipe, "--resolved"]));
    assert!(resolved.contains("workers = \"auto\""), "{resolved}");
    assert!(resolved.contains("deterministic = false"), "{resolved}");
    let again = text(&folder.write("resolved.toml", &resolved));
    assert_eq!(printed(&run(&["check", &again, "--resolved"])), resolved);
    let set = "ensemble.workers=auto";
    let said = printed(&run(&["check", &recipe, "--set", set, "--resolved"]));
    assert_eq!(said, resolved);
}

#[test]
fn reads_and_steps_that_do_not_fit_are_refused() {
    let buffer = |reads: &str| format!("[buffer]\nreads_per_sample = {reads}");
    for reads in ["0.0", "-1.0", "nan", "1e7"] {
        let expected = [
            "reads_per_sample = ",
            "lies outside (0, 1000000]",
            "wrong.toml:23:20",
        ];
        refused("[buffer]", &buffer(reads), &expected);
    }
    let expected = [
        "4 reads of each of 3800 windows are 950 steps of 16, not 300",
        "leave out `train.steps` or `buffer.reads_per_sample`",
        "wrong.toml:33:9",
    ];
    refused("[buffer]", &buffer("4.0"), &expected);
    let once = format!("kind = \"firo\"\n{}", "reads_per_sample = 1.5");
    let expected = ["`firo` hands out each window once, not 1.5 times"];
    refused("capacity = 500", &once, &expected);
    let no_steps = RECIPE.replace("steps = 300\n", "");
    let folder = Folder::new("reads");
    for (set, expected) in [
        ("train.batch=16", "train.steps must be 1 or more"),
        ("buffer.reads_per_sample=0.001", "fill no batch of 16"),
        (
            "buffer.reads_per_sample=many",
            "--set buffer.reads_per_sample=many",
        ),
    ] {
        let recipe = text(&folder.write("no_steps.toml", &no_steps));
        let result = run(&["check", &recipe, "--set", set]);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{set}: {said}");
        assert!(
            said.contains(expected),
            "{set}: {expected:?} is missing in:\n{said}"
        );
    }
}

#[test]
fn reads_give_the_steps_and_the_resolved_recipe_has_both() {
    let folder = Folder::new("reads-given");
    let no_steps = RECIPE.replace("steps = 300\n", "");
    let recipe = text(&folder.write("reads.toml", &no_steps));
    // 200 simulations of 19 windows, in batches of 16.
    for (reads, steps) in [("4.0", 950), ("1", 237)] {
        let set = format!("buffer.reads_per_sample={reads}");
        let said = printed(&run(&["check", &recipe, "--set", &set]));
        assert!(
            said.contains(&format!("{steps} steps of 16 windows")),
            "{said}"
        );
        let resolved = printed(&run(&["check", &recipe, "--set", &set, "--resolved"]));
        assert!(resolved.contains(&format!("steps = {steps}")), "{resolved}");
        let again = text(&folder.write("resolved.toml", &resolved));
        let said = printed(&run(&["check", &again, "--resolved"]));
        assert_eq!(said, resolved);
    }
}

#[test]
fn modes_are_one_number_or_one_an_axis_and_those_beyond_the_grid_are_noted() {
    let folder = Folder::new("modes");
    let plane = RECIPE.replace("points = [32]", "points = [16, 64]");
    let recipe = text(&folder.write("plane.toml", &plane));
    for model in ["fno", "fno_neuraloperator"] {
        let check = |modes: &str| {
            let set =
                format!("model={{ kind = \"{model}\", width = 4, layers = 1, modes = {modes} }}");
            run(&["check", &recipe, "--set", &set])
        };
        let silent = printed(&check("[3, 12]"));
        assert!(
            silent.contains("is valid") && !silent.contains("note:"),
            "{silent}"
        );
        let noted = printed(&check("[24, 12]"));
        assert!(
            noted.contains("note: modes = 24 along axis 0: its 16 points carry 15"),
            "{noted}"
        );
        for (modes, expected) in [
            ("[3]", "has `modes` of length 1 on a 2-D grid"),
            ("[3, 0]", "`modes` = 0 lies outside [1, 4096]"),
            ("[]", "`modes` has 0 entries"),
            (
                "1.5",
                "expected a whole number, 1 or more, or a list of one an axis; found the number 1.5",
            ),
        ] {
            assert_refused(&check(modes), expected);
        }
    }
}

#[test]
fn a_norm_of_derivatives_is_refused_where_noise_is_learned() {
    let fno = "kind = \"fno\"\nwidth = 12\nmodes = 6\nlayers = 2\n";
    let refiner =
        "kind = \"pde_refiner\"\nbackbone = { kind = \"fno\" }\n\n[objective]\nnorm = \"h1\"\n";
    let expected = [
        "`pde_refiner` learns noise",
        "write \"l2\"",
        "wrong.toml:30:8",
    ];
    refused(fno, refiner, &expected);
    let scored = refiner.replace("pde_refiner", "crps_ensemble");
    let expected = ["`crps_ensemble` learns a score", "write \"l2\""];
    refused(fno, &scored, &expected);
}

#[test]
fn an_objective_with_an_error_of_its_own_is_refused_where_answers_are_scored_together() {
    let fno = "kind = \"fno\"\nwidth = 12\nmodes = 6\nlayers = 2\n";
    let scored = "kind = \"crps_ensemble\"\nbackbone = { kind = \"fno\" }\n\n[objective]\nkind = \"diverted\"\n";
    let expected = [
        "`diverted` needs one answer to every state",
        "`crps_ensemble`",
        "wrong.toml:30:8",
    ];
    refused(fno, scored, &expected);
    let one = "kind = \"crps_ensemble\"\nmembers = 1\nbackbone = { kind = \"fno\" }\n";
    refused(fno, one, &["`members` = 1 lies outside [2, 64]"]);
}
