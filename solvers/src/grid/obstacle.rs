//! Solid parts of a box, which flow goes round.

use super::Grid;
use crate::SolverError;
use crate::words::counted;
use serde::{Deserialize, Serialize};

/// A solid part of a box, by shares of its lengths. It has no images beyond periodic ends.
///
/// ```
/// use ondine_solvers::{AxisKind, Grid, Obstacle};
///
/// let block = Obstacle::Block { from: vec![0.5], to: vec![1.0] };
/// let channel = Grid::of_kinds(&[4], &[2.0], &[AxisKind::WALLS; 3])?.with_obstacles(&[block]);
/// assert_eq!(channel.solid(), [false, false, true, true]);
/// # Ok::<(), ondine_solvers::SolverError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Obstacle {
    /// A ball: a segment on a line, a disc in the plane.
    Disc {
        /// Its centre, one share of the length per axis.
        centre: Vec<f64>,
        /// Its radius as a share of the shortest length, above 0.
        radius: f64,
    },
    /// A box with sides along the axes.
    Block {
        /// Its lowest corner, one share of the length per axis.
        from: Vec<f64>,
        /// Its highest corner.
        to: Vec<f64>,
    },
}

impl Obstacle {
    /// Checks that it is one of a box with `dims` axes.
    ///
    /// # Errors
    ///
    /// [`SolverError::Obstacle`] with the fault.
    pub fn check(&self, dims: usize) -> Result<(), SolverError> {
        let fault = match self {
            Self::Disc { centre, .. } if centre.len() != dims => miscounted("centre", centre, dims),
            Self::Disc { radius, .. } if !(*radius > 0.0 && radius.is_finite()) => {
                format!("radius = {radius} is not above 0")
            }
            Self::Block { from, .. } if from.len() != dims => miscounted("from", from, dims),
            Self::Block { to, .. } if to.len() != dims => miscounted("to", to, dims),
            Self::Block { from, to } if !is_below(from, to) => {
                format!("from = {from:?} does not lie below to = {to:?} along every axis")
            }
            _ => return Ok(()),
        };
        Err(SolverError::Obstacle { fault })
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Disc { .. } => "disc",
            Self::Block { .. } => "block",
        }
    }

    /// Whether a point lies in it.
    fn holds(&self, x: &[f64], length: &[f64]) -> bool {
        let mut axes = x.iter().zip(length);
        match self {
            Self::Disc { centre, radius } => {
                let shortest = length.iter().copied().fold(f64::INFINITY, f64::min);
                let away = axes.zip(centre);
                let away = away.map(|((x, length), centre)| (x - centre * length).powi(2));
                away.sum::<f64>() <= (radius * shortest).powi(2)
            }
            Self::Block { from, to } => {
                let mut sides = from.iter().zip(to);
                axes.all(|(x, length)| {
                    let side = sides.next();
                    side.is_some_and(|(from, to)| (from * length..=to * length).contains(x))
                })
            }
        }
    }
}

/// Whether every entry lies below its partner; none that is no number does.
fn is_below(from: &[f64], to: &[f64]) -> bool {
    from.iter().zip(to).all(|(from, to)| from < to)
}

fn miscounted(name: &str, entries: &[f64], dims: usize) -> String {
    let (entries, axes) = (counted(entries.len(), "entry"), counted(dims, "axis"));
    format!("{name} has {entries} and the grid {axes}: write one per axis")
}

impl Grid {
    /// The same grid in a box with solid parts.
    #[must_use]
    pub fn with_obstacles(mut self, obstacles: &[Obstacle]) -> Self {
        self.obstacles = obstacles.into();
        self
    }

    /// Which points lie in a solid part, the last axis fastest; empty where there is no obstacle.
    #[must_use]
    pub fn solid(&self) -> Vec<bool> {
        if self.obstacles.is_empty() {
            return Vec::new();
        }
        let axes: Vec<Vec<f64>> = self.axes().map(|axis| axis.coordinates()).collect();
        let mut x = vec![0.0; axes.len()];
        let solid = |mut point: usize| {
            for (x, axis) in x.iter_mut().zip(&axes).rev() {
                *x = axis[point % axis.len()];
                point /= axis.len();
            }
            let mut obstacles = self.obstacles.iter();
            obstacles.any(|obstacle| obstacle.holds(&x, &self.length))
        };
        (0..self.num_points()).map(solid).collect()
    }

