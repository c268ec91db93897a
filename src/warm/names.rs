//! Names of what a network sees, answers with and is told.

use crate::plan::Network;
use ondine_models::weights::ChannelNames;

/// Names of the channels of all frames and of the parameters, each as `called`.
pub(super) fn channels(network: &Network, called: impl Fn(&str) -> String) -> ChannelNames {
    let fields = network.problem.field_names();
    let frames = |count: usize| {
        let of = |frame: usize| {
            let named = fields
                .iter()
                .map(|name| format!("{} {frame}", called(name)));
            named.collect::<Vec<_>>()
        };
        (0..count).flat_map(of)
    };
    let still = network.problem.static_fields.iter();
    let told = network.conditioning().into_iter();
    ChannelNames {
        inputs: frames(network.fields.history)
            .chain(still.map(|name| called(name)))
            .collect(),
        outputs: frames(network.fields.bundle).collect(),
        parameters: told.map(|told| called(&told.name)).collect(),
    }
}

/// Names of fields, static fields and parameters.
pub(super) fn all(network: &Network) -> Vec<String> {
    let told = network.conditioning().into_iter().map(|told| told.name);
    let still = network.problem.static_fields.iter().cloned();
    let fields = network.problem.field_names().into_iter();
    fields.chain(still).chain(told).collect()
}

/// Axes of the grid.
pub(super) fn axes(network: &Network) -> usize {
    network.fields.dims()
}
