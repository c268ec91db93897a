//! Finite volumes for conservation laws, with shocks and walls: averages over cells, changed by fluxes through their
//! faces.
//!
//! States at faces are [reconstructed](Reconstruction) from averages of primitive variables, each face has one flux of
//! its [`Law`], and time steps are those of the third-order Runge–Kutta method of C.-W. Shu & S. Osher, J. Comput. Phys.
//! 77, 439 (1988), eq. 2.18, as short as the fastest wave asks for. A law is one file: [`Euler`], [`ShallowWater`],
//! [`Acoustics`]; [`Viscous`] has gradients too, [`Cooling`] a source.

mod acoustics;
mod burgers;
mod cooling;
mod euler;
mod faces;
mod ghosts;
mod law;
mod layout;
mod marks;
mod number;
mod pass;
mod planes;
mod reconstruction;
mod settings;
mod shallow_water;
mod solver;
mod viscous;

pub use acoustics::Acoustics;
pub use burgers::InviscidBurgers;
pub use cooling::Cooling;
pub use euler::Euler;
pub use law::{Law, Rusanov};
pub use number::Number;
pub use reconstruction::{Central, Constant, Minmod, Reconstruction, Slope, VanLeer, Weno5};
pub use settings::FiniteVolumes;
pub use shallow_water::ShallowWater;
pub use solver::MOST_STEPS;
pub use viscous::Viscous;
