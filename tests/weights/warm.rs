//! Trainings that begin with the weights of another run, `[train.start]`, through the binary.

mod refused;

use crate::common::{Folder, RECIPE, json, metrics, printed, run, text, timeless};
use safetensors::SafeTensors;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The small recipe, and a run of it.
struct Source {
    folder: Folder,
    recipe: PathBuf,
    run: PathBuf,
}

impl Source {
    fn new(name: &str) -> Self {
        let folder = Folder::new(&format!("warm-{name}"));
        let recipe = folder.write("small.toml", RECIPE);
        let source = Self {
            run: folder.path("source"),
            recipe,
            folder,
        };
        let output = source.train("source", &["train.steps=60", "train.log=1"]);
        assert_eq!(output, source.run);
        source
    }

    /// Trains the recipe with other values of some keys.
    #[track_caller]
    fn train(&self, name: &str, sets: &[&str]) -> PathBuf {
        let output = self.folder.path(name);
        let said = self.tried(&output, sets);
        assert!(said.0, "{}", said.1);
        output
    }

    fn tried(&self, output: &Path, sets: &[&str]) -> (bool, String) {
        let mut words = vec!["train".to_owned(), text(&self.recipe)];
        words.extend(["--output".to_owned(), text(output)]);
        for set in ["evaluate.every=1000"].iter().chain(sets) {
            words.extend(["--set".to_owned(), (*set).to_owned()]);
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let result = run(&words);
        (result.status.success(), printed(&result))
    }

    /// The key that names the run.
    fn start(&self) -> String {
        format!("train.start.run={:?}", text(&self.run))
    }

    /// A short training that begins with the weights of the run.
    #[track_caller]
    fn warm(&self, name: &str, sets: &[&str]) -> PathBuf {
        let start = self.start();
        let short = ["train.steps=4", "train.log=1", &start];
        self.train(name, &[&short[..], sets].concat())
    }

    /// The training is refused, with a sentence that has all of `expected`, and leaves nothing behind.
    #[track_caller]
    fn refuses(&self, sets: &[&str], expected: &[&str]) {
        let output = self.folder.path("refused");
        let mut words = vec!["train".to_owned(), text(&self.recipe)];
        words.extend(["--output".to_owned(), text(&output)]);
        for set in sets {
            words.extend(["--set".to_owned(), (*set).to_owned()]);
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let result = run(&words);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{sets:?}\n{said}");
        for part in expected {
            assert!(said.contains(part), "{part:?} is missing in:\n{said}");
        }
        assert_eq!(said.matches("error:").count(), 1, "{said}");
        assert!(!output.exists() && !said.contains("panicked"), "{said}");
    }

    /// The weights of a checkpoint of a run.
    fn weights(&self, run_directory: &Path, checkpoint: &str) -> Weights {
        let file = self.folder.path("weights.safetensors");
        let words = ["export", &text(run_directory), &text(&file), "--overwrite"];
        let result = run(&[&words[..], &["--checkpoint", checkpoint]].concat());
        assert!(result.status.success(), "{}", printed(&result));
        weights(&file)
    }
}

/// Shape and values of every array.
type Weights = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

fn weights(file: &Path) -> Weights {
    let bytes = fs::read(file).expect("it was written");
    let file = SafeTensors::deserialize(&bytes).expect("it is whole");
    let numbers = |bytes: &[u8]| {
        let words = bytes.chunks_exact(4);
        words
            .map(|word| f32::from_le_bytes(word.try_into().expect("four bytes")))
            .collect()
    };
    let arrays = file.iter();
    arrays
        .map(|(name, view)| {
            (
                name.to_owned(),
                (view.shape().to_vec(), numbers(view.data())),
            )
        })
        .collect()
}

fn state(run_directory: &Path, checkpoint: &str) -> Value {
    let path = run_directory.join("checkpoints").join(checkpoint);
    json(&path.join("state.json"))
}

/// What forecasts of a checkpoint are worth, but for times.
fn judged(run_directory: &Path, checkpoint: &str) -> Value {
    let words = ["evaluate", &text(run_directory), "--json", "--no-speed"];
    let output = text(&run_directory.join("judged"));
    let words = [
        &words[..],
        &["--checkpoint", checkpoint, "--output", &output],
    ]
    .concat();
    let result = run(&words);
    assert!(result.status.success(), "{}", printed(&result));
    let judged: Value = serde_json::from_slice(&result.stdout).expect("JSON");
    judged["surrogate"].clone()
}

const FIRST: &str = "step-00000000";
const LAST: &str = "step-00000060";

#[test]
fn a_training_on_the_same_recipe_begins_as_the_surrogate_that_its_source_predicts_with() {
    let source = Source::new("same");
    let warm = source.warm("warm", &[]);
    assert_eq!(
        source.weights(&warm, FIRST),
        source.weights(&source.run, LAST),
        "the average, which the source predicts with"
    );
    assert_eq!(
        state(&warm, FIRST)["scaling"],
        state(&source.run, LAST)["scaling"]
    );
    let first = judged(&warm, FIRST);
    assert!(!first.is_null());
    assert_eq!(first, judged(&source.run, LAST));
    let account = json(&warm.join("start.json"));
    assert_eq!(account["carried"], account["parameters"]);
    assert_eq!(account["steps"], 60);
    assert_eq!(account["weights"], "average");

    // Of a file, and by the option of the command line.
    let file = source.folder.path("exported.safetensors");
    let exported = run(&["export", &text(&source.run), &text(&file)]);
    assert!(exported.status.success(), "{}", printed(&exported));
    let of_file = format!("train.start.run={:?}", text(&file));
    let of_file = source.warm("of-file", &[&of_file]);
    assert_eq!(
        source.weights(&of_file, FIRST),
        source.weights(&warm, FIRST)
    );
    assert_eq!(timeless(&of_file), timeless(&warm));
}

#[test]
fn trained_weights_are_shrunk_and_random_ones_added() {
    let source = Source::new("perturbed");
    let with = |name: &str, shrink: f64, perturb: f64| {
        let sets = [
            format!("train.start.shrink={shrink}"),
            format!("train.start.perturb={perturb}"),
        ];
        let run = source.warm(name, &[&sets[0], &sets[1]]);
        source.weights(&run, FIRST)
    };
    let trained = source.weights(&source.run, LAST);
    let (random, mixed) = (with("random", 0.0, 1.0), with("mixed", 0.5, 0.25));
    assert_ne!(random, trained);
    for (name, (_, values)) in &mixed {
        let pairs = trained[name].1.iter().zip(&random[name].1);
        let expected: Vec<f32> = pairs.map(|(w, f)| 0.5 * w + 0.25 * f).collect();
        assert_eq!(*values, expected, "{name}");
    }
    assert_eq!(mixed.len(), trained.len());
}

#[test]
fn weights_of_fields_and_conditions_go_over_by_their_names() {
    let source = Source::new("fields");
    let wave = "equation={ kind = \"wave\", speed = { uniform = [0.5, 1.5] } }";
    let renamed = "train.start.names={ speed = \"velocity\" }";
    let warm = source.warm("wave", &[wave, renamed]);
    let trained = source.weights(&source.run, LAST);
    let first = source.weights(&warm, FIRST);
    let account = json(&warm.join("start.json"));
    assert_eq!(account["scaling"], "measured", "another equation");
    let width = trained["lift.linear.weight"].0[1];
    let (lift, old) = (&first["lift.linear.weight"], &trained["lift.linear.weight"]);
    assert_eq!(lift.0, [2, width]);
    assert_eq!(lift.1[..width], old.1, "the row of u");
    assert_eq!(
        first["embed.weight"], trained["embed.weight"],
        "speed is velocity"
    );
    let (project, old) = (
        &first["project.linear.weight"],
        &trained["project.linear.weight"],
    );
    let of_u: Vec<f32> = project.1.iter().step_by(2).copied().collect();
    assert_eq!(of_u, old.1, "the column of u");
    let partly = [
        "lift.linear.weight",
        "project.linear.bias",
        "project.linear.weight",
    ];
    assert_eq!(account["partly"], serde_json::json!(partly));
    assert_eq!(account["fresh"], serde_json::json!([]));
    let new = 3 * width + 1; // v in: one row; v out: 2·width and a bias
    let carried = account["parameters"].as_u64().expect("a number") - new as u64;
    assert_eq!(account["carried"].as_u64(), Some(carried));

    // Without the other name the condition is a new one.
    let unnamed = source.warm("unnamed", &[wave]);
    let account = json(&unnamed.join("start.json"));
    assert!(account["partly"].to_string().contains("embed.weight"));
}

#[test]
fn a_training_on_more_points_of_the_same_box_keeps_all_weights() {
    let source = Source::new("points");
    let warm = source.warm("finer", &["grid.points=[64]"]);
    let account = json(&warm.join("start.json"));
    assert_eq!(account["carried"], account["parameters"]);
    assert_eq!(
        source.weights(&warm, FIRST),
        source.weights(&source.run, LAST)
    );
}

#[test]
fn a_run_goes_on_without_the_run_that_its_weights_come_from() {
    let source = Source::new("alone");
    let sets = ["deterministic=true", "train.steps=8"];
    let whole = source.warm("whole", &sets);
    let (cut, early) = (
        source.warm("cut", &["deterministic=true"]),
        source.warm("early", &sets),
    );
    fs::remove_dir_all(&source.run).expect("it was a run");
    let resumed = run(&["train", "--resume", &text(&cut), "--set", "train.steps=8"]);
    assert!(resumed.status.success(), "{}", printed(&resumed));
    assert_eq!(state(&cut, "step-00000008")["step"], 8);

    // As if it had been killed before its first checkpoint.
    for name in [
        "checkpoints",
        "metrics.jsonl",
        "report.html",
        "summary.json",
    ] {
        let path = early.join(name);
        if path.is_dir() {
            fs::remove_dir_all(&path).expect("it is there");
            fs::create_dir(&path).expect("it was one");
        } else {
            fs::remove_file(&path).expect("it is there");
        }
    }
    let resumed = run(&["train", "--resume", &text(&early)]);
    assert!(resumed.status.success(), "{}", printed(&resumed));
    assert_eq!(timeless(&early), timeless(&whole));
    assert_eq!(metrics(&early).len(), metrics(&whole).len());
    let (again, before) = (source.weights(&early, "8"), source.weights(&whole, "8"));
    assert_eq!(again, before);
}
