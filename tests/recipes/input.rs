//! Wrong input: exit code 2 and one message that says what, where and what to write instead.

use crate::common::{Folder, RECIPE, printed, run, text};
use ondine::datasets::Source;
use ondine::recipe::Recipe;
use std::path::Path;
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
        &["`width` = 0 lies outside [1, 4096]"],
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
            ("[3]", "has `modes` for 1 axes on a grid of 2"),
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
        "`velocity` has 3 components on a grid of 1 axes",
        "one number for all",
    ];
    refused("velocity = { uniform = [0.5, 1.5] }", three, &expected);
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
    let scored = "kind = \"crps_ensemble\"\nbackbone = { kind = \"fno\" }\n\n[objective]\nkind = \"unrolled\"\n";
    let expected = [
        "`unrolled` needs one answer to every state",
        "`crps_ensemble`",
        "wrong.toml:30:8",
    ];
    refused(fno, scored, &expected);
    let one = "kind = \"crps_ensemble\"\nmembers = 1\nbackbone = { kind = \"fno\" }\n";
    refused(fno, one, &["`members` = 1 lies outside [2, 64]"]);
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
fn wrong_overrides_are_refused_by_what_was_typed() {
    let folder = Folder::new("overrides");
    let recipe = text(&folder.write("small.toml", RECIPE));
    for (set, expected) in [
        ("train.stps=5", "did you mean `steps`?"),
        ("train.steps=many", "--set train.steps=many"),
        ("train.steps", "has no `=`"),
        ("train.steps.more=1", "is a value, not a table"),
        ("equation.velocity=nan", "not a finite number"),
    ] {
        let result = run(&["check", &recipe, "--set", set]);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{set}: {said}");
        assert!(
            said.contains(expected),
            "{set}: {expected:?} is missing in:\n{said}"
        );
    }
    let result = run(&[
        "check",
        &recipe,
        "--set",
        "train.steps=7",
        "--set",
        "grid.length={uniform=[1.0, 2.0]}",
    ]);
    assert!(
        printed(&result).contains("7 steps of 16 windows"),
        "{}",
        printed(&result)
    );
}

#[test]
fn files_and_directories_that_do_not_fit_are_refused() {
    let folder = Folder::new("files");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let nowhere = text(&folder.path("nowhere.toml"));
    let here = text(&folder.path(""));
    folder.write("notes.txt", "no run");
    for (arguments, expected) in [
        (vec!["train", &nowhere], "can't be read"),
        (
            vec!["train", &recipe, "--output", &here],
            "exists; continue it with",
        ),
        (vec!["train", "--resume", &here], "is no run"),
        (vec!["train", "--resume", &nowhere], "is no run"),
        (vec!["evaluate", &here], "is no run"),
        (vec!["report", &here], "not a run"),
        (
            vec!["train", &recipe, "--device", "gpu"],
            "`gpu` is no device",
        ),
        (vec!["list", "equation"], "did you mean `equations`?"),
        (
            vec!["list", "equations", "burger"],
            "did you mean `burgers`?",
        ),
    ] {
        let result = run(&arguments);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(
            said.contains(expected),
            "{arguments:?}: {expected:?} is missing in:\n{said}"
        );
        assert_eq!(
            said.lines()
                .filter(|line| line.starts_with("error:"))
                .count(),
            1,
            "{said}"
        );
    }
}

#[cfg(not(feature = "cuda"))]
#[test]
fn a_device_that_is_not_built_in_is_refused_with_the_way_to_build_it() {
    let folder = Folder::new("device");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let result = run(&["train", &recipe, "--device", "cuda"]);
    assert_eq!(result.status.code(), Some(2));
    assert!(
        printed(&result).contains("--features cuda"),
        "{}",
        printed(&result)
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
