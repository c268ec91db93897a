//! Placement of the points of an axis.

use std::fmt;

/// Placement of the points of an axis, all of them equally spaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// From 0 on, `xⱼ = j L/N`: the end at `L` is the periodic image of the first point.
    Nodes,
    /// In the middle of `N` cells, `xⱼ = (j + ½) L/N`.
    CellCentres,
    /// Between two walls with a point each, which are not stored: `xⱼ = (j + 1) L/(N + 1)`.
    InteriorNodes,
}

impl Placement {
    /// Distance of the first point from 0, in spacings.
    #[must_use]
    pub const fn first(self) -> f64 {
        match self {
            Self::Nodes => 0.0,
            Self::CellCentres => 0.5,
            Self::InteriorNodes => 1.0,
        }
    }

    /// Number of spacings from end to end of an axis with so many points.
    #[must_use]
    pub const fn spacings(self, points: usize) -> usize {
        match self {
            Self::Nodes | Self::CellCentres => points,
            Self::InteriorNodes => points + 1,
        }
    }

    /// Number of points of an axis with so many spacings from end to end.
    #[must_use]
    pub const fn points(self, spacings: usize) -> usize {
        match self {
            Self::Nodes | Self::CellCentres => spacings,
            Self::InteriorNodes => spacings - 1,
        }
    }

    /// Number of the first point that an axis with `ratio` times the spacings shares with this
    /// one; every `ratio`-th from there on is shared. Cell centres are shared for odd ratios only.
    #[must_use]
    pub const fn first_shared(self, ratio: usize) -> usize {
        match self {
            Self::Nodes => 0,
            Self::CellCentres => ratio / 2,
            Self::InteriorNodes => ratio - 1,
        }
    }
}

impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nodes => "nodes",
            Self::CellCentres => "cell centres",
            Self::InteriorNodes => "interior nodes",
        })
    }
}
