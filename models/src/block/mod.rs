//! Blocks that networks share.
//!
//! Inside a Fourier network fields are point-first, `[point, batch, channel]`: a transform along the points and a dense
//! layer along the channels are then both one matrix product without a copy. Convolutions keep `[batch, point, channel]`.

pub mod activation;
mod adaptive;
mod attention;
mod constants;
mod convolution;
mod edge;
mod embedding;
mod fourier_basis;
mod group_norm;
mod join;
mod mlp;
mod modulation;
mod nonlinearity;
mod padding;
mod patches;
mod pointwise;
mod products;
mod residual_block;
mod spectral_conv;
mod sublayer;
mod transposed_convolution;
mod tucker;
mod window_attention;
mod windows;

pub(crate) use adaptive::{AdaptiveRows, adapted};
pub use attention::Attention;
pub use constants::with_constants;
pub use convolution::{Convolution, ConvolutionConfig};
pub use edge::Edge;
pub use embedding::ParameterEmbedding;
pub use fourier_basis::{BasisCache, FourierBasis, retained_most};
pub(crate) use fourier_basis::{retained_modes, subset};
pub use group_norm::{GroupNorm, instance_norm};
pub(crate) use join::{beside, sum_of};
pub use mlp::Mlp;
pub use modulation::{Conditioning, Modulation};
pub use nonlinearity::Activation;
pub use padding::Padding;
pub(crate) use patches::{patched, unpatched};
pub use pointwise::Pointwise;
pub(crate) use products::{linear, product, products};
pub use residual_block::{BlockConfig, ResidualBlock};
pub(crate) use residual_block::{activated, modulated, normalized, shift_of};
pub use spectral_conv::{Mixing, SpectralConv};
pub(crate) use sublayer::Sublayer;
pub use transposed_convolution::{TransposedConfig, TransposedConvolution};
pub use tucker::Tucker;
pub(crate) use window_attention::WindowAttention;
pub(crate) use windows::{Partition, Windows};
