//! Objectives: what is minimised over a window. One file and one entry of [`OBJECTIVES`] each.

mod augment;
mod distil;
mod diverted;
mod noise;
mod norm;
mod one_step;
mod pushforward;
mod residual;
mod steps;
#[cfg(test)]
mod tests;
mod unrolled;

pub use augment::{Augment, Augmentation};
pub use noise::start;
pub use norm::NormKind;

use crate::batch::Batch;
use burn::tensor::Tensor;
use ondine_models::{Options, Surrogate, SurrogateRng};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

/// The keys of `[objective]` that every objective has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ObjectiveSection {
    /// Frames per surrogate step.
    pub stride: usize,
    /// Standard deviation of noise on the states that predictions start from, in units of the state's; 0 is none.
    pub noise: f64,
    /// Norm in which errors count.
    pub norm: NormKind,
    /// Weight of the derivatives in that norm; 1 if absent.
    pub norm_weight: Option<f64>,
    /// Frames that come out of a step.
    pub bundle: usize,
    /// Frames of a state, which go into a step; those that come out if absent.
    pub history: Option<usize>,
    /// Movements of windows.
    pub augment: Vec<Augmentation>,
}

impl Default for ObjectiveSection {
    fn default() -> Self {
        Self {
            stride: 1,
            noise: 0.0,
            norm: NormKind::L2,
            norm_weight: None,
            bundle: 1,
            history: None,
            augment: Vec::new(),
        }
    }
}

impl ObjectiveSection {
    /// Frames of a state.
    pub fn history(&self) -> usize {
        self.history.unwrap_or(self.bundle)
    }

    /// Frames of so many states, each a step after the one before.
    pub(crate) fn num_frames(&self, states: usize) -> usize {
        let steps = states.saturating_sub(1);
        steps
            .saturating_mul(self.bundle)
            .saturating_add(self.history())
    }
}

/// The options of an objective as a recipe has them, able to build it.
///
/// ```
/// use burn::tensor::Tensor;
/// use ondine::batch::Batch;
/// use ondine::models::{SurrogateRng, Surrogate};
/// use ondine::objective::{Objective, ObjectiveConfig, ObjectiveEntry, ObjectiveSection};
/// use ondine::recipe::{Extensions, Recipe};
/// use serde::{Deserialize, Serialize};
/// use std::path::Path;
/// use std::sync::Arc;
///
/// /// The largest error of one step, times a factor.
/// #[derive(Clone, Serialize, Deserialize)]
/// #[serde(deny_unknown_fields)]
/// struct Largest {
///     factor: f64,
/// }
///
/// impl ObjectiveConfig for Largest {
///     fn build(&self, _: &ObjectiveSection) -> Box<dyn Objective> {
///         Box::new(self.clone())
///     }
///
///     fn options(&self) -> toml::Table {
///         toml::Table::try_from(self).expect("plain numbers are valid TOML")
///     }
/// }
///
/// impl Objective for Largest {
///     fn frames(&self) -> usize {
///         2
///     }
///
///     fn losses(&self, surrogate: &dyn Surrogate, batch: &Batch, draws: &mut SurrogateRng) -> Tensor<1> {
///         let (u, parameters) = (batch.frames[0].clone(), batch.parameters.clone());
///         let predicted = surrogate.step(u, parameters, &batch.grid, draws);
///         let errors: Tensor<2> = surrogate.errors(predicted, batch.frames[1].clone()).abs().flatten(1, 2);
///         errors.max_dim(1).squeeze_dim::<1>(1) * self.factor
///     }
/// }
///
/// const LARGEST: ObjectiveEntry = ObjectiveEntry {
///     kind: "largest",
///     summary: "largest error of one step",
///     keys: &[("factor", "factor of the error; required")],
///     by_surrogate: false,
///     decode: |options| Ok(Arc::new(Largest::deserialize(options)?)),
/// };
///
/// let own = Extensions { objectives: &[&LARGEST], ..Extensions::default() };
/// let set = "objective={ kind = \"largest\", factor = 2.0 }".to_owned();
/// let recipe = Recipe::load_with(Path::new("recipes/quickstart.toml"), &[set], own)?;
/// assert!(recipe.check()?.resolved().contains("factor = 2.0"));
/// # Ok::<(), ondine::recipe::RecipeError>(())
/// ```
pub trait ObjectiveConfig: Send + Sync {
    /// Checks that the options make sense together.
    ///
    /// # Errors
    /// The wrong key, and its fault.
    fn check(&self) -> Result<(), (&'static str, String)> {
        Ok(())
    }

    /// Steps that are predicted one from the other.
    fn num_steps(&self) -> usize {
        1
    }

