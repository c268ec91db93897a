//! Truths of a gate that go on into a training, as trajectories of two frames.

use ondine::solvers::problem::Field;
use ondine_coupling::{Client, Dtype, Result};

/// A client of the training.
pub(crate) struct Feed {
    client: Client,
    fields: Vec<Declared>,
    points: usize,
}

/// A field of the training: some channels of a state.
struct Declared {
    name: String,
    channels: usize,
}

impl Feed {
    /// Connects to a training of these fields, at `ONDINE_ENDPOINT` where no endpoint is given.
    pub(crate) fn open(endpoint: Option<&str>, channels: &[Field], grid: &[usize]) -> Result<Self> {
        let mut client = match endpoint {
            Some(endpoint) => Client::open(endpoint)?,
            None => Client::open_from_environment()?,
        };
        let fields = declared(channels);
        for field in &fields {
            let components = (field.channels > 1).then_some(field.channels);
            let shape: Vec<usize> = grid.iter().copied().chain(components).collect();
            client.field(&field.name, Dtype::F64, &shape)?;
        }
        Ok(Self {
            client,
            fields,
            points: grid.iter().product(),
        })
    }

    /// Sends a state and the one that follows it `dt` later, which conditions lead from one to the other.
    pub(crate) fn send(&mut self, conditions: &[f64], states: [&[f64]; 2], dt: f64) -> Result<()> {
        self.client.begin(conditions)?;
        for (state, time) in states.into_iter().zip([0.0, dt]) {
            let mut channels = state.chunks_exact(self.points);
            for field in &self.fields {
                let parts: Vec<&[f64]> = channels.by_ref().take(field.channels).collect();
                let values =
                    (0..self.points).flat_map(|point| parts.iter().map(move |part| part[point]));
                self.client
                    .put(&field.name, &values.collect::<Vec<f64>>())?;
            }
            self.client.commit(time)?;
        }
        self.client.finish(0)
    }
}

/// Fields of channels, whose components of a vector are one.
fn declared(channels: &[Field]) -> Vec<Declared> {
    let mut fields: Vec<Declared> = Vec::new();
    for channel in channels {
        let name = channel.vector().unwrap_or(&channel.name);
        match fields.last_mut() {
            Some(last) if last.name == name => last.channels += 1,
            _ => fields.push(Declared {
                name: name.to_owned(),
                channels: 1,
            }),
        }
    }
    fields
}
