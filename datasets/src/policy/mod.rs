//! Buffer policies: what to keep and what to hand out. One file and one entry of [`POLICIES`] each.
//!
//! A policy is plain data; waiting, watermark and telemetry belong to the [`Buffer`](crate::Buffer) around it.
//!
//! Policies that draw at random keep a simulation from dominating a batch: the items of a batch are drawn one after the
//! other, each uniformly from all that are held of simulations that are not full, and a simulation is full with
//! `⌈batch / simulations held⌉` items in the batch (more, as few as possible, where other simulations hold too few). Where
//! all simulations hold equally many items, every item is equally likely to be in a batch; where they do not, items of
//! simulations that hold few are likelier.

mod fifo;
mod firo;
mod plain;
mod pool;
mod reservoir;
mod shelves;
mod uniform_reservoir;
mod weights;

pub use fifo::Fifo;
pub use firo::Firo;
pub use plain::plain;
pub use reservoir::Reservoir;
pub use uniform_reservoir::UniformReservoir;

use crate::Window;
use ondine_solvers::Rng;
use ondine_solvers::initial::Options;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Keeps items and hands them out.
pub trait Policy<T>: Send {
    /// Number of items held.
    fn len(&self) -> usize;

    /// Whether no item is held.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of items held that were never read.
    fn unread(&self) -> usize;

    /// Whether another item may be put; where the policy keeps items until they are read, without losing an unread one.
    fn has_room(&self) -> bool;

    /// Number of items that may be drawn while others are still to arrive.
    fn ready(&self) -> usize {
        self.len()
    }

    /// Keeps `item`, evicting another one where the capacity demands it.
    fn put(&mut self, item: T, rng: &mut Rng);

    /// At most `count` different items.
    fn draw(&mut self, count: usize, outlook: Outlook, rng: &mut Rng) -> Vec<T>;

    /// Every item with whether it has been read, in an order that [`Self::restore`] understands.
    fn contents(&self) -> Vec<(&T, bool)>;

    /// Replaces the contents by those of a policy into which `arrived` items had been put.
    fn restore(&mut self, contents: Vec<(T, bool)>, arrived: u64);
}

/// Items that are still to come when a batch is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    /// Items that the training still draws, those of this batch included.
    pub left: u64,
    /// Items that are still to arrive; none when reception is over.
    pub coming: u64,
}

impl Outlook {
    /// A training without end, into which items arrive for ever.
    pub const ENDLESS: Self = Self {
        left: u64::MAX,
        coming: 1,
    };
}

/// An item of a simulation.
pub trait Item: Clone + Send {
    /// Index of the simulation.
    fn simulation(&self) -> u64;
}

impl Item for Window {
    fn simulation(&self) -> u64 {
        self.simulation
    }
}

/// Number of times that a window is handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reads {
    /// Exactly once, if the training lasts until all have been drawn.
    Once,
    /// Again and again; at least once, if the training draws as many windows as there are.
    Many,
    /// As chance has it: some often, some never.
    Chance,
}

/// The options of a policy as a recipe has them, able to build it.
///
/// ```
/// use ondine_datasets::Window;
/// use ondine_datasets::policy::{Fifo, Policy, PolicyConfig, PolicyEntry, Reads};
/// use serde::{Deserialize, Serialize};
/// use std::sync::Arc;
///
/// /// A queue that is shorter than the buffer.
/// #[derive(Serialize, Deserialize)]
/// #[serde(deny_unknown_fields)]
/// struct Short {
///     share: f64,
/// }
///
/// impl PolicyConfig for Short {
///     fn build(&self, capacity: usize, _watermark: usize) -> Box<dyn Policy<Window>> {
///         Box::new(Fifo::new((self.share * capacity as f64).ceil() as usize))
///     }
///
///     fn options(&self) -> toml::Table {
///         toml::Table::try_from(self).expect("plain numbers are valid TOML")
///     }
/// }
///
/// const SHORT: PolicyEntry = PolicyEntry {
///     kind: "short",
///     summary: "every window once, few of them held",
///     reads: Reads::Once,
///     options: &[("share", "share of the capacity, in (0, 1]; required")],
///     decode: |options| Ok(Arc::new(Short::deserialize(options)?)),
/// };
///
/// assert!(SHORT.build(100, 10).is_err(), "`share` has no default");
/// ```
pub trait PolicyConfig: Send + Sync {
    /// An empty buffer for `capacity` windows that holds `watermark` of them back, if it shuffles with those.
    fn build(&self, capacity: usize, watermark: usize) -> Box<dyn Policy<Window>>;

    /// Every option with the value in use, without `kind`.
    fn options(&self) -> toml::Table {
        toml::Table::new()
    }
}

/// Description of one policy.
pub struct PolicyEntry {
    /// Name in a recipe.
    pub kind: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Number of times that a window is handed out.
    pub reads: Reads,
    /// Name and meaning of every option beside those of all policies, with its default.
    pub options: &'static [(&'static str, &'static str)],
    /// Reads the options of a recipe.
    pub decode: fn(Options<'_>) -> Result<Arc<dyn PolicyConfig>, toml::de::Error>,
}

impl PolicyEntry {
    /// The policy with the defaults of its options, see [`PolicyConfig::build`].
    ///
    /// # Errors
    /// When an option has no default.
    pub fn build(
        &self,
        capacity: usize,
        watermark: usize,
    ) -> Result<Box<dyn Policy<Window>>, toml::de::Error> {
        let options = Options::parse("{}")?;
        Ok((self.decode)(options)?.build(capacity, watermark))
    }
}

/// Every policy.
pub const POLICIES: &[&PolicyEntry] = &[
    &reservoir::ENTRY,
    &uniform_reservoir::ENTRY,
    &firo::ENTRY,
    &fifo::ENTRY,
];

/// The policy called `kind`.
pub fn find(kind: &str) -> Option<&'static PolicyEntry> {
    POLICIES.iter().copied().find(|entry| entry.kind == kind)
}

/// Worked example of `docs/book/extending.md`, compiled for its own test alone.
#[cfg(test)]
#[path = "../../../examples/extending/lifo.rs"]
pub mod lifo;
