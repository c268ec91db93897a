//! The blocks of a U-Net on one grid.

use crate::Init;
use crate::block::{
    Attention, BlockConfig, Convolution, ConvolutionConfig, ResidualBlock, TransposedConfig,
    TransposedConvolution, beside,
};
use burn::module::Module;
use burn::tensor::Tensor;

/// The way down: residual blocks, then a convolution with stride 2 onto the next grid, if there is one.
#[derive(Module, Debug)]
pub(super) struct Down {
    blocks: Vec<ResidualBlock>,
    halve: Option<Convolution>,
}

impl Down {
    pub(super) fn new(
        [inputs, outputs]: [usize; 2],
        blocks: usize,
        last: bool,
        config: &BlockConfig,
        init: &mut Init,
    ) -> Self {
        let block =
            |i| ResidualBlock::new(if i == 0 { inputs } else { outputs }, outputs, config, init);
        let blocks = (0..blocks).map(block).collect();
        let halve = ConvolutionConfig {
            stride: 2,
            ..config.convolution(outputs, outputs)
        };
        Self {
            blocks,
            halve: (!last).then(|| Convolution::new(&halve, init)),
        }
    }

    pub(super) fn num_blocks(&self) -> usize {
        self.blocks.len()
    }

    pub(super) fn settle(&mut self) {
        self.blocks.iter_mut().for_each(ResidualBlock::settle);
    }

    /// Every field on the way goes onto `skips`; the last of them is the answer. `grid` becomes that of the answer.
    pub(super) fn forward(
        &self,
        skips: &mut Vec<Tensor<3>>,
        embedding: Option<&Tensor<2>>,
        grid: &mut Vec<usize>,
    ) {
        let newest = |skips: &[Tensor<3>]| skips[skips.len() - 1].clone();
        for block in &self.blocks {
            skips.push(block.forward(newest(skips), embedding, grid));
        }
        if let Some(halve) = &self.halve {
            skips.push(halve.forward(newest(skips), grid));
            *grid = halve.grid_after(grid);
        }
    }
}

/// The coarsest grid: a residual block, attention if it is wanted, another block.
#[derive(Module, Debug)]
pub(super) struct Middle {
    first: ResidualBlock,
    attention: Option<Attention>,
    second: ResidualBlock,
}

impl Middle {
    pub(super) fn new(
        width: usize,
        attention: bool,
        config: &BlockConfig,
        init: &mut Init,
    ) -> Self {
        Self {
            first: ResidualBlock::new(width, width, config, init),
            attention: attention.then(|| Attention::new(width, init)),
            second: ResidualBlock::new(width, width, config, init),
        }
    }

    pub(super) fn settle(&mut self) {
        self.first.settle();
        self.second.settle();
    }

    /// # Shapes   x: `[batch, point, channel]` → the same
    pub(super) fn forward(
        &self,
        x: Tensor<3>,
        embedding: Option<&Tensor<2>>,
        grid: &[usize],
    ) -> Tensor<3> {
        let x = self.first.forward(x, embedding, grid);
        let x = match &self.attention {
            Some(attention) => attention.forward(x),
            None => x,
        };
        self.second.forward(x, embedding, grid)
    }
}

/// The way up: residual blocks, each with a field of the way down beside its own, then a doubling of the grid.
#[derive(Module, Debug)]
pub(super) struct Up {
    blocks: Vec<ResidualBlock>,
    double: Option<TransposedConvolution>,
}

impl Up {
    /// From `inputs` to `outputs` channels, which the last of the blocks changes.
    pub(super) fn new(
        [inputs, outputs]: [usize; 2],
        blocks: usize,
        last: bool,
        config: &BlockConfig,
        init: &mut Init,
    ) -> Self {
        let mut list: Vec<ResidualBlock> = (0..blocks)
            .map(|_| ResidualBlock::new(2 * inputs, inputs, config, init))
            .collect();
        list.push(ResidualBlock::new(inputs + outputs, outputs, config, init));
        let double = TransposedConfig {
            dims: config.dims,
            inputs: outputs,
            outputs,
            kernel: 4,
            padding: config.padding,
        };
        Self {
            blocks: list,
            double: (!last).then(|| TransposedConvolution::new(&double, init)),
        }
    }

    pub(super) fn settle(&mut self) {
        self.blocks.iter_mut().for_each(ResidualBlock::settle);
    }

    /// Takes a field from `skips` for every block. `grid` becomes that of the answer.
    pub(super) fn forward(
        &self,
        mut x: Tensor<3>,
        skips: &mut Vec<Tensor<3>>,
        embedding: Option<&Tensor<2>>,
        grid: &mut [usize],
    ) -> Tensor<3> {
        for block in &self.blocks {
            let skip = skips
                .pop()
                .expect("the way down left a field for every block");
            x = block.forward(beside(x, skip), embedding, grid);
        }
        if let Some(double) = &self.double {
            x = double.forward(x, grid);
            grid.iter_mut().for_each(|n| *n *= 2);
        }
        x
    }
}
