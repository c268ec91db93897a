//! Frames of `PyClaw` (<https://www.clawpack.org/pyclaw>): one file per frame, as text or HDF5.
//!
//! ```text
//! fort.t0012             time, num_eqn, num_aux, num_dim
//! fort.q0012             one patch: mx, my, xlow, ylow, dx, dy, then a line of equations per cell, x fastest
//! claw0012.hdf           /patch1/q [equation, x, y]; t, x.lower, x.delta, x.num_cells, ... are attributes
//! ```
//!
//! Values are averages of cells. Nothing in the files says what lies at the ends, which are called open, nor with which
//! parameters a solution was made.

mod ascii;
mod hdf;

use super::arranged::{Arranged, Channels, Role};
use super::array::{Array, Stack};
use super::folder::{dataset_name, name, number, paths};
use super::room::channels;
use super::{
    Axis, AxisKind, DatasetError, DatasetInfo, Field, FieldKind, FormatEntry, Provenance, Time,
    Varying,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// `PyClaw`'s layouts in the list.
pub(super) const ENTRY: FormatEntry = FormatEntry {
    kind: "pyclaw",
    summary: "PyClaw's frames: a folder of files `fort.q*` or `claw*.hdf`, or one of them",
    recognises,
    open: |path| Ok(Box::new(open(path)?)),
};

/// Whether a file is called as a frame, or a folder has such files.
fn recognises(path: &Path) -> bool {
    let files = files(path).unwrap_or_default();
    files
        .first()
        .is_some_and(|first| first.is_file() && Stored::of(first).is_some())
}

/// Description of a frame.
struct Header {
    time: f64,
    equations: usize,
    /// Cells and their size, per axis.
    axes: Vec<(usize, f64)>,
}

/// The two ways to store frames.
#[derive(Clone, Copy)]
enum Stored {
    Text,
    Hdf5,
}

impl Stored {
    fn of(path: &Path) -> Option<Self> {
        let name = name(path);
        if number(name, "fort.q", "").is_some() {
            return Some(Self::Text);
        }
        number(name, "claw", ".hdf").map(|_| Self::Hdf5)
    }

    fn header(self, path: &Path) -> Result<Header, DatasetError> {
        match self {
            Self::Text => ascii::header(path),
            Self::Hdf5 => hdf::header(path),
        }
    }

    fn values(self, path: &Path) -> Result<Arc<dyn Array>, DatasetError> {
        match self {
            Self::Text => ascii::values(path),
            Self::Hdf5 => hdf::values(path),
        }
    }

    /// Extents of the stored array, and what its axes mean.
    fn shape(self, header: &Header) -> (Vec<usize>, Vec<Role>) {
        let cells = header.axes.iter().map(|axis| axis.0);
        let along = (0..header.axes.len()).map(Role::Axis);
        let equations = std::iter::once(header.equations);
        let channel = std::iter::once(Role::Channel);
        match self {
            Self::Text => (
                cells.rev().chain(equations).collect(),
                along.rev().chain(channel).collect(),
            ),
            Self::Hdf5 => (
                equations.chain(cells).collect(),
                channel.chain(along).collect(),
            ),
        }
    }
}

fn open(path: &Path) -> Result<Arranged, DatasetError> {
    let files = files(path)?;
    let found = files.first().and_then(|first| Stored::of(first));
    let (Some(first), Some(stored)) = (files.first(), found) else {
        return Err(DatasetError::Missing {
            path: path.to_path_buf(),
            what: "a frame of PyClaw, `fort.q0000` or `claw0000.hdf`,".to_owned(),
        });
    };
    let header = stored.header(first)?;
    let times = files.iter().map(|file| Ok(stored.header(file)?.time));
    let axis = |&(points, delta): &(usize, f64)| Axis {
        points,
        length: Varying::Same(points as f64 * delta),
        kind: AxisKind::OPEN,
    };
    let info = DatasetInfo {
        name: dataset_name(path),
        trajectories: 1,
        frames: files.len(),
        axes: header.axes.iter().map(axis).collect(),
        fields: fields(header.equations),
        time: Time::Listed(Varying::Same(times.collect::<Result<_, DatasetError>>()?)),
        parameters: Vec::new(),
        provenance: Provenance::foreign(),
        ..DatasetInfo::default()
    };
    let (shape, roles) = stored.shape(&header);
    let roles = [&[Role::Time], &roles[..]].concat();
    let stack = Stack::new("q", files.len(), &shape, move |frame| {
        stored.values(&files[frame])
    });
    let channels = vec![Channels::new(Arc::new(stack), &roles)];
    Arranged::new(path, info, channels)
}

/// The frames of a folder, of one kind, or the one given.
fn files(path: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut files = paths(path)?;
    let text = files.iter().any(|file| name(file).starts_with("fort.q"));
    files.retain(|file| match Stored::of(file) {
        Some(Stored::Text) => text,
        Some(Stored::Hdf5) => !text,
        None => false,
    });
    Ok(files)
}

fn fields(equations: usize) -> Vec<Field> {
    let scalar = |name: String| Field {
        name,
        kind: FieldKind::Scalar,
    };
    match equations {
        1 => vec![scalar("q".to_owned())],
        _ => (0..channels(&[equations]))
            .map(|i| scalar(format!("q{i}")))
            .collect(),
    }
}
