//! A training before its first step, from a surrogate that is given.

use super::feed::Feed;
use super::{TrainError, first_scaling, learner};
use crate::checkpoint::{self, Contents, State};
use crate::group::Alone;
use crate::plan::Plan;
use crate::run::{Run, RunError};
use crate::telemetry::{Memory, TimeUsed};
use ondine_datasets::Snapshot;
use ondine_models::{Model, Scaling};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Writes the checkpoint of step 0, from which the run goes on with the weights and scales of `surrogate`.
///
/// # Errors
/// When the disk refuses.
pub fn begin(plan: &Plan, run: &Run, surrogate: &Model) -> Result<(), RunError> {
    let kept = Contents {
        state: &first(plan, surrogate.scaling.clone()),
        surrogate,
        average: None,
        optimizer: &learner::optimizer(plan),
        buffer: &Snapshot::default(),
        others: &[],
    };
    checkpoint::write(run, &kept)
}

/// The scales that a training of this plan measures before its first step, on as many windows as its watermark; none when
/// `stop` is set before there are as many.
///
/// # Errors
/// When too many simulations fail or the file of `[data]` can't be read.
pub fn measured_scaling(
    plan: &Plan,
    stop: &Arc<AtomicBool>,
) -> Result<Option<Scaling>, TrainError> {
    let mut feed = Feed::start(plan, Snapshot::of_share(plan.share), None, stop)?;
    let scaling = first_scaling(plan, &[&feed], &Alone);
    feed.close();
    if stop.load(Ordering::Relaxed) {
        Ok(None)
    } else {
        scaling.map(Some)
    }
}

fn first(plan: &Plan, scaling: Scaling) -> State {
    State {
        step: 0,
        spent: TimeUsed::default(),
        loss_sum: 0.0,
        solver_errors: plan.solver_errors.clone(),
        loss_count: 0,
        scaling,
        by_spacing: true,
        arrived: 0,
        handed_out: 0,
        simulations: 0,
        restart: Vec::new(),
        next: 0,
        read: 0,
        memory: Memory::default(),
        failures: Vec::new(),
        reported: 0,
        generations: Vec::new(),
        ranks: Vec::new(),
        best: None,
    }
}
