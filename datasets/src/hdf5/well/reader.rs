//! Reads frames of a dataset.

use super::{layout, parse};
use crate::hdf5::numbers::Numbers;
use crate::hdf5::source::Source;
use crate::hdf5::{DatasetError, DatasetInfo, DatasetReader, Dtype, Field};
use std::ops::Range;
use std::path::Path;

/// Reads a file in The Well's layout, Ondine's or another program's.
///
/// Fields that do not change in time and scalars that do are passed over. Files of other programs say nothing of lengths:
/// theirs are taken from the distance of the points.
pub struct WellReader {
    source: Source,
    info: DatasetInfo,
    fields: Vec<StoredField>,
}

/// Attributes of netCDF with which the values of a field are not those that are stored.
const SCALING: [&str; 2] = ["scale_factor", "add_offset"];

/// A field in the file.
struct StoredField {
    dataset: Numbers,
    dtype: Dtype,
    sample_varying: bool,
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
        let mut first_channel = 0;
        let mut fields = Vec::new();
        for field in &info.fields {
            let stored = StoredField::open(&source, &info, field, first_channel)?;
            first_channel += stored.components;
            fields.push(stored);
        }
        Ok(Self {
            source,
            info,
            fields,
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
        let info = &self.info;
        info.check_range(self.source.path(), trajectory, &frames)?;
        let mut out = vec![0.0; frames.len() * info.frame_len()];
        for field in &self.fields {
            let values = field.read(trajectory, &frames)?;
            field.spread(&values, &info.points(), info.frame_len(), &mut out);
        }
        Ok(out)
    }
}

impl StoredField {
    fn open(
        source: &Source,
        info: &DatasetInfo,
        field: &Field,
        first_channel: usize,
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
        let mut expected: Vec<usize> = samples.into_iter().chain([info.frames]).collect();
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
            first_channel,
            components: field.kind.components(dims),
            stored,
            dataset,
        })
    }

    /// The values of some frames as they are stored, `[frame, x, y, z, component]`.
    fn read(&self, trajectory: usize, frames: &Range<usize>) -> Result<Vec<f64>, DatasetError> {
        let mut start = vec![0; self.dataset.shape().len()];
        let mut count = self.dataset.shape().to_vec();
        if self.sample_varying {
            (start[0], count[0]) = (trajectory, 1);
        }
        let time = usize::from(self.sample_varying);
        (start[time], count[time]) = (frames.start, frames.len());
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
