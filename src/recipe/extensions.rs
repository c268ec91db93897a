//! Members that only one program knows.

use super::RecipeError;
use crate::objective::{OBJECTIVES, ObjectiveEntry};
use ondine_datasets::policy::{POLICIES, PolicyEntry};
use ondine_models::network::{NETWORKS, NetworkEntry};
use std::fmt;

/// Members of a program's own, which its recipes name as those of the lists; where a name is in both, the list's member is meant.
///
/// [`ObjectiveConfig`](crate::objective::ObjectiveConfig) has an example, `examples/own_network.rs` is one with a network.
///
/// A run of such a recipe is opened with the same members, see [`Run::with_extensions`]; the command line knows the lists
/// alone.
///
/// [`Run::with_extensions`]: crate::run::Run::with_extensions
#[derive(Clone, Copy, Default)]
pub struct Extensions {
    /// Networks for `[model]`, by themselves or as the `backbone` of a surrogate.
    pub networks: &'static [&'static NetworkEntry],
    /// Policies for `[buffer]`.
    pub policies: &'static [&'static PolicyEntry],
    /// Objectives for `[objective]`.
    pub objectives: &'static [&'static ObjectiveEntry],
}

/// The names of the members.
impl fmt::Debug for Extensions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let networks = self.networks.iter().map(|entry| entry.kind);
        let policies = self.policies.iter().map(|entry| entry.kind);
        let objectives = self.objectives.iter().map(|entry| entry.kind);
        let names = networks.chain(policies).chain(objectives);
        formatter.debug_set().entries(names).finish()
    }
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

/// The error of an unknown kind. One that is near no other may be a member of another program's own.
pub(super) fn with_note(mut error: RecipeError) -> RecipeError {
    let unknown = error.message.starts_with("unknown kind");
    let help = error
        .help
        .as_mut()
        .filter(|help| help.starts_with("possible"));
    if let Some(help) = help.filter(|_| unknown) {
        help.push_str(
            "\n          a kind of a program's own is known to that program alone: use the one that trained it",
        );
    }
    error
}
