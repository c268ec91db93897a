//! The learner: the surrogate, the average of its weights, the optimiser and the loss since the last report.

use super::average::Average;
use super::{gradients, part, shared};
use crate::batch::Batch;
use crate::checkpoint::Checkpoint;
use crate::group::Group;
use crate::plan::{Plan, Stage};
use crate::recipe::{OptimizerKind, OptimizerSection};
use crate::run::RunError;
use crate::telemetry::Balance;
use burn::module::Module;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{
    GradientsAccumulator, GradientsParams, ModuleOptimizer, SgdConfig, decay::WeightDecayConfig,
};
use burn::tensor::{Device, Tensor};
use ondine_models::optimizer::AdamW;
use ondine_models::{Init, Model, SurrogateRng};
use ondine_solvers::Stream;

/// The share of the last update that gradient descent keeps, unless the recipe has another one.
const MOMENTUM: f64 = 0.9;

/// The part of a global batch that one shard has, with its plan: what is learned one after the other, each in a batch for every
/// grid.
pub(crate) struct Part<'p> {
    pub(crate) plan: &'p Plan,
    pub(crate) batches: Vec<Vec<Batch>>,
}

/// Mean loss of a part, `[1]`, its gradient, and the loss of every window, `[batch]`, outside of automatic differentiation.
struct Slope {
    loss: Tensor<1>,
    gradients: GradientsParams,
    losses: Tensor<1>,
}

/// A surrogate under training.
pub(crate) struct Learner {
    pub(crate) surrogate: Model,
    pub(crate) optimizer: ModuleOptimizer,
    average: Option<Average>,
    loss_sum: Tensor<1>,
    loss_count: usize,
}

impl Learner {
    /// A learner at its first step.
    pub(crate) fn new(plan: &Plan, surrogate: Model, device: &Device) -> Self {
        Self {
            average: average(plan, &surrogate),
            optimizer: optimizer(plan),
            loss_sum: Tensor::zeros([1], &device.clone().without_autodiff()),
            loss_count: 0,
            surrogate,
        }
    }

    /// The learner of a checkpoint.
    pub(crate) fn restored(
        plan: &Plan,
        checkpoint: &Checkpoint,
        init: &mut Init,
        device: &Device,
    ) -> Result<Self, RunError> {
        let fresh = Self::new(plan, checkpoint.surrogate(plan, init)?, device);
        Ok(Self {
            average: average(plan, &checkpoint.best(plan, init)?),
            optimizer: checkpoint.optimizer(fresh.optimizer)?,
            loss_sum: fresh.loss_sum.add_scalar(checkpoint.state.loss_sum),
            loss_count: checkpoint.state.loss_count,
            surrogate: fresh.surrogate,
        })
    }

