//! Points without data in any frame, such as land in a model of the ocean, as a mask.

use super::part_of;
use crate::files::{DatasetError, DatasetInfo, DatasetReader, Field, FieldKind, channel_names};
use std::ops::Range;
use std::sync::Arc;

/// Name of the mask.
const MASK: &str = "mask";

/// Its name where another field has that one.
const OTHER_NAME: &str = "points_with_data";

/// The dataset with the points that have no data in any frame filled, and a static field more: the mask, which is 0 there and
/// 1 at others. The dataset as it is where there are none.
///
/// The points are those that are NaN, or have a declared fill value, in the first, the middle and the last frame of the first
/// trajectory. All its frames, and those of all other trajectories, have to lack the same.
pub(super) fn masked(reader: Arc<dyn DatasetReader>) -> Arc<dyn DatasetReader> {
    match gaps(&*reader) {
        Some((gaps, first)) => Arc::new(Masked::new(reader, gaps, &first)),
        None => reader,
    }
}

/// Whether some points have no data in any frame.
pub(super) fn has_gaps(reader: &dyn DatasetReader) -> bool {
    gaps(reader).is_some()
}

/// The values of a frame that are no data in any frame, and the first frame; none where there are none, no channel has data
/// at all points, or the file can't be read, which whoever reads it is told.
fn gaps(reader: &dyn DatasetReader) -> Option<(Vec<bool>, Vec<f64>)> {
    let info = reader.info();
    let last = info.frames_of(0).checked_sub(1)?;
    let first = reader.frame(0, 0).ok()?;
    let mut gaps = missing(reader, &first);
    for frame in [last / 2, last] {
        if frame == 0 || !gaps.contains(&true) {
            continue;
        }
        let there = missing(reader, &reader.frame(0, frame).ok()?);
        for (gap, there) in gaps.iter_mut().zip(there) {
            *gap &= there;
        }
    }
    let known = known(info, &gaps);
    (known.contains(&true) && known.contains(&false)).then_some((gaps, first))
}

/// Which values of a frame are NaN or declared as those of points without data.
fn missing(reader: &dyn DatasetReader, frame: &[f64]) -> Vec<bool> {
    let points = reader.info().num_points();
    let channels = frame.chunks(points).enumerate();
    let of_channel = channels.flat_map(|(channel, values)| {
        let fills = reader.fill_values(channel);
        let missing = move |value: &f64| value.is_nan() || fills.contains(value);
        values.iter().map(missing).collect::<Vec<bool>>()
    });
    of_channel.collect()
}

/// Which points have data in all channels.
fn known(info: &DatasetInfo, gaps: &[bool]) -> Vec<bool> {
    let points = info.num_points();
    let known = |point: usize| !gaps[point..].iter().step_by(points).any(|gap| *gap);
    (0..points).map(known).collect()
}

/// A dataset with points without data.
struct Masked {
    reader: Arc<dyn DatasetReader>,
    info: DatasetInfo,
    /// Which values of a frame are no data in any frame.
    gaps: Vec<bool>,
    /// Which points have data in all channels.
    known: Vec<bool>,
    /// The value of every channel at the other points.
    fill: Vec<f64>,
}

impl Masked {
    fn new(reader: Arc<dyn DatasetReader>, gaps: Vec<bool>, first: &[f64]) -> Self {
        let mut info = part_of(reader.info());
        let known = known(&info, &gaps);
        let channels = first.chunks(info.num_points());
        let fill = channels.map(|values| mean(values, &known)).collect();
        let fields = info.fields.iter().chain(&info.constants);
        let taken = fields.into_iter().any(|field| field.name == MASK);
        let name = if taken { OTHER_NAME } else { MASK };
        let without = known.iter().filter(|known| !**known).count();
        info.notes.push(format!(
            "{without} of {} points have no data in any frame: they are left out (static field `{name}`, 0 there and 1 at \
             others), and hold the mean of the first frame over the others",
            known.len()
        ));
        info.constants.push(Field {
            name: name.to_owned(),
            kind: FieldKind::Scalar,
        });
        info.mask = Some(name.to_owned());
        Self {
            reader,
            info,
            gaps,
            known,
            fill,
        }
    }

    /// Fills frames from frame `start` of trajectory `trajectory` on.
    fn put_fills(
        &self,
        frames: &mut [f64],
        (trajectory, start): (usize, usize),
    ) -> Result<(), DatasetError> {
        let points = self.known.len();
        for (frame, values) in frames.chunks_mut(self.gaps.len()).enumerate() {
            let missing = missing(&*self.reader, values);
            let pairs = missing.iter().zip(&self.gaps);
            if let Some(place) = pairs.clone().position(|(missing, gap)| *gap && !missing) {
                return Err(self.comes_later(place, trajectory, start + frame));
            }
            let appears = pairs.map(|(missing, gap)| *missing && !gap);
            for (place, appears) in appears.collect::<Vec<_>>().into_iter().enumerate() {
                if !self.known[place % points] && !appears {
                    values[place] = self.fill[place / points];
                }
            }
        }
        Ok(())
    }

    /// The error of a point with data in some frames alone.
    fn comes_later(&self, place: usize, trajectory: usize, frame: usize) -> DatasetError {
        let name = &channel_names(&self.info)[place / self.known.len()];
        let mut rest = place % self.known.len();
        let mut point: Vec<usize> = Vec::new();
        for axis in self.info.axes.iter().rev() {
            point.insert(0, rest % axis.points);
            rest /= axis.points;
        }
        DatasetError::Description {
            name: self.info.name.clone(),
            what: format!(
                "`{name}` has data at point {point:?} in frame {frame} of trajectory {trajectory}, and none in the first frame: \
                 points without data have to be the same in all frames"
            ),
        }
    }
}

/// Mean over the points with data.
fn mean(values: &[f64], known: &[bool]) -> f64 {
    let known = || values.iter().zip(known).filter(|(_, known)| **known);
    known().map(|(value, _)| value).sum::<f64>() / known().count() as f64
}

impl DatasetReader for Masked {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn fill_values(&self, channel: usize) -> Vec<f64> {
        self.reader.fill_values(channel)
    }

    /// Those of the dataset, filled where they have no data either, and the mask.
    fn constants(&self, trajectory: usize) -> Result<Vec<f64>, DatasetError> {
        let mut all = self.reader.constants(trajectory)?;
        for field in all.chunks_mut(self.known.len()) {
            let mean = mean(field, &self.known);
            let unknown = field.iter_mut().zip(&self.known);
            let unknown = unknown.filter(|(value, known)| !**known && value.is_nan());
            unknown.for_each(|(value, _)| *value = mean);
        }
        let mask = self.known.iter().map(|known| f64::from(*known));
        all.extend(mask);
        Ok(all)
    }

    fn series(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        self.reader.series(trajectory, frames)
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        let mut values = self.reader.frames(trajectory, frames.clone())?;
        self.put_fills(&mut values, (trajectory, frames.start))?;
        Ok(values)
    }

    fn stored_together(&self) -> [usize; 2] {
        self.reader.stored_together()
    }

    fn cached_bytes(&self) -> usize {
        self.reader.cached_bytes()
    }

    fn block(
        &self,
        trajectories: Range<usize>,
        frames: Range<usize>,
    ) -> Result<Vec<f64>, DatasetError> {
        let mut values = self.reader.block(trajectories.clone(), frames.clone())?;
        let each = values.chunks_mut(frames.len() * self.gaps.len());
        for (trajectory, values) in trajectories.zip(each) {
            self.put_fills(values, (trajectory, frames.start))?;
        }
        Ok(values)
    }
}
