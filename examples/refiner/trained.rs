//! Trainings of the recipe, and what they predict.

use burn::tensor::Device;
use ondine::checkpoint::Checkpoint;
use ondine::evaluation::HeldOut;
use ondine::forecast;
use ondine::models::{Model, Surrogate, SurrogateRng};
use ondine::plan::Plan;
use ondine::recipe::Recipe;
use ondine::run::Run;
use ondine::training::Training;
use std::error::Error;
use std::path::Path;

/// A surrogate with the plan that it was trained by.
pub(crate) struct Trained {
    pub(crate) name: &'static str,
    pub(crate) plan: Plan,
    pub(crate) surrogate: Model,
}

impl Trained {
    /// Trains in a directory of `folder`, as far as that has not been done.
    pub(crate) fn load(
        folder: &Path,
        name: &'static str,
        seed: u64,
        overrides: &[String],
        cpu: &Device,
    ) -> Result<Self, Box<dyn Error>> {
        let plan = recipe(name, seed, overrides)?.check()?;
        let directory = folder.join(format!("{name}-{seed}"));
        let run = if directory.exists() {
            Run::open_to_write(&directory)?
        } else {
            Run::create(&directory, &plan.resolved())?
        };
        if run.recipe(&[])?.check()?.resolved() != plan.resolved() {
            let shown = directory.display();
            return Err(format!("{shown} is of another recipe: choose another folder").into());
        }
        let reached = Checkpoint::newest(&run)?;
        let step = reached
            .as_ref()
            .map_or(0, |checkpoint| checkpoint.state.step);
        if step < plan.recipe.train.steps {
            println!("{name}, seed {seed}: training from step {step}");
            drop(run); // the training is its one writer
            Training::resume(&directory).run()?;
        }
        Ok(Self {
            name,
            plan,
            surrogate: forecast::Trained::open(&directory, &[], cpu)?.surrogate,
        })
    }
}

/// The recipe of a refiner, or that of its backbone alone.
fn recipe(name: &str, seed: u64, overrides: &[String]) -> Result<Recipe, Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("recipes/ks_refiner_small.toml");
    let mut own = vec![
        format!("seed={seed}"),
        "evaluate.every=1000000".to_owned(),
        format!("evaluate.trajectories={}", super::TRAJECTORIES),
    ];
    if name == "backbone" {
        let table: toml::Table = std::fs::read_to_string(&path)?.parse()?;
        own.push(format!("model={}", table["model"]["backbone"]));
    }
    Ok(Recipe::load(&path, &[&own[..], overrides].concat())?)
}

/// Forecasts `[step][simulation]` from the first frames of held-out simulations.
pub(crate) fn forecasts(
    plan: &Plan,
    held_out: &HeldOut,
    surrogate: &Model,
    steps: usize,
    cpu: &Device,
) -> Vec<Vec<Vec<f32>>> {
    let layout = &plan.stages[0].layout;
    let truths = &held_out.trajectories;
    let starts = truths.iter().map(|truth| [&*truth.frames[0]]);
    let mut u = layout.states(starts, cpu);
    let told = truths.iter().map(|truth| (&truth.conditions, 0));
    let parameters = layout.rows(told, cpu);
    let mut draws = SurrogateRng::new(0);
    let step = |_| {
        u = surrogate.step(u.clone(), parameters.clone(), &layout.grid, &mut draws);
        layout.to_host(u.clone())
    };
    (0..steps).map(step).collect()
}
