//! Draws of the conditions of simulations.

use crate::sampler::{self, Sampler};
use crate::{Conditions, Distribution, Quantities};
use ondine_solvers::{AxisKind, Rng, Stream};
use std::sync::Arc;

/// Conditions of simulation `index`: the values that a sampler gives to what varies.
#[derive(Clone)]
pub struct Draws {
    /// Distributions of the conditions.
    pub quantities: Quantities,
    /// Ends and places of points of every axis.
    pub axes: Vec<AxisKind>,
    /// Grid points per axis.
    pub points: Vec<usize>,
    /// Sampler of points in the space of the quantities that vary.
    pub sampler: Arc<dyn Sampler>,
    /// Seed of all draws.
    pub seed: u64,
}

impl Draws {
    /// The conditions of simulation `index`.
    pub fn conditions(&self, index: u64) -> Conditions {
        let varying = self.quantities.iter().filter(|quantity| quantity.varies());
        let priors: Vec<Distribution> = varying.cloned().collect();
        self.of_values(&self.sampler.values(index, &priors))
    }

    /// The conditions with these values of what varies, in the order of [`Quantities::iter`]; all else in the middle.
    pub(crate) fn of_values(&self, values: &[f64]) -> Conditions {
        let mut values = values.iter().copied();
        let mut draw = |quantity: &Distribution| {
            let value = if quantity.varies() {
                values.next()
            } else {
                None
            };
            value.unwrap_or_else(|| quantity.center())
        };
        let parameters = self.quantities.parameters.iter().map(&mut draw).collect();
        let length: Vec<f64> = self.quantities.length.iter().map(&mut draw).collect();
        let dt = draw(&self.quantities.dt);
        let axes = self.axes.iter().zip(&self.points).zip(&length);
        let spacing = axes.map(|((kind, &points), &length)| kind.spacing(points, length));
        Conditions {
            dt,
            spacing: spacing.collect(),
            length,
            parameters,
        }
    }

    /// The draws of attempt `attempt`: after the first one, those of a seed drawn from this one's and the attempt, with
    /// independent points.
    #[must_use]
    pub fn redrawn(&self, attempt: u32) -> Self {
        if attempt == 0 {
            return self.clone();
        }
        let seed = redrawn(self.seed, attempt);
        Self {
            seed,
            sampler: sampler::independent(seed),
            ..self.clone()
        }
    }

    /// The draws all of which lie at `point` of the unit cube of what varies; none where there is no such point.
    #[must_use]
    pub fn at(&self, point: &[f64]) -> Option<Self> {
        let inside = point.iter().all(|x| (0.0..1.0).contains(x));
        let fits = inside && point.len() == self.quantities.dims();
        fits.then(|| Self {
            sampler: sampler::fixed(point),
            ..self.clone()
        })
    }
}

/// The seed of an attempt after the first one.
pub(super) fn redrawn(seed: u64, attempt: u32) -> u64 {
    let mut rng = Rng::stream(seed, Stream::Again, u64::from(attempt));
    rng.integer(0, u64::MAX)
}
