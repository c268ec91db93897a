//! Parts of states that are judged by themselves: a field, or all fields in units of what varies of each.

use super::judge::Forecast;
use super::{HeldOut, Truth};
use crate::batch::Layout;
use crate::metric::variance;

/// A part of states, channel-major as they are.
pub(super) struct Part {
    layout: Layout,
    channels: Vec<Channel>,
}

/// A channel of a part.
struct Channel {
    /// Which one it is of the whole states.
    of: usize,
    /// The divisor once the mean of the truth is taken off; none where it stays as it is.
    deviation: Option<f64>,
}

impl Part {
    /// One field as it is.
    pub(super) fn field(channel: usize, layout: &Layout) -> Self {
        let deviation = None;
        Self::new(
            layout,
            vec![Channel {
                of: channel,
                deviation,
            }],
        )
    }

    /// All fields that vary in units of their deviations; all as they are where none does.
    pub(super) fn scaled(held_out: &HeldOut, layout: &Layout) -> Self {
        let channel = |of: usize| Channel {
            of,
            deviation: deviation(held_out, layout, of),
        };
        let mut channels: Vec<Channel> = (0..layout.channels).map(channel).collect();
        if channels.iter().any(|channel| channel.deviation.is_some()) {
            channels.retain(|channel| channel.deviation.is_some());
        }
        Self::new(layout, channels)
    }

    fn new(layout: &Layout, channels: Vec<Channel>) -> Self {
        let layout = Layout {
            channels: channels.len(),
            ..layout.clone()
        };
        Self { layout, channels }
    }

    /// The layout of the part.
    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The part of the truths, from the last known frame on.
    pub(super) fn truth(&self, held_out: &HeldOut) -> HeldOut {
        let part = |truth: &Truth| Truth {
            static_fields: [].into(),
            known: truth.known.clone(),
            conditions: truth.conditions.clone(),
            dt: truth.dt,
            frames: truth
                .since_last(held_out.num_initial_frames)
                .iter()
                .map(|frame| self.of(truth, frame, frame).into())
                .collect(),
        };
        HeldOut {
            trajectories: held_out.trajectories.iter().map(part).collect(),
            num_initial_frames: 1,
            seed: held_out.seed,
            failures: Vec::new(),
            points: held_out.points.clone(),
            file: None,
            others: Vec::new(),
        }
    }

    /// The part of the forecasts `[step][simulation]`.
    pub(super) fn forecast(
        &self,
        held_out: &HeldOut,
        forecast: &Forecast<'_>,
    ) -> Vec<Vec<Vec<f32>>> {
        let of = |step: usize, simulation: usize| {
            let of = &held_out.trajectories[simulation];
            let truth = &of.since_last(held_out.num_initial_frames)[step + 1];
            self.of(of, forecast.frame(step, simulation), truth)
        };
        let count = held_out.trajectories.len();
        (0..held_out.steps())
            .map(|step| (0..count).map(|i| of(step, i)).collect())
            .collect()
    }

    /// The part of a state of a simulation whose truth is known.
    fn of(&self, simulation: &Truth, state: &[f32], truth: &[f32]) -> Vec<f32> {
        let points = self.layout.num_points();
        let mut part = Vec::with_capacity(self.channels.len() * points);
        for channel in &self.channels {
            let range = channel.of * points..(channel.of + 1) * points;
            let (u, t) = (&state[range.clone()], &truth[range]);
            match channel.deviation {
                None => part.extend_from_slice(u),
                Some(deviation) => {
                    let mean = mean(&simulation.known(t));
                    part.extend(
                        u.iter()
                            .map(|&u| ((f64::from(u) - mean) / deviation) as f32),
                    );
                }
            }
        }
        part
    }
}

/// The standard deviation of the truths of a channel about their own means, over all forecast frames; none where it is but
/// the rounding of their numbers.
fn deviation(held_out: &HeldOut, layout: &Layout, channel: usize) -> Option<f64> {
    let points = layout.num_points();
    let (mut varies, mut squares, mut count) = (0.0, 0.0, 0.0);
    for truth in &held_out.trajectories {
        for frame in &truth.since_last(held_out.num_initial_frames)[1..] {
            let u = truth.known(&frame[channel * points..(channel + 1) * points]);
            varies += variance(&u);
            squares += u.iter().map(|&u| f64::from(u) * f64::from(u)).sum::<f64>() / u.len() as f64;
            count += 1.0;
        }
    }
    let rounding = f64::from(f32::EPSILON).powi(2) * squares;
    (varies > rounding).then(|| (varies / count).sqrt())
}

