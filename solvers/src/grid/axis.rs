//! One axis of a grid: the only author of positions and spacings.

use std::fmt;

use super::{Boundary, Ends, Placement};

/// Ends and placement of an axis, for any number of points and any length.
///
/// ```
/// use ondine_solvers::{AxisKind, Boundary, Ends, Placement};
///
/// let outflow = Ends { low: Boundary::Wall, high: Boundary::Open };
/// let cells = AxisKind::new(outflow, Placement::CellCentres)?;
/// assert_eq!(cells.coordinates(4, 2.0), [0.25, 0.75, 1.25, 1.75]);
/// assert!(AxisKind::new(outflow, Placement::InteriorNodes).is_err());
/// # Ok::<(), ondine_solvers::AxisError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AxisKind {
    ends: Ends,
    placement: Placement,
}

/// Ends and placement that no axis has together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AxisError {
    /// One end is periodic and the other is not.
    #[error(
        "grid: one end of an axis is periodic and the other is not: make both periodic or none"
    )]
    HalfPeriodic,
    /// Nodes on an axis that is not periodic.
    #[error(
        "grid: nodes leave out the point at the end of the axis, which is the first one again on a \
         periodic axis alone: use cell centres or interior nodes"
    )]
    NodesWithoutImage,
    /// Interior nodes on an axis without two walls.
    #[error(
        "grid: interior nodes lie between two walls on which values are given: make both ends \
         walls, or use cell centres"
    )]
    InteriorWithoutWalls,
}

impl AxisKind {
    /// Periodic, with nodes: the axes of spectral methods.
    pub const PERIODIC: Self = Self::both(Boundary::Periodic, Placement::Nodes);
    /// Periodic, with cell centres.
    pub const PERIODIC_CELLS: Self = Self::both(Boundary::Periodic, Placement::CellCentres);
    /// Walls around cells.
    pub const WALLS: Self = Self::both(Boundary::Wall, Placement::CellCentres);
    /// Walls on which values are given, with interior nodes.
    pub const FIXED_WALLS: Self = Self::both(Boundary::Wall, Placement::InteriorNodes);
    /// Open ends around cells.
    pub const OPEN: Self = Self::both(Boundary::Open, Placement::CellCentres);

    /// An axis with these ends and points.
    ///
    /// # Errors
    ///
    /// When one end alone is periodic, for nodes without periodic ends, and for interior nodes
    /// without two walls.
    pub const fn new(ends: Ends, placement: Placement) -> Result<Self, AxisError> {
        match (ends.low, ends.high, placement) {
            (Boundary::Periodic, Boundary::Periodic, Placement::InteriorNodes) => {
                Err(AxisError::InteriorWithoutWalls)
            }
            (Boundary::Periodic, Boundary::Periodic, _)
            | (Boundary::Wall, Boundary::Wall, Placement::InteriorNodes) => {
                Ok(Self { ends, placement })
            }
            (Boundary::Periodic, _, _) | (_, Boundary::Periodic, _) => Err(AxisError::HalfPeriodic),
            (_, _, Placement::CellCentres) => Ok(Self { ends, placement }),
            (_, _, Placement::Nodes) => Err(AxisError::NodesWithoutImage),
            (_, _, Placement::InteriorNodes) => Err(AxisError::InteriorWithoutWalls),
        }
    }

    const fn both(boundary: Boundary, placement: Placement) -> Self {
        Self {
            ends: Ends::both(boundary),
            placement,
        }
    }

    /// The boundaries at its ends.
    #[must_use]
    pub const fn ends(self) -> Ends {
        self.ends
    }

    /// Placement of its points.
    #[must_use]
    pub const fn placement(self) -> Placement {
        self.placement
    }

    /// Whether it is periodic.
    #[must_use]
    pub const fn is_periodic(self) -> bool {
        matches!(self.ends.low, Boundary::Periodic)
    }

    /// Distance of neighbouring points among `points` on an axis of `length`.
    #[must_use]
    pub fn spacing(self, points: usize, length: f64) -> f64 {
        length / self.placement.spacings(points) as f64
    }

    /// Positions of `points` points on an axis of `length`, in `[0, length]`.
    #[must_use]
    pub fn coordinates(self, points: usize, length: f64) -> Vec<f64> {
        let (first, spacings) = (self.placement.first(), self.placement.spacings(points));
        let at = |j: usize| (j as f64 + first) * length / spacings as f64;
        (0..points).map(at).collect()
    }
}

impl fmt::Display for AxisKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with {}", self.ends, self.placement)
    }
}

/// An axis of a grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis {
    /// Number of points.
    pub points: usize,
    /// Length `L` of the domain.
    pub length: f64,
    /// Its ends, and where its points lie.
    pub kind: AxisKind,
}

