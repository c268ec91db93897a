//! The network of a run as a file of weights, with all that is needed to run it in the place of the run.

use super::{Stored, conditions, horizon};
use crate::run::{Run, RunError};
use crate::weights::{About, Exported, Origin, Trained, VERSION, WeightError, WeightFile};
use burn::tensor::Device;
use ondine_models::network::Network;
use ondine_models::weights::{Arrays, Dialect};
use std::fs;
use std::io::ErrorKind;

/// The calibration of the gate of a run, where there is one.
const CALIBRATION: &str = "gate.json";

impl WeightFile {
    /// The weights in a checkpoint of a run, the newest or the one that
    /// [`Checkpoint::chosen`](crate::checkpoint::Checkpoint::chosen) finds by its name, under the name of the directory: their
    /// average where there is one and the `last` ones are not asked for. No solver is made for it, and no dataset opened. In the dialect of Ondine the file is a surrogate, too, which
    /// [`Forecaster::open`](super::Forecaster::open) takes.
    ///
    /// # Errors
    /// When the run has no checkpoint that can be read, or its network no names in the dialect.
    pub fn of_run(
        run: &Run,
        checkpoint: Option<&str>,
        last: bool,
        dialect: Dialect,
    ) -> Result<Self, WeightError> {
        let stored = Stored::open_at(run, checkpoint)?;
        let (network, checkpoint) = (&stored.network, &stored.checkpoint);
        let mut init = network.init(&Device::flex());
        let (surrogate, weights) = if checkpoint.has_average() && !last {
            (checkpoint.best_of(network, &mut init)?, Origin::Average)
        } else {
            (checkpoint.last_of(network, &mut init)?, Origin::Last)
        };
        let trained = (&checkpoint.state, stored.layout().stride);
        let exported = (dialect == Dialect::Ondine).then(|| exported(run, &stored));
        Ok(Self {
            path: run.directory().to_owned(),
            about: Some(About::new(network, trained, dialect, weights)),
            arrays: arrays(network.model.kind(), &surrogate.network, dialect)?,
            surrogate: exported.transpose()?,
        })
    }
}

/// Everything beside weights and scales.
fn exported(run: &Run, stored: &Stored) -> Result<Exported, RunError> {
    let path = run.file("recipe.toml");
    let recipe = fs::read_to_string(&path).map_err(|error| run.io(&path, error))?;
    let conditions = conditions::of(&stored.network.problem).into_iter();
    let trained = conditions.map(|condition| Trained {
        name: condition.name,
        range: condition.range,
        unit: condition.unit,
    });
    Ok(Exported {
        version: VERSION,
        recipe,
        conditions: trained.collect(),
        horizon: horizon(run),
        gate: calibration(run)?,
    })
}

/// The text of the calibration of a run.
fn calibration(run: &Run) -> Result<Option<String>, RunError> {
    let path = run.file(CALIBRATION);
    match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        read => read.map(Some).map_err(|error| run.io(&path, error)),
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
