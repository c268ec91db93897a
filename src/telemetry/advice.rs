//! What to change about a stream: one list of rules, for the terminal while a training runs and for its report.

use super::Reading;
use super::signs::{Setting, Signs};
use crate::diagnosis::words::number;
use crate::recipe::Workers;
use ondine_datasets::policy::Reads;
use std::collections::BTreeMap;

/// Fewer lines of metrics than this say nothing.
const FEWEST_LINES: usize = 5;
/// Lines that advice during a training is based on.
const RECENT_LINES: usize = 20;
/// A rule speaks again when it got worse by this factor.
const WORSE: f64 = 2.0;

/// The trainer waits more than this share of its time.
const LONG_WAIT: f64 = 0.05;
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

/// A sentence that says what to change.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// Name of the rule.
    pub rule: &'static str,
    /// How bad it is; comparable within a rule.
    pub severity: f64,
    /// The sentence, with the measured number.
    pub text: String,
}

/// One condition with what to do about it.
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// Whether it makes sense where the windows come from a file.
    pub offline: bool,
    /// How bad it is and what to say, where it applies.
    pub judge: fn(&Signs, &Setting) -> Option<(f64, String)>,
}

/// Every rule.
pub const RULES: &[Rule] = &[
    Rule {
        name: "trainer_waits",
        offline: true,
        judge: trainer_waits,
    },
    Rule {
        name: "solvers_idle",
        offline: false,
        judge: solvers_idle,
    },
    Rule {
        name: "few_simulations",
        offline: false,
        judge: few_simulations,
    },
    Rule {
        name: "time_order",
        offline: false,
        judge: time_order,
    },
    Rule {
        name: "off_prior",
        offline: false,
        judge: off_prior,
    },
    Rule {
        name: "dropped_unread",
        offline: false,
        judge: dropped_unread,
    },
    Rule {
        name: "never_read",
        offline: true,
        judge: never_read,
    },
    Rule {
        name: "large_buffer",
        offline: false,
        judge: large_buffer,
    },
];

/// What the lines of a training so far advise: the last half of those at which windows still arrived counts, of a
/// training from a file the last half of all.
pub fn advise(setting: &Setting, lines: &[Reading]) -> Vec<Advice> {
    let offline = setting.memory.is_some();
    let arriving = |line: &&Reading| offline || line.windows_arrived < line.windows_planned;
    let lines: Vec<&Reading> = lines.iter().filter(arriving).collect();
    match lines.len() < FEWEST_LINES {
        true => Vec::new(),
        false => judge(setting, &lines[lines.len() / 2..]),
    }
}

fn judge(setting: &Setting, lines: &[&Reading]) -> Vec<Advice> {
    let Some(signs) = Signs::of(lines) else {
        return Vec::new();
    };
    let rules = RULES
        .iter()
        .filter(|rule| rule.offline || setting.memory.is_none());
    let spoken = rules.filter_map(|rule| {
        let (severity, text) = (rule.judge)(&signs, setting)?;
        Some(Advice {
            rule: rule.name,
            severity,
            text,
        })
    });
    spoken.collect()
}

/// Gives advice while a training runs: every rule once, and again when it got clearly worse.
pub struct Advisor {
    setting: Setting,
    lines: Vec<Reading>,
    said: BTreeMap<&'static str, f64>,
}

impl Advisor {
    /// An advisor that has said nothing.
    pub fn new(setting: Setting) -> Self {
        Self {
            setting,
            lines: Vec::new(),
            said: BTreeMap::new(),
        }
    }

