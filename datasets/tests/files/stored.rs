//! Files of other programs: numbers of every width, filters, values in other files; and what is refused, by its name.

use ondine_datasets::files::*;
use std::path::{Path, PathBuf};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/stored")
}

fn refusal(path: &Path) -> String {
    let opened = WellReader::open(path);
    match opened.and_then(|reader| reader.frame(1, 2)) {
        Ok(values) => panic!("{} is read: {values:?}", path.display()),
        Err(error) => error.to_string(),
    }
}

/// A folder that goes away.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("ondine-stored-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// Copies of these files of the data.
    fn with(self, names: &[&str]) -> Self {
        for name in names {
            std::fs::copy(data().join(name), self.0.join(name)).unwrap();
        }
        self
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn values_are_read_however_they_are_stored() {
    for name in [
        "lzf",
        "half",
        "integers",
        "bytes",
        "virtual",
        "link",
        "raw",
        "zstandard",
        "blosc",
        "lz4",
        "bitshuffle",
        "bzip2",
    ] {
        let reader = WellReader::open(data().join(format!("{name}.h5")));
        let reader = reader.unwrap_or_else(|error| panic!("{name}: {error}"));
        let info = reader.info();
        assert_eq!(
            info.parameters[0].1,
            Varying::Each(vec![3.0, 4.0]),
            "{name}"
        );
        assert_eq!(
            (info.time.dt(0), info.length(0)),
            (1.0, vec![4.0]),
            "{name}"
        );
        assert_eq!(reader.dtype(), Dtype::F32, "{name}");
        for (trajectory, frame) in [(0, 0), (0, 2), (1, 1)] {
            let first = (100 * trajectory + 10 * frame) as f64;
            let expected: Vec<f64> = (0..4).map(|i| first + f64::from(i)).collect();
            let found = reader.frame(trajectory, frame);
            let found = found.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(found, expected, "{name}");
        }
        assert_eq!(reader.frames(1, 0..3).unwrap().len(), 12, "{name}");
    }
}

#[test]
fn parts_of_records_are_fields_of_a_layout() {
    let layout: Layout = toml::from_str(
        r#"fields = { re = "/t0_fields/u/r", im = "/t0_fields/u/i" }
        axes = ["trajectory", "time", "x"]"#,
    )
    .unwrap();
    let reader = layout.open(&data().join("complex.h5")).unwrap();
    let frame = reader.frame(1, 2).unwrap();
    assert_eq!(frame, [120.0, 121.0, 122.0, 123.0, 0.0, 0.0, 0.0, 0.0]);
    let other: Layout = toml::from_str(
        r#"fields = { phase = "/t0_fields/u/phase" }
        axes = ["trajectory", "time", "x"]"#,
    )
    .unwrap();
    let error = other.open(&data().join("complex.h5")).err().unwrap();
    assert!(
        error
            .to_string()
            .contains("`t0_fields/u` has no part `phase`"),
        "{error}"
    );
}

#[test]
fn what_is_not_read_is_named_with_what_to_do() {
    for (name, expected) in [
        (
            "blosc2",
            &[
                "`t0_fields/u` is compressed with Blosc2",
                "h5repack -f GZIP=4",
            ][..],
        ),
        (
            "complex",
            &[
                "`t0_fields/u` holds complex numbers",
                "a layout names `t0_fields/u/r`, `t0_fields/u/i` as fields",
                "32-bit or 64-bit floats",
            ],
        ),
        (
            "packed",
            &["`u` has the attribute `scale_factor`", "packed"],
        ),
        (
            "partly",
            &["is virtual, and no file has 8 of its 24 values"],
        ),
    ] {
        let error = refusal(&data().join(format!("{name}.h5")));
        for part in expected {
            assert!(
                error.contains(part),
                "{name}: {part:?} is missing in: {error}"
            );
        }
    }
}

#[test]
fn declared_fill_values_are_known_and_refused_with_their_place() {
    let reader = WellReader::open(data().join("declared.h5")).unwrap();
    let fills = reader.fill_values(0);
    assert!(fills.contains(&112.0) && fills.contains(&-1.0), "{fills:?}");
    let scope = Scope {
        trajectories: 2,
        frames: 0..3,
        values: u64::MAX,
    };
    let said = screen(&reader, &scope).unwrap().describe().unwrap();
    let expected =
        "frame 1 of trajectory 1 has `u` = 112 at point [2], which is declared as a fill value";
    assert!(said.starts_with(expected), "{said}");
    let link = WellReader::open(data().join("link.h5")).unwrap();
    assert_eq!(link.fill_values(0), [0.0; 0]);
}

#[test]
fn files_that_others_need_have_to_be_there() {
    let folder = Folder::new("apart").with(&["virtual.h5", "part_0.h5", "link.h5", "raw.h5"]);
    for (name, expected) in [
        (
            "virtual.h5",
            "values from `u` of the file `part_1.h5`, which can't be read",
        ),
        (
            "link.h5",
            "a link to `t0_fields/u` of the file `lzf.h5`, which can't be followed: there is no file",
        ),
        (
            "raw.h5",
            "its values in the file `raw.bin`, which can't be read",
        ),
    ] {
        let error = refusal(&folder.0.join(name));
        assert!(error.contains(expected), "{name}: {error}");
    }
    std::fs::write(folder.0.join("raw.bin"), [0; 95]).unwrap();
    let error = refusal(&folder.0.join("raw.h5"));
    assert!(error.contains("95 of 96 bytes"), "{error}");
}

/// An HDF5 file with these groups and datasets at its top.
fn foreign(path: &Path, groups: &[&str], datasets: &[&str], attribute: &str) {
    let file = rust_hdf5::H5File::create(path).unwrap();
    for group in groups {
        file.create_group(group).unwrap();
    }
    for dataset in datasets {
        let dataset = file
            .new_dataset::<f64>()
            .shape([1])
            .create(dataset)
            .unwrap();
        dataset.write_raw(&[0.0]).unwrap();
    }
    if !attribute.is_empty() {
        file.set_attr_string(attribute, "{}").unwrap();
    }
    file.close().unwrap();
}

#[test]
fn files_of_other_programs_are_called_what_they_are() {
    let folder = Folder::new("foreign");
    let path = folder.0.join("file.h5");
    for (groups, datasets, attribute, expected) in [
        (
            &[][..],
            &["data", "times"][..],
            "field_attributes",
            "a file of py-pde",
        ),
        (
            &["state_phys", "info_simul"],
            &[],
            "name_solver",
            "a state of FluidSim",
        ),
        (&["patch1"], &[], "", "a frame of PyClaw"),
        (&["tasks", "scales"], &[], "", "a file of Dedalus"),
        (&[], &["tensor", "x-coordinate"], "", "a file of PDEBench"),
        (&["0000", "0001"], &[], "", "a file of PDEBench"),
        (&[], &["u"], "_NCProperties", "a netCDF-4 file"),
        (
            &["mesh"],
            &["u"],
            "",
            "an HDF5 file with `mesh`, `u`, not in",
        ),
    ] {
        let _ = std::fs::remove_file(&path);
        foreign(&path, groups, datasets, attribute);
        let error = refusal(&path);
        assert!(
            error.contains(expected) && error.contains("The Well's layout"),
            "{error}"
        );
    }
}
