//! The ends of the axes, which no file says.

use ondine_solvers::Boundary;
use std::path::Path;

/// The ends of an array `tensor` or of fields: of the compressible fluid by the name of the file, of Darcy flow walls, of
/// all others periodic.
pub(super) fn of_arrays(path: &Path, is_fluid: bool, is_steady: bool) -> Boundary {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_lowercase();
    if is_steady {
        Boundary::Wall
    } else if !is_fluid || name.contains("periodic") {
        Boundary::Periodic
    } else {
        Boundary::Open
    }
}

/// The ends of a file by seeds: water flows out of the plane behind a broken dam (a single field in the plane), and
/// nothing diffuses through the walls of the others.
pub(super) fn of_seeds(axes: usize, channels: usize) -> Boundary {
    match (axes, channels) {
        (2, 1) => Boundary::Open,
        _ => Boundary::Wall,
    }
}
