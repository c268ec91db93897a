//! The problem of a recipe, for readers that make no solver.

use super::Recipe;
use super::posed::{AXES, FieldSection, Posed, PosedProblem};
use ondine_datasets::{Distribution, Quantities};
use ondine_solvers::problem::{Axis, Condition, Meaning, Ranges, Reflection, Shift, Symmetries};
use ondine_solvers::{EquationEntry, Problem};
use std::collections::BTreeMap;

/// Symmetries of a problem of which none are known.
const NONE: Symmetries = Symmetries {
    shift: [Shift::Never; 3],
    reflection: Reflection::Never,
};

impl Recipe {
    /// Whether Ondine has a solver of the problem: it is an equation of the list.
    #[must_use]
    pub fn has_solver(&self) -> bool {
        self.equation().is_some()
    }

    /// The equation of the list, where the problem is one.
    #[must_use]
    pub fn equation(&self) -> Option<&'static EquationEntry> {
        match &self.posed {
            Posed::Equation(entry) => Some(entry),
            Posed::Problem(_) => None,
        }
    }

    /// The problem that the recipe poses.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let problem = match &self.posed {
            Posed::Equation(entry) if self.grid.obstacles.is_empty() => {
                entry.problem(&self.ranges())
            }
            Posed::Equation(entry) => entry.problem(&self.ranges()).around_obstacles(),
            Posed::Problem(posed) => posed.problem(self.ranges()),
        };
        Problem {
            other_grids: self.grid.others.clone(),
            ..problem
        }
    }

    /// Units that are known, by the names in files: of fields, vectors as one, axes, conditions, static fields and `time`.
    pub(crate) fn units(&self) -> BTreeMap<String, String> {
        let Posed::Problem(posed) = &self.posed else {
            return BTreeMap::new();
        };
        let fields = posed.fields.iter();
        let fields = fields.filter_map(|field| Some((field.name.clone(), field.unit.clone()?)));
        fields.chain(posed.units.clone()).collect()
    }

    /// Channels of a state on a grid of `dims` axes.
    pub(crate) fn channels(&self, dims: usize) -> usize {
        match &self.posed {
            Posed::Equation(entry) => (entry.fields)(dims).len(),
            Posed::Problem(posed) => {
                let channels = |field: &FieldSection| field.channels(dims).len();
                posed.fields.iter().map(channels).sum()
            }
        }
    }

    /// Quantities that may differ between simulations, with their distributions.
    #[must_use]
    pub fn quantities(&self) -> Quantities {
        Quantities {
            parameters: self.parameters.clone(),
            length: self.grid.length.axes(self.grid.points.len()),
            dt: self.time.dt.clone(),
        }
    }

    fn ranges(&self) -> Ranges {
        let ranges = |of: &[Distribution]| of.iter().map(Distribution::range).collect();
        Ranges {
            points: self.grid.points.clone(),
            length: ranges(&self.grid.length.axes(self.grid.points.len())),
            parameters: ranges(&self.parameters),
            dt: self.time.dt.range(),
            frames: self.time.frames,
        }
    }

    /// Its name in words.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.posed {
            Posed::Equation(entry) => entry.page.title.to_owned(),
            Posed::Problem(posed) => posed.name.clone(),
        }
    }

    /// The time integrator in words; none where no solver of the list is asked.
    #[must_use]
    pub fn integrator(&self) -> Option<String> {
        Some(match self.equation()?.own_stepper {
            None => self.time.integrator.to_string(),
            Some(_) => "its own integrator".to_owned(),
        })
    }
}

impl PosedProblem {
    /// Name of an axis.
    fn axis_name(&self, axis: usize) -> &str {
        self.axis_names.get(axis).map_or(AXES[axis], |name| name)
    }

    fn problem(&self, ranges: Ranges) -> Problem {
        let dims = ranges.points.len();
        let axes = self.axes.iter().zip(&ranges.points).zip(&ranges.length);
        let axes = axes
            .enumerate()
            .map(|(axis, ((&kind, &points), &length))| Axis {
                name: self.axis_name(axis).to_owned(),
                points,
                length,
                kind,
            });
        let conditions = self.conditions.iter().zip(&ranges.parameters);
        let conditions = conditions.map(|(name, &range)| Condition {
            name: name.clone(),
            axis: None,
            symbol: String::new(),
            range,
            unit: self.units.get(name).cloned(),
        });
        Problem {
            name: self.name.clone(),
            formula: None,
            fields: self
                .fields
                .iter()
                .flat_map(|field| field.channels(dims))
                .collect(),
            meaning: Meaning::Scalars,
            axes: axes.collect(),
            other_grids: Vec::new(),
            conditions: conditions.collect(),
            static_fields: self.static_fields.clone(),
            mask: self.mask.clone(),
            dt: ranges.dt,
            frames: ranges.frames,
            symmetries: NONE,
        }
    }
}
