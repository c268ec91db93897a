//! The checksum of a file of weights: CRC-32 over its metadata and, by name, the shape and the numbers of every array.
//!
//! It finds every change within 32 bits in a row, and misses one in 4 billion of all others.

use crc32fast::Hasher;

/// The checksum so far.
#[derive(Default)]
pub(super) struct Checksum(Hasher);

impl Checksum {
    /// The checksum of some texts, which arrays follow in the order of their names.
    pub(super) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut checksum = Self::default();
        texts
            .into_iter()
            .for_each(|text| checksum.part(text.as_bytes()));
        checksum
    }

    /// Adds an array.
    pub(super) fn array(&mut self, name: &str, shape: &[usize], bytes: &[u8]) {
        self.part(name.as_bytes());
        let shape = shape.iter().map(|length| *length as u64);
        shape.for_each(|length| self.0.update(&length.to_le_bytes()));
        self.part(bytes);
    }

    /// Eight hexadecimal digits.
    pub(super) fn digits(self) -> String {
        format!("{:08x}", self.0.finalize())
    }

    /// Adds a part with its length, so that no two lists of parts have the same bytes.
    fn part(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }
}
