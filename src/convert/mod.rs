//! Files of trajectories into The Well's layout, a frame per chunk.
//!
//! Frames go through memory in blocks, of all trajectories that share a chunk of the source. What was written is read back and compared by a checksum of every block before the
//! file gets its name, so that a file under the final name is complete and right.

mod block;
mod chosen;
mod part;

pub use part::{Part, PartError};

use crate::control::{Advance, Control, Stopped};
use block::{Blocks, checksum};
use ondine_datasets::files::{
    Chunks, DatasetError, DatasetInfo, DatasetReader, Dtype, Provenance, Storage, WellReader,
    WellWriter,
};
use std::path::{Path, PathBuf};

/// Why a file was not converted.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// The dataset can't be read, or the file can't be written.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// A value has no place in 32-bit numbers.
    #[error(
        "{channel} = {value:e} in frame {frame} of trajectory {trajectory} is beyond 32-bit numbers: write --precision 64"
    )]
    TooLarge {
        /// Name of the channel.
        channel: String,
        /// The value.
        value: f64,
        /// The trajectory.
        trajectory: usize,
        /// Its frame.
        frame: usize,
    },
    /// The file that was written holds other values.
    #[error(
        "the file that was written holds other values than the dataset in frames {start}..{end} of trajectory {trajectory}: \
         the disk is faulty, or something has changed the dataset meanwhile; no file was written"
    )]
    Differs {
        /// The trajectory.
        trajectory: usize,
        /// The first frame of the block.
        start: usize,
        /// The frame behind its last one.
        end: usize,
    },
    /// The conversion was told to stop.
    #[error("interrupted; no file was written")]
    Stopped(#[from] Stopped),
}

/// Names in a converted file that are others than in the dataset.
pub type Renamed = Vec<(String, String)>;

/// Writes a dataset to `path` in The Well's layout with a frame per chunk, several where they are small; returns the names
/// that had to be changed.
///
/// # Errors
/// When the dataset can't be read, a value has no place in `dtype`, the disk refuses, the file holds other values when it is
/// read again, or `control` ends the work; then there is no file at `path`.
///
/// ```no_run
/// use ondine::control::Control;
/// use ondine::convert::convert;
/// use ondine::datasets::files::{Dtype, open};
///
/// let reader = open("1D_Burgers_Sols_Nu0.01.hdf5")?;
/// convert(&*reader, "burgers.h5".as_ref(), Dtype::F32, &Control::none())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn convert(
    reader: &dyn DatasetReader,
    path: &Path,
    dtype: Dtype,
    control: &Control<'_>,
) -> Result<Renamed, ConvertError> {
    let (info, renamed) = target(reader.info());
    let storage = Storage {
        dtype,
        chunks: Chunks::Frames,
    };
    let writer = WellWriter::create(path, &info, storage)?;
    let copy = Copy {
        reader,
        dtype,
        control,
        blocks: Blocks::of(reader),
    };
    copy.carry_out(writer)?;
    Ok(renamed)
}

/// Writes parts to files of their own; returns the names that had to be changed in each.
///
/// # Errors
/// As [`convert`]; then none of the files is there.
pub fn convert_all(
    parts: &[(PathBuf, Part)],
    dtype: Dtype,
    control: &Control<'_>,
) -> Result<Vec<Renamed>, ConvertError> {
    let mut renamed = Vec::new();
    for (done, (path, part)) in parts.iter().enumerate() {
        match convert(part, path, dtype, control) {
            Ok(names) => renamed.push(names),
            Err(error) => {
                for (path, _) in &parts[..done] {
                    // They are parts of what is not there as a whole; the error matters more than a file that can't be removed.
                    let _ = std::fs::remove_file(path);
                }
                return Err(error);
            }
        }
    }
    Ok(renamed)
}

