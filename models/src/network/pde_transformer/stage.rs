//! Blocks of a transformer on one grid: `x ← x + α A(N(x))`, then `x ← x + α′ M(N(x))`, with adaptive norms `N`.

use crate::Init;
use crate::block::{Activation, AdaptiveRows, Mlp, Partition, WindowAttention, Windows, adapted};
use burn::module::Module;
use burn::tensor::{Device, Tensor};

/// Channels inside of an MLP, in units of those outside.
const EXPANSION: usize = 4;

/// Rows of scale, shift and factor of two branches.
const ROWS: usize = 6;

/// The partitions of a grid, as it is and shifted by half a window.
pub(super) struct Partitions([Partition; 2]);

impl Partitions {
    pub(super) fn new(grid: &[usize], window: usize, walls: [bool; 3], device: &Device) -> Self {
        let partition = |shifted| Windows::new(grid, window, shifted, walls).on(device);
        Self([false, true].map(partition))
    }
}

/// Blocks, every second one in shifted windows.
#[derive(Module, Debug)]
pub(super) struct Stage {
    blocks: Vec<Block>,
}

/// Sizes of the blocks of a stage.
#[derive(Debug, Clone, Copy)]
pub(super) struct StageConfig {
    pub(super) blocks: usize,
    pub(super) heads: usize,
    /// Number of axes.
    pub(super) dims: usize,
    /// Numbers of an embedding of the conditions; none without them.
    pub(super) embedding: Option<usize>,
}

impl Stage {
    pub(super) fn new(width: usize, config: &StageConfig, init: &mut Init) -> Self {
        let blocks = (0..config.blocks).map(|_| Block::new(width, config, init));
        Self {
            blocks: blocks.collect(),
        }
    }

    /// # Shapes   x: `[batch, token, width]`, embedding: `[batch, size]` → as `x`
    pub(super) fn forward(
        &self,
        x: Tensor<3>,
        embedding: Option<&Tensor<2>>,
        partitions: &Partitions,
    ) -> Tensor<3> {
        let blocks = self.blocks.iter().zip(partitions.0.iter().cycle());
        blocks.fold(x, |x, (block, partition)| {
            block.forward(x, embedding, partition)
        })
    }
}

/// Attention and an MLP, both behind adaptive norms.
#[derive(Module, Debug)]
struct Block {
    adaptation: AdaptiveRows,
    attention: WindowAttention,
    mlp: Mlp,
}

impl Block {
    fn new(width: usize, config: &StageConfig, init: &mut Init) -> Self {
        let sizes = [width, EXPANSION * width, width];
        Self {
            adaptation: AdaptiveRows::new(config.embedding, ROWS, width, init),
            attention: WindowAttention::new(width, config.heads, config.dims, init),
            mlp: Mlp::new(&sizes, Activation::Gelu, init),
        }
    }

    fn forward(
        &self,
        x: Tensor<3>,
        embedding: Option<&Tensor<2>>,
        partition: &Partition,
    ) -> Tensor<3> {
        let rows = self.adaptation.forward::<ROWS>(embedding);
        let [scale, shift, factor, mlp_scale, mlp_shift, mlp_factor] = rows;
        let seen = adapted(x.clone(), scale, shift);
        let x = x + self.attention.forward(seen, partition) * factor;
        let change = self.mlp.forward(adapted(x.clone(), mlp_scale, mlp_shift));
        x + change * mlp_factor
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SurrogateRng;

    #[test]
    fn blocks_leave_tokens_as_they_are_until_they_have_learned() {
        let device = Device::flex();
        for embedding in [None, Some(5)] {
            let config = StageConfig {
                blocks: 2,
                heads: 2,
                dims: 2,
                embedding,
            };
            let stage = Stage::new(8, &config, &mut Init::new(1, &device));
            let x = SurrogateRng::new(1).normal([3, 24, 8], &device);
            let told = embedding.map(|size| Tensor::ones([3, size], &device));
            let partitions = Partitions::new(&[4, 6], 3, [false; 3], &device);
            let y = stage.forward(x.clone(), told.as_ref(), &partitions);
            assert!((y - x).abs().max().into_scalar::<f32>() <= 0.0);
        }
    }
}
