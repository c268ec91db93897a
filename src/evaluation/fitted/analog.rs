//! Forecasts by analogs: the nearest stored state, followed along its simulation.
//!
//! Lorenz (1969), Atmospheric predictability as revealed by naturally occurring analogues, *J. Atmos. Sci.* 26. States are
//! compared as they lie in the box, every field in units of its standard deviation, whatever their conditions are.

use super::{Fitted, moments};
use crate::batch::Layout;
use crate::evaluation::Truth;
use crate::results::BaselineKind;

/// Stored states with their successors.
pub(super) struct Analog<'a> {
    trajectories: &'a [Truth],
    /// One over the variance of every channel.
    weights: Vec<f64>,
}

/// A stored frame: its trajectory, and its number there.
type Place = (usize, usize);

impl<'a> Analog<'a> {
    /// The states of `trajectories`, of which one has two frames or more.
    pub(super) fn new(layout: &Layout, trajectories: &'a [Truth]) -> Self {
        let moments = moments(layout.channels, trajectories);
        Self {
            trajectories,
            weights: moments.iter().map(|[_, size]| size.powi(-2)).collect(),
        }
    }

    /// All stored frames that another one follows.
    fn places(&self) -> impl Iterator<Item = Place> {
        let trajectories = self.trajectories.iter().enumerate();
        trajectories.flat_map(|(index, truth)| (1..truth.frames.len()).map(move |i| (index, i - 1)))
    }

    fn frame(&self, (trajectory, frame): Place) -> &[f32] {
        &self.trajectories[trajectory].frames[frame]
    }

    /// The stored frame nearest to a state, of those that another one follows.
    fn nearest(&self, state: &[f32]) -> Place {
        let distances = self
            .places()
            .map(|place| (self.distance(state, self.frame(place)), place));
        let nearest = distances.min_by(|a, b| a.0.total_cmp(&b.0));
        nearest.expect("a stored frame has a successor").1
    }

    fn distance(&self, a: &[f32], b: &[f32]) -> f64 {
        let points = a.len() / self.weights.len();
        let channels = a.chunks(points).zip(b.chunks(points)).zip(&self.weights);
        let squares = channels.map(|((a, b), weight)| {
            let differences = a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2));
            weight * differences.sum::<f64>()
        });
        squares.sum()
    }
}

impl Fitted for Analog<'_> {
    const KIND: BaselineKind = BaselineKind::Analog;

    /// Follows the simulation of the nearest state; at its end it goes on from the state that is nearest to the last frame.
    fn forecast(&self, start: &[f32], steps: usize) -> Vec<Vec<f32>> {
        let mut place = self.nearest(start);
        let mut forecast: Vec<Vec<f32>> = Vec::with_capacity(steps);
        while forecast.len() < steps {
            if place.1 + 1 == self.trajectories[place.0].frames.len() {
                place = self.nearest(self.frame(place));
            }
            place.1 += 1;
            forecast.push(self.frame(place).to_vec());
        }
        forecast
    }

    fn note(&self) -> String {
        let (states, all) = (self.places().count(), self.trajectories.len());
        format!("nearest of {states} states of {all} training simulations, and its successors")
    }
}
