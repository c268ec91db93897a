//! Blocks that networks share.
//!
//! Inside a network fields are point-first, `[point, batch, channel]`: a transform along the points and a dense layer
//! along the channels are then both one matrix product without a copy.

pub mod activation;
mod convolution;
mod fourier_basis;
mod padding;
mod pointwise;
mod spectral_conv;

pub use convolution::{Convolution, ConvolutionConfig};
pub use fourier_basis::{BasisCache, FourierBasis};
pub use padding::Padding;
pub use pointwise::Pointwise;
pub use spectral_conv::SpectralConv;
