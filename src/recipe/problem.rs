//! The problem of a recipe, for readers that make no solver.

use super::Recipe;
use ondine_datasets::Distribution;
use ondine_solvers::Problem;
use ondine_solvers::problem::Ranges;

impl Recipe {
    /// The problem that the recipe poses.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let ranges = |of: &[Distribution]| of.iter().map(Distribution::range).collect();
        self.equation.problem(&Ranges {
            points: self.grid.points.clone(),
            length: ranges(&self.grid.length.axes(self.grid.points.len())),
            parameters: ranges(&self.parameters),
            dt: self.time.dt.range(),
            frames: self.time.frames,
        })
    }

    /// Its name in words.
    #[must_use]
    pub fn title(&self) -> String {
        self.equation.page.title.to_owned()
    }

    /// The time integrator in words.
    #[must_use]
    pub fn integrator(&self) -> String {
        match self.equation.own_stepper {
            None => self.time.integrator.to_string(),
            Some(_) => "its own integrator".to_owned(),
        }
    }
}
