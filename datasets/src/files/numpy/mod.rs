//! Arrays of `NumPy`: `.npy` files (<https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>) and the
//! archives of them, `.npz`. Pickles are not read.

mod header;
mod npz;

pub(super) use npz::Npz;

use super::DatasetError;
use super::array::{Array, Held, rows};
use super::bytes::Number;
use super::room::room;
use header::{Header, Stored};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An array in a file, of which blocks are read.
struct Npy {
    path: PathBuf,
    name: String,
    /// The shape as it lies in the file: reversed where the first axis is fastest.
    shape: Vec<usize>,
    number: Number,
    /// Place of the first value.
    start: u64,
}

/// The array of a `.npy` file.
pub(super) fn open(path: &Path) -> Result<Arc<dyn Array>, DatasetError> {
    let file = File::open(path).map_err(DatasetError::io(path))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    at(path, &name, file, 0)
}

/// The array that begins at a place of an open file.
fn at(path: &Path, name: &str, mut file: File, start: u64) -> Result<Arc<dyn Array>, DatasetError> {
    let io = DatasetError::io(path);
    file.seek(SeekFrom::Start(start)).map_err(io)?;
    let header = Header::read(&mut file).map_err(|what| invalid(path, name, &what))?;
    let number = header.number().map_err(|what| invalid(path, name, &what))?;
    let start = start + header.len;
    let length = file.metadata().map_err(DatasetError::io(path))?.len();
    let needed = start.saturating_add((header.count() * number.size()) as u64);
    if length < needed {
        return Err(DatasetError::Truncated {
            path: path.to_path_buf(),
            expected: needed,
            found: length,
        });
    }
    let npy = Npy {
        path: path.to_path_buf(),
        name: name.to_owned(),
        number,
        start,
        shape: header.stored_shape(),
    };
    Ok(if header.fortran {
        Arc::new(Turned::new(npy))
    } else {
        Arc::new(npy)
    })
}

/// The array in these bytes.
fn held(path: &Path, name: &str, bytes: &[u8]) -> Result<Arc<dyn Array>, DatasetError> {
    let fault = |what: String| invalid(path, name, &what);
    let mut rest = bytes;
    let header = Header::read(&mut rest).map_err(fault)?;
    let number = header.number().map_err(fault)?;
    let values: Vec<f64> = number.decode(rest).collect();
    if values.len() != header.count() {
        return Err(fault(format!(
            "it has {} values for the shape {:?}",
            values.len(),
            header.shape
        )));
    }
    let held = Held::new(name, &header.stored_shape(), values);
    Ok(if header.fortran {
        Arc::new(Turned::new(held))
    } else {
        Arc::new(held)
    })
}

/// The words in these bytes; none where they are no array of words.
fn words(bytes: &[u8]) -> Option<Vec<String>> {
    let mut rest = bytes;
    match Header::read(&mut rest).ok()?.stored {
        Stored::Words(letters) if letters > 0 => {
            let words = rest.chunks_exact(4 * letters).map(word);
            words.collect()
        }
        _ => None,
    }
}

/// A word of four bytes per letter, filled with zeros.
fn word(bytes: &[u8]) -> Option<String> {
    let letters = bytes.chunks_exact(4);
    let code = letters.map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    code.take_while(|&code| code > 0)
        .map(char::from_u32)
        .collect()
}

fn invalid(path: &Path, name: &str, what: &str) -> DatasetError {
    DatasetError::Invalid {
        path: path.to_path_buf(),
        what: format!("the array `{name}` can't be read: {what}"),
    }
}

impl Array for Npy {
    fn name(&self) -> &str {
        &self.name
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn read(&self, start: &[usize], count: &[usize]) -> Result<Vec<f64>, DatasetError> {
        let mut ranges: Vec<std::ops::Range<usize>> = Vec::new();
        rows(&self.shape, start, count, |row| match ranges.last_mut() {
            Some(last) if last.end == row.start => last.end = row.end,
            _ => ranges.push(row),
        });
        let mut file = File::open(&self.path).map_err(DatasetError::io(&self.path))?;
        let mut values = room(&self.name, count)?;
        for range in ranges {
            let place = self.start + (range.start * self.number.size()) as u64;
            let mut bytes = vec![0; range.len() * self.number.size()];
            let read = file
                .seek(SeekFrom::Start(place))
                .and_then(|_| file.read_exact(&mut bytes));
            read.map_err(DatasetError::io(&self.path))?;
            values.extend(self.number.decode(&bytes));
        }
        Ok(values)
    }
}

/// An array stored with its first axis fastest.
struct Turned<A> {
    array: A,
    shape: Vec<usize>,
}

impl<A: Array> Turned<A> {
    fn new(array: A) -> Self {
        let shape = array.shape().iter().rev().copied().collect();
        Self { array, shape }
    }
}

impl<A: Array> Array for Turned<A> {
    fn name(&self) -> &str {
        self.array.name()
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn read(&self, start: &[usize], count: &[usize]) -> Result<Vec<f64>, DatasetError> {
        let reversed = |list: &[usize]| -> Vec<usize> { list.iter().rev().copied().collect() };
        let stored = self.array.read(&reversed(start), &reversed(count))?;
        let mut values = Vec::with_capacity(stored.len());
        let mut place = vec![0; count.len()];
        for _ in 0..stored.len() {
            let mut at = 0;
            for (place, count) in place.iter().zip(count).rev() {
                at = at * count + place;
            }
            values.push(stored[at]);
            for (place, count) in place.iter_mut().zip(count).rev() {
                *place += 1;
                if *place < *count {
                    break;
                }
                *place = 0;
            }
        }
        Ok(values)
    }
}
