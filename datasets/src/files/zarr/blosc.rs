//! Blosc of version 1, the usual compression of Zarr 2: blocks by LZ4, zlib or Zstandard, their bytes shuffled or not.
//! The format: <https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst>.

use super::codec::{unpack_lz4, unpack_zstd};
use crate::files::shuffle::unshuffled;
use flate2::read::ZlibDecoder;
use std::io::Read;

/// Bytes of a header.
const HEADER: usize = 16;

/// Types of at most so many bytes are compressed a byte plane at a time.
const WIDEST_SPLIT: usize = 16;

/// Planes shorter than this are not split.
const SHORTEST_SPLIT: usize = 128;

/// Contents of a header.
struct Header {
    shuffled: bool,
    bits_shuffled: bool,
    copied: bool,
    whole_blocks: bool,
    /// Number of the compression.
    compression: u8,
    type_size: usize,
    size: usize,
    block: usize,
}

/// The bytes of a buffer, `most` at most.
pub(super) fn unpack(bytes: &[u8], most: usize) -> Result<Vec<u8>, String> {
    let header = Header::read(bytes)?;
    if header.size > most {
        return Err(format!(
            "it unpacks to {} bytes, more than its shape has",
            header.size
        ));
    }
    if header.copied {
        let copied = bytes.get(HEADER..HEADER + header.size);
        return copied.map(<[u8]>::to_vec).ok_or_else(cut);
    }
    let mut out = Vec::with_capacity(header.size);
    for index in 0..header.size.div_ceil(header.block.max(1)) {
        let size = header.block.min(header.size - out.len());
        let start = word(bytes, HEADER + 4 * index)?;
        let whole = header.whole_blocks || size < header.block;
        let block = header.block(bytes, start, size, whole)?;
        out.extend(header.unshuffled(&block));
    }
    Ok(out)
}

fn cut() -> String {
    "it is cut".to_owned()
}

/// A number of 32 bits.
fn word(bytes: &[u8], at: usize) -> Result<usize, String> {
    let word = at
        .checked_add(4)
        .and_then(|end| bytes.get(at..end))
        .ok_or_else(cut)?;
    Ok(u32::from_le_bytes([word[0], word[1], word[2], word[3]]) as usize)
}

impl Header {
    fn read(bytes: &[u8]) -> Result<Self, String> {
        let flags = *bytes.get(2).ok_or_else(cut)?;
        let bit = |at: u8| flags >> at & 1 == 1;
        Ok(Self {
            shuffled: bit(0),
            copied: bit(1),
            bits_shuffled: bit(2),
            whole_blocks: bit(4),
            compression: flags >> 5,
            type_size: usize::from(*bytes.get(3).ok_or_else(cut)?).max(1),
            size: word(bytes, 4)?,
            block: word(bytes, 8)?,
        })
    }

    /// A block of `size` bytes that begins at `start`, its bytes still shuffled.
    fn block(
        &self,
        bytes: &[u8],
        start: usize,
        size: usize,
        whole: bool,
    ) -> Result<Vec<u8>, String> {
        let width = self.type_size;
        let splits = !whole && width <= WIDEST_SPLIT && size / width >= SHORTEST_SPLIT;
        let parts = if splits { width } else { 1 };
        let part = size / parts;
        let (mut at, mut out) = (start, Vec::with_capacity(size));
        for _ in 0..parts {
            let packed = word(bytes, at)?;
            let from = at + 4;
            let data = from
                .checked_add(packed)
                .and_then(|end| bytes.get(from..end))
                .ok_or_else(cut)?;
            if packed == part {
                out.extend_from_slice(data);
            } else {
                out.extend(self.part(data, part)?);
            }
            at = from + packed;
        }
        Ok(out)
    }

    fn part(&self, data: &[u8], size: usize) -> Result<Vec<u8>, String> {
        let part = match self.compression {
            1 => unpack_lz4(data, size)?,
            3 => {
                let mut out = Vec::new();
                let read = ZlibDecoder::new(data)
                    .take(size as u64)
                    .read_to_end(&mut out);
                read.map_err(|_| "it is damaged".to_owned())?;
                out
            }
            4 => unpack_zstd(data, size)?,
            other => {
                let name = ["BloscLZ", "", "Snappy"]
                    .get(usize::from(other))
                    .unwrap_or(&"an unknown method");
                return Err(format!(
                    "its chunks are compressed by Blosc with {name}, which is not read: write them with LZ4, zlib or Zstandard"
                ));
            }
        };
        if part.len() == size {
            Ok(part)
        } else {
            Err("it is damaged".to_owned())
        }
    }

    fn unshuffled(&self, block: &[u8]) -> Vec<u8> {
        if self.bits_shuffled {
            return unshuffled_bits(block, self.type_size);
        }
        if self.shuffled {
            unshuffled(block, self.type_size)
        } else {
            block.to_vec()
        }
    }
}

/// Undoes the shuffle of bits: of every eight values, planes of single bits. Values that fill no eight are stored as they
/// are.
fn unshuffled_bits(block: &[u8], width: usize) -> Vec<u8> {
    let count = block.len() / width / 8 * 8;
    let mut out = block.to_vec();
    out[..count * width].fill(0);
    for plane in 0..8 * width {
        let bits = &block[plane * count / 8..][..count / 8];
        for value in 0..count {
            let bit = bits[value / 8] >> (value % 8) & 1;
            out[value * width + plane / 8] |= bit << (plane % 8);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_buffers_are_refused() {
        assert!(unpack(b"", 10).is_err());
        let mut copied = vec![2, 1, 2, 4, 3, 0, 0, 0, 3, 0, 0, 0, 19, 0, 0, 0, 7, 8, 9];
        assert_eq!(unpack(&copied, 10).unwrap(), [7, 8, 9]);
        assert!(unpack(&copied, 2).unwrap_err().contains("3 bytes"));
        copied.pop();
        assert_eq!(unpack(&copied, 10).unwrap_err(), "it is cut");
        let lz = [
            2, 1, 0, 4, 3, 0, 0, 0, 3, 0, 0, 0, 25, 0, 0, 0, 20, 0, 0, 0, 1, 0, 0, 0, 5,
        ];
        assert!(unpack(&lz, 10).unwrap_err().contains("BloscLZ"));
    }
}
