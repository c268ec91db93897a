//! Frames of a simulation of a foreign code, channel after channel.

use crate::Conditions;
use ondine_coupling::{Event, Field, Values};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Share of the frame spacing by which a frame may be early or late.
const ROUNDING: f64 = 1e-6;

/// One simulation, as far as it has come.
pub(super) struct Course<'a> {
    names: &'a [String],
    axes: usize,
    dt: f64,
    fields: Arc<[Field]>,
    frames: u64,
    time: f64,
    state: Vec<f64>,
    statics: BTreeMap<String, Vec<f64>>,
    pub(super) fault: Option<String>,
}

impl<'a> Course<'a> {
    /// The course of a simulation whose code has these fields, where they are known before it begins.
    pub(super) fn new(names: &'a [String], conditions: &Conditions, fields: Arc<[Field]>) -> Self {
        Self {
            names,
            axes: conditions.length.len(),
            dt: conditions.dt,
            fields,
            frames: 0,
            time: 0.0,
            state: Vec::new(),
            statics: BTreeMap::new(),
            fault: None,
        }
    }

    /// Takes an event, and gives its frame to the sink.
    pub(super) fn take(
        &mut self,
        event: Event,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        match event {
            Event::Began { fields, .. } => self.fields = fields,
            Event::Static { field, values, .. } => {
                self.statics.insert(field.name, numbers(&values));
            }
            Event::Frame {
                frame,
                time,
                fields,
                ..
            } => {
                self.fault = self.fill(frame, time, &fields).err();
                if self.fault.is_some() {
                    return ControlFlow::Break(());
                }
                return sink(&self.state);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    /// The static fields of these names that came, one after the other.
    pub(super) fn static_fields(&self, names: &[String]) -> Vec<f64> {
        let found = names.iter().filter_map(|name| self.statics.get(name));
        found.flatten().copied().collect()
    }

    /// Makes a frame the state, channel after channel; or says what is wrong with it.
    fn fill(&mut self, frame: u64, time: f64, values: &[Values]) -> Result<(), String> {
        if frame != self.frames {
            let missing = self.frames;
            return Err(format!(
                "frame {missing} was dropped by the code; let it wait (`when_full`)"
            ));
        }
        let late = time - self.time - self.dt;
        let rounding = ROUNDING * self.dt + 8.0 * f64::EPSILON * time.abs();
        if frame > 0 && late.abs() > rounding {
            let (before, dt) = (self.time, self.dt);
            return Err(format!(
                "frame {frame} has time {time}, after {before}: frames are {dt} apart"
            ));
        }
        (self.frames, self.time) = (frame + 1, time);
        self.state.clear();
        for name in self.names {
            let index = self.fields.iter().position(|field| field.name == *name);
            let index = index.ok_or_else(|| format!("the code has no field `{name}`"))?;
            self.append(&self.fields.clone()[index], &values[index]);
        }
        Ok(())
    }

    /// Appends a field: a vector's components, which come as a last axis, one after the other.
    fn append(&mut self, field: &Field, values: &Values) {
        let components = field
            .shape
            .get(self.axes..)
            .map_or(1, |rest| rest.iter().product());
        let value = |index: usize| match values {
            Values::F32(values) => f64::from(values[index]),
            Values::F64(values) => values[index],
        };
        for component in 0..components {
            let indices = (component..values.len()).step_by(components);
            self.state.extend(indices.map(value));
        }
    }
}

fn numbers(values: &Values) -> Vec<f64> {
    match values {
        Values::F32(values) => values.iter().map(|&value| f64::from(value)).collect(),
        Values::F64(values) => values.clone(),
    }
}
