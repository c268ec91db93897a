//! Sixteen trainings: on what, how, judged on what, and what has to be said.

use crate::files::{self, CLEAN, Flaw};
use ondine::control::Control;
use ondine::device::device;
use ondine::diagnosis::Finding;
use ondine::evaluation::{Extent, HeldOut, judge};
use ondine::evidence;
use ondine::forecast::Trained;
use ondine::plan::Plan;
use ondine::recipe::Recipe;
use ondine::training::Training;
use std::error::Error;
use std::path::Path;

/// The common recipe of all trainings.
const RECIPE: &str = r#"
seed = 3
[equation]
kind = "kuramoto_sivashinsky"
viscosity = 1.0
[grid]
points = [64]
length = 22.0
[time]
dt = 0.5
warmup = 100
frames = 60
substeps = 2
[initial]
kind = "sine_series"
[ensemble]
simulations = 96
workers = 1
[model]
kind = "fno"
width = 16
modes = 16
layers = 3
[train]
steps = 600
batch = 16
optimizer = { learning_rate = 3e-3 }
schedule = { kind = "cosine", final = 1e-5 }
[evaluate]
every = 150
trajectories = 16
frames = 60
"#;

/// Viscosities of a range.
const RANGE: &str = "equation.viscosity={uniform=[0.8,1.2]}";
const UNET: &str = "model={kind=\"unet\",width=8,multipliers=[1,2],blocks=1}";

/// On what a surrogate is judged.
#[derive(Clone, Copy)]
pub(crate) enum Definition {
    /// Held-out simulations of the solver.
    Solver,
    /// Another file, made by a recipe with these keys, with the flaw of the file that was trained on.
    File(&'static [&'static str]),
}

/// A training on a file, and the rule that has to speak first if it is spoiled.
pub(crate) struct Experiment {
    pub(crate) title: &'static str,
    /// Keys of the recipe that the file is made by.
    made: &'static [&'static str],
    /// Trajectories of the file.
    count: usize,
    flaw: Flaw,
    /// Further keys of the training.
    trained: &'static [&'static str],
    judged: Definition,
    pub(crate) spoiled_by: Option<&'static str>,
}

/// The experiment without a fault.
const HEALTHY: Experiment = Experiment {
    title: "enough of everything",
    made: &[],
    count: 96,
    flaw: CLEAN,
    trained: &[],
    judged: Definition::File(&[]),
    spoiled_by: None,
};