    /// Optimisation step `step`, counted from 0, on the batches of all shards of all processes of a group; returns the norm of
    /// the gradient, `[1]`, and the loss of every window of the first shard of this one, `[batch]`.
    ///
    /// # Panics
    /// Without a part.
    pub(crate) fn learn<'p>(
        &mut self,
        parts: impl Iterator<Item = Part<'p>>,
        step: usize,
        (group, balance): (&dyn Group, &mut Balance),
    ) -> [Tensor<1>; 2] {
        let mut parts = parts.peekable();
        let first = parts.next().expect("a process has a shard");
        let (plan, stage) = (first.plan, first.plan.stage(step));
        let Slope {
            mut loss,
            mut gradients,
            losses,
        } = self.slope(&first, step);
        if group.size() > 1 || parts.peek().is_some() {
            let model = &self.surrogate;
            let mut sum = shared::weighted(model, &gradients, (loss.clone(), losses.dims()[0]));
            for part in parts {
                let own = self.slope(&part, step);
                let weight = own.losses.dims()[0];
                let own = shared::weighted(model, &own.gradients, (own.loss, weight));
                sum.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
            }
            if group.size() > 1 {
                Balance::timed(&mut balance.ranks_s, || group.barrier());
            }
            loss = Balance::timed(&mut balance.reduce_s, || {
                group.all_reduce(&mut sum);
                shared::averaged(model, &mut gradients, sum, &loss.device())
            });
        }
        self.loss_sum = self.loss_sum.clone() + loss;
        self.loss_count += 1;
        let norm = gradients::clip(&self.surrogate, &mut gradients, plan.recipe.train.clip);
        let rate = stage.rate(step);
        self.surrogate = self.optimizer.step(rate, self.surrogate.clone(), gradients);
        if let Some(average) = &mut self.average {
            average.update(&self.surrogate, step);
        }
        [norm, losses]
    }

    /// Mean loss and gradient of a part of the global batch.
    fn slope(&self, part: &Part<'_>, step: usize) -> Slope {
        let Part { plan, batches } = part;
        let mut draws = plan.draws(Stream::Noise, step as u64);
        let stage = plan.stage(step);
        let mut slope = match &batches[..] {
            [whole] => self.slope_of(stage, whole, &mut draws, |losses| losses.mean()),
            parts => self.accumulated(stage, parts, &mut draws),
        };
        if let Some(part) = &stage.part {
            part::keep(&self.surrogate, &mut slope.gradients, part);
        }
        slope
    }

    /// Mean loss and gradient of several parts, one after the other: the memory of a gradient is that of one of them.
    fn accumulated(&self, stage: &Stage, parts: &[Vec<Batch>], draws: &mut SurrogateRng) -> Slope {
        let windows = |batch: &Batch| batch.parameters.dims()[0];
        let all = parts.iter().flatten().map(windows).sum::<usize>() as f64;
        let mut sum = GradientsAccumulator::new();
        let slopes = parts.iter().map(|part| {
            let own = self.slope_of(stage, part, draws, |losses| losses.sum() / all);
            sum.accumulate(&self.surrogate, own.gradients);
            [own.loss, own.losses]
        });
        let slopes: Vec<[Tensor<1>; 2]> = slopes.collect();
        let [loss, losses] = [0, 1].map(|which| {
            let all = slopes.iter().map(|slope| slope[which].clone());
            Tensor::cat(all.collect(), 0)
        });
        Slope {
            loss: loss.sum(),
            gradients: sum.grads(),
            losses,
        }
    }

    /// The loss that `mean` makes of those of all windows, and its gradient.
    fn slope_of(
        &self,
        stage: &Stage,
        batches: &[Batch],
        draws: &mut SurrogateRng,
        mean: impl FnOnce(Tensor<1>) -> Tensor<1>,
    ) -> Slope {
        let losses = batches.iter();
        let losses = losses.map(|batch| (stage.objective).losses(&self.surrogate, batch, draws));
        let losses = one_after_the_other(losses.collect());
        let loss = mean(losses.clone());
        let gradients = GradientsParams::from_grads(loss.backward(), &self.surrogate);
        Slope {
            loss: loss.inner(),
            gradients,
            losses: losses.inner(),
        }
    }

    /// The mean loss since the last call.
    pub(crate) fn take_loss(&mut self) -> f64 {
        let (sum, count) = self.loss();
        self.loss_sum = self.loss_sum.zeros_like();
        self.loss_count = 0;
        f64::from(sum) / count as f64
    }

    /// Sum and number of the losses since the last report.
    pub(crate) fn loss(&self) -> (f32, usize) {
        (self.loss_sum.clone().into_scalar(), self.loss_count)
    }

    /// The averaged surrogate, where there is one.
    pub(crate) fn average(&self) -> Option<&Model> {
        self.average.as_ref().map(|average| &average.surrogate)
    }

    /// The surrogate to use, outside of automatic differentiation.
    pub(crate) fn best(&self) -> Model {
        self.average()
            .cloned()
            .unwrap_or_else(|| self.surrogate.valid())
    }
}

/// The losses of all parts of a batch, `[batch]`.
fn one_after_the_other(mut parts: Vec<Tensor<1>>) -> Tensor<1> {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => Tensor::cat(parts.into_iter().chain(last).collect(), 0),
    }
}

fn average(plan: &Plan, surrogate: &Model) -> Option<Average> {
    let decay = plan.recipe.train.ema;
    (decay > 0.0).then(|| Average::new(surrogate, decay))
}

/// The optimiser before its first step.
pub(super) fn optimizer(plan: &Plan) -> ModuleOptimizer {
    let options = &plan.recipe.optimizer;
    match options.kind {
        OptimizerKind::AdamW => {
            let adamw = AdamW {
                betas: options.betas.map(|beta| beta as f32),
                epsilon: 1e-8,
                weight_decay: options.weight_decay as f32,
            };
            adamw.init()
        }
        OptimizerKind::Sgd => descent(options).init(),
    }
}

/// Gradient descent with momentum, `v ← μ v + g` and `w ← w − η v`.
fn descent(options: &OptimizerSection) -> SgdConfig {
    let momentum = options.momentum.unwrap_or(MOMENTUM);
    let momentum = MomentumConfig::new()
        .with_momentum(momentum)
        .with_dampening(0.0);
    let decay = options.weight_decay as f32;
    SgdConfig::new()
        .with_momentum(Some(momentum))
        .with_weight_decay((decay > 0.0).then(|| WeightDecayConfig::new(decay)))
}
