//! Axes of the grid of a problem, whose lengths may differ between simulations.

use crate::AxisKind;

/// An axis of the grid of a problem.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Its name: `x`, `y` or `z` in the catalogue.
    pub name: String,
    /// Number of points of a frame.
    pub points: usize,
    /// Smallest and largest length of the domain, above 0.
    pub length: [f64; 2],
    /// Its ends, and where its points lie.
    pub kind: AxisKind,
}

impl Axis {
    /// The names of axes that have no other.
    pub const NAMES: [&'static str; 3] = ["x", "y", "z"];

    /// Smallest and largest distance of neighbouring points.
    #[must_use]
    pub fn spacing(&self) -> [f64; 2] {
        let of_one = self.kind.spacing(self.points, 1.0);
        self.length.map(|end| end * of_one)
    }

    /// Name of the distance of neighbouring points, as `dx`.
    #[must_use]
    pub fn spacing_name(&self) -> String {
        format!("d{}", self.name)
    }
}
