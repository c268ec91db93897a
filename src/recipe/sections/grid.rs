//! `[grid]`: the box, its points and its ends.

use crate::recipe::PerAxis;
use crate::recipe::boundary::{AxisEnds, PointsAt};
use crate::recipe::bounded::{Refusal, one_per_axis};
use ondine_solvers::{AxisKind, Boundary, Ends, Obstacle};
use serde::{Deserialize, Serialize};

/// `[grid]`: the box.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GridSection {
    /// Grid points of the frames, one entry per axis.
    pub points: Vec<usize>,
    /// Other grids of the files of `[data]`, one entry per axis each: those that the files have if absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Vec<usize>>,
    /// Grid points of the solver, one entry per axis; as `points` if absent.
    pub solver_points: Option<Vec<usize>>,
    /// Domain length: one for all axes, or a list with one per axis.
    pub length: PerAxis,
    /// Boundaries of a `[problem]`, and of an equation that leaves the choice, one entry per axis; periodic if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<Vec<AxisEnds>>,
    /// Placement of the points of a `[problem]`, and of an equation that leaves the choice, one entry per axis; nodes on
    /// periodic axes and centres of cells on others if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points_at: Option<Vec<PointsAt>>,
    /// Solid parts of the box, which flow goes round.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub obstacles: Vec<Obstacle>,
}

impl GridSection {
    /// Grid points of the solver, one entry per axis.
    pub fn solver_points(&self) -> &[usize] {
        self.solver_points.as_deref().unwrap_or(&self.points)
    }

    /// The fault of a grid that is none of as many axes: the key, and why.
    pub(in crate::recipe) fn fault(&self) -> Option<Refusal> {
        let dims = self.points.len();
        let fits = |points: &&Vec<usize>| points.len() == dims && !points.contains(&0);
        let wrong = self.others.iter().find(|points| !fits(points))?;
        let why = format!(
            "others has {wrong:?}, and a grid has {dims} numbers of points above 0 as `points` has"
        );
        Some(("grid.others", why))
    }

    /// The axes of a problem, with the defaults of their boundaries and points filled in.
    ///
    /// # Errors
    /// The key that fits no axis, and why.
    pub(in crate::recipe) fn settle_axes(&mut self) -> Result<Vec<AxisKind>, Refusal> {
        let dims = self.points.len();
        let periodic = AxisEnds(Ends::both(Boundary::Periodic));
        let ends = self.boundary.get_or_insert_with(|| vec![periodic; dims]);
        one_per_axis("grid.boundary", ends.len(), dims)?;
        let default = || ends.iter().map(|ends| ends.points_at()).collect();
        let points = self.points_at.get_or_insert_with(default);
        one_per_axis("grid.points_at", points.len(), dims)?;
        let axes = ends.iter().zip(points).enumerate();
        let axes = axes.map(|(axis, (ends, points))| {
            let why = |error| ("grid.boundary", format!("axis {axis}: {error}"));
            ends.with(*points).map_err(why)
        });
        axes.collect()
    }

    /// The points in words, "[64, 64] points, solved on [256, 256]".
    pub fn describe(&self) -> String {
        match &self.solver_points {
            Some(solver) if *solver != self.points => {
                format!("{:?} points, solved on {solver:?}", self.points)
            }
            _ => format!("{:?} points", self.points),
        }
    }
}
