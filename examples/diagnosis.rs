//! Does a diagnosis say what is wrong? Trainings that are spoiled on purpose, beside healthy ones of the same size.
//!
//! ```sh
//! cargo run --release --example diagnosis
//! ```
//!
//! Four trainings of the Kuramoto–Sivashinsky equation, under a minute each on two cores: a Fourier neural operator with
//! enough modes, one with three; one trained on viscosities of a range, one on a single viscosity, both judged on the range.
//! Printed is what the rules find. The program fails when a spoiled training is not told what was done to it, or a healthy
//! one is.

use ondine::checkpoint::Checkpoint;
use ondine::device::device;
use ondine::diagnosis::{Case, Finding, History, diagnose};
use ondine::evaluation::{HeldOut, evaluate};
use ondine::models::Init;
use ondine::plan::Plan;
use ondine::recipe::Recipe;
use ondine::run::Run;
use ondine::trainer::Trainer;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Viscosities that the last two trainings are judged on.
const RANGE: &str = "equation.viscosity={uniform=[0.7,1.3]}";

/// What makes the trainings of the quickstart short.
const SHORT: [&str; 7] = [
    "train.steps=1000",
    "ensemble.simulations=160",
    "buffer.capacity=8000",
    "buffer.watermark=1000",
    "train.checkpoint=1000",
    "evaluate.every=1000",
    "evaluate.frames=320",
];

/// A training, what it is judged on, and the rule that has to speak if it is spoiled, and not if it is healthy.
struct Experiment {
    title: &'static str,
    trained: &'static [&'static str],
    judged: &'static [&'static str],
    rule: &'static str,
    spoiled: bool,
}

const EXPERIMENTS: [Experiment; 4] = [
    Experiment {
        title: "24 modes",
        trained: &[],
        judged: &[],
        rule: "blind_above_modes",
        spoiled: false,
    },
    Experiment {
        title: "3 modes",
        trained: &["model.modes=3"],
        judged: &["model.modes=3"],
        rule: "blind_above_modes",
        spoiled: true,
    },
    Experiment {
        title: "trained on viscosities from 0.7 to 1.3",
        trained: &[RANGE],
        judged: &[RANGE],
        rule: "unseen_parameters",
        spoiled: false,
    },
    Experiment {
        title: "trained on viscosity 1, judged from 0.7 to 1.3",
        trained: &[],
        judged: &[RANGE],
        rule: "unseen_parameters",
        spoiled: true,
    },
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("ondine-diagnosis-{}", std::process::id()));
    let mut missed = Vec::new();
    for (number, experiment) in EXPERIMENTS.iter().enumerate() {
        let found = experiment.run(&folder.join(number.to_string()))?;
        println!("\n{}", experiment.title);
        found
            .iter()
            .for_each(|one| println!("- {}: {one}", one.rule));
        let spoke = found.iter().any(|one| one.rule == experiment.rule);
        if spoke != experiment.spoiled {
            missed.push(experiment.title);
        }
    }
    std::fs::remove_dir_all(&folder)?;
    match missed.is_empty() {
        true => Ok(()),
        false => Err(format!("not told, or told wrongly: {missed:?}").into()),
    }
}

impl Experiment {
    fn run(&self, directory: &Path) -> Result<Vec<Finding>, Box<dyn Error>> {
        let plan = plan(self.trained)?;
        let run = Run::create(directory, &plan.resolved())?;
        let stop = Arc::new(AtomicBool::new(false));
        let mut lines = ondine::observer::JsonLines::resume(&run, 0)?;
        let trainer = Trainer::new(&plan, &run, &device("cpu")?, "cpu", None, &stop)?;
        trainer.train(&mut [&mut lines], &stop)?;
        let judge = self::plan(self.judged)?;
        self.judge(&run, &plan, &judge)
    }

    /// Judges the surrogate of a run on the held-out simulations of another plan.
    fn judge(&self, run: &Run, plan: &Plan, judge: &Plan) -> Result<Vec<Finding>, Box<dyn Error>> {
        let device = device("cpu")?;
        let checkpoint = Checkpoint::of(run)?;
        let surrogate = checkpoint.best(plan, &mut Init::new(0, &device))?;
        let step = checkpoint.state.step;
        let held_out = HeldOut::simulate(judge, step)?;
        let (evaluation, _) = evaluate(judge, &held_out, &surrogate, &device, step)?;
        Ok(diagnose(&Case {
            evaluation: &evaluation,
            recipe: &plan.recipe,
            history: &History::of(run),
            reference_error: plan.reference_error,
        }))
    }
}

/// A short training of the quickstart, with keys of its own.
fn plan(keys: &[&str]) -> Result<Plan, Box<dyn Error>> {
    let keys: Vec<String> = SHORT
        .iter()
        .chain(keys)
        .map(|&key| key.to_owned())
        .collect();
    let recipe = Path::new(env!("CARGO_MANIFEST_DIR")).join("recipes/quickstart.toml");
    Ok(Recipe::load(&recipe, &keys)?.check()?)
}
