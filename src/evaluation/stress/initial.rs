//! Initial states of another size.

use ondine_solvers::initial::{Around, Field, Profile};
use ondine_solvers::{Grid, InitialState};
use std::sync::Arc;

/// A distribution of initial states whose values are multiplied.
pub(super) struct Multiplied {
    pub(super) inner: Arc<dyn InitialState>,
    pub(super) factor: f64,
}

struct Times {
    inner: Profile,
    factor: f64,
}

impl Field for Times {
    fn at(&self, channel: usize, x: &[f64]) -> f64 {
        self.factor * self.inner.at(channel, x)
    }

    fn sample(&self, grid: &Grid, channels: usize) -> Vec<f64> {
        let mut values = self.inner.sample(grid, channels);
        values.iter_mut().for_each(|value| *value *= self.factor);
        values
    }
}

impl Around for Multiplied {
    fn inner(&self) -> &Arc<dyn InitialState> {
        &self.inner
    }

    fn around(&self, inner: Arc<dyn InitialState>) -> Arc<dyn InitialState> {
        let factor = self.factor;
        Arc::new(Self { inner, factor })
    }

    fn changed(&self, drawn: Profile) -> Profile {
        Box::new(Times {
            inner: drawn,
            factor: self.factor,
        })
    }
}
