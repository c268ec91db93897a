//! Scales of the stream: sizes of states and of their changes over one surrogate step, learned from the first windows.
//!
//! Stages that follow the first keep them, as the weights that were trained in their units would be wrong in others.

use crate::plan::Plan;
use ondine_datasets::{Distribution, Window};
use ondine_models::{Inputs, Scaling};

/// The scales that the windows held now suggest.
pub(crate) fn scaling(plan: &Plan, windows: &[Window]) -> Scaling {
    let bundle = plan.fields.bundle;
    let frames = (0..bundle).flat_map(|frame| (0..plan.channels()).map(move |c| (frame, c)));
    let channels = frames.map(|(frame, channel)| Channel::of(plan, windows, channel, frame));
    let channels: Vec<Channel> = channels.collect();
    let column = |read: fn(&Channel) -> f64| channels.iter().map(|c| positive(read(c))).collect();
    let priors = priors(plan);
    Scaling {
        mean: channels.iter().map(|channel| channel.mean as f32).collect(),
        deviation: column(|channel| channel.deviation),
        increment: column(|channel| channel.increment),
        center: priors
            .iter()
            .map(|[low, high]| (0.5 * (low + high)) as f32)
            .collect(),
        spread: priors
            .iter()
            .map(|[low, high]| positive(0.5 * (high - low)))
            .collect(),
    }
}

/// The ranges of what a network is told, in the order of [`Layout::parameters`](crate::batch::Layout::parameters).
fn priors(plan: &Plan) -> Vec<[f64; 2]> {
    let quantities = &plan.ensemble.quantities;
    let scaled = |prior: &Distribution, factor: f64| prior.range().map(|end| end * factor);
    let dt = steps(plan, &quantities.dt);
    let lengths = quantities.length.iter().zip(&plan.ensemble.points);
    let spacing = lengths.map(|(length, &points)| scaled(length, 1.0 / points as f64));
    let parameters = quantities.parameters.iter().map(|prior| scaled(prior, 1.0));
    let time = (plan.model.inputs() == Inputs::Parameters).then(|| times(plan));
    std::iter::once(dt)
        .chain(spacing)
        .chain(parameters)
        .chain(time)
        .collect()
}

/// The range of the times of predicted states: from the end of the first step to the last frame.
fn times(plan: &Plan) -> [f64; 2] {
    let dt = &plan.ensemble.quantities.dt;
    let last = plan.ensemble.frames.saturating_sub(1) as f64;
    [steps(plan, dt)[0], dt.range()[1] * last]
}

/// The range of the time of a surrogate step, over all stages.
fn steps(plan: &Plan, dt: &Distribution) -> [f64; 2] {
    let strides = plan.stages.iter().map(|stage| stage.layout.stride);
    let longest = strides.clone().max().unwrap_or(1) as f64;
    let shortest = strides.min().unwrap_or(1) as f64;
    let [low, high] = dt.range();
    [low * shortest, high * longest]
}

/// Moments of one channel of one frame of a state.
struct Channel {
    mean: f64,
    deviation: f64,
    increment: f64,
}

impl Channel {
    /// Those of channel `channel` of the states' frames, the same for all frames of a bundle, and of the change from the
    /// last known frame to that which is number `frame` of the next bundle.
    fn of(plan: &Plan, windows: &[Window], channel: usize, frame: usize) -> Self {
        let (stage, bundle) = (&plan.stages[0], plan.fields.bundle);
        let points = stage.layout.num_points();
        let (mut sum, mut squares, mut increments) = (0.0, 0.0, 0.0);
        for window in windows {
            let values = |frame: usize| {
                let frame = &window.frames[stage.frames[frame]];
                frame[channel * points..][..points]
                    .iter()
                    .map(|&u| f64::from(u))
            };
            for now in (0..bundle).flat_map(values) {
                sum += now;
                squares += now * now;
            }
            for (now, later) in values(bundle - 1).zip(values(bundle + frame)) {
                increments += (later - now) * (later - now);
            }
        }
        let pairs = (windows.len() * points).max(1) as f64;
        let count = pairs * bundle as f64;
        let mean = sum / count;
        Self {
            mean,
            deviation: (squares / count - mean * mean).max(0.0).sqrt(),
            increment: (increments / pairs).sqrt(),
        }
    }
}

/// The scale itself, or 1 for a quantity that does not change.
fn positive(scale: f64) -> f32 {
    if scale > 1e-12 { scale as f32 } else { 1.0 }
}
