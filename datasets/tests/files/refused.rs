//! Files and folders that can't be read: each is refused with the place and what to do.

use ondine_datasets::files::*;
use std::path::{Path, PathBuf};

fn data(name: &str) -> PathBuf {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    data.join(name)
}

/// A folder that goes away.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("ondine-refused-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// A file with these bytes.
    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn refusal(path: &Path) -> String {
    match open(path).and_then(|reader| reader.frame(0, 0)) {
        Ok(_) => panic!("{} is read", path.display()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn files_without_arrays_are_called_what_they_are() {
    let folder = Folder::new("kinds");
    for (name, bytes, expected) in [
        ("empty.h5", &b""[..], "is an empty file, not an HDF5 file"),
        (
            "list.pkl",
            b"\x80\x04]\x94.",
            "is a Python pickle, not an HDF5 file",
        ),
        (
            "notes.h5",
            b"see the other folder\n",
            "is a text file, not an HDF5 file",
        ),
    ] {
        let error = refusal(&folder.file(name, bytes));
        assert!(error.contains(expected), "{error}");
        assert!(
            error.contains("layouts that are recognised: well, pdebench"),
            "{error}"
        );
    }
}

#[test]
fn a_cut_file_says_that_it_is_cut() {
    let folder = Folder::new("cut");
    for (from, words) in [
        ("well_h5py.h5", &["truncated: "][..]),
        (
            "formats/netcdf/netcdf3_classic.nc",
            &["cut", "truncated", "ends", "damaged"],
        ),
        ("pdearena/NavierStokes2D_train_1_0.5_2.h5", &["truncated: "]),
    ] {
        let whole = std::fs::read(data(from)).unwrap();
        for parts in [2, 3, 7, 20] {
            let name = format!(
                "cut_{}",
                Path::new(from).file_name().unwrap().to_string_lossy()
            );
            let error = refusal(&folder.file(&name, &whole[..whole.len() - whole.len() / parts]));
            assert!(words.iter().any(|word| error.contains(word)), "{error}");
        }
    }
}

#[test]
fn a_file_that_is_cut_while_it_is_read_has_changed() {
    let folder = Folder::new("changes");
    let whole = std::fs::read(data("well_h5py.h5")).unwrap();
    let path = folder.file("file.h5", &whole);
    let reader = open(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 8]).unwrap();
    let last = reader.info().trajectories - 1;
    let error = reader.frame(last, 0).unwrap_err().to_string();
    assert!(
        error.contains("it has changed since it was opened"),
        "{error}"
    );
}

#[test]
fn an_array_that_a_store_lists_has_to_be_there() {
    let folder = Folder::new("store");
    let list = r#"{"zarr_format": 3, "node_type": "group", "consolidated_metadata":
        {"metadata": {"velocity": {"node_type": "array"}}}}"#;
    folder.file("new.zarr/zarr.json", list.as_bytes());
    let list =
        r#"{"metadata": {".zgroup": {}, "velocity/.zarray": {}}, "zarr_consolidated_format": 1}"#;
    folder.file("old.zarr/.zmetadata", list.as_bytes());
    for store in ["new.zarr", "old.zarr"] {
        let error = refusal(&folder.0.join(store));
        let expected = "the array `velocity` is missing, though the store lists it: copy the whole store again";
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn more_values_than_bytes_are_refused_before_they_are_read() {
    let folder = Folder::new("large");
    let store = r#"{"zarr_format": 2, "shape": [8, 4294967296], "chunks": [1, 1024], "dtype": "<f4",
        "compressor": null, "fill_value": 0, "filters": null, "order": "C"}"#;
    folder.file("u.zarr/u/.zarray", store.as_bytes());
    folder.file(
        "u.zarr/u/.zattrs",
        br#"{"_ARRAY_DIMENSIONS": ["time", "x"]}"#,
    );
    folder.file("u.zarr/.zgroup", b"{}");
    let error = refusal(&folder.0.join("u.zarr"));
    assert!(
        error.contains("dataset `x`: it has 4294967296 entries"),
        "{error}"
    );
}

#[test]
fn bytes_of_another_program_may_stand_before_hdf5() {
    let folder = Folder::new("user_block");
    let path = folder.0.join("behind.h5");
    let file = rust_hdf5::H5FileOptions::new().userblock(1024);
    let Ok(file) = file.create(&path) else {
        panic!("no file with a user block");
    };
    let u = file.new_dataset::<f64>().shape([3]).create("u").unwrap();
    u.write_raw(&[1.0, 2.0, 3.0]).unwrap();
    file.close().unwrap();
    let layout: Layout = toml::from_str("fields = { u = 'u' }\naxes = ['x']").unwrap();
    let reader = layout.open(&path).unwrap();
    assert_eq!(reader.frame(0, 0).unwrap(), [1.0, 2.0, 3.0]);
}
