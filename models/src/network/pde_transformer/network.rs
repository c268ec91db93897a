//! Stages of a transformer between patches in and patches out.

use super::PdeTransformerConfig;
use super::stage::{Partitions, Stage, StageConfig};
use crate::block::activation::silu;
use crate::block::{
    AdaptiveRows, Convolution, ConvolutionConfig, ParameterEmbedding, Pointwise, TransposedConfig,
    TransposedConvolution, adapted, beside, patched, unpatched,
};
use crate::{FieldSpec, Init};
use burn::module::Module;
use burn::tensor::{Device, Tensor};

/// Taps per axis of a convolution that doubles a grid.
const DOUBLING_TAPS: usize = 4;

/// A PDE transformer.
#[derive(Module, Debug)]
pub struct PdeTransformer {
    embedding: ParameterEmbedding,
    /// From the points of a patch to a token.
    lift: Pointwise,
    down: Vec<Down>,
    middle: Stage,
    up: Vec<Up>,
    mix: Convolution,
    adaptation: AdaptiveRows,
    /// From a token to the points of a patch.
    project: Pointwise,
    #[module(skip)]
    config: PdeTransformerConfig,
}

/// Blocks, then half as many tokens per axis of twice the channels.
#[derive(Module, Debug)]
struct Down {
    stage: Stage,
    halve: Convolution,
}

/// Twice as many tokens per axis of half the channels beside those of the way down, then blocks.
#[derive(Module, Debug)]
struct Up {
    double: TransposedConvolution,
    join: Pointwise,
    stage: Stage,
}

impl PdeTransformer {
    /// The network, with weights drawn from `init`. It answers with zeros until it has learned something, and its blocks leave
    /// every token as it is.
    pub fn new(config: &PdeTransformerConfig, spec: &FieldSpec, init: &mut Init) -> Self {
        let (width, dims) = (config.width, spec.dims());
        let embedding = (spec.parameters > 0).then_some(width);
        let stage = StageConfig {
            blocks: config.blocks,
            heads: config.heads,
            dims,
            embedding,
        };
        let patch = config.patch.pow(dims as u32);
        let levels = 0..config.levels;
        Self {
            embedding: ParameterEmbedding::new(spec.parameters, (width / 2).max(1), width, init),
            lift: Pointwise::new(patch * spec.inputs, width, init),
            down: levels
                .clone()
                .map(|level| Down::new(config, level, &stage, init))
                .collect(),
            middle: Stage::new(width << config.levels, &stage, init),
            up: levels
                .rev()
                .map(|level| Up::new(config, level, &stage, init))
                .collect(),
            mix: Convolution::new(&convolution(config, dims, [width, width], 1), init),
            adaptation: AdaptiveRows::new(embedding, 2, width, init),
            project: Pointwise::zero(width, patch * spec.outputs, init),
            config: config.clone(),
        }
    }

    /// # Shapes   u: `[batch, point, inputs]`, parameters: `[batch, parameter]` → `[batch, point, outputs]`
    pub fn forward(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
        let embedding = self.embedding.forward(parameters).map(silu);
        let embedding = embedding.as_ref();
        let patch = self.config.patch;
        let (grids, partitions) = self.levels(grid, &u.device());
        let mut x = self.lift.forward(patched(u, grid, patch)); // [batch, token, width]
        let mut skips = Vec::new();
        for (level, down) in self.down.iter().enumerate() {
            x = down.stage.forward(x, embedding, &partitions[level]);
            skips.push(x.clone());
            x = down.halve.forward(x, &grids[level]);
        }
        x = self
            .middle
            .forward(x, embedding, &partitions[self.down.len()]);
        for (up, level) in self.up.iter().zip((0..self.down.len()).rev()) {
            let fine = up.double.forward(x, &grids[level + 1]);
            let both = beside(skips[level].clone(), fine);
            x = up.join.forward(both);
            x = up.stage.forward(x, embedding, &partitions[level]);
        }
        let x = self.mix.forward(x, &grids[0]);
        let [scale, shift] = self.adaptation.forward(embedding);
        let x = self.project.forward(adapted(x, scale, shift));
        unpatched(x, grid, patch)
    }

    /// Grids of tokens from the finest to the coarsest one, and their partitions.
    fn levels(&self, grid: &[usize], device: &Device) -> (Vec<Vec<usize>>, Vec<Partitions>) {
        let config = &self.config;
        let (window, walls) = (config.window, config.padding.walls());
        let coarse = |level: usize| -> Vec<usize> {
            let unit = config.patch << level;
            grid.iter().map(|n| n / unit).collect()
        };
        let grids: Vec<Vec<usize>> = (0..=config.levels).map(coarse).collect();
        let partition = |grid: &Vec<usize>| Partitions::new(grid, window, walls, device);
        let partitions = grids.iter().map(partition).collect();
        (grids, partitions)
    }
}

fn convolution(
    config: &PdeTransformerConfig,
    dims: usize,
    [inputs, outputs]: [usize; 2],
    stride: usize,
) -> ConvolutionConfig {
    ConvolutionConfig {
        dims,
        inputs,
        outputs,
        stride,
        padding: config.padding,
        ..ConvolutionConfig::default()
    }
}

impl Down {
    fn new(
        config: &PdeTransformerConfig,
        level: usize,
        stage: &StageConfig,
        init: &mut Init,
    ) -> Self {
        let width = config.width << level;
        Self {
            stage: Stage::new(width, stage, init),
            halve: Convolution::new(
                &convolution(config, stage.dims, [width, 2 * width], 2),
                init,
            ),
        }
    }
}

impl Up {
    fn new(
        config: &PdeTransformerConfig,
        level: usize,
        stage: &StageConfig,
        init: &mut Init,
    ) -> Self {
        let width = config.width << level;
        let double = TransposedConfig {
            dims: stage.dims,
            inputs: 2 * width,
            outputs: width,
            kernel: DOUBLING_TAPS,
            padding: config.padding,
        };
        Self {
            double: TransposedConvolution::new(&double, init),
            join: Pointwise::new(2 * width, width, init),
            stage: Stage::new(width, stage, init),
        }
    }
}
