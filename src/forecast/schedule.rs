//! Noise levels of a refiner, iterations of a recurrent network, or correlation of the noise of an ensemble, from a file.

use super::{ForecastError, Forecaster};
use crate::files::line_of;
use ondine_datasets::read_text;
use ondine_models::Model;
use ondine_models::refiner::{self, PdeRefiner};
use ondine_models::surrogate::crps::CrpsEnsemble;
use serde::Deserialize;
use std::path::Path;

/// The values of a file of noise levels, as `ondine tune-sampler` writes them, of iterations, or of a correlation in time; those
/// that are absent stay as trained.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Variances of the noise, one per refinement, in falling order.
    pub noise_variances: Option<Vec<f64>>,
    /// Share of fresh noise.
    pub fresh_noise: Option<f64>,
    /// Share of noise that is kept.
    pub kept_noise: Option<f64>,
    /// Share of the highest wavenumber from which on modes are set to zero.
    pub cutoff: Option<f64>,
    /// Uses of the layer of a recurrent network per prediction.
    pub iterations: Option<usize>,
    /// Correlation of the noise of the members of an ensemble from one step to the next.
    pub noise_correlation: Option<f64>,
}

/// A file of noise levels that can't be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{path}: {what}")]
pub struct ScheduleError {
    /// The file.
    pub path: String,
    /// Its fault.
    pub what: String,
}

impl ScheduleError {
    fn new(path: &Path, what: impl Into<String>) -> Self {
        Self {
            path: path.display().to_string(),
            what: what.into(),
        }
    }
}

impl Schedule {
    /// Reads a file.
    ///
    /// # Errors
    /// When it can't be read, or has other keys.
    pub fn read(path: &Path) -> Result<Self, ScheduleError> {
        let wrong = |what: String| ScheduleError::new(path, what);
        let text = read_text(path, "a file of noise levels").map_err(wrong)?;
        toml::from_str(&text).map_err(|error| {
            let line = line_of(&text, &error);
            wrong(format!(
                "line {line} is not understood: write `noise_variances = [0.1, 0.01]`, `fresh_noise = 1.0`, \
                 `kept_noise = 1.0`, `cutoff = 0.5`, or some of them; `iterations = 8` for a recurrent network; or \
                 `noise_correlation = 0.9` for a crps_ensemble"
            ))
        })
    }

    /// Gives these values, which the file `path` has, to a surrogate of this kind.
    ///
    /// # Errors
    /// When it has no such options, or the values make no schedule.
    pub fn refine(
        self,
        surrogate: &mut Model,
        (kind, path): (&str, &Path),
    ) -> Result<(), ScheduleError> {
        let wrong = |what: String| ScheduleError::new(path, what);
        if let Some(iterations) = self.iterations {
            let repeating = surrogate.network.clone().repeating(iterations);
            let repeating = repeating.map_err(|what| wrong(format!("`{kind}` {what}")))?;
            *surrogate = surrogate.clone().with_network(repeating);
        }
        if let Some(correlation) = self.noise_correlation {
            correlate(surrogate, correlation, kind).map_err(wrong)?;
        }
        if self != Self::default() && !self.has_levels() {
            return Ok(());
        }
        let Some(refiner) = surrogate.method::<PdeRefiner>() else {
            let what = format!("`{kind}` has no noise levels; pde_refiner has");
            return Err(ScheduleError::new(path, what));
        };
        let schedule = self.over(&refiner.schedule);
        let checked = schedule.check();
        checked.map_err(|what| ScheduleError::new(path, what))?;
        let refiner = refiner.clone().with_schedule(schedule);
        *surrogate = surrogate.clone().with_method(refiner);
        Ok(())
    }

    /// Whether it has options of a refiner.
    fn has_levels(&self) -> bool {
        let others = Self {
            iterations: self.iterations,
            noise_correlation: self.noise_correlation,
            ..Self::default()
        };
        *self != others
    }

    fn over(self, trained: &refiner::Schedule) -> refiner::Schedule {
        let variances = &trained.noise_variances;
        refiner::Schedule {
            noise_variances: self.noise_variances.unwrap_or_else(|| variances.clone()),
            fresh_noise: self.fresh_noise.unwrap_or(trained.fresh_noise),
            kept_noise: self.kept_noise.unwrap_or(trained.kept_noise),
            cutoff: self.cutoff.or(trained.cutoff),
        }
    }
}

/// Gives the members of an ensemble noise of this correlation from one step to the next.
fn correlate(surrogate: &mut Model, correlation: f64, kind: &str) -> Result<(), String> {
    let Some(ensemble) = surrogate.method::<CrpsEnsemble>() else {
        return Err(format!(
            "`{kind}` has no noise_correlation; crps_ensemble has"
        ));
    };
    let ensemble = ensemble.clone().with_noise_correlation(correlation)?;
    *surrogate = surrogate.clone().with_method(ensemble);
    Ok(())
}

impl Forecaster {
    /// The same with the noise levels, the iterations or the correlation of noise of a file.
    ///
    /// # Errors
    /// When the file can't be read, or the surrogate has no such options.
    pub fn with_schedule(mut self, path: &Path) -> Result<Self, ForecastError> {
        let kind = self.network.model.kind();
        Schedule::read(path)?.refine(&mut self.surrogate, (kind, path))?;
        Ok(self)
    }
}
