//! Augmentation: windows are moved as the equation allows, all frames of one alike, anew in every batch.
//!
//! A moved solution is a solution, so a surrogate sees more of them than were simulated: Brandstetter, Welling & Worrall
//! (2022), Lie point symmetry data augmentation for neural PDE solvers. Of shifts only a network learns that does not commute
//! with them anyway: `mlp`, one that halves its grid, one that sees coordinates. No network here commutes with reflections.

use ondine_datasets::Window;
use ondine_solvers::problem::{Motion, Reflection};
use ondine_solvers::{Problem, Rng, Stream};
use serde::{Deserialize, Serialize};

/// The movements by their names in a recipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Augmentation {
    /// Along periodic axes, by whole points.
    Shift,
    /// Along every axis with probability ½, or all together where the equation allows no more.
    Reflect,
}

impl Augmentation {
    /// The fault of it for a problem, with the text to write instead; nothing where it is allowed.
    pub fn refusal(self, problem: &Problem) -> Option<String> {
        let symmetries = &problem.symmetries;
        let (allowed, name, motion) = match self {
            Self::Shift => (symmetries.can_shift(problem.dims()), "shift", "shifted"),
            Self::Reflect => (
                symmetries.reflection != Reflection::Never,
                "reflect",
                "reflected",
            ),
        };
        let kind = &problem.name;
        let refusal = format!(
            "a {motion} solution of `{kind}` is no solution with the same parameters: leave \"{name}\" out of augment"
        );
        (!allowed).then_some(refusal)
    }
}

/// Draws how windows are moved.
pub struct Augment {
    /// The problem whose solutions they are.
    pub problem: Problem,
    /// The same on the other grids that windows have, in the order of their numbers.
    pub others: Vec<Problem>,
    /// Movements that the recipe asks for.
    pub by: Vec<Augmentation>,
    /// Seed of the experiment.
    pub seed: u64,
}

impl Augment {
    /// Movements of the windows of the batch of step `step`; a function of seed, step and place in the batch.
    pub fn motions(&self, windows: &[Window], step: usize) -> Vec<Motion> {
        if self.by.is_empty() {
            return Vec::new();
        }
        let mut rng = Rng::stream(self.seed, Stream::Augment, step as u64);
        let mut motion = |window: &Window| {
            let values = &window.conditions.parameters;
            let other = window.grid.checked_sub(1);
            let problem = other.map_or(&self.problem, |other| &self.others[other]);
            let mut motion = Motion::none(problem.dims());
            if self.by.contains(&Augmentation::Shift) {
                motion.shift = problem.draw_shift(values, &mut rng);
            }
            if self.by.contains(&Augmentation::Reflect) {
                motion.reflected = problem.draw_reflection(&mut rng);
            }
            motion
        };
        windows.iter().map(&mut motion).collect()
    }
}
