//! The steps from the values of a chunk to its bytes, undone.

use super::blosc;
use super::metadata::extents;
use crate::files::bytes::Number;
use flate2::read::{GzDecoder, ZlibDecoder};
use rust_zstd::DecompressReader;
use serde_json::Value;
use std::io::Read;

/// A step of writing a chunk.
pub(super) enum Codec {
    /// Axes in another order.
    Transpose(Vec<usize>),
    /// Values as bytes.
    Bytes(Number),
    Gzip,
    Zlib,
    Zstd,
    Lz4,
    Blosc,
    /// A checksum behind the bytes.
    Crc32c,
    /// Many small chunks in one file, with a list of their places.
    Sharding(Sharding),
}

/// Small chunks in a large one.
pub(super) struct Sharding {
    chunk: Vec<usize>,
    codecs: Vec<Codec>,
    index_codecs: Vec<Codec>,
    at_end: bool,
}

/// Place of a small chunk that is not there.
const NOWHERE: u64 = u64::MAX;

impl Codec {
    pub(super) fn of_version_3(codec: &Value, number: Number) -> Result<Self, String> {
        let name = codec["name"].as_str().unwrap_or_default();
        let configuration = &codec["configuration"];
        let list = |name: &str, number| -> Result<Vec<Self>, String> {
            let codecs = configuration[name].as_array().into_iter().flatten();
            codecs
                .map(|codec| Self::of_version_3(codec, number))
                .collect()
        };
        Ok(match name {
            "bytes" | "endian" => Self::Bytes(number.ordered(configuration["endian"] == "big")),
            "transpose" => Self::Transpose(extents(&configuration["order"])?),
            "gzip" => Self::Gzip,
            "numcodecs.zlib" | "zlib" => Self::Zlib,
            "zstd" => Self::Zstd,
            "blosc" => Self::Blosc,
            "crc32c" => Self::Crc32c,
            "sharding_indexed" => Self::Sharding(Sharding {
                chunk: extents(&configuration["chunk_shape"])?,
                codecs: list("codecs", number)?,
                index_codecs: list("index_codecs", index_number())?,
                at_end: configuration["index_location"] != "start",
            }),
            other => return Err(unknown(other)),
        })
    }

    /// The compressor of version 2.
    pub(super) fn of_version_2(compressor: &Value) -> Result<Self, String> {
        Ok(match compressor["id"].as_str().unwrap_or_default() {
            "gzip" => Self::Gzip,
            "zlib" => Self::Zlib,
            "zstd" => Self::Zstd,
            "lz4" => Self::Lz4,
            "blosc" => Self::Blosc,
            other => return Err(unknown(other)),
        })
    }

    /// The bytes before this step, `most` at most.
    fn undo(&self, bytes: Vec<u8>, most: usize) -> Result<Vec<u8>, String> {
        match self {
            Self::Gzip => all(GzDecoder::new(&bytes[..]), most),
            Self::Zlib => all(ZlibDecoder::new(&bytes[..]), most),
            Self::Zstd => unpack_zstd(&bytes, most),
            Self::Lz4 => {
                let (size, bytes) = bytes.split_at_checked(4).ok_or("it is cut")?;
                let size = u32::from_le_bytes([size[0], size[1], size[2], size[3]]) as usize;
                unpack_lz4(bytes, size.min(most))
            }
            Self::Blosc => blosc::unpack(&bytes, most),
            Self::Crc32c => without_checksum(bytes),
            Self::Transpose(_) | Self::Bytes(_) | Self::Sharding(_) => Ok(bytes),
        }
    }
}

fn unknown(name: &str) -> String {
    format!(
        "its chunks are compressed by `{name}`, which is not read: write them with zstd, gzip or blosc"
    )
}

/// Numbers of the places of small chunks.
fn index_number() -> Number {
    Number::of_zarr("uint64").expect("a type of numbers")
}

/// The values of a chunk of this shape from the bytes of its file.
pub(super) fn decode(
    codecs: &[Codec],
    shape: &[usize],
    fill: f64,
    mut bytes: Vec<u8>,
) -> Result<Vec<f64>, String> {
    let count: usize = shape.iter().product();
    let most = 8 * count + 4096; // the widest numbers, and checksums or a list of places
    let to_values = |codec: &Codec| matches!(codec, Codec::Bytes(_) | Codec::Sharding(_));
    let place = codecs.iter().position(to_values);
    let place = place.ok_or("no codec makes bytes of its values")?;
    for codec in codecs[place + 1..].iter().rev() {
        bytes = codec.undo(bytes, 2 * most)?;
    }
    let orders: Vec<&Vec<usize>> = codecs[..place]
        .iter()
        .filter_map(|codec| match codec {
            Codec::Transpose(order) => Some(order),
            _ => None,
        })
        .collect();
    let mut shapes = vec![shape.to_vec()];
    for order in &orders {
        let last = &shapes[shapes.len() - 1];
        shapes.push(
            order
                .iter()
                .filter_map(|&axis| last.get(axis).copied())
                .collect(),
        );
    }
    let stored = &shapes[shapes.len() - 1];
    let mut values = match &codecs[place] {
        Codec::Bytes(number) => number.decode(&bytes).collect(),
        Codec::Sharding(sharding) => sharding.values(stored, fill, &bytes)?,
        _ => Vec::new(),
    };
    if values.len() != count || stored.len() != shape.len() {
        return Err(format!(
            "it has {} values for the shape {shape:?}",
            values.len()
        ));
    }
    for (order, shape) in orders.iter().zip(&shapes).rev() {
        values = turned_back(&values, order, shape);
    }
    Ok(values)
}