    /// Another grid of the same box, with its obstacles.
    pub(crate) fn on(&self, grid: Self) -> Self {
        grid.with_obstacles(&self.obstacles)
    }

    /// The same box with `ratio` times finer spacings.
    pub(crate) fn refined(&self, ratio: usize) -> Result<Self, SolverError> {
        let axes: Vec<_> = self.axes().map(|axis| axis.refined(ratio)).collect();
        Ok(Self::of(&axes)?.with_obstacles(&self.obstacles))
    }

    /// Checks that obstacles are those of this box, each has a point of the grid, and some points are left.
    ///
    /// # Errors
    ///
    /// [`SolverError::Obstacle`] with the fault.
    pub fn check_obstacles(&self) -> Result<(), SolverError> {
        for obstacle in self.obstacles.iter() {
            obstacle.check(self.dims())?;
            let alone = self.clone().with_obstacles(std::slice::from_ref(obstacle));
            if !alone.solid().contains(&true) {
                let kind = obstacle.kind();
                let fault = format!(
                    "the {kind} has no point of the grid: make it larger, or the spacing smaller"
                );
                return Err(SolverError::Obstacle { fault });
            }
        }
        if self.obstacles.is_empty() || self.solid().contains(&false) {
            return Ok(());
        }
        let fault = "no point of the grid lies outside of them: leave some to the fluid".to_owned();
        Err(SolverError::Obstacle { fault })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AxisKind;

    fn plane(obstacles: &[Obstacle]) -> Grid {
        let grid = Grid::of_kinds(&[8, 4], &[4.0, 1.0], &[AxisKind::OPEN; 3]).expect("a plane");
        grid.with_obstacles(obstacles)
    }

    fn block(from: [f64; 2], to: [f64; 2]) -> Obstacle {
        let (from, to) = (from.to_vec(), to.to_vec());
        Obstacle::Block { from, to }
    }

    fn disc(centre: &[f64], radius: f64) -> Obstacle {
        let centre = centre.to_vec();
        Obstacle::Disc { centre, radius }
    }

    #[test]
    fn shapes_hold_the_centres_of_cells_in_them_on_every_grid() {
        let solid = plane(&[block([0.0, 0.5], [0.25, 1.0])]).solid();
        let expected = |point: &usize| point / 4 < 2 && point % 4 >= 2;
        assert_eq!(solid, (0..32).map(|i| expected(&i)).collect::<Vec<_>>());
        let round = plane(&[disc(&[0.5, 0.5], 0.4)]);
        let share = |grid: &Grid| {
            let solid = grid.solid().into_iter();
            let count = solid.filter(|solid| *solid).count();
            4.0 * count as f64 / grid.num_points() as f64
        };
        let fine = round.refined(27).expect("a grid");
        let area = std::f64::consts::PI * 0.16;
        assert!((share(&fine) - area).abs() < 0.01, "{}", share(&fine)); // a staircase
        assert!(plane(&[]).solid().is_empty());
    }

    #[test]
    fn obstacles_that_fit_no_box_are_refused() {
        let small = disc(&[0.5, 0.5], 0.01);
        for (obstacles, part) in [
            (vec![disc(&[0.5], 0.1)], "centre has 1 entry"),
            (vec![disc(&[0.5, 0.5], 0.0)], "radius = 0 is not above 0"),
            (vec![block([0.5, 0.0], [0.4, 1.0])], "does not lie below"),
            (vec![small], "no point of the grid: make it larger"),
            (
                vec![block([0.0, 0.0], [1.0, 1.0])],
                "leave some to the fluid",
            ),
        ] {
            let refused = plane(&obstacles).check_obstacles();
            let said = refused.expect_err(part).to_string();
            assert!(said.contains(part), "{said}");
        }
        assert!(plane(&[disc(&[0.5, 0.5], 0.3)]).check_obstacles().is_ok());
    }
}
