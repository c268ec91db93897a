//! Which simulations a buffer holds, and how far their parameters lie from the prior.

use crate::{Conditions, Quantities, Window};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The windows of a buffer, counted by simulation.
#[derive(Debug, Clone, Default)]
pub struct Composition {
    /// Conditions and number of windows of every simulation of which something is held, by index.
    pub simulations: BTreeMap<u64, (Arc<Conditions>, usize)>,
    /// Share of the windows whose simulation an adaptive sampler chose; none without one.
    pub bred: Option<f64>,
}

impl Composition {
    /// Counts windows.
    pub fn of<'a>(windows: impl Iterator<Item = &'a Window>) -> Self {
        let mut simulations: BTreeMap<u64, (Arc<Conditions>, usize)> = BTreeMap::new();
        for window in windows {
            let entry = simulations.entry(window.simulation);
            let counted = entry.or_insert_with(|| (window.conditions.clone(), 0));
            counted.1 += 1;
        }
        Self {
            simulations,
            bred: None,
        }
    }

    /// Counts the windows of simulations that were chosen.
    pub(crate) fn mark(&mut self, chosen: impl Fn(u64) -> bool) {
        let windows = |(_, windows): &(Arc<Conditions>, usize)| *windows;
        let all: usize = self.simulations.values().map(windows).sum();
        let marked = self.simulations.iter().filter(|(index, _)| chosen(**index));
        let marked: usize = marked.map(|(_, entry)| windows(entry)).sum();
        self.bred = Some(marked as f64 / all.max(1) as f64);
    }

    /// Effective number of simulations, `1/Σq²` for shares `q` of the windows; 0 of nothing.
    pub fn effective(&self) -> f64 {
        effective(self.simulations.values().map(|&(_, windows)| windows))
    }

    /// Distance of the windows' values from the prior for every drawn quantity that varies, in the order of
    /// [`Quantities::iter`]: the Kolmogorov–Smirnov distance, 0 to 1.
    pub fn distances(&self, quantities: &Quantities) -> Vec<f64> {
        let varying = quantities.iter().enumerate();
        let varying = varying.filter(|(_, quantity)| quantity.varies());
        let distance = |(place, quantity): (usize, &crate::Distribution)| {
            let shares = self.simulations.values().map(|(conditions, windows)| {
                let value = conditions.values().nth(place).unwrap_or(f64::NAN);
                (quantity.shares(value), *windows)
            });
            from_uniform(shares.collect())
        };
        varying.map(distance).collect()
    }
}

/// Effective number of different things among those counted, `1/Σq²`.
pub fn effective(counts: impl Iterator<Item = usize>) -> f64 {
    let (sum, squares) = counts.fold((0.0, 0.0), |(sum, squares), count| {
        let count = count as f64;
        (sum + count, squares + count * count)
    });
    if squares > 0.0 {
        sum * sum / squares
    } else {
        0.0
    }
}

/// Largest distance of the distribution of weighted numbers from the uniform one on `[0, 1]`. Each has the share below it
/// and up to it: where these differ, all between them are the same number.
fn from_uniform(mut numbers: Vec<([f64; 2], usize)>) -> f64 {
    numbers.sort_by(|a, b| a.0[0].total_cmp(&b.0[0]));
    let total = numbers.iter().map(|number| number.1).sum::<usize>().max(1) as f64;
    let (mut below, mut worst) = (0.0, 0.0_f64);
    for same in numbers.chunk_by(|a, b| a.0.map(f64::to_bits) == b.0.map(f64::to_bits)) {
        let ([low, high], weights) = (same[0].0, same.iter().map(|number| number.1));
        let reached = below + weights.sum::<usize>() as f64 / total;
        worst = worst.max(low - below).max(reached - high);
        below = reached;
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Distribution;

    fn window(simulation: u64, viscosity: f64) -> Window {
        Window {
            simulation,
            grid: 0,
            start: 0,
            conditions: Arc::new(Conditions {
                dt: 0.1,
                length: vec![1.0],
                spacing: vec![0.1],
                parameters: vec![3.0, viscosity],
            }),
            frames: Vec::new(),
            static_fields: Arc::default(),
        }
    }

    fn quantities() -> Quantities {
        Quantities {
            parameters: vec![
                Distribution::Constant(3.0),
                Distribution::Uniform {
                    uniform: [2.0, 4.0],
                },
            ],
            length: vec![Distribution::Constant(1.0)],
            dt: Distribution::Constant(0.1),
        }
    }

    #[test]
    fn four_even_simulations_are_an_eighth_from_the_prior_and_one_corner_is_far() {
        // Midpoints of n equal cells are 1/(2n) away, and no n points are closer.
        let even =
            [2.25_f64, 2.75, 3.25, 3.75].map(|viscosity| window(viscosity.to_bits(), viscosity));
        let composition = Composition::of(even.iter());
        assert_eq!(composition.simulations.len(), 4);
        assert!((composition.effective() - 4.0).abs() < 1e-12);
        let distances = composition.distances(&quantities());
        assert_eq!(distances.len(), 1, "one quantity varies");
        assert!((distances[0] - 0.125).abs() < 1e-12, "{distances:?}");
        let corner = [window(0, 2.1), window(1, 2.2), window(2, 2.0)];
        let far = Composition::of(corner.iter()).distances(&quantities());
        assert!((far[0] - 0.9).abs() < 1e-12, "{far:?}");
    }

    #[test]
    fn windows_weigh_not_simulations() {
        let held = [
            window(0, 2.5),
            window(0, 2.5),
            window(0, 2.5),
            window(1, 3.5),
        ];
        let composition = Composition::of(held.iter());
        assert!((composition.effective() - 16.0 / 10.0).abs() < 1e-12);
        let distances = composition.distances(&quantities());
        assert!((distances[0] - 0.5).abs() < 1e-12, "{distances:?}"); // 3/4 at 1/4
        let none = Composition::of([].iter());
        assert!(none.effective() < 1e-12 && none.distances(&quantities())[0] < 1e-12);
    }
}
