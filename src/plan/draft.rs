//! The copy of a recipe that a check fills in: nothing else changes what was typed.

use crate::recipe::{Recipe, Resolved};
use std::ops::{Deref, DerefMut};

/// A recipe while it is checked: as typed, with more and more of it settled.
pub(super) struct Draft(Recipe);

impl Draft {
    pub(super) fn new(typed: Recipe) -> Self {
        Self(typed)
    }

    /// The recipe that the check ends with.
    pub(super) fn resolved(self) -> Resolved {
        Resolved::new(self.0)
    }
}

impl Deref for Draft {
    type Target = Recipe;

    fn deref(&self) -> &Recipe {
        &self.0
    }
}

impl DerefMut for Draft {
    fn deref_mut(&mut self) -> &mut Recipe {
        &mut self.0
    }
}
