//! Trainings in stages through the binary: objectives and strides in sequence, resumed across a boundary, and refused
//! where a stage is wrong.

use crate::common::{
    Folder, RECIPE, kill_at, metrics, plan_of, printed, run, text, timeless, unwrapped,
};
use ondine::plan::Plan;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// One step, then three unrolled ones at half the rate, then a step of four frames.
const STAGES: &str = r#"
[[stage]]
steps = 150

[[stage]]
steps = 100
learning_rate = 2e-3
objective = { kind = "unrolled", steps = 3, gradient_steps = 2 }

[[stage]]
steps = 50
objective = { stride = 4, norm = "h1", norm_weight = 0.1, augment = ["shift"] }
schedule = { kind = "constant", warmup = 0 }
"#;

fn staged(stages: &str) -> String {
    RECIPE.replace("steps = 300\n", "") + stages
}

fn plan(stages: &str, sets: &[&str]) -> Plan {
    plan_of(&staged(stages), sets)
}

/// Trains, and returns what was said on the way.
fn train(recipe: &Path, output: &Path) -> String {
    let result = run(&["train", &text(recipe), "--output", &text(output)]);
    assert!(result.status.success(), "{}", printed(&result));
    String::from_utf8(result.stderr).expect("text")
}

/// Number of the stage and learning rate of a line at `step`.
fn at(lines: &[Value], step: u64) -> (u64, f64) {
    let line = lines
        .iter()
        .find(|line| line["step"] == step && line.get("loss").is_some())
        .unwrap_or_else(|| panic!("no line of step {step}"));
    let rate = line["learning_rate"].as_f64().expect("a rate");
    (line["stage"].as_u64().expect("a stage"), rate)
}

#[test]
fn stages_follow_each_other_with_rates_of_their_own_and_the_metrics_name_them() {
    let folder = Folder::new("stages");
    let output = folder.path("run");
    let recipe = folder.write("staged.toml", &staged(STAGES));
    let said = train(&recipe, &output);
    let second = "2 of 3: 100 steps, unrolled over 3, rate 2e-3";
    assert!(said.contains(&format!("stage {second}")), "{said}");
    let valid = unwrapped(&printed(&run(&["check", &text(&recipe)])));
    assert!(valid.contains(&second.replace(" of 3", "")), "{valid}");
    let lines = metrics(&output);
    let close = |(stage, rate): (u64, f64), expected: (u64, f64)| {
        let same = stage == expected.0 && (rate - expected.1).abs() < 1e-12;
        assert!(same, "{stage}: {rate} where {expected:?} was expected");
    };
    // A warm-up of 7 of 150 steps and of 5 of 100, then straight down to 0; constant in the end.
    close(at(&lines, 150), (1, 5e-3 / 143.0));
    close(at(&lines, 160), (2, 2e-3 * 91.0 / 95.0));
    close(at(&lines, 250), (2, 2e-3 / 95.0));
    close(at(&lines, 260), (3, 5e-3));
    close(at(&lines, 300), (3, 5e-3));
    let judged: Vec<&Value> = lines
        .iter()
        .filter(|line| line.get("nrmse").is_some())
        .collect();
    let stages: Vec<&Value> = judged.iter().map(|line| &line["stage"]).collect();
    assert_eq!(stages, [1, 3], "evaluated after 150 and 300 steps");
    let evaluation = fs::read_to_string(output.join("evaluation.json")).expect("a run has one");
    let evaluation: Value = serde_json::from_str(&evaluation).expect("JSON");
    let first = evaluation["times"][0].as_f64().expect("a time");
    assert!(
        (first - 0.4).abs() < 1e-12,
        "a step of the last stage is four frames: {first}"
    );
    let resolved = output.join("recipe.toml");
    let again = printed(&run(&["check", &text(&resolved), "--resolved"]));
    assert_eq!(again, fs::read_to_string(&resolved).expect("a run has one"));
    let result = run(&["evaluate", &text(&output), "--json"]);
    let again: Value = serde_json::from_slice(&result.stdout).expect("JSON");
    assert_eq!(again["surrogate"]["nrmse"], judged[1]["nrmse"]);
}

