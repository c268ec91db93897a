//! The Python module `ondine._ondine`: the client of a simulation code, and a listener, over NumPy arrays.

mod array;
mod client;
mod error;
mod listener;

use pyo3::prelude::*;

/// Simulation codes stream fields into the training of a surrogate.
#[pymodule]
fn _ondine(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("Error", module.py().get_type::<error::Error>())?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<client::Client>()?;
    module.add_class::<client::Simulation>()?;
    module.add_class::<listener::Listener>()?;
    module.add_class::<listener::Event>()
}
