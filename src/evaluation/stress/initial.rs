//! Initial states of another size.

use ondine_solvers::initial::{Field, Profile};
use ondine_solvers::{Grid, InitialState, Rng, SolverError};
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

impl Multiplied {
    fn times(&self, inner: Profile) -> Profile {
        Box::new(Times {
            inner,
            factor: self.factor,
        })
    }
}

impl InitialState for Multiplied {
    fn draw(&self, length: &[f64], channels: usize, rng: &mut Rng) -> Profile {
        self.times(self.inner.draw(length, channels, rng))
    }

    fn try_draw(
        &self,
        length: &[f64],
        channels: usize,
        rng: &mut Rng,
    ) -> Result<Profile, SolverError> {
        let drawn = self.inner.try_draw(length, channels, rng);
        drawn.map(|profile| self.times(profile))
    }

    fn mirror_weight(&self) -> Option<f64> {
        self.inner.mirror_weight()
    }

    fn gives_frames(&self) -> bool {
        self.inner.gives_frames()
    }

    fn options(&self) -> toml::Table {
        self.inner.options()
    }
}
