//! Points with data, where others have none: errors are measured over these.

use super::Truth;
use ondine_solvers::Problem;
use std::borrow::Cow;
use std::sync::Arc;

/// The points with data of a grid where others have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    places: Arc<[usize]>,
    /// Points of the grid.
    points: usize,
}

impl Known {
    /// Those of a simulation of `problem` with these static fields; none where all points have data.
    pub(super) fn of(problem: &Problem, static_fields: &[f32]) -> Option<Self> {
        let place = problem.mask_place()?;
        let points = static_fields.len() / problem.static_fields.len();
        let mask = &static_fields[place * points..][..points];
        let places = (0..points).filter(|&point| mask[point] > 0.0);
        Some(Self {
            places: places.collect(),
            points,
        })
    }

    /// Number of these points.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// The values of a state at these points, channel-major.
    fn of_state(&self, state: &[f32]) -> Vec<f32> {
        let channels = state.chunks(self.points);
        let known = channels.flat_map(|channel| self.places.iter().map(|&point| channel[point]));
        known.collect()
    }
}

impl Truth {
    /// The values of a state of this simulation at the points with data.
    pub(super) fn known<'a>(&self, state: &'a [f32]) -> Cow<'a, [f32]> {
        match &self.known {
            None => Cow::Borrowed(state),
            Some(known) => Cow::Owned(known.of_state(state)),
        }
    }

    /// A state of this simulation as it is shown: NaN at points without data.
    pub(super) fn shown<'a>(&self, state: &'a [f32]) -> Cow<'a, [f32]> {
        let Some(known) = &self.known else {
            return Cow::Borrowed(state);
        };
        let mut shown = vec![f32::NAN; state.len()];
        for first in (0..state.len()).step_by(known.points) {
            for point in known.places.iter().map(|point| first + point) {
                shown[point] = state[point];
            }
        }
        Cow::Owned(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ondine_datasets::Conditions;
    use ondine_solvers::AxisKind;
    use ondine_solvers::problem::{Axis, Field};

    #[test]
    fn points_without_data_are_left_out_of_every_channel() {
        let axes = [Axis::new("x", 3, 1.0, AxisKind::OPEN)];
        let fields = [Field::scalar("u"), Field::scalar("v")];
        let mut problem = Problem::new("sea", axes, fields, 0.1, 2)
            .static_field("depth")
            .static_field("mask");
        let static_fields = [4.0, 5.0, 6.0, 1.0, 0.0, 1.0];
        assert_eq!(Known::of(&problem, &static_fields), None);
        problem.mask = Some("mask".to_owned());
        let truth = Truth {
            conditions: Conditions {
                dt: 0.1,
                length: vec![1.0],
                spacing: vec![0.3],
                parameters: vec![],
            },
            dt: 0.1,
            frames: vec![],
            known: Known::of(&problem, &static_fields),
            static_fields: static_fields.into(),
        };
        let state = [1.0, 2.0, 3.0, -1.0, -2.0, -3.0];
        assert_eq!(*truth.known(&state), [1.0, 3.0, -1.0, -3.0]);
        let shown = truth.shown(&state);
        assert!(shown[1].is_nan() && shown[4].is_nan());
        assert!((shown[0] - 1.0).abs() <= 0.0 && (shown[5] + 3.0).abs() <= 0.0);
    }
}
