//! Scales of the stream: sizes of states and of their changes over one surrogate step, learned from the first windows.
//!
//! Stages that follow the first keep them, as the weights that were trained in their units would be wrong in others.

use crate::plan::Plan;
use ondine_datasets::Window;
use ondine_models::Scaling;
use std::collections::BTreeMap;

/// The scales that the windows held now suggest.
pub(crate) fn scaling(plan: &Plan, windows: &[Window]) -> Scaling {
    let (bundle, history) = (plan.fields.bundle, plan.fields.history);
    let frames = (0..bundle).flat_map(|frame| (0..plan.channels()).map(move |c| (frame, c)));
    let stated = plan.stated_scales();
    let channels = frames.map(|(frame, channel)| {
        let measured = Channel::of(plan, windows, channel, frame);
        stated
            .get(channel)
            .map_or(measured, |scales| measured.with(*scales))
    });
    let channels: Vec<Channel> = channels.collect();
    // Moments of the state are the same for all frames.
    let still: Vec<Channel> = (0..plan.fields.statics)
        .map(|channel| Channel::still(plan, windows, channel))
        .collect();
    let state = |read: fn(&Channel) -> f32| {
        let all = channels.iter().cycle().map(read);
        let of_frames = all.take(history * plan.channels());
        of_frames.chain(still.iter().map(read)).collect()
    };
    let priors: Vec<[f64; 2]> = plan.told().into_iter().map(|told| told.range).collect();
    Scaling {
        mean: state(|channel| channel.mean as f32),
        deviation: state(Channel::state_scale),
        increment: channels.iter().map(Channel::increment_scale).collect(),
        center: priors
            .iter()
            .map(|[low, high]| (0.5 * (low + high)) as f32)
            .collect(),
        spread: priors.into_iter().map(half_width).collect(),
    }
}

/// Moments of one channel of one frame of a state.
#[derive(Clone, Copy)]
struct Channel {
    mean: f64,
    deviation: f64,
    increment: f64,
}

impl Channel {
    /// Statistics of channel `channel` of the states' frames, the same for all of them, and of the change from the last
    /// known frame to that which is number `frame` of the answer.
    fn of(plan: &Plan, windows: &[Window], channel: usize, frame: usize) -> Self {
        let (stage, history) = (&plan.stages[0], plan.fields.history);
        let points = stage.layout.num_points();
        // Moments of distances from the first value: squares of large means would leave no digits for small variations.
        let values = |window: &Window, frame: usize| -> Vec<f64> {
            let frame = &window.frames[stage.frames[frame]];
            let channel = &frame[channel * points..][..points];
            channel.iter().map(|&u| f64::from(u)).collect()
        };
        let first = windows
            .first()
            .and_then(|of| values(of, 0).first().copied());
        let first = first.unwrap_or(0.0);
        let (mut sum, mut squares, mut increments) = (0.0, 0.0, 0.0);
        for window in windows {
            for now in (0..history).flat_map(|frame| values(window, frame)) {
                sum += now - first;
                squares += (now - first) * (now - first);
            }
            let (now, later) = (values(window, history - 1), values(window, history + frame));
            for (now, later) in now.into_iter().zip(later) {
                increments += (later - now) * (later - now);
            }
        }
        let pairs = (windows.len() * points).max(1) as f64;
        let count = pairs * history as f64;
        let away = sum / count;
        Self {
            mean: first + away,
            deviation: (squares / count - away * away).max(0.0).sqrt(),
            increment: (increments / pairs).sqrt(),
        }
    }

    /// The same with a mean and a standard deviation from elsewhere.
    fn with(self, [mean, deviation]: [f64; 2]) -> Self {
        Self {
            mean,
            deviation,
            ..self
        }
    }

    /// Statistics of channel `channel` of the static fields of the windows' simulations; mean 0 and deviation 1 for a
    /// mask, which is 0 or 1 everywhere.
    fn still(plan: &Plan, windows: &[Window], channel: usize) -> Self {
        let points = plan.stages[0].layout.num_points();
        let of_simulation = windows
            .iter()
            .map(|window| (window.simulation, &window.static_fields));
        let of_simulation: BTreeMap<u64, _> = of_simulation.collect();
        let fields = of_simulation.values();
        let values = fields.flat_map(|fields| &fields[channel * points..][..points]);
        let values: Vec<f64> = values.map(|&value| f64::from(value)).collect();
        let is_mask = values
            .iter()
            .all(|&value| (value * (value - 1.0)).abs() <= 0.0);
        let (mean, deviation) = if is_mask {
            (0.0, 1.0)
        } else {
            moments(&values)
        };
        Self {
            mean,
            deviation,
            increment: 0.0,
        }
    }

    /// The scale of states: their standard deviation; where it is but rounding, the size of their mean, and 1 for nothing.
    fn state_scale(&self) -> f32 {
        let varies = varying(self.deviation, self.mean);
        positive(if varies {
            self.deviation
        } else {
            self.mean.abs()
        })
    }

    /// The scale of increments: their size; the scale of states where there are none.
    fn increment_scale(&self) -> f32 {
        if self.increment > 0.0 {
            positive(self.increment)
        } else {
            self.state_scale()
        }
    }
}

/// Mean and standard deviation.
fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / count).sqrt())
}

/// Half the width of a range; 1 for a constant.
fn half_width([low, high]: [f64; 2]) -> f32 {
    let half = 0.5 * (high - low);
    if varying(half, low.abs().max(high.abs())) {
        positive(half)
    } else {
        1.0
    }
}

/// Whether values of this size vary by more than the rounding of 32-bit numbers.
fn varying(deviation: f64, size: f64) -> bool {
    deviation > f64::from(f32::EPSILON) * size.abs()
}

/// The scale as a 32-bit number that can be divided by; 1 for nothing.
fn positive(scale: f64) -> f32 {
    if scale > 0.0 {
        (scale as f32).clamp(f32::MIN_POSITIVE, f32::MAX)
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_go_with_the_units() {
        let channel = |unit: f64| Channel {
            mean: 300.0 * unit,
            deviation: 0.01 * unit,
            increment: 1e-7 * unit,
        };
        for unit in [1.0, 1e-30, 1e30] {
            let of = channel(unit);
            let scales = [of.state_scale(), of.increment_scale()].map(|x| f64::from(x) / unit);
            assert!((scales[0] / 0.01 - 1.0).abs() < 1e-6, "{unit}: {scales:?}");
            assert!((scales[1] / 1e-7 - 1.0).abs() < 1e-6, "{unit}: {scales:?}");
            let width = f64::from(half_width([1.0 * unit, 3.0 * unit])) / unit;
            assert!((width - 1.0).abs() < 1e-6, "{unit}: {width}");
        }
    }

    #[test]
    fn constants_have_the_scale_of_their_size_and_nothing_that_of_one() {
        let of = |mean: f64, deviation: f64| Channel {
            mean,
            deviation,
            increment: 0.0,
        };
        // The second is but rounding.
        for (mean, deviation, scale) in [(0.0, 0.0, 1.0), (-2e-20, 1e-28, 2e-20), (0.5, 0.25, 0.25)]
        {
            let of = of(mean, deviation);
            for found in [of.state_scale(), of.increment_scale()] {
                assert!((found - scale).abs() <= 0.0, "{mean} {deviation}: {found}");
            }
        }
        assert!((half_width([2e-13, 2e-13]) - 1.0).abs() <= 0.0);
        assert!((half_width([0.0, 0.0]) - 1.0).abs() <= 0.0);
    }
}
