//! The rules of advice about a stream: one list, with what each takes for too much and what to do about it.

use super::ranks::{long_reduction, ranks_apart};
use super::signs::{Setting, Signs};
use super::ways::{
    follow, longer_simulations, more_reads, more_room, more_workers, reservoir, reservoir_or_room,
    shorter_simulations,
};
use crate::diagnosis::{Remedy, Way};
use crate::numbers::text::percent;

/// The trainer waits more than this share of its time.
pub(super) const LONG_WAIT: f64 = 0.05;
/// Solvers that wait more than this share of their time have time to spare, ...
const IDLE: f64 = 0.9;
/// ... which is of use where windows are read more often than this.
const MANY_READS: f64 = 2.0;
/// Fewer simulations than this share of what a batch could hold.
const FEW: f64 = 0.25;
/// Times of batches that follow each other: over four standard deviations of chance.
const FOLLOWS: f64 = 0.4;
/// Kolmogorov–Smirnov distance times the root of the number of simulations that chance reaches once in 20 times, ...
const CHANCE: f64 = 1.36;
/// ... and once in 1000 times.
const NO_CHANCE: f64 = 1.95;
/// Share of the windows that is lost unread.
const LOST: f64 = 0.01;

/// One condition with what to do about it.
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// The condition in words.
    pub summary: &'static str,
    /// Whether it makes sense where the windows come from a file.
    pub offline: bool,
    /// Whether it follows from numbers of the recipe alone.
    pub foreseen: bool,
    /// Severity and remedy, where the rule applies.
    pub judge: fn(&Signs, &Setting) -> Option<(f64, Remedy)>,
}

/// Every rule.
pub const RULES: &[Rule] = &[
    Rule {
        name: "trainer_waits",
        summary: "the trainer waits more than 5 % of the time",
        offline: true,
        foreseen: false,
        judge: trainer_waits,
    },
    Rule {
        name: "ranks_apart",
        summary: "ranks wait for each other more than 15 % of the time",
        offline: true,
        foreseen: false,
        judge: ranks_apart,
    },
    Rule {
        name: "long_reduction",
        summary: "sums of the gradients of ranks take more than 25 % of the time",
        offline: true,
        foreseen: false,
        judge: long_reduction,
    },
    Rule {
        name: "solvers_idle",
        summary: "the solvers wait more than 90 % of the time, the trainer does not, and windows are read more \
                  than twice",
        offline: false,
        foreseen: false,
        judge: solvers_idle,
    },
    Rule {
        name: "few_simulations",
        summary: "the effective number of simulations in a batch is below a quarter of the batch size",
        offline: false,
        foreseen: false,
        judge: few_simulations,
    },
    Rule {
        name: "time_order",
        summary: "the mean times of consecutive batches correlate by more than 0.4",
        offline: false,
        foreseen: false,
        judge: time_order,
    },
    Rule {
        name: "off_prior",
        summary: "the Kolmogorov–Smirnov distance of a drawn quantity from its prior exceeds 1.95/√n for n \
                  effective simulations, by chance once in 1000 times",
        offline: false,
        foreseen: false,
        judge: off_prior,
    },
    Rule {
        name: "dropped_unread",
        summary: "more than 1 % of the windows are dropped unread",
        offline: false,
        foreseen: false,
        judge: dropped_unread,
    },
    Rule {
        name: "never_read",
        summary: "more than 1 % of the windows are more than the training reads",
        offline: true,
        foreseen: true,
        judge: never_read,
    },
    Rule {
        name: "large_buffer",
        summary: "the buffer has room for more windows than all simulations give",
        offline: false,
        foreseen: true,
        judge: large_buffer,
    },
];

fn trainer_waits(signs: &Signs, setting: &Setting) -> Option<(f64, Remedy)> {
    let wait = signs.trainer_wait.min(0.99);
    if wait <= LONG_WAIT {
        return None;
    }
    if let Some(memory) = setting.memory {
        if setting.held_whole {
            return None; // no more of it can be held
        }
        let lead = format!(
            "The trainer waits {} of the time for the file",
            percent(wait)
        );
        let text = format!("raise data.memory, now {memory} MiB, so that more of it is held");
        return Some((
            wait,
            Remedy::of(&lead, [Way::set("data.memory", 2 * memory, text)]),
        ));
    }
    let all = match setting.workers {
        None => format!(" with {} automatic workers", signs.workers),
        Some(_) => String::new(),
    };
    let lead = format!("The trainer waits {} of the time{all}", percent(wait));
    let ways = [
        more_workers(wait, setting),
        longer_simulations(wait, setting),
    ];
    let reads = more_reads(wait, signs, setting);
    let ways = ways.into_iter().flatten().chain([reads]);
    Some((wait, Remedy::of(&lead, ways)))
}

