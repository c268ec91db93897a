//! A listener, for training loops of one's own.

use crate::array::from_values;
use crate::client::conditions;
use crate::error::raised;
use numpy::PyArray1;
use ondine_coupling as wire;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Time between two looks for signals while a call waits.
const PULSE: Duration = Duration::from_millis(100);

/// A training's end of the wire: each frame of each simulation comes once, in order.
///
/// >>> listener = ondine.Listener()
/// >>> listener.offer(0, [0.5])
/// >>> listener.end()
/// >>> while (event := listener.event(timeout=60)) and event.kind != "ended":
/// ...     if event.kind == "frame":
/// ...         learn(event.fields["u"], event.time)
///
/// Listens; port 0 chooses a free one. Beyond this machine a token is needed.
///
/// capacity: bytes of frames that may wait, 256 MiB by default. patience: seconds during which a client whose connection
/// broke may come back, 10 by default.
#[pyclass(module = "ondine", frozen)]
pub(crate) struct Listener {
    wire: wire::Listener,
    /// Fields of the simulations that have begun.
    fields: Mutex<HashMap<u64, Arc<[wire::Field]>>>,
}

/// An event at a listener.
#[pyclass(module = "ondine", frozen, get_all)]
pub(crate) struct Event {
    kind: &'static str,
    simulation: Option<u64>,
    /// Index of a frame, from 0; it grows by more than 1 where a client dropped frames.
    frame: Option<u64>,
    /// Frames that came before a begin, or until an end.
    frames: Option<u64>,
    /// Time of a frame.
    time: Option<f64>,
    /// Conditions of a simulation that began, [condition].
    values: Option<Py<PyAny>>,
    /// Fields of a frame, or one static field, each in its global shape.
    fields: Py<PyDict>,
    outcome: Option<&'static str>,
    /// Reason of a failed simulation or of a client that is gone.
    text: Option<String>,
}

#[pymethods]
impl Event {
    fn __repr__(&self) -> String {
        let simulation = self
            .simulation
            .map_or(String::new(), |number| format!(", simulation={number}"));
        let frame = self
            .frame
            .map_or(String::new(), |frame| format!(", frame={frame}"));
        format!("Event(kind={:?}{simulation}{frame})", self.kind)
    }
}

impl Event {
    fn new(py: Python<'_>, kind: &'static str, simulation: Option<u64>) -> Self {
        Self {
            kind,
            simulation,
            frame: None,
            frames: None,
            time: None,
            values: None,
            fields: PyDict::new(py).unbind(),
            outcome: None,
            text: None,
        }
    }
}

#[pymethods]
impl Listener {
    #[new]
    #[pyo3(signature = (endpoint="tcp://127.0.0.1:0", *, token=None, capacity=None, patience=None))]
    fn new(
        py: Python<'_>,
        endpoint: &str,
        token: Option<&str>,
        capacity: Option<usize>,
        patience: Option<f64>,
    ) -> PyResult<Self> {
        let mut options = wire::ListenerOptions::default();
        if let Some(token) = token {
            options = options.token(token);
        }
        if let Some(bytes) = capacity {
            options = options.capacity(bytes);
        }
        if let Some(seconds) = patience {
            options = options.patience(Duration::try_from_secs_f64(seconds).unwrap_or_default());
        }
        let wire = options.bind(endpoint).map_err(|error| raised(py, &error))?;
        let fields = Mutex::default();
        Ok(Self { wire, fields })
    }

    #[getter]
    fn endpoint(&self) -> &str {
        self.wire.endpoint()
    }

    /// Offers a simulation with its conditions [condition] to clients that ask.
    fn offer(&self, number: u64, values: &Bound<'_, PyAny>) -> PyResult<()> {
        self.wire.offer(wire::Job::new(number, conditions(values)?));
        Ok(())
    }

    /// Says that an earlier listener had this many frames of a simulation.
    #[pyo3(signature = (number, values, frames, ended=false))]
    fn restore(
        &self,
        number: u64,
        values: &Bound<'_, PyAny>,
        frames: u64,
        ended: bool,
    ) -> PyResult<()> {
        let job = wire::Job::new(number, conditions(values)?);
        self.wire.restore(job, frames, ended);
        Ok(())
    }

    /// Says that no further simulation will be offered.
    fn end(&self) {
        self.wire.end();
    }

    /// Says that no further frames are wanted.
    fn stop(&self) {
        self.wire.stop();
    }

    /// The next event, if one comes within so many seconds.
    #[pyo3(signature = (timeout=None))]
    fn event(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<Option<Event>> {
        let limit = timeout.map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default());
        let since = Instant::now();
        loop {
            let left = limit.map_or(PULSE, |limit| limit.saturating_sub(since.elapsed()));
            if let Some(event) = py.detach(|| self.wire.event(left.min(PULSE))) {
                return self.told(py, event).map(Some);
            }
            if left.is_zero() {
                return Ok(None);
            }
            py.check_signals()?;
        }
    }
}

impl Listener {
    /// An event with arrays of NumPy.
    fn told(&self, py: Python<'_>, event: wire::Event) -> PyResult<Event> {
        let mut fields = self.fields.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(match event {
            wire::Event::Wanted { simulation } => Event::new(py, "wanted", simulation),
            wire::Event::Began {
                simulation,
                fields: declared,
                values,
                frames,
            } => {
                fields.insert(simulation, declared);
                let mut event = Event::new(py, "began", Some(simulation));
                event.values = Some(PyArray1::from_vec(py, values).into_any().unbind());
                event.frames = Some(frames);
                event
            }
            wire::Event::Static {
                simulation,
                field,
                values,
            } => {
                let event = Event::new(py, "static", Some(simulation));
                let array = from_values(py, values, &field.shape)?;
                event.fields.bind(py).set_item(&field.name, array)?;
                event
            }
            wire::Event::Frame {
                simulation,
                frame,
                time,
                fields: values,
            } => {
                let mut event = Event::new(py, "frame", Some(simulation));
                (event.frame, event.time) = (Some(frame), Some(time));
                let declared = fields.get(&simulation).cloned().unwrap_or_default();
                for (field, values) in declared.iter().zip(values) {
                    let array = from_values(py, values, &field.shape)?;
                    event.fields.bind(py).set_item(&field.name, array)?;
                }
                event
            }
            wire::Event::Ended {
                simulation,
                outcome,
                frames: count,
            } => {
                fields.remove(&simulation);
                let mut event = Event::new(py, "ended", Some(simulation));
                event.outcome = Some(match outcome {
                    wire::Outcome::Finished => "finished",
                    wire::Outcome::Failed { .. } => "failed",
                    wire::Outcome::Incomplete { .. } => "incomplete",
                });
                event.frames = Some(count);
                event
            }
            wire::Event::Said {
                simulation, text, ..
            } => {
                let mut event = Event::new(py, "said", Some(simulation));
                event.text = Some(text);
                event
            }
            wire::Event::Gone { simulation, error } => {
                let mut event = Event::new(py, "gone", simulation);
                event.text = Some(error.text);
                event
            }
        })
    }
}
