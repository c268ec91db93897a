//! Points without data in any frame of their trajectory, such as land in a model of the ocean, as a mask.

use super::gaps::{Found, Gaps, gaps, missing, note};
use super::part_of;
use crate::files::recent::Recent;
use crate::files::{DatasetError, DatasetInfo, DatasetReader, Field, FieldKind, channel_names};
use std::ops::Range;
use std::sync::Arc;

/// Name of the mask.
const MASK: &str = "mask";

/// Its name where another field has that one.
const OTHER_NAME: &str = "points_with_data";

/// Trajectories whose own points without data are kept.
const KEPT: usize = 1024;

/// The dataset with the points that have no data in any frame of their trajectory filled, and a static field more: the mask,
/// which is 0 there and 1 at others. The dataset as it is where there are none, unless a mask is `wanted`: other files of the
/// same dataset have one.
///
/// The points are those that are NaN, or have a declared fill value, in the first, the middle and the last frame of a
/// trajectory; trajectories may lack different ones. Of large datasets some trajectories tell whether there are such points.
pub(super) fn masked(reader: Arc<dyn DatasetReader>, wanted: bool) -> Arc<dyn DatasetReader> {
    let found = Found::all(&*reader);
    if wanted || found.iter().any(|found| found.gaps.some()) {
        Arc::new(Masked::new(reader, found))
    } else {
        reader
    }
}

/// A dataset with points without data.
struct Masked {
    reader: Arc<dyn DatasetReader>,
    info: DatasetInfo,
    /// The gaps of the first trajectory that has some.
    common: Gaps,
    /// The gaps of trajectories by number, none where they are the common ones.
    own: Recent<Option<Arc<Gaps>>>,
    /// The value of every channel at points without data.
    fill: Vec<f64>,
}

impl Masked {
    fn new(reader: Arc<dyn DatasetReader>, found: Vec<Found>) -> Self {
        let mut info = part_of(reader.info());
        let fields = info.fields.iter().chain(&info.constants);
        let taken = fields.into_iter().any(|field| field.name == MASK);
        let name = if taken { OTHER_NAME } else { MASK };
        info.notes.extend(note(&found, name));
        info.constants.push(Field {
            name: name.to_owned(),
            kind: FieldKind::Scalar,
        });
        info.mask = Some(name.to_owned());
        let with_gaps = found.iter().position(|found| found.gaps.some());
        let chosen = found.into_iter().nth(with_gaps.unwrap_or(0));
        let (common, fill) = match chosen {
            None => (Gaps::none(0, 0), vec![0.0; info.channels()]),
            Some(Found { gaps, first, .. }) => {
                let channels = first.chunks(gaps.known.len());
                let fill = channels.map(|values| mean(values, &gaps.known)).collect();
                (gaps, fill)
            }
        };
        let weigh = |own: &Option<Arc<Gaps>>| {
            own.as_ref()
                .map_or(0, |gaps| gaps.values.len() + gaps.known.len())
        };
        Self {
            reader,
            info,
            common,
            own: Recent::weighing(KEPT, weigh),
            fill,
        }
    }

    /// The gaps of a trajectory; none where they are the common ones. Where its first frame lacks what those lack, no other is
    /// read.
    fn own(&self, trajectory: usize) -> Result<Option<Arc<Gaps>>, DatasetError> {
        self.own.get(trajectory, || {
            let first = self.reader.frame(trajectory, 0)?;
            let values = missing(&*self.reader, trajectory, &first);
            if values == self.common.values {
                return Ok(None);
            }
            let gaps = gaps(&*self.reader, trajectory, values)?;
            Ok((gaps != self.common).then(|| Arc::new(gaps)))
        })
    }

    /// Fills frames from frame `start` of trajectory `trajectory` on.
    fn put_fills(
        &self,
        frames: &mut [f64],
        (trajectory, start): (usize, usize),
    ) -> Result<(), DatasetError> {
        for (frame, values) in frames
            .chunks_mut(self.info.frame_len_of(trajectory))
            .enumerate()
        {
            let missing = missing(&*self.reader, trajectory, values);
            let own = if missing == self.common.values {
                None
            } else {
                self.own(trajectory)?
            };
            let gaps = own.as_deref().unwrap_or(&self.common);
            self.put_fill(values, &missing, gaps)
                .map_err(|places| self.comes_later(&places, trajectory, start + frame))?;
        }
        Ok(())
    }

    /// Fills a frame that lacks the values `missing`; the places of gaps that have data, where there are some.
    fn put_fill(
        &self,
        values: &mut [f64],
        missing: &[bool],
        gaps: &Gaps,
    ) -> Result<(), Vec<usize>> {
        let pairs = missing.iter().zip(&gaps.values).enumerate();
        let later = pairs.filter(|(_, (missing, gap))| **gap && !**missing);
        let later: Vec<usize> = later.map(|(place, _)| place).collect();
        if !later.is_empty() {
            return Err(later);
        }
        let points = gaps.known.len();
        for (place, value) in values.iter_mut().enumerate() {
            let appears = missing[place] && !gaps.values[place];
            if !gaps.known[place % points] && !appears {
                *value = self.fill[place / points];
            }
        }
        Ok(())
    }

    /// The error of points with data in some frames alone.
    fn comes_later(&self, places: &[usize], trajectory: usize, frame: usize) -> DatasetError {
        let points = self.info.points_of(trajectory);
        let all: usize = points.iter().product();
        let name = &channel_names(&self.info)[places[0] / all];
        let mut rest = places[0] % all;
        let mut point: Vec<usize> = Vec::new();
        for n in points.iter().rev() {
            point.insert(0, rest % n);
            rest /= n;
        }
        let more = match places.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        DatasetError::Description {
            name: self.info.name.clone(),
            what: format!(
                "`{name}` has data at point {point:?}{more} in frame {frame} of trajectory {trajectory}, and none in the first \
                 frame: points without data have to be the same in all frames of a trajectory; leave such points out (data.crop), \
                 or fill them in a new file"
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

    fn inner(&self) -> Option<&dyn DatasetReader> {
        Some(&*self.reader)
    }

    /// Those of the dataset, filled where they have no data either, and the mask.
    fn constants(&self, trajectory: usize) -> Result<Vec<f64>, DatasetError> {
        let mut all = self.reader.constants(trajectory)?;
        let own = self.own(trajectory)?;
        let known = &own.as_deref().unwrap_or(&self.common).known;
        for field in all.chunks_mut(known.len()) {
            let mean = mean(field, known);
            let unknown = field.iter_mut().zip(known);
            let unknown = unknown.filter(|(value, known)| !**known && value.is_nan());
            unknown.for_each(|(value, _)| *value = mean);
        }
        let mask = known.iter().map(|known| f64::from(*known));
        all.extend(mask);
        Ok(all)
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        let mut values = self.reader.frames(trajectory, frames.clone())?;
        self.put_fills(&mut values, (trajectory, frames.start))?;
        Ok(values)
    }

    fn cached_bytes(&self) -> usize {
        self.reader.cached_bytes() + self.own.weight()
    }

    fn block(
        &self,
        trajectories: Range<usize>,
        frames: Range<usize>,
    ) -> Result<Vec<f64>, DatasetError> {
        let mut values = self.reader.block(trajectories.clone(), frames.clone())?;
        let len = self.info.frame_len_of(trajectories.start);
        let each = values.chunks_mut(frames.len() * len);
        for (trajectory, values) in trajectories.zip(each) {
            self.put_fills(values, (trajectory, frames.start))?;
        }
        Ok(values)
    }
}
