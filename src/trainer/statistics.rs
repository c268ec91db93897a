//! Scales of the stream: sizes of states and of their changes over one surrogate step, learned from the first windows.

use crate::plan::Plan;
use ondine_datasets::{Distribution, Window};
use ondine_models::Scaling;

/// The scales that the windows held now suggest.
pub(crate) fn scaling(plan: &Plan, windows: &[Window]) -> Scaling {
    let channels = (0..plan.layout.channels).map(|channel| Channel::of(plan, windows, channel));
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
    let dt = scaled(&quantities.dt, plan.layout.stride as f64);
    let lengths = quantities.length.iter().zip(&plan.layout.grid);
    let spacing = lengths.map(|(length, &points)| scaled(length, 1.0 / points as f64));
    let parameters = quantities.parameters.iter().map(|prior| scaled(prior, 1.0));
    std::iter::once(dt)
        .chain(spacing)
        .chain(parameters)
        .collect()
}

/// Moments of one channel.
struct Channel {
    mean: f64,
    deviation: f64,
    increment: f64,
}

impl Channel {
    fn of(plan: &Plan, windows: &[Window], channel: usize) -> Self {
        let points = plan.layout.num_points();
        let (mut sum, mut squares, mut increments) = (0.0, 0.0, 0.0);
        for window in windows {
            let values = |frame: usize| &window.frames[frame][channel * points..][..points];
            for (&now, &next) in values(0).iter().zip(values(1)) {
                let (now, next) = (f64::from(now), f64::from(next));
                sum += now;
                squares += now * now;
                increments += (next - now) * (next - now);
            }
        }
        let count = (windows.len() * points).max(1) as f64;
        let mean = sum / count;
        Self {
            mean,
            deviation: (squares / count - mean * mean).max(0.0).sqrt(),
            increment: (increments / count).sqrt(),
        }
    }
}

/// The scale itself, or 1 for a quantity that does not change.
fn positive(scale: f64) -> f32 {
    if scale > 1e-12 { scale as f32 } else { 1.0 }
}
