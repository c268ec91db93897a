//! Reads windows of two frames of a file in batches of 32, as a training does, and prints windows per second and the most
//! memory of the process in MiB. `benches/reading.py` sets it beside h5py.
//!
//! `cargo run --release -p ondine-datasets --example reading -- FILE WINDOWS MEMORY`, with the MiB of memory for frames.

use ondine_datasets::Cut;
use ondine_datasets::files::open;
use ondine_datasets::offline::{EpochLoader, WindowFile};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// Windows of a batch.
const BATCH: usize = 32;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, windows, memory] = &arguments[..] else {
        return Err("usage: reading FILE WINDOWS MEMORY".into());
    };
    let (path, windows): (_, usize) = (Path::new(file), windows.parse()?);
    let began = Instant::now();
    let reader = open(path)?;
    let trajectories = (0..reader.info().trajectories).collect();
    let cut = Cut {
        frames: 2,
        stride: 1,
    };
    let file = WindowFile::new(path, reader, cut, &[], trajectories)?;
    let file = file.hold(memory.parse::<u64>()? << 20, &AtomicBool::new(false))?;
    let mut loader = EpochLoader::start(Arc::new(file), 1, 0, 2 * BATCH, Arc::default());
    let mut batch: Vec<f32> = Vec::new();
    for _ in 0..windows / BATCH {
        batch.clear();
        for frame in loader.draw(BATCH)?.iter().flat_map(|window| &window.frames) {
            batch.extend_from_slice(&frame.on_host());
        }
    }
    let read = (windows / BATCH * BATCH) as f64;
    println!("{} {}", read / began.elapsed().as_secs_f64(), peak_memory());
    Ok(())
}

/// The most memory that this process had, in MiB; 0 where the system does not say.
fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}
