//! Random fields between walls: `u(x) = w (p(x) ± p(−x))` along each axis with walls, `p` drawn on a box of twice the length.
//!
//! A field with the period of the box has a kink or a jump at a wall, which the sum or the difference with its mirror image
//! has not: its cosines or sines have 0 to twice as many half periods between the walls as `p` has periods.

use super::{Field, InitialState, Profile};
use crate::{Axis, AxisKind, Grid, Rng, SolverError};

/// Draws a state on a grid whose axes with walls, if any, have sums of cosines (cell centres) or of sines (interior
/// nodes): one that fits the walls, where the initial state is a [random field](InitialState::mirror_weight).
///
/// # Errors
///
/// As [`InitialState::try_draw`].
pub fn draw_between_walls(
    state: &dyn InitialState,
    grid: &Grid,
    channels: usize,
    rng: &mut Rng,
) -> Result<Profile, SolverError> {
    let weight = state.mirror_weight().filter(|_| !grid.is_periodic());
    let Some(weight) = weight else {
        return state.try_draw(grid.length(), channels, rng);
    };
    let doubled: Vec<f64> = grid.axes().map(|axis| period(&axis)).collect();
    let images = grid.kinds().iter().map(|kind| match *kind {
        AxisKind::WALLS => Some(1.0),
        AxisKind::FIXED_WALLS => Some(-1.0),
        _ => None,
    });
    Ok(Box::new(Mirrored {
        field: state.try_draw(&doubled, channels, rng)?,
        images: images.collect(),
        weight,
    }))
}

/// A field and its mirror images.
struct Mirrored {
    field: Profile,
    /// For each axis with walls, the sign of the image.
    images: Vec<Option<f64>>,
    weight: f64,
}

impl Mirrored {
    /// The sum over both sides of the walls of the axes from `axis` on.
    fn sum(&self, channel: usize, x: &mut [f64], axis: usize) -> f64 {
        match self.images.get(axis) {
            None => self.field.at(channel, x),
            Some(None) => self.sum(channel, x, axis + 1),
            Some(Some(sign)) => {
                let here = self.sum(channel, x, axis + 1);
                x[axis] = -x[axis];
                let there = self.sum(channel, x, axis + 1);
                x[axis] = -x[axis];
                self.weight * (here + sign * there)
            }
        }
    }
}

impl Field for Mirrored {
    fn at(&self, channel: usize, x: &[f64]) -> f64 {
        self.sum(channel, &mut x.to_vec(), 0)
    }

    fn sample(&self, grid: &Grid, channels: usize) -> Vec<f64> {
        let whole: Vec<Axis> = grid.axes().map(unfolded).collect();
        let whole = Grid::of(&whole).expect("a longer box is a box");
        let mut u = self.field.sample(&whole, channels);
        let mut points = whole.points().to_vec();
        for (axis, image) in self.images.iter().enumerate() {
            if let Some(sign) = image {
                let kept = grid.points()[axis];
                u = fold(&u, &points[axis..], kept, self.weight, *sign);
                points[axis] = kept;
            }
        }
        u
    }
}

/// Length after which a state and its images repeat themselves.
fn period(axis: &Axis) -> f64 {
    if axis.kind.is_periodic() {
        axis.length
    } else {
        2.0 * axis.length
    }
}

/// The axis with its mirror image.
fn unfolded(axis: Axis) -> Axis {
    let (points, kind) = match axis.kind {
        AxisKind::WALLS => (2 * axis.points, AxisKind::PERIODIC_CELLS),
        AxisKind::FIXED_WALLS => (2 * (axis.points + 1), AxisKind::PERIODIC),
        kind => (axis.points, kind),
    };
    Axis {
        points,
        length: period(&axis),
        kind,
    }
}

/// `w (u(x) ± u(−x))` along the first axis of `points`, at the first `kept` points between the walls.
fn fold(u: &[f64], points: &[usize], kept: usize, weight: f64, sign: f64) -> Vec<f64> {
    let (n, inner) = (points[0], points[1..].iter().product::<usize>());
    let first = n / 2 - kept; // 1 where a node lies on the wall
    let line = |block: &[f64], j: usize| -> Vec<f64> {
        let here = &block[(j + first) * inner..][..inner];
        let there = &block[(n - 1 - j) * inner..][..inner];
        let pairs = here.iter().zip(there);
        pairs.map(|(a, b)| weight * (a + sign * b)).collect()
    };
    let blocks = u.chunks_exact(n * inner);
    blocks
        .flat_map(|block| (0..kept).flat_map(move |j| line(block, j)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initial::GaussianRandomField;
    use crate::{Stream, sample};

    fn drawn(points: [usize; 2], kinds: [AxisKind; 2]) -> (Grid, Profile) {
        let kinds = [kinds[0], kinds[1], AxisKind::PERIODIC];
        let grid = Grid::of_kinds(&points, &[1.0, 3.0], &kinds).expect("valid");
        let mut rng = Rng::stream(1, Stream::Initial, 0);
        let state = GaussianRandomField::default();
        let profile = draw_between_walls(&state, &grid, 2, &mut rng).expect("a formula");
        (grid, profile)
    }

    #[test]
    fn values_on_a_grid_are_those_at_its_points() {
        use AxisKind as K;
        for kinds in [
            [K::WALLS, K::PERIODIC],
            [K::FIXED_WALLS, K::WALLS],
            [K::PERIODIC, K::FIXED_WALLS],
        ] {
            let (grid, profile) = drawn([5, 6], kinds);
            let found = sample(&profile, &grid, 2);
            let (x, y) = (grid.coordinates(0), grid.coordinates(1));
            for (i, found) in found.iter().enumerate() {
                let (channel, point) = (i / 30, i % 30);
                let exact = profile.at(channel, &[x[point / 6], y[point % 6]]);
                assert!((found - exact).abs() < 1e-12, "{kinds:?}: {found} {exact}"); // rounding
            }
        }
    }

    #[test]
    fn fields_fit_their_walls() {
        let (_, profile) = drawn([4, 4], [AxisKind::WALLS, AxisKind::FIXED_WALLS]);
        for y in [0.3, 1.1, 2.9] {
            let at = |x: f64| profile.at(0, &[x, y]);
            for wall in [0.0, 1.0] {
                let slope = (at(wall + 1e-3) - at(wall - 1e-3)).abs();
                assert!(slope < 1e-12, "no flux through x = {wall}: {slope:e}"); // even about it
            }
            for wall in [0.0, 3.0] {
                let value = profile.at(0, &[0.2 * y, wall]).abs();
                assert!(value < 1e-12, "value on y = {wall}: {value:e}"); // odd about it
            }
        }
    }
}
