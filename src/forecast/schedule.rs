//! Noise levels of a refiner, or iterations of a recurrent network, from a file.

use super::{ForecastError, Forecaster};
use crate::files::line_of;
use ondine_datasets::read_text;
use ondine_models::Model;
use ondine_models::refiner::{self, PdeRefiner};
use serde::Deserialize;
use std::path::Path;

/// The values of a file of noise levels, as `ondine tune-sampler` writes them, or of iterations; those that are absent stay as
/// trained.
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
                 `kept_noise = 1.0`, `cutoff = 0.5`, or some of them; or `iterations = 8` for a recurrent network"
            ))
        })
    }

    /// Gives these values, which the file `path` has, to a surrogate of this kind.
    ///
    /// # Errors
    /// When it is neither refiner nor recurrent, or the values make no schedule.
    pub fn refine(
        self,
        surrogate: &mut Model,
        (kind, path): (&str, &Path),
    ) -> Result<(), ScheduleError> {
        if let Some(iterations) = self.iterations {
            let repeating = surrogate.network.clone().repeating(iterations);
            let repeating =
                repeating.map_err(|what| ScheduleError::new(path, format!("`{kind}` {what}")))?;
            *surrogate = surrogate.clone().with_network(repeating);
            if self.is_of_iterations() {
                return Ok(());
            }
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

    /// Whether it has no noise levels.
    fn is_of_iterations(&self) -> bool {
        let alone = Self {
            iterations: self.iterations,
            ..Self::default()
        };
        *self == alone
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

impl Forecaster {
    /// The same with the noise levels, or the iterations, of a file.
    ///
    /// # Errors
    /// When the file can't be read, or the surrogate is neither refiner nor recurrent.
    pub fn with_schedule(mut self, path: &Path) -> Result<Self, ForecastError> {
        let kind = self.network.model.kind();
        Schedule::read(path)?.refine(&mut self.surrogate, (kind, path))?;
        Ok(self)
    }
}
