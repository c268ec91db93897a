//! Trained surrogates and runs that a training takes from: refused before anything begins, and kept where it goes on.

use crate::common::{Folder, RECIPE, assert_refused, refused, run, succeed, text, unwrapped};
use std::fs;
use std::path::PathBuf;

/// The small recipe, and a run of a few steps of it.
struct Trained {
    folder: Folder,
    recipe: PathBuf,
    run: PathBuf,
}

impl Trained {
    fn new(name: &str) -> Self {
        let folder = Folder::new(&format!("origins-{name}"));
        let trained = Self {
            recipe: folder.write("small.toml", RECIPE),
            run: folder.path("trained"),
            folder,
        };
        trained.train("trained", &["train.steps=20", "train.log=1"]);
        trained
    }

    /// A run of the recipe with some values set; its first words.
    #[track_caller]
    fn train(&self, name: &str, sets: &[&str]) -> String {
        let output = text(&self.folder.path(name));
        let recipe = text(&self.recipe);
        let mut arguments = vec!["train", &recipe, "--output", &output];
        arguments.extend([
            "--set",
            "evaluate.every=1000",
            "--set",
            "train.checkpoint=4",
        ]);
        arguments.extend(sets.iter().flat_map(|set| ["--set", *set]));
        unwrapped(&succeed(&arguments))
    }

    fn distil(&self) -> String {
        let teacher = text(&self.run);
        format!("objective={{ kind = \"distil\", teacher = {teacher:?} }}")
    }

    fn start(&self) -> String {
        format!("train.start.run={:?}", text(&self.run))
    }
}

const NOWHERE: &str = "is no run: there is no such directory";

#[test]
fn a_check_looks_for_the_surrogates_that_a_training_takes_from() {
    let trained = Trained::new("check");
    let (distil, start) = (trained.distil(), trained.start());
    let recipe = text(&trained.recipe);
    let said = unwrapped(&succeed(&[
        "check", &recipe, "--set", &distil, "--set", &start,
    ]));
    assert!(said.contains("after 20 steps, a `fno`"), "{said}");
    assert!(said.contains("first weights"), "{said}");
    let said = trained.train("student", &["train.steps=4", &distil, "objective.stride=2"]);
    assert!(said.contains("a `fno`, 2 steps of it per step"), "{said}");

    let without = "objective={ kind = \"distil\", teacher = \"runs/nowhere\" }";
    assert_refused(
        &trained.recipe,
        &[
            (&[without], [NOWHERE]),
            (&["train.start.run=\"runs/nowhere\""], [NOWHERE]),
            (&["train.start.run=\"\""], ["\"\" is no run"]),
        ],
    );
}

#[test]
fn a_sweep_looks_for_those_of_every_combination_before_its_first_training() {
    let trained = Trained::new("sweep");
    let recipe = text(&trained.recipe);
    let sweep = text(&trained.folder.path("sweep"));
    for varied in [
        "objective=[{ kind = \"one_step\" }, { kind = \"distil\", teacher = \"runs/nowhere\" }]"
            .to_owned(),
        format!(
            "train.start.run=[{:?}, \"runs/nowhere\"]",
            text(&trained.run)
        ),
    ] {
        let said = refused(&["sweep", &recipe, "--set", &varied, "--output", &sweep]);
        assert!(
            said.contains("can't be trained") && said.contains(NOWHERE),
            "{said}"
        );
        assert!(!trained.folder.path("sweep").exists(), "{said}");
    }
}

#[test]
fn what_is_wrong_of_them_is_shown_at_its_key() {
    let trained = Trained::new("keys");
    let (distil, start) = (trained.distil(), trained.start());
    let (distil, start) = (distil.as_str(), start.as_str());
    assert_refused(
        &trained.recipe,
        &[
            (
                &[start, "train.start.checkpoint=\"best\""],
                ["--set train.start.checkpoint="],
            ),
            (
                &[start, "train.start.names={ w = \"u\" }"],
                ["--set train.start.names="],
            ),
            (
                &[distil, "objective.checkpoint=\"step-3\""],
                ["--set objective.checkpoint="],
            ),
            (
                &[distil, "time.dt=0.04"],
                ["write another time.dt or objective.stride"],
            ),
            (
                &[distil, "equation.velocity=2.0"],
                ["velocity from 0.5 to 1.5, and the recipe has 2,"],
            ),
        ],
    );
    let exported = trained.folder.path("exported.safetensors");
    succeed(&["export", &text(&trained.run), &text(&exported)]);
    let file = format!("train.start.run={:?}", text(&exported));
    assert_refused(
        &trained.recipe,
        &[(
            &[&file, "train.start.checkpoint=\"best\""],
            ["has one surrogate"],
        )],
    );
}

