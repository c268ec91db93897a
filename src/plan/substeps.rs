//! Solver steps per frame for a tolerance, measured on the first simulations.

use super::{BETWEEN, Draft, PROBES, Start};
use crate::recipe::{RecipeError, Substeps};
use ondine_datasets::Ensemble;
use ondine_solvers::{Measured, SolverError, substeps_watched};
use std::ops::ControlFlow;
use std::time::Instant;

/// Frames at which steps are measured, those of the warm-up counted too: the hardest one may be early (strong eddies, a
/// front that forms) or late (chaos that develops).
fn measured_frames(warmup: usize, frames: usize) -> Vec<usize> {
    // As `whole * part / 16`, with products that stay below the whole.
    let share = |whole: usize, part| whole / 16 * part + whole % 16 * part / 16;
    let early = [0, 1, 2, 4, 8].map(|part| share(warmup, part));
    let late = [0, 1, 2, 4, 6, 8, 10, 12, 14, 16].map(|part| warmup + share(frames, part));
    let mut at = [&early[..], &late].concat();
    at.dedup(); // of few frames several parts are one
    at
}

/// The solver steps per frame that simulation `index`, which begins as `start` says, needs for an error in time of at most
/// `tolerance` per frame; none where `watch`, which hears of every frame, ends the search.
pub(crate) fn needed_substeps(
    ensemble: &Ensemble,
    index: u64,
    start: &Start<'_>,
    tolerance: f64,
    watch: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<Option<Measured>, SolverError> {
    let at = measured_frames(ensemble.warmup, ensemble.frames);
    let spec = ensemble.spec(index)?;
    let u0 = start(&spec, index)?;
    substeps_watched(&spec, &u0, &at, tolerance, watch)
}

impl Draft {
    /// Finds the number of solver steps for the tolerance on the first simulations, which begin as `start` says.
    pub(super) fn find_substeps(
        &mut self,
        ensemble: &mut Ensemble,
        start: &Start<'_>,
    ) -> Result<Option<f64>, RecipeError> {
        if let Substeps::Fixed(substeps) = self.time.substeps {
            ensemble.substeps = substeps;
            return Ok(None);
        }
        if ensemble.chooses_steps() {
            ensemble.substeps = 1;
            self.time.substeps = Substeps::Fixed(1);
            return Ok(None);
        }
        let mut worst = (1, 0.0_f64);
        let probes = PROBES.min(self.ensemble.simulations);
        for index in 0..probes {
            let last = ensemble.warmup + ensemble.frames;
            let work = format!(
                "finding the solver steps a frame on simulation {} of {probes}, up to its frame {last}",
                index + 1
            );
            let mut told: Option<Instant> = None;
            let mut watch = |frame: usize| {
                if told.is_none_or(|told| told.elapsed() > BETWEEN) {
                    told = Some(Instant::now());
                    self.activity.tell(format!(
                        "{work}, now at {frame}; time.substeps, where it is given, needs no search"
                    ));
                }
                ControlFlow::Continue(())
            };
            let found = needed_substeps(ensemble, index, start, self.time.tolerance, &mut watch);
            let found = found.map_err(|error| self.source.error_at("time", error.to_string()))?;
            let found = found.expect("nothing ends the search");
            worst = (worst.0.max(found.substeps), worst.1.max(found.error));
        }
        ensemble.substeps = worst.0;
        self.time.substeps = Substeps::Fixed(worst.0);
        Ok(Some(worst.1))
    }
}