fn mean(state: &[f32]) -> f64 {
    state.iter().map(|&x| f64::from(x)).sum::<f64>() / state.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::judge::judge;
    use crate::evaluation::quiet::Quiet;
    use ondine_datasets::Conditions;

    const POINTS: usize = 16;

    fn layout(channels: usize) -> Layout {
        Layout::of_frames(&[POINTS], channels)
    }

    fn held_out(state: &[f32]) -> HeldOut {
        let truth = Truth {
            static_fields: [].into(),
            known: None,
            conditions: Conditions {
                dt: 0.5,
                length: vec![1.0],
                spacing: vec![1.0 / POINTS as f64],
                parameters: vec![],
            },
            dt: 0.5,
            frames: vec![state.into(), state.into()],
        };
        HeldOut {
            trajectories: vec![truth; 2],
            num_initial_frames: 1,
            seed: None,
            failures: Vec::new(),
            points: vec![POINTS],
            file: None,
            others: Vec::new(),
        }
    }

    fn wave(mean: f32, size: f32, phase: f32) -> Vec<f32> {
        let turn = std::f32::consts::TAU / POINTS as f32;
        let at = |i: usize| mean + size * (turn * i as f32 + phase).sin();
        (0..POINTS).map(at).collect()
    }

    /// nRMSE and correlation of a part after a step.
    fn scores(part: &Part, truth: &[f32], state: &[f32]) -> [f64; 2] {
        let whole = held_out(truth);
        let predicted = vec![vec![state.to_vec(); 2]];
        let forecast = part.forecast(&whole, &Forecast::new(&predicted));
        let truth = part.truth(&whole);
        let judged = judge(
            &truth,
            &Quiet::of(&truth),
            &Forecast::new(&forecast),
            &[0.5],
        );
        [judged.nrmse, judged.correlation_over_time[0]]
    }

    #[test]
    fn a_small_field_that_is_lost_is_seen() {
        let truth = [wave(0.0, 1.0, 0.0), wave(0.0, 200.0, 1.0)].concat();
        let lost = [vec![0.0; POINTS], wave(0.0, 200.0, 1.0)].concat();
        let layout = layout(2);
        let [error, correlation] = scores(&Part::field(0, &layout), &truth, &lost);
        assert!((error - 1.0).abs() < 1e-6 && correlation.abs() <= 0.0);
        let [error, correlation] = scores(&Part::field(1, &layout), &truth, &lost);
        assert!(error.abs() <= 0.0 && (correlation - 1.0).abs() < 1e-6);
        let scaled = Part::scaled(&held_out(&truth), &layout);
        let [error, correlation] = scores(&scaled, &truth, &lost);
        let half = 0.5_f64.sqrt(); // one field of two
        assert!((error - half).abs() < 1e-6 && (correlation - half).abs() < 1e-6);
    }

    #[test]
    fn large_means_are_judged_by_what_varies() {
        for unit in [1e-30, 1.0, 1e30] {
            let truth = wave(300.0 * unit, 0.01 * unit, 0.0);
            let mean_alone = vec![300.0 * unit; POINTS];
            let layout = layout(1);
            let scaled = Part::scaled(&held_out(&truth), &layout);
            let [error, correlation] = scores(&scaled, &truth, &mean_alone);
            assert!((error - 1.0).abs() < 1e-3, "{unit}: {error}"); // 300 in 32 bits
            assert!(correlation.abs() < 1e-3, "{unit}: {correlation}");
        }
    }

    #[test]
    fn a_field_that_does_not_vary_is_left_out_unless_none_does() {
        let layout = layout(2);
        let still = [wave(0.0, 1.0, 0.0), vec![0.1; POINTS]].concat();
        assert_eq!(
            Part::scaled(&held_out(&still), &layout).layout().channels,
            1
        );
        let none = vec![0.1; 2 * POINTS];
        let part = Part::scaled(&held_out(&none), &layout);
        assert_eq!(part.layout().channels, 2);
        let [error, correlation] = scores(&part, &none, &none);
        assert!(error.abs() <= 0.0 && (correlation - 1.0).abs() <= 0.0);
    }
}
