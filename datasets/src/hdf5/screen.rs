//! Values that are no data: not finite, or fill values and outliers.
//!
//! Magnitudes are counted by octaves, field by field, over all trajectories. What lies above a gap of several empty octaves
//! and is rare, or all one of the usual fill values, is suspected; a suspect is an outlier where its neighbours on the grid
//! are none, or are equal to it. A peak that the grid resolves has neighbours of other values, however large it is.

mod octaves;

use super::{DatasetError, DatasetInfo, DatasetReader};
use octaves::Octaves;
use std::ops::Range;

/// Values of a file that are looked at before it is used: some seconds of reading.
pub const SCREENED: u64 = 1 << 28;

/// How much of a file is looked at.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The first so many trajectories.
    pub trajectories: usize,
    /// These frames of each.
    pub frames: Range<usize>,
    /// No more values than this; of larger files, as many trajectories as that allows, evenly spread.
    pub values: u64,
}

/// The first value of a trajectory that is no data.
#[derive(Debug, Clone, PartialEq)]
pub struct Bad {
    /// The trajectory.
    pub trajectory: usize,
    /// Its frame.
    pub frame: usize,
    /// Name of the field, with the component where it has several.
    pub field: String,
    /// The grid point, an index an axis.
    pub point: Vec<usize>,
    /// The value.
    pub value: f64,
    /// How many values of the trajectory are no data.
    pub count: u64,
    /// The largest magnitude of the field that is data.
    pub largest: f64,
}

/// The findings in a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Screening {
    /// One of every trajectory with values that are no data, in order.
    pub bad: Vec<Bad>,
    /// How many trajectories were looked at.
    pub screened: usize,
}

impl Screening {
    /// Whether trajectory `index` has values that are no data.
    pub fn is_bad(&self, index: usize) -> bool {
        self.bad.iter().any(|bad| bad.trajectory == index)
    }

    /// The fault in words, without a remedy; none where all is well.
    pub fn describe(&self) -> Option<String> {
        let first = self.bad.first()?;
        let Bad {
            trajectory,
            frame,
            field,
            point,
            value,
            ..
        } = first;
        let what = match value.is_finite() {
            true => format!(
                "a fill value or an outlier, where the other values reach {:.3e} at most",
                first.largest
            ),
            false => "not finite".to_owned(),
        };
        let shown = match value.abs() {
            1e-3..1e7 => value.to_string(),
            _ => format!("{value:e}"),
        };
        let values = match self.bad.iter().map(|bad| bad.count).sum::<u64>() {
            1 => "is 1 such value".to_owned(),
            many => format!("are {many} such values"),
        };
        Some(format!(
            "frame {frame} of trajectory {trajectory} has `{field}` = {shown} at point {point:?}, which is {what}; \
             there {values}, in {} of {} trajectories looked at",
            self.bad.len(),
            self.screened
        ))
    }
}

/// Looks for values that are no data.
///
/// # Errors
/// When the file has no such frames or cannot be read.
pub fn screen(reader: &dyn DatasetReader, scope: &Scope) -> Result<Screening, DatasetError> {
    let chosen = scope.choose(reader.info());
    let channels = reader.info().channels();
    let mut octaves = vec![Octaves::default(); channels];
    let mut suspects = Vec::new();
    for &index in &chosen {
        let frames = reader.frames(index, scope.frames.clone())?;
        let largest = count(&frames, reader.info(), &mut octaves);
        suspects.push((index, largest));
    }
    let limits: Vec<Option<f64>> = octaves.iter().map(Octaves::limit).collect();
    let mut found = Screening {
        bad: Vec::new(),
        screened: chosen.len(),
    };
    for (index, largest) in suspects {
        // Of a value that is not finite the largest is infinite.
        let beyond = |(largest, limit): (&f64, &Option<f64>)| {
            !largest.is_finite() || limit.is_some_and(|limit| *largest >= limit)
        };
        if largest.iter().zip(&limits).any(beyond) {
            let frames = reader.frames(index, scope.frames.clone())?;
            let look = Look {
                info: reader.info(),
                limits: &limits,
                frames: &frames,
            };
            let bad = look.bad(index, scope.frames.start, &octaves);
            found.bad.extend(bad);
        }
    }
    Ok(found)
}

