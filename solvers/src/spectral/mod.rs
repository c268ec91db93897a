//! Fourier side of a grid: `û(k) = Σⱼ u(xⱼ) e^{−ikxⱼ}` and back, with dealiasing.

mod dealias;
mod transform;

pub use dealias::Dealias;
pub use transform::Transform;
