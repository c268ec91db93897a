//! Ways out of what the advice complains of: values of a recipe to change, where the recipe leaves room for them.

use super::signs::{Setting, Signs};
use crate::diagnosis::Way;
use crate::numbers::text::number;
use ondine_datasets::policy::Reads;

/// A warm-up of so many times the frames is what a simulation is spent on, ...
const LONG_WARMUP: f64 = 1.0;
/// ... until the frames are so many times the warm-up.
const MOST_FRAMES: f64 = 4.0;

/// More reads of every window, as many as fill the time that was waited.
pub(super) fn more_reads(wait: f64, signs: &Signs, setting: &Setting) -> Way {
    if setting.reads == Reads::Once {
        return reservoir("let buffer.kind = \"reservoir\" read windows again");
    }
    // What the recipe asks for, not what was read so far: a reservoir reads more in its end.
    let planned = (setting.steps * setting.batch) as f64 / signs.planned.max(1) as f64;
    let [reads, enough] = [planned, planned / (1.0 - wait)].map(number);
    let text = format!("raise buffer.reads_per_sample from {reads} to {enough}");
    Way::set("buffer.reads_per_sample", enough, text).with("train.steps", 0) // they follow
}

/// The setting for more simulations at a time: workers, where there are cores for them, or larger groups on a device, as long
/// as there are simulations for two. An automatic number needs no advice.
pub(super) fn more_workers(wait: f64, setting: &Setting) -> Option<Way> {
    if let Some(batch) = setting.device_batch {
        let more = 2 * batch;
        let text = format!(
            "raise source.batch from {batch} to {more}, which a GPU steps in little more time"
        );
        return (2 * more as u64 <= setting.simulations)
            .then(|| Way::set("source.batch", more, text));
    }
    let workers = setting.workers?;
    let needed = (workers as f64 / (1.0 - wait)).ceil() as usize;
    let possible = needed
        .max(workers + 1)
        .min(setting.cores.unwrap_or(usize::MAX));
    let text = format!("raise ensemble.workers from {workers} to {possible}, or to \"auto\"");
    (possible > workers).then(|| Way::set("ensemble.workers", possible, text))
}

/// Fewer and longer simulations, as many frames in all, where a simulation is mostly its warm-up, which gives none.
pub(super) fn longer_simulations(wait: f64, setting: &Setting) -> Option<Way> {
    let (warmup, frames) = (setting.warmup as f64, setting.frames as f64);
    if setting.frames == 0 || warmup < LONG_WARMUP * frames {
        return None;
    }
    let cost = (warmup + frames) / frames; // solved frames for one that is kept
    let bearable = cost * (1.0 - wait) - 1.0;
    let enough = if bearable > 0.0 {
        warmup / bearable
    } else {
        f64::INFINITY
    };
    let enough = enough.min(MOST_FRAMES * warmup).max(frames + 1.0).ceil();
    let simulations = (setting.simulations as f64 * frames / enough).ceil();
    let text = format!(
        "let simulations be longer and fewer, since {warmup} of {} frames of each are warm-up: time.frames = {enough} instead \
         of {frames}, ensemble.simulations = {simulations} instead of {}",
        warmup + frames,
        setting.simulations
    );
    let way = Way::set("time.frames", enough, text).with("ensemble.simulations", simulations);
    Some(follow(setting, way))
}

/// A way that changes the number of windows: where the recipe asks for reads, steps follow.
pub(super) fn follow(setting: &Setting, way: Way) -> Way {
    match setting.asked {
        Some(_) => way.with("train.steps", 0),
        None => way,
    }
}

/// A reservoir, which reads windows again and mixes them.
pub(super) fn reservoir(text: &str) -> Way {
    Way::set("buffer.kind", "\"reservoir\"", text)
}

/// More room, as far as there are windows for it.
pub(super) fn more_room(wanted: f64, signs: &Signs, setting: &Setting) -> Option<Way> {
    let now = setting.capacity as f64;
    let wanted = wanted.min(signs.planned as f64);
    (wanted > now).then(|| Way::change("buffer.capacity", [now, wanted]))
}

/// A reservoir where windows are read once, and more room where the buffer keeps them already.
pub(super) fn reservoir_or_room(wanted: f64, signs: &Signs, setting: &Setting) -> Option<Way> {
    match setting.reads {
        Reads::Once => Some(reservoir("use buffer.kind = \"reservoir\"")),
        Reads::Many | Reads::Chance => more_room(wanted, signs, setting),
    }
}

/// More and shorter simulations, unless warm-up is what they are made of.
pub(super) fn shorter_simulations(setting: &Setting) -> Option<Way> {
    let (frames, half) = (setting.frames, setting.frames.div_ceil(2));
    let [now, twice] = [setting.simulations, 2 * setting.simulations];
    let text = format!(
        "shorten trajectories (time.frames = {half} instead of {frames}, ensemble.simulations = {twice} instead of {now})"
    );
    let way = Way::set("time.frames", half, text).with("ensemble.simulations", twice);
    (half < frames && setting.warmup < frames).then(|| follow(setting, way))
}
