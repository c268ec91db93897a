//! Scales of the stream: sizes of states and of their changes over one surrogate step, learned from the first windows.
//!
//! Stages that follow the first keep them, as the weights that were trained in their units would be wrong in others.

use crate::group::Group;
use crate::plan::Plan;
use ondine_datasets::Window;
use ondine_models::Scaling;
use std::collections::BTreeMap;

/// The scales that the windows suggest which all shards of all processes of a group hold now, each a list; the same in all of
/// them. Every window has the same weight, however many points its grid has.
pub(crate) fn scaling(plan: &Plan, shards: &[Vec<Window>], group: &dyn Group) -> Scaling {
    let (bundle, history) = (plan.fields.bundle, plan.fields.history);
    let own = shards
        .iter()
        .map(|windows| (windows.len(), measured(plan, windows)));
    let mut channels = pooled(group, own.collect());
    let still = channels.split_off(bundle * plan.channels());
    let stated = plan.stated_scales();
    for (measured, scales) in channels.iter_mut().zip(stated.iter().cycle()) {
        *measured = measured.with(*scales);
    }
    // Moments of the state are the same for all frames.
    let state = |read: fn(&Channel) -> f32| {
        let all = channels.iter().cycle().map(read);
        let of_frames = all.take(history * plan.channels());
        of_frames.chain(still.iter().map(read)).collect()
    };
    let priors: Vec<[f64; 2]> = plan
        .conditioning()
        .into_iter()
        .map(|told| told.range)
        .collect();
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

/// The moments of the channels of a shard's windows: those that move, then those that do not.
fn measured(plan: &Plan, windows: &[Window]) -> Vec<Channel> {
    let frames = 0..plan.fields.bundle;
    let frames = frames.flat_map(|frame| (0..plan.channels()).map(move |c| (frame, c)));
    let moving = frames.map(|(frame, channel)| Channel::of(plan, windows, channel, frame));
    let still = (0..plan.fields.statics).map(|channel| Channel::still(plan, windows, channel));
    moving.chain(still).collect()
}

/// The moments of all windows of a group, from those of each shard and its number of windows.
fn pooled(group: &dyn Group, mut own: Vec<(usize, Vec<Channel>)>) -> Vec<Channel> {
    if group.size() == 1 && own.len() == 1 {
        return own.remove(0).1;
    }
    let channels = own[0].1.len();
    let numbers = own.iter().flat_map(|(windows, channels)| {
        let moments = channels.iter();
        let moments = moments.flat_map(|of| [of.mean, of.deviation, of.increment]);
        [*windows as f64].into_iter().chain(moments)
    });
    let bytes: Vec<u8> = numbers.flat_map(f64::to_le_bytes).collect();
    let all = group.all_gather(&bytes).concat();
    let parts: Vec<Vec<f64>> = all
        .chunks_exact(8 * (1 + 3 * channels))
        .map(numbers_of)
        .collect();
    let channel = |index: usize| {
        let of = |part: &Vec<f64>| (part[0], Channel::from(&part[1 + 3 * index..]));
        Channel::pooled(&parts.iter().map(of).collect::<Vec<_>>())
    };
    (0..channels).map(channel).collect()
}

fn numbers_of(bytes: &[u8]) -> Vec<f64> {
    let number = |word: &[u8]| f64::from_le_bytes(word.try_into().expect("chunks of 8 bytes"));
    bytes.chunks_exact(8).map(number).collect()
}

/// Moments of one channel of one frame of a state.
#[derive(Debug, Clone, Copy)]
struct Channel {
    mean: f64,
    deviation: f64,
    increment: f64,
}

impl Channel {
    /// Statistics of channel `channel` of the states' frames, the same for all of them, and of the change from the last
    /// known frame to that which is number `frame` of the answer.
    fn of(plan: &Plan, windows: &[Window], channel: usize, frame: usize) -> Self {
        Self::on_grids(windows, |windows| {
            Self::on_grid(plan, windows, channel, frame)
        })
    }

    /// The moments of windows on several grids, from those `of` the windows on each.
    fn on_grids(windows: &[Window], of: impl Fn(&[Window]) -> Self) -> Self {
        let parts: Vec<&[Window]> = windows.chunk_by(|a, b| a.grid == b.grid).collect();
        if parts.len() < 2 {
            return of(windows);
        }
        let parts = parts.into_iter();
        let parts: Vec<(f64, Self)> = parts.map(|part| (part.len() as f64, of(part))).collect();
        Self::pooled(&parts)
    }

    fn on_grid(plan: &Plan, windows: &[Window], channel: usize, frame: usize) -> Self {
        let (stage, history) = (&plan.stages[0], plan.fields.history);
        let grid = windows.first().map_or(0, |window| window.grid);
        let points = stage.layout_on(grid).num_points();
        // Moments of distances from the first value: squares of large means would leave no digits for small variations.
        let values = |window: &Window, frame: usize| -> Vec<f64> {
            let frame = window.frames[stage.frames[frame]].on_host();
            known(plan, window, &frame[channel * points..][..points])
        };
        let first = windows
            .first()
            .and_then(|of| values(of, 0).first().copied());
        let first = first.unwrap_or(0.0);
        let (mut sum, mut squares, mut increments, mut pairs) = (0.0, 0.0, 0.0, 0);
        for window in windows {
            for now in (0..history).flat_map(|frame| values(window, frame)) {
                sum += now - first;
                squares += (now - first) * (now - first);
            }
            let (now, later) = (values(window, history - 1), values(window, history + frame));
            pairs += now.len();
            for (now, later) in now.into_iter().zip(later) {
                increments += (later - now) * (later - now);
            }
        }
        let pairs = pairs.max(1) as f64;
        let count = pairs * history as f64;
        let away = sum / count;
        Self {
            mean: first + away,
            deviation: (squares / count - away * away).max(0.0).sqrt(),
            increment: (increments / pairs).sqrt(),
        }
    }

    fn from(numbers: &[f64]) -> Self {
        Self {
            mean: numbers[0],
            deviation: numbers[1],
            increment: numbers[2],
        }
    }

    /// The moments of several sets of values with their weights, `m = Σ wᵢ mᵢ` and `σ² = Σ wᵢ (σᵢ² + (mᵢ − m)²)` for weights
    /// with the sum 1: Chan et al. (1983), Algorithms for computing the sample variance.
    fn pooled(parts: &[(f64, Self)]) -> Self {
        let all: f64 = parts.iter().map(|(weight, _)| weight).sum();
        let average = |of: &dyn Fn(&Self) -> f64| {
            let weighted = parts.iter().map(|(weight, part)| weight * of(part));
            weighted.sum::<f64>() / all.max(1.0)
        };
        let mean = average(&|part| part.mean);
        let square = average(&|part| part.deviation.powi(2) + (part.mean - mean).powi(2));
        Self {
            mean,
            deviation: square.sqrt(),
            increment: average(&|part| part.increment.powi(2)).sqrt(),
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

    /// Statistics over points with data of channel `channel` of the static fields of the windows' simulations; mean 0 and
    /// deviation 1 for a mask, which is 0 or 1 everywhere.
    fn still(plan: &Plan, windows: &[Window], channel: usize) -> Self {
        let values = |windows: &[Window]| -> Vec<f64> {
            let of_simulation = windows.iter().map(|window| (window.simulation, window));
            let of_simulation: BTreeMap<u64, _> = of_simulation.collect();
            let values = of_simulation.into_values().flat_map(|window| {
                let points = window.static_fields.len() / plan.fields.statics;
                let field = &window.static_fields[channel * points..][..points];
                known(plan, window, field)
            });
            values.collect()
        };
        let parts = windows.chunk_by(|a, b| a.grid == b.grid);
        let is_mask = |value: f64| (value * (value - 1.0)).abs() <= 0.0;
        let mask = parts.flat_map(values).all(is_mask);
        Self::on_grids(windows, |windows| {
            let (mean, deviation) = if mask {
                (0.0, 1.0)
            } else {
                moments(&values(windows))
            };
            Self {
                mean,
                deviation,
                increment: 0.0,
            }
        })
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

/// The values of a channel at the points with data.
pub(super) fn known(plan: &Plan, window: &Window, channel: &[f32]) -> Vec<f64> {
    let wide = channel.iter().map(|&u| f64::from(u));
    let Some(place) = plan.fields.mask else {
        return wide.collect();
    };
    let mask = &window.static_fields[place * channel.len()..][..channel.len()];
    let known = wide.zip(mask).filter(|(_, known)| **known > 0.0);
    known.map(|(value, _)| value).collect()
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
    fn pooled_moments_are_those_of_all_values() {
        let values = [3.0, -1.0, 4.0, 1.0, -5.0, 9.0];
        let of = |values: &[f64]| {
            let (mean, deviation) = moments(values);
            let increment =
                (values.iter().map(|x| x * x).sum::<f64>() / values.len() as f64).sqrt();
            let channel = Channel {
                mean,
                deviation,
                increment,
            };
            (values.len() as f64, channel)
        };
        let (_, all) = of(&values);
        let pooled = Channel::pooled(&[of(&values[..2]), of(&values[2..])]);
        for (found, expected) in [
            (pooled.mean, all.mean),
            (pooled.deviation, all.deviation),
            (pooled.increment, all.increment),
        ] {
            assert!(
                (found - expected).abs() < 1e-14 * 10.0,
                "{found} {expected}"
            );
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
