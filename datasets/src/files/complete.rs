//! The values of datasets that lie in other files: whether all of them are there.

use super::elsewhere::{open, said};
use rust_hdf5::{H5Dataset, H5File, VirtualMapping};
use std::path::Path;

/// How many virtual datasets may lead to one another.
const DEPTH: usize = 8;

/// The remedy against datasets of several files.
const WHOLE: &str = "copy all values into one file";

/// Whether every value of a dataset is stored somewhere; the text says what is not.
pub(super) fn complete(path: &Path, file: &H5File, dataset: &H5Dataset) -> Result<(), String> {
    all(path, file, dataset, DEPTH)
}

fn all(path: &Path, file: &H5File, dataset: &H5Dataset, depth: usize) -> Result<(), String> {
    raw(path, dataset, depth)?;
    let mappings = dataset.virtual_mappings().map_err(|error| said(&error))?;
    if mappings.is_empty() {
        return Ok(());
    }
    if depth == 0 {
        return Err(format!("is virtual, of virtual datasets in turn: {WHOLE}"));
    }
    let shape: Vec<u64> = dataset.shape().iter().map(|&n| n as u64).collect();
    let mut covered = 0;
    for mapping in &mappings {
        let boxes = mapping.virtual_selection.to_boxes(&shape);
        let boxes = boxes
            .map_err(|_| format!("is virtual, of a number of files that is not fixed: {WHOLE}"))?;
        let volume = |(_, counts): &(_, Vec<u64>)| counts.iter().product::<u64>();
        covered += boxes.iter().map(volume).sum::<u64>();
        source(path, file, mapping, depth)?;
    }
    let total = shape.iter().product::<u64>();
    match total.saturating_sub(covered) {
        0 => Ok(()),
        missing => Err(format!(
            "is virtual, and no file has {missing} of its {total} values"
        )),
    }
}

/// Whether the files with the raw values of a dataset are there, and as long as they should be.
fn raw(path: &Path, dataset: &H5Dataset, depth: usize) -> Result<(), String> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let segments = dataset.external_files().map_err(|error| said(&error))?;
    if !segments.is_empty() && depth < DEPTH {
        return Err(format!(
            "is virtual, of values that are raw files in turn: {WHOLE}"
        ));
    }
    for segment in segments {
        let name = &segment.name;
        let file = std::fs::metadata(folder.join(name)).map_err(|error| {
            format!("has its values in the file `{name}`, which can't be read: {error}")
        })?;
        let (there, needed) = match segment.size {
            u64::MAX => (
                file.len(),
                (dataset.total_elements() * dataset.element_size()) as u64,
            ),
            size => (file.len(), segment.offset.saturating_add(size)),
        };
        if there < needed {
            return Err(format!(
                "has its values in the file `{name}`, which has {there} of {needed} bytes"
            ));
        }
    }
    Ok(())
}

/// Whether what a part of a virtual dataset is taken from is there.
fn source(
    path: &Path,
    file: &H5File,
    mapping: &VirtualMapping,
    depth: usize,
) -> Result<(), String> {
    let (name, inside) = (&mapping.source_file_name, &mapping.source_dset_name);
    let part = format!("is virtual, with values from `{inside}` of the file `{name}`");
    let opened;
    let (path, file) = if name == "." {
        (path.to_path_buf(), file)
    } else {
        let path = path.parent().unwrap_or(Path::new("")).join(name);
        let there = std::fs::metadata(&path);
        there.map_err(|error| format!("{part}, which can't be read: {error}"))?;
        opened = open(&path).map_err(|error| format!("{part}, which {error}"))?;
        (path, &opened)
    };
    let dataset = file.dataset(inside.trim_start_matches('/'));
    let dataset = dataset.map_err(|error| format!("{part}, which {}", said(&error)))?;
    if let Some((_, last)) = mapping.source_selection.bounds() {
        let shape = dataset.shape();
        let within = |(&last, &n): (&u64, &usize)| last < n as u64;
        if !last.iter().zip(&shape).all(within) {
            return Err(format!(
                "{part}, which has the shape {shape:?} and not all of them"
            ));
        }
    }
    all(&path, file, &dataset, depth - 1)
}
