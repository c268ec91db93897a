//! Frames as text.

use super::Header;
use crate::files::DatasetError;
use crate::files::array::{Array, Held};
use crate::files::folder::{name, text};
use std::path::Path;
use std::sync::Arc;

/// Names of the axes.
const AXES: [&str; 3] = ["x", "y", "z"];

/// Contents of the two files of a frame beside its values.
pub(super) fn header(path: &Path) -> Result<Header, DatasetError> {
    let beside = path.with_file_name(name(path).replacen("fort.q", "fort.t", 1));
    let of_time = text(&beside)?;
    let missing = |path: &Path, what: &str| DatasetError::Missing {
        path: path.to_path_buf(),
        what: format!("the line of `{what}`"),
    };
    let in_time = |what: &str| number(&of_time, what).ok_or_else(|| missing(&beside, what));
    let patches = number(&of_time, "nstates").unwrap_or(1.0);
    if patches > 1.0 {
        return Err(DatasetError::Invalid {
            path: path.to_path_buf(),
            what: format!(
                "it has {patches} patches: frames of one grid are read, so write them without refinement or interpolate them"
            ),
        });
    }
    let head: String = text(path)?
        .lines()
        .take(16)
        .fold(String::new(), |all, line| all + line + "\n");
    let dims = in_time("num_dim")? as usize;
    let axis = |axis: &&str| {
        let cells = number(&head, &format!("m{axis}"))?;
        Some((cells as usize, number(&head, &format!("d{axis}"))?))
    };
    let axes: Vec<(usize, f64)> = AXES.iter().take(dims).map_while(axis).collect();
    if axes.len() != dims {
        return Err(missing(
            path,
            &format!("m{0}` or `d{0}", AXES[axes.len().min(2)]),
        ));
    }
    Ok(Header {
        time: in_time("time")?,
        equations: in_time("num_eqn")? as usize,
        axes,
    })
}

/// The values of a frame, `[z, y, x, equation]`.
pub(super) fn values(path: &Path) -> Result<Arc<dyn Array>, DatasetError> {
    let header = header(path)?;
    let text = text(path)?;
    let body = text.lines().skip_while(|line| !line.trim().is_empty());
    let words = body.flat_map(str::split_whitespace);
    let values: Result<Vec<f64>, _> = words.map(str::parse).collect();
    let invalid = |what: String| DatasetError::Invalid {
        path: path.to_path_buf(),
        what,
    };
    let values =
        values.map_err(|error| invalid(format!("one of its values is no number: {error}")))?;
    let cells: Vec<usize> = header.axes.iter().rev().map(|axis| axis.0).collect();
    let shape = [&cells[..], &[header.equations]].concat();
    let expected: usize = shape.iter().product();
    if values.len() != expected {
        return Err(invalid(format!(
            "it has {} values for {} equations on {cells:?} cells, which are {expected}: the file is cut or has several patches",
            values.len(),
            header.equations
        )));
    }
    Ok(Arc::new(Held::new(&path.to_string_lossy(), &shape, values)))
}

/// The number before a name, in lines such as `   32    mx`.
fn number(text: &str, name: &str) -> Option<f64> {
    let value = |line: &str| {
        let mut words = line.split_whitespace();
        let value = words.next()?.parse().ok();
        value.filter(|_| words.next() == Some(name))
    };
    text.lines().find_map(value)
}
