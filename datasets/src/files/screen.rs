//! Values that are no data: not finite, or fill values and outliers.
//!
//! Magnitudes are counted by octaves, field by field, over all trajectories. What lies above a gap of several empty octaves
//! and is rare, or all one of the usual fill values, is suspected; a suspect is an outlier where its neighbours on the grid
//! are none, or are equal to it. A peak that the grid resolves has neighbours of other values, however large it is.
//!
//! In the same pass the course of every trajectory is looked at: frames that were never written, in the wrong place, equal or
//! in other units ([`Break`]), and what 32-bit numbers keep of every field.

mod course;
mod group;
mod octaves;
mod total;
mod words;

use super::{DatasetError, DatasetInfo, DatasetReader};
pub use course::Break;
use course::Course;
use group::{each, groups, read};
use octaves::Octaves;
use std::ops::Range;
use total::{Total, fields};

/// Values of a file that are looked at before it is used: some seconds of reading.
pub const SCREENED: u64 = 1 << 28;

/// Part of a file that is looked at.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The first so many trajectories.
    pub trajectories: usize,
    /// These frames of each.
    pub frames: Range<usize>,
    /// No more values than this; of larger files, as many trajectories as that allows, evenly spread.
    pub values: u64,
}

/// Why a value is no data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It is not finite.
    NotFinite,
    /// An attribute of the field declares it as the value of points without data.
    Declared,
    /// Networks compute with 32-bit numbers, which are smaller.
    TooLarge,
    /// The whole field is below the smallest 32-bit number of full precision.
    TooSmall,
    /// It lies far above all others.
    Outlier,
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
    /// Why it is no data.
    pub why: Why,
    /// Number of values of the trajectory that are no data.
    pub count: u64,
    /// The largest magnitude of the field that is data.
    pub largest: f64,
}

/// A place where the course of a trajectory breaks off.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    /// The trajectory.
    pub trajectory: usize,
    /// The frames concerned.
    pub frames: Range<usize>,
    /// Name of the field, with the component where it has several.
    pub field: String,
    /// The way in which it breaks off.
    pub kind: Break,
}

/// The findings in a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Screening {
    /// One of every trajectory with values that are no data, in order.
    pub bad: Vec<Bad>,
    /// One of every other trajectory whose course breaks off, in order.
    pub broken: Vec<Broken>,
    /// The trajectories with one value per field at all points and times, where others vary.
    pub constant: Vec<usize>,
    /// Faults of fields over the whole file, in words.
    pub fields: Vec<String>,
    /// Number of trajectories that were looked at.
    pub screened: usize,
}

/// Looks for values that are no data.
///
/// # Errors
/// When the file has no such frames or cannot be read.
pub fn screen(reader: &dyn DatasetReader, scope: &Scope) -> Result<Screening, DatasetError> {
    let (info, chosen) = (reader.info(), scope.choose(reader.info()));
    let mut octaves = vec![Octaves::default(); info.channels()];
    let mut totals = vec![Total::default(); info.channels()];
    let fills: Vec<Vec<f64>> = (0..info.channels())
        .map(|i| reader.fill_values(i))
        .collect();
    let (mut suspects, mut courses) = (Vec::new(), Vec::new());
    for group in groups(reader, &chosen, scope) {
        each(reader, group, scope, |index, frames| {
            let points = info.num_points_of(index);
            suspects.push((index, count(frames, points, &fills, &mut octaves)));
            let course = Course::of(frames, [info.channels(), points]);
            (totals.iter_mut().zip(course.channels())).for_each(|(total, of)| total.add(of));
            courses.push((index, course.is_constant(), course.broken()));
        })?;
    }
    let limits = octaves.iter().zip(fills);
    let limits: Vec<Limits> = limits
        .map(|(octaves, fills)| Limits::of(octaves, fills))
        .collect();
    let mut found = Screening {
        screened: chosen.len(),
        fields: fields(info, &totals),
        ..Screening::default()
    };
    for (index, largest) in suspects {
        if largest
            .iter()
            .zip(&limits)
            .any(|(largest, limits)| limits.suspect(*largest))
        {
            let look = Look {
                info,
                points: info.points_of(index),
                limits: &limits,
                frames: &read(reader, index, scope)?,
            };
            found
                .bad
                .extend(look.bad(index, scope.frames.start, &octaves));
        }
    }
    found.add_courses(courses, info, scope.frames.start);
    Ok(found)
}

