//! NumPy arrays as blocks, and values as NumPy arrays.

use numpy::{
    PyArray1, PyArrayDyn, PyArrayMethods, PyReadonlyArrayDyn, PyUntypedArray, PyUntypedArrayMethods,
};
use ondine_coupling::{Block, Dtype, Element, Values};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

/// An array of either number type.
pub(crate) enum Array<'py> {
    Single(Numbers<'py, f32>),
    Double(Numbers<'py, f64>),
}

/// Values of an array, in its own memory where its order allows that.
pub(crate) struct Numbers<'py, T: numpy::Element> {
    array: PyReadonlyArrayDyn<'py, T>,
    copied: Option<Vec<T>>,
}

impl<'py> Array<'py> {
    /// Takes an array of 32-bit or 64-bit numbers, of any order.
    pub(crate) fn new(found: &Bound<'py, PyAny>) -> PyResult<Self> {
        let array = untyped(found)?;
        let single = array.cast::<PyArrayDyn<f32>>();
        if let Ok(array) = single {
            return Ok(Self::Single(Numbers::new(array.try_readonly()?)));
        }
        let double = array.cast::<PyArrayDyn<f64>>();
        if let Ok(array) = double {
            return Ok(Self::Double(Numbers::new(array.try_readonly()?)));
        }
        let dtype = array.dtype();
        let text = format!(
            "fields are float32 or float64, the array is {dtype}; convert it with `astype`"
        );
        Err(PyTypeError::new_err(text))
    }

    pub(crate) fn shape(&self) -> &[usize] {
        match self {
            Self::Single(numbers) => numbers.array.shape(),
            Self::Double(numbers) => numbers.array.shape(),
        }
    }
}

/// An array that is aligned and not masked.
fn untyped<'py>(found: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyUntypedArray>> {
    let Ok(array) = found.cast::<PyUntypedArray>() else {
        let kind = found.get_type().name()?;
        let text = format!("a NumPy array is needed, not {kind}; make one with `numpy.asarray`");
        return Err(PyTypeError::new_err(text));
    };
    if found.hasattr("mask")? {
        let text = "the array is masked; fill the masked values first";
        return Err(PyTypeError::new_err(text));
    }
    if array.ndim() == 0 {
        return Err(PyValueError::new_err("the array has no axes"));
    }
    if !array.is_aligned() {
        return Ok(found.call_method0("copy")?.cast_into()?);
    }
    Ok(array.clone())
}

impl<'py, T: Element + numpy::Element> Numbers<'py, T> {
    fn new(array: PyReadonlyArrayDyn<'py, T>) -> Self {
        let contiguous = array.is_c_contiguous() || array.is_fortran_contiguous();
        let copied = (!contiguous).then(|| array.as_array().iter().copied().collect());
        Self { array, copied }
    }

    /// The values as a block at this place of their field.
    pub(crate) fn block(&self, offset: Option<&[usize]>) -> PyResult<Block<'_, T>> {
        let shape = self.array.shape();
        let block = match &self.copied {
            Some(values) => Block::new(values, shape),
            None if self.array.is_c_contiguous() => Block::new(self.array.as_slice()?, shape),
            None => Block::new(self.array.as_slice()?, shape).column_major(),
        };
        Ok(match offset {
            Some(offset) => block.at(offset),
            None => block,
        })
    }
}

/// The number type of a name or of a type of NumPy.
pub(crate) fn dtype(found: &Bound<'_, PyAny>) -> PyResult<Dtype> {
    let numpy = found.py().import("numpy")?;
    let name: String = numpy
        .call_method1("dtype", (found,))?
        .getattr("name")?
        .extract()?;
    match name.as_str() {
        "float32" => Ok(Dtype::F32),
        "float64" => Ok(Dtype::F64),
        _ => {
            let text = format!("fields are float32 or float64, not {name}");
            Err(PyTypeError::new_err(text))
        }
    }
}

/// Values of a field as an array of this shape.
pub(crate) fn from_values<'py>(
    py: Python<'py>,
    values: Values,
    shape: &[usize],
) -> PyResult<Bound<'py, PyAny>> {
    match values {
        Values::F32(values) => Ok(PyArray1::from_vec(py, values).reshape(shape)?.into_any()),
        Values::F64(values) => Ok(PyArray1::from_vec(py, values).reshape(shape)?.into_any()),
    }
}
