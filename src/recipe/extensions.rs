//! Members that only one program knows.

use crate::objective::{OBJECTIVES, ObjectiveEntry};
use ondine_datasets::policy::{POLICIES, PolicyEntry};
use ondine_models::network::{NETWORKS, NetworkEntry};

/// Members of a program's own, which its recipes name as those of the lists; where a name is in both, the list's member is meant.
///
/// A run of such a recipe is read with the same members, see [`Recipe::load_with`](super::Recipe::load_with); the command
/// line knows the lists alone.
#[derive(Clone, Copy, Default)]
pub struct Extensions {
    /// Networks for `[model]`, by themselves or as the `backbone` of a surrogate.
    pub networks: &'static [&'static NetworkEntry],
    /// Policies for `[buffer]`.
    pub policies: &'static [&'static PolicyEntry],
    /// Objectives for `[objective]`.
    pub objectives: &'static [&'static ObjectiveEntry],
}

impl Extensions {
    pub(super) fn all_networks(&self) -> Vec<&'static NetworkEntry> {
        [NETWORKS, self.networks].concat()
    }

    pub(super) fn all_policies(&self) -> Vec<&'static PolicyEntry> {
        [POLICIES, self.policies].concat()
    }

    pub(super) fn all_objectives(&self) -> Vec<&'static ObjectiveEntry> {
        [OBJECTIVES, self.objectives].concat()
    }
}
