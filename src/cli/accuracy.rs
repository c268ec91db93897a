//! `ondine check --accuracy`: the errors of the reference in words.

use super::bar::Bar;
use super::resolution::Seen;
use super::table::columns;
use super::{CliError, train};
use crate::accuracy::{Accuracy, LOST, Peak, Worst, measure};
use crate::control::{Advance, Control};
use crate::numbers::text::fixed;
use crate::recipe::Recipe;
use crate::resolution::Resolution;
use ondine_datasets::Ensemble;
use serde_json::{Value, json};

/// Accuracy of a recipe, as measured.
pub(super) struct Measured<'a> {
    recipe: &'a Recipe,
    ensemble: &'a Ensemble,
    accuracy: Accuracy,
}

impl<'a> Measured<'a> {
    /// Measures the first simulations, with a bar unless it is to be `silent`.
    pub(super) fn new(
        recipe: &'a Recipe,
        ensemble: &'a Ensemble,
        silent: bool,
    ) -> Result<Self, CliError> {
        let bar = Bar::new("measuring the accuracy, frames:", 1, silent);
        let stop = train::stop_on_signal("stopping after this frame; once more to stop at once");
        let progress = |advance: Advance| {
            bar.set_length(advance.of as u64);
            bar.inc(1);
        };
        let control = Control::none().telling(&progress).stopped_by(&stop);
        let accuracy = measure(ensemble, recipe.ensemble.simulations, control)?;
        bar.finish();
        Ok(Self {
            recipe,
            ensemble,
            accuracy,
        })
    }

    /// The numbers, with the verdict.
    pub(super) fn json(&self, seen: &Seen) -> Value {
        let mut object = json!(self.accuracy);
        object["substeps"] = json!(self.ensemble.substeps);
        object["verdict"] = json!(self.verdict(seen));
        object
    }

    /// Rows and the verdict below them.
    pub(super) fn text(&self, seen: &Seen) -> String {
        let Accuracy {
            simulations,
            frames,
            temporal,
            spatial,
            spectrum_tail,
            ..
        } = &self.accuracy;
        let tail = match spectrum_tail {
            Some(share) => format!("{share:.1e} of the energy in the top third of the wavenumbers"),
            None => "not measured: no Fourier modes between walls".to_owned(),
        };
        let rows = [
            ("measured on", format!("{simulations} simulations")),
            ("temporal error", error(temporal, *frames, &self.time())),
            ("spatial error", error(spatial, *frames, &self.space())),
            ("spectrum tail", tail),
            ("horizon", self.horizon()),
        ];
        let rows = rows.map(|(name, value)| vec![name.to_owned(), value]);
        format!("{}\n{}", columns(&rows), self.verdict(seen))
    }

    fn time(&self) -> String {
        format!(
            "{} substeps, {}",
            self.ensemble.substeps,
            self.recipe.integrator().unwrap_or_default()
        )
    }

    fn space(&self) -> String {
        format!("{:?} points", self.recipe.grid.solver_points())
    }

    fn lost(&self) -> Option<&Peak> {
        let horizons = [&self.accuracy.temporal, &self.accuracy.spatial];
        let lost = horizons.into_iter().filter_map(|one| one.horizon.as_ref());
        lost.min_by(|a, b| a.time.total_cmp(&b.time))
    }

    fn horizon(&self) -> String {
        match self.lost() {
            Some(Peak { time, frame, .. }) => format!(
                "{time} time units, {frame} frames: then the error exceeds {:.0} %",
                100.0 * LOST,
                time = fixed(*time, 4),
            ),
            None => format!(
                "not reached: the error stays below {:.0} % over all frames",
                100.0 * LOST
            ),
        }
    }

    /// The largest errors as a look at the resolution has them.
    pub(super) fn resolution(&self) -> Resolution {
        Resolution {
            temporal: Some(self.accuracy.temporal.a_frame.error),
            spatial: Some(self.accuracy.spatial.a_frame.error),
            sampling: self.accuracy.sampling,
            ..Resolution::default()
        }
    }

    /// The meaning of the numbers, with the change to make where they are large: in the words of the look, which knows them.
    fn verdict(&self, seen: &Seen) -> String {
        let found = self.resolution();
        let alone = || found.problems(self.recipe, self.ensemble, false);
        let problems = seen.problems().map_or_else(alone, <[String]>::to_vec);
        if !problems.is_empty() {
            return problems.join(" ");
        }
        let errors = [found.temporal, found.spatial, found.sampling];
        let worst = errors.into_iter().flatten().fold(0.0, f64::max);
        let resolved = if self.ensemble.chooses_steps() {
            format!(
                "A frame adds at most {worst:.1e}. No bound judges that: solutions may jump, where errors stay large in a few \
                 cells on any grid. More points make it smaller."
            )
        } else {
            format!("Grid and time steps resolve the solutions: a frame adds at most {worst:.1e}.")
        };
        let grows = self.lost().map(|peak| {
            format!(
                " The errors grow, so no solver follows one trajectory for long: beyond {} time units judge statistics, \
                 not states.",
                fixed(peak.time, 4)
            )
        });
        resolved + &grows.unwrap_or_default()
    }
}

/// "3.1e-7 a frame, 2.2e-5 after 139 frames (4 substeps, etdrk4)"; where the error falls again, "2.2e-5 at most over 139
/// frames, after 57".
fn error(worst: &Worst, frames: usize, how: &str) -> String {
    let Peak { error, frame, .. } = worst.accumulated;
    let when = if frame == frames {
        format!("after {frames} frames")
    } else {
        format!("at most over {frames} frames, after {frame}")
    };
    let a_frame = worst.a_frame.error;
    format!("{a_frame:.1e} a frame, {error:.1e} {when} ({how})")
}
