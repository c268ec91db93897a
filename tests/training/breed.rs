//! Trainings with an adaptive sampler through the binary: the same for any number of workers, in processes and after a
//! kill, and refused where there is nothing to adapt.

use crate::common::{Folder, RECIPE, kill_at, metrics, printed, run, text, timeless, train};
use std::path::{Path, PathBuf};

/// The small recipe with generations every 20 steps.
fn bred(signal: &str) -> String {
    let sampler = format!(
        "workers = 1\nsampler = {{ kind = \"breed\", signal = \"{signal}\", every = 20, end = 0.9, breakpoint = 3, \
         min_simulations = 5 }}"
    );
    RECIPE.replace("workers = 1", &sampler)
}

/// Trains until a checkpoint, is killed there and goes on.
fn train_killed(recipe: &Path, output: &Path, checkpoint: &str) {
    kill_at(
        &["train", &text(recipe), "--output", &text(output)],
        output,
        checkpoint,
    );
    let result = run(&["train", "--resume", &text(output)]);
    assert!(result.status.success(), "{}", printed(&result));
}

#[test]
fn generations_are_the_same_for_any_workers_in_processes_and_after_a_kill() {
    for signal in ["loss", "rollout"] {
        let folder = Folder::new(&format!("breed-{signal}"));
        let recipe = folder.write("bred.toml", &bred(signal));
        let whole = folder.path("whole");
        train(&recipe, &whole, &["train.steps=600"]);
        let expected = timeless(&whole);
        let column = |key: &str| {
            let values = expected.iter().filter_map(|line| line.get(key)?.as_f64());
            values.fold(0.0, f64::max)
        };
        let (count, share) = (column("generations"), column("buffer_bred"));
        assert!(count >= 5.0, "{signal}: {count} generations");
        assert!(share > 0.3, "{signal}: {share} of the windows are bred");
        for (name, sets) in [
            ("two", ["ensemble.workers=2", "deterministic=true"]),
            ("four", ["ensemble.workers=4", "deterministic=true"]),
            (
                "processes",
                ["ensemble.isolation=\"process\"", "deterministic=true"],
            ),
        ] {
            let output = folder.path(name);
            train(&recipe, &output, &["train.steps=600", sets[0], sets[1]]);
            assert_eq!(timeless(&output), expected, "{signal}, {name}");
        }
        let long = bred(signal).replace("steps = 300", "steps = 600");
        let killed = folder.path("killed");
        train_killed(&folder.write("long.toml", &long), &killed, "step-00000200");
        assert_eq!(timeless(&killed), expected, "{signal}, killed");
    }
}

#[test]
fn children_are_the_simulations_of_largest_loss() {
    let folder = Folder::new("breed-where");
    // Fast waves move further in a frame: their change is larger, and with it what is left to learn of it.
    let recipe = bred("loss")
        .replace("[0.5, 1.5]", "[0.1, 4.0]")
        .replace("steps = 300", "steps = 600");
    let output = folder.path("run");
    train(&folder.write("bred.toml", &recipe), &output, &[]);
    let even = folder.path("even");
    let sampler = "ensemble.sampler={ kind = \"sobol\" }";
    train(&folder.path("bred.toml"), &even, &[sampler]);
    let distance = |run: &PathBuf| {
        let lines = metrics(run);
        let lines: Vec<f64> = lines
            .iter()
            .filter_map(|line| line.get("prior_distance")?.as_f64())
            .collect();
        let late = &lines[lines.len() / 2..];
        late.iter().sum::<f64>() / late.len() as f64
    };
    let (bred, even) = (distance(&output), distance(&even));
    assert!(bred > 1.5 * even, "{bred} from the prior, {even} without");
}

#[test]
fn what_can_not_adapt_is_refused() {
    let folder = Folder::new("breed-refused");
    let recipe = folder.write("bred.toml", &bred("rollout"));
    for (set, parts) in [
        (
            "equation.velocity=1.0",
            ["sampler = ", "something that varies"],
        ),
        ("ensemble.sampler.end=1.0", ["end", "0.95"]),
        ("ensemble.sampler.signal=\"luck\"", ["luck", "rollout"]),
        (
            "ensemble.sampler.steps=40",
            ["needs 41 frames", "steps = 19"],
        ),
    ] {
        let result = run(&["check", &text(&recipe), "--set", set]);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{set}: {said}");
        for part in parts {
            assert!(said.contains(part), "{set}: `{part}` is not in: {said}");
        }
    }
}