    /// Whether it takes steps of the solver of the equation, those of [`Batch::solver`].
    fn asks_solver(&self) -> bool {
        false
    }

    /// The trained surrogate whose steps it takes, those of [`Batch::teacher`]; none, the default, where it takes none.
    fn teacher(&self) -> Option<TeacherSource<'_>> {
        None
    }

    /// The objective, with the keys that every objective has.
    fn build(&self, section: &ObjectiveSection) -> Box<dyn Objective>;

    /// Every option of its own with the value in use, where it was typed.
    fn options(&self) -> toml::Table {
        toml::Table::new()
    }
}

/// A trained surrogate that another one learns from, as a recipe names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TeacherSource<'a> {
    /// Directory of its run, or file of its export.
    pub run: &'a Path,
    /// The checkpoint of the run; the last one if absent.
    pub checkpoint: Option<&'a str>,
    /// Answers whose mean is learned, where they are drawn.
    pub samples: usize,
}

/// A number to minimise.
pub trait Objective: Send + Sync {
    /// States of a window, a surrogate step apart; each may have several frames.
    fn frames(&self) -> usize;

    /// The loss of every window of a batch, `[batch]`; what it draws comes from `draws`.
    fn losses(
        &self,
        surrogate: &dyn Surrogate,
        batch: &Batch,
        draws: &mut SurrogateRng,
    ) -> Tensor<1>;

    /// The mean of [`Self::losses`], `[1]`.
    fn loss(
        &self,
        surrogate: &dyn Surrogate,
        batch: &Batch,
        draws: &mut SurrogateRng,
    ) -> Tensor<1> {
        self.losses(surrogate, batch, draws).mean()
    }
}

/// Description of one objective.
pub struct ObjectiveEntry {
    /// Name in a recipe.
    pub kind: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Name and meaning of every key of the section that it reads beside those of [`COMMON_KEYS`].
    pub keys: &'static [(&'static str, &'static str)],
    /// Whether what it makes small is what the surrogate says of its steps, [`Surrogate::losses`], or of states that it
    /// predicted, [`Surrogate::prediction_losses`], members of an ensemble together; else it is a measure of one answer to every
    /// state.
    ///
    /// [`Surrogate::losses`]: ondine_models::Surrogate::losses
    /// [`Surrogate::prediction_losses`]: ondine_models::Surrogate::prediction_losses
    pub by_surrogate: bool,
    /// Reads the options of a recipe.
    pub decode: fn(Options<'_>) -> Result<Arc<dyn ObjectiveConfig>, toml::de::Error>,
}

impl ObjectiveEntry {
    /// Whether it reads `key`, which is none of [`COMMON_KEYS`].
    pub fn reads(&self, key: &str) -> bool {
        self.keys.iter().any(|(name, _)| *name == key)
    }
}

/// Name and meaning of the keys that every objective reads.
pub const COMMON_KEYS: &[(&str, &str)] = &[
    ("stride", "frames a surrogate step, 1 or more; default 1"),
    (
        "noise",
        "standard deviation of noise on the states that predictions start from, in units of the state's, 0 to 1; \
         default 0",
    ),
    (
        "norm",
        "in which norm errors count: \"l2\", the mean square; \"relative\", the root of that over the mean square of the true \
         state, so that states of any size count alike; or with the mean square of first (\"h1\") or first and second (\"h2\") \
         derivatives by x/L in units of 2π, a Sobolev norm; default \"l2\"",
    ),
    (
        "norm_weight",
        "weight w of the derivatives: wavelength n over the box counts 1 + w n² (h1) or 1 + w (n² + n⁴) (h2), greater than \
         0; default 1",
    ),
    (
        "bundle",
        "frames K of an answer, `stride` apart, the same in all stages: a step is made from K frames and predicts the next K, \
         1 to 1000; default 1",
    ),
    (
        "history",
        "frames H of a state, `stride` apart, the same in all stages: a step is made from H frames and predicts the next one, \
         or the next `bundle`, which H may not be less than; 1 to 1000; default `bundle`",
    ),
    (
        "augment",
        "how windows are moved before they are learned, as far as the equation allows: \"shift\" along periodic axes, of \
         which a network that commutes with shifts learns nothing, \"reflect\"; default []",
    ),
];

/// Every objective.
pub const OBJECTIVES: &[&ObjectiveEntry] = &[
    &one_step::ENTRY,
    &unrolled::ENTRY,
    &pushforward::ENTRY,
    &diverted::ENTRY,
    &residual::ENTRY,
    &distil::ENTRY,
];

/// Worked example of `docs/book/extending.md`, compiled for its own test alone.
#[cfg(test)]
#[path = "../../examples/extending/relative.rs"]
pub mod relative;
