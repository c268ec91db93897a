//! Numbers that no machine can hold or finish: refused with the size they need, before anything is allocated.

use crate::common::{Folder, RECIPE, printed, run, text};

/// A file can be made of these sections alone.
fn simulations() -> &'static str {
    RECIPE.split("[buffer]").next().expect("its first part")
}

/// Expects a refusal, with these words, of a command and what is set on top of its recipe.
#[track_caller]
fn refused(recipe: &str, command: &[&str], set: &[&str], expected: &[&str]) {
    let line = std::panic::Location::caller().line();
    let folder = Folder::new(&format!("sizes-{line}-{}", set.concat().len()));
    let recipe = text(&folder.write("large.toml", recipe));
    let output = folder.path("output");
    let mut arguments = vec![command[0], &recipe];
    arguments.extend(&command[1..]);
    let output_text = text(&output);
    if command[0] != "check" {
        arguments.extend(["--output", &output_text]);
    }
    arguments.extend(set.iter().flat_map(|set| ["--set", set]));
    let result = run(&arguments);
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(!said.contains("panicked"), "{said}");
    for part in expected {
        assert!(
            said.contains(part),
            "{arguments:?}: {part:?} is missing in:\n{said}"
        );
    }
    assert!(!output.exists(), "nothing is left behind");
}

#[test]
fn points_that_no_memory_holds_are_refused_with_the_size_of_the_solver() {
    for (points, size) in [
        ("[100000000000]", "11.6 TiB"),
        ("[9223372036854775806]", "1024 EiB"),
        ("[4294967296, 4294967296, 4294967296]", "EiB"),
    ] {
        let points = format!("grid.points={points}");
        for command in ["check", "train", "simulate"] {
            let recipe = match command {
                "simulate" => simulations(),
                _ => RECIPE,
            };
            let expected = [
                &*points,
                size,
                "of memory",
                "a solver, which holds 16 states",
            ];
            refused(recipe, &[command], &[&points], &expected);
        }
    }
    let set = "grid.solver_points=[100000000000]";
    refused(RECIPE, &["check"], &[set], &[set, "11.6 TiB", "of memory"]);
}

#[test]
fn what_a_training_holds_is_added_up_and_its_largest_part_named() {
    for (set, expected) in [
        (
            "evaluate.trajectories=1000000000000",
            "1000000000000 held-out simulations of 20 frames of 32 values",
        ),
        (
            "evaluate.frames=1000000000000",
            "4 held-out simulations of 1000000000000 frames of 32 values",
        ),
    ] {
        refused(RECIPE, &["check"], &[set], &[set, expected, "of memory"]);
    }
    let many = [
        "ensemble.simulations=1000000000000",
        "buffer.capacity=1000000000000",
    ];
    let expected = [
        "1000000000000 frames of 32 values in the buffer",
        "116 TiB of memory",
        "--set buffer.capacity",
    ];
    refused(RECIPE, &["train"], &many, &expected);
    let batch = "train.batch=1000000000000";
    let expected = [
        "1000000000000 windows of 64 values in a batch",
        "--set train.batch",
    ];
    refused(
        RECIPE,
        &["train"],
        &[&many[..], &[batch]].concat(),
        &expected,
    );
}

#[test]
fn what_nobody_can_wait_for_is_refused_with_its_years() {
    let largest = i64::MAX;
    for set in [
        format!("time.warmup={largest}"),
        format!("time.substeps={largest}"),
        format!("ensemble.simulations={largest}"),
        format!("time.frames={largest}"),
    ] {
        let expected = [&*set, "years on", "more than one is refused"];
        refused(RECIPE, &["check"], &[&set], &expected);
        refused(simulations(), &["check"], &[&set], &expected);
        refused(simulations(), &["simulate"], &[&set], &expected);
    }
    let set = format!("train.steps={largest}");
    refused(RECIPE, &["check"], &[&set], &[&set, "longer than a year"]);
    let stride = format!("objective.stride={largest}");
    refused(RECIPE, &["check"], &[&stride], &["gives no window"]);
}

#[test]
fn steps_a_frame_that_were_found_count_as_those_that_are_typed() {
    let equation = "equation={kind=\"burgers\",viscosity=0.1}";
    let many = "ensemble.simulations=20000000000000";
    for substeps in ["auto", "16"] {
        let substeps = format!("time.substeps={substeps}");
        let set = [equation, &substeps, "time.dt=0.5", many];
        let expected = ["solver steps each", "years on", many];
        refused(RECIPE, &["check"], &set, &expected);
    }
}

#[test]
fn weights_that_no_memory_holds_are_refused_with_all_that_is_kept_of_them() {
    let wide = ["model.width=4096", "model.modes=16", "model.layers=16"];
    let expected = [
        "weights with their gradients, moments and average",
        "of memory",
    ];
    refused(RECIPE, &["train"], &wide, &expected);
}

#[test]
fn a_count_that_no_file_holds_is_refused_by_its_own_name() {
    let count = ["simulate", "--count", "1000000000000000"];
    refused(
        simulations(),
        &count,
        &[],
        &["--count: ", "1000000000000000 simulations", "years on"],
    );
    let drawn = ["simulate", "--count", "100000000000"];
    refused(
        simulations(),
        &drawn,
        &["time.dt={uniform=[0.1, 0.2]}", "time.frames=2000"],
        &[
            "--count: ",
            "2.84 PiB of memory",
            "of each of 100000000000 simulations",
        ],
    );
}

#[test]
fn a_sum_of_more_waves_than_can_be_computed_is_refused() {
    let expected = ["`terms` = 1000000000 is out of range", "[1, 100000]"];
    refused(RECIPE, &["check"], &["initial.terms=1000000000"], &expected);
}

#[test]
fn a_long_check_says_what_it_does_and_a_short_one_is_silent() {
    let folder = Folder::new("patience");
    let recipe = text(&folder.write("long.toml", simulations()));
    let short = run(&["check", &recipe]);
    assert!(short.stderr.is_empty(), "{}", printed(&short));
    // Hours: the search for the solver steps goes to the last frame.
    let mut child = crate::common::ondine(&["check", &recipe, "--set", "time.substeps=auto"])
        .args(["--set", "time.warmup=10000000000"])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let stderr = child.stderr.take().expect("a pipe");
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stderr), &mut line).expect("a line");
    child.kill().expect("SIGKILL");
    child.wait().expect("a child");
    let expected =
        "finding the solver steps a frame on simulation 1 of 4, up to its frame 10000000020";
    assert!(line.contains(expected) && line.contains("now at"), "{line}");
}
