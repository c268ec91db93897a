//! Names, shapes and chunks of everything in a file, shared by the writer and the reader.

use crate::files::{Chunks, DatasetInfo, Field, FieldKind, Storage, Time, Varying};

/// Names of the axes.
pub(super) const AXES: [&str; 3] = ["x", "y", "z"];

/// Dataset beside the groups: which draw each trajectory is. Other programs don't ask for it.
pub(super) const ATTEMPTS: &str = "attempts";

/// A chunk of blocks holds as many frames as fit in here, at least one.
const BLOCK_BYTES: usize = 256 * 1024;

/// A chunk of frames holds one, or as many small ones as fit in here: a page of the disk.
const PAGE_BYTES: usize = 4096;

/// A frame larger than this is divided along its first axis.
const LARGEST_CHUNK_BYTES: usize = 16 * 1024 * 1024;

/// Names of other things: attributes of the root, where parameters are attributes too, and what the package `the_well`
/// keeps in one cache with fields and scalars.
pub(super) const RESERVED: [&str; 16] = [
    "dataset_name",
    "grid_type",
    "n_spatial_dims",
    "n_trajectories",
    "simulation_parameters",
    "field_order",
    "seed",
    "recipe",
    "ondine_version",
    "converted_from",
    "ondine_splits",
    "ondine_statistics",
    "ondine_mask",
    "time_grid",
    "space_grid",
    "boundary_output",
];

/// Group of the fields of a kind.
pub(super) fn group_of(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Scalar => "t0_fields",
        FieldKind::Vector => "t1_fields",
        FieldKind::Tensor => "t2_fields",
    }
}

/// A field in the file.
pub(super) struct FieldLayout {
    /// `group/name`.
    pub(super) path: String,
    /// Its place among the channels of a frame.
    pub(super) first_channel: usize,
    /// Its number of channels.
    pub(super) components: usize,
    /// `[trajectory, frame, x, y, z, component, component]`, as far as there are; without frames of one that does not change.
    pub(super) shape: Vec<usize>,
    /// Shape of a chunk; the trajectory is 1.
    pub(super) chunk: Vec<usize>,
}

/// Every field of a dataset, in the order of `info.fields`.
pub(super) fn fields(info: &DatasetInfo, storage: Storage) -> Vec<FieldLayout> {
    one_after_the_other(&info.fields, |field, first_channel| {
        field_layout(info, field, first_channel, storage)
    })
}

/// Every field that does not change in time, in the order of `info.constants`: without the axis of frames, a trajectory
/// per chunk.
pub(super) fn constants(info: &DatasetInfo, storage: Storage) -> Vec<FieldLayout> {
    one_after_the_other(&info.constants, |field, first_channel| {
        let mut layout = field_layout(info, field, first_channel, storage);
        layout.shape.remove(1);
        layout.chunk.remove(1);
        layout
    })
}

fn one_after_the_other(
    fields: &[Field],
    layout: impl Fn(&Field, usize) -> FieldLayout,
) -> Vec<FieldLayout> {
    let mut first_channel = 0;
    let layouts = fields.iter().map(|field| {
        let layout = layout(field, first_channel);
        first_channel += layout.components;
        layout
    });
    layouts.collect()
}

fn field_layout(
    info: &DatasetInfo,
    field: &Field,
    first_channel: usize,
    storage: Storage,
) -> FieldLayout {
    let dims = info.axes.len();
    let mut frame = info.points();
    frame.extend(std::iter::repeat_n(dims, field.kind.rank()));
    let frame_bytes = frame.iter().product::<usize>() * storage.dtype.size();
    let row_bytes = frame_bytes / frame[0];

    let bytes = match storage.chunks {
        Chunks::Blocks => BLOCK_BYTES,
        Chunks::Frames => PAGE_BYTES,
    };
    let steps = even(info.frames, bytes / frame_bytes);
    let rows = even(frame[0], LARGEST_CHUNK_BYTES / row_bytes);
    let shape = [&[info.trajectories, info.frames], frame.as_slice()].concat();
    FieldLayout {
        path: format!("{}/{}", group_of(field.kind), field.name),
        first_channel,
        components: field.kind.components(dims),
        chunk: [&[1, steps, rows], &frame[1..]].concat(),
        shape,
    }
}

/// Divides `count` things into as few chunks of at most `most` as possible, and into chunks as small as that allows: the
/// last one takes as much of the disk as a full one.
fn even(count: usize, most: usize) -> usize {
    let chunks = count.div_ceil(most.clamp(1, count));
    count.div_ceil(chunks)
}

/// Every scalar: parameters, then the spacing of frames, then the lengths.
pub(super) fn scalars(info: &DatasetInfo) -> Vec<(String, Varying<f64>)> {
    let mut scalars = info.parameters.clone();
    if let Time::Uniform(dt) = &info.time {
        scalars.push(("dt".to_owned(), dt.clone()));
    }
    for (name, axis) in AXES.iter().zip(&info.axes) {
        scalars.push((format!("length_{name}"), axis.length.clone()));
    }
    scalars
}

/// A name that cannot be written: empty, with a slash, taken twice or reserved.
pub(super) fn wrong_name(info: &DatasetInfo) -> Option<String> {
    let mut names: Vec<String> = scalars(info).into_iter().map(|(name, _)| name).collect();
    let fields = info.fields.iter().chain(&info.constants);
    names.extend(fields.map(|field| field.name.clone()));
    names.extend(info.series.iter().cloned());
    let axes = &info.axis_names;
    if let Some(name) = axes.first().filter(|_| !info.has_axis_names()) {
        return Some(name.clone());
    }
    names.sort();
    let twice = names.windows(2).find(|pair| pair[0] == pair[1]);
    let wrong = |name: &&String| {
        name.is_empty() || name.contains(['/', '\0']) || RESERVED.contains(&name.as_str())
    };
    twice
        .map(|pair| &pair[0])
        .or_else(|| names.iter().find(wrong))
        .cloned()
}

/// Times of the frames of every trajectory, or of all.
pub(super) fn times(info: &DatasetInfo) -> Varying<Vec<f64>> {
    let uniform = |dt: f64| (0..info.frames).map(|t| t as f64 * dt).collect();
    match &info.time {
        Time::Listed(times) => times.clone(),
        Time::Uniform(dt) => dt.map(|&dt| uniform(dt)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_even_and_no_larger_than_allowed() {
        for (count, most, expected) in [
            (20, 16, 10),
            (20, 20, 20),
            (20, 99, 20),
            (7, 3, 3),
            (5, 0, 1),
        ] {
            assert_eq!(even(count, most), expected, "{count} by {most}");
        }
    }
}
