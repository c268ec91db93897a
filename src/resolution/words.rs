//! The look in sentences: what is wrong and what to write.

use super::{Enough, Resolution, SMALL};
use crate::numbers::text::percent;
use crate::recipe::Recipe;
use ondine_datasets::Ensemble;

impl Resolution {
    /// The settings that do not resolve the solutions, and what to write instead; none where all is well.
    /// `automatic` says whether the recipe leaves the number of steps to Ondine.
    #[must_use]
    pub fn problems(&self, recipe: &Recipe, ensemble: &Ensemble, automatic: bool) -> Vec<String> {
        let failed = self
            .failure
            .as_ref()
            .map(|failure| format!("A simulation does not reach its last frame: {failure}."));
        // At jumps errors stay large on any grid, and its solver chooses its steps.
        let judged = !ensemble.chooses_steps();
        let coarse = (judged && self.is_coarse()).then(|| self.coarse(recipe, ensemble, automatic));
        let accepted = SMALL.max(recipe.time.tolerance);
        let long = self.temporal.filter(|error| judged && *error > accepted);
        let long = long.map(|error| self.too_long(error, accepted, ensemble));
        // Where shorter steps have shown the grid's fault, the steps come first.
        failed.into_iter().chain(long).chain(coarse).collect()
    }

    fn coarse(&self, recipe: &Recipe, ensemble: &Ensemble, automatic: bool) -> String {
        let points = recipe.grid.solver_points();
        let large = |error: Option<f64>| error.filter(|error| *error > SMALL);
        let samples = large(self.sampling)
            .map(|error| format!("samples of an initial state err by up to {error:.1e}"));
        let frames = large(self.spatial).map(|error| {
            if error.is_finite() {
                format!("a frame adds up to {error:.1e} in space")
            } else {
                "a frame diverges".to_owned()
            }
        });
        let tail = self.spectrum_tail.map(|share| {
            let share = percent(share);
            format!("up to {share} of the energy is in the top third of the wavenumbers")
        });
        let seen: Vec<String> = samples.into_iter().chain(frames).chain(tail).collect();
        let remedy = self.enough.as_ref();
        let remedy = remedy.map_or(String::new(), |enough| {
            remedy_of(enough, recipe, ensemble, automatic)
        });
        format!(
            "The grid of {points:?} points is too coarse: {}.{remedy}",
            seen.join(", and ")
        )
    }

    fn too_long(&self, error: f64, accepted: f64, ensemble: &Ensemble) -> String {
        let order = ensemble.spec(0).map_or(1, |spec| spec.order());
        let needed = |substeps: usize, error: f64| {
            let factor = (error / accepted).powf(1.0 / f64::from(order)).max(1.0);
            (substeps as f64 * factor).ceil()
        };
        let tried = self.steady.as_ref();
        let tried = tried.and_then(|tried| Some((tried.substeps, tried.temporal?)));
        let (substeps, left) = tried.unwrap_or((ensemble.substeps, error));
        let number = if left.is_finite() {
            format!("{} or more, or ", needed(substeps, left))
        } else {
            String::new()
        };
        let seen = if error.is_finite() {
            format!("a frame adds up to {error:.1e} in time")
        } else {
            "a frame diverges".to_owned()
        };
        let beside = tried.map_or(String::new(), |(substeps, left)| {
            format!(", with {substeps} it adds {left:.1e}")
        });
        format!(
            "The time steps are too long: with {} steps {seen}{beside}. Write time.substeps = {number}\"auto\".",
            ensemble.substeps
        )
    }
}

fn remedy_of(enough: &Enough, recipe: &Recipe, ensemble: &Ensemble, automatic: bool) -> String {
    let key = points_key(recipe);
    let points = &enough.points;
    let tried = enough.substeps.is_some();
    let steps = if tried && !automatic {
        " and time.substeps = \"auto\""
    } else {
        ""
    };
    match enough.error {
        Some(error) => format!(" Write {key} = {points:?}{steps}: there the error is {error:.1e}."),
        None if tried => {
            format!(" Write {key} = {points:?} or more{steps}: fewer points are too few as well.")
        }
        None => {
            let measure = power(ensemble.order_in_space().unwrap_or(1));
            format!(" Write {key} = {points:?} or more: errors fall with {measure}.")
        }
    }
}

/// The key of a finer grid: the solver's own where frames can be restricted to `grid.points`.
pub(crate) fn points_key(recipe: &Recipe) -> &'static str {
    match recipe.problem().unsampled() {
        None => "grid.solver_points",
        Some(_) => "grid.points",
    }
}

fn power(order: u32) -> String {
    match order {
        1 => "the spacing".to_owned(),
        2 => "the square of the spacing".to_owned(),
        order => format!("power {order} of the spacing"),
    }
}
