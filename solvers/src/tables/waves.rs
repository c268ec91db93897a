//! Wave numbers of modes.

use crate::{Dealias, Grid};

/// Periods across the box of modes, along every axis: all combinations of them, the first axis fastest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waves {
    /// Periods per axis; of the last axis those from 0 on, as fields are real.
    pub axes: Vec<Vec<i64>>,
}

impl Waves {
    /// Modes of a grid below a dealiasing bound.
    pub(super) fn below(grid: &Grid, dealias: Dealias) -> Self {
        let last = grid.dims() - 1;
        let points = grid.points().iter().enumerate();
        let axes = points.map(|(axis, &points)| {
            let kept = dealias.num_modes(points) as i64;
            let ends = if axis == last {
                0
            } else {
                (points as i64).min(2 * kept - 1) - kept
            };
            (0..kept).chain(-ends..0).collect()
        });
        Self {
            axes: axes.collect(),
        }
    }

    /// Number of modes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.axes.iter().map(Vec::len).product()
    }

    /// Whether there are none; never so.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Places of these modes among `all` modes of a grid.
    #[must_use]
    pub fn among(&self, all: &Self) -> Vec<usize> {
        let mut places = vec![0];
        for (own, others) in self.axes.iter().zip(&all.axes).rev() {
            let place = |wave| others.iter().position(|other| other == wave);
            let places_of_axis: Vec<usize> = own.iter().filter_map(place).collect();
            let along = |before: &usize| {
                let start = before * others.len();
                places_of_axis.iter().map(move |place| start + place)
            };
            places = places.iter().flat_map(along).collect();
        }
        places
    }

    /// Place of the mode with these periods; axes that are not named have none.
    pub(super) fn place(&self, periods: &[usize]) -> Option<usize> {
        let mut place = 0;
        for (axis, waves) in self.axes.iter().enumerate().rev() {
            let wanted = periods.get(axis).map_or(0, |&periods| periods as i64);
            place = place * waves.len() + waves.iter().position(|wave| *wave == wanted)?;
        }
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spectral::kept_modes;

    #[test]
    fn kept_modes_stand_where_the_transforms_have_them() {
        for points in [&[16][..], &[12, 10], &[6, 8, 10]] {
            let grid = Grid::new(points, &vec![1.0; points.len()]).expect("valid");
            let all = Waves::below(&grid, Dealias::None);
            for dealias in [Dealias::TwoThirds, Dealias::Half, Dealias::None] {
                let places = Waves::below(&grid, dealias).among(&all);
                let expected: Vec<usize> =
                    kept_modes(points, dealias).into_iter().flatten().collect();
                assert_eq!(places, expected, "{points:?} {dealias:?}");
            }
        }
    }

    #[test]
    fn the_mode_with_given_periods_is_found() {
        let grid = Grid::new(&[12, 10], &[1.0; 2]).expect("valid");
        let all = Waves::below(&grid, Dealias::None);
        assert_eq!(all.axes[0], [0, 1, 2, 3, 4, 5, 6, -5, -4, -3, -2, -1]);
        assert_eq!(all.place(&[0, 2]), Some(24));
        assert_eq!(all.place(&[1]), Some(1));
        assert_eq!(Waves::below(&grid, Dealias::Half).place(&[0, 3]), None);
    }
}