/// Values in the order of axes that they had before `order` was applied to an array of this shape.
fn turned_back(values: &[f64], order: &[usize], shape: &[usize]) -> Vec<f64> {
    let mut strides = vec![0; shape.len()];
    let mut stride = 1;
    for &axis in order.iter().rev() {
        strides[axis] = stride;
        stride *= shape[axis];
    }
    let mut place = vec![0; shape.len()];
    let mut out = Vec::with_capacity(values.len());
    for _ in 0..values.len() {
        out.push(
            values[place
                .iter()
                .zip(&strides)
                .map(|(i, s)| i * s)
                .sum::<usize>()],
        );
        for (place, n) in place.iter_mut().zip(shape).rev() {
            *place += 1;
            if *place < *n {
                break;
            }
            *place = 0;
        }
    }
    out
}

impl Sharding {
    fn values(&self, shape: &[usize], fill: f64, bytes: &[u8]) -> Result<Vec<f64>, String> {
        let fits = |(n, chunk): (&usize, &usize)| *chunk > 0 && n % chunk == 0;
        if shape.len() != self.chunk.len() || !shape.iter().zip(&self.chunk).all(fits) {
            return Err(format!(
                "small chunks of {:?} in one of {shape:?}",
                self.chunk
            ));
        }
        let counts: Vec<usize> = shape.iter().zip(&self.chunk).map(|(n, c)| n / c).collect();
        let total: usize = counts.iter().product();
        let places = self.places(total, bytes)?;
        let mut values = vec![fill; shape.iter().product()];
        for (index, place) in places.chunks_exact(2).enumerate() {
            let (start, size) = (place[0], place[1]);
            if start == NOWHERE {
                continue;
            }
            let part = usize::try_from(start)
                .ok()
                .zip(usize::try_from(size).ok())
                .and_then(|(start, size)| bytes.get(start..start.checked_add(size)?))
                .ok_or("a small chunk lies outside of its file")?;
            let part = decode(&self.codecs, &self.chunk, fill, part.to_vec())?;
            let mut rest = index;
            let mut first = vec![0; shape.len()];
            for axis in (0..shape.len()).rev() {
                first[axis] = rest % counts[axis] * self.chunk[axis];
                rest /= counts[axis];
            }
            let mut from = 0;
            crate::files::array::rows(shape, &first, &self.chunk, |row| {
                let width = row.len();
                values[row].copy_from_slice(&part[from..from + width]);
                from += width;
            });
        }
        Ok(values)
    }

    /// Start and size of every small chunk.
    fn places(&self, total: usize, bytes: &[u8]) -> Result<Vec<u64>, String> {
        let checksums = self
            .index_codecs
            .iter()
            .filter(|codec| matches!(codec, Codec::Crc32c));
        let size = 16 * total + 4 * checksums.count();
        let start = if self.at_end {
            bytes.len().checked_sub(size).ok_or("it is cut")?
        } else {
            0
        };
        let mut index = bytes.get(start..start + size).ok_or("it is cut")?.to_vec();
        for codec in self.index_codecs.iter().rev() {
            index = codec.undo(index, 16 * total)?;
        }
        let big = self
            .index_codecs
            .iter()
            .any(|codec| matches!(codec, Codec::Bytes(number) if *number == number.ordered(true)));
        let word = |bytes: &[u8]| {
            let mut word = [0; 8];
            word.copy_from_slice(bytes);
            if big {
                u64::from_be_bytes(word)
            } else {
                u64::from_le_bytes(word)
            }
        };
        Ok(index.chunks_exact(8).map(word).collect())
    }
}

/// Everything that a decoder gives, `most` bytes at most.
fn all(decoder: impl Read, most: usize) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let read = decoder.take(most as u64).read_to_end(&mut out);
    read.map(|_| out).map_err(|_| "it is damaged".to_owned())
}

/// Unpacks a frame of Zstandard.
pub(super) fn unpack_zstd(bytes: &[u8], most: usize) -> Result<Vec<u8>, String> {
    all(DecompressReader::new(bytes), most)
}

/// Unpacks a block of LZ4 into so many bytes.
pub(super) fn unpack_lz4(bytes: &[u8], size: usize) -> Result<Vec<u8>, String> {
    let mut out = vec![0; size];
    let count = lz4_flex::block::decompress_into(bytes, &mut out);
    match count {
        Ok(count) if count == size => Ok(out),
        _ => Err("it is damaged".to_owned()),
    }
}

/// The bytes before their checksum, which has to be right.
fn without_checksum(mut bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    let at = bytes.len().checked_sub(4).ok_or("it is cut")?;
    let expected = bytes.split_off(at);
    if crc32c(&bytes).to_le_bytes()[..] == expected[..] {
        Ok(bytes)
    } else {
        Err("its checksum is another one: it is damaged".to_owned())
    }
}

/// The checksum of Castagnoli, RFC 3720.
fn crc32c(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| match sum & 1 {
            1 => (sum >> 1) ^ 0x82F6_3B78,
            _ => sum >> 1,
        })
    };
    !bytes.iter().fold(!0, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_castagnoli() {
        assert_eq!(crc32c(b"123456789"), 0xE306_9283); // the check value of its definition
        let mut bytes = b"123456789".to_vec();
        bytes.extend(0xE306_9283_u32.to_le_bytes());
        assert_eq!(without_checksum(bytes.clone()).unwrap(), b"123456789");
        bytes[0] = b'2';
        assert!(without_checksum(bytes).is_err());
        assert!(without_checksum(vec![1]).is_err());
    }

    #[test]
    fn axes_are_turned_back() {
        // [[0, 1, 2], [3, 4, 5]] with its axes exchanged
        let stored = [0.0, 3.0, 1.0, 4.0, 2.0, 5.0];
        let found = turned_back(&stored, &[1, 0], &[2, 3]);
        assert_eq!(found, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    }
}
