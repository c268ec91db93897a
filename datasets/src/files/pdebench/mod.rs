//! Files of `PDEBench` (M. Takamoto et al., `NeurIPS` 2022): <https://github.com/pdebench/PDEBench>.
//!
//! ```text
//! one array        tensor [B, T, x, ...], x-coordinate, y-coordinate, t-coordinate; beta, Nu, rho as attributes
//! one per field    density, pressure, Vx, Vy, Vz, each [B, T, x, ...]; the same coordinates; eta, zeta, M
//! groups by seed   0000/data [T, x, ..., channel], 0000/grid/{x,y,t}; 0000 has the attribute config, a YAML text
//! by PhiFlow       velocity, particles [B, T, x, y, channel], force [B, x, y, channel], t [B, T]; config of the file
//! ```
//!
//! - `t-coordinate` has one entry more than there are frames: the first ones are taken.
//! - Files of advection and Burgers' equation have one parameter: `beta` is the velocity, and `Nu` is π times the
//!   viscosity. Parameters that are no attributes are read from the name of the file, as it was published.
//! - Grids are cell centres. Nothing in a file says what lies at their ends: that follows from the equation, and for the
//!   compressible fluid from the name of the file, `periodic` or `trans`.

mod arrays;
mod config;
mod ends;
mod fluid;
mod parameters;
mod seeds;

use super::source::{Attributes, Source};
use super::{DatasetError, DatasetReader, FormatEntry};
use std::path::Path;
use std::sync::Arc;

/// `PDEBench`'s layouts in the list.
pub(super) const ENTRY: FormatEntry = FormatEntry {
    kind: "pdebench",
    summary: "PDEBench's HDF5 files: one array, one array per field, or one group per seed",
    recognises,
    open,
};

/// Whether a file has one of the layouts.
fn recognises(path: &Path) -> bool {
    let found = Source::open(path).and_then(|source| layout(&source));
    found.is_ok_and(|layout| layout.is_some())
}

/// The layouts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Arrays,
    Seeds,
    Fluid,
}

/// Opens a file of any of the layouts.
fn open(path: &Path) -> Result<Box<dyn DatasetReader>, DatasetError> {
    let source = Arc::new(Source::open(path)?);
    Ok(match layout(&source)? {
        Some(Layout::Arrays) => Box::new(arrays::open(&source)?),
        Some(Layout::Seeds) => Box::new(seeds::open(&source)?),
        Some(Layout::Fluid) => Box::new(fluid::open(&source)?),
        None => {
            return Err(source.invalid(
                "it has none of PDEBench's layouts, which have `tensor` or fields beside `x-coordinate`, groups such as \
                 `0000` with `data` and `grid`, or `velocity` and `particles`",
            ));
        }
    })
}

/// The layout of a file; none where it is of another program.
fn layout(source: &Source) -> Result<Option<Layout>, DatasetError> {
    let [groups, datasets] = source.names()?;
    let has = |name: &str| datasets.iter().any(|other| other == name);
    if has("x-coordinate") {
        return Ok(Some(Layout::Arrays));
    }
    if has("velocity") && has("particles") && has("t") {
        return Ok(Some(Layout::Fluid));
    }
    let Some(first) = groups.iter().find(|name| is_seed(name)) else {
        return Ok(None);
    };
    let seed = source.group_at(first)?;
    let seeds = seed.stored("config").is_some() || seed.dataset("data").is_ok();
    Ok(seeds.then_some(Layout::Seeds))
}

/// Whether the name of a group is that of a seed, as `0042`.
fn is_seed(name: &str) -> bool {
    name.len() >= 4 && name.bytes().all(|letter| letter.is_ascii_digit())
}
