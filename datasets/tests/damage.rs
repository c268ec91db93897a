//! Damaged files of every format: what is read from them is an error or numbers, and never a panic.

use ondine_datasets::hdf5::*;
use ondine_solvers::{Rng, Stream};
use std::path::{Path, PathBuf};

/// Copies of one file, each damaged in its own way.
const COPIES: u64 = 60;

fn data(name: &str) -> PathBuf {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    data.join(name)
}

/// A copy of a folder, as deep as it is.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let from = entry.unwrap().path();
        let to = to.join(from.file_name().unwrap());
        if from.is_dir() {
            copy(&from, &to);
        } else {
            std::fs::copy(&from, &to).unwrap();
        }
    }
}

/// A few bytes changed, or the end cut off.
fn damaged(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let last = bytes.len() as u64 - 1;
    if rng.integer(0, 9) == 0 {
        bytes.truncate(rng.integer(0, last) as usize);
        return bytes;
    }
    for _ in 0..rng.integer(1, 8) {
        // Descriptions stand at the beginning of most files.
        let end = if rng.integer(0, 1) == 0 {
            last.min(2047)
        } else {
            last
        };
        bytes[rng.integer(0, end) as usize] = rng.integer(0, 255) as u8;
    }
    bytes
}

/// Everything that a reader has.
fn read(path: &Path) -> Result<usize, DatasetError> {
    let reader = open(path)?;
    let info = reader.info();
    let mut values = reader.constants(0)?.len();
    let last = info.trajectories - 1;
    for frame in 0..info.frames.min(4) {
        values += reader.frame(last, frame)?.len() + reader.series(0, frame..frame + 1)?.len();
    }
    Ok(values + reader.fill_values(0).len())
}

#[test]
fn damage_is_an_error_or_other_numbers() {
    let place = std::env::temp_dir().join(format!("ondine-damage-{}", std::process::id()));
    let mut errors = 0;
    for (folder, file) in [
        ("pdebench", "2D_diff-react_NA_NA.h5"),
        (
            "pdebench",
            "1D_CFD_Rand_Eta1.e-8_Zeta1.e-8_trans_Train.hdf5",
        ),
        ("pdearena", "NavierStokes2D_train_1_0.5_2.h5"),
        ("well_folder/data/train", "folder_Re10.hdf5"),
        ("formats/apebench", "burgers_train.npy"),
        ("formats/apebench", "burgers.json"),
        ("formats/py-pde", "collection.hdf5"),
        ("formats/phiflow/sim_000000", "velocity_000000.npz"),
        ("formats/pyclaw/ascii2d", "fort.q0000"),
        ("formats/pyclaw/ascii2d", "fort.t0000"),
        ("formats/pyclaw/hdf52d", "claw0000.hdf"),
        ("formats/dedalus", "snapshots_s2.h5"),
        ("formats/netcdf", "records.nc"),
        ("formats/netcdf", "unlimited.nc"),
        ("formats/zarr/codecs.zarr", "sharded/zarr.json"),
        ("formats/zarr/codecs.zarr", "sharded/c/0/0/0/0"),
        ("formats/zarr/codecs.zarr", "bits/c/0/0/0/0"),
        ("formats/zarr/codecs.zarr", "wide/c/0/0/0/0"),
        ("formats/zarr/version_2.zarr", "u/.zarray"),
        ("formats/zarr/version_2.zarr", "u/0.0.0.0"),
    ] {
        let _ = std::fs::remove_dir_all(&place);
        copy(&data(folder), &place);
        let (path, whole) = (
            place.join(file),
            std::fs::read(data(folder).join(file)).unwrap(),
        );
        let alone = folder.contains("netcdf") || folder.contains("pde") || folder.contains("ape");
        let opened = match alone {
            true if file.ends_with(".json") => place.join("burgers_train.npy"),
            true => path.clone(),
            false => place.clone(),
        };
        for index in 0..COPIES {
            let mut rng = Rng::stream(7, Stream::Noise, index);
            std::fs::write(&path, damaged(&whole, &mut rng)).unwrap();
            errors += usize::from(read(&opened).is_err());
        }
    }
    let _ = std::fs::remove_dir_all(&place);
    assert!(errors > 100, "only {errors} copies are refused");
}
