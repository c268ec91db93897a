//! Arrays of numbers, wherever they are stored, read by blocks.

use super::DatasetError;
use super::numbers::Numbers;
use super::recent::Recent;
use super::room::room;
use std::sync::Arc;

/// An array of numbers in a file or a folder.
pub(super) trait Array: Send + Sync {
    /// Its name in messages: a path in a file.
    fn name(&self) -> &str;

    /// Its extent along every axis; nothing for a single value.
    fn shape(&self) -> &[usize];

    /// The values of a block, `count` from `start` on along every axis, the last axis fastest.
    fn read(&self, start: &[usize], count: &[usize]) -> Result<Vec<f64>, DatasetError>;

    /// The values that stand for points without data, as the file declares them.
    fn fill_values(&self) -> Vec<f64> {
        Vec::new()
    }

    /// The extents of the chunks in which it is stored; none where any block is read as fast.
    fn chunk(&self) -> Option<Vec<usize>> {
        None
    }

    /// Bytes of unpacked chunks that stay in memory until the array is dropped.
    fn cached_bytes(&self) -> usize {
        0
    }

    /// Every value.
    fn all(&self) -> Result<Vec<f64>, DatasetError> {
        self.read(&vec![0; self.shape().len()], self.shape())
    }
}

impl Array for Numbers {
    fn name(&self) -> &str {
        self.name()
    }

    fn shape(&self) -> &[usize] {
        self.shape()
    }

    fn read(&self, start: &[usize], count: &[usize]) -> Result<Vec<f64>, DatasetError> {
        self.read(start, count)
    }

    fn fill_values(&self) -> Vec<f64> {
        self.fill_values()
    }

    fn chunk(&self) -> Option<Vec<usize>> {
        self.chunk()
    }

    fn cached_bytes(&self) -> usize {
        self.cached_bytes()
    }
}

/// Opens a part of a stack.
type Open = Box<dyn Fn(usize) -> Result<Arc<dyn Array>, DatasetError> + Send + Sync>;

/// Parts of a stack that stay open.
const OPEN_PARTS: usize = 16;

/// Arrays of one shape behind each other along a new first axis: one per trajectory or per frame. A part is opened when it
/// is read, and few stay open.
pub(super) struct Stack {
    name: String,
    shape: Vec<usize>,
    open: Open,
    recent: Recent<Arc<dyn Array>>,
}

impl Stack {
    /// The arrays that `open` gives for 0 to `parts`, each of the shape `part`.
    pub(super) fn new(
        name: &str,
        parts: usize,
        part: &[usize],
        open: impl Fn(usize) -> Result<Arc<dyn Array>, DatasetError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.to_owned(),
            shape: [&[parts], part].concat(),
            open: Box::new(open),
            recent: Recent::growing(OPEN_PARTS, |part| part.cached_bytes()),
        }
    }

    fn part(&self, index: usize) -> Result<Arc<dyn Array>, DatasetError> {
        self.recent.get(index, || {
            let part = (self.open)(index)?;
            if part.shape() == &self.shape[1..] { Ok(part) } else { Err(DatasetError::Description {
                name: part.name().to_owned(),
                what: format!(
                    "its shape is {:?}, that of the first {:?}: all have to be of one shape, so leave the others out",
                    part.shape(),
                    &self.shape[1..]
                ),
            }) }
        })
    }
}

