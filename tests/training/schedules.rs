//! Schedules of a training through the binary: windows per batch, replay ratio, and learning rates that are refined from another run.

use crate::common::{
    Folder, RECIPE, kill_at, metrics, plan_of, printed, run, text, timeless, unwrapped,
};
use ondine::plan::Plan;
use ondine::recipe::Recipe;
use ondine::schedule::{Norm, refined};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// 16 windows in the first half, then 48.
const BATCHES: &str = "train.batch_schedule=[{from=0.5,batch=48}]";

fn plan(sets: &[&str]) -> Plan {
    plan_of(RECIPE, sets)
}

/// The words that train the small recipe with keys set.
fn words(folder: &Folder, output: &Path, sets: &[&str]) -> Vec<String> {
    let recipe = text(&folder.write("small.toml", RECIPE));
    let output = text(output);
    let sets = sets.iter().flat_map(|&set| ["--set", set]);
    let words = ["train", &recipe, "--output", &output]
        .into_iter()
        .chain(sets);
    words.map(str::to_owned).collect()
}

fn succeed(words: &[String]) {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let result = run(&words);
    assert!(result.status.success(), "{}", printed(&result));
}

/// Lines of the training, without those of evaluations.
fn training(run: &Path) -> Vec<Value> {
    let lines = metrics(run).into_iter();
    lines.filter(|line| line.get("loss").is_some()).collect()
}

fn number(line: &Value, key: &str) -> f64 {
    line[key]
        .as_f64()
        .unwrap_or_else(|| panic!("no {key} in {line}"))
}

/// Checks what arrived and was read at every line against the rate limiter of the plan.
fn keeps_pace(run: &Path, plan: &Plan) {
    let batches = plan.pace.batches;
    for line in training(run) {
        let step = number(&line, "step") as u64;
        let arrived = number(&line, "windows_arrived");
        assert_eq!(arrived as u64, plan.pace.due(step - 1), "{step}");
        let read = number(&line, "reads_per_window") * arrived;
        assert!(
            (read - batches.before(step) as f64).abs() < 1e-6,
            "{step}: {read}"
        );
    }
}

#[test]
fn batches_change_at_their_steps_also_in_a_training_that_was_killed() {
    let folder = Folder::new("schedules-batches");
    let sets = [BATCHES, "train.steps=800", "ensemble.simulations=400"];
    let [whole, killed] = ["whole", "killed"].map(|name| folder.path(name));
    succeed(&words(&folder, &whole, &sets));
    let plan = plan(&sets);
    assert_eq!([399, 400].map(|step| plan.batch(step)), [16, 48]);
    assert_eq!(plan.pace.batches.before(800), 400 * 16 + 400 * 48);
    keeps_pace(&whole, &plan);
    let start = words(&folder, &killed, &sets);
    let start: Vec<&str> = start.iter().map(String::as_str).collect();
    kill_at(&start, &killed, "step-00000350");
    succeed(&["train", "--resume", &text(&killed)].map(str::to_owned));
    assert_eq!(timeless(&whole), timeless(&killed));
    let resolved = whole.join("recipe.toml");
    let again = printed(&run(&["check", &text(&resolved), "--resolved"]));
    assert_eq!(again, fs::read_to_string(&resolved).expect("a run has one"));
    let said = unwrapped(&printed(&run(&["check", &text(&resolved)])));
    assert!(
        said.contains("800 steps of 16 windows, then 48 from step 400"),
        "{said}"
    );
}

#[test]
fn reads_give_the_steps_of_batches_that_change() {
    // 3800 windows four times, in batches of 32 on average.
    let text = RECIPE.replace("steps = 300\n", "");
    let sets = [BATCHES, "buffer.reads_per_sample=4.0"].map(str::to_owned);
    let plan = Recipe::parse("small.toml", &text, &sets).and_then(Recipe::check);
    let plan = plan.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(plan.recipe.train.steps, 475);
}

#[test]
fn a_rising_replay_ratio_reads_new_windows_first() {
    let folder = Folder::new("schedules-replay");
    let output = folder.path("run");
    let sets = ["buffer.replay_growth=6", "train.steps=900"];
    succeed(&words(&folder, &output, &sets));
    let plan = plan(&sets);
    keeps_pace(&output, &plan);
    let lines = training(&output);
    let arrived: Vec<f64> = lines
        .iter()
        .map(|line| number(line, "windows_arrived"))
        .collect();
    // Reads of 16 windows over those that arrive in ten steps; none does in the drain.
    let first = 160.0 / (arrived[1] - arrived[0]);
    let end = (900 - plan.pace.drain) as usize / 10 - 1;
    let last = 160.0 / (arrived[end] - arrived[end - 1]);
    assert!(last > 4.0 * first && last < 6.5 * first, "{first}, {last}");
    assert_eq!(arrived.last(), Some(&3800.0));
}

