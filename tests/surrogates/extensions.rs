//! Members of a program's own: a network, a policy and an objective that are in no list, named by a recipe with options of
//! their own.

mod members;

use crate::common::{Folder, RECIPE, printed, run};
use burn::tensor::{Device, Tensor};
use members::EXTENSIONS;
use ondine::checkpoint::Checkpoint;
use ondine::forecast::Forecaster;
use ondine::models::{Init, Surrogate, SurrogateRng};
use ondine::objective::NormKind;
use ondine::plan::Plan;
use ondine::recipe::{Recipe, RecipeError};
use ondine::run::Run;
use ondine::training::Training;
use std::fs;
use std::path::Path;

const NETWORK: &str = "kind = \"fno\"\nwidth = 12\nmodes = 6\nlayers = 2";

/// The small recipe with members of this program.
fn text() -> String {
    assert!(RECIPE.contains(NETWORK));
    let own = "kind = \"neighbours\"\nwidth = 6";
    let buffer = "[buffer]\nkind = \"newest\"\nkeep = 40";
    let objective = "\n[objective]\nkind = \"sum\"\nfactor = 0.5\nnoise = 0.01\n";
    RECIPE.replace(NETWORK, own).replace("[buffer]", buffer) + objective
}

fn recipe(text: &str, sets: &[&str]) -> Result<Recipe, RecipeError> {
    let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
    Recipe::parse_with("own.toml", text, &sets, EXTENSIONS)
}

