//! Files that contradict their layout.

use super::try_open;
use std::path::Path;

/// A file of `PDEBench` whose arrays have these shapes, all zeros; coordinates and times count up.
fn write(path: &Path, arrays: &[(&str, &[usize])]) {
    let file = rust_hdf5::H5File::create(path).unwrap();
    for (name, shape) in arrays {
        if let Some((group, _)) = name.split_once('/') {
            let _ = file.create_group(group);
        }
        let count: usize = shape.iter().product();
        let counts = name.contains("coordinate");
        let values: Vec<f64> = (0..count)
            .map(|i| if counts { i as f64 } else { 0.0 })
            .collect();
        let dataset = file
            .new_dataset::<f64>()
            .shape(*shape)
            .create(name)
            .unwrap();
        dataset.write_raw(&values).unwrap();
    }
    file.close().unwrap();
}

/// Arrays of a file by name, with their shapes.
type Shapes = &'static [(&'static str, &'static [usize])];

#[test]
fn files_that_contradict_their_layout_are_refused_with_the_place() {
    let path = std::env::temp_dir().join(format!("ondine-benchmarks-{}.h5", std::process::id()));
    let cases: [(&str, Shapes, &str); 7] = [
        ("pdebench", &[("u", &[2])], "none of PDEBench's layouts"),
        (
            "pdebench",
            &[("tensor", &[2, 3]), ("x-coordinate", &[4])],
            "`/tensor` has the shape [2, 3], where PDEBench's files have trajectories, frames and 1 axis",
        ),
        (
            "pdebench",
            &[
                ("tensor", &[2, 3, 4]),
                ("x-coordinate", &[4]),
                ("t-coordinate", &[2]),
            ],
            "`t-coordinate` has 2 times for 3 frames",
        ),
        (
            "pdebench",
            &[("tensor", &[2, 3, 5]), ("x-coordinate", &[4])],
            "`/tensor` has the shape [2, 3, 5] where the rest of the file says [2, 3, 4]",
        ),
        (
            "pdebench",
            &[("0000/data", &[3, 4, 1]), ("0001/data", &[2, 4, 1])],
            "`0001/data` has the shape [2, 4, 1], that of the first seed [3, 4, 1]",
        ),
        (
            "pdebench",
            &[("velocity", &[1, 2, 3]), ("particles", &[1]), ("t", &[1])],
            "trajectories, frames, x, y",
        ),
        (
            "pdearena",
            &[("u", &[1])],
            "a group `train`, `valid` or `test` is missing",
        ),
    ];
    for (kind, arrays, expected) in cases {
        write(&path, arrays);
        let Err(error) = try_open(kind, &path) else {
            panic!("{arrays:?} is read");
        };
        let error = error.to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
    std::fs::remove_file(&path).unwrap();
}