impl Axis {
    /// Distance of neighbouring points.
    #[must_use]
    pub fn spacing(&self) -> f64 {
        self.kind.spacing(self.points, self.length)
    }

    /// Positions of the points, in `[0, L]`.
    #[must_use]
    pub fn coordinates(&self) -> Vec<f64> {
        self.kind.coordinates(self.points, self.length)
    }

    /// The same axis with `ratio` times the spacings; which points the two share says
    /// [`Placement::first_shared`].
    #[must_use]
    pub fn refined(&self, ratio: usize) -> Self {
        let placement = self.kind.placement;
        Self {
            points: placement.points(ratio * placement.spacings(self.points)),
            ..*self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(points: usize, length: f64, kind: AxisKind) -> Axis {
        Axis {
            points,
            length,
            kind,
        }
    }

    const KINDS: [AxisKind; 5] = [
        AxisKind::PERIODIC,
        AxisKind::PERIODIC_CELLS,
        AxisKind::WALLS,
        AxisKind::FIXED_WALLS,
        AxisKind::OPEN,
    ];

    #[test]
    fn points_lie_where_the_placement_says_and_one_spacing_apart() {
        // All of these are exact in binary.
        for (kind, points, expected, spacing) in [
            (AxisKind::PERIODIC, 4, vec![0.0, 0.5, 1.0, 1.5], 0.5),
            (
                AxisKind::PERIODIC_CELLS,
                4,
                vec![0.25, 0.75, 1.25, 1.75],
                0.5,
            ),
            (AxisKind::WALLS, 4, vec![0.25, 0.75, 1.25, 1.75], 0.5),
            (AxisKind::FIXED_WALLS, 3, vec![0.5, 1.0, 1.5], 0.5),
            (AxisKind::OPEN, 2, vec![0.5, 1.5], 1.0),
        ] {
            let axis = axis(points, 2.0, kind);
            assert_eq!(axis.coordinates(), expected, "{kind}");
            assert!((axis.spacing() - spacing).abs() <= 0.0, "{kind}");
        }
    }

    #[test]
    fn a_refined_axis_has_the_points_of_the_axis() {
        for kind in KINDS {
            for ratio in [2, 3, 5] {
                if kind.placement() == Placement::CellCentres && ratio == 2 {
                    continue; // centres of halves lie beside those of the cells
                }
                let coarse = axis(6, 3.0, kind);
                let fine = coarse.refined(ratio);
                let points = fine.coordinates().into_iter();
                let first = kind.placement().first_shared(ratio);
                let shared: Vec<f64> = points.skip(first).step_by(ratio).collect();
                assert_eq!(shared.len(), 6, "{kind}, {ratio}");
                for (x, y) in coarse.coordinates().iter().zip(&shared) {
                    assert!((x - y).abs() < 1e-15, "{kind}, {ratio}: {x}, {y}"); // rounding
                }
                let third = coarse.spacing() / ratio as f64;
                assert!((fine.spacing() - third).abs() < 1e-15, "{kind}, {ratio}");
            }
        }
    }

    #[test]
    fn ends_and_points_that_do_not_go_together_are_refused_with_a_remedy() {
        use Boundary::{Open, Periodic, Wall};
        let refused = |low, high, placement| {
            let kind = AxisKind::new(Ends { low, high }, placement);
            kind.expect_err("no such axis").to_string()
        };
        for (low, high) in [(Periodic, Wall), (Open, Periodic)] {
            for placement in [
                Placement::Nodes,
                Placement::CellCentres,
                Placement::InteriorNodes,
            ] {
                let said = refused(low, high, placement);
                assert!(said.contains("make both periodic or none"), "{said}");
            }
        }
        for ends in [(Wall, Wall), (Open, Open), (Wall, Open)] {
            let said = refused(ends.0, ends.1, Placement::Nodes);
            assert!(
                said.contains("use cell centres or interior nodes"),
                "{said}"
            );
        }
        for ends in [(Periodic, Periodic), (Open, Open), (Wall, Open)] {
            let said = refused(ends.0, ends.1, Placement::InteriorNodes);
            assert!(said.contains("between two walls"), "{said}");
        }
        for kind in KINDS {
            assert_eq!(AxisKind::new(kind.ends(), kind.placement()), Ok(kind));
        }
    }

    #[test]
    fn kinds_read_as_words() {
        assert_eq!(AxisKind::PERIODIC.to_string(), "periodic with nodes");
        let walls = AxisKind::FIXED_WALLS.to_string();
        assert_eq!(walls, "between walls with interior nodes");
        let ends = Ends {
            low: Boundary::Wall,
            high: Boundary::Open,
        };
        let kind = AxisKind::new(ends, Placement::CellCentres).expect("cells have any ends");
        assert_eq!(
            kind.to_string(),
            "between a wall and an open end with cell centres"
        );
    }
}
