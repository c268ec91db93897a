//! Reads frames of a dataset.

use super::{layout, parse};
use crate::files::numbers::Numbers;
use crate::files::room::filled;
use crate::files::source::Source;
use crate::files::{DatasetError, DatasetInfo, DatasetReader, Dtype, Field};
use std::ops::Range;
use std::path::Path;

/// Reads a file in The Well's layout, Ondine's or another program's.
///
/// Files of other programs say nothing of lengths: theirs are taken from the distance of the points.
pub struct WellReader {
    source: Source,
    info: DatasetInfo,
    fields: Vec<StoredField>,
    constants: Vec<StoredField>,
    series: Vec<Numbers>,
}

/// Attributes of netCDF with which the values of a field are not those that are stored.
const SCALING: [&str; 2] = ["scale_factor", "add_offset"];

/// A field in the file.
struct StoredField {
    dataset: Numbers,
    dtype: Dtype,
    sample_varying: bool,
    time_varying: bool,
    first_channel: usize,
    components: usize,
    /// Points stored an axis: 1 where the field is the same along it.
    stored: Vec<usize>,
}

impl WellReader {
    /// Opens a file and reads what it says about itself.
    ///
    /// # Errors
    /// When the file is no HDF5, ends early, or lacks or contradicts something of the layout; the error says what.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, DatasetError> {
        let source = Source::open(path.as_ref())?;
        let info = parse::info(&source)?;
        let fields = StoredField::open_all(&source, &info, true)?;
        let constants = StoredField::open_all(&source, &info, false)?;
        let scalars = source.group("scalars")?;
        let series = info
            .series
            .iter()
            .map(|name| source.dataset(&scalars, name));
        let series: Vec<Numbers> = series.collect::<Result<_, _>>()?;
        for dataset in &series {
            let samples = dataset.flag("sample_varying").then_some(info.trajectories);
            let expected: Vec<usize> = samples.into_iter().chain([info.frames]).collect();
            if dataset.shape() != expected {
                return Err(source.invalid(format!(
                    "the scalar `{}` has the shape {:?} where its attributes and the dimensions say {expected:?}",
                    dataset.name(),
                    dataset.shape()
                )));
            }
        }
        Ok(Self {
            source,
            info,
            fields,
            constants,
            series,
        })
    }

    /// Whether a file has marks of this layout.
    pub(super) fn recognises(path: &Path) -> bool {
        let root = Source::open(path).and_then(|source| source.root());
        root.is_ok_and(|root| parse::foreign_to(&root).is_none())
    }

    /// Precision of the frames, the widest of all fields.
    pub fn dtype(&self) -> Dtype {
        let wide = self.fields.iter().any(|field| field.dtype == Dtype::F64);
        if wide { Dtype::F64 } else { Dtype::F32 }
    }
}

impl DatasetReader for WellReader {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn fill_values(&self, channel: usize) -> Vec<f64> {
        let holds = |field: &&StoredField| {
            (field.first_channel..field.first_channel + field.components).contains(&channel)
        };
        let field = self.fields.iter().find(holds);
        field.map_or_else(Vec::new, |field| field.dataset.fill_values())
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        self.block(trajectory..trajectory.saturating_add(1), frames)
    }

    fn cached_bytes(&self) -> usize {
        let each = self.fields.iter().map(|field| field.dataset.cached_bytes());
        each.max().unwrap_or(0) // the fields of a file share what it keeps
    }

    fn stored_together(&self) -> [usize; 2] {
        let each = self.fields.iter().map(StoredField::stored_together);
        each.fold([1, 1], |[b, t], [c, u]| [b.max(c), t.max(u)])
    }

    fn block(
        &self,
        trajectories: Range<usize>,
        frames: Range<usize>,
    ) -> Result<Vec<f64>, DatasetError> {
        let info = &self.info;
        let mut out = info.empty_block(self.source.path(), &trajectories, &frames)?;
        for field in &self.fields {
            let values = field.read(&trajectories, &frames)?;
            let of_each =
                values.chunks((values.len() / field.stored_of(trajectories.len())).max(1));
            let outs = out.chunks_mut(frames.len() * info.frame_len());
            for (out, values) in outs.zip(of_each.cycle()) {
                field.spread(values, &info.points(), info.frame_len(), out);
            }
        }
        Ok(out)
    }

    fn constants(&self, trajectory: usize) -> Result<Vec<f64>, DatasetError> {
        let info = &self.info;
        info.check_range(self.source.path(), trajectory, &(0..1))?;
        let channels: usize = self.constants.iter().map(|field| field.components).sum();
        let len = channels * info.num_points();
        let mut out = filled(&info.name, &[len], 0.0)?;
        for field in &self.constants {
            let values = field.read(&(trajectory..trajectory + 1), &(0..1))?;
            field.spread(&values, &info.points(), len, &mut out);
        }
        Ok(out)
    }

