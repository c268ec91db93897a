//! The number in the bytes of a stored value of HDF5: integers and floats of any layout of bits, truth values and names as
//! the numbers they stand for, parts of a record, arrays at every point.

use super::Dtype;
use super::array::rows;
use super::decoded::OtherSign;
use hdf5_reader::error::{ByteOrder, Result};
use hdf5_reader::{Datatype, H5Type, dtype_element_size};

/// Most bytes of a number.
const WIDEST: usize = 16;

/// Place and meaning of a number, or of an array of numbers, in the bytes of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element {
    /// Bytes in front of it.
    offset: usize,
    size: usize,
    big_endian: bool,
    kind: Kind,
    /// Extents of the array that stands at every point; nothing for one number.
    inner: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Integer {
        signed: bool,
        /// The lowest bit and the number of bits that count.
        bits: (u32, u32),
    },
    Float(Float),
}

impl Element {
    /// The number of a type of values; none where it has none. The bytes `raw` that describe the type say more about it than
    /// `datatype`: which bits of a number count.
    pub(super) fn of(datatype: &Datatype, raw: Option<&[u8]>) -> Option<Self> {
        let number = |size: u8, order: ByteOrder, kind| Self {
            offset: 0,
            size: size.into(),
            big_endian: order == ByteOrder::BigEndian,
            kind,
            inner: Vec::new(),
        };
        match datatype {
            &Datatype::FixedPoint {
                size,
                signed,
                byte_order,
            } if size <= 8 => {
                let all = (0, 8 * u32::from(size));
                let bits = raw.map_or(Some(all), |raw| bits(raw, size))?;
                Some(number(size, byte_order, Kind::Integer { signed, bits }))
            }
            &Datatype::Bitfield { size, byte_order } if size <= 8 => {
                let bits = (0, 8 * u32::from(size));
                let kind = Kind::Integer {
                    signed: false,
                    bits,
                };
                Some(number(size, byte_order, kind))
            }
            &Datatype::FloatingPoint { size, byte_order } if usize::from(size) <= WIDEST => {
                let usual = Float::of_ieee(size);
                let float = raw.map_or(usual, |raw| Float::described(raw, size))?;
                Some(number(size, byte_order, Kind::Float(float)))
            }
            Datatype::Enum { base, .. } => Self::of(base, None),
            Datatype::Array { base, dims } => {
                let mut element = Self::of(base, None)?;
                let dims = dims.iter().map(|&n| n as usize);
                element.inner = element.inner.into_iter().chain(dims).collect();
                Some(element)
            }
            _ => None,
        }
    }

    /// The type as `_Unsigned` says it is meant; none where it is meant as it is stored.
    pub(super) fn other_sign(&self, attribute: Option<&str>) -> Option<OtherSign> {
        match self.kind {
            Kind::Integer {
                signed,
                bits: (_, count),
            } => OtherSign::of(attribute, count as i32, signed),
            Kind::Float(_) => None,
        }
    }

    /// The same behind `offset` more bytes, as a part of a record.
    pub(super) fn behind(mut self, offset: usize) -> Self {
        self.offset += offset;
        self
    }

    /// Extents of the array that stands at every point; nothing for one number.
    pub(super) fn inner(&self) -> &[usize] {
        &self.inner
    }

    /// Precision that holds its values.
    pub(super) fn dtype(&self) -> Dtype {
        match (self.kind, self.size) {
            (Kind::Float(_), ..=4) | (Kind::Integer { .. }, ..=2) => Dtype::F32,
            _ => Dtype::F64,
        }
    }

    /// Whether every bit counts, in the usual order: numbers that the libraries convert themselves.
    pub(super) fn is_plain(&self) -> bool {
        let usual = match self.kind {
            Kind::Integer { bits, .. } => bits == (0, 8 * self.size as u32),
            Kind::Float(float) => self.size > 2 && Float::of_ieee(self.size as u8) == Some(float),
        };
        usual && self.offset == 0 && self.inner.is_empty()
    }

    /// The number in the bytes of a value; none where they are too few.
    pub(super) fn number(&self, bytes: &[u8]) -> Option<f64> {
        self.at(bytes, 0)
    }

    /// Puts a block of the array at a point, a single number where there is none, behind `out`; zeros where bytes lack.
    pub(super) fn put(&self, bytes: &[u8], start: &[usize], count: &[usize], out: &mut Vec<f64>) {
        rows(&self.inner, start, count, |row| {
            out.extend(row.map(|place| self.at(bytes, place).unwrap_or_default()));
        });
    }

    fn at(&self, bytes: &[u8], place: usize) -> Option<f64> {
        let first = self.offset + place * self.size;
        let bytes = bytes.get(first..first + self.size)?;
        let mut wide = [0; WIDEST];
        wide[..self.size].copy_from_slice(bytes);
        if self.big_endian {
            wide[..self.size].reverse();
        }
        let stored = u128::from_le_bytes(wide);
        Some(match self.kind {
            Kind::Float(float) => float.value(stored),
            Kind::Integer {
                signed,
                bits: (first, count),
            } => {
                let unused = 128 - count;
                let top = (stored >> first) << unused;
                if signed {
                    (top as i128 >> unused) as f64
                } else {
                    (top >> unused) as f64
                }
            }
        })
    }
}

