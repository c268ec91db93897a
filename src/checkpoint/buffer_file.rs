//! The contents of the training buffer on disk: every frame once, windows as rows of indices.

use ondine_datasets::Snapshot;
use ondine_datasets::{Conditions, Source, Window};
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensorError, SafeTensors};
use std::collections::HashMap;
use std::sync::Arc;

/// Numbers of a window beside its frames: simulation, start, read.
const HEAD: usize = 3;

/// The bytes of a snapshot's windows.
pub(super) fn to_bytes(snapshot: &Snapshot) -> Result<Vec<u8>, SafeTensorError> {
    let mut rows: HashMap<*const f32, i64> = HashMap::new();
    let mut frames: Vec<u8> = Vec::new();
    let mut windows: Vec<u8> = Vec::new();
    for (window, read) in &snapshot.contents {
        let head = [
            window.simulation as i64,
            window.start as i64,
            i64::from(*read),
        ];
        windows.extend(head.iter().flat_map(|number| number.to_le_bytes()));
        for frame in &window.frames {
            let next = rows.len() as i64;
            let row = *rows.entry(frame.as_ptr()).or_insert_with(|| {
                frames.extend(frame.iter().flat_map(|value| value.to_le_bytes()));
                next
            });
            windows.extend(row.to_le_bytes());
        }
    }
    let first = snapshot.contents.first().map(|(window, _)| &window.frames);
    let (count, size) = first.map_or((0, 0), |frames| (frames.len(), frames[0].len()));
    let width = HEAD + count;
    let views = [
        (
            "frames",
            TensorView::new(Dtype::F32, vec![rows.len(), size], &frames)?,
        ),
        (
            "windows",
            TensorView::new(Dtype::I64, vec![snapshot.contents.len(), width], &windows)?,
        ),
    ];
    safetensors::serialize(views, None)
}

/// The bounds of the windows of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Simulations of the run.
    pub(super) simulations: u64,
    /// Frames of each.
    pub(super) frames: usize,
    /// Values of a frame.
    pub(super) values: usize,
}

/// The windows of a file; conditions come from the source, which knows them by index.
pub(super) fn from_bytes(
    bytes: &[u8],
    source: &dyn Source,
    bounds: Bounds,
) -> Result<Vec<(Window, bool)>, String> {
    let tensors = SafeTensors::deserialize(bytes);
    let tensors = tensors.map_err(|_| "it does not hold the windows of a buffer")?;
    let tensor = |name: &str, dtype: Dtype| {
        let found = tensors.tensor(name).ok();
        let found = found.filter(|tensor| tensor.dtype() == dtype && tensor.shape().len() == 2);
        found.ok_or(format!("it has no table `{name}`"))
    };
    let (frames, windows) = (
        tensor("frames", Dtype::F32)?,
        tensor("windows", Dtype::I64)?,
    );
    let (rows, size) = (frames.shape()[0], frames.shape()[1]);
    if rows > 0 && size != bounds.values {
        let values = bounds.values;
        return Err(format!(
            "its frames have {size} values, those of the run {values}"
        ));
    }
    let frames: Vec<Arc<[f32]>> = match rows {
        0 => Vec::new(),
        _ => frames.data().chunks_exact(4 * size).map(floats).collect(),
    };
    let mut known = HashMap::new();
    let rows = windows.data().chunks_exact(8 * windows.shape()[1].max(1));
    rows.map(|row| window(&integers(row), &frames, source, bounds, &mut known))
        .collect()
}

fn window(
    row: &[i64],
    frames: &[Arc<[f32]>],
    source: &dyn Source,
    bounds: Bounds,
    known: &mut HashMap<u64, Arc<Conditions>>,
) -> Result<(Window, bool), String> {
    let [simulation, start, read, indices @ ..] = row else {
        return Err("a window has no frames".to_owned());
    };
    let (simulation, start) = (*simulation as u64, *start as usize); // negative ones become too large
    if simulation >= bounds.simulations || start >= bounds.frames {
        return Err(format!(
            "simulation {simulation} of the run has no window from frame {start} on"
        ));
    }
    let conditions = known
        .entry(simulation)
        .or_insert_with(|| Arc::new(source.conditions(simulation)));
    let frame = |&index: &i64| {
        frames
            .get(index as usize)
            .cloned()
            .ok_or("a frame is missing")
    };
    let window = Window {
        simulation,
        start,
        conditions: conditions.clone(),
        frames: indices.iter().map(frame).collect::<Result<_, _>>()?,
    };
    Ok((window, *read != 0))
}

fn floats(bytes: &[u8]) -> Arc<[f32]> {
    let words = bytes.chunks_exact(4);
    words
        .map(|word| f32::from_le_bytes([word[0], word[1], word[2], word[3]]))
        .collect()
}

fn integers(bytes: &[u8]) -> Vec<i64> {
    let word = |word: &[u8]| i64::from_le_bytes(word.try_into().expect("chunks of 8 bytes"));
    bytes.chunks_exact(8).map(word).collect()
}
