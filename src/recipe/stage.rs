//! `[[stage]]`: what changes from one part of a training to the next; all else is as the main sections say.

use super::choice::choose;
use super::source::Table;
use super::{RecipeError, Source, optional, resolved};
use crate::objective::{
    Augmentation, NormKind, OBJECTIVES, ObjectiveEntry, ObjectiveSection, Over,
};
use crate::schedule::{ScheduleSection, Shape};
use serde::Deserialize;

/// A part of a training, with what it does not name taken from the main sections.
#[derive(Clone)]
pub struct StageSection {
    /// Its optimisation steps.
    pub steps: usize,
    /// `objective`: which one.
    pub objective: &'static ObjectiveEntry,
    /// `objective`.
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

/// `objective` beside its kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ObjectiveChange {
    stride: Option<usize>,
    noise: Option<f64>,
    norm: Option<NormKind>,
    norm_weight: Option<f64>,
    bundle: Option<usize>,
    augment: Option<Vec<Augmentation>>,
    steps: Option<usize>,
    over: Option<Over>,
    gradient_steps: Option<usize>,
}

/// `schedule`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScheduleChange {
    kind: Option<Shape>,
    warmup: Option<usize>,
    #[serde(rename = "final")]
    last: Option<f64>,
}

impl StageSection {
    /// The stage in words: `2000 steps, unrolled over 4, rate 2e-4`.
    pub fn describe(&self) -> String {
        let over = match self.objective.reads("steps") {
            true => format!(" over {}", self.options.num_steps()),
            false => String::new(),
        };
        let part = self
            .part
            .as_ref()
            .map_or(String::new(), |part| format!(", of `{part}` alone"));
        let (steps, kind, rate) = (self.steps, self.objective.kind, self.learning_rate);
        format!("{steps} steps, {kind}{over}, rate {rate:e}{part}")
    }

    /// Reads a stage that changes `main`.
    pub(super) fn decode(
        mut table: Table<'_>,
        main: &Self,
        source: &Source,
    ) -> Result<Self, RecipeError> {
        let mut objective = optional(&mut table, "objective", source)?;
        let kind = Some(main.objective.kind);
        let entry = choose(&mut objective, OBJECTIVES, |e| e.kind, kind, source)?;
        let change: ObjectiveChange = objective.decode(source)?;
        let schedule = optional(&mut table, "schedule", source)?;
        let schedule: ScheduleChange = schedule.decode(source)?;
        let keys: Keys = table.decode(source)?;
        Ok(Self {
            steps: keys.steps,
            objective: entry,
            options: change.of(&main.options, entry),
            learning_rate: keys.learning_rate.unwrap_or(main.learning_rate),
            schedule: ScheduleSection {
                kind: schedule.kind.unwrap_or(main.schedule.kind),
                warmup: schedule.warmup.or(main.schedule.warmup),
                last: schedule.last.unwrap_or(main.schedule.last),
            },
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
        let options = resolved::table(&self.options);
        let objective = resolved::with_kind(self.objective.kind, options);
        table.insert("objective".into(), objective.into());
        table.insert("schedule".into(), resolved::plain(&self.schedule));
        table
    }
}

impl ObjectiveChange {
    /// These options, then those of the main section that the objective reads.
    fn of(self, main: &ObjectiveSection, entry: &ObjectiveEntry) -> ObjectiveSection {
        let reads = |key: &str| entry.reads(key);
        let norm = self.norm.unwrap_or(main.norm);
        ObjectiveSection {
            stride: self.stride.unwrap_or(main.stride),
            noise: self.noise.unwrap_or(main.noise),
            norm,
            bundle: self.bundle.unwrap_or(main.bundle),
            augment: self.augment.unwrap_or_else(|| main.augment.clone()),
            norm_weight: self
                .norm_weight
                .or(main.norm_weight.filter(|_| norm != NormKind::L2)),
            steps: self.steps.or(main.steps.filter(|_| reads("steps"))),
            over: self.over.or(main.over.filter(|_| reads("over"))),
            gradient_steps: (self.gradient_steps)
                .or(main.gradient_steps.filter(|_| reads("gradient_steps"))),
        }
    }
}
