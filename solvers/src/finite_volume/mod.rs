//! Finite volumes for conservation laws, with shocks and walls: averages over cells, changed by fluxes through their
//! faces.
//!
//! States at faces are [reconstructed](Reconstruction) from averages of primitive variables, each face has one flux of
//! its [`Law`], and time steps are those of a [Runge–Kutta method](RungeKutta) of the order of the reconstruction, as short as
//! the fastest wave asks for. A law is one file: [`Euler`], [`ShallowWater`], [`Acoustics`]; [`Viscous`] has gradients too,
//! [`Cooling`] a source, [`OverTopography`] coefficients of each cell.

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
mod runge_kutta;
mod settings;
mod shallow_water;
mod solver;
mod topography;
mod viscous;

pub use acoustics::Acoustics;
pub use burgers::InviscidBurgers;
pub use cooling::Cooling;
pub use euler::Euler;
pub use law::{Law, Rusanov};
pub use number::Number;
pub use reconstruction::{Central, Constant, Minmod, Reconstruction, Slope, VanLeer, Weno5};
pub use runge_kutta::RungeKutta;
pub use settings::FiniteVolumes;
pub use shallow_water::ShallowWater;
pub use solver::MOST_STEPS;
pub use topography::OverTopography;
pub use viscous::Viscous;
