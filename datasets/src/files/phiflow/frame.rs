//! A field at one time: one npz file, brought to the axes `[batch, component, x, y, z]` and to the centres of the cells.

use crate::files::DatasetError;
use crate::files::array::{Array, Held, rows};
use crate::files::numpy::Npz;
use ondine_solvers::Boundary;
use ondine_solvers::words::counted;
use std::path::Path;

/// Names of the axes of space.
const AXES: [&str; 3] = ["x", "y", "z"];

/// Name of the axis of components.
const VECTOR: &str = "vector";

/// A field at one time.
pub(super) struct Frame {
    /// Trajectories.
    pub(super) batch: usize,
    pub(super) components: usize,
    /// Cells per axis.
    pub(super) points: Vec<usize>,
    /// Length of the box along every axis.
    pub(super) length: Vec<f64>,
    /// The boundary at all ends of the box.
    pub(super) boundary: Boundary,
    held: Held,
}

impl Frame {
    /// Reads a file.
    pub(super) fn open(path: &Path) -> Result<Self, DatasetError> {
        let file = Npz::open(path)?;
        let missing = |name: &str| DatasetError::Missing {
            path: path.to_path_buf(),
            what: format!("the array `{name}`"),
        };
        let dims = file
            .words("dim_names")
            .ok_or_else(|| missing("dim_names"))?;
        let data = file.array("data")?;
        if dims.len() != data.shape().len() {
            return Err(DatasetError::Invalid {
                path: path.to_path_buf(),
                what: format!(
                    "`dim_names` has {} for {} of `data`",
                    counted(dims.len(), "name"),
                    counted(data.shape().len(), "axis")
                ),
            });
        }
        let known = |dim: &&String| *dim == VECTOR || AXES.contains(&&dim[..]);
        let others = dims.iter().filter(|dim| !known(dim)).count();
        if others > 1 || data.shape().contains(&0) {
            return Err(DatasetError::Invalid {
                path: path.to_path_buf(),
                what: format!(
                    "`data` has the axes {} and the shape {:?}; one axis of trajectories is read, beside `vector`, x, y and z",
                    dims.join(", "),
                    data.shape()
                ),
            });
        }
        let [lower, upper] = ["lower", "upper"].map(|name| file.array(name)?.all());
        let (lower, upper) = (lower?, upper?);
        let staggered = file
            .words("field_type")
            .is_some_and(|words| words.first().is_some_and(|word| word == "StaggeredGrid"));
        let arranged = Arrangement::new(&dims, data.shape());
        let (shape, values) = arranged.values(&data.all()?);
        let (points, values) = if staggered {
            centred(&shape, &values)
        } else {
            (shape[2..].to_vec(), values)
        };
        let [batch, components] = [shape[0], shape[1]];
        let length = upper.iter().zip(&lower).map(|(upper, lower)| upper - lower);
        let name = path.to_string_lossy();
        let full = [&[batch, components], &points[..]].concat();
        Ok(Self {
            batch,
            components,
            length: length.collect(),
            boundary: boundary(&file),
            held: Held::new(&name, &full, values),
            points,
        })
    }
}

impl Array for Frame {
    fn name(&self) -> &str {
        self.held.name()
    }

    fn shape(&self) -> &[usize] {
        self.held.shape()
    }

    fn read(&self, start: &[usize], count: &[usize]) -> Result<Vec<f64>, DatasetError> {
        self.held.read(start, count)
    }
}

/// The boundary at the ends, by the words in the pickle of the extrapolation, which is not loaded.
fn boundary(file: &Npz) -> Boundary {
    let says = |word: &str| file.contains("extrapolation", word);
    if says("periodic") {
        Boundary::Periodic
    } else if says("boundary") || says("zero-gradient") {
        Boundary::Open
    } else {
        Boundary::Wall
    }
}

/// Order of the axes of an array, to make `[batch, component, x, y, z]` of it.
struct Arrangement {
    /// Their places in the array; none for a batch or components that it lacks.
    places: Vec<Option<usize>>,
    stored: Vec<usize>,
}

impl Arrangement {
    /// For an array with these names of axes. Several axes of trajectories are not told apart from one.
    fn new(dims: &[String], stored: &[usize]) -> Self {
        let place = |name: &str| dims.iter().position(|dim| dim == name);
        let space = AXES.iter().filter_map(|name| place(name).map(Some));
        let known = |dim: &String| dim == VECTOR || AXES.contains(&&dim[..]);
        let batch = dims.iter().position(|dim| !known(dim));
        Self {
            places: [batch, place(VECTOR)].into_iter().chain(space).collect(),
            stored: stored.to_vec(),
        }
    }

    /// Shape and values in the new order.
    fn values(&self, stored: &[f64]) -> (Vec<usize>, Vec<f64>) {
        let extent = |place: &Option<usize>| place.map_or(1, |place| self.stored[place]);
        let shape: Vec<usize> = self.places.iter().map(extent).collect();
        let stride = |place: &Option<usize>| match place {
            Some(place) => self.stored[place + 1..].iter().product(),
            None => 0,
        };
        let strides: Vec<usize> = self.places.iter().map(stride).collect();
        let mut values = Vec::with_capacity(stored.len());
        gather(stored, &shape, &strides, 0, &mut values);
        (shape, values)
    }
}

/// Takes values at places with these strides, the last axis fastest.
fn gather(stored: &[f64], shape: &[usize], strides: &[usize], at: usize, out: &mut Vec<f64>) {
    match (shape.split_first(), strides.split_first()) {
        (Some((&count, shape)), Some((&stride, strides))) => {
            for index in 0..count {
                gather(stored, shape, strides, at + index * stride, out);
            }
        }
        _ => out.push(stored[at]),
    }
}

/// Cells, and the values at their centres, of components that lie on faces: of component `i`, the mean of the two faces
/// along axis `i`. All axes are stored one longer than the cells.
fn centred(shape: &[usize], faces: &[f64]) -> (Vec<usize>, Vec<f64>) {
    let points: Vec<usize> = shape[2..].iter().map(|n| n - 1).collect();
    let strides: Vec<usize> = (0..shape.len())
        .map(|axis| shape[axis + 1..].iter().product())
        .collect();
    let mut values = Vec::new();
    for batch in 0..shape[0] {
        for component in 0..shape[1] {
            let start: Vec<usize> = [batch, component]
                .into_iter()
                .chain(points.iter().map(|_| 0))
                .collect();
            let count: Vec<usize> = [1, 1].into_iter().chain(points.iter().copied()).collect();
            rows(shape, &start, &count, |row| {
                let next = strides[2 + component];
                values.extend(row.map(|at| 0.5 * (faces[at] + faces[at + next])));
            });
        }
    }
    (points, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faces_are_averaged_along_their_own_axis() {
        // Two cells by one: faces [component, 3, 2].
        let shape = [1, 2, 3, 2];
        let faces = [0.0, 9.0, 2.0, 9.0, 6.0, 9.0, 1.0, 3.0, 5.0, 9.0, 9.0, 9.0];
        let (points, values) = centred(&shape, &faces);
        assert_eq!(points, [2, 1]);
        assert_eq!(values, [1.0, 4.0, 2.0, 7.0]);
    }

    #[test]
    fn axes_are_taken_by_their_names() {
        let dims = ["y", "vector", "x"].map(str::to_owned);
        let arranged = Arrangement::new(&dims, &[2, 2, 1]);
        let (shape, values) = arranged.values(&[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(shape, [1, 2, 1, 2]);
        assert_eq!(values, [1.0, 3.0, 2.0, 4.0]);
    }
}
