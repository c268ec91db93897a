//! Several files as one dataset: folders of files and patterns of names; and what is none.

use ondine_datasets::files::*;
use std::path::{Path, PathBuf};

fn data(name: &str) -> PathBuf {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    data.join(name)
}

fn refusal(path: &Path) -> String {
    match open(path) {
        Ok(_) => panic!("{} is read", path.display()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn folders_and_patterns_of_files_are_one_dataset() {
    let folder = std::env::temp_dir().join(format!("ondine-open-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for name in ["1D_Burgers_Sols_Nu0.01.hdf5", "1D_Burgers_Sols_Nu0.1.hdf5"] {
        std::fs::copy(
            data("pdebench/1D_Burgers_Sols_Nu0.01.hdf5"),
            folder.join(name),
        )
        .unwrap();
    }
    std::fs::write(folder.join("README"), "two files").unwrap();
    let all = open(&folder).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(all.info().trajectories, 6);
    let Varying::Each(values) = &all.info().parameters[0].1 else {
        panic!("the viscosity is the same");
    };
    assert!((values[3] / values[0] - 10.0).abs() < 1e-12);
    assert_eq!(all.frame(4, 2).unwrap(), all.frame(1, 2).unwrap());
    let some = open(folder.join("*Nu0.1*")).unwrap();
    assert_eq!(some.info().trajectories, 3);
    let both = open(folder.join("*.hdf5")).unwrap();
    assert_eq!(both.info().trajectories, 6);
    let said = refusal(&folder.join("*.nc"));
    assert!(said.contains("*.nc: no file has such a name"), "{said}");
    std::fs::copy(
        data("pdebench/ReacDiff_Nu0.5_Rho1.0.hdf5"),
        folder.join("0.hdf5"),
    )
    .unwrap();
    assert_eq!(open(&folder).unwrap().info().trajectories, 9); // rho is left out
    std::fs::copy(
        data("pdebench/1D_CFD_Rand_Eta1.e-8_Zeta1.e-8_trans_Train.hdf5"),
        folder.join("1.hdf5"),
    )
    .unwrap();
    let said = refusal(&folder);
    assert!(
        said.contains("1.hdf5: its axes lie") && said.contains("0.hdf5"),
        "{said}"
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_no_format_knows_is_called_what_it_is() {
    let said = refusal(&data("README.md"));
    assert!(
        said.contains("is a text file, not an HDF5 file; layouts that are recognised: well, "),
        "{said}"
    );
    let said = refusal(&data("formats/phiflow/expected.npz"));
    assert!(said.contains("an archive of NumPy arrays"), "{said}");
    let said = refusal(&data("nowhere.h5"));
    assert!(said.contains("nowhere.h5: No such file"), "{said}");
    let path = std::env::temp_dir().join(format!("ondine-open-cut-{}.h5", std::process::id()));
    let whole = std::fs::read(data("well_h5py.h5")).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let said = refusal(&path);
    assert!(said.contains("truncated"), "{said}");
    std::fs::write(&path, b"").unwrap();
    let said = refusal(&path);
    assert!(said.contains("is an empty file"), "{said}");
    std::fs::remove_file(&path).unwrap();
}
