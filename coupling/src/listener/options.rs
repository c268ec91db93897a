//! Options of a listener, and what it expects of its clients.

use crate::code::{Code, Result};
use crate::field::Field;
use crate::listener::Listener;
use std::ops::RangeInclusive;
use std::time::Duration;

/// Options of a listener.
///
/// ```
/// use ondine_coupling::{Dtype, Field, ListenerOptions};
/// let listener = ListenerOptions::default()
///     .token("secret")
///     .fields(vec![Field::new("u", Dtype::F64, &[64])?])
///     .conditions(vec![0.1..=1.0])
///     .bind("tcp://127.0.0.1:0")?;
/// assert!(listener.endpoint().starts_with("tcp://127.0.0.1:"));
/// # Ok::<(), ondine_coupling::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ListenerOptions {
    pub(super) token: String,
    pub(super) capacity: usize,
    pub(super) max_frame: usize,
    pub(super) clients: usize,
    pub(super) patience: Duration,
    pub(super) silence: Option<Duration>,
    pub(super) chooser: Chooser,
    pub(super) description: Option<String>,
    fields: Vec<Field>,
    conditions: Option<Vec<RangeInclusive<f64>>>,
}

/// The side that chooses the conditions of simulations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Chooser {
    /// Either: clients ask for conditions or bring them, under any number.
    #[default]
    Either,
    /// The training: clients ask, and simulations that are not offered are not taken.
    Training,
    /// The codes: clients bring conditions, and wait until they are [invited](Listener::invite).
    Codes,
}

impl Default for ListenerOptions {
    fn default() -> Self {
        Self {
            token: String::new(),
            capacity: 256 << 20,
            max_frame: 1 << 30,
            clients: 1024,
            patience: Duration::from_secs(10),
            silence: None,
            chooser: Chooser::Either,
            description: None,
            fields: Vec::new(),
            conditions: None,
        }
    }
}

impl ListenerOptions {
    /// A secret that clients have to know. It is sent as it is: it keeps strangers out, and hides nothing.
    #[must_use]
    pub fn token(mut self, token: &str) -> Self {
        token.clone_into(&mut self.token);
        self
    }

    /// Bytes of frames that may wait to be taken, 256 MiB by default; clients wait, drop or fail beyond them.
    #[must_use]
    pub fn capacity(mut self, bytes: usize) -> Self {
        self.capacity = bytes.max(1);
        self
    }

    /// Bytes of one frame, at most; 1 GiB by default.
    #[must_use]
    pub fn max_frame(mut self, bytes: usize) -> Self {
        self.max_frame = bytes;
        self
    }

    /// Clients at one time, at most; 1024 by default.
    #[must_use]
    pub fn clients(mut self, clients: usize) -> Self {
        self.clients = clients;
        self
    }

    /// Time during which a client whose connection broke may come back, 10 s by default.
    #[must_use]
    pub fn patience(mut self, limit: Duration) -> Self {
        self.patience = limit;
        self
    }

    /// Time after which a client that says nothing within a simulation is given up; never by default.
    #[must_use]
    pub fn silence(mut self, limit: Duration) -> Self {
        self.silence = Some(limit.max(Duration::from_millis(1)));
        self
    }

    /// The side that chooses the conditions of simulations; either by default.
    #[must_use]
    pub fn chooser(mut self, chooser: Chooser) -> Self {
        self.chooser = chooser;
        self
    }

    /// A text for clients that ask for it by [`Client::describe`](crate::Client::describe), such as a recipe, of a mebibyte at
    /// most; none by default.
    #[must_use]
    pub fn description(mut self, text: &str) -> Self {
        self.description = Some(text.to_owned());
        self
    }

    /// Fields that every client has to declare, by name and shape; in either number type. Any fields by default.
    #[must_use]
    pub fn fields(mut self, fields: Vec<Field>) -> Self {
        self.fields = fields;
        self
    }

    /// Ranges of the conditions that clients bring. Any number and values by default.
    #[must_use]
    pub fn conditions(mut self, ranges: Vec<RangeInclusive<f64>>) -> Self {
        self.conditions = Some(ranges);
        self
    }

    /// Listens at an endpoint; `tcp://127.0.0.1:0` chooses a free port.
    ///
    /// # Errors
    /// [`Code::Endpoint`], [`Code::InUse`], and [`Code::Token`] for an endpoint that other machines can reach without a
    /// token.
    pub fn bind(self, endpoint: &str) -> Result<Listener> {
        Listener::start(endpoint, self)
    }

    pub(super) fn check_field(&self, field: &Field) -> Result<()> {
        if self.fields.is_empty() {
            return Ok(());
        }
        let name = &field.name;
        let Some(expected) = self.fields.iter().find(|expected| expected.name == *name) else {
            let names: Vec<_> = self
                .fields
                .iter()
                .map(|field| field.name.as_str())
                .collect();
            let text = format!(
                "the training has no field `{name}`; there are {}",
                names.join(", ")
            );
            return Err(Code::Field.error(text));
        };
        if expected.shape != field.shape {
            let text = format!(
                "field `{name}` has shape {:?}, the training expects {:?}",
                field.shape, expected.shape
            );
            return Err(Code::Shape.error(text));
        }
        Ok(())
    }

    pub(super) fn check_all_fields(&self, fields: &[Field]) -> Result<()> {
        let absent = |expected: &&Field| fields.iter().all(|field| field.name != expected.name);
        if let Some(field) = self.fields.iter().find(absent) {
            let text = format!("field `{}` of the training is not declared", field.name);
            return Err(Code::Field.error(text));
        }
        if fields.is_empty() {
            return Err(Code::Order.error("no field is declared"));
        }
        Ok(())
    }

    pub(super) fn check_static(&self, field: &Field) -> Result<()> {
        let (name, bytes, limit) = (&field.name, field.bytes(), self.max_frame);
        if bytes > limit {
            let text =
                format!("static field `{name}` has {bytes} bytes; {limit} at most are taken");
            return Err(Code::Limit.error(text));
        }
        Ok(())
    }

    pub(super) fn check_conditions(&self, values: &[f64]) -> Result<()> {
        let Some(ranges) = &self.conditions else {
            return Ok(());
        };
        if ranges.len() != values.len() {
            let (found, needed) = (values.len(), ranges.len());
            let text = format!("the simulation has {found} conditions, the training {needed}");
            return Err(Code::Values.error(text));
        }
        let mut pairs = ranges.iter().zip(values).enumerate();
        if let Some((index, (range, value))) =
            pairs.find(|(_, (range, value))| !range.contains(value))
        {
            let (low, high) = (range.start(), range.end());
            let text = format!(
                "condition {} = {value} lies outside of [{low}, {high}]",
                index + 1
            );
            return Err(Code::Values.error(text));
        }
        Ok(())
    }
}
