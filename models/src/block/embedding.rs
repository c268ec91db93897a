//! Embedding of the parameters: `e(p) = Σ_j MLP_j(cos ω₀ x_j, …, sin ω₀ x_j, …)`, `ω_i = 10000^(−i/n)`.
//!
//! Vaswani et al. (2017), §3.5, for the waves; a network of its own for every parameter, summed, as Gupta & Brandstetter
//! (2022) condition their U-Nets and Lippe et al. (2023) theirs on time step and grid spacing. They bring parameters to
//! about `[0, 10]` first: here scaled parameters `p` in `[−1, 1]` become `x = 5 (1 + p)`.

use super::{Activation, Mlp};
use crate::{FieldSpec, Init};
use burn::module::Module;
use burn::tensor::{Int, Tensor};

/// The longest wave is this many times the shortest.
const SPAN: f64 = 1e4;

/// The middle of the range that waves see, and half its width.
const MIDDLE: f64 = 5.0;

/// Turns parameters into a vector that every block of a network listens to.
#[derive(Module, Debug)]
pub struct ParameterEmbedding {
    networks: Vec<Mlp>,
    #[module(skip)]
    waves: usize,
}

impl ParameterEmbedding {
    /// An embedding of `parameters` numbers, each by `waves` cosines and sines, into `size` channels.
    pub fn new(parameters: usize, waves: usize, size: usize, init: &mut Init) -> Self {
        let sizes = [2 * waves, size, size];
        let networks = (0..parameters).map(|_| Mlp::new(&sizes, Activation::Gelu, init));
        Self {
            networks: networks.collect(),
            waves,
        }
    }

    /// The embedding that the blocks of a network of `width` channels listen to, four times as wide.
    pub fn of_width(width: usize, spec: &FieldSpec, init: &mut Init) -> Self {
        Self::new(spec.parameters, (width / 2).max(1), 4 * width, init)
    }

    /// The sum of the embeddings of all parameters; none where there are no parameters.
    ///
    /// # Shapes   parameters: `[batch, parameter]` → `[batch, size]`
    pub fn forward(&self, parameters: Tensor<2>) -> Option<Tensor<2>> {
        let waves = self.waves(parameters); // [parameter, batch, 2 · wave]
        let embedded = |(j, network): (usize, &Mlp)| {
            let waves = waves.clone().narrow(0, j, 1).squeeze_dim::<2>(0);
            network.forward(waves)
        };
        let parts = self.networks.iter().enumerate().map(embedded);
        parts.reduce(|sum, part| sum + part)
    }

    /// # Shapes   parameters: `[batch, parameter]` → `[parameter, batch, 2 · wave]`, cosines then sines
    fn waves(&self, parameters: Tensor<2>) -> Tensor<3> {
        let device = parameters.device().without_autodiff();
        let index = Tensor::<1, Int>::arange(0..self.waves as i64, &device).float();
        let frequencies = (index * (-SPAN.ln() / self.waves as f64)).exp();
        let x = (parameters + 1.0) * MIDDLE;
        let angles = x.swap_dims(0, 1).unsqueeze_dim::<3>(2) * frequencies.unsqueeze::<3>();
        Tensor::cat(vec![angles.clone().cos(), angles.sin()], 2)
    }
}
