//! The first field of one simulation, frame by frame, readable between its points.

use crate::plan::SimulationPlan;
use ondine_datasets::{DataError, Source};
use ondine_solvers::SolverError;
use std::ops::ControlFlow;

/// A simulation as it is shown.
pub(super) struct Film {
    pub(super) frames: Vec<Vec<f32>>,
    /// From the start of the simulation, warm-up included.
    pub(super) times: Vec<f64>,
    pub(super) axes: Vec<Axis>,
}

/// Equidistant points along an axis.
pub(super) struct Axis {
    pub(super) length: f64,
    points: usize,
    first: f64,
    spacing: f64,
    periodic: bool,
}

impl Film {
    /// Runs simulation 0.
    pub(super) fn shoot(plan: &SimulationPlan) -> Result<Self, DataError> {
        let (ensemble, mut frames) = (&plan.ensemble, Vec::new());
        let size = ensemble.points.iter().product();
        ensemble.run(0, &mut |frame| {
            frames.push(frame[..size].iter().map(|&u| u as f32).collect());
            ControlFlow::Continue(())
        })?;
        let dt = ensemble.conditions(0).dt;
        let number = ensemble.warmup..ensemble.warmup + ensemble.frames;
        Ok(Self {
            frames,
            times: number.map(|frame| frame as f64 * dt).collect(),
            axes: axes(plan).map_err(|source| DataError::Simulation { index: 0, source })?,
        })
    }

    /// The value at `x`, by linear interpolation along every axis.
    pub(super) fn value(&self, frame: usize, x: &[f64]) -> f32 {
        self.corner(&self.frames[frame], x, 0, 0) as f32
    }

    fn corner(&self, frame: &[f32], x: &[f64], axis: usize, index: usize) -> f64 {
        let Some(points) = self.axes.get(axis) else {
            return f64::from(frame[index]);
        };
        let (below, above, share) = points.neighbours(x[axis]);
        let read = |i| self.corner(frame, x, axis + 1, index * points.points + i);
        read(below) * (1.0 - share) + read(above) * share
    }
}

impl Axis {
    /// The points beside `x`, and how far it is from the first towards the second.
    fn neighbours(&self, x: f64) -> (usize, usize, f64) {
        let position = (x - self.first) / self.spacing;
        if self.periodic {
            let position = position.rem_euclid(self.points as f64);
            let below = (position as usize).min(self.points - 1);
            return (below, (below + 1) % self.points, position - below as f64);
        }
        let position = position.clamp(0.0, (self.points - 1) as f64);
        let below = (position as usize).min(self.points - 2);
        (below, below + 1, position - below as f64)
    }
}

fn axes(plan: &SimulationPlan) -> Result<Vec<Axis>, SolverError> {
    let spec = plan.ensemble.spec(0)?;
    let axis = |axis: ondine_solvers::Axis| Axis {
        length: axis.length,
        points: axis.points,
        first: axis.coordinates()[0],
        spacing: axis.spacing(),
        periodic: axis.kind.is_periodic(),
    };
    Ok(spec.grid.axes().map(axis).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const AXIS: Axis = Axis {
        length: 4.0,
        points: 4,
        first: 0.0,
        spacing: 1.0,
        periodic: true,
    };

    #[test]
    fn between_points_values_are_interpolated_and_the_box_closes() {
        let film = Film {
            frames: vec![vec![0.0, 10.0, 20.0, 30.0, 1.0, 11.0, 21.0, 31.0]],
            times: vec![0.0],
            axes: vec![
                Axis {
                    length: 2.0,
                    points: 2,
                    ..AXIS
                },
                AXIS,
            ],
        };
        for (x, expected) in [
            ([0.0, 1.0], 10.0),
            ([1.0, 2.5], 26.0),
            ([0.5, 0.0], 0.5),
            ([1.5, 1.0], 10.5),
            ([0.0, 3.5], 15.0),
        ] {
            assert!((film.value(0, &x) - expected).abs() < 1e-6, "{x:?}"); // f32
        }
    }

    #[test]
    fn beyond_the_last_point_before_a_wall_its_value_stays() {
        let rod = Axis {
            first: 0.8,
            spacing: 0.8,
            periodic: false,
            ..AXIS
        };
        assert_eq!(rod.neighbours(0.1), (0, 1, 0.0));
        assert_eq!(rod.neighbours(3.9), (2, 3, 1.0));
        let (below, above, share) = rod.neighbours(2.0);
        assert!((below, above) == (1, 2) && (share - 0.5).abs() < 1e-12); // rounding
    }
}
