//! Fourier side of a grid: `û(k) = Σⱼ u(xⱼ) e^{−ik·xⱼ}` and back, with dealiasing; cosines or sines between walls.

mod axis;
mod basis;
mod dealias;
mod line;
mod plan;
mod planned;
mod points;
mod resample;
mod rows;
mod transform;
mod wall;
mod wavenumbers;

pub use dealias::Dealias;
pub(crate) use plan::kept_modes;
pub(crate) use planned::Planned;
pub use points::{check_grid, check_points};
pub use resample::Resample;
pub use transform::Transform;
pub use wavenumbers::Wavenumbers;