#[test]
fn a_run_that_lacks_its_teacher_is_refused_as_it_was_and_goes_on_when_that_is_back() {
    let trained = Trained::new("lost");
    let distil = trained.distil();
    trained.train("student", &["train.steps=8", &distil]);
    let student = trained.folder.path("student");
    let teacher = student.join("teacher.safetensors");
    let before = fs::read(student.join("recipe.toml")).expect("a recipe");
    let whole = fs::read(&teacher).expect("a teacher");
    let mut resume = vec!["train", "--resume"];
    let run = text(&student);
    resume.extend([
        &run,
        "--set",
        "train.steps=12",
        "--set",
        "ensemble.simulations=300",
    ]);

    fs::remove_file(&teacher).expect("it is there");
    let said = refused(&resume);
    let again = format!("`ondine export {} {}`", text(&trained.run), text(&teacher));
    assert!(
        said.contains("teacher.safetensors is damaged: it is missing"),
        "{said}"
    );
    assert!(said.contains(&again), "{said}");
    fs::write(&teacher, &whole[..whole.len() / 2]).expect("a disk");
    let said = refused(&resume);
    assert!(
        said.contains("teacher.safetensors is damaged: it is no file"),
        "{said}"
    );
    assert_eq!(
        fs::read(student.join("recipe.toml")).expect("a recipe"),
        before
    );

    fs::remove_file(&teacher).expect("it is there");
    succeed(&["export", &text(&trained.run), &text(&teacher)]);
    succeed(&resume);
}

#[test]
fn the_recipe_of_a_run_names_what_the_run_keeps_where_the_source_is_gone() {
    let trained = Trained::new("gone");
    let (distil, start) = (trained.distil(), trained.start());
    trained.train("student", &["train.steps=4", &distil]);
    trained.train("warm", &["train.steps=4", &start]);
    fs::rename(&trained.run, trained.folder.path("moved")).expect("a disk");
    let again = text(&trained.folder.path("again"));
    for (run, file, key) in [
        ("student", "teacher.safetensors", "objective.teacher"),
        ("warm", "start.safetensors", "train.start.run"),
    ] {
        let recipe = text(&trained.folder.path(run).join("recipe.toml"));
        let kept = text(&trained.folder.path(run).join(file));
        let said = refused(&["train", &recipe, "--output", &again]);
        assert!(said.contains("there is no such directory"), "{said}");
        assert!(said.contains(&format!("keeps it as {kept:?}")), "{said}");
        let written = format!("{key}={kept:?}");
        succeed(&["check", &recipe, "--set", &written]);
    }
}

#[test]
fn a_damaged_checkpoint_names_the_one_before_it_for_every_reader() {
    let trained = Trained::new("damaged");
    let average = trained.run.join("checkpoints/step-00000020/average.bpk");
    let whole = fs::read(&average).expect("an average");
    fs::write(&average, &whole[..whole.len() / 2]).expect("a disk");
    let (run_shown, start) = (text(&trained.run), trained.start());
    let recipe = text(&trained.recipe);
    let before = "take the one before it, step-00000016: as `checkpoint`";
    for arguments in [
        vec!["evaluate", &run_shown],
        vec!["check", &recipe, "--set", &start],
    ] {
        let said = refused(&arguments);
        assert!(said.contains(before), "{said}");
    }
    let named = "train.start.checkpoint=\"step-16\"";
    succeed(&["check", &recipe, "--set", &start, "--set", named]);
}

#[test]
fn a_refined_schedule_says_what_its_run_lacks() {
    let trained = Trained::new("refined");
    let recipe = text(&trained.recipe);
    let said = |from: &str| {
        let schedule = format!("train.schedule={{ kind = \"refined\", from = {from:?} }}");
        let result = run(&["check", &recipe, "--set", &schedule]);
        (
            result.status.code(),
            unwrapped(&crate::common::printed(&result)),
        )
    };
    let says = |from: &str, expected: &str| {
        let (code, said) = said(from);
        assert!(code == Some(2) && said.contains(expected), "{said}");
    };
    assert_eq!(said(&text(&trained.run)).0, Some(0));
    says("runs/nowhere", "it is no run: there is no such directory");
    says(&recipe, "not the directory of a run");
    trained.train("coarse", &["train.steps=20", "train.log=10"]);
    let coarse = text(&trained.folder.path("coarse"));
    says(
        &coarse,
        "it has 2 gradient norms, and a schedule needs 10: train one with train.log = 2",
    );
    let metrics = trained.run.join("metrics.jsonl");
    let lines = fs::read_to_string(&metrics).expect("lines");
    let first: Vec<&str> = lines.lines().take(12).collect();
    fs::write(&metrics, first.join("\n") + "\n").expect("a disk");
    let rest = format!(
        "12 of 20 steps, and a schedule is that of a whole training: let it train to its last step (`ondine train --resume {}`)",
        text(&trained.run)
    );
    says(&text(&trained.run), &rest);
}