fn solvers_idle(signs: &Signs, setting: &Setting) -> Option<(f64, Remedy)> {
    let idle = signs.solver_wait > IDLE && signs.trainer_wait <= LONG_WAIT;
    if !idle || signs.reads <= MANY_READS {
        return None;
    }
    let more = (IDLE / (1.0 - signs.solver_wait).max(1e-3)).min(signs.reads);
    let more = (more * setting.simulations as f64) as u64;
    let lead = format!(
        "The solvers wait {} of the time while every window is read {:.1} times",
        percent(signs.solver_wait),
        signs.reads
    );
    let now = setting.simulations;
    let text = format!("there is time for ensemble.simulations = {more} instead of {now}");
    let way = follow(setting, Way::set("ensemble.simulations", more, text));
    Some((signs.solver_wait, Remedy::of(&lead, [way])))
}

fn few_simulations(signs: &Signs, setting: &Setting) -> Option<(f64, Remedy)> {
    let possible = (setting.batch as f64).min(setting.simulations as f64);
    let found = signs.batch_simulations;
    if found >= FEW * possible {
        return None;
    }
    let capacity = (0.5 * possible / found.max(1.0) * setting.capacity as f64).ceil();
    let first = reservoir_or_room(capacity, signs, setting);
    let lead = format!(
        "A batch of {} has windows of {found:.1} simulations in effect",
        setting.batch
    );
    let ways = first.into_iter().chain(shorter_simulations(setting));
    Some((possible / found.max(1.0), Remedy::of(&lead, ways)))
}

fn time_order(signs: &Signs, setting: &Setting) -> Option<(f64, Remedy)> {
    let correlation = signs.time_correlation.filter(|found| *found > FOLLOWS)?;
    let way = reservoir_or_room(2.0 * setting.capacity as f64, signs, setting);
    let lead = format!(
        "Batches go through trajectories in the order of time (correlation {correlation:.2})"
    );
    Some((correlation, Remedy::of(&lead, way)))
}

fn off_prior(signs: &Signs, setting: &Setting) -> Option<(f64, Remedy)> {
    let (distance, name) = signs.prior_distance.as_ref()?;
    let root = signs.effective_simulations.max(1.0).sqrt();
    if setting.adaptive || *distance <= NO_CHANCE / root {
        return None;
    }
    let lead = format!(
        "`{name}` of the windows held lies {distance:.2} from its prior (Kolmogorov-Smirnov), where chance explains {:.2}",
        CHANCE / root
    );
    let kind = "buffer.kind";
    let text = format!("use {kind} = \"uniform_reservoir\"");
    let uniform = Way::set(kind, "\"uniform_reservoir\"", text);
    let uniform = (setting.kind != "uniform_reservoir").then_some(uniform);
    let room = more_room(2.0 * setting.capacity as f64, signs, setting);
    let ways = room.into_iter().chain(uniform);
    Some((distance * root, Remedy::of(&lead, ways)))
}

fn dropped_unread(signs: &Signs, setting: &Setting) -> Option<(f64, Remedy)> {
    if signs.dropped <= LOST {
        return None;
    }
    let lead = format!(
        "{} of the windows were dropped before they were read",
        percent(signs.dropped)
    );
    let keeps = reservoir("use buffer.kind = \"reservoir\"");
    let keeps = (setting.kind != "reservoir").then_some(keeps);
    let room = more_room(2.0 * setting.capacity as f64, signs, setting);
    let ways = room.into_iter().chain(keeps);
    Some((signs.dropped, Remedy::of(&lead, ways)))
}

fn never_read(signs: &Signs, setting: &Setting) -> Option<(f64, Remedy)> {
    let (reads, windows) = ((setting.steps * setting.batch) as f64, signs.planned as f64);
    if reads > (1.0 - LOST) * windows {
        return None;
    }
    let steps = (windows / setting.batch.max(1) as f64).ceil();
    let more = match setting.asked {
        Some(asked) => Way::change("buffer.reads_per_sample", [asked, 1.0]).with("train.steps", 0),
        None => Way::change("train.steps", [setting.steps as f64, steps]),
    };
    let now = setting.simulations as f64;
    let fewer = (reads / windows * now).ceil();
    let fewer = Way::change("ensemble.simulations", [now, fewer]);
    let fewer = setting.asked.is_none().then_some(fewer); // so many reads a simulation were asked for
    let fewer = fewer.filter(|_| setting.memory.is_none()); // those of a file are what they are
    let lead = format!("Training reads {reads} of {windows} windows");
    let ways = [more].into_iter().chain(fewer);
    Some((windows / reads.max(1.0), Remedy::of(&lead, ways)))
}

fn large_buffer(signs: &Signs, setting: &Setting) -> Option<(f64, Remedy)> {
    if setting.capacity as u64 <= signs.planned {
        return None;
    }
    let lead = format!(
        "buffer.capacity = {} lies above the {} windows of all simulations",
        setting.capacity, signs.planned
    );
    let less = Way::set(
        "buffer.capacity",
        signs.planned,
        format!("{} would do", signs.planned),
    );
    let more = Way::words("there is room for more simulations");
    Some((setting.capacity as f64, Remedy::of(&lead, [less, more])))
}
