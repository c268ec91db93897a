//! Buffer policies: what to keep and what to hand out. One file and one entry of [`POLICIES`] each.
//!
//! A policy is plain data; waiting, watermark and telemetry belong to the [`Buffer`](crate::Buffer) around it.

mod fifo;
mod reservoir;

pub use fifo::Fifo;
pub use reservoir::Reservoir;

use crate::Window;
use ondine_solvers::Rng;

/// Keeps items and hands them out.
pub trait Policy<T>: Send {
    /// Number of items held.
    fn len(&self) -> usize;

    /// Whether nothing is held.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether another item may be put without losing one that nobody has read.
    fn has_room(&self) -> bool;

    /// Keeps `item`, evicting a read one where the capacity demands it.
    fn put(&mut self, item: T, rng: &mut Rng);

    /// At most `count` different items.
    fn draw(&mut self, count: usize, rng: &mut Rng) -> Vec<T>;

    /// Every item with whether it has been read, in an order that [`Self::restore`] understands.
    fn contents(&self) -> Vec<(&T, bool)>;

    /// Replaces the contents.
    fn restore(&mut self, contents: Vec<(T, bool)>);
}

/// How often a window is handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// Exactly once.
    Once,
    /// Again and again; at least once, if the training lasts until the last windows are drawn.
    Many,
}

/// What the list of policies knows of one.
pub struct PolicyEntry {
    /// Name in a recipe.
    pub kind: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// How often a window is handed out.
    pub reads: Reads,
    /// An empty buffer for so many windows.
    pub build: fn(capacity: usize) -> Box<dyn Policy<Window>>,
}

/// Every policy.
pub const POLICIES: &[&PolicyEntry] = &[&fifo::ENTRY, &reservoir::ENTRY];

/// The policy called `kind`.
pub fn find(kind: &str) -> Option<&'static PolicyEntry> {
    POLICIES.iter().copied().find(|entry| entry.kind == kind)
}
