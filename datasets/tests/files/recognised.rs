//! Promise of every layout of dataset files: it recognises its own files and no others, and opens what it recognises.

use ondine_datasets::files::{self, DatasetError, FORMATS};
use std::fs;
use std::path::{Path, PathBuf};

/// Files and folders of every layout.
const SAMPLES: [(&str, &[&str]); 11] = [
    (
        "well",
        &[
            "well_h5py.h5",
            "well_h5py_latest.h5",
            "well_folder",
            "well_folder/data",
        ],
    ),
    (
        "pdebench",
        &[
            "pdebench/1D_Burgers_Sols_Nu0.01.hdf5",
            "pdebench/2D_diff-react_NA_NA.h5",
            "pdebench/ns_incom_inhom_2d_512-0.h5",
        ],
    ),
    (
        "pdearena",
        &[
            "pdearena/KS_train_fixed_viscosity.h5",
            "pdearena/NavierStokes2D_train_1_0.5_2.h5",
        ],
    ),
    ("apebench", &["formats/apebench/burgers_train.npy"]),
    (
        "py-pde",
        &[
            "formats/py-pde/vector.hdf5",
            "formats/py-pde/collection.hdf5",
        ],
    ),
    (
        "fluidsim",
        &[
            "formats/fluidsim",
            "formats/fluidsim/state_phys_t000.500.nc",
        ],
    ),
    (
        "phiflow",
        &["formats/phiflow", "formats/phiflow/sim_000000"],
    ),
    (
        "pyclaw",
        &[
            "formats/pyclaw/ascii",
            "formats/pyclaw/hdf5",
            "formats/pyclaw/ascii2d/fort.q0000",
        ],
    ),
    (
        "dedalus",
        &["formats/dedalus", "formats/dedalus/snapshots_s2.h5"],
    ),
    (
        "netcdf",
        &[
            "formats/netcdf/ds.nc",
            "formats/netcdf/netcdf4_classic.nc",
            "formats/netcdf/records.nc",
        ],
    ),
    (
        "zarr",
        &["formats/zarr/small.zarr", "formats/zarr/version_2.zarr"],
    ),
];

fn data(name: &str) -> PathBuf {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    data.join(name)
}

/// Something that is no dataset.
struct Stranger(PathBuf);

impl Stranger {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let name = format!("ondine-strangers-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, bytes).expect("the temporary folder can be written");
        Self(path)
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn every_layout_recognises_its_own_files_alone() {
    assert_eq!(
        SAMPLES.map(|(kind, _)| kind),
        *FORMATS.iter().map(|entry| entry.kind).collect::<Vec<_>>()
    );
    for (kind, samples) in SAMPLES {
        for sample in samples {
            let found = FORMATS
                .iter()
                .filter(|entry| (entry.recognises)(&data(sample)));
            let found: Vec<&str> = found.map(|entry| entry.kind).collect();
            assert_eq!(found, [kind], "{sample}");
        }
    }
}

#[test]
fn a_file_is_opened_by_the_layout_that_recognises_it() {
    for (kind, samples) in SAMPLES {
        let entry = files::find(kind).expect("in the list");
        for sample in samples {
            let path = data(sample);
            let opened = files::open(&path).unwrap_or_else(|error| panic!("{error}"));
            let directly = (entry.open)(&path).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(opened.info(), directly.info(), "{sample}");
            let info = opened.info();
            let last = opened
                .last_frame(info.trajectories - 1)
                .expect("it is there");
            assert_eq!(last.len(), info.frame_len(), "{sample}");
            let beyond = opened.frame(info.trajectories, 0);
            assert!(beyond.is_err(), "{sample} has no such trajectory");
        }
    }
}

#[test]
fn strangers_are_refused_with_what_they_are_and_what_was_looked_for() {
    let text = Stranger::new("text", b"time,u\n0,1\n");
    let empty = Stranger::new("empty", b"");
    let folder = data("formats");
    for path in [&text.0, &empty.0, &folder] {
        for entry in FORMATS {
            assert!(!(entry.recognises)(path), "{}: {path:?}", entry.kind);
        }
        let said = files::open(path).err().expect("no dataset").to_string();
        let shown = path.display().to_string();
        assert!(
            said.contains(&shown) && said.contains("well, pdebench, "),
            "{said}"
        );
    }
    let missing = files::open(folder.join("nowhere.h5")).err();
    assert!(
        matches!(missing, Some(DatasetError::Io { .. })),
        "{missing:?}"
    );
}
