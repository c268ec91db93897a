//! Arrays of numbers, wherever they are stored, read by blocks.

use super::DatasetError;
use super::numbers::Numbers;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

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
    recent: Mutex<VecDeque<(usize, Arc<dyn Array>)>>,
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
            recent: Mutex::default(),
        }
    }

    fn part(&self, index: usize) -> Result<Arc<dyn Array>, DatasetError> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, part)) = recent.iter().find(|(other, _)| *other == index) {
            return Ok(part.clone());
        }
        let part = (self.open)(index)?;
        if part.shape() != &self.shape[1..] {
            return Err(DatasetError::Description {
                name: part.name().to_owned(),
                what: format!(
                    "its shape is {:?}, that of the first {:?}: all have to be of one shape, so leave the others out",
                    part.shape(),
                    &self.shape[1..]
                ),
            });
        }
        if recent.len() == OPEN_PARTS {
            recent.pop_front();
        }
        recent.push_back((index, part.clone()));
        Ok(part)
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
        let mut values = Vec::with_capacity(count.iter().product());
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
        let mut out = Vec::with_capacity(count.iter().product());
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
mod tests {
    use super::*;

    fn numbered(name: &str, shape: &[usize], first: usize) -> Held {
        let count = shape.iter().product::<usize>();
        let values = (first..first + count).map(|i| i as f64).collect();
        Held::new(name, shape, values)
    }

    #[test]
    fn a_block_is_read_row_by_row() {
        let array = numbered("a", &[2, 3, 4], 0);
        let block = array.read(&[0, 1, 1], &[2, 2, 2]).unwrap();
        assert_eq!(block, [5.0, 6.0, 9.0, 10.0, 17.0, 18.0, 21.0, 22.0]);
        assert_eq!(array.read(&[0, 0, 0], &[2, 0, 4]).unwrap(), [0.0; 0]);
        let single = Held::new("one", &[], vec![7.0]);
        assert_eq!(single.read(&[], &[]).unwrap(), [7.0]);
    }

    #[test]
    fn a_stack_opens_what_it_reads_and_refuses_other_shapes() {
        let stack = Stack::new("s", 40, &[2], |index| {
            let shape: &[usize] = if index == 39 { &[3] } else { &[2] };
            Ok(Arc::new(numbered(
                &format!("part {index}"),
                shape,
                2 * index,
            )))
        });
        assert_eq!(stack.shape(), [40, 2]);
        assert_eq!(stack.read(&[36, 1], &[3, 1]).unwrap(), [73.0, 75.0, 77.0]);
        let error = stack.read(&[39, 0], &[1, 2]).unwrap_err().to_string();
        assert!(
            error.contains("part 39") && error.contains("[3]"),
            "{error}"
        );
    }
}
