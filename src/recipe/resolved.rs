//! A recipe with every default filled in, and its text as a run keeps it.

use super::{ChosenBy, Coupled, Posed, Priors, ProblemSection, Recipe};
use ondine_solvers::{EquationEntry, Parameter};
use serde::Serialize;
use std::ops::Deref;
use toml::{Table, Value};

/// A recipe that was checked, with every default filled in. It is read as a [`Recipe`].
#[derive(Clone)]
pub struct Resolved(Recipe);

impl Deref for Resolved {
    type Target = Recipe;

    fn deref(&self) -> &Recipe {
        &self.0
    }
}

impl Resolved {
    pub(crate) fn new(settled: Recipe) -> Self {
        Self(settled)
    }

    /// The recipe as TOML with nothing left to defaults; reading it gives the same experiment. Sections that only
    /// training needs stay missing.
    ///
    /// # Panics
    /// Never: every section is plain data.
    pub fn text(&self) -> String {
        self.0.text()
    }
}

impl Recipe {
    /// The recipe as TOML, with the defaults that are known before it is checked.
    pub(crate) fn text(&self) -> String {
        let mut root = Table::new();
        root.insert("name".into(), self.name.clone().into());
        root.insert("seed".into(), Value::Integer(self.seed as i64));
        if let Some(deterministic) = self.deterministic {
            root.insert("deterministic".into(), deterministic.into());
        }
        if let Some(data) = self.file() {
            root.insert("data".into(), Value::Table(table(data)));
        }
        let elsewhere = self.trajectories.device_batch().is_some();
        if elsewhere || matches!(self.posed, Posed::Problem(_)) {
            let source = with_kind(self.trajectories.kind(), self.trajectories.options());
            root.insert("source".into(), Value::Table(source));
        }
        let sections = [
            self.posed_section(),
            ("grid", table(&self.grid)),
            ("time", self.time_table()),
            (
                "initial",
                with_kind(self.initial.entry.kind, self.initial.options.options()),
            ),
            ("ensemble", self.ensemble_table()),
            ("buffer", self.buffer_table()),
            ("model", self.model_table()),
            (
                "objective",
                self.objective.resolved(&self.objective_section),
            ),
            ("train", self.train_table()),
            ("evaluate", self.evaluate_table()),
        ];
        let own_initial = self
            .equation()
            .is_none_or(|entry| entry.own_initial.is_some());
        let absent = |name: &str| self.missing.contains(&name) || name == "initial" && own_initial;
        let there = sections.into_iter().filter(|(name, _)| !absent(name));
        for (name, section) in there {
            root.insert(name.into(), Value::Table(section));
        }
        if !self.stages.is_empty() {
            let stages = self.stages.iter().map(|stage| stage.resolved().into());
            root.insert("stage".into(), Value::Array(stages.collect()));
        }
        toml::to_string(&root).expect("plain data is valid TOML")
    }

    /// `[equation]` or `[problem]`.
    fn posed_section(&self) -> (&'static str, Table) {
        match &self.posed {
            Posed::Equation(entry) => {
                let mut parameters = self.parameter_table(entry);
                if let Some(reconstruction) = entry.reconstruction.filter(|name| *name != "muscl") {
                    parameters.insert("reconstruction".into(), reconstruction.into());
                }
                ("equation", with_kind(entry.kind, parameters))
            }
            Posed::Problem(posed) => {
                let names = posed.conditions.iter().cloned();
                let conditions = names.zip(self.parameters.iter().cloned());
                let section = ProblemSection {
                    name: Some(posed.name.clone()),
                    fields: posed.fields.clone(),
                    axes: posed.axis_names.clone(),
                    conditions: Priors(conditions.collect()),
                    static_fields: posed.static_fields.clone(),
                    mask: posed.mask.clone(),
                    units: posed.units.clone(),
                };
                ("problem", table(&section))
            }
        }
    }

    fn parameter_table(&self, equation: &EquationEntry) -> Table {
        let dims = self.grid.points.len();
        let mut values = self.parameters.iter();
        let mut next = |parameter: &Parameter| {
            if parameter.per_axis && dims > 1 {
                plain(&values.by_ref().take(dims).collect::<Vec<_>>())
            } else {
                plain(&values.next().expect("one value a parameter"))
            }
        };
        let parameters = equation.parameters.iter();
        parameters
            .map(|parameter| (parameter.name.to_owned(), next(parameter)))
            .collect()
    }

    /// Without integrator and precision where the equation has its own, and without all that is of a solver where there
    /// is none.
    fn time_table(&self) -> Table {
        let mut time = table(&self.time);
        match self.equation() {
            None => time.retain(|key, _| ["dt", "frames"].contains(&key)),
            Some(entry) if entry.own_stepper.is_some() => {
                time.remove("integrator");
                time.remove("precision");
            }
            Some(_) => {}
        }
        time
    }

    /// Whether the sampler chooses the conditions of simulations.
    pub(crate) fn draws(&self) -> bool {
        let asked = |coupled: Coupled<'_>| coupled.conditions == ChosenBy::Asked;
        self.equation().is_some() || self.trajectories.coupled().is_some_and(asked)
    }

    fn buffer_table(&self) -> Table {
        let keys = table(&self.buffer).into_iter();
        let keys = keys.chain(self.policy.options.options());
        with_kind(self.policy.entry.kind, keys.collect())
    }

    fn ensemble_table(&self) -> Table {
        let mut ensemble = table(&self.ensemble);
        if self.equation().is_none() {
            ensemble.remove("isolation");
        }
        if !self.draws() {
            return ensemble;
        }
        let sampler = with_kind(self.sampler.entry.kind, self.sampler.options.options());
        ensemble.insert("sampler".into(), Value::Table(sampler));
        ensemble
    }

    fn evaluate_table(&self) -> Table {
        let mut evaluate = table(&self.evaluate);
        if let Some(sampler) = &self.held_out {
            let sampler = with_kind(sampler.entry.kind, sampler.options.options());
            evaluate.insert("sampler".into(), Value::Table(sampler));
        }
        evaluate
    }

    /// `[model]`.
    pub(crate) fn model_table(&self) -> Table {
        let mut model = with_kind(self.model.kind(), self.model.options());
        model.insert("conserve_mean".into(), plain(&self.conserve_mean));
        model.insert("keep_positive".into(), plain(&self.keep_positive));
        model
    }

    fn train_table(&self) -> Table {
        let mut train = table(&self.train);
        train.insert("optimizer".into(), plain(&self.optimizer));
        train.insert("schedule".into(), plain(&self.schedule));
        train
    }
}

pub(super) fn plain(value: &impl Serialize) -> Value {
    Value::try_from(value).expect("plain data is valid TOML")
}

pub(super) fn table(section: &impl Serialize) -> Table {
    Table::try_from(section).expect("a section is a table")
}

pub(super) fn with_kind(kind: &str, options: Table) -> Table {
    std::iter::once(("kind".to_owned(), Value::from(kind)))
        .chain(options)
        .collect()
}