#[test]
fn a_schedule_is_refined_from_a_run_and_needs_it_no_more() {
    let folder = Folder::new("schedules-refined");
    let [first, second] = ["first", "second"].map(|name| folder.path(name));
    succeed(&words(&folder, &first, &[]));
    let norms: Vec<Norm> = training(&first)
        .iter()
        .map(|line| Norm {
            step: number(line, "step"),
            norm: number(line, "gradient_norm"),
        })
        .collect();
    assert_eq!(norms.len(), 30);
    let rates = refined(&norms, 1);
    let from = format!(
        "train.schedule={{kind=\"refined\",from={:?}}}",
        text(&first)
    );
    succeed(&words(&folder, &second, &[&from]));
    fs::remove_dir_all(&first).expect("a folder");
    let lines = training(&second);
    for line in &lines {
        // 200 parts of 300 steps: step `s`, counted from 0, is `2 s / 3` of them.
        let place = 2.0 * (number(line, "step") - 1.0) / 3.0;
        let (low, high) = (rates[place as usize], rates[place as usize + 1]);
        let expected = 5e-3 * (low + (high - low) * place.fract());
        let rate = number(line, "learning_rate");
        assert!((rate - expected).abs() < 1e-12, "{line}: {expected}");
    }
    // Norms of a training are not equal, so that these rates are no straight line.
    let straight = |line: &Value| 5e-3 * (1.0 - (number(line, "step") - 1.0) / 300.0);
    let bent = |line: &Value| (number(line, "learning_rate") - straight(line)).abs() > 1e-4;
    assert!(lines.iter().any(bent));
    let before = timeless(&second);
    let back = ["train", "--resume", &text(&second), "--from", "250"];
    succeed(&back.map(str::to_owned));
    assert_eq!(timeless(&second), before);
    let resolved = second.join("recipe.toml");
    let again = printed(&run(&["check", &text(&resolved), "--resolved"]));
    assert_eq!(again, fs::read_to_string(&resolved).expect("a run has one"));
}

/// Checks that the small recipe with this key is refused with exit code 2 and these words.
fn refused(folder: &Folder, set: &str, expected: &[&str]) {
    let recipe = text(&folder.write("wrong.toml", RECIPE));
    let result = run(&["check", &recipe, "--set", set]);
    let said = unwrapped(&printed(&result));
    assert_eq!(result.status.code(), Some(2), "{set}: {said}");
    for words in expected {
        assert!(
            said.contains(words),
            "{set}: {words:?} is missing in:\n{said}"
        );
    }
}

#[test]
fn schedules_that_can_not_be_are_refused() {
    let folder = Folder::new("schedules-wrong");
    let batches = |changes: &str| format!("train.batch_schedule=[{changes}]");
    let falling = batches("{from=0.5,batch=8},{from=0.5,batch=4}");
    refused(
        &folder,
        &falling,
        &["from = 0.5 does not lie between 0.5 and 1"],
    );
    refused(
        &folder,
        &batches("{from=1.0,batch=8}"),
        &["from = 1 does not lie between 0 and 1"],
    );
    refused(
        &folder,
        &batches("{from=0.5,batch=0}"),
        &["batch must be 1 or more"],
    );
    let many: Vec<String> = (1..10).map(|i| format!("{{from=0.{i},batch=8}}")).collect();
    refused(
        &folder,
        &batches(&many.join(",")),
        &["has 9 changes, and a training at most 8"],
    );
    let large = batches("{from=0.5,batch=501}");
    refused(
        &folder,
        &large,
        &["capacity = 500 frames holds no batch of 501"],
    );
    refused(
        &folder,
        "buffer.replay_growth=0.5",
        &["replay_growth = 0.5 lies outside [1, 1000]"],
    );
    let once = "buffer={kind=\"firo\",replay_growth=2.0}";
    refused(
        &folder,
        once,
        &[
            "`firo` hands out each window once",
            "leave replay_growth out",
        ],
    );
    let schedule = |keys: &str| format!("train.schedule={{{keys}}}");
    let bare = schedule("kind=\"refined\"");
    refused(&folder, &bare, &["write from = \"runs/NAME\""]);
    let linear = schedule("from=\"runs/x\"");
    refused(&folder, &linear, &["from belongs to kind = \"refined\""]);
    let above = schedule("kind=\"refined\",rates=[1.0,2.0]");
    refused(&folder, &above, &["two or more numbers from 0 to 1"]);
    let nowhere = schedule("kind=\"refined\",from=\"nowhere\"");
    refused(&folder, &nowhere, &["from = \"nowhere\": it is no run"]);
}

#[test]
fn a_run_that_has_not_ended_refines_no_schedule() {
    let folder = Folder::new("schedules-unfinished");
    let cut = folder.path("cut");
    fs::create_dir(&cut).expect("a folder");
    let (recipe, metrics) = (cut.join("recipe.toml"), cut.join("metrics.jsonl"));
    let line = |step: usize| format!("{{\"step\":{step},\"loss\":1.0,\"gradient_norm\":2.0}}\n");
    let set = format!("train.schedule={{kind=\"refined\",from={:?}}}", text(&cut));
    let write = |path: &Path, text: &str| fs::write(path, text).expect("writable");
    write(&recipe, "[train]\nsteps = 40\n");
    write(&metrics, &(1..=30).map(line).collect::<String>());
    refused(&folder, &set, &["gradient norms of 30 of 40 steps"]);
    write(&metrics, &(38..=40).map(line).collect::<String>());
    refused(
        &folder,
        &set,
        &["it has 3 gradient norms", "train one with train.log = 4"],
    );
    write(&recipe, "[train]\nsteps = 40\n[[stage]]\nsteps = 40\n");
    refused(&folder, &set, &["its training has stages"]);
}
