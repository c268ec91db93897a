//! Objectives: what is minimised over a window. One file and one entry of [`OBJECTIVES`] each.

mod noise;
mod one_step;
mod pushforward;
mod unrolled;

use crate::batch::Batch;
use burn::tensor::Tensor;
use ondine_models::{Draws, Model};
use serde::{Deserialize, Serialize};

/// `[objective]` beside its kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ObjectiveSection {
    /// Frames a surrogate step.
    pub stride: usize,
    /// Standard deviation of noise on the states that predictions start from, in units of the state's; 0 is none.
    pub noise: f64,
    /// Steps that are predicted one from the other, by objectives that predict several; 2 if absent.
    pub steps: Option<usize>,
    /// Which of these steps count; all if absent.
    pub over: Option<Over>,
}

/// Which of several predicted steps count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// The mean over all.
    #[default]
    All,
    /// The last one.
    Last,
}

impl ObjectiveSection {
    /// Steps that are predicted one from the other.
    pub fn num_steps(&self) -> usize {
        self.steps.unwrap_or(2)
    }
}

impl Default for ObjectiveSection {
    fn default() -> Self {
        Self {
            stride: 1,
            noise: 0.0,
            steps: None,
            over: None,
        }
    }
}

/// A number to minimise.
pub trait Objective: Send + Sync {
    /// Frames of a window, a surrogate step apart.
    fn frames(&self) -> usize;

    /// The loss of every window of a batch, `[batch]`; what it draws comes from `draws`.
    fn losses(&self, surrogate: &Model, batch: &Batch, draws: &mut Draws) -> Tensor<1>;

    /// The mean of [`Self::losses`], `[1]`.
    fn loss(&self, surrogate: &Model, batch: &Batch, draws: &mut Draws) -> Tensor<1> {
        self.losses(surrogate, batch, draws).mean()
    }
}

/// What the list of objectives knows of one.
pub struct ObjectiveEntry {
    /// Name in a recipe.
    pub kind: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Keys of the section that it reads beside `stride` and `noise`.
    pub keys: &'static [&'static str],
    /// The objective with its options.
    pub build: fn(&ObjectiveSection) -> Box<dyn Objective>,
}

/// Every objective.
pub const OBJECTIVES: &[&ObjectiveEntry] =
    &[&one_step::ENTRY, &unrolled::ENTRY, &pushforward::ENTRY];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Plan;
    use crate::recipe::Recipe;
    use burn::tensor::Device;
    use ondine_models::{Init, Scaling, Surrogate};

    /// A surrogate and a batch of `frames` random frames that require gradients.
    fn setup(options: &str) -> (Plan, Model, Batch) {
        let text = format!(
            "[equation]\nkind = \"diffusion\"\ndiffusivity = 0.1\n[grid]\npoints = [16]\nlength = 6.0\n\
             [time]\ndt = 0.1\nframes = 8\nsubsteps = 1\n[ensemble]\nsimulations = 40\n\
             [model]\nkind = \"fno\"\nwidth = 6\nmodes = 4\nlayers = 1\n[train]\nsteps = 3\n\
             [objective]\n{options}\n"
        );
        let checked = Recipe::parse("small.toml", &text, &[]).and_then(Recipe::check);
        let plan = checked.unwrap_or_else(|error| panic!("{error}"));
        let device = Device::flex().autodiff();
        let mut scaling = Scaling::identity(&plan.fields);
        scaling.increment = vec![0.5];
        let surrogate = plan.surrogate(&mut Init::new(1, &device), scaling);
        let base = Batch {
            frames: vec![Tensor::zeros([2, 16, 1], &device)],
            parameters: Tensor::ones([2, plan.fields.parameters], &device) * 0.3,
            grid: vec![16],
        };
        let mut draws = Draws::new(1);
        let mut random = || Tensor::from_inner(draws.normal([2, 16, 1], &device)).require_grad();
        let frames = plan.stages[0].frames.iter().map(|_| random()).collect();
        let batch = Batch { frames, ..base };
        (plan, surrogate, batch)
    }

    fn loss(plan: &Plan, surrogate: &Model, batch: &Batch) -> Tensor<1> {
        let objective = &plan.stages[0].objective;
        objective.loss(surrogate, batch, &mut Draws::new(0))
    }

    fn value(loss: Tensor<1>) -> f64 {
        f64::from(loss.into_scalar::<f32>())
    }

    /// The slope of the loss along the frame `frame`, by automatic differentiation and by differences.
    fn slopes(options: &str, frame: usize) -> [f64; 2] {
        let (plan, surrogate, batch) = setup(options);
        let gradients = loss(&plan, &surrogate, &batch).backward();
        let direction = batch.frames[frame].clone().inner().flip([1]);
        let slope = batch.frames[frame]
            .grad(&gradients)
            .map_or(0.0, |gradient| value((gradient * direction.clone()).sum()));
        let at = |s: f64| {
            let mut moved = batch.clone();
            let shift = Tensor::from_inner(direction.clone() * s);
            moved.frames[frame] = moved.frames[frame].clone() + shift;
            value(loss(&plan, &surrogate, &moved))
        };
        let h = 1e-2;
        let difference = (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h);
        [slope, difference]
    }

    #[test]
    fn gradients_flow_through_all_steps_of_unrolled() {
        for options in [
            "kind = \"unrolled\"\nsteps = 3",
            "kind = \"unrolled\"\nsteps = 3\nover = \"last\"",
            "kind = \"one_step\"",
        ] {
            let [slope, difference] = slopes(options, 0);
            let error = (slope - difference).abs() / difference.abs();
            // Fourth-order central difference; f32 rounding of the loss limits it to about 1e-4.
            assert!(error < 2e-3, "{options}: {slope} and {difference}");
        }
    }

    #[test]
    fn pushforward_has_a_gradient_through_its_last_step_alone() {
        let options = "kind = \"pushforward\"\nsteps = 3";
        let [first, difference] = slopes(options, 0);
        assert!(
            first == 0.0 && difference.abs() > 1e-3,
            "{first} and {difference}"
        );
        let [last, difference] = slopes(options, 3);
        let error = (last - difference).abs() / difference.abs();
        assert!(error < 2e-3, "{last} and {difference}");
    }

    #[test]
    fn losses_of_several_steps_are_those_of_the_steps_one_by_one() {
        let unrolled = |options: &str| {
            let (plan, surrogate, batch) = setup(&format!("kind = {options}\nsteps = 2"));
            let both = value(loss(&plan, &surrogate, &batch));
            let [start, middle, end] = [0, 1, 2].map(|i| batch.frames[i].clone());
            let step = |u: Tensor<3>, next: Tensor<3>| {
                let parameters = batch.parameters.clone();
                value(surrogate.loss(u, next, parameters, &batch.grid, &mut Draws::new(0)))
            };
            let predicted = surrogate.step(
                start.clone(),
                batch.parameters.clone(),
                &batch.grid,
                &mut Draws::new(0),
            );
            (both, step(start, middle), step(predicted, end))
        };
        let (both, first, second) = unrolled("\"unrolled\"");
        assert!((both - 0.5 * (first + second)).abs() < 1e-5 * both);
        for kind in ["\"unrolled\"\nover = \"last\"", "\"pushforward\""] {
            let (loss, _, second) = unrolled(kind);
            assert!(
                (loss - second).abs() < 1e-5 * second,
                "{kind}: {loss}, {second}"
            );
        }
    }
}
