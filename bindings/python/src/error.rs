//! Errors with a code, as a Python exception.

use pyo3::create_exception;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

create_exception!(
    ondine,
    Error,
    PyRuntimeError,
    "A call failed, or the other side refused it."
);

/// An error of the wire as an exception.
pub(crate) fn raised(py: Python<'_>, error: &ondine_coupling::Error) -> PyErr {
    let exception = Error::new_err(error.text.clone());
    match exception.value(py).setattr("code", error.code.name()) {
        Ok(()) => exception,
        Err(error) => error,
    }
}
