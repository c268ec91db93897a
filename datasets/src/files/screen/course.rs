//! The course of a trajectory in time: size, variation and change of every frame, channel by channel, and the frames at
//! which it breaks off.
//!
//! A solution may rest, decay, grow and blow up; it does not become zero everywhere from one frame to the next, change its
//! size between two frames alone, or leave its path for a frame and come back.

use std::ops::Range;

/// Variation before a constant frame, as a share of the largest, from which on it does not end there by decay.
const ABRUPT: f64 = 1e-3;

/// Ratio of the sizes of neighbouring frames from which on it may be one of units.
const JUMP: f64 = 10.0;

/// Factor by which the logarithm of that ratio exceeds those before and after: growth and decay last several frames.
const ALONE: f64 = 5.0;

/// Fewer frames than this have no typical change.
const FEW: usize = 8;

/// Second differences of this many times the median are off the course. Frames `t` and `t + 1` that are swapped have
/// `3/(ω dt)` of it, waves `ω`: all with ten frames a period or more are found.
const OFF: f64 = 5.0;

/// Frames before one that is off the course, at least: a first transient may overshoot and come back. Two that are swapped
/// spoil the second differences of two frames more on either side.
const ASIDE: usize = 3;

/// Cosine of two changes in a row, below which the second one leads back.
const BACK: f64 = -0.3;

/// Changes below this share of a field's variation may be the rounding of 16-bit numbers.
const ROUNDED: f64 = 1e-3;

/// A change before equal frames, as a share of the largest one, from which on they are no approach to rest.
const MOVING: f64 = 0.03;

/// One channel of one frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// The value of all points, where it is the same.
    pub(super) flat: Option<f64>,
    pub(super) mean: f64,
    /// Standard deviation over the points.
    pub(super) deviation: f64,
    /// Root mean square.
    size: f64,
    /// Root mean square of the difference to the frame before.
    change: f64,
    /// Mean product of that difference and the one before.
    turn: f64,
}

/// The way in which a trajectory breaks off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Break {
    /// Every channel is zero at all points.
    Zero,
    /// One channel has this value at all points.
    Flat(f64),
    /// The frame is this many times as large as the one before.
    Jump(f64),
    /// The change to the frame and back is this many times the usual one.
    Off(f64),
    /// The frame is that before, in a channel that moves.
    Equal,
}

/// The channels of a trajectory over its frames.
pub(super) struct Course(Vec<Vec<Frame>>);

impl Course {
    /// The course of frames one after the other, of so many channels and points.
    pub(super) fn of(frames: &[f64], [channels, points]: [usize; 2]) -> Self {
        let len = channels * points;
        let channel = |channel: usize| {
            let at = |t: usize| &frames[t * len + channel * points..][..points];
            (0..frames.len() / len)
                .map(|t| {
                    Frame::of(
                        at(t),
                        [t.checked_sub(1), t.checked_sub(2)].map(|t| t.map(at)),
                    )
                })
                .collect()
        };
        Self((0..channels).map(channel).collect())
    }

    /// The channels, `[channel][frame]`.
    pub(super) fn channels(&self) -> &[Vec<Frame>] {
        &self.0
    }

    /// Whether every channel has one value at all points of all frames.
    pub(super) fn is_constant(&self) -> bool {
        self.0.iter().all(|frames| constant(frames).is_some())
    }

    /// A break, with its frames and its channel: one often shows as several kinds, of which the first says the most.
    pub(super) fn broken(&self) -> Option<(Break, Range<usize>, usize)> {
        if let Some(at) = self.zero() {
            return Some((Break::Zero, at, 0));
        }
        [flat, jump, off, equal].into_iter().find_map(|kind| {
            let mut channels = self.0.iter().enumerate();
            channels.find_map(|(channel, frames)| {
                let (kind, at) = kind(frames)?;
                Some((kind, at, channel))
            })
        })
    }

    /// Frames that are zero everywhere beside one that is not, by no decay.
    fn zero(&self) -> Option<Range<usize>> {
        let is_zero = |t: usize| self.0.iter().all(|frames| frames[t].flat == Some(0.0));
        let abrupt = |at: &Range<usize>| self.0.iter().any(|frames| is_abrupt(frames, at));
        runs(self.0.first()?.len(), is_zero).find(abrupt)
    }
}

impl Frame {
    fn of(values: &[f64], before: [Option<&[f64]>; 2]) -> Self {
        let count = values.len() as f64;
        let mean_of = |all: &mut dyn Iterator<Item = f64>| all.sum::<f64>() / count;
        let mean = mean_of(&mut values.iter().copied());
        let first = values.first().copied().unwrap_or(0.0);
        let flat = values.iter().all(|value| (value - first).abs() <= 0.0); // −0 is 0
        let square = |x: f64| x * x;
        let (mut change, mut turn) = (f64::NAN, f64::NAN);
        if let Some(last) = before[0] {
            change = mean_of(&mut values.iter().zip(last).map(|(u, v)| square(u - v))).sqrt();
            if let Some(second) = before[1] {
                let pairs = values.iter().zip(last).zip(second);
                turn = mean_of(&mut pairs.map(|((u, v), w)| (u - v) * (v - w)));
            }
        }
        Self {
            flat: flat.then_some(first),
            mean,
            deviation: mean_of(&mut values.iter().map(|u| square(u - mean))).sqrt(),
            size: mean_of(&mut values.iter().map(|u| square(*u))).sqrt(),
            change,
            turn,
        }
    }
}

