//! Who is told how far an evaluation is, and can end it.

use std::ops::ControlFlow;

/// A part of an evaluation that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doing {
    /// What is done, as a participle: "simulating".
    pub what: &'static str,
    /// How much of it is done.
    pub done: usize,
    /// Of how much.
    pub of: usize,
}

/// Is told of every bit that is done, from any thread, and ends the evaluation with a break.
pub type Watch<'a> = dyn Fn(Doing) -> ControlFlow<()> + Sync + 'a;

/// Nobody watches.
pub(super) fn unwatched(_: Doing) -> ControlFlow<()> {
    ControlFlow::Continue(())
}
