//! Distillation, `objective.kind = "distil"`, through the binary.

use crate::common::{Folder, RECIPE, kill_at, metrics, printed, run, text, timeless};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// The small recipe, and a teacher that was trained on it.
struct School {
    folder: Folder,
    recipe: PathBuf,
    teacher: PathBuf,
}

const REFINER: &str = "model={ kind = \"pde_refiner\", steps = 1, backbone = { kind = \"fno\", width = 8, modes = 4, layers = 1 } }";

impl School {
    fn new(name: &str, sets: &[&str]) -> Self {
        let folder = Folder::new(&format!("distil-{name}"));
        let recipe = folder.write("small.toml", RECIPE);
        let school = Self {
            teacher: folder.path("teacher"),
            recipe,
            folder,
        };
        let (status, said) = school.tried(&school.teacher, sets);
        assert_eq!(status, Some(0), "{said}");
        school
    }

    fn words(&self, output: &Path, sets: &[&str]) -> Vec<String> {
        let mut words = vec!["train".to_owned(), text(&self.recipe)];
        words.extend(["--output".to_owned(), text(output)]);
        for set in ["evaluate.every=1000", "train.log=1"].iter().chain(sets) {
            words.extend(["--set".to_owned(), (*set).to_owned()]);
        }
        words
    }

    fn tried(&self, output: &Path, sets: &[&str]) -> (Option<i32>, String) {
        let words = self.words(output, sets);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let result = run(&words);
        (result.status.code(), printed(&result))
    }

    /// The objective with this teacher and more keys.
    fn objective(&self, more: &str) -> String {
        let teacher = text(&self.teacher);
        format!("objective={{ kind = \"distil\", teacher = {teacher:?}{more} }}")
    }

    #[track_caller]
    fn learn(&self, name: &str, more: &str, sets: &[&str]) -> PathBuf {
        let output = self.folder.path(name);
        let objective = self.objective(more);
        let (status, said) = self.tried(&output, &[&[objective.as_str()], sets].concat());
        assert_eq!(status, Some(0), "{said}");
        output
    }

    #[track_caller]
    fn refuses(&self, sets: &[&str], expected: &[&str]) {
        let output = self.folder.path("refused");
        let (status, said) = self.tried(&output, sets);
        assert_eq!(status, Some(2), "{sets:?}\n{said}");
        let said = crate::common::unwrapped(&said);
        for part in expected {
            assert!(said.contains(part), "{part:?} is missing in:\n{said}");
        }
        assert!(!output.exists() && !said.contains("panicked"), "{said}");
    }
}

fn losses(run_directory: &Path) -> Vec<f64> {
    let lines = metrics(run_directory).into_iter();
    lines.filter_map(|line| line["loss"].as_f64()).collect()
}

fn judged(run_directory: &Path) -> Value {
    let result = run(&["evaluate", &text(run_directory), "--json", "--no-speed"]);
    assert!(result.status.success(), "{}", printed(&result));
    serde_json::from_slice(&result.stdout).expect("JSON")
}

#[test]
fn a_student_that_begins_as_its_teacher_has_nothing_to_learn_from_it() {
    let school = School::new("same", &["train.steps=60"]);
    let start = format!("train.start.run={:?}", text(&school.teacher));
    let same = school.learn("same", "", &["train.steps=3", &start]);
    assert!(losses(&same)[0] < 1e-8, "{:?}", losses(&same)); // rounding of another order of sums
    // The simulation is another thing: the teacher is not perfect.
    let both = school.learn("both", ", weight = 0.5", &["train.steps=3", &start]);
    let plain = school.folder.path("plain");
    let (status, said) = school.tried(&plain, &["train.steps=3", &start]);
    assert_eq!(status, Some(0), "{said}");
    let (both, plain) = (losses(&both)[0], losses(&plain)[0]);
    assert!(
        (both / (0.5 * plain) - 1.0).abs() < 1e-3,
        "{both} and {plain}"
    ); // single precision
}

#[test]
fn a_student_comes_near_its_teacher() {
    let school = School::new("near", &["train.steps=150"]);
    let student = school.learn(
        "student",
        ", steps = 2",
        &["train.steps=300", "model.width=8"],
    );
    let losses = losses(&student);
    let [first, last] = [losses[0], losses[losses.len() - 1]];
    assert!(last < 0.2 * first, "{first} to {last}");

    let [of_student, of_teacher] = [&student, &school.teacher].map(|run| judged(run));
    assert!(row_of_teacher(&of_teacher).is_none());
    let row = row_of_teacher(&of_student).expect("it stands beside its student");
    let [beside, alone] = [&row["judged"], &of_teacher["surrogate"]]
        .map(|judged| judged["nrmse"].as_f64().expect("a number"));
    assert!((beside / alone - 1.0).abs() < 1e-4, "{beside} and {alone}"); // single precision
    let note = row["note"].as_str().expect("words");
    assert!(note.ends_with("after 150 steps, a `fno`"), "{note}");
}

