//! The network of a run as a file of weights.

use super::{About, Origin, WeightError, WeightFile};
use crate::forecast::Stored;
use crate::run::Run;
use burn::tensor::Device;
use ondine_models::network::Network;
use ondine_models::weights::{Arrays, Dialect};

impl WeightFile {
    /// The weights of a run under the name of its directory: their average where there is one and the `last` ones are not
    /// asked for. No solver is made for it, and no dataset opened.
    ///
    /// # Errors
    /// When the run has no checkpoint that can be read, or its network no names in the dialect.
    pub fn of_run(run: &Run, last: bool, dialect: Dialect) -> Result<Self, WeightError> {
        let stored = Stored::open(run)?;
        let (network, checkpoint) = (&stored.network, &stored.checkpoint);
        let mut init = network.init(&Device::flex());
        let (surrogate, weights) = if checkpoint.has_average() && !last {
            (checkpoint.best_of(network, &mut init)?, Origin::Average)
        } else {
            (checkpoint.last_of(network, &mut init)?, Origin::Last)
        };
        let trained = (&checkpoint.state, stored.layout().stride);
        Ok(Self {
            path: run.directory().to_owned(),
            about: Some(About::new(network, trained, dialect, weights)),
            arrays: arrays(network.model.kind(), &surrogate.network, dialect)?,
        })
    }
}

/// The weights of a network of this kind in a dialect.
fn arrays(kind: &str, network: &Network, dialect: Dialect) -> Result<Arrays, WeightError> {
    network.arrays(dialect).ok_or_else(|| {
        let possible = network.dialects().into_iter().map(Dialect::name);
        WeightError::Dialect {
            kind: kind.to_owned(),
            dialect: dialect.name(),
            possible: possible.collect::<Vec<_>>().join(", "),
        }
    })
}