pub(crate) const EXPERIMENTS: [Experiment; 16] = [
    HEALTHY,
    Experiment {
        title: "3 modes",
        trained: &["model.modes=3"],
        spoiled_by: Some("blind_above_modes"),
        ..HEALTHY
    },
    Experiment {
        title: "judged by the solver",
        judged: Definition::Solver,
        ..HEALTHY
    },
    Experiment {
        title: "the file says half the time between frames",
        flaw: Flaw { dt: 0.5, ..CLEAN },
        trained: &["time.dt=0.25"],
        judged: Definition::Solver,
        spoiled_by: Some("file_disagrees"),
        ..HEALTHY
    },
    Experiment {
        title: "viscosities of a range",
        made: &[RANGE],
        trained: &[RANGE],
        judged: Definition::File(&[RANGE]),
        ..HEALTHY
    },
    Experiment {
        title: "one viscosity, judged on a range",
        judged: Definition::File(&[RANGE]),
        spoiled_by: Some("unseen_parameters"),
        ..HEALTHY
    },
    Experiment {
        title: "U-Net",
        trained: &[UNET],
        ..HEALTHY
    },
    Experiment {
        title: "U-Net, judged on twice the points",
        trained: &[UNET],
        judged: Definition::File(&["grid.points=[128]"]),
        spoiled_by: Some("unseen_parameters"),
        ..HEALTHY
    },
    Experiment {
        title: "judged on twice the points",
        judged: Definition::File(&["grid.points=[128]"]),
        ..HEALTHY
    },
    Experiment {
        title: "3 trajectories",
        count: 3,
        judged: Definition::Solver,
        spoiled_by: Some("overfitting"),
        ..HEALTHY
    },
    Experiment {
        title: "lengths of a range",
        made: &["grid.length={uniform=[20.0,24.0]}"],
        trained: &["grid.length={uniform=[20.0,24.0]}"],
        judged: Definition::File(&["grid.length={uniform=[20.0,24.0]}"]),
        ..HEALTHY
    },
    Experiment {
        title: "noise of 5 % in every frame",
        flaw: Flaw {
            noise: 0.06,
            ..CLEAN
        },
        spoiled_by: Some("noisy_frames"),
        ..HEALTHY
    },
    Experiment {
        title: "through two steps",
        trained: &["objective={kind=\"unrolled\",steps=2}", "train.steps=400"],
        ..HEALTHY
    },
    Experiment {
        title: "every frame loses 5 % of its amplitude",
        flaw: Flaw {
            kept: 0.95,
            ..CLEAN
        },
        judged: Definition::Solver,
        spoiled_by: Some("file_disagrees"),
        ..HEALTHY
    },
    Experiment {
        title: "twice as wide",
        trained: &["model.width=24"],
        ..HEALTHY
    },
    Experiment {
        title: "a learning rate of 1e-7",
        trained: &[
            "train.optimizer.learning_rate=1e-7",
            "train.schedule.final=1e-8",
        ],
        spoiled_by: Some("worse_than_persistence"),
        ..HEALTHY
    },
];

impl Experiment {
    /// Whether a diagnosis is right: of a spoiled training the first finding is the one, of a healthy one none is among those
    /// of the spoiled.
    pub(crate) fn is_right(&self, rules: &[&str]) -> bool {
        let spoiled: Vec<&str> = EXPERIMENTS
            .iter()
            .filter_map(|one| one.spoiled_by)
            .collect();
        match self.spoiled_by {
            Some(rule) => rules.first() == Some(&rule),
            None => !rules.iter().any(|rule| spoiled.contains(rule)),
        }
    }

    /// The findings of the rules, and the error of one step.
    pub(crate) fn run(&self, folder: &Path) -> Result<(Vec<Finding>, f64), Box<dyn Error>> {
        let [data, judged] = ["data.h5", "judged.h5"].map(|name| folder.join(name));
        files::write(&data, &plan(self.made, &[])?, self.count, self.flaw)?;
        let source = format!("data={{source={:?}}}", data.display().to_string());
        let plan = plan(self.trained, &[&source])?;
        let directory = folder.join("run");
        let device = device("cpu")?;
        Training::plan(plan).into_run(&directory)?.run()?;
        let Trained {
            run,
            plan,
            surrogate,
            step,
        } = Trained::open(&directory, &[], &device)?;
        let held_out = match self.judged {
            Definition::Solver => HeldOut::simulate(&plan, step, Control::none())?,
            Definition::File(made) => {
                let made = self::plan(made, &["seed=77"])?;
                files::write(&judged, &made, 16, self.flaw)?;
                let layout = &plan.stage_after(step).layout;
                HeldOut::read(&plan, layout, &judged, Extent::default())?
            }
        };
        let (evaluation, _) = judge(&plan, &held_out, &surrogate, &device, step, Control::none())?;
        let found = evidence::diagnosis(&run, &evaluation)?;
        std::fs::remove_dir_all(&directory)?;
        std::fs::remove_file(&data)?;
        let _ = std::fs::remove_file(&judged); // where there is one
        Ok((found, evaluation.surrogate.nrmse))
    }
}

fn plan(keys: &[&str], more: &[&str]) -> Result<Plan, Box<dyn Error>> {
    let keys = keys.iter().chain(more).map(|&key| key.to_owned());
    let recipe = Recipe::parse("foreign.toml", RECIPE, &keys.collect::<Vec<_>>())?;
    Ok(recipe.check()?)
}
