//! The header of a `.npy` file: the type of its values, their order and its shape.

use crate::files::bytes::Number;
use std::io::Read;

/// Longest header that is read; those of arrays of numbers have some hundred bytes.
const LONGEST: usize = 1 << 16;

/// Most axes of an array of `NumPy`.
const MOST_AXES: usize = 64;

/// Contents of a header.
pub(super) struct Header {
    pub(super) stored: Stored,
    /// Whether the first axis is fastest.
    pub(super) fortran: bool,
    pub(super) shape: Vec<usize>,
    /// Bytes before the first value.
    pub(super) len: u64,
}

/// The values of an array.
pub(super) enum Stored {
    Numbers(Number),
    /// Words of so many letters.
    Words(usize),
    /// Something else, by its name in the file.
    Other(String),
}

impl Header {
    /// Reads a header, from its first byte to its last.
    pub(super) fn read(file: &mut impl Read) -> Result<Self, String> {
        let mut take = |count: usize| {
            let mut bytes = vec![0; count];
            let read = file.read_exact(&mut bytes);
            read.map(|()| bytes)
                .map_err(|_| "its header ends early".to_owned())
        };
        let magic = take(8)?;
        if magic[..6] != *b"\x93NUMPY" {
            return Err("it does not begin as an array of NumPy".to_owned());
        }
        let wide = magic[6] > 1;
        let length = take(if wide { 4 } else { 2 })?;
        let mut number = [0; 4];
        number[..length.len()].copy_from_slice(&length);
        let count = u32::from_le_bytes(number) as usize;
        if count > LONGEST {
            return Err(format!("its header has {count} bytes, more than {LONGEST}"));
        }
        let text = take(count)?;
        let text = String::from_utf8_lossy(&text);
        let len = (8 + length.len() + count) as u64;
        Self::parse(&text, len).ok_or_else(|| format!("its header is `{}`", text.trim()))
    }

    fn parse(text: &str, len: u64) -> Option<Self> {
        let after = |key: &str| {
            let at = text.find(key)? + key.len();
            Some(text[at..].trim_start_matches([' ', ':']))
        };
        let shape = after("'shape'")?.strip_prefix('(')?.split_once(')')?.0;
        let extents = shape.split(',').map(str::trim).filter(|n| !n.is_empty());
        let shape: Vec<usize> = extents.map(str::parse).collect::<Result<_, _>>().ok()?;
        let values = shape.iter().try_fold(1_usize, |all, &n| all.checked_mul(n));
        if shape.len() > MOST_AXES || values?.checked_mul(8).is_none() {
            return None;
        }
        let descr = after("'descr'")?;
        Some(Self {
            stored: Stored::of(descr),
            fortran: after("'fortran_order'")?.starts_with("True"),
            shape,
            len,
        })
    }

    /// The type of the numbers; the error says what else there is.
    pub(super) fn number(&self) -> Result<Number, String> {
        match &self.stored {
            Stored::Numbers(number) => Ok(*number),
            Stored::Words(_) => Err("it holds words".to_owned()),
            Stored::Other(descr) if descr.ends_with('O') => Err(
                "it is a pickle of Python objects, which may run any program: save it as an array of numbers".to_owned(),
            ),
            Stored::Other(descr) => Err(format!(
                "it holds values of the type `{descr}`: save real numbers, of 16 to 64 bits"
            )),
        }
    }

    /// Number of values.
    pub(super) fn count(&self) -> usize {
        self.shape.iter().product()
    }

    /// The shape with the fastest axis last.
    pub(super) fn stored_shape(&self) -> Vec<usize> {
        if self.fortran {
            self.shape.iter().rev().copied().collect()
        } else {
            self.shape.clone()
        }
    }
}

impl Stored {
    fn of(descr: &str) -> Self {
        let word = descr
            .strip_prefix('\'')
            .and_then(|rest| rest.split_once('\''));
        let descr = word.map_or("a record", |(word, _)| word);
        if let Some(number) = Number::of_numpy(descr) {
            return Self::Numbers(number);
        }
        match descr.strip_prefix("<U").and_then(|n| n.parse().ok()) {
            Some(letters) => Self::Words(letters),
            None => Self::Other(descr.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Result<Header, String> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((text.len() as u16).to_le_bytes());
        bytes.extend(text.as_bytes());
        Header::read(&mut &bytes[..])
    }

    #[test]
    fn headers_say_type_order_and_shape() {
        let found = header("{'descr': '>f8', 'fortran_order': True, 'shape': (2, 3), }\n").unwrap();
        assert_eq!((&found.shape[..], found.count()), (&[2, 3][..], 6));
        assert!(found.fortran && found.stored_shape() == [3, 2]);
        assert_eq!(found.number().unwrap(), Number::of_numpy(">f8").unwrap());
        let single = header("{'descr': '|i1', 'fortran_order': False, 'shape': (), }").unwrap();
        assert_eq!(single.count(), 1);
        let words = header("{'descr': '<U6', 'fortran_order': False, 'shape': (2,), }").unwrap();
        assert!(matches!(words.stored, Stored::Words(6)));
    }

    #[test]
    fn other_headers_are_refused_in_words() {
        let number = |descr: &str| {
            let text = format!("{{'descr': {descr}, 'fortran_order': False, 'shape': (2,), }}");
            header(&text).unwrap().number().unwrap_err()
        };
        assert!(number("'|O'").contains("pickle"));
        assert!(number("'<c8'").contains("`<c8`"));
        assert!(number("[('a', '<f4')]").contains("a record"));
        for wrong in [
            "{}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
        ] {
            assert!(header(wrong).is_err(), "{wrong}");
        }
        let huge = "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }";
        assert!(header(huge).is_err());
        assert!(Header::read(&mut &b"\x93NUMPY\x01\x00\xff"[..]).is_err());
    }
}