#[test]
fn a_training_killed_before_a_boundary_resumes_into_the_next_stage_alike() {
    let folder = Folder::new("stages-killed");
    let stages = STAGES.replace("150", "420").replace("= 100", "= 400");
    let recipe = folder.write("staged.toml", &staged(&stages));
    let [whole, killed] = ["whole", "killed"].map(|name| folder.path(name));
    train(&recipe, &whole);
    // Checkpoints come every 50 steps: in the first stage at 400, in the second at 450 and 800.
    for checkpoint in ["step-00000400", "step-00000450"] {
        let resume = ["train", "--resume", &text(&killed)].map(str::to_owned);
        let start = ["train", &text(&recipe), "--output", &text(&killed)].map(str::to_owned);
        let arguments: Vec<String> = if killed.exists() {
            resume.to_vec()
        } else {
            start.to_vec()
        };
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        kill_at(&arguments, &killed, checkpoint);
    }
    let result = run(&["train", "--resume", &text(&killed)]);
    assert!(result.status.success(), "{}", printed(&result));
    assert_eq!(timeless(&whole), timeless(&killed));
}

#[test]
fn windows_hold_the_frames_of_every_stage() {
    let stages = "[[stage]]\nsteps = 5\nobjective = { stride = 4 }\n\
                  [[stage]]\nsteps = 5\nobjective = { kind = \"pushforward\", stride = 6, steps = 2 }\n";
    let plan = plan(stages, &[]);
    // As fine as both strides, 2 frames, and as long as two steps of 6.
    assert_eq!(
        (plan.cut.stride, plan.cut.frames, plan.cut.span()),
        (2, 7, 12)
    );
    assert_eq!(plan.stages[0].frames, [0, 2]);
    assert_eq!(plan.stages[1].frames, [0, 3, 6]);
    assert_eq!(
        [0, 4, 5, 9, 10].map(|step| plan.stage_index(step)),
        [0, 0, 1, 1, 1]
    );
}

#[test]
fn a_training_in_one_stage_is_the_training_without_stages() {
    let folder = Folder::new("stages-one");
    let [plain, staged] = [
        ("plain", RECIPE.replace("steps = 300", "steps = 60")),
        ("staged", staged("[[stage]]\nsteps = 60\n")),
    ]
    .map(|(name, recipe)| {
        let output = folder.path(name);
        train(&folder.write(&format!("{name}.toml"), &recipe), &output);
        timeless(&output)
    });
    assert_eq!(plain, staged);
}

#[test]
fn a_part_learns_alone() {
    let folder = Folder::new("stages-part");
    let stages = "[[stage]]\nsteps = 20\n[[stage]]\nsteps = 20\npart = \"PART\"\n";
    let wrong = folder.write("wrong.toml", &staged(stages));
    let result = run(&["check", &text(&wrong)]);
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(2), "{said}");
    assert!(
        said.contains("`fno` has no part `PART`") && said.contains("possible: "),
        "{said}"
    );
    let parts = said
        .split("possible: ")
        .nth(1)
        .expect("a list")
        .trim()
        .to_owned();
    let first = parts.split(", ").next().expect("a part");
    let right = folder.write("right.toml", &staged(&stages.replace("PART", first)));
    let ema = ["--set", "train.ema=0", "--set", "train.checkpoint=20"];
    let output = text(&folder.path("run"));
    let result = run(&[&["train", &text(&right), "--output", &output], &ema[..]].concat());
    assert!(result.status.success(), "{}", printed(&result));
    let plan = plan(
        &stages.replace("PART", first),
        &["train.ema=0", "train.checkpoint=20"],
    );
    let weights = |step: &str| {
        let path = folder
            .path("run/checkpoints")
            .join(step)
            .join("weights.bpk");
        let device = ondine::device::device("cpu").unwrap_or_else(|error| panic!("{error}"));
        let mut init = ondine::models::Init::new(0, &device);
        let scaling = ondine::models::Scaling::identity(&plan.fields);
        let record = burn::store::ModuleRecord::load(path).expect("a checkpoint has weights");
        let surrogate = plan.surrogate(&mut init, scaling);
        let mut values = Values::default();
        use burn::module::Module;
        surrogate
            .try_load_record(record)
            .expect("they fit")
            .network
            .visit(&mut values);
        values
    };
    let [before, after] = ["step-00000020", "step-00000040"].map(weights);
    for ((name, before), (_, after)) in before.0.iter().zip(&after.0) {
        let inside = name.starts_with(&format!("Fno.{first}")) || name.starts_with(first);
        assert_eq!(before != after, inside, "{name}");
    }
}

/// The weights of a module by their names.
#[derive(Default)]
struct Values(Vec<(String, Vec<f32>)>, Vec<String>);