/// A word of two bytes of a description.
fn word(raw: &[u8], at: usize) -> Option<u32> {
    let bytes = raw.get(at..at + 2)?;
    Some(u16::from_le_bytes([bytes[0], bytes[1]]).into())
}

/// The lowest bit of an integer of `size` bytes that counts, and how many do.
fn bits(raw: &[u8], size: u8) -> Option<(u32, u32)> {
    let (first, count) = (word(raw, 8)?, word(raw, 10)?);
    (count > 0 && first + count <= 8 * u32::from(size)).then_some((first, count))
}

/// Places and widths, in bits, of the parts of a float.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Float {
    sign: u32,
    exponent: (u32, u32),
    mantissa: (u32, u32),
    bias: i32,
    /// Whether the leading one of the mantissa is not stored.
    implied: bool,
}

impl Float {
    /// The formats of IEEE 754 of 2, 4 and 8 bytes.
    fn of_ieee(size: u8) -> Option<Self> {
        let exponent = match size {
            2 => 5,
            4 => 8,
            8 => 11,
            _ => return None,
        };
        let mantissa = 8 * u32::from(size) - 1 - exponent;
        Some(Self {
            sign: mantissa + exponent,
            exponent: (mantissa, exponent),
            mantissa: (0, mantissa),
            bias: (1 << (exponent - 1)) - 1,
            implied: true,
        })
    }

    /// The format that a description of HDF5 gives to numbers of `size` bytes.
    fn described(raw: &[u8], size: u8) -> Option<Self> {
        let byte = |at: usize| raw.get(at).map(|&byte| u32::from(byte));
        let norm = byte(1)? >> 4 & 3;
        let vax = byte(1)? & 0x41 == 0x41;
        let float = Self {
            sign: byte(2)?,
            exponent: (byte(12)?, byte(13)?),
            mantissa: (byte(14)?, byte(15)?),
            bias: (word(raw, 16)? | word(raw, 18)? << 16) as i32,
            implied: norm == 2,
        };
        let fits = |(place, width): (u32, u32)| width > 0 && place + width <= 8 * u32::from(size);
        let known = norm != 1 && !vax && float.exponent.1 <= 15 && word(raw, 8)? == 0;
        let inside = fits(float.exponent) && fits(float.mantissa) && fits((float.sign, 1));
        (known && inside && float.mantissa.1 <= 112).then_some(float)
    }

    fn value(self, stored: u128) -> f64 {
        let part = |(place, width): (u32, u32)| stored >> place & ((1 << width) - 1);
        let sign = if part((self.sign, 1)) == 1 { -1.0 } else { 1.0 };
        let (exponent, mantissa) = (part(self.exponent) as i32, part(self.mantissa));
        let fraction = self.mantissa.1 - u32::from(!self.implied);
        if exponent == (1 << self.exponent.1) - 1 {
            let whole = mantissa & ((1 << fraction) - 1) == 0;
            return if whole {
                sign * f64::INFINITY
            } else {
                f64::NAN
            };
        }
        let leading = u128::from(self.implied && exponent > 0) << fraction;
        let power = exponent.max(1) - self.bias - fraction as i32;
        // In two steps, because the power alone may be smaller than any number.
        let half = power / 2;
        sign * (mantissa | leading) as f64 * 2_f64.powi(half) * 2_f64.powi(power - half)
    }
}

/// A value of few bytes as it is stored.
#[derive(Clone, Copy)]
pub(super) struct Short([u8; WIDEST]);

/// A value as it is stored.
#[derive(Clone)]
pub(super) struct Long(Box<[u8]>);

/// Bytes of a value that fit a [`Short`].
pub(super) fn is_short(datatype: &Datatype) -> bool {
    dtype_element_size(datatype).is_ok_and(|size| size <= WIDEST)
}

impl AsRef<[u8]> for Short {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Long {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

fn opaque() -> Datatype {
    Datatype::Opaque {
        size: 1,
        tag: String::new(),
    }
}

impl H5Type for Short {
    fn hdf5_type() -> Datatype {
        opaque()
    }

    fn from_bytes(bytes: &[u8], _: &Datatype) -> Result<Self> {
        let mut short = [0; WIDEST];
        let size = bytes.len().min(WIDEST);
        short[..size].copy_from_slice(&bytes[..size]);
        Ok(Self(short))
    }

    fn element_size(datatype: &Datatype) -> usize {
        dtype_element_size(datatype).unwrap_or(1)
    }
}

impl H5Type for Long {
    fn hdf5_type() -> Datatype {
        opaque()
    }

    fn from_bytes(bytes: &[u8], datatype: &Datatype) -> Result<Self> {
        let size = bytes.len().min(Self::element_size(datatype));
        Ok(Self(bytes[..size].into()))
    }

    fn element_size(datatype: &Datatype) -> usize {
        dtype_element_size(datatype).unwrap_or(1)
    }
}

#[cfg(test)]
mod tests;
