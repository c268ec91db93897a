//! The look in sentences: what is wrong and what to write.

use super::{Enough, Resolution, SMALL};
use crate::numbers::text::percent;
use crate::recipe::Recipe;
use ondine_datasets::Ensemble;

impl Resolution {
    /// The settings that do not resolve the solutions, and what to write instead; none where all is well.
    #[must_use]
    pub fn problems(&self, recipe: &Recipe, ensemble: &Ensemble) -> Vec<String> {
        let failed = self
            .failure
            .as_ref()
            .map(|failure| format!("A simulation does not reach its last frame: {failure}."));
        let coarse = self.is_coarse().then(|| self.coarse(recipe, ensemble));
        let accepted = SMALL.max(recipe.time.tolerance);
        let long = self.temporal.filter(|error| *error > accepted);
        let long = long.map(|error| too_long(error, accepted, ensemble));
        failed.into_iter().chain(coarse).chain(long).collect()
    }

    fn coarse(&self, recipe: &Recipe, ensemble: &Ensemble) -> String {
        let points = recipe.grid.solver_points();
        let seen = match (self.spatial, self.spectrum_tail) {
            (Some(error), Some(tail)) => format!(
                "a frame adds up to {} in space, and up to {} of the energy is in the top third of the wavenumbers",
                size(error),
                percent(tail)
            ),
            (Some(error), None) => format!("a frame adds up to {} in space", size(error)),
            (None, tail) => format!(
                "up to {} of the energy is in the top third of the wavenumbers",
                percent(tail.unwrap_or_default())
            ),
        };
        let enough = self.enough.as_ref();
        let remedy = enough.map_or(String::new(), |enough| remedy(enough, recipe, ensemble));
        format!("The grid of {points:?} points is too coarse: {seen}.{remedy}")
    }
}

fn remedy(enough: &Enough, recipe: &Recipe, ensemble: &Ensemble) -> String {
    let key = points_key(recipe);
    let Enough {
        points,
        substeps,
        error,
    } = enough;
    let steps = match substeps {
        Some(substeps) => format!(
            " with {substeps} steps a frame instead of {}",
            ensemble.substeps
        ),
        None => String::new(),
    };
    match error {
        Some(error) => format!(" Write {key} = {points:?}: there a frame adds {error:.1e}{steps}."),
        None if substeps.is_some() => {
            format!(" Write {key} = {points:?} or more: fewer points are too few as well.")
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

fn too_long(error: f64, accepted: f64, ensemble: &Ensemble) -> String {
    let order = ensemble.spec(0).map_or(1, |spec| spec.order());
    let factor = (error / accepted).powf(1.0 / f64::from(order));
    let number = match factor.is_finite() {
        true => format!(
            "{} or more, or ",
            (ensemble.substeps as f64 * factor).ceil()
        ),
        false => String::new(),
    };
    format!(
        "The time steps are too long: with {} steps a frame adds up to {} in time. Write time.substeps = {number}\"auto\".",
        ensemble.substeps,
        size(error)
    )
}

/// "2.2e-1", or that there is no number.
fn size(error: f64) -> String {
    match error.is_finite() {
        true => format!("{error:.1e}"),
        false => "more than can be said, it diverges".to_owned(),
    }
}
