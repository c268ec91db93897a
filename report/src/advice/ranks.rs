//! The rules of advice about several ranks: waits for each other, and sums of gradients.

use super::rules::LONG_WAIT;
use super::signs::{Setting, Signs};
use super::ways::more_workers;
use crate::diagnosis::{Remedy, Way};
use crate::numbers::text::percent;

/// Ranks wait for each other more than this share of a step.
const APART: f64 = 0.15;
/// Sums of gradients take more than this share of a step.
const LONG_SUM: f64 = 0.25;

pub(super) fn ranks_apart(signs: &Signs, setting: &Setting) -> Option<(f64, Remedy)> {
    if signs.rank_wait <= APART {
        return None;
    }
    let lead = format!(
        "Ranks wait for each other {} of the time",
        percent(signs.rank_wait)
    );
    let alike = Way::words("give each as many cores as the others, on nodes of one kind");
    let short = signs.trainer_wait > LONG_WAIT; // some wait for windows, and the others for them
    let workers = short
        .then(|| more_workers(signs.rank_wait, setting))
        .flatten();
    let ways = workers.into_iter().chain([alike]);
    Some((signs.rank_wait, Remedy::of(&lead, ways)))
}

pub(super) fn long_reduction(signs: &Signs, setting: &Setting) -> Option<(f64, Remedy)> {
    if signs.reduce <= LONG_SUM {
        return None;
    }
    let lead = format!(
        "Sums of gradients take {} of the time",
        percent(signs.reduce)
    );
    let larger = Way::change(
        "train.batch",
        [1.0, 2.0].map(|factor| factor * setting.batch as f64),
    );
    let fewer = Way::words("start fewer ranks, with more cores each");
    Some((signs.reduce, Remedy::of(&lead, [larger, fewer])))
}
