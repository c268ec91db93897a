//! Fourier side of a grid: `û(k) = Σⱼ u(xⱼ) e^{−ik·xⱼ}` and back, with dealiasing.

mod axis;
mod dealias;
mod line;
mod plan;
mod points;
mod resample;
mod transform;
mod wavenumbers;

pub use dealias::Dealias;
pub use points::check_points;
pub use resample::Resample;
pub use transform::Transform;
pub use wavenumbers::Wavenumbers;
