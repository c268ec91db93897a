//! Copies of small files of every format, each damaged in its own way, and a reading of everything in them.

use ondine_datasets::files::*;
use ondine_solvers::{Rng, Stream};
use std::path::{Path, PathBuf};

/// A folder of the data, a file in it, and what is opened: the file, another one, or the folder.
struct Original {
    folder: &'static str,
    file: &'static str,
    opened: Opened,
}

enum Opened {
    File,
    Other(&'static str),
    Folder,
    /// The file, by a layout whose field is `t0_fields/u` with this ending.
    Described(&'static str),
    /// The file, of which the arrays are listed.
    Listed,
}

const fn original(folder: &'static str, file: &'static str, opened: Opened) -> Original {
    Original {
        folder,
        file,
        opened,
    }
}

use Opened::{Described, File, Folder, Listed, Other};

const ORIGINALS: [Original; 39] = [
    original("pdebench", "2D_diff-react_NA_NA.h5", File),
    original(
        "pdebench",
        "1D_CFD_Rand_Eta1.e-8_Zeta1.e-8_trans_Train.hdf5",
        File,
    ),
    original("pdearena", "NavierStokes2D_train_1_0.5_2.h5", File),
    original("well_folder/data/train", "folder_Re10.hdf5", Folder),
    original("formats/apebench", "burgers_train.npy", File),
    original(
        "formats/apebench",
        "burgers.json",
        Other("burgers_train.npy"),
    ),
    original("formats/apebench", "expected.npz", File),
    original("formats/py-pde", "collection.hdf5", File),
    original("formats/phiflow/sim_000000", "velocity_000000.npz", Folder),
    original("formats/pyclaw/ascii2d", "fort.q0000", Folder),
    original("formats/pyclaw/ascii2d", "fort.t0000", Folder),
    original("formats/pyclaw/hdf52d", "claw0000.hdf", Folder),
    original("formats/dedalus", "snapshots_s2.h5", Folder),
    original("formats/netcdf", "records.nc", File),
    original("formats/netcdf", "netcdf3_classic.nc", File),
    original("formats/netcdf", "netcdf3_64bit_data.nc", File),
    original("formats/netcdf", "unlimited.nc", File),
    original("frames/xarray", "out_9.nc", Folder),
    original("frames/attribute", "step1.nc", Folder),
    original("formats/zarr/codecs.zarr", "sharded/zarr.json", Folder),
    original("formats/zarr/codecs.zarr", "sharded/c/0/0/0/0", Folder),
    original("formats/zarr/codecs.zarr", "bits/c/0/0/0/0", Folder),
    original("formats/zarr/codecs.zarr", "wide/c/0/0/0/0", Folder),
    original("formats/zarr/version_2.zarr", "u/.zarray", Folder),
    original("formats/zarr/version_2.zarr", "u/0.0.0.0", Folder),
    original("stored", "lzf.h5", File),
    original("stored", "half.h5", File),
    original("stored", "declared.h5", File),
    original("stored", "virtual.h5", File),
    original("stored", "raw.h5", File),
    original("stored", "zstandard.h5", File),
    original("stored", "blosc.h5", File),
    original("stored", "lz4.h5", File),
    original("stored", "bitshuffle.h5", File),
    original("stored", "bzip2.h5", File),
    original("stored", "complex.h5", Described("/i")),
    original("stored", "words.h5", Listed),
    original(".", "well_h5py.h5", File),
    original(".", "well_h5py_latest.h5", File),
];

fn data(name: &str) -> PathBuf {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    data.join(name)
}

/// A copy of a folder, as deep as it is; of the folder of all data, its files alone.
fn copy(from: &Path, to: &Path, deep: bool) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let from = entry.unwrap().path();
        let to = to.join(from.file_name().unwrap());
        if from.is_file() {
            std::fs::copy(&from, &to).unwrap();
        } else if deep {
            copy(&from, &to, deep);
        }
    }
}

