//! The Well's layout: <https://polymathic-ai.org/the_well/data_format>.
//!
//! ```text
//! /                     dataset_name, grid_type, n_spatial_dims, n_trajectories, simulation_parameters
//! /dimensions           spatial_dims; time [T] or [B, T]; x, y, z [points] or [B, points]
//! /boundary_conditions  one group an axis with bc_type and a mask of its ends
//! /scalars              field_names; one number, or one a trajectory [B]
//! /t0_fields            field_names; scalar fields [B, T, x, y, z]
//! /t1_fields            vector fields [B, T, x, y, z, component]
//! /t2_fields            tensor fields [B, T, x, y, z, component, component]
//! ```
//!
//! What Ondine adds, and other readers pass over:
//!
//! - The root holds `seed`, `recipe`, `ondine_version`, and `field_order`, the fields in the order of the solver's channels.
//! - Parameters of the equation are scalars. One that all trajectories share is an attribute of the root too and is named in
//!   `simulation_parameters`; one that is drawn has the axis B and `sample_varying` true.
//! - `dt` and `length_x`, `length_y`, `length_z` are scalars of the same two kinds. Where `dt` is drawn, `dimensions/time`
//!   has the axis B; where a length is drawn, `dimensions/x` has it, with `sample_varying` true. The reader of the package
//!   `the_well` follows both; its export to xarray follows the first only.
//! - A wall on which values are given (`heat`) is a `WALL` like any other; its points are those of the solver, one spacing
//!   inside of it, as `dimensions` says.
//! - Scalars are f64 in every file, so that parameters stay exact; frames and dimensions are f32 or f64.
//! - Words are of variable length: the package compares them as text, and h5py gives words of fixed length as bytes.

mod folder;
mod kept;
mod layout;
mod names;
mod parse;
mod reader;
mod skeleton;
mod writer;

pub use reader::WellReader;
pub use writer::WellWriter;

use super::FormatEntry;
use std::path::Path;

/// The Well's layout in the list.
pub(super) const ENTRY: FormatEntry = FormatEntry {
    kind: "well",
    summary: "The Well's HDF5 layout, written by Ondine and read by h5py and the package the_well; a file or its folders",
    recognises,
    open: |path| {
        if path.is_dir() {
            Ok(Box::new(folder::open(path)?))
        } else {
            Ok(Box::new(WellReader::open(path)?))
        }
    },
};

/// Whether a file has marks of this layout, or a folder the splits of a dataset.
fn recognises(path: &Path) -> bool {
    if path.is_dir() {
        folder::recognises(path)
    } else {
        WellReader::recognises(path)
    }
}
