//! The kind of a file that was given for something else: told by its first bytes, not by its name.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// A kind of file that is met in this field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// The directory of a run, with its recipe.
    Run,
    /// A directory of arrays in chunks.
    Zarr,
    /// Another directory.
    Directory,
    /// An empty file.
    Empty,
    /// HDF5, which netCDF-4 is too.
    Hdf5,
    /// netCDF in the format before HDF5.
    NetCdf3,
    /// Arrays of `NumPy` in an archive.
    Npz,
    /// One array of `NumPy`.
    Npy,
    /// Weights in the format of safetensors.
    Safetensors,
    /// A pickle of Python, in an archive or not.
    Pickle,
    /// Another archive.
    Zip,
    /// Compressed by gzip.
    Gzip,
    /// Text: a recipe, a table of values.
    Text,
    /// None of these.
    Other,
}

/// Bytes that tell the kind of a file.
const HEAD: u64 = 512;

/// The first bytes of HDF5.
const HDF5: &[u8; 8] = b"\x89HDF\r\n\x1a\n";

impl FileKind {
    /// The kind of what lies at `path`.
    ///
    /// # Errors
    /// When it isn't there or can't be read.
    pub fn of(path: &Path) -> io::Result<Self> {
        if path.is_dir() {
            return Ok(of_directory(path));
        }
        let mut file = File::open(path)?;
        let mut head = Vec::new();
        file.by_ref().take(HEAD).read_to_end(&mut head)?;
        match of_bytes(&head) {
            Self::Text | Self::Other if has_user_block(&mut file)? => Ok(Self::Hdf5),
            kind => Ok(kind),
        }
    }

    /// Whether it is a directory of any kind.
    pub fn is_directory(self) -> bool {
        matches!(self, Self::Run | Self::Zarr | Self::Directory)
    }

    /// The remedy where an HDF5 file is wanted; none where none is known.
    pub fn to_hdf5(self) -> Option<&'static str> {
        match self {
            Self::NetCdf3 => Some("`nccopy -k nc4` makes HDF5 of it"),
            Self::Zarr | Self::Npz | Self::Npy => Some(
                "say in [data.layout] of a recipe what its arrays are; `ondine inspect` lists them",
            ),
            Self::Gzip => Some("unpack it first"),
            _ => None,
        }
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Run => "the directory of a run",
            Self::Zarr => "a zarr store",
            Self::Directory => "a directory",
            Self::Empty => "an empty file",
            Self::Hdf5 => "an HDF5 file",
            Self::NetCdf3 => "a netCDF-3 file",
            Self::Npz => "an archive of NumPy arrays (npz)",
            Self::Npy => "a NumPy array (npy)",
            Self::Safetensors => "a safetensors file",
            Self::Pickle => "a Python pickle",
            Self::Zip => "a zip archive",
            Self::Gzip => "a file compressed by gzip",
            Self::Text => "a text file",
            Self::Other => "a file of an unknown format",
        })
    }
}

/// The text of a file that is `expected` to be one: "a table of values".
///
/// # Errors
/// Why it can't be read, or what it is instead.
pub fn read_text(path: &Path, expected: &str) -> Result<String, String> {
    let kind = FileKind::of(path).map_err(|error| error.to_string())?;
    if !matches!(kind, FileKind::Text | FileKind::Empty) {
        return Err(format!("it is {kind}, not {expected}"));
    }
    std::fs::read_to_string(path).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => "it is not text in UTF-8".to_owned(),
        _ => error.to_string(),
    })
}

/// Whether HDF5 begins behind bytes of another program: behind 512 of them, or 1024, and so on.
fn has_user_block(file: &mut File) -> io::Result<bool> {
    let length = file.metadata()?.len();
    let mut start = HEAD;
    while start + 8 <= length {
        let mut signature = [0; 8];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut signature)?;
        if signature == *HDF5 {
            return Ok(true);
        }
        start *= 2;
    }
    Ok(false)
}

fn of_directory(path: &Path) -> FileKind {
    let has = |name: &str| path.join(name).exists();
    if [".zgroup", ".zarray", ".zattrs", ".zmetadata", "zarr.json"]
        .into_iter()
        .any(has)
    {
        return FileKind::Zarr;
    }
    if has("recipe.toml") {
        FileKind::Run
    } else {
        FileKind::Directory
    }
}

fn of_bytes(head: &[u8]) -> FileKind {
    let begins = |signature: &[u8]| head.starts_with(signature);
    match head {
        [] => FileKind::Empty,
        _ if begins(HDF5) => FileKind::Hdf5,
        [b'C', b'D', b'F', 1 | 2 | 5, ..] => FileKind::NetCdf3,
        _ if begins(b"\x93NUMPY") => FileKind::Npy,
        _ if begins(b"PK\x03\x04") => of_archive(head),
        [0x1f, 0x8b, ..] => FileKind::Gzip,
        [_, _, _, _, _, _, _, _, b'{', ..] if !is_text(head) => FileKind::Safetensors,
        [0x80, 2..=5, ..] => FileKind::Pickle,
        _ if is_text(head) => FileKind::Text,
        _ => FileKind::Other,
    }
}

/// An archive by the name of its first member, which stands after 30 bytes; `PyTorch`'s has a `data.pkl`.
fn of_archive(head: &[u8]) -> FileKind {
    let length = head.get(26..28).map_or(0, |bytes| {
        usize::from(u16::from_le_bytes([bytes[0], bytes[1]]))
    });
    let name = head.get(30..30 + length).unwrap_or_default();
    if name.ends_with(b".npy") {
        return FileKind::Npz;
    }
    if name.ends_with(b".pkl") {
        FileKind::Pickle
    } else {
        FileKind::Zip
    }
}

/// Whether these are the first bytes of a text; its last character may be cut.
fn is_text(head: &[u8]) -> bool {
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !valid
        .chars()
        .any(|c| c.is_control() && !c.is_ascii_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        let archive = |name: &str| {
            let mut head = b"PK\x03\x04".to_vec();
            head.resize(26, 0);
            head.extend((name.len() as u16).to_le_bytes());
            head.extend([0, 0]);
            head.extend(name.as_bytes());
            head
        };
        let mut weights = 20_u64.to_le_bytes().to_vec();
        weights.extend(b"{\"w\":{}}");
        for (head, kind) in [
            (Vec::new(), FileKind::Empty),
            (b"\x89HDF\r\n\x1a\n\0\0".to_vec(), FileKind::Hdf5),
            (b"CDF\x01\0\0\0\0".to_vec(), FileKind::NetCdf3),
            (b"CDF\x05\0\0\0\0".to_vec(), FileKind::NetCdf3),
            (archive("velocity.npy"), FileKind::Npz),
            (archive("model/data.pkl"), FileKind::Pickle),
            (archive("notes.txt"), FileKind::Zip),
            (b"\x93NUMPY\x01\0".to_vec(), FileKind::Npy),
            (b"\x80\x02}q\0".to_vec(), FileKind::Pickle),
            (weights, FileKind::Safetensors),
            (b"\x1f\x8b\x08\0".to_vec(), FileKind::Gzip),
            (b"[grid]\npoints = [32]\n# \xc3".to_vec(), FileKind::Text),
            (b"{\"kind\": {\"a\": 1}}".to_vec(), FileKind::Text),
            (b"\0\x01\x02\xff".to_vec(), FileKind::Other),
        ] {
            assert_eq!(of_bytes(&head), kind, "{head:?}");
        }
    }
}
