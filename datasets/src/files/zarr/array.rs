//! An array in chunks, of which blocks are read.

use super::codec;
use super::metadata::Metadata;
use crate::files::DatasetError;
use crate::files::array::{Array, rows};
use crate::files::recent::Recent;
use crate::files::room::filled;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Values of unpacked chunks that are kept, for reading one frame after the other.
const KEPT_VALUES: usize = 1 << 24;

/// An array of a store.
pub(super) struct Chunked {
    folder: PathBuf,
    name: String,
    metadata: Metadata,
    /// Chunks per axis.
    counts: Vec<usize>,
    recent: Recent<Option<Arc<Vec<f64>>>>,
}

impl Chunked {
    /// The array in a folder.
    pub(super) fn new(folder: &Path, metadata: Metadata) -> Self {
        let Metadata { shape, chunk, .. } = &metadata;
        let values: usize = chunk.iter().product();
        Self {
            folder: folder.to_path_buf(),
            name: folder
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            counts: shape
                .iter()
                .zip(chunk)
                .map(|(n, c)| n.div_ceil(*c))
                .collect(),
            recent: Recent::weighing(KEPT_VALUES / values.max(1), bytes),
            metadata,
        }
    }

    /// The values of a chunk; none where it has no file.
    fn chunk(&self, place: &[usize]) -> Result<Option<Arc<Vec<f64>>>, DatasetError> {
        let number = |all, (place, count): (&usize, &usize)| all * count + place;
        let number = place.iter().zip(&self.counts).fold(0, number);
        self.recent.get(number, || self.unpacked(place))
    }

    fn unpacked(&self, place: &[usize]) -> Result<Option<Arc<Vec<f64>>>, DatasetError> {
        let path = self.folder.join(self.metadata.keys.of(place));
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(DatasetError::io(&path)(error)),
        };
        let Metadata {
            codecs,
            chunk,
            fill,
            ..
        } = &self.metadata;
        let values = codec::decode(codecs, chunk, *fill, bytes);
        let values = values.map_err(|what| DatasetError::Invalid {
            path,
            what: format!("the chunk can't be read: {what}"),
        })?;
        Ok(Some(Arc::new(values)))
    }
}

/// Bytes of an unpacked chunk.
fn bytes(chunk: &Option<Arc<Vec<f64>>>) -> usize {
    let values = chunk.as_ref().map_or(0, |values| values.len());
    values * size_of::<f64>()
}

impl Array for Chunked {
    fn name(&self) -> &str {
        &self.name
    }

    fn shape(&self) -> &[usize] {
        &self.metadata.shape
    }

    fn chunk(&self) -> Option<Vec<usize>> {
        Some(self.metadata.chunk.clone())
    }

    fn cached_bytes(&self) -> usize {
        self.recent.weight()
    }

    fn read(&self, start: &[usize], count: &[usize]) -> Result<Vec<f64>, DatasetError> {
        let Metadata { chunk, fill, .. } = &self.metadata;
        let mut out = filled(&self.name, count, *fill)?;
        if out.is_empty() {
            return Ok(out);
        }
        let axes = 0..chunk.len();
        let first: Vec<usize> = axes.clone().map(|i| start[i] / chunk[i]).collect();
        let last: Vec<usize> = axes
            .clone()
            .map(|i| (start[i] + count[i] - 1) / chunk[i])
            .collect();
        let mut place = first.clone();
        loop {
            if let Some(values) = self.chunk(&place)? {
                let low: Vec<usize> = axes
                    .clone()
                    .map(|i| start[i].max(place[i] * chunk[i]))
                    .collect();
                let size: Vec<usize> = axes
                    .clone()
                    .map(|i| (start[i] + count[i]).min((place[i] + 1) * chunk[i]) - low[i])
                    .collect();
                let within: Vec<usize> =
                    axes.clone().map(|i| low[i] - place[i] * chunk[i]).collect();
                let target: Vec<usize> = axes.clone().map(|i| low[i] - start[i]).collect();
                let mut from = Vec::new();
                rows(chunk, &within, &size, |row| from.push(row));
                let mut from = from.into_iter();
                rows(count, &target, &size, |row| {
                    if let Some(from) = from.next() {
                        out[row].copy_from_slice(&values[from]);
                    }
                });
            }
            let Some(axis) = axes.clone().rev().find(|&i| place[i] < last[i]) else {
                return Ok(out);
            };
            place[axis] += 1;
            place[axis + 1..].copy_from_slice(&first[axis + 1..]);
        }
    }
}
