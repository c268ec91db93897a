//! Which modes a product may use: `|k| < f N/2`, in units of `2π/L`.
//!
//! A product of `p` fields with modes below `K` has modes below `pK`. On `N` points these fold
//! back by `N`, so the modes below `K` stay clean when `(p + 1) K ≤ N`: `K = N/3` for squares,
//! `K = N/4` for cubes. S. A. Orszag, J. Atmos. Sci. 28, 1074 (1971).

/// Part of the spectrum that enters and leaves a nonlinear term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dealias {
    /// Every mode. For linear equations.
    None,
    /// Modes `k < N/3`: products of two fields are free of aliasing.
    TwoThirds,
    /// Modes `k < N/4`: products of three fields are free of aliasing.
    Half,
}

impl Dealias {
    /// Number of modes kept along an axis of `num_points` points, counted from `k = 0`.
    ///
    /// ```
    /// use ondine_solvers::Dealias;
    /// assert_eq!(Dealias::TwoThirds.num_modes(96), 32); // k = 0 … 31, below 96/3
    /// ```
    #[must_use]
    pub fn num_modes(self, num_points: usize) -> usize {
        match self {
            Self::None => num_points / 2 + 1,
            Self::TwoThirds => num_points.div_ceil(3),
            Self::Half => num_points.div_ceil(4),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn highest_mode_lies_strictly_below_the_bound() {
        for n in (4..200).step_by(2) {
            let two_thirds = Dealias::TwoThirds.num_modes(n) - 1;
            let half = Dealias::Half.num_modes(n) - 1;
            assert!(
                3 * two_thirds < n && 3 * (two_thirds + 1) >= n,
                "two thirds of {n}"
            );
            assert!(4 * half < n && 4 * (half + 1) >= n, "half of {n}");
        }
    }
}