impl Scope {
    /// Trajectories to look at.
    fn choose(&self, info: &DatasetInfo) -> Vec<usize> {
        let each = (self.frames.len() * info.frame_len()).max(1) as u64;
        let most = usize::try_from((self.values / each).max(1)).unwrap_or(usize::MAX);
        let (count, all) = (self.trajectories.min(most), self.trajectories);
        let place = |i: usize| (i as u128 * all as u128 / count.max(1) as u128) as usize;
        (0..count).map(place).collect()
    }
}

/// Counts the values of some frames; returns the largest magnitude of every channel, infinite with one that is not finite.
fn count(frames: &[f64], info: &DatasetInfo, octaves: &mut [Octaves]) -> Vec<f64> {
    let mut largest = vec![0.0; octaves.len()];
    for frame in frames.chunks(info.frame_len()) {
        let channels = frame.chunks(info.num_points()).zip(&mut *octaves);
        for ((values, octaves), largest) in channels.zip(&mut largest) {
            for &value in values {
                let magnitude = value.abs();
                if magnitude.is_finite() {
                    octaves.count(value);
                    *largest = magnitude.max(*largest);
                } else {
                    *largest = f64::INFINITY;
                }
            }
        }
    }
    largest
}

/// A trajectory that has suspects.
struct Look<'a> {
    info: &'a DatasetInfo,
    limits: &'a [Option<f64>],
    frames: &'a [f64],
}

impl Look<'_> {
    /// The first value that is no data, and how many there are; nothing where all suspects are peaks.
    fn bad(&self, trajectory: usize, first_frame: usize, octaves: &[Octaves]) -> Option<Bad> {
        let points = self.info.num_points();
        let (mut first, mut count) = (None, 0);
        for (i, values) in self.frames.chunks(points).enumerate() {
            let channel = i % self.limits.len();
            for (point, &value) in values.iter().enumerate() {
                if self.is_bad(values, point, self.limits[channel]) {
                    count += 1;
                    first.get_or_insert((i, point, value));
                }
            }
        }
        let (i, point, value) = first?;
        let channel = i % self.limits.len();
        Some(Bad {
            trajectory,
            frame: first_frame + i / self.limits.len(),
            field: channel_name(self.info, channel),
            point: place(point, &self.info.points()),
            value,
            count,
            largest: octaves[channel].largest_below(self.limits[channel]),
        })
    }

    fn is_bad(&self, values: &[f64], point: usize, limit: Option<f64>) -> bool {
        let value = values[point];
        if !value.is_finite() {
            return true;
        }
        let large = |value: f64| limit.is_some_and(|limit| value.abs() >= limit);
        let same = |other: f64| other.to_bits() == value.to_bits();
        let alone = |other: f64| !large(other) || same(other) || !other.is_finite();
        large(value) && self.neighbours(point).all(|other| alone(values[other]))
    }

    /// The points next to one along every axis, across the ends.
    fn neighbours(&self, point: usize) -> impl Iterator<Item = usize> {
        let mut stride = 1;
        let mut all = Vec::with_capacity(2 * self.info.axes.len());
        for axis in self.info.axes.iter().rev() {
            let (n, at) = (axis.points, point / stride % axis.points);
            let base = point - at * stride;
            all.extend([(at + 1) % n, (at + n - 1) % n].map(|at| base + at * stride));
            stride *= n;
        }
        all.into_iter()
    }
}

/// The name of a channel: of its field, with the component where it has several.
fn channel_name(info: &DatasetInfo, channel: usize) -> String {
    let mut first = 0;
    for field in &info.fields {
        let components = field.kind.components(info.axes.len());
        if channel < first + components {
            return match components {
                1 => field.name.clone(),
                _ => format!("{}[{}]", field.name, channel - first),
            };
        }
        first += components;
    }
    String::new()
}

/// The index of a point along every axis.
fn place(point: usize, points: &[usize]) -> Vec<usize> {
    let mut rest = point;
    let mut place: Vec<usize> = (points.iter().rev())
        .map(|&n| {
            let at = rest % n;
            rest /= n;
            at
        })
        .collect();
    place.reverse();
    place
}