/// The description of the file: that of the dataset, with names that the layout has room for.
fn target(info: &DatasetInfo) -> (DatasetInfo, Renamed) {
    let provenance = Provenance {
        seed: info.provenance.seed,
        recipe: info.provenance.recipe.clone(),
        attempts: info.provenance.attempts.clone(),
        converted_from: info.provenance.converted_from.clone(),
        ..Provenance::default()
    };
    let mut target = DatasetInfo {
        provenance,
        ..info.clone()
    };
    let renamed = target.make_writable();
    for of in &mut target.statistics {
        let new = renamed.iter().find(|(old, _)| *old == of.field);
        of.field = new.map_or(of.field.clone(), |(_, new)| new.clone());
    }
    (target, renamed)
}

/// A conversion under way.
struct Copy<'a> {
    reader: &'a dyn DatasetReader,
    dtype: Dtype,
    control: &'a Control<'a>,
    blocks: Blocks,
}

impl Copy<'_> {
    fn carry_out(&self, mut writer: WellWriter) -> Result<(), ConvertError> {
        match self.write(&mut writer) {
            Ok(sums) => writer.finish_checked(|part| self.compare(part, &sums)),
            Err(error) => {
                // What is left of the file has no use; the error matters more than a file that can't be removed.
                let _ = writer.discard();
                Err(error)
            }
        }
    }

    /// Writes everything; returns the checksum of every block.
    fn write(&self, writer: &mut WellWriter) -> Result<Vec<u64>, ConvertError> {
        let info = self.reader.info();
        let mut sums = Vec::new();
        for (done, [trajectories, frames]) in self.blocks.iter().enumerate() {
            self.tell("writing", done)?;
            let values = self.reader.block(trajectories.clone(), frames.clone())?;
            let each = values.chunks(frames.len() * info.frame_len());
            for (trajectory, values) in trajectories.zip(each) {
                if frames.start == 0 {
                    self.write_still(writer, trajectory)?;
                }
                self.fits(values, trajectory, frames.start)?;
                writer.put(trajectory, frames.start, values)?;
            }
            sums.push(checksum(&values, self.dtype));
        }
        Ok(sums)
    }

    /// Writes the parts of a trajectory that are no frames.
    fn write_still(&self, writer: &mut WellWriter, trajectory: usize) -> Result<(), ConvertError> {
        let frames = self.reader.info().frames;
        writer.put_constants(trajectory, &self.reader.constants(trajectory)?)?;
        let series = self.reader.series(trajectory, 0..frames)?;
        Ok(writer.put_series(trajectory, &series)?)
    }

    /// Compares the file with what was read.
    fn compare(&self, part: &Path, sums: &[u64]) -> Result<(), ConvertError> {
        let written = WellReader::open(part)?;
        for (done, ([trajectories, frames], sum)) in self.blocks.iter().zip(sums).enumerate() {
            self.tell("comparing", done)?;
            let values = written.block(trajectories.clone(), frames.clone())?;
            if checksum(&values, self.dtype) != *sum {
                return Err(ConvertError::Differs {
                    trajectory: trajectories.start,
                    start: frames.start,
                    end: frames.end,
                });
            }
        }
        Ok(())
    }

    fn tell(&self, what: &'static str, done: usize) -> Result<(), Stopped> {
        let of = self.blocks.len();
        self.control.tell(Advance { what, done, of })
    }

    /// Refuses finite values that 32-bit numbers do not hold.
    fn fits(&self, values: &[f64], trajectory: usize, start: usize) -> Result<(), ConvertError> {
        let lost = |value: &f64| value.is_finite() && !(*value as f32).is_finite();
        let found = match self.dtype {
            Dtype::F32 => values.iter().position(lost),
            Dtype::F64 => None,
        };
        let Some(place) = found else {
            return Ok(());
        };
        let info = self.reader.info();
        let names = ondine_datasets::files::channel_names(info);
        Err(ConvertError::TooLarge {
            channel: names[place / info.num_points() % names.len()].clone(),
            value: values[place],
            trajectory,
            frame: start + place / info.frame_len(),
        })
    }
}