/// Copies of all originals in a folder, of which one at a time is damaged.
pub(crate) struct Damage {
    place: PathBuf,
    originals: Vec<(&'static Original, PathBuf, Vec<u8>)>,
}

impl Damage {
    /// Copies into a new folder; it goes away with the value.
    pub(crate) fn new(place: PathBuf) -> Self {
        let _ = std::fs::remove_dir_all(&place);
        let copied = |(index, original): (usize, &'static Original)| {
            let folder = place.join(index.to_string());
            copy(&data(original.folder), &folder, original.folder != ".");
            let whole = std::fs::read(folder.join(original.file)).unwrap();
            (original, folder, whole)
        };
        let originals = ORIGINALS.iter().enumerate().map(copied).collect();
        Self { place, originals }
    }

    /// Reads copy `index` of all: the number of values, or why it is refused.
    pub(crate) fn read(&self, index: u64) -> Result<usize, DatasetError> {
        let mut rng = Rng::stream(7, Stream::Noise, index);
        let count = self.originals.len() as u64;
        let (original, folder, whole) = &self.originals[(index % count) as usize];
        let path = folder.join(original.file);
        std::fs::write(&path, damaged(whole, &mut rng)).unwrap();
        let opened = match original.opened {
            File | Described(_) | Listed => path.clone(),
            Other(name) => folder.join(name),
            Folder => folder.clone(),
        };
        let found = match original.opened {
            Described(part) => described(part)
                .open(&opened)
                .and_then(|reader| read(&*reader)),
            Listed => {
                contents(&opened).map(|arrays| arrays.iter().map(|array| array.words.len()).sum())
            }
            _ => open(&opened).and_then(|reader| read(&*reader)),
        };
        std::fs::write(&path, whole).unwrap();
        found
    }
}

impl Drop for Damage {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.place);
    }
}

fn described(part: &str) -> Layout {
    let axes = r#"["trajectory", "time", "x"]"#;
    let text = format!("fields = {{ u = '/t0_fields/u{part}' }}\naxes = {axes}");
    toml::from_str(&text).unwrap()
}

/// Bytes and whole words changed, parts copied, removed or doubled, or the end cut off.
fn damaged(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let place = |bytes: &[u8], rng: &mut Rng| {
        let last = bytes.len().max(1) as u64 - 1;
        // Descriptions stand at the beginning of most files.
        let near = rng.integer(0, 1) == 0;
        rng.integer(0, if near { last.min(2047) } else { last }) as usize
    };
    if rng.integer(0, 19) == 0 {
        bytes.truncate(place(&bytes, rng));
        return bytes;
    }
    for _ in 0..rng.integer(1, 6) {
        let at = place(&bytes, rng);
        let rest = bytes.len() - at;
        let length = (rng.integer(1, 64) as usize).min(rest);
        match rng.integer(0, 9) {
            0..=4 => set(&mut bytes[at..], &[rng.integer(0, 255) as u8]),
            5 | 6 => set(&mut bytes[at..], &word(rng)),
            7 => {
                let part = bytes[at..at + length].to_vec();
                let to = place(&bytes, rng);
                set(&mut bytes[to..], &part);
            }
            8 => drop(bytes.drain(at..at + length)),
            _ => {
                let part = bytes[at..at + length].to_vec();
                bytes.splice(at..at, part);
            }
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

/// Puts these bytes, as far as there is room.
fn set(bytes: &mut [u8], values: &[u8]) {
    let count = values.len().min(bytes.len());
    bytes[..count].copy_from_slice(&values[..count]);
}

/// A number at an end of what a word of one to eight bytes holds, in either order.
fn word(rng: &mut Rng) -> Vec<u8> {
    let shift = rng.integer(0, 63);
    let number = match rng.integer(0, 4) {
        0 => 0,
        1 => u64::MAX,
        2 => u64::MAX >> shift,
        3 => 1 << shift,
        _ => rng.integer(0, u64::MAX - 1) >> shift,
    };
    let width = 1 << rng.integer(0, 3);
    let mut bytes = number.to_le_bytes()[..width].to_vec();
    if rng.integer(0, 3) == 0 {
        bytes.reverse();
    }
    bytes
}

/// Everything that a reader has, as far as four frames reach.
fn read(reader: &dyn DatasetReader) -> Result<usize, DatasetError> {
    let info = reader.info();
    let mut values = reader.constants(0)?.len();
    let last = info.trajectories - 1;
    for frame in 0..info.frames.min(4) {
        values += reader.frame(last, frame)?.len() + reader.series(0, frame..frame + 1)?.len();
    }
    Ok(values + reader.last_frame(0)?.len() + reader.fill_values(0).len())
}
