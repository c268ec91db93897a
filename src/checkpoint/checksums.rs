//! The checksums of a checkpoint's files, `checksums.json`: no file is used whose bytes have changed since.
//!
//! CRC-32, as PNG and gzip have it, finds every change within 32 bits in a row, and misses one in 4 billion of all others.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// Name of the file in a checkpoint.
pub(super) const NAME: &str = "checksums.json";

/// Bytes that are read at a time.
const PIECE: usize = 1 << 20;

/// The checksums of the files in a folder, by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Checksums(BTreeMap<String, Checksum>);

/// The known facts of the bytes of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Checksum {
    bytes: u64,
    /// Eight hexadecimal digits.
    crc32: String,
}

/// Why a file is not used.
#[derive(Debug)]
pub(super) enum Fault {
    /// The system refuses.
    Io(io::Error),
    /// Its bytes are not those that were written.
    Changed(String),
}

impl Checksums {
    /// Writes the checksums of all files that are in a folder.
    pub(super) fn write(folder: &Path) -> io::Result<()> {
        let mut all = BTreeMap::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            all.insert(name, Checksum::of(&entry.path())?);
        }
        let json = serde_json::to_vec_pretty(&Self(all)).map_err(io::Error::other)?;
        fs::write(folder.join(NAME), json)
    }

    /// The checksums of a folder; none in a checkpoint of a version that kept none.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, Fault> {
        let bytes = match fs::read(folder.join(NAME)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            read => read.map_err(Fault::Io)?,
        };
        let parsed = serde_json::from_slice(&bytes);
        let changed = |_| Fault::Changed("it does not hold checksums".to_owned());
        parsed.map(Some).map_err(changed)
    }

    /// Makes sure that a file of the folder is as it was written.
    pub(super) fn check(&self, folder: &Path, name: &str) -> Result<(), Fault> {
        let Some(written) = self.0.get(name) else {
            return Err(Fault::Changed(format!("{NAME} does not name it")));
        };
        let found = Checksum::of(&folder.join(name)).map_err(|error| match error.kind() {
            ErrorKind::NotFound => Fault::Changed("it is missing".to_owned()),
            _ => Fault::Io(error),
        })?;
        if found.bytes != written.bytes {
            let (found, written) = (found.bytes, written.bytes);
            let reason = format!("it has {found} bytes, and {written} were written");
            return Err(Fault::Changed(reason));
        }
        if found == *written {
            Ok(())
        } else {
            Err(Fault::Changed("its bytes have changed".to_owned()))
        }
    }

    /// Whether a file was written.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The files that were written.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl Checksum {
    fn of(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let mut hasher = crc32fast::Hasher::new();
        let mut bytes = 0;
        let mut piece = vec![0; PIECE];
        loop {
            let count = file.read(&mut piece)?;
            if count == 0 {
                break;
            }
            hasher.update(&piece[..count]);
            bytes += count as u64;
        }
        let crc32 = format!("{:08x}", hasher.finalize());
        Ok(Self { bytes, crc32 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_and_every_lost_byte_is_found() {
        let name = format!("ondine-checksums-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join("a.bin");
        let bytes = b"123456789".to_vec();
        fs::write(&file, &bytes).expect("a file");
        Checksums::write(&folder).expect("a file");
        let checksums = Checksums::read(&folder).expect("JSON").expect("written");
        // The check value of CRC-32 in the catalogue of CRC algorithms.
        assert_eq!(checksums.0["a.bin"].crc32, "cbf43926");
        checksums.check(&folder, "a.bin").expect("it is as written");
        for bit in 0..8 * bytes.len() {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            fs::write(&file, flipped).expect("a file");
            let found = checksums.check(&folder, "a.bin");
            assert!(matches!(found, Err(Fault::Changed(_))), "bit {bit}");
        }
        fs::write(&file, &bytes[1..]).expect("a file");
        let found = checksums.check(&folder, "a.bin");
        assert!(matches!(found, Err(Fault::Changed(why)) if why.contains("8 bytes, and 9")));
        fs::remove_dir_all(folder).expect("it is ours");
    }
}
