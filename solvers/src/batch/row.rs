//! Rows of numbers that vectors are read from.

use std::iter::repeat_n;
use std::ops::{Deref, DerefMut};

use super::lane::Lane;

/// Bytes of a cache line, and of the widest vector.
const LINE: usize = 64;

/// Numbers that begin at a cache line: no vector lies across two of them, which would be read twice.
#[derive(Debug)]
pub(super) struct Row<T> {
    memory: Vec<T>,
    start: usize,
    len: usize,
}

impl<T: Lane> Row<T> {
    /// So many zeros.
    pub(super) fn zeros(len: usize) -> Self {
        let spare = LINE / size_of::<T>();
        let memory: Vec<T> = repeat_n(T::zero(), len + spare).collect();
        Self {
            start: memory.as_ptr().align_offset(LINE).min(spare),
            memory,
            len,
        }
    }

    /// These numbers.
    pub(super) fn of(numbers: impl IntoIterator<Item = T>) -> Self {
        let numbers: Vec<T> = numbers.into_iter().collect();
        let mut row = Self::zeros(numbers.len());
        row.copy_from_slice(&numbers);
        row
    }
}

impl<T> Default for Row<T> {
    /// No numbers.
    fn default() -> Self {
        Self {
            memory: Vec::new(),
            start: 0,
            len: 0,
        }
    }
}

impl<T> Deref for Row<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        &self.memory[self.start..self.start + self.len]
    }
}

impl<T> DerefMut for Row<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.memory[self.start..self.start + self.len]
    }
}
