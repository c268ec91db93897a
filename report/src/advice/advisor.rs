//! Advice about a stream, for the terminal while a training runs and for its report.

use super::rules::{RULES, Rule};
use super::signs::{Setting, Signs};
use crate::diagnosis::{Changes, Remedy, Takes};
use crate::files::Reading;
use std::collections::BTreeMap;

/// Fewer lines of metrics than this say nothing.
const FEWEST_LINES: usize = 5;
/// Lines that advice during a training is based on.
const RECENT_LINES: usize = 20;
/// Share of the windows that have arrived before waits and draws are judged: the buffer fills first, and workers are found.
const SETTLED: f64 = 0.2;
/// A rule speaks again when it got worse by this factor.
const WORSE: f64 = 2.0;

/// A sentence that says what to change.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// Name of the rule.
    pub rule: &'static str,
    /// Severity, comparable within a rule.
    pub severity: f64,
    /// The sentence, with the measured number.
    pub text: String,
    /// The same as keys of the recipe with the values to write, as TOML: a way that would help each.
    pub changes: Vec<Changes>,
    /// Whether it follows from the recipe alone, whatever happens in the training.
    pub foreseen: bool,
}

/// The advice from the lines of a training so far: the last half of those at which windows still arrived counts, of a
/// training from a file the last half of all. Advice that the recipe does not take is left out, where `takes` knows it.
pub fn advise(setting: &Setting, lines: &[Reading], takes: Option<&Takes<'_>>) -> Vec<Advice> {
    let found = found(setting, lines).into_iter();
    found.filter_map(|found| found.open_to(takes)).collect()
}

/// A rule that applies.
struct Found {
    rule: &'static Rule,
    severity: f64,
    remedy: Remedy,
}

impl Found {
    /// The advice, if there is a way.
    fn open_to(self, takes: Option<&Takes<'_>>) -> Option<Advice> {
        let remedy = self.remedy.open_to(takes);
        (!remedy.is_empty()).then(|| Advice {
            rule: self.rule.name,
            severity: self.severity,
            text: remedy.text(),
            changes: remedy.changes(),
            foreseen: self.rule.foreseen,
        })
    }
}

fn found(setting: &Setting, lines: &[Reading]) -> Vec<Found> {
    let offline = setting.memory.is_some();
    let arriving = |line: &&Reading| offline || line.windows_arrived < line.windows_planned;
    let lines: Vec<&Reading> = lines.iter().filter(arriving).collect();
    let enough = lines.len() >= FEWEST_LINES;
    let Some(signs) = Signs::of(&lines[lines.len() / 2..]).filter(|_| enough) else {
        return Vec::new();
    };
    let rules = RULES.iter().filter(|rule| rule.offline || !offline);
    let spoken = rules.filter_map(|rule| {
        let (severity, remedy) = (rule.judge)(&signs, setting)?;
        Some(Found {
            rule,
            severity,
            remedy,
        })
    });
    spoken.collect()
}

/// Gives advice while a training runs: every rule once, and again when it got clearly worse.
pub struct Advisor {
    setting: Setting,
    takes: Option<Box<Takes<'static>>>,
    lines: Vec<Reading>,
    said: BTreeMap<&'static str, f64>,
}

impl Advisor {
    /// An advisor that has said nothing, of a training whose recipe takes what `takes` says.
    pub fn new(setting: Setting, takes: Option<Box<Takes<'static>>>) -> Self {
        Self {
            setting,
            takes,
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
        let mut found = if self.lines.len() < RECENT_LINES {
            Vec::new()
        } else {
            found(&self.setting, &self.lines)
        };
        let settling = self.setting.memory.is_none()
            && (line.windows_arrived as f64) < SETTLED * line.windows_planned as f64;
        found.retain(|new| {
            let said = self.said.get(new.rule.name);
            let is_new = said.is_none_or(|severity| new.severity >= WORSE * severity);
            is_new && (new.rule.foreseen || !settling)
        });
        let said = found.iter().map(|new| (new.rule.name, new.severity));
        self.said.extend(said);
        let takes = self.takes.as_deref();
        let found = found.into_iter();
        found.filter_map(|found| found.open_to(takes)).collect()
    }
}

#[cfg(test)]
mod tests;
