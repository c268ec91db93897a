//! The client of a simulation code.

use crate::array::{Array, dtype};
use crate::error::raised;
use numpy::{PyArray1, PyReadonlyArray1};
use ondine_coupling::{Client as Wire, ClientOptions, Code, Result};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::sync::{Arc, Mutex, PoisonError};

/// A signal that came while a call waited, kept until the call returns.
type Signal = Arc<Mutex<Option<PyErr>>>;

/// A simulation code's end of the wire.
///
/// >>> with ondine.Client() as client:                     # at ONDINE_ENDPOINT
/// ...     client.field("u", shape=(64, 32))
/// ...     for simulation in client:                       # the training chooses the conditions
/// ...         u = initial(simulation.values)
/// ...         for step in range(100):
/// ...             client.put("u", u)
/// ...             client.commit(step * dt)
/// ...             u = advance(u)
/// ...         client.finish()
///
/// Options that are not given come from the environment (ONDINE_TOKEN, ONDINE_WHEN_FULL, ...). Calls that wait let other
/// threads run, and end at Ctrl-C. After an exception within the block the simulation counts as failed.
///
/// Connects to "ipc://PATH" or "tcp://HOST:PORT".
///
/// when_full: what `commit` does while the training is behind; it waits by default.
/// timeout: seconds without progress after which a call fails, 600 by default.
/// reconnect: seconds during which a broken connection is made again, 30 by default.
/// window: frames that are kept until the training has them, 8 by default.
/// ranks: clients that make each simulation together, 1 by default.
#[pyclass(module = "ondine", frozen)]
pub(crate) struct Client {
    wire: Mutex<Option<Wire>>,
    signal: Signal,
}

/// A simulation that has begun.
#[pyclass(module = "ondine", frozen)]
pub(crate) struct Simulation {
    /// Its number in the training.
    #[pyo3(get)]
    number: u64,
    values: Vec<f64>,
    /// Frames that the training has already; more than 0 where it was begun before. They are not sent again.
    #[pyo3(get)]
    frames: u64,
}

#[pymethods]
impl Simulation {
    /// Its conditions, of shape [condition].
    #[getter]
    fn values<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_slice(py, &self.values)
    }

    fn __repr__(&self) -> String {
        let Self {
            number,
            values,
            frames,
        } = self;
        format!("Simulation(number={number}, values={values:?}, frames={frames})")
    }
}

impl From<ondine_coupling::Simulation> for Simulation {
    fn from(found: ondine_coupling::Simulation) -> Self {
        Self {
            number: found.number,
            values: found.values,
            frames: found.frames,
        }
    }
}

impl Client {
    /// A call of the wire without Python's lock, so that other threads go on while it waits.
    fn call<T: Send>(
        &self,
        py: Python<'_>,
        run: impl FnOnce(&mut Wire) -> Result<T> + Send,
    ) -> PyResult<T> {
        let result = py.detach(|| {
            let mut wire = self.wire.lock().unwrap_or_else(PoisonError::into_inner);
            wire.as_mut().map(run)
        });
        let signal = || {
            self.signal
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take()
        };
        if let Some(signal) = signal() {
            return Err(signal);
        }
        let closed = || ondine_coupling::Error {
            code: Code::Handle,
            text: "the client is closed".to_owned(),
        };
        let result = result.unwrap_or_else(|| Err(closed()));
        result.map_err(|error| raised(py, &error))
    }
}

/// Asks Python for signals, such as that of Ctrl-C, while a call waits.
fn interrupt_on_signals(wire: &mut Wire, signal: &Signal) {
    let signal = Arc::clone(signal);
    wire.interrupt_when(move || {
        let found = Python::attach(|py| py.check_signals());
        let came = found.is_err();
        if let Err(error) = found {
            *signal.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        }
        came
    });
}

/// Options of the environment, and those that were given.
fn options(py: Python<'_>, given: [(&str, Option<String>); 6]) -> PyResult<ClientOptions> {
    let mut options = ClientOptions::from_environment().map_err(|error| raised(py, &error))?;
    for (name, value) in given {
        if let Some(value) = value {
            options
                .set(name, &value)
                .map_err(|error| raised(py, &error))?;
        }
    }
    Ok(options)
}

#[pymethods]
impl Client {
    #[new]
    #[pyo3(signature = (endpoint=None, *, token=None, when_full=None, timeout=None, reconnect=None, window=None, ranks=None))]
    #[expect(clippy::too_many_arguments, reason = "they have names in Python")]
    fn new(
        py: Python<'_>,
        endpoint: Option<String>,
        token: Option<String>,
        when_full: Option<String>,
        timeout: Option<f64>,
        reconnect: Option<f64>,
        window: Option<u32>,
        ranks: Option<u32>,
    ) -> PyResult<Self> {
        let text = |number: Option<u32>| number.map(|number| number.to_string());
        let seconds = |number: Option<f64>| number.map(|number| number.to_string());
        let given = [
            ("token", token),
            ("when_full", when_full),
            ("timeout", seconds(timeout)),
            ("reconnect", seconds(reconnect)),
            ("window", text(window)),
            ("ranks", text(ranks)),
        ];
        let options = options(py, given)?;
        let from_environment = || std::env::var("ONDINE_ENDPOINT").ok();
        let Some(endpoint) = endpoint.or_else(from_environment) else {
            let text = "no endpoint was given and ONDINE_ENDPOINT is not set";
            return Err(PyValueError::new_err(text));
        };
        let opened = py.detach(|| options.open(&endpoint));
        let mut wire = opened.map_err(|error| raised(py, &error))?;
        let signal = Signal::default();
        interrupt_on_signals(&mut wire, &signal);
        Ok(Self {
            wire: Mutex::new(Some(wire)),
            signal,
        })
    }