impl Array for Stack {
    fn name(&self) -> &str {
        &self.name
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn read(&self, start: &[usize], count: &[usize]) -> Result<Vec<f64>, DatasetError> {
        let mut values = room(&self.name, count)?;
        for index in start[0]..start[0] + count[0] {
            let part = self.part(index)?;
            values.extend(part.read(&start[1..], &count[1..])?);
        }
        Ok(values)
    }

    fn fill_values(&self) -> Vec<f64> {
        self.part(0)
            .map_or_else(|_| Vec::new(), |part| part.fill_values())
    }

    fn cached_bytes(&self) -> usize {
        self.recent.weight()
    }
}

/// Arrays behind each other along their first axis, of which each has its own extent there: parts of one long run. A part
/// is opened when it is read.
pub(super) struct Chain {
    name: String,
    shape: Vec<usize>,
    /// First index of every part, and the end of the last one.
    first: Vec<usize>,
    open: Open,
    recent: Recent<Arc<dyn Array>>,
}

impl Chain {
    /// The arrays that `open` gives for the parts with these extents along the first axis, each of the shape `part` along
    /// the others.
    pub(super) fn new(
        name: &str,
        extents: &[usize],
        part: &[usize],
        open: impl Fn(usize) -> Result<Arc<dyn Array>, DatasetError> + Send + Sync + 'static,
    ) -> Self {
        let mut first = vec![0];
        for extent in extents {
            first.push(first[first.len() - 1] + extent);
        }
        Self {
            name: name.to_owned(),
            shape: [&first[extents.len()..], part].concat(),
            first,
            open: Box::new(open),
            recent: Recent::growing(OPEN_PARTS, |part| part.cached_bytes()),
        }
    }

    fn part(&self, index: usize) -> Result<Arc<dyn Array>, DatasetError> {
        self.recent.get(index, || {
            let part = (self.open)(index)?;
            let extent = self.first[index + 1] - self.first[index];
            let expected = [&[extent], &self.shape[1..]].concat();
            if part.shape() == expected {
                Ok(part)
            } else {
                Err(DatasetError::Description {
                    name: part.name().to_owned(),
                    what: format!(
                        "its shape is {:?} where {expected:?} is expected",
                        part.shape()
                    ),
                })
            }
        })
    }
}

impl Array for Chain {
    fn name(&self) -> &str {
        &self.name
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn read(&self, start: &[usize], count: &[usize]) -> Result<Vec<f64>, DatasetError> {
        let (low, high) = (start[0], start[0] + count[0]);
        let mut values = room(&self.name, count)?;
        for index in 0..self.first.len() - 1 {
            let (first, last) = (self.first[index].max(low), self.first[index + 1].min(high));
            if first < last {
                let start = [&[first - self.first[index]], &start[1..]].concat();
                let count = [&[last - first], &count[1..]].concat();
                values.extend(self.part(index)?.read(&start, &count)?);
            }
        }
        Ok(values)
    }

    fn cached_bytes(&self) -> usize {
        self.recent.weight()
    }
}

/// An array in memory: a few numbers of a text, or one small file.
pub(super) struct Held {
    name: String,
    shape: Vec<usize>,
    values: Vec<f64>,
}

impl Held {
    /// These values, the last axis fastest.
    pub(super) fn new(name: &str, shape: &[usize], values: Vec<f64>) -> Self {
        debug_assert_eq!(values.len(), shape.iter().product::<usize>());
        Self {
            name: name.to_owned(),
            shape: shape.to_vec(),
            values,
        }
    }
}

impl Array for Held {
    fn name(&self) -> &str {
        &self.name
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn read(&self, start: &[usize], count: &[usize]) -> Result<Vec<f64>, DatasetError> {
        let mut out = room(&self.name, count)?;
        rows(&self.shape, start, count, |row| {
            out.extend_from_slice(&self.values[row]);
        });
        Ok(out)
    }
}

/// Calls `take` with the range of every contiguous row of a block, where an array of this shape is stored with its last
/// axis fastest.
pub(super) fn rows(
    shape: &[usize],
    start: &[usize],
    count: &[usize],
    mut take: impl FnMut(std::ops::Range<usize>),
) {
    if count.contains(&0) {
        return;
    }
    let Some((&width, outer)) = count.split_last() else {
        return take(0..1);
    };
    let last = outer.len();
    let mut place = vec![0; last];
    loop {
        let mut at = 0;
        for axis in 0..last {
            at = at * shape[axis] + start[axis] + place[axis];
        }
        let first = at * shape[last] + start[last];
        take(first..first + width);
        let Some(axis) = (0..last).rev().find(|&axis| place[axis] + 1 < outer[axis]) else {
            return;
        };
        place[axis] += 1;
        place[axis + 1..].fill(0);
    }
}

#[cfg(test)]
mod tests;
