//! Chaos of a recipe: the largest Lyapunov exponent of its equation, by a few of its simulations.

use crate::accuracy::AccuracyError;
use crate::control::{Advance, Control, Stopped};
use crate::parallel;
use crate::plan::PROBES;
use ondine_datasets::{DataError, Ensemble};
use ondine_solvers::lyapunov::{Exponent, separation_rates};
use ondine_solvers::{Rng, SolverError, Stream};
use serde::Serialize;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The largest Lyapunov exponent of a recipe.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chaos {
    /// Simulations that were measured, the first ones of the recipe.
    pub simulations: u64,
    /// Frames of each, behind its warm-up.
    pub frames: usize,
    /// The exponent per time unit: above 0 where small errors grow.
    pub lyapunov_exponent: f64,
    /// Its standard error, by the scatter over parts of the simulations.
    pub standard_error: f64,
}

/// Measures the first of `simulations` simulations at once, a thread each, over `frames` frames behind the warm-up.
///
/// # Errors
/// When a simulation fails, or `control`, which follows every frame of them, ends it.
///
/// # Panics
/// With less than 10 frames.
pub fn measure(
    ensemble: &Ensemble,
    simulations: u64,
    frames: usize,
    control: Control<'_>,
) -> Result<Chaos, AccuracyError> {
    let count = PROBES.min(simulations).max(1);
    let (ended, of) = (AtomicUsize::new(0), count as usize * frames);
    let advanced = || {
        let done = ended.fetch_add(1, Ordering::Relaxed) + 1;
        let what = "measuring the growth of errors, frames:";
        control.tell(Advance { what, done, of })
    };
    let indices: Vec<u64> = (0..count).collect();
    let measured = |&index: &u64| rates(ensemble, index, frames, &advanced);
    let found = Exponent::of(&parallel::each(&indices, measured)?);
    Ok(Chaos {
        simulations: count,
        frames,
        lyapunov_exponent: found.value,
        standard_error: found.error,
    })
}

fn rates(
    ensemble: &Ensemble,
    index: u64,
    frames: usize,
    advanced: &dyn Fn() -> Result<(), Stopped>,
) -> Result<Vec<f64>, AccuracyError> {
    let failed = |source: SolverError| DataError::Simulation { index, source };
    let spec = ensemble.spec(index).map_err(failed)?;
    let u0 = ensemble.initial_state(&spec, index).map_err(failed)?;
    let mut rng = Rng::stream(ensemble.seed, Stream::Noise, index);
    let mut tick = |done: usize| {
        let counted = done >= ensemble.warmup;
        match if counted { advanced() } else { Ok(()) } {
            Ok(()) => ControlFlow::Continue(()),
            Err(Stopped) => ControlFlow::Break(()),
        }
    };
    let run = [ensemble.warmup, frames];
    let rates = separation_rates(&spec, &u0, run, &mut rng, &mut tick).map_err(failed)?;
    Ok(rates.ok_or(Stopped)?)
}

impl Chaos {
    /// Whether errors grow, by more than two standard errors.
    #[must_use]
    pub fn is_chaotic(&self) -> bool {
        self.lyapunov_exponent > 2.0 * self.standard_error
    }
}