    /// Declares a field by its global shape: [x], [x, y] or [x, y, z], components of a vector as a last axis.
    ///
    /// dtype is float64 (default) or float32. All fields are declared before the first simulation.
    #[pyo3(signature = (name, shape, dtype=None))]
    fn field(
        &self,
        py: Python<'_>,
        name: &str,
        shape: Vec<usize>,
        dtype: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let number = dtype.map(self::dtype).transpose()?;
        let number = number.unwrap_or(ondine_coupling::Dtype::F64);
        self.call(py, |wire| wire.field(name, number, &shape))
    }

    /// Asks for a simulation, and waits for it; None where no more are wanted. Iterating does the same.
    fn next(&self, py: Python<'_>) -> PyResult<Option<Simulation>> {
        let found = self.call(py, Wire::next)?;
        Ok(found.map(Simulation::from))
    }

    fn __iter__(own: PyRef<'_, Self>) -> PyRef<'_, Self> {
        own
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Simulation>> {
        self.next(py)
    }

    /// Begins a simulation with conditions [condition] that the code chose.
    #[pyo3(signature = (values=Vec::new()))]
    fn begin(&self, py: Python<'_>, values: Vec<f64>) -> PyResult<Simulation> {
        let found = self.call(py, |wire| wire.begin(&values))?;
        Ok(found.into())
    }

    /// Begins simulation `number` of the code's own numbering, or goes on with it; `frame` is committed next.
    #[pyo3(signature = (number, values=Vec::new(), frame=0))]
    fn resume(
        &self,
        py: Python<'_>,
        number: u64,
        values: Vec<f64>,
        frame: u64,
    ) -> PyResult<Simulation> {
        let found = self.call(py, |wire| wire.resume(number, &values, frame))?;
        Ok(found.into())
    }

    /// Takes part in a simulation that another rank began.
    fn join(&self, py: Python<'_>, number: u64) -> PyResult<Simulation> {
        let found = self.call(py, |wire| wire.join(number))?;
        Ok(found.into())
    }

    /// Puts a field, or a block of it, into the frame that `commit` ends.
    ///
    /// array: float32 or float64 as declared, [x], [x, y], ...; in C or Fortran order its values are copied once, straight
    /// into the message. offset: place of the block's first point, one number per axis.
    #[pyo3(signature = (field, array, offset=None))]
    fn put(
        &self,
        py: Python<'_>,
        field: &str,
        array: &Bound<'_, PyAny>,
        offset: Option<Vec<usize>>,
    ) -> PyResult<()> {
        match Array::new(array)? {
            Array::Single(numbers) => {
                let block = numbers.block(offset.as_deref())?;
                self.call(py, |wire| wire.put_block(field, &block))
            }
            Array::Double(numbers) => {
                let block = numbers.block(offset.as_deref())?;
                self.call(py, |wire| wire.put_block(field, &block))
            }
        }
    }

    /// Gives a static field, such as a mask, once a simulation; a block of it with its global shape and offset.
    #[pyo3(name = "static", signature = (name, array, shape=None, offset=None))]
    fn static_field(
        &self,
        py: Python<'_>,
        name: &str,
        array: &Bound<'_, PyAny>,
        shape: Option<Vec<usize>>,
        offset: Option<Vec<usize>>,
    ) -> PyResult<()> {
        let array = Array::new(array)?;
        let shape = shape.unwrap_or_else(|| array.shape().to_vec());
        match array {
            Array::Single(numbers) => {
                let block = numbers.block(offset.as_deref())?;
                self.call(py, |wire| wire.static_field(name, &shape, &block))
            }
            Array::Double(numbers) => {
                let block = numbers.block(offset.as_deref())?;
                self.call(py, |wire| wire.static_field(name, &shape, &block))
            }
        }
    }

    /// Ends the frame that was put, at this time; times grow.
    fn commit(&self, py: Python<'_>, time: f64) -> PyResult<()> {
        self.call(py, |wire| wire.commit(time))
    }

    /// Ends the simulation, and waits until the training has all its frames; other than 0: it failed.
    #[pyo3(signature = (status=0))]
    fn finish(&self, py: Python<'_>, status: i32) -> PyResult<()> {
        self.call(py, |wire| wire.finish(status))
    }

    /// Whether the training wants no more.
    fn should_stop(&self, py: Python<'_>) -> PyResult<bool> {
        self.call(py, Wire::should_stop)
    }

    /// Frames that were dropped because the training was behind.
    #[getter]
    fn dropped(&self, py: Python<'_>) -> PyResult<u64> {
        self.call(py, |wire| Ok(wire.dropped()))
    }

    /// Closes the client.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let closed = py.detach(|| {
            let wire = self
                .wire
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            wire.map_or(Ok(()), Wire::close)
        });
        closed.map_err(|error| raised(py, &error))
    }

    fn __enter__(own: PyRef<'_, Self>) -> PyRef<'_, Self> {
        own
    }

    /// Closes the client; a simulation that an exception left is said to have failed.
    fn __exit__(
        &self,
        py: Python<'_>,
        kind: &Bound<'_, PyAny>,
        _value: &Bound<'_, PyAny>,
        _trace: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        if kind.is_none() {
            return self.close(py);
        }
        // The exception is what the caller has to see, not that the connection is gone as well.
        let _ = self.call(py, |wire| wire.finish(1));
        let _ = self.close(py);
        Ok(())
    }
}

/// Conditions from a sequence or an array.
pub(crate) fn conditions(found: &Bound<'_, PyAny>) -> PyResult<Vec<f64>> {
    match found.extract::<PyReadonlyArray1<'_, f64>>() {
        Ok(array) => Ok(array.as_array().to_vec()),
        Err(_) => found.extract(),
    }
}
