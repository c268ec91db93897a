//! Checks that the work of a recipe ends within a year, at speeds that no machine reaches.

use super::size::cores;
use crate::recipe::{Recipe, RecipeError, Substeps};
use crate::size::{count, product};

/// More values per second than any solver steps on one core.
const VALUES: u128 = 1_000_000_000;

/// More steps per second than any training makes: the smallest networks reach a tenth on one core.
const STEPS: u128 = 100_000;

/// The longest that a simulation or a training may take: a year, in seconds.
const YEAR: u128 = 365 * 24 * 3600;

/// Simulations with what makes them long.
struct Simulations<'a> {
    /// Their number, and the key that gives it.
    number: (&'a str, u128),
    /// Frames of each, and the key that gives them.
    frames: (&'a str, usize),
    /// Number of simulations that run at a time.
    at_a_time: usize,
}

impl Recipe {
    /// Checks that `simulations` simulations end, on all cores; `key` gives their number.
    pub(super) fn check_file_ends(&self, simulations: u64, key: &str) -> Result<(), RecipeError> {
        self.check_end(&Simulations {
            number: (key, simulations.into()),
            frames: ("time.frames", self.time.frames),
            at_a_time: cores(),
        })
    }

    /// Checks that the simulations of a training and those that are held out end.
    pub(super) fn check_simulations_end(&self) -> Result<(), RecipeError> {
        if self.equation().is_none() {
            return Ok(()); // others know how long theirs take
        }
        if self.data.is_none() {
            self.check_end(&Simulations {
                number: ("ensemble.simulations", self.ensemble.simulations.into()),
                frames: ("time.frames", self.time.frames),
                at_a_time: self.at_once(),
            })?;
        }
        self.check_end(&Simulations {
            number: ("evaluate.trajectories", self.evaluate.trajectories as u128),
            frames: ("evaluate.frames", self.evaluation_frames()),
            at_a_time: cores(),
        })
    }

    /// Checks that the steps of the training end.
    pub(super) fn check_steps_end(&self) -> Result<(), RecipeError> {
        let (steps, most) = (self.train.steps, STEPS * YEAR);
        self.ensure(steps as u128 <= most, "train.steps", || {
            format!(
                "{steps} steps take longer than a year at {} a second: write {most} or fewer",
                count(STEPS)
            )
        })
    }

    /// A refusal at a key of the recipe, or of an option of the command line, which stands nowhere in the recipe.
    pub(super) fn too_much(&self, key: &str, message: String) -> Result<(), RecipeError> {
        let message = if key.starts_with("--") {
            format!("{key}: {message}")
        } else {
            message
        };
        self.error(key, message)
    }

    fn check_end(&self, simulations: &Simulations<'_>) -> Result<(), RecipeError> {
        let (number_key, number) = simulations.number;
        let (frames_key, frames) = simulations.frames;
        let warmup = self.time.warmup;
        let substeps = match self.time.substeps {
            Substeps::Fixed(substeps) => substeps,
            Substeps::Auto => 1,
        };
        let all = warmup as u128 + frames as u128;
        let values = [product([substeps]), self.state(), number];
        let values = values.into_iter().fold(all, u128::saturating_mul);
        let cores = simulations.at_a_time.clamp(1, cores()) as u128;
        if values <= VALUES * YEAR * cores {
            return Ok(());
        }
        let factors = [
            (number_key, number),
            (frames_key, frames as u128),
            ("time.warmup", warmup as u128),
            ("time.substeps", substeps as u128),
        ];
        let (key, _) = factors
            .into_iter()
            .max_by_key(|(_, factor)| *factor)
            .expect("four");
        let years = values as f64 / (VALUES * YEAR * cores) as f64;
        self.too_much(
            key,
            format!(
                "{number} simulations of {all} frames, in {substeps} solver steps each, compute {} values: {years:.3e} \
                 years on {cores} cores at {} values a second each, and more than one is refused",
                count(values),
                count(VALUES)
            ),
        )
    }
}
