//! `[[stage]]`: what changes from one part of a training to the next; all else is as the main sections say.

use super::objective::{self, Objective};
use super::root::optional;
use super::table::Table;
use super::{RecipeError, Source, resolved};
use crate::objective::ObjectiveSection;
use crate::schedule::{ScheduleSection, Shape};
use serde::Deserialize;

/// A part of a training, with what it does not name taken from the main sections.
#[derive(Clone)]
pub struct StageSection {
    /// Its optimisation steps.
    pub steps: usize,
    /// `objective`: which one, with its options.
    pub objective: Objective,
    /// `objective`: the keys that every objective has.
    pub options: ObjectiveSection,
    /// Largest learning rate.
    pub learning_rate: f64,
    /// Learning rates over its steps.
    pub schedule: ScheduleSection,
    /// The part of the network that learns, by the beginning of its name; all of it if absent.
    pub part: Option<String>,
}

/// The plain keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    steps: usize,
    learning_rate: Option<f64>,
    part: Option<String>,
}

/// `schedule`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScheduleChange {
    kind: Option<Shape>,
    warmup: Option<usize>,
    #[serde(rename = "final")]
    last: Option<f64>,
    from: Option<String>,
    rates: Option<Vec<f64>>,
}

impl ScheduleChange {
    /// The schedule of a stage that changes `main`; the rates of a refined one are of no other shape, nor of another run.
    fn of(self, main: &ScheduleSection) -> ScheduleSection {
        let kind = self.kind.unwrap_or(main.kind);
        let own = self.from.is_some() || self.rates.is_some();
        let main_rates = (kind == Shape::Refined && !own).then_some(main);
        ScheduleSection {
            kind,
            warmup: self.warmup.or(main.warmup),
            last: self.last.unwrap_or(main.last),
            from: self.from.or(main_rates.and_then(|main| main.from.clone())),
            rates: self
                .rates
                .or(main_rates.and_then(|main| main.rates.clone())),
        }
    }
}

impl StageSection {
    /// The stage in words: `2000 steps, unrolled over 4, rate 2e-4`.
    pub fn describe(&self) -> String {
        let over = if self.objective.entry.reads("steps") {
            format!(" over {}", self.objective.options.num_steps())
        } else {
            String::new()
        };
        let part = self
            .part
            .as_ref()
            .map_or(String::new(), |part| format!(", of `{part}` alone"));
        let (steps, kind, rate) = (self.steps, self.objective.entry.kind, self.learning_rate);
        format!("{steps} steps, {kind}{over}, rate {rate:e}{part}")
    }

    /// Reads a stage that changes `main`.
    pub(super) fn decode<'i>(
        mut table: Table<'i>,
        main: &Self,
        list: &objective::Objectives<'i>,
        source: &Source,
    ) -> Result<Self, RecipeError> {
        let objective = optional(&mut table, "objective", source)?;
        let (objective, options) = list.changed(objective, main.objective.entry.kind, source)?;
        let schedule = optional(&mut table, "schedule", source)?;
        let schedule: ScheduleChange = schedule.decode(source)?;
        let keys: Keys = table.decode(source)?;
        Ok(Self {
            steps: keys.steps,
            objective,
            options,
            learning_rate: keys.learning_rate.unwrap_or(main.learning_rate),
            schedule: schedule.of(&main.schedule),
            part: keys.part,
        })
    }

    /// The stage with nothing left to defaults.
    pub(super) fn resolved(&self) -> toml::Table {
        let mut table = toml::Table::new();
        table.insert("steps".into(), (self.steps as i64).into());
        table.insert("learning_rate".into(), self.learning_rate.into());
        if let Some(part) = &self.part {
            table.insert("part".into(), part.clone().into());
        }
        let objective = self.objective.resolved(&self.options);
        table.insert("objective".into(), objective.into());
        table.insert("schedule".into(), resolved::plain(&self.schedule));
        table
    }
}