/// The value of a channel that never varies.
pub(super) fn constant(frames: &[Frame]) -> Option<f64> {
    let first = frames.first()?.flat?;
    let same = |frame: &Frame| frame.flat == Some(first);
    frames.iter().all(same).then_some(first)
}

/// The runs of frames with a property.
fn runs(count: usize, has: impl Fn(usize) -> bool) -> impl Iterator<Item = Range<usize>> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let first = (next..count).find(|&t| has(t))?;
        next = (first..count).find(|&t| !has(t)).unwrap_or(count);
        Some(first..next)
    })
}

/// Whether flat frames lie beside one that varies too much to have decayed. One flat frame at the beginning may be the
/// state of rest that a solution starts from.
fn is_abrupt(frames: &[Frame], at: &Range<usize>) -> bool {
    let largest = largest(frames, |frame| frame.deviation);
    let varies = |t: usize| {
        frames
            .get(t)
            .is_some_and(|frame| frame.deviation > ABRUPT * largest)
    };
    match at.start {
        0 => at.len() > 1 && varies(at.end),
        start => varies(start - 1) || varies(at.end),
    }
}

/// Flat frames of one channel, which neither rest before it moves nor end by decay: their value is not the mean before.
fn flat(frames: &[Frame]) -> Option<(Break, Range<usize>)> {
    let filled = |at: &Range<usize>| {
        let Some(before) = at.start.checked_sub(1).map(|t| frames[t]) else {
            return false;
        };
        let value = frames[at.start].flat.unwrap_or(before.mean);
        is_abrupt(frames, at) && (value - before.mean).abs() > ROUNDED * before.deviation
    };
    let at = runs(frames.len(), |t| frames[t].flat.is_some()).find(filled)?;
    Some((Break::Flat(frames[at.start].flat?), at))
}

/// A frame from which on sizes are others.
fn jump(frames: &[Frame]) -> Option<(Break, Range<usize>)> {
    let ratio = |t: usize| (frames[t].size / frames[t - 1].size).ln();
    let alone = |t: &usize| {
        let here = ratio(*t).abs();
        let beside = ratio(t - 1).abs().max(ratio(t + 1).abs());
        here.is_finite() && here >= JUMP.ln() && beside * ALONE <= here
    };
    let last = frames.len().saturating_sub(1);
    let t = (2..last).find(alone)?;
    Some((Break::Jump(ratio(t).exp()), t..frames.len()))
}

/// The frame that lies furthest off the course of its neighbours: in the wrong place, or from elsewhere.
fn off(frames: &[Frame]) -> Option<(Break, Range<usize>)> {
    if frames.len() < FEW {
        return None;
    }
    let second = |t: usize| {
        let [to, from] = [frames[t], frames[t + 1]];
        (to.change.powi(2) + from.change.powi(2) - 2.0 * from.turn)
            .max(0.0)
            .sqrt()
    };
    let inner = 1..frames.len() - 1;
    let typical = median(inner.clone().map(second).collect());
    let usual = median(frames[1..].iter().map(|frame| frame.change).collect());
    let floor = (0.5 * usual).max(ROUNDED * largest(frames, |frame| frame.deviation));
    let back = |t: &usize| {
        let [to, from] = [frames[*t], frames[t + 1]];
        let (least, most) = (to.change.min(from.change), to.change * from.change);
        let above = |usual: f64| second(*t) > OFF * usual;
        let beside = [
            Some(t - ASIDE),
            Some(t + ASIDE).filter(|t| inner.contains(t)),
        ];
        let alone = beside.into_iter().flatten().all(|t| above(second(t)));
        least > floor && from.turn < BACK * most && above(typical) && alone
    };
    let worst = (1 + ASIDE..inner.end)
        .filter(back)
        .reduce(|a, b| if second(b) > 1.001 * second(a) { b } else { a })?;
    Some((Break::Off(second(worst) / typical), worst..worst + 1))
}

/// Frames equal to those before while the channel moves.
fn equal(frames: &[Frame]) -> Option<(Break, Range<usize>)> {
    let most = largest(frames, |frame| frame.change);
    let moves = |t: usize| {
        frames
            .get(t)
            .is_some_and(|frame| frame.change > MOVING * most)
    };
    let moved = |at: &Range<usize>| {
        frames[at.start].flat.is_none() && (moves(at.start - 1) || moves(at.end))
    };
    let still = |t: usize| frames[t].change == 0.0;
    let at = runs(frames.len(), still).find(moved)?;
    Some((Break::Equal, at))
}

fn largest(frames: &[Frame], of: impl Fn(&Frame) -> f64) -> f64 {
    frames.iter().map(of).fold(0.0, f64::max)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