/// The forecast of the teacher beside those of a student.
fn row_of_teacher(evaluation: &Value) -> Option<&Value> {
    let mut rows = evaluation["baselines"].as_array()?.iter();
    rows.find(|row| row["kind"] == "teacher")
}

#[test]
fn a_teacher_that_draws_is_learned_from_again_to_the_bit_without_its_run() {
    let school = School::new("drawn", &["train.steps=20", REFINER]);
    let sets = [
        "deterministic=true",
        "train.steps=300",
        "train.checkpoint=150",
    ];
    let more = ", samples = 2, weight = 0.7";
    let whole = school.learn("whole", more, &sets);
    let killed = school.folder.path("killed");
    let objective = school.objective(more);
    let words = school.words(&killed, &[&[objective.as_str()], &sets[..]].concat());
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    kill_at(&words, &killed, "step-00000150");
    fs::remove_dir_all(&school.teacher).expect("it was a run");
    let resumed = run(&["train", "--resume", &text(&killed)]);
    assert!(resumed.status.success(), "{}", printed(&resumed));
    assert_eq!(timeless(&killed), timeless(&whole));

    // Neither a judgement nor an export needs it.
    assert!(judged(&whole).is_object());
    let file = school.folder.path("student.safetensors");
    let exported = run(&["export", &text(&whole), &text(&file)]);
    assert!(exported.status.success(), "{}", printed(&exported));
}

#[test]
fn a_stage_has_a_teacher_of_its_own() {
    let school = School::new("stage", &["train.steps=20"]);
    let teacher = text(&school.teacher);
    let stages = format!(
        "stage=[{{ steps = 3 }}, {{ steps = 3, objective = {{ kind = \"distil\", teacher = {teacher:?} }} }}]"
    );
    let output = school.folder.path("staged");
    let (status, said) = school.tried(&output, &["train.steps=0", &stages]);
    assert_eq!(status, Some(0), "{said}");
    assert!(output.join("teacher-2.safetensors").is_file());
    assert_eq!(losses(&output).len(), 6);
}

#[test]
fn a_step_over_two_frames_is_two_steps_of_a_teacher_of_one() {
    let school = School::new("stride", &["train.steps=60"]);
    let student = school.learn("student", ", stride = 2", &["train.steps=100"]);
    let losses = losses(&student);
    let [first, last] = [losses[0], losses[losses.len() - 1]];
    assert!(last < 0.5 * first, "{first} to {last}");
}

#[test]
fn teachers_of_other_states_are_refused_with_a_sentence() {
    let school = School::new("wrong", &["train.steps=2"]);
    let objective = school.objective("");
    let objective = objective.as_str();
    let none = "objective={ kind = \"distil\", teacher = \"runs/nowhere/at/all\" }";
    school.refuses(
        &[none],
        &["objective", "is no run: there is no such directory"],
    );
    school.refuses(
        &["objective={ kind = \"distil\" }"],
        &["needs the key `teacher`"],
    );
    school.refuses(
        &[
            objective,
            "equation={ kind = \"wave\", speed = { uniform = [0.5, 1.5] } }",
        ],
        &["states of the teacher are u, those of the recipe u, v"],
    );
    school.refuses(
        &[
            objective,
            "equation={ kind = \"diffusion\", diffusivity = 0.1 }",
        ],
        &["the teacher is told `velocity`, and conditions of the recipe are diffusivity"],
    );
    school.refuses(
        &[objective, "equation.velocity={ uniform = [0.5, 3.0] }"],
        &["trained for velocity from 0.5 to 1.5, and the recipe has from 0.5 to 3"],
    );
    school.refuses(
        &[&school.objective(", samples = 4")],
        &["samples = 4 are the mean of answers that differ"],
    );
    school.refuses(
        &[&school.objective(", weight = 0")],
        &["weight = 0 lies outside (0, 1]"],
    );
    school.refuses(
        &[&school.objective(", samples = 100")],
        &["samples = 100 lies outside [1, 64]"],
    );
    school.refuses(
        &[&school.objective(", checkpoint = \"best\"")],
        &["keeps no checkpoint `best`"],
    );
    school.refuses(
        &[&school.objective(", history = 2")],
        &["states of the teacher are u, those of the recipe 2 frames of u"],
    );
}
