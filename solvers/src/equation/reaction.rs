//! Reaction: a nonlinear term `𝒩(u) = f(u)` that acts at each point alone.

use crate::{Complex64, Workspace};

/// Writes the modes of `f(u)` to `out`; the dealiasing has to match the degree of `f`.
pub(super) fn reaction(
    f: impl Fn(f64) -> f64,
    work: &mut Workspace,
    u_hat: &[Complex64],
    out: &mut [Complex64],
) {
    work.transform.to_points(u_hat, &mut work.points);
    for u in &mut work.points {
        *u = f(*u);
    }
    work.transform.to_modes(&mut work.points, out);
}