    fn series(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        self.info
            .check_range(self.source.path(), trajectory, &frames)?;
        let mut out = vec![0.0; frames.len() * self.series.len()];
        for (place, dataset) in self.series.iter().enumerate() {
            let values = match dataset.shape().len() {
                1 => dataset.read(&[frames.start], &[frames.len()])?,
                _ => dataset.read(&[trajectory, frames.start], &[1, frames.len()])?,
            };
            let of_frames = out.iter_mut().skip(place).step_by(self.series.len());
            of_frames.zip(values).for_each(|(out, value)| *out = value);
        }
        Ok(out)
    }
}

impl StoredField {
    /// The fields that change in time, or those that do not, with their channels one after the other.
    fn open_all(
        source: &Source,
        info: &DatasetInfo,
        time_varying: bool,
    ) -> Result<Vec<Self>, DatasetError> {
        let fields = if time_varying {
            &info.fields
        } else {
            &info.constants
        };
        let mut first_channel = 0;
        let open = |field| {
            let stored = Self::open(source, info, field, (first_channel, time_varying))?;
            first_channel += stored.components;
            Ok(stored)
        };
        fields.iter().map(open).collect()
    }

    fn open(
        source: &Source,
        info: &DatasetInfo,
        field: &Field,
        (first_channel, time_varying): (usize, bool),
    ) -> Result<Self, DatasetError> {
        let group = source.group(layout::group_of(field.kind))?;
        let dataset = source.dataset(&group, &field.name)?;
        let dtype = dataset.dtype()?;
        if let Some(scaling) = SCALING.into_iter().find(|name| dataset.has(name)) {
            let name = &field.name;
            return Err(source.invalid(format!(
                "the field `{name}` has the attribute `{scaling}`: its values are packed, and are not unpacked here; \
                 write them as 32-bit or 64-bit floats"
            )));
        }
        let dims = info.axes.len();
        let varying = dataset.flags("dim_varying").unwrap_or(vec![true; dims]);
        let sample_varying = dataset.flag("sample_varying");
        let points = info.points();
        let size = |(&n, &varies): (&usize, &bool)| if varies { n } else { 1 };
        let stored: Vec<usize> = points.iter().zip(&varying).map(size).collect();

        let samples = sample_varying.then_some(info.trajectories);
        let mut expected: Vec<usize> = samples.into_iter().collect();
        expected.extend(time_varying.then_some(info.frames));
        expected.extend(&stored);
        expected.extend(std::iter::repeat_n(dims, field.kind.rank()));
        if dataset.shape() != expected {
            return Err(source.invalid(format!(
                "the field `{}` has the shape {:?} where its attributes and the dimensions say {expected:?}",
                field.name,
                dataset.shape()
            )));
        }
        Ok(Self {
            dtype,
            sample_varying,
            time_varying,
            first_channel,
            components: field.kind.components(dims),
            stored,
            dataset,
        })
    }

    /// Trajectories and frames in one of its chunks.
    fn stored_together(&self) -> [usize; 2] {
        let chunk = self.dataset.chunk().unwrap_or_default();
        let extent = |varies: bool, place: usize| {
            let extent = chunk.get(place).filter(|_| varies);
            extent.copied().unwrap_or(1)
        };
        let time = usize::from(self.sample_varying);
        [
            extent(self.sample_varying, 0),
            extent(self.time_varying, time),
        ]
    }

    /// The trajectories of `trajectories` that are stored apart.
    fn stored_of(&self, trajectories: usize) -> usize {
        if self.sample_varying { trajectories } else { 1 }
    }

    /// The values of some frames as they are stored, `[trajectory, frame, x, y, z, component]`.
    fn read(
        &self,
        trajectories: &Range<usize>,
        frames: &Range<usize>,
    ) -> Result<Vec<f64>, DatasetError> {
        let mut start = vec![0; self.dataset.shape().len()];
        let mut count = self.dataset.shape().to_vec();
        if self.sample_varying {
            (start[0], count[0]) = (trajectories.start, trajectories.len());
        }
        if self.time_varying {
            let time = usize::from(self.sample_varying);
            (start[time], count[time]) = (frames.start, frames.len());
        }
        self.dataset.read(&start, &count)
    }

    /// Puts stored values into channel-major frames, repeated along axes on which they are the same.
    fn spread(&self, values: &[f64], points: &[usize], frame_len: usize, out: &mut [f64]) {
        let num_points: usize = points.iter().product();
        let stored_len = self.stored.iter().product::<usize>() * self.components;
        let whole = self.stored == points;
        let frames = out.chunks_mut(frame_len).zip(values.chunks(stored_len));
        for (out, values) in frames {
            for component in 0..self.components {
                let channel = self.first_channel + component;
                let out = &mut out[channel * num_points..][..num_points];
                for (point, out) in out.iter_mut().enumerate() {
                    let at = if whole {
                        point
                    } else {
                        self.stored_point(point, points)
                    };
                    *out = values[at * self.components + component];
                }
            }
        }
    }

    /// The stored point of a grid point.
    fn stored_point(&self, point: usize, points: &[usize]) -> usize {
        let (mut rest, mut at, mut stride) = (point, 0, 1);
        for (&n, &stored) in points.iter().zip(&self.stored).rev() {
            at += (rest % n).min(stored - 1) * stride;
            rest /= n;
            stride *= stored;
        }
        at
    }
}
