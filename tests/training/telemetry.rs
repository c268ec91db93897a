//! The stream of windows in training lines of `metrics.jsonl`.

use crate::common::{Folder, RECIPE, metrics, printed, run, text};
use serde_json::Value;

/// The training lines of a run of the small recipe.
fn lines(name: &str, set: &[&str]) -> Vec<Value> {
    let folder = Folder::new(name);
    let recipe = text(&folder.write("small.toml", RECIPE));
    let output = folder.path("run");
    let directory = text(&output);
    let mut arguments = vec!["train", &recipe, "--output", &directory];
    set.iter().for_each(|set| arguments.extend(["--set", set]));
    let result = run(&arguments);
    assert!(result.status.success(), "{}", printed(&result));
    let mut lines = metrics(&output);
    lines.retain(|line| line.get("loss").is_some());
    lines
}

fn number(line: &Value, key: &str) -> f64 {
    let number = line[key].as_f64();
    number.unwrap_or_else(|| panic!("no {key} in {line}"))
}

#[test]
fn every_training_line_tells_of_the_stream() {
    let lines = lines("stream", &[]);
    for line in &lines {
        for share in [
            "buffer_unread",
            "trainer_wait",
            "trainer_wait_recent",
            "solver_wait",
            "solver_wait_recent",
        ] {
            assert!(
                (0.0..=1.0).contains(&number(line, share)),
                "{share}: {line}"
            );
        }
        let seconds = [
            "step_compute_s",
            "step_windows_s",
            "step_ranks_s",
            "step_reduce_s",
        ];
        let [compute, windows, ranks, reduce] = seconds.map(|key| number(line, key));
        assert!(compute > 0.0 && windows >= 0.0 && ranks < 1e-3, "{line}");
        assert!(
            reduce.abs() < f64::MIN_POSITIVE,
            "one rank sums nothing: {line}"
        );
        let held = number(line, "buffer_held");
        assert!((held / 500.0 - number(line, "buffer_fill")).abs() < 1e-12);
        let simulations = number(line, "buffer_simulations");
        let effective = number(line, "buffer_effective_simulations");
        assert!(effective <= simulations + 1e-9 && simulations <= held);
        if held > 0.0 {
            assert!((0.0..=1.0).contains(&number(line, "prior_distance")));
            assert_eq!(line["prior_distance_of"], "velocity");
        }
        let batch = number(line, "batch_simulations");
        assert!((1.0..=16.0 + 1e-4).contains(&batch), "{line}");
        let [median, p99, max] = ["loss_median", "loss_p99", "loss_max"].map(|k| number(line, k));
        assert!(0.0 < median && median <= p99 && p99 <= max, "{line}");
        assert!(
            number(line, "windows_dropped") < 0.5,
            "a reservoir keeps unread windows"
        );
    }
    assert!(number(&lines[lines.len() / 2], "buffer_effective_simulations") > 10.0);
    let last = &lines[lines.len() - 1];
    assert!(
        number(last, "buffer_held") < 0.5,
        "the drain has emptied it"
    );
    // 200 simulations of 19 windows, 300 batches of 16.
    assert!((number(last, "windows_arrived") - 3800.0).abs() < 1e-9);
    assert!((number(last, "reads_per_window") - 4800.0 / 3800.0).abs() < 1e-9);
    assert!(number(last, "time_correlation").abs() < 0.4, "{last}");
}

#[test]
fn a_queue_shows_its_bias_and_a_reservoir_does_not() {
    let at_the_end = |kind: &str| {
        let set = format!("buffer.kind={kind}");
        let lines = lines(kind, &[&set, "train.steps=200"]);
        let last = &lines[lines.len() - 1];
        number(last, "batch_simulations")
    };
    // 16 windows in a row are of one simulation or two; those of a reservoir of 27 simulations rarely meet.
    let [queue, reservoir] = ["fifo", "reservoir"].map(at_the_end);
    assert!(queue < 2.5 && reservoir > 8.0, "{queue} and {reservoir}");
}

#[test]
fn windows_that_a_uniform_reservoir_drops_unread_are_counted() {
    let lines = lines(
        "dropped",
        &["buffer.kind=uniform_reservoir", "buffer.capacity=50"],
    );
    let last = &lines[lines.len() - 1];
    let dropped = number(last, "windows_dropped");
    let arrived = number(last, "windows_arrived");
    assert!(0.5 * arrived < dropped && dropped < arrived, "{last}");
}