impl burn::module::ModuleVisitor for Values {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.1.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.1.pop();
    }

    fn visit_float<const D: usize>(
        &mut self,
        param: &burn::module::Param<burn::tensor::Tensor<D>>,
    ) {
        let values = param.val().into_data().try_to_vec().expect("f32");
        self.0.push((self.1.join("."), values));
    }
}

#[test]
fn wrong_stages_are_refused_with_their_place() {
    let folder = Folder::new("stages-wrong");
    let refused = |stages: &str, sets: &[&str], expected: &[&str]| {
        let recipe = text(&folder.write("wrong.toml", &staged(stages)));
        let sets = sets.iter().flat_map(|set| ["--set", set]);
        let arguments: Vec<&str> = ["check", &recipe].into_iter().chain(sets).collect();
        let result = run(&arguments);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{said}");
        for part in expected {
            assert!(said.contains(part), "{part:?} is missing in:\n{said}");
        }
        assert!(!said.contains("panicked"), "{said}");
    };
    let stage = |line: &str| format!("[[stage]]\nsteps = 10\n[[stage]]\n{line}\n");
    // The recipe has 40 lines; the second stage begins at the 43rd.
    let cases = [
        ("steps = 0", "steps of a stage must be 1 or more"),
        ("stps = 3", "unknown key `stps` in [stage.2]"),
        ("learning_rate = 0.1", "[stage.2] needs the key `steps`"),
        (
            "steps = 5\nlearning_rate = 2.0",
            "learning_rate = 2 lies outside (0, 1]",
        ),
        (
            "steps = 5\nschedule = { warmup = 6 }",
            "warmup = 6 is longer than the stage, 5 steps",
        ),
        (
            "steps = 5\nschedule = { final = 0.1 }",
            "final = 0.1 lies outside [0, 0.005]",
        ),
        (
            "steps = 5\nobjective = { steps = 2 }",
            "`one_step` has no `steps`",
        ),
        (
            "steps = 5\nobjective = { kind = \"unroled\" }",
            "did you mean `unrolled`?",
        ),
        (
            "steps = 5\nobjective = { kind = \"unrolled\", steps = 0 }",
            "steps = 0 lies outside [1, 1000]",
        ),
        (
            "steps = 5\nobjective = { kind = \"unrolled\", gradient_steps = 3 }",
            "gradient_steps = 3 lies outside [1, 2]",
        ),
        (
            "steps = 5\nobjective = { kind = \"pushforward\", gradient_steps = 1 }",
            "`pushforward` has no `gradient_steps`",
        ),
        (
            "steps = 5\nobjective = { norm = \"h3\" }",
            "unknown value `h3`",
        ),
        (
            "steps = 5\nobjective = { norm_weight = 0.1 }",
            "norm = \"l2\" weighs no derivatives",
        ),
        (
            "steps = 5\nobjective = { norm = \"h1\", norm_weight = 0 }",
            "norm_weight = 0 lies outside (0, 1e6]",
        ),
        (
            "steps = 5\nobjective = { augment = [\"reflect\"] }",
            "a reflected solution of `advection` is no solution with the same parameters",
        ),
        (
            "steps = 5\nobjective = { augment = [\"turn\"] }",
            "unknown value `turn`",
        ),
        (
            "steps = 5\nobjective = { stride = 0 }",
            "stride must be 1 or more",
        ),
        (
            "steps = 5\nobjective = { noise = 2.0 }",
            "noise = 2 lies outside [0, 1]",
        ),
        (
            "steps = 5\nobjective = { kind = \"unrolled\", stride = 10 }",
            "with stride 10 needs 21 or more",
        ),
        ("steps = 5\nbatch = 3", "unknown key `batch` in [stage.2]"),
    ];
    for (line, expected) in cases {
        refused(&stage(line), &[], &[expected, "wrong.toml:"]);
    }
    refused(
        &stage("steps = 5"),
        &["train.steps=300"],
        &["the stages have 15 steps, not 300"],
    );
    refused(
        &stage("steps = 5"),
        &["stage.2.steps=0"],
        &["--set stage.2.steps=0"],
    );
    refused(
        &stage("steps = 5"),
        &["stage.3.steps=0"],
        &["its tables are stage.1, stage.2"],
    );
    refused("stage = 3\n", &[], &["unknown key `stage` in [evaluate]"]);
    refused(
        "[stage]\nsteps = 3\n",
        &[],
        &["`stage` is a list of tables", "write [[stage]]"],
    );
}
