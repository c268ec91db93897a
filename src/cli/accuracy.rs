//! `ondine check --accuracy`: the errors of the reference in words.

use super::bar::Bar;
use super::resolution::Seen;
use super::table::columns;
use super::{CliError, train};
use crate::accuracy::{Accuracy, LOST, MeanError, Peak, Worst, measure};
use crate::control::{Advance, Control};
use crate::numbers::text::fixed;
use crate::recipe::Recipe;
use crate::resolution::Resolution;
use ondine_datasets::Ensemble;
use serde_json::{Value, json};

/// Largest order in L¹ that is put down to jumps: schemes are of second order where solutions are smooth.
const JUMPS: f64 = 1.5;

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
            cells,
            ..
        } = &self.accuracy;
        let tail = match spectrum_tail {
            Some(share) => format!("{share:.1e} of the energy in the top third of the wavenumbers"),
            None => "not measured: no Fourier modes between walls".to_owned(),
        };
        let rows = [
            ("measured on", Some(format!("{simulations} simulations"))),
            (
                "temporal error",
                Some(error(temporal, *frames, &self.time())),
            ),
            (
                "spatial error",
                Some(error(spatial, *frames, &self.space())),
            ),
            ("error in L1", cells.map(|cells| mean(&cells, *frames))),
            ("spectrum tail", Some(tail)),
            ("horizon", Some(self.horizon())),
        ];
        let row = |(name, value): (&str, Option<String>)| Some(vec![name.to_owned(), value?]);
        let rows: Vec<Vec<String>> = rows.into_iter().filter_map(row).collect();
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
            let order = self.accuracy.cells.map(|cells| cells.order);
            format!(
                "A frame adds at most {worst:.1e}. No bound judges that: solutions may jump, where errors stay large in a few \
                 cells on any grid. {}",
                falls(order)
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

/// How the errors of finite volumes of this order in L¹ fall on more cells.
fn falls(order: Option<f64>) -> String {
    let Some(order) = order else {
        return "More points make it smaller.".to_owned();
    };
    let on_twice = |order: f64| 0.5_f64.powf(order);
    match order {
        ..0.3 => {
            "The error in L1 hardly falls on this grid: twice the points may leave it as it is."
                .to_owned()
        }
        ..JUMPS => format!(
            "Its order in L1 is {order:.1}, not that of the scheme, as where solutions jump or are not resolved: twice the points per \
             axis leave {:.0} % of the error in L1, and more of that in L2.",
            100.0 * on_twice(order)
        ),
        _ => format!(
            "Its order in L1 is {order:.1}, so solutions are smooth on this grid: twice the points per axis leave {:.0} % of the error.",
            100.0 * on_twice(order)
        ),
    }
}

/// "2.1e-3 at most over 20 frames, after 3, of averages over cells; order 0.93".
fn mean(cells: &MeanError, frames: usize) -> String {
    let MeanError { accumulated, order } = cells;
    let (error, when) = (accumulated.error, reached(accumulated, frames));
    format!("{error:.1e} {when}, of averages over cells; order {order:.2}")
}

/// "3.1e-7 a frame, 2.2e-5 after 139 frames (4 substeps, etdrk4)"; where the error falls again, "2.2e-5 at most over 139
/// frames, after 57".
fn error(worst: &Worst, frames: usize, how: &str) -> String {
    let (error, when) = (worst.accumulated.error, reached(&worst.accumulated, frames));
    let a_frame = worst.a_frame.error;
    format!("{a_frame:.1e} a frame, {error:.1e} {when} ({how})")
}

/// The frames after which an error is largest.
fn reached(peak: &Peak, frames: usize) -> String {
    if peak.frame == frames {
        format!("after {frames} frames")
    } else {
        format!("at most over {frames} frames, after {}", peak.frame)
    }
}
