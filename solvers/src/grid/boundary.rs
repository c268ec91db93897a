//! Boundaries at the ends of an axis.

use std::fmt;

/// The boundary at one end of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boundary {
    /// The other end: what leaves here enters there.
    Periodic,
    /// A wall.
    Wall,
    /// No boundary: the domain goes on.
    Open,
}

/// The boundaries at both ends of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    /// The boundary at 0.
    pub low: Boundary,
    /// The boundary at `L`.
    pub high: Boundary,
}

impl Ends {
    /// The same boundary at both ends.
    #[must_use]
    pub const fn both(boundary: Boundary) -> Self {
        Self {
            low: boundary,
            high: boundary,
        }
    }
}

impl fmt::Display for Boundary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Periodic => "a periodic end",
            Self::Wall => "a wall",
            Self::Open => "an open end",
        })
    }
}

impl fmt::Display for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.low, self.high) {
            (Boundary::Periodic, Boundary::Periodic) => f.write_str("periodic"),
            (Boundary::Wall, Boundary::Wall) => f.write_str("between walls"),
            (Boundary::Open, Boundary::Open) => f.write_str("between open ends"),
            (low, high) => write!(f, "between {low} and {high}"),
        }
    }
}
