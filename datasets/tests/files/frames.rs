//! Simulations with a file per frame, written by `python/make_frames_fixtures.py`: one trajectory per folder.

use ondine_datasets::files::*;
use std::path::{Path, PathBuf};

/// Layout of the files of h5py.
const OF_H5PY: &str = r#"
fields = { u = "/u", v = "/v" }
axes = ["x"]
coordinates = { x = "/x", time = "/time" }
conditions = { nu = "/nu" }
"#;

/// Layout of the folders of `NumPy`.
const OF_NUMPY: &str = r#"
fields = { u = "u_*.npy", v = "v_*.npy" }
axes = ["time", "x"]
dt = 0.5
"#;

fn data(name: &str) -> PathBuf {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/frames");
    data.join(name)
}

fn described(layout: &str) -> Reading {
    Reading {
        layout: Some(toml::from_str(layout).unwrap_or_else(|error| panic!("{error}"))),
        ..Reading::default()
    }
}

fn opened(reading: &Reading, path: &Path) -> std::sync::Arc<dyn DatasetReader> {
    reading.open(path).unwrap_or_else(|error| panic!("{error}"))
}

fn refusal(reading: &Reading, path: &Path) -> String {
    match reading.open(path) {
        Ok(_) => panic!("{} is read", path.display()),
        Err(error) => error.to_string(),
    }
}

/// The field `u` in frame `number` of run `run`.
fn field(run: usize, number: usize) -> Vec<f64> {
    let value = |point: usize| (100 * run + 10 * number + point) as f64;
    (0..8).map(value).collect()
}

/// The fields `u` and `v` of a frame.
fn both(run: usize, number: usize) -> Vec<f64> {
    let u = field(run, number);
    let v: Vec<f64> = u.iter().map(|value| -value).collect();
    [u, v].concat()
}

fn times(info: &DatasetInfo) -> Vec<f64> {
    match &info.time {
        Time::Listed(times) => times.get(0).clone(),
        Time::Uniform(dt) => panic!("every {}", dt.get(0)),
    }
}

/// A copy of a folder that goes away.
struct Copy(PathBuf);

