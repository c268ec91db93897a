//! Frames of a simulation on their way from a worker to the training.

use ondine_coupling::{Event, Values};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Frames of a simulation that runs again from its start, behind those that were given before.
pub(super) struct Rest<'a> {
    given: &'a mut usize,
    seen: usize,
    sink: &'a mut dyn FnMut(&[f64]) -> ControlFlow<()>,
}

impl<'a> Rest<'a> {
    pub(super) fn new(
        given: &'a mut usize,
        sink: &'a mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Self {
        Self {
            given,
            seen: 0,
            sink,
        }
    }

    pub(super) fn give(&mut self, frame: &[f64]) -> ControlFlow<()> {
        self.seen += 1;
        if self.seen <= *self.given {
            return ControlFlow::Continue(());
        }
        *self.given += 1;
        (self.sink)(frame)
    }
}

/// Frames of a simulation that a worker makes.
pub(super) struct Course {
    limit: Option<Duration>,
    begun: Instant,
    pub(super) late: bool,
    pub(super) said: Option<(i32, String)>,
}

impl Course {
    pub(super) fn new(limit: Option<Duration>) -> Self {
        Self {
            limit,
            begun: Instant::now(),
            late: false,
            said: None,
        }
    }

    pub(super) fn take(
        &mut self,
        event: Event,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        match event {
            Event::Began { .. } => self.begun = Instant::now(),
            Event::Said { status, text, .. } => self.said = Some((status, text)),
            Event::Frame { fields, .. } => {
                self.late = self.limit.is_some_and(|limit| self.begun.elapsed() > limit);
                if self.late {
                    return ControlFlow::Break(());
                }
                let values = fields.first().map_or(Vec::new(), numbers);
                return sink(&values);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

fn numbers(values: &Values) -> Vec<f64> {
    match values {
        Values::F32(values) => values.iter().map(|&value| f64::from(value)).collect(),
        Values::F64(values) => values.clone(),
    }
}
