//! Events of a listener, and what it is told.

use crate::code::Error;
use crate::field::{Field, Values};
use std::sync::Arc;

/// A simulation for a client that asks for one.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its number.
    pub simulation: u64,
    /// Its conditions.
    pub values: Vec<f64>,
}

impl Job {
    /// A simulation under this number, with these conditions.
    pub fn new(simulation: u64, values: Vec<f64>) -> Self {
        Self { simulation, values }
    }
}

/// The end of a simulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All ranks finished it, and every frame is complete.
    Finished,
    /// A rank says that it failed, with this status.
    Failed {
        /// Its status.
        status: i32,
    },
    /// All ranks finished it, and a frame lacks values.
    Incomplete {
        /// The first such frame.
        frame: u64,
    },
}

/// Events at a listener, in their order.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A client asks for a simulation, and none is offered.
    Wanted {
        /// The number that it was started for, if it was.
        simulation: Option<u64>,
    },
    /// A simulation has begun, or was begun again.
    Began {
        /// Its number.
        simulation: u64,
        /// Its fields.
        fields: Arc<[Field]>,
        /// Its conditions.
        values: Vec<f64>,
        /// Frames that came before; the next one has this index.
        frames: u64,
    },
    /// A static field is complete.
    Static {
        /// The simulation.
        simulation: u64,
        /// The field.
        field: Field,
        /// Its values, row-major.
        values: Values,
    },
    /// A frame is complete; each comes once, in the order of its index.
    Frame {
        /// The simulation.
        simulation: u64,
        /// Its index; it grows by more than one where a client dropped frames.
        frame: u64,
        /// Its time.
        time: f64,
        /// Values of each field in the order of [`Began`](Self::Began), row-major.
        fields: Vec<Values>,
    },
    /// A code says why its simulation fails; the [end](Self::Ended) follows.
    Said {
        /// The simulation.
        simulation: u64,
        /// Its status.
        status: i32,
        /// The failure as a sentence.
        text: String,
    },
    /// A simulation has ended.
    Ended {
        /// The simulation.
        simulation: u64,
        /// The way in which it ended.
        outcome: Outcome,
        /// Its frames, those that were dropped included.
        frames: u64,
    },
    /// A client is gone without finishing, or was refused.
    Gone {
        /// Its simulation, if it was in one: it can be offered or begun again, and goes on behind the frames that came.
        simulation: Option<u64>,
        /// Why.
        error: Error,
    },
}

impl Event {
    /// The simulation that it is about, if it is about one.
    pub fn simulation(&self) -> Option<u64> {
        match self {
            Self::Wanted { simulation } | Self::Gone { simulation, .. } => *simulation,
            Self::Began { simulation, .. }
            | Self::Static { simulation, .. }
            | Self::Frame { simulation, .. }
            | Self::Said { simulation, .. }
            | Self::Ended { simulation, .. } => Some(*simulation),
        }
    }

    /// Bytes of values that it holds.
    pub(super) fn bytes(&self) -> usize {
        let bytes = |values: &Values| values.len() * values.dtype().size();
        match self {
            Self::Frame { fields, .. } => fields.iter().map(bytes).sum(),
            Self::Static { values, .. } => bytes(values),
            _ => 0,
        }
    }
}

/// Counts of a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statistics {
    /// Frames that were complete.
    pub frames: u64,
    /// Frames that clients dropped.
    pub dropped: u64,
    /// Records that were refused.
    pub refused: u64,
    /// Bytes of values that waited to be taken, at most.
    pub most_bytes: usize,
}