impl Scope {
    /// Trajectories to look at.
    fn choose(&self, info: &DatasetInfo) -> Vec<usize> {
        let each = (self.frames.len() * info.largest_frame_len()).max(1) as u64;
        let most = usize::try_from((self.values / each).max(1)).unwrap_or(usize::MAX);
        let (count, all) = (self.trajectories.min(most), self.trajectories);
        let place = |i: usize| (i as u128 * all as u128 / count.max(1) as u128) as usize;
        (0..count).map(place).collect()
    }
}

/// Counts the values of some frames of so many points; returns the largest magnitude of every channel, infinite with one that is not finite or
/// declared as a fill value.
fn count(frames: &[f64], points: usize, fills: &[Vec<f64>], octaves: &mut [Octaves]) -> Vec<f64> {
    let mut largest = vec![0.0; octaves.len()];
    for frame in frames.chunks(points * octaves.len()) {
        let channels = frame.chunks(points).zip(&mut *octaves);
        for (((values, octaves), largest), fills) in channels.zip(&mut largest).zip(fills) {
            for &value in values {
                let magnitude = value.abs();
                if magnitude.is_finite() && !fills.contains(&value) {
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

/// Criteria by which values of a channel are no data.
struct Limits {
    /// The magnitude from which on values are suspected.
    outlier: Option<f64>,
    /// Whether all values are too small for 32-bit numbers.
    tiny: bool,
    /// Declared fill values.
    fills: Vec<f64>,
}

impl Limits {
    fn of(octaves: &Octaves, fills: Vec<f64>) -> Self {
        let largest = octaves.largest_below(None);
        Self {
            outlier: octaves.limit(),
            tiny: largest > 0.0 && largest < f64::from(f32::MIN_POSITIVE),
            fills,
        }
    }

    /// Whether a trajectory with this largest magnitude, infinite with a value that is none, may have values that are no data.
    fn suspect(&self, largest: f64) -> bool {
        let beyond = |limit: f64| largest >= limit;
        largest > f64::from(f32::MAX)
            || self.outlier.is_some_and(beyond)
            || self.tiny && largest > 0.0
    }

    /// Why a value is no data whatever lies beside it.
    fn alone(&self, value: f64) -> Option<Why> {
        if !value.is_finite() {
            Some(Why::NotFinite)
        } else if self.fills.contains(&value) {
            Some(Why::Declared)
        } else if self.tiny && value != 0.0 {
            Some(Why::TooSmall)
        } else {
            (value.abs() > f64::from(f32::MAX)).then_some(Why::TooLarge)
        }
    }
}

/// A trajectory that has suspects.
struct Look<'a> {
    info: &'a DatasetInfo,
    /// Points per axis of its grid.
    points: Vec<usize>,
    limits: &'a [Limits],
    frames: &'a [f64],
}

impl Look<'_> {
    /// The first value that is no data, and how many there are; nothing where all suspects are peaks.
    fn bad(&self, trajectory: usize, first_frame: usize, octaves: &[Octaves]) -> Option<Bad> {
        let points: usize = self.points.iter().product();
        let (mut first, mut count) = (None, 0);
        for (i, values) in self.frames.chunks(points).enumerate() {
            let channel = i % self.limits.len();
            for (point, &value) in values.iter().enumerate() {
                if let Some(why) = self.why(values, point, &self.limits[channel]) {
                    count += 1;
                    first.get_or_insert((i, point, value, why));
                }
            }
        }
        let (i, point, value, why) = first?;
        let channel = i % self.limits.len();
        Some(Bad {
            trajectory,
            frame: first_frame + i / self.limits.len(),
            field: channel_name(self.info, channel),
            point: place(point, &self.points),
            value,
            why,
            count,
            largest: octaves[channel].largest_below(self.limits[channel].outlier),
        })
    }

    fn why(&self, values: &[f64], point: usize, limits: &Limits) -> Option<Why> {
        let value = values[point];
        let large = |value: f64| limits.outlier.is_some_and(|limit| value.abs() >= limit);
        let same = |other: f64| other.to_bits() == value.to_bits();
        let alone = |other: f64| !large(other) || same(other) || !other.is_finite();
        let outlier = || large(value) && self.neighbours(point).all(|other| alone(values[other]));
        let why = limits.alone(value);
        why.or_else(|| outlier().then_some(Why::Outlier))
    }

    /// The points next to one along every axis, across the ends.
    fn neighbours(&self, point: usize) -> impl Iterator<Item = usize> {
        let mut stride = 1;
        let mut all = Vec::with_capacity(2 * self.points.len());
        for &n in self.points.iter().rev() {
            let at = point / stride % n;
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
