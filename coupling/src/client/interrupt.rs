//! Calls that are interrupted while they wait.

use crate::code::{Code, Result};

/// A question whether to go on waiting.
#[derive(Default)]
pub(super) struct Interrupt(pub(super) Option<Box<dyn FnMut() -> bool + Send>>);

impl std::fmt::Debug for Interrupt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Interrupt").field(&self.0.is_some()).finish()
    }
}

impl Interrupt {
    pub(super) fn check(&mut self) -> Result<()> {
        let interrupted = self.0.as_mut().is_some_and(|interrupted| interrupted());
        let text = "the call was interrupted while it waited";
        (!interrupted)
            .then_some(())
            .ok_or_else(|| Code::Interrupted.error(text))
    }
}
