//! Expected arrays in archives of `NumPy`, read without Ondine's own reader of them.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use zip::ZipArchive;

pub(crate) struct Archive(ZipArchive<File>);

impl Archive {
    pub(crate) fn open(path: &Path) -> Self {
        Self(ZipArchive::new(File::open(path).unwrap()).unwrap())
    }

    /// Shape and values of an array of 64-bit floats, the last axis fastest.
    pub(crate) fn array(&mut self, name: &str) -> (Vec<usize>, Vec<f64>) {
        let mut bytes = Vec::new();
        let mut member = self.0.by_name(&format!("{name}.npy")).unwrap();
        member.read_to_end(&mut bytes).unwrap();
        let header = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
        let (header, values) = bytes[10..].split_at(header);
        let header = std::str::from_utf8(header).unwrap();
        assert!(header.contains("'<f8', 'fortran_order': False"), "{header}");
        let shape = header.split_once('(').unwrap().1.split_once(')').unwrap().0;
        let extents = shape.split(',').filter(|n| !n.trim().is_empty());
        let number = |bytes: &[u8]| f64::from_le_bytes(bytes.try_into().unwrap());
        (
            extents.map(|n| n.trim().parse().unwrap()).collect(),
            values.chunks_exact(8).map(number).collect(),
        )
    }
}
