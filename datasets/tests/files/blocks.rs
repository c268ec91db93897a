//! Blocks of trajectories and frames, and whole trajectories in memory, are the frames that are read one at a time.

use ondine_datasets::files::*;
use ondine_datasets::offline::{EpochLoader, WindowFile};
use ondine_datasets::{Cut, Window};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

fn data(name: &str) -> PathBuf {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    data.join(name)
}

/// Files of every kind of storage.
const FILES: [&str; 14] = [
    "well_h5py.h5",
    "well_h5py_latest.h5",
    "well_folder",
    "stored/lzf.h5",
    "stored/half.h5",
    "stored/virtual.h5",
    "stored/zstandard.h5",
    "pdebench/2D_diff-react_NA_NA.h5",
    "pdebench/1D_Burgers_Sols_Nu0.01.hdf5",
    "pdearena/NavierStokes2D_train_1_0.5_2.h5",
    "formats/apebench/burgers_train.npy",
    "formats/netcdf/unlimited.nc",
    "formats/zarr/version_3.zarr",
    "formats/dedalus",
];

#[test]
fn blocks_are_frames_one_after_the_other() {
    for name in FILES {
        let reader = open(data(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let info = reader.info();
        let [along, mixed] = reader.stored_together();
        assert!(along > 0 && mixed > 0, "{name}");
        let first = usize::from(info.trajectories > 2);
        let start = usize::from(info.frames > 2);
        let (trajectories, frames) = (first..info.trajectories, start..info.frames);
        let block = reader.block(trajectories.clone(), frames.clone()).unwrap();
        let each = trajectories.flat_map(|trajectory| {
            let frame = |frame| reader.frame(trajectory, frame).unwrap();
            frames.clone().flat_map(frame).collect::<Vec<_>>()
        });
        let bits = |values: Vec<f64>| values.into_iter().map(f64::to_bits).collect::<Vec<_>>();
        assert_eq!(bits(block), bits(each.collect()), "{name}");
        let error = reader.block(0..info.trajectories + 1, 0..1).unwrap_err();
        assert!(
            matches!(error, DatasetError::OutOfRange { .. }),
            "{name}: {error}"
        );
    }
}

/// A file whose chunks mix trajectories and frames, as those of netCDF do.
struct Mixed(PathBuf);

const TRAJECTORIES: usize = 7;
const FRAMES: usize = 9;
const POINTS: usize = 6;

impl Mixed {
    fn new(name: &str) -> Self {
        let name = format!("ondine-mixed-{name}-{}.h5", std::process::id());
        let path = std::env::temp_dir().join(name);
        let file = rust_hdf5::H5File::create(&path).unwrap();
        let u = file.new_dataset::<f32>();
        let u = u
            .shape([TRAJECTORIES, FRAMES, POINTS])
            .chunk(&[3, 4, 5])
            .deflate(4);
        let u = u.create("u").unwrap();
        let count = TRAJECTORIES * FRAMES * POINTS;
        let values: Vec<f32> = (0..count).map(|i| i as f32).collect();
        u.write_slice(&[0, 0, 0], &[TRAJECTORIES, FRAMES, POINTS], &values)
            .unwrap();
        file.close().unwrap();
        Self(path)
    }

    fn windows(&self, bytes: u64, trajectories: Vec<usize>) -> WindowFile {
        let layout = "fields = { u = 'u' }\naxes = ['trajectory', 'time', 'x']";
        let layout: Layout = toml::from_str(layout).unwrap();
        let reader = layout.open(&self.0).unwrap();
        assert_eq!(reader.stored_together(), [3, 4]);
        let cut = Cut {
            frames: 3,
            stride: 2,
        };
        let file = WindowFile::new(&self.0, Arc::from(reader), cut, &[], trajectories).unwrap();
        file.hold(bytes, &AtomicBool::new(false)).unwrap()
    }
}

impl Drop for Mixed {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn frames_in_small_chunks_are_those_of_the_whole() {
    let name = format!("ondine-small-{}.h5", std::process::id());
    let path = std::env::temp_dir().join(name);
    let file = rust_hdf5::H5File::create(&path).unwrap();
    let shape = [20, 10, 6];
    for big in [false, true] {
        let values = (0..1200).map(|i| f64::from(i) / 7.0);
        let group = if big { "f8" } else { "f4" };
        if big {
            let u = file
                .new_dataset::<f64>()
                .shape(shape)
                .chunk(&[1, 1, 6])
                .deflate(4);
            let values: Vec<f64> = values.collect();
            let u = u.create(group).unwrap();
            u.write_slice(&[0, 0, 0], &shape, &values).unwrap();
        } else {
            let u = file
                .new_dataset::<f32>()
                .shape(shape)
                .chunk(&[1, 1, 4])
                .deflate(4);
            let values: Vec<f32> = values.map(|value| value as f32).collect();
            let u = u.create(group).unwrap();
            u.write_slice(&[0, 0, 0], &shape, &values).unwrap();
        }
    }
    file.close().unwrap();
    for field in ["f4", "f8"] {
        let text = format!("fields = {{ u = '{field}' }}\naxes = ['trajectory', 'time', 'x']");
        let layout: Layout = toml::from_str(&text).unwrap();
        let reader = layout.open(&path).unwrap();
        let whole = reader.block(0..20, 0..10).unwrap();
        for (trajectory, frame) in [(0, 0), (7, 3), (19, 9)] {
            let place = (trajectory * 10 + frame) * 6;
            let found = reader.frame(trajectory, frame).unwrap();
            assert_eq!(found, whole[place..place + 6], "{field}");
        }
    }
    let _ = std::fs::remove_file(&path);
}

#[test]
fn trajectories_in_memory_are_those_on_the_disk() {
    let mixed = Mixed::new("held");
    let trajectory = (4 * FRAMES * POINTS) as u64;
    let all = |bytes, trajectories: &[usize]| -> (u64, Vec<Window>) {
        let file = mixed.windows(bytes, trajectories.to_vec());
        let windows = (0..file.windows()).map(|index| file.window(index).unwrap());
        (file.held(), windows.collect())
    };
    for trajectories in [&[0, 1, 2, 3, 4, 5, 6][..], &[1, 2, 4, 6], &[5]] {
        let (held, read) = all(0, trajectories);
        assert_eq!(held, 0);
        for count in [1, 3, 7] {
            let (held, kept) = all(count * trajectory, trajectories);
            assert_eq!(held, 5 * count.min(trajectories.len() as u64));
            for (kept, read) in kept.iter().zip(&read) {
                assert_eq!((kept.simulation, kept.start), (read.simulation, read.start));
                assert_eq!(kept.frames, read.frames);
            }
        }
        let first = read[1].frames[2].on_host()[0];
        let place = (trajectories[0] * FRAMES + 5) * POINTS;
        assert_eq!(first.to_bits(), (place as f32).to_bits());
    }
}

#[test]
fn blocks_are_read_while_the_one_before_is_handed_out() {
    let mixed = Mixed::new("streamed");
    let draw = |bytes| {
        let file = mixed
            .windows(bytes, (0..TRAJECTORIES).collect())
            .in_blocks(3);
        let file = file.hold(bytes, &AtomicBool::new(false)).unwrap();
        let mut loader = EpochLoader::start(Arc::new(file), 2, 0, 4, Arc::default());
        let first = loader.first(5).unwrap();
        let windows: Vec<Window> = (0..14).flat_map(|_| loader.draw(5).unwrap()).collect();
        for (first, window) in first.iter().zip(&windows) {
            assert_eq!(
                (first.simulation, first.start),
                (window.simulation, window.start)
            );
        }
        assert_eq!(first.len(), 5);
        windows
    };
    let (streamed, held) = (draw(0), draw(u64::MAX));
    for (streamed, held) in streamed.iter().zip(&held) {
        assert_eq!(
            (streamed.simulation, streamed.start),
            (held.simulation, held.start)
        );
        assert_eq!(streamed.frames, held.frames);
    }
}
