//! Resolution of the fields by the grid: the share of the energy at the highest wavenumbers.

use super::channels;
use super::sample::spread;
use ondine_datasets::files::{AxisKind, DatasetError, DatasetReader};
use ondine_metrics::Modes;
use serde::Serialize;

/// The tail begins at this share of the highest wavenumber of an axis: dealiased products leave nothing there.
const TAIL: f64 = 2.0 / 3.0;

/// Share of the energy in the tail, 3 % in amplitude, from which on a field is not resolved.
const LARGE: f64 = 1e-3;

/// Trajectories and frames of each that spectra are taken of.
const STATES: [usize; 2] = [4, 3];

/// The tails of the spectra of all channels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Resolved {
    /// Every channel; nothing where the grid has no transform.
    pub channels: Vec<Tail>,
    /// Number of states whose spectra were taken.
    pub states: usize,
    /// Why there is no spectrum.
    pub fault: Option<String>,
}

/// The tail of a channel's spectrum.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tail {
    /// Name of the channel.
    pub channel: String,
    /// Share of the energy, the mean left aside, above two thirds of the highest wavenumber along some axis: the largest of
    /// the states. None where no state varies.
    pub tail: Option<f64>,
    /// Whether the share is below 1e-3.
    pub resolved: bool,
}

/// A few of these trajectories, evenly spread, whose spectra are taken.
pub(super) fn few(trajectories: &[usize]) -> Vec<usize> {
    let places = spread(trajectories.len(), trajectories.len().min(STATES[0]));
    places
        .into_iter()
        .map(|place| trajectories[place])
        .collect()
}

/// The largest tails of some states of trajectories that have one grid.
pub(super) fn of(
    reader: &dyn DatasetReader,
    trajectories: &[usize],
) -> Result<Resolved, DatasetError> {
    let info = reader.info();
    let points = info.points_of(trajectories.first().copied().unwrap_or(0));
    let kinds: Vec<AxisKind> = info.axes.iter().map(|axis| axis.kind).collect();
    let mut modes = match Modes::of_axes(&points, &kinds) {
        Ok(modes) => modes,
        Err(error) => return Ok(without(error.to_string())),
    };
    let mut tails = vec![None; info.channels()];
    let mut states = 0;
    let frames = spread(info.shortest(), info.shortest().min(STATES[1]));
    for &trajectory in trajectories {
        for &frame in &frames {
            let state = reader.frame(trajectory, frame)?;
            let channels = state.chunks(points.iter().product()).zip(&mut tails);
            channels
                .for_each(|(u, largest)| *largest = larger(*largest, tail(&mut modes, u, &points)));
            states += 1;
        }
    }
    let named = channels(info).into_iter().zip(tails);
    Ok(Resolved {
        channels: named
            .map(|(channel, tail)| Tail::new(channel, tail))
            .collect(),
        states,
        fault: None,
    })
}

impl Resolved {
    /// The largest tails of several grids.
    pub(super) fn worst<'a>(grids: impl Iterator<Item = &'a Self>) -> Option<Self> {
        grids.cloned().reduce(|mut worst, grid| {
            for (tail, other) in worst.channels.iter_mut().zip(grid.channels) {
                *tail = Tail::new(other.channel, larger(tail.tail, other.tail));
            }
            worst.states += grid.states;
            worst.fault = worst.fault.or(grid.fault);
            worst
        })
    }
}

fn without(fault: String) -> Resolved {
    Resolved {
        channels: Vec::new(),
        states: 0,
        fault: Some(fault),
    }
}

impl Tail {
    fn new(channel: String, tail: Option<f64>) -> Self {
        Self {
            channel,
            tail,
            resolved: tail.is_none_or(|tail| tail < LARGE),
        }
    }
}

/// `Σ |û|²` over the waves above two thirds of the highest of an axis, over that of all waves but the mean; none of a
/// constant, and of values that are not finite.
fn tail(modes: &mut Modes, u: &[f64], points: &[usize]) -> Option<f64> {
    let u_hat = modes.of(u);
    let (mut high, mut all) = (0.0, 0.0);
    for (mode, wave) in u_hat.iter().zip(modes.waves()) {
        let energy = wave.weight * mode.norm_sqr();
        let axes = wave.periods.iter().zip(points);
        let is_high = |(k, points): (&f64, &usize)| *k > TAIL * highest(*points);
        if axes.clone().any(is_high) {
            high += energy;
        }
        if wave.periods.iter().any(|&k| k > 0.0) {
            all += energy;
        }
    }
    let mean = u.iter().map(|u| u * u).sum::<f64>() / u.len() as f64;
    (all > ROUNDING * mean).then(|| high / all)
}

/// Share of the mean square below which a state is constant, up to the rounding of 32-bit numbers.
const ROUNDING: f64 = 1e-12;

/// The most periods that an axis holds.
fn highest(points: usize) -> f64 {
    points as f64 / 2.0
}

fn larger(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (a, b) => a.or(b),
    }
}
