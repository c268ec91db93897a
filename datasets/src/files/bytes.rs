//! Numbers as bytes: the types that `NumPy` and Zarr name alike.

use super::decoded::OtherSign;
use half::f16;

/// A type of numbers in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    kind: Kind,
    /// Bytes of one.
    size: usize,
    big_endian: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Float,
    Signed,
    Unsigned,
}

impl Number {
    /// A type by its letter and size in bytes, as `f4`; none where it is no number that is read.
    pub(super) fn new(letter: &str, size: usize, big_endian: bool) -> Option<Self> {
        let kind = match (letter, size) {
            ("f", 2 | 4 | 8) => Kind::Float,
            ("i", 1 | 2 | 4 | 8) => Kind::Signed,
            ("u", 1 | 2 | 4 | 8) | ("b", 1) => Kind::Unsigned,
            _ => return None,
        };
        Some(Self {
            kind,
            size,
            big_endian,
        })
    }

    /// A type as `NumPy` writes it, as `<f4`.
    pub(super) fn of_numpy(descr: &str) -> Option<Self> {
        let order = descr.get(..1)?;
        let size = descr.get(2..)?.parse().ok()?;
        Self::new(descr.get(1..2)?, size, order == ">")
    }

    /// A type as Zarr 3 names it, as `float32`, with little-endian bytes.
    pub(super) fn of_zarr(name: &str) -> Option<Self> {
        let at = name.find(|letter: char| letter.is_ascii_digit());
        let (word, bits) = name.split_at(at.unwrap_or(name.len()));
        let size = bits.parse().map_or(1, |bits: usize| bits / 8);
        let letter = match word {
            "float" => "f",
            "int" => "i",
            "uint" => "u",
            "bool" => "b",
            _ => return None,
        };
        Self::new(letter, size, false)
    }

    /// The same type with bytes in this order.
    pub(super) fn ordered(self, big_endian: bool) -> Self {
        Self { big_endian, ..self }
    }

    /// The type as `_Unsigned` says it is meant; none where it is meant as it is stored.
    pub(super) fn other_sign(self, attribute: Option<&str>) -> Option<OtherSign> {
        let bits = 8 * self.size as i32;
        match self.kind {
            Kind::Float => None,
            Kind::Signed => OtherSign::of(attribute, bits, true),
            Kind::Unsigned => OtherSign::of(attribute, bits, false),
        }
    }

    /// Bytes of one number.
    pub(super) fn size(self) -> usize {
        self.size
    }

    /// The numbers that these bytes are.
    pub(super) fn decode(self, bytes: &[u8]) -> impl Iterator<Item = f64> + '_ {
        bytes
            .chunks_exact(self.size)
            .map(move |bytes| self.one(bytes))
    }

    fn one(self, bytes: &[u8]) -> f64 {
        let mut wide = [0; 8];
        if self.big_endian {
            for (wide, byte) in wide.iter_mut().zip(bytes.iter().rev()) {
                *wide = *byte;
            }
        } else {
            wide[..self.size].copy_from_slice(bytes);
        }
        let number = u64::from_le_bytes(wide);
        match (self.kind, self.size) {
            (Kind::Float, 2) => f16::from_bits(number as u16).to_f64(),
            (Kind::Float, 4) => f32::from_bits(number as u32).into(),
            (Kind::Float, _) => f64::from_bits(number),
            (Kind::Unsigned, _) => number as f64,
            (Kind::Signed, size) => {
                let unused = 64 - 8 * size as u32;
                ((number << unused) as i64 >> unused) as f64
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_numbers_of_their_type() {
        let one = |descr: &str, bytes: &[u8]| {
            let number = Number::of_numpy(descr).unwrap();
            number.decode(bytes).collect::<Vec<_>>()
        };
        assert_eq!(one("<f4", &1.5_f32.to_le_bytes()), [1.5]);
        assert_eq!(one(">f8", &(-2.5_f64).to_be_bytes()), [-2.5]);
        assert_eq!(one("<f2", &[0x00, 0x3e]), [1.5]);
        assert_eq!(one("|i1", &[0xff, 2]), [-1.0, 2.0]);
        assert_eq!(one(">i2", &[0xff, 0xfe]), [-2.0]);
        assert_eq!(one("<u2", &[0xfe, 0xff]), [65534.0]);
        assert_eq!(one("|b1", &[1, 0]), [1.0, 0.0]);
        for other in ["|O", "<c8", "<U6", "<M8[ns]", ""] {
            assert_eq!(Number::of_numpy(other), None, "{other}");
        }
        assert_eq!(Number::of_zarr("float32"), Number::of_numpy("<f4"));
        assert_eq!(Number::of_zarr("bool"), Number::of_numpy("|b1"));
        assert_eq!(Number::of_zarr("complex64"), None);
    }
}