impl Copy {
    fn of(name: &str, test: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("ondine-frames-{test}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        for entry in std::fs::read_dir(data(name)).unwrap() {
            let file = entry.unwrap().path();
            std::fs::copy(&file, folder.join(file.file_name().unwrap())).unwrap();
        }
        Self(folder)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn folders_of_numbered_files_are_trajectories() {
    let reading = described(OF_H5PY);
    let all = opened(&reading, &data("h5py"));
    let info = all.info();
    assert_eq!((info.trajectories, info.frames, info.shortest()), (2, 4, 3));
    let nu = Varying::Each(vec![0.1, 0.2]);
    assert_eq!(info.parameters, [("nu".to_owned(), nu)]);
    for (run, frames) in [(0, 3), (1, 4)] {
        assert!((info.time.dt(run) - 0.25).abs() < 1e-12);
        let expected: Vec<f64> = (0..frames).flat_map(|number| both(run, number)).collect();
        assert_eq!(all.frames(run, 0..frames).unwrap(), expected);
        assert_eq!(all.frame(run, 2).unwrap(), both(run, 2));
        assert!(all.frame(run, frames).is_err());
    }
    let one = opened(&reading, &data("h5py/run_1"));
    assert_eq!(
        (one.info().trajectories, &one.info().name[..]),
        (1, "run_1")
    );
    assert_eq!(times(one.info()), [0.0, 0.25, 0.5, 0.75]);
    assert_eq!(one.last_frame(0).unwrap(), both(1, 3));
    let files = reading.parts(&data("h5py/run_*")).unwrap();
    assert_eq!(
        (files.len(), &files[3]),
        (7, &data("h5py/run_1/out_0000.h5"))
    );
    let view = Reading {
        every: Some(2),
        fields: Some(vec!["v".to_owned()]),
        ..reading
    };
    let view = opened(&view, &data("h5py/run_*/out_*.h5"));
    assert_eq!(view.info().frames_each, [2, 2]);
    assert_eq!(view.frame(1, 1).unwrap(), both(1, 2)[8..]);
}

#[test]
fn files_with_one_frame_are_read_in_every_format_that_has_such() {
    let found = Reading::default();
    for (name, frames, expected) in [
        ("xarray", 8..11, vec![0.0, 0.5, 1.0]),
        ("records", 30..32, vec![29.0, 30.0]),
        ("attribute", 0..3, vec![0.0, 0.5, 1.0]),
        ("zarr", 0..2, vec![0.0, 0.5]),
    ] {
        let reader = opened(&found, &data(name));
        let info = reader.info();
        assert_eq!(
            (info.trajectories, info.frames),
            (1, frames.len()),
            "{name}"
        );
        assert!(info.parameters.is_empty(), "{name}: {:?}", info.parameters);
        assert_eq!(times(info), expected, "{name}");
        assert_eq!(info.time.check(0), Ok(()), "{name}");
        for (frame, number) in frames.enumerate() {
            assert_eq!(
                reader.frame(0, frame).unwrap()[..8],
                field(0, number),
                "{name}"
            );
        }
    }
    let units = opened(&found, &data("xarray")).info().units.clone();
    assert_eq!(units["time"], "days");
    let archives = "fields = { u = \"u\" }\naxes = [\"x\"]\ncoordinates = { time = \"t\" }";
    let archives = opened(&described(archives), &data("npz"));
    assert_eq!(times(archives.info()), [0.0, 0.25, 0.5]);
    assert_eq!(archives.frame(0, 2).unwrap(), field(0, 2));
}

#[test]
fn single_arrays_are_frames_in_the_order_of_their_numbers() {
    let runs = opened(&described(OF_NUMPY), &data("npy"));
    assert_eq!((runs.info().trajectories, runs.info().frames), (2, 3));
    assert_eq!(runs.frame(1, 1).unwrap(), both(1, 9));
    assert_eq!(runs.frame(0, 2).unwrap(), both(0, 10));
    let of_u = described("fields = { u = \"values\" }\naxes = [\"x\"]\ndt = 0.5");
    let one = opened(&of_u, &data("npy/run_0/u_*.npy"));
    assert_eq!(one.info().time, Time::Uniform(Varying::Same(0.5)));
    assert_eq!(one.frame(0, 2).unwrap(), field(0, 10));
}

#[test]
fn files_of_their_own_stay_trajectories() {
    let unspaced = described("fields = { u = \"values\" }\naxes = [\"x\"]");
    let states = data("npy/run_0/u_*.npy");
    let info = opened(&unspaced, &states).info().clone();
    assert_eq!((info.trajectories, info.frames), (3, 1));
    let asked = Reading {
        files: Some(Files::Frames),
        ..unspaced
    };
    let said = refusal(&asked, &states);
    assert!(
        said.contains("u_8.npy: its frame has no time") && said.contains("dt = 0.1"),
        "{said}"
    );
    let apart = Reading {
        files: Some(Files::Trajectories),
        ..Reading::default()
    };
    let info = opened(&apart, &data("xarray")).info().clone();
    assert_eq!((info.trajectories, info.frames), (3, 1));
    let copy = Copy::of("attribute", "equal-times");
    std::fs::copy(copy.0.join("step0.nc"), copy.0.join("step1.nc")).unwrap();
    std::fs::remove_file(copy.0.join("step2.nc")).unwrap();
    assert_eq!(opened(&Reading::default(), &copy.0).info().trajectories, 2);
}

#[test]
fn files_that_do_not_follow_one_another_are_named() {
    let (found, h5py) = (Reading::default(), described(OF_H5PY));
    let copy = Copy::of("xarray", "turned");
    std::fs::copy(copy.0.join("out_9.nc"), copy.0.join("out_11.nc")).unwrap();
    let said = refusal(&found, &copy.0);
    let expected = [
        "out_11.nc: its time does not follow",
        "frame 3 lies at 0.5",
        "\"trajectories\"",
    ];
    assert!(expected.iter().all(|words| said.contains(words)), "{said}");
    let copy = Copy::of("h5py/run_1", "missing");
    std::fs::remove_file(copy.0.join("out_0002.h5")).unwrap();
    let said = refusal(&h5py, &copy.0);
    let words = "a file is missing: `out_0001.h5` is followed by `out_0003.h5`";
    assert!(said.contains(words), "{said}");
    let copy = Copy::of("npy/run_0", "missing-array");
    std::fs::copy(copy.0.join("u_9.npy"), copy.0.join("u_12.npy")).unwrap();
    let said = refusal(&described(OF_NUMPY), &copy.0);
    let words = "an array is missing: `u_10.npy` is followed by `u_12.npy`";
    assert!(said.contains(words), "{said}");
    let copy = Copy::of("h5py/run_0", "stray");
    std::fs::copy(copy.0.join("out_0002.h5"), copy.0.join("last.h5")).unwrap();
    let said = refusal(&h5py, &copy.0);
    assert!(said.contains("last.h5: it is called otherwise"), "{said}");
}

#[test]
fn frames_of_another_shape_are_named() {
    let larger = std::env::temp_dir().join(format!("ondine-frames-larger-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&larger);
    std::fs::create_dir_all(&larger).unwrap();
    let of_two = DatasetInfo {
        name: "larger".into(),
        trajectories: 1,
        frames: 1,
        axes: vec![Axis {
            points: 9,
            length: Varying::Same(9.0),
            kind: AxisKind::OPEN,
        }],
        fields: vec![Field {
            name: "u".into(),
            kind: FieldKind::Scalar,
        }],
        ..DatasetInfo::default()
    };
    for (number, points) in [(0, 8), (1, 8), (2, 9)] {
        let mut info = of_two.clone();
        info.axes[0] = Axis {
            points,
            length: Varying::Same(points as f64),
            kind: AxisKind::OPEN,
        };
        info.time = Time::Listed(Varying::Same(vec![f64::from(number)]));
        let path = larger.join(format!("out_{number}.h5"));
        let mut writer = WellWriter::create(&path, &info, Dtype::F64).unwrap();
        let frames = vec![f64::from(number); points];
        writer.append(&Trajectory { index: 0, frames }).unwrap();
        writer.finish().unwrap();
    }
    let said = refusal(&Reading::default(), &larger);
    assert!(
        said.contains("out_2.h5: its grid has [9] points, not [8]"),
        "{said}"
    );
    std::fs::remove_file(larger.join("out_2.h5")).unwrap();
    let two = opened(&Reading::default(), &larger);
    assert_eq!(
        (two.info().frames, two.frame(0, 1).unwrap()),
        (2, vec![1.0; 8])
    );
    std::fs::remove_dir_all(larger).unwrap();
}