fn plan(text: &str, sets: &[&str]) -> Plan {
    let plan = recipe(text, sets).and_then(Recipe::check);
    plan.unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn refused(sets: &[&str], expected: &[&str]) {
    let error = recipe(&text(), sets).and_then(Recipe::check).err();
    let said = error.unwrap_or_else(|| panic!("{sets:?}")).to_string();
    for part in expected {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
}

#[test]
fn a_resolved_recipe_has_the_options_of_own_members_and_gives_the_same_experiment() {
    let resolved = plan(&text(), &[]).resolved();
    for line in [
        "kind = \"neighbours\"\nwidth = 6",
        "keep = 40",
        "factor = 0.5",
    ] {
        assert!(resolved.contains(line), "{line} is missing in:\n{resolved}");
    }
    assert_eq!(plan(&resolved, &[]).resolved(), resolved);
    let model = plan(
        &text(),
        &["model={ kind = \"pde_refiner\", backbone = { kind = \"neighbours\" } }"],
    );
    assert!(
        model
            .resolved()
            .contains("kind = \"neighbours\"\nwidth = 8")
    );
}

#[test]
fn wrong_options_of_own_members_are_refused_at_their_place() {
    refused(
        &["model.widht=3"],
        &[
            "unknown key `widht` in [model]",
            "`width`",
            "--set model.widht=3",
        ],
    );
    refused(
        &["buffer.kep=3"],
        &["unknown key `kep` in [buffer]", "`keep`"],
    );
    refused(&["buffer.keep=\"all\""], &["--set buffer.keep"]);
    refused(
        &["objective.factro=2"],
        &["unknown key `factro` in [objective]", "`factor`"],
    );
    refused(
        &["objective.factor=-1"],
        &["factor = -1 is not above 0", "--set objective.factor=-1"],
    );
    refused(
        &["objective.over=last"],
        &["`sum` has no `over`", "--set objective.over=last"],
    );
    refused(
        &["objective.kind=one_step"],
        &["`one_step` has no `factor`", "own.toml:"],
    );
    refused(
        &["buffer.kind=fifo"],
        &["unknown key `keep` in [buffer]", "own.toml:"],
    );
}

#[test]
fn stages_take_over_the_keys_of_the_main_section_that_their_objective_reads() {
    let stages = "[[stage]]\nsteps = 5\n[[stage]]\nsteps = 5\nobjective = { factor = 2.0, norm = \"h1\" }\n\
                  [[stage]]\nsteps = 5\nobjective = { kind = \"unrolled\" }\n";
    let text = text().replace("steps = 300\n", "") + "steps = 3\nstride = 2\n" + stages;
    let recipe = recipe(&text, &[]).unwrap_or_else(|error| panic!("{error}"));
    let options = |stage: usize| recipe.stages[stage].objective.options.options().to_string();
    assert!(options(0).contains("factor = 0.5") && options(0).contains("steps = 3"));
    assert!(options(1).contains("factor = 2.0") && options(1).contains("steps = 3"));
    assert_eq!(options(2).trim(), "steps = 3"); // `unrolled` has no factor
    for stage in &recipe.stages {
        assert_eq!((stage.options.stride, stage.options.noise), (2, 0.01));
    }
    assert_eq!(recipe.stages[1].options.norm, NormKind::H1);
}

#[test]
fn the_command_line_says_who_knows_members_of_another_program() {
    let folder = Folder::new("extensions-unknown");
    let own = "kind = \"neighbours\"\nwidth = 6";
    let network = RECIPE.replace(NETWORK, own);
    for (text, kind) in [
        (network, "unknown kind `neighbours` in [model]"),
        (text(), "unknown kind `newest` in [buffer]"),
    ] {
        let path = folder.write("own.toml", &text);
        let result = run(&["check", path.to_str().expect("UTF-8")]);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{said}");
        let note = "a kind of a program's own is known to that program alone";
        for part in [kind, note] {
            assert!(said.contains(part), "{part:?} is missing in:\n{said}");
        }
    }
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copied(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

#[test]
fn an_own_network_is_trained_and_goes_on_to_the_same_bits() {
    let folder = Folder::new("extensions-resumed");
    let sets = [
        "train.steps=40",
        "train.checkpoint=20",
        "train.clip=0.5",
        "evaluate.every=40",
    ];
    let mut training = Training::text_with("own.toml", &text(), EXTENSIONS);
    for set in sets {
        training = training.and_then(|training| training.set(set));
    }
    let training = training.and_then(|training| training.into_run(folder.path("whole")));
    let whole = training.and_then(Training::run);
    let whole = whole.unwrap_or_else(|error| panic!("{error}"));
    assert!(whole.forecaster(&Device::flex()).is_ok());

    let half = folder.path("half");
    copied(whole.run.directory(), &half);
    fs::remove_dir_all(half.join("checkpoints/step-00000040")).expect("it is there");
    let refused = Training::resume(&half).run();
    assert!(refused.is_err(), "the lists have no such network");
    let again = Training::resume(&half).with_extensions(EXTENSIONS).run();
    let again = again.unwrap_or_else(|error| panic!("{error}"));
    assert!(again.is_finished());
    let weights = |run: &Run| {
        let path = run.checkpoints().join("step-00000040/weights.bpk");
        fs::read(path).expect("the last step leaves a checkpoint")
    };
    assert!(weights(&whole.run) == weights(&again.run), "weights differ");

    assert!(Forecaster::open(&half, &Device::flex()).is_err());
    let forecaster = Forecaster::open_with(&half, &Device::flex(), EXTENSIONS);
    let forecaster = forecaster.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(forecaster.trained_steps(), 40);

    // The surrogate to use is the average, which has left the first weights behind.
    let checkpoint = Checkpoint::of(&again.run).unwrap_or_else(|error| panic!("{error}"));
    let plan = again.run.recipe(&[]).map(Recipe::check);
    let plan = plan.unwrap_or_else(|error| panic!("{error}"));
    let plan = plan.unwrap_or_else(|error| panic!("{error}"));
    let init = &mut Init::new(0, &Device::flex());
    let best = checkpoint.best(&plan, init);
    let best = best.unwrap_or_else(|error| panic!("{error}"));
    let u = Tensor::<3>::ones([1, 32, 1], &Device::flex());
    let zeros = Tensor::zeros([1, 16, 1], &Device::flex());
    let u = u.slice_assign([0..1, 0..16, 0..1], zeros);
    let parameters = Tensor::<2>::ones([1, plan.fields.parameters], &Device::flex());
    let step = best.step(u.clone(), parameters, &[32], &mut SurrogateRng::new(0));
    let change = (step - u).abs().max().into_scalar::<f32>();
    assert!(change > 1e-4 && change.is_finite(), "{change}");
}
