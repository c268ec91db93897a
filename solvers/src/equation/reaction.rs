//! Reaction: a nonlinear term `𝒩(u) = f(u)` that acts at each point alone.

use crate::{Complex, Real, Workspace};

/// Writes the modes of `f(u)` to `out`; the dealiasing has to match the degree of `f`.
pub(super) fn reaction<T: Real>(
    f: impl Fn(T) -> T + Send + Sync,
    work: &mut Workspace<T>,
    u_hat: &[Complex<T>],
    out: &mut [Complex<T>],
) {
    work.transform.to_points(u_hat, &mut work.points);
    work.threads.each(&mut work.points, |_, points| {
        for u in points {
            *u = f(*u);
        }
    });
    work.transform.to_modes(&mut work.points, out);
}
