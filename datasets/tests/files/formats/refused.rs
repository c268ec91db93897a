//! Labelled files that are no datasets, and damaged ones.

use super::{data, try_open};
use std::path::PathBuf;

#[test]
fn labelled_files_that_are_no_datasets_are_refused_in_words() {
    let nc = Copy::of("netcdf");
    nc.write("records.nc", |bytes| bytes[..600].to_vec());
    let said = nc.refusal("netcdf", "records.nc");
    assert!(
        said.contains("records.nc: it can't be read as netCDF"),
        "{said}"
    );
    nc.write("ds.nc", |bytes| bytes[..3000].to_vec());
    let said = nc.refusal("netcdf", "ds.nc");
    assert!(said.contains("ds.nc"), "{said}");
    let said = nc.refusal("netcdf", "README");
    assert!(said.contains("README is a text file"), "{said}");

    let zarr = Copy::of("zarr/codecs.zarr");
    let said = zarr.refusal("zarr", "");
    assert!(
        said.contains("a Zarr array of numbers, a folder with `zarr.json`"),
        "{said}"
    );
    let store = Copy(zarr.0.join("store"));
    for name in ["checked", "bits"] {
        let from = data("zarr/codecs.zarr").join(name);
        std::fs::create_dir_all(store.0.join(name).join("c/0/0/0")).unwrap();
        for file in ["zarr.json", "c/0/0/0/0"] {
            std::fs::copy(from.join(file), store.0.join(name).join(file)).unwrap();
        }
    }
    store.write("checked/c/0/0/0/0", |mut bytes| {
        bytes[7] ^= 1;
        bytes
    });
    let said = store.refusal("zarr", "");
    assert!(
        said.contains("checked/c/0/0/0/0: the chunk can't be read: its checksum"),
        "{said}"
    );
    store.write("bits/c/0/0/0/0", |bytes| bytes[..20].to_vec());
    std::fs::remove_dir_all(store.0.join("checked")).unwrap();
    let said = store.refusal("zarr", "");
    assert!(
        said.contains("bits/c/0/0/0/0: the chunk can't be read: it is cut"),
        "{said}"
    );
    store.write("bits/zarr.json", |bytes| {
        let text = String::from_utf8(bytes).unwrap();
        text.replace("\"blosc\"", "\"zfpy\"").into_bytes()
    });
    let said = store.refusal("zarr", "");
    assert!(
        said.contains("compressed by `zfpy`") && said.contains("zstd, gzip or blosc"),
        "{said}"
    );
}

/// A copy of a file or folder of the data that goes away.
struct Copy(PathBuf);

impl Copy {
    fn of(name: &str) -> Self {
        let place = std::env::temp_dir().join(format!(
            "ondine-formats-{}-{}",
            name.replace('/', "-"),
            std::process::id()
        ));
        let _ = std::fs::remove_dir_all(&place);
        std::fs::create_dir_all(&place).unwrap();
        for entry in std::fs::read_dir(data(name)).unwrap() {
            let from = entry.unwrap().path();
            if from.is_file() {
                std::fs::copy(&from, place.join(from.file_name().unwrap())).unwrap();
            }
        }
        Self(place)
    }

    /// The error of the copy after `change`, by opening it and reading everything.
    fn refusal(&self, kind: &str, name: &str) -> String {
        let opened = try_open(kind, &self.0.join(name));
        let read = opened.and_then(|reader| reader.trajectory(0));
        match read {
            Ok(_) => panic!("{kind}: it is read"),
            Err(error) => error.to_string(),
        }
    }

    fn write(&self, name: &str, change: impl Fn(Vec<u8>) -> Vec<u8>) {
        let path = self.0.join(name);
        let bytes = std::fs::read(&path).unwrap_or_default();
        std::fs::write(&path, change(bytes)).unwrap();
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn damaged_files_of_other_packages_are_refused_in_words() {
    let half = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
    let ape = Copy::of("apebench");
    ape.write("burgers_test.npy", half);
    let said = ape.refusal("apebench", "burgers_test.npy");
    assert!(said.contains("truncated: 736 of 1472 bytes"), "{said}");
    ape.write("burgers.json", half);
    let said = ape.refusal("apebench", "burgers_train.npy");
    assert!(said.contains("burgers.json is no JSON"), "{said}");

    let phi = Copy::of("phiflow/sim_000000");
    phi.write("velp_000001.npz", half);
    let said = phi.refusal("phiflow", "");
    assert!(
        said.contains("velp_000001.npz: it is no archive of NumPy arrays"),
        "{said}"
    );

    let claw = Copy::of("pyclaw/ascii");
    claw.write("fort.q0002", half);
    let said = claw.refusal("pyclaw", "");
    assert!(
        said.contains("fort.q0002: it has ") && said.contains("on [32] cells"),
        "{said}"
    );
    std::fs::remove_file(claw.0.join("fort.t0001")).unwrap();
    let said = claw.refusal("pyclaw", "");
    assert!(said.contains("fort.t0001: No such file"), "{said}");

    let fluid = Copy::of("fluidsim");
    fluid.write("state_phys_t000.500.nc", half);
    let said = fluid.refusal("fluidsim", "");
    assert!(said.contains("t000.500.nc: truncated"), "{said}");
    for (kind, expected) in [
        ("fluidsim", "a file `state_phys_t*.nc`"),
        ("pyclaw", "a frame of PyClaw"),
        ("phiflow", "no scene of PhiFlow"),
    ] {
        let empty = Copy(ape.0.join("empty"));
        std::fs::create_dir_all(&empty.0).unwrap();
        let said = empty.refusal(kind, "");
        assert!(said.contains(expected), "{said}");
    }
}