    /// Hears a line and says what is new.
    pub fn hear(&mut self, line: &Reading) -> Vec<Advice> {
        self.lines.push(line.clone());
        if self.lines.len() > 2 * RECENT_LINES {
            self.lines.remove(0);
        }
        let mut advice = match self.lines.len() < RECENT_LINES {
            true => Vec::new(),
            false => advise(&self.setting, &self.lines),
        };
        advice.retain(|new| {
            let said = self.said.get(new.rule);
            said.is_none_or(|severity| new.severity >= WORSE * severity)
        });
        self.said
            .extend(advice.iter().map(|new| (new.rule, new.severity)));
        advice
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

fn trainer_waits(signs: &Signs, setting: &Setting) -> Option<(f64, String)> {
    let wait = signs.trainer_wait.min(0.99);
    if wait <= LONG_WAIT {
        return None;
    }
    if let Some(memory) = setting.memory {
        let text = format!(
            "The trainer waits {} of the time for the file: raise data.memory, now {memory} MiB, so that more of it is held.",
            percent(wait)
        );
        return Some((wait, text));
    }
    let mut ways: Vec<String> = more_workers(wait, setting).into_iter().collect();
    // What the recipe asks for, not what was read so far: a reservoir reads more in its end.
    let planned = (setting.steps * setting.batch) as f64 / signs.planned.max(1) as f64;
    let [reads, enough] = [planned, planned / (1.0 - wait)].map(number);
    ways.push(match setting.reads {
        Reads::Once => "let buffer.kind = \"reservoir\" read windows again".to_owned(),
        Reads::Many | Reads::Chance => {
            format!("raise buffer.reads_per_sample from {reads} to {enough}")
        }
    });
    let all = match setting.workers {
        Workers::Auto => format!(" with {} automatic workers", signs.workers),
        Workers::Fixed(_) => String::new(),
    };
    let text = format!(
        "The trainer waits {} of the time{all}: {}.",
        percent(wait),
        ways.join(" or ")
    );
    Some((wait, text))
}

/// What to write for more workers, where there are cores for them. An automatic number needs no advice.
fn more_workers(wait: f64, setting: &Setting) -> Option<String> {
    let Workers::Fixed(workers) = setting.workers else {
        return None;
    };
    let needed = (workers as f64 / (1.0 - wait)).ceil() as usize;
    let possible = needed
        .max(workers + 1)
        .min(setting.cores.unwrap_or(usize::MAX));
    (possible > workers)
        .then(|| format!("raise ensemble.workers from {workers} to {possible}, or to \"auto\","))
}

fn solvers_idle(signs: &Signs, setting: &Setting) -> Option<(f64, String)> {
    let idle = signs.solver_wait > IDLE && signs.trainer_wait <= LONG_WAIT;
    if !idle || signs.reads <= MANY_READS {
        return None;
    }
    let more = (IDLE / (1.0 - signs.solver_wait).max(1e-3)).min(signs.reads);
    let text = format!(
        "The solvers wait {} of the time while every window is read {:.1} times: there is time for \
         ensemble.simulations = {} instead of {}.",
        percent(signs.solver_wait),
        signs.reads,
        (more * setting.simulations as f64) as u64,
        setting.simulations
    );
    Some((signs.solver_wait, text))
}

fn few_simulations(signs: &Signs, setting: &Setting) -> Option<(f64, String)> {
    let possible = (setting.batch as f64).min(setting.simulations as f64);
    let found = signs.batch_simulations;
    if found >= FEW * possible {
        return None;
    }
    let capacity = (0.5 * possible / found.max(1.0) * setting.capacity as f64).ceil();
    let remedy = match setting.reads {
        Reads::Once => "use buffer.kind = \"reservoir\"".to_owned(),
        Reads::Many | Reads::Chance => {
            format!(
                "raise buffer.capacity from {} to {capacity}",
                setting.capacity
            )
        }
    };
    let text = format!(
        "A batch of {} has windows of {found:.1} simulations in effect: {remedy}, or shorten trajectories \
         (time.frames).",
        setting.batch
    );
    Some((possible / found.max(1.0), text))
}

fn time_order(signs: &Signs, setting: &Setting) -> Option<(f64, String)> {
    let correlation = signs.time_correlation.filter(|found| *found > FOLLOWS)?;
    let remedy = match setting.reads {
        Reads::Once => "use buffer.kind = \"reservoir\"".to_owned(),
        Reads::Many | Reads::Chance => {
            format!("raise buffer.capacity, now {}", setting.capacity)
        }
    };
    let text = format!(
        "Batches go through trajectories in the order of time (correlation {correlation:.2}): {remedy}."
    );
    Some((correlation, text))
}

fn off_prior(signs: &Signs, setting: &Setting) -> Option<(f64, String)> {
    let (distance, name) = signs.prior_distance.as_ref()?;
    let root = signs.effective_simulations.max(1.0).sqrt();
    if setting.adaptive || *distance <= NO_CHANCE / root {
        return None;
    }
    let text = format!(
        "`{name}` of the windows held lies {distance:.2} from its prior (Kolmogorov-Smirnov), where chance explains \
         {:.2}: raise buffer.capacity, now {}, or use buffer.kind = \"uniform_reservoir\".",
        CHANCE / root,
        setting.capacity
    );
    Some((distance * root, text))
}

fn dropped_unread(signs: &Signs, setting: &Setting) -> Option<(f64, String)> {
    if signs.dropped <= LOST {
        return None;
    }
    let text = format!(
        "{} of the windows were dropped before they were read: raise buffer.capacity, now {}, or use buffer.kind = \
         \"reservoir\".",
        percent(signs.dropped),
        setting.capacity
    );
    Some((signs.dropped, text))
}

fn never_read(signs: &Signs, setting: &Setting) -> Option<(f64, String)> {
    let (reads, windows) = ((setting.steps * setting.batch) as f64, signs.planned as f64);
    if reads > (1.0 - LOST) * windows {
        return None;
    }
    let text = format!(
        "Training reads {reads} of {windows} windows: raise train.steps from {} to {} or lower ensemble.simulations from \
         {} to {}.",
        setting.steps,
        (windows / setting.batch.max(1) as f64).ceil(),
        setting.simulations,
        (reads / windows * setting.simulations as f64).ceil()
    );
    Some((windows / reads.max(1.0), text))
}

fn large_buffer(signs: &Signs, setting: &Setting) -> Option<(f64, String)> {
    if setting.capacity as u64 <= signs.planned {
        return None;
    }
    let text = format!(
        "buffer.capacity = {} lies above the {} windows of all simulations: {} would do, or there is room for more \
         simulations.",
        setting.capacity, signs.planned, signs.planned
    );
    Some((setting.capacity as f64, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn setting() -> Setting {
        Setting {
            workers: Workers::Fixed(2),
            cores: Some(8),
            batch: 32,
            steps: 1000,
            capacity: 5000,
            simulations: 100,
            reads: Reads::Many,
            adaptive: false,
            memory: None,
        }
    }

    /// A training half done, in good order.
    fn good() -> Vec<Reading> {
        let line = |i: u32| Reading {
            training_s: f64::from(i),
            trainer_wait: 0.01,
            solver_wait_recent: 0.5,
            buffer_effective_simulations: 100.0,
            windows_arrived: u64::from(i),
            windows_planned: 10_000,
            reads_per_window: 3.2,
            batch_simulations: 28.0,
            time_correlation: Some(0.05),
            prior_distance: Some(0.1),
            prior_distance_of: Some("viscosity".into()),
            ..Reading::default()
        };
        (1..=40).map(line).collect()
    }

    fn bad(change: impl Fn(&mut Reading)) -> Vec<Reading> {
        let mut lines = good();
        lines.iter_mut().for_each(change);
        lines
    }

    #[test]
    fn a_stream_in_order_needs_no_advice() {
        assert_eq!(advise(&setting(), &good()), []);
        assert_eq!(advise(&setting(), &good()[..FEWEST_LINES - 1]), []);
    }

    #[test]
    fn every_rule_speaks_alone_with_its_number_and_its_remedy() {
        let same = setting;
        let cases: [(&str, Vec<Reading>, Setting, &[&str]); 10] = [
            (
                "trainer_waits",
                bad(|line| line.trainer_wait = 0.41),
                same(),
                &[
                    "41 %",
                    "workers from 2 to 4, or to \"auto\", or",
                    "from 3.2 to 5.4",
                ],
            ),
            (
                "trainer_waits",
                bad(|line| (line.trainer_wait, line.workers_active) = (0.41, 8)),
                Setting {
                    workers: Workers::Auto,
                    ..same()
                },
                &[
                    "41 % of the time with 8 automatic workers: raise buffer.reads_per_sample from 3.2",
                ],
            ),
            (
                "trainer_waits",
                bad(|line| line.trainer_wait = 0.41),
                Setting {
                    cores: Some(2),
                    reads: Reads::Once,
                    ..same()
                },
                &["41 % of the time: let buffer.kind = \"reservoir\""],
            ),
            (
                "solvers_idle",
                bad(|line| line.solver_wait_recent = 0.97),
                same(),
                &["97 %", "3.2 times", "= 320 instead of 100"],
            ),
            (
                "few_simulations",
                bad(|line| line.batch_simulations = 4.0),
                same(),
                &["batch of 32", "4.0 simulations", "from 5000 to 20000"],
            ),
            (
                "time_order",
                bad(|line| line.time_correlation = Some(0.93)),
                same(),
                &["correlation 0.93", "now 5000"],
            ),
            (
                "off_prior",
                bad(|line| line.prior_distance = Some(0.3)),
                same(),
                &["`viscosity`", "0.30", "0.14", "now 5000"],
            ),
            (
                "dropped_unread",
                bad(|line| line.windows_dropped = line.windows_arrived / 4),
                same(),
                &["% of the windows were dropped", "\"reservoir\""],
            ),
            (
                "never_read",
                good(),
                Setting {
                    steps: 200,
                    ..same()
                },
                &["6400 of 10000", "from 200 to 313", "from 100 to 64"],
            ),
            (
                "large_buffer",
                good(),
                Setting {
                    capacity: 20_000,
                    ..same()
                },
                &["20000", "10000 would do"],
            ),
        ];
        let mut spoken = BTreeSet::new();
        for (rule, lines, setting, parts) in cases {
            spoken.insert(rule);
            let advice = advise(&setting, &lines);
            let rules: Vec<&str> = advice.iter().map(|one| one.rule).collect();
            assert_eq!(rules, [rule], "{advice:?}");
            for part in parts {
                assert!(
                    advice[0].text.contains(part),
                    "`{part}`: {}",
                    advice[0].text
                );
            }
        }
        let rules: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(spoken, rules, "each has a case here");
    }

    #[test]
    fn a_training_from_a_file_is_told_of_memory_and_of_nothing_that_it_has_not() {
        let mut lines = bad(|line| line.trainer_wait = 0.41);
        for line in &mut lines {
            line.windows_arrived = line.windows_planned;
            line.prior_distance = Some(0.9);
        }
        let setting = Setting {
            memory: Some(512),
            ..setting()
        };
        let advice = advise(&setting, &lines);
        assert_eq!(advice.len(), 1, "{advice:?}");
        assert!(
            advice[0].text.contains("data.memory, now 512 MiB"),
            "{advice:?}"
        );
    }

    #[test]
    fn lines_after_the_last_window_has_arrived_do_not_count() {
        let mut lines = bad(|line| line.trainer_wait = 0.41);
        lines.extend((41..=200).map(|i| Reading {
            training_s: f64::from(i),
            trainer_wait: 0.41 * 40.0 / f64::from(i), // no waiting any more
            windows_arrived: 10_000,
            batch_simulations: 28.0,
            windows_planned: 10_000,
            reads_per_window: 3.2,
            ..Reading::default()
        }));
        let advice = advise(&setting(), &lines);
        assert!(advice[0].text.contains("41 %"), "{advice:?}");
    }

    #[test]
    fn an_advisor_repeats_itself_only_when_it_got_clearly_worse() {
        let mut advisor = Advisor::new(setting());
        let mut spoken = Vec::new();
        for (wait, lines) in [(0.01, 30), (0.10, 40), (0.12, 40), (0.5, 60)] {
            for _ in 0..lines {
                let line = &mut good()[0];
                line.training_s = 0.0; // no difference: lines weigh alike
                line.trainer_wait_recent = wait;
                spoken.extend(advisor.hear(line).into_iter().map(|new| new.severity));
            }
        }
        assert!((2..=4).contains(&spoken.len()), "{spoken:?}");
        assert!(spoken.is_sorted() && spoken[0] > LONG_WAIT, "{spoken:?}");
        assert!(advisor.lines.len() <= 2 * RECENT_LINES);
    }
}
