//! Checks of equation, grid and initial states of a recipe, and of the problem where there is no equation.

use super::check::cut;
use crate::metric::Modes;
use crate::recipe::{Recipe, RecipeError, one_per_axis};
use ondine_datasets::{Distribution, Ensemble};
use ondine_solvers::equation::EQUATIONS;
use ondine_solvers::{AxisKind, EquationEntry, Grid, SolverError};

/// Keys that only a solver of the list reads.
const OF_SOLVERS: [&str; 12] = [
    "initial",
    "grid.solver_points",
    "time.warmup",
    "time.substeps",
    "time.tolerance",
    "time.integrator",
    "time.precision",
    "time.resolution",
    "ensemble.sampler",
    "ensemble.isolation",
    "ensemble.launcher",
    "evaluate.sampler",
];

impl Recipe {
    /// Checks that the problem exists on this grid.
    pub(super) fn check_posed(&self) -> Result<(), RecipeError> {
        match self.equation() {
            Some(equation) => self.check_equation(equation),
            None => self.check_problem(),
        }
    }

    /// Checks that there is a grid for errors with spectra, and no key that is for solvers of the list.
    fn check_problem(&self) -> Result<(), RecipeError> {
        let coupled = self.trajectories.coupled().is_some();
        let drawn = |path: &str| coupled && path.ends_with(".sampler");
        for path in OF_SOLVERS.into_iter().filter(|path| !drawn(path)) {
            let name = path.rsplit('.').next().unwrap_or(path);
            if self.source.has(path) {
                let message =
                    format!("`{name}` is for the solver of an [equation], and the recipe has none");
                let mut error = self.source.error_at(path, message);
                error.help = Some("remove it".to_owned());
                return Err(error);
            }
        }
        self.ensure(self.grid.obstacles.is_empty(), "grid.obstacles", || {
            "obstacles are for the solver of an [equation]: write the name of a static field that is 0 in them as problem.mask"
                .to_owned()
        })?;
        self.check_lengths()?;
        self.check_modes()
    }

    /// Checks that every length makes a grid.
    fn check_lengths(&self) -> Result<(), RecipeError> {
        let kinds = self.problem().axis_kinds();
        // With those of a grid of three axes, of which the others are not there.
        let of_three = [0, 1, 2].map(|axis| *kinds.get(axis).unwrap_or(&AxisKind::PERIODIC));
        self.check_grids(|lengths| Grid::of_kinds(&self.grid.points, lengths, &of_three))
    }

    /// Checks that there is a grid with the shortest lengths, and one with the longest.
    fn check_grids(
        &self,
        grid: impl Fn(&[f64]) -> Result<Grid, SolverError>,
    ) -> Result<(), RecipeError> {
        let lengths = self.grid.length.axes(self.grid.points.len());
        for end in 0..2 {
            let lengths: Vec<f64> = lengths.iter().map(|length| length.range()[end]).collect();
            grid(&lengths).map_err(|error| self.grid_error(&error))?;
        }
        Ok(())
    }

    /// Checks that errors on the grid have spectra: waves along periodic axes, cosines along others.
    fn check_modes(&self) -> Result<(), RecipeError> {
        let (points, kinds) = (&self.grid.points, self.problem().axis_kinds());
        let single = points
            .iter()
            .zip(&kinds)
            .position(|(&n, kind)| n < 2 && !kind.is_periodic());
        self.ensure(single.is_none(), "grid.points", || {
            format!(
                "axis {} has one point between its ends: an axis needs two or more",
                single.unwrap_or_default()
            )
        })?;
        let modes = Modes::of_axes(points, &kinds);
        modes.map(drop).map_err(|error| self.grid_error(&error))
    }

    /// Checks that the equation exists with these parameters on this grid.
    fn check_equation(&self, equation: &EquationEntry) -> Result<(), RecipeError> {
        let dims = self.grid.points.len();
        for path in ["grid.boundary", "grid.points_at"] {
            let kind = equation.kind;
            let chosen = if path == "grid.boundary" {
                self.grid.boundary.is_some()
            } else {
                self.grid.points_at.is_some()
            };
            self.ensure(chosen || !self.source.has(path), path, || {
                format!("`{kind}` has boundaries and points of its own: remove the key, which is for a [problem]")
            })?;
        }
        for (parameter, prior) in equation.values_in(dims).zip(&self.parameters) {
            let path = format!("equation.{}", parameter.name);
            let drawn = !matches!(
                prior,
                Distribution::Constant(_) | Distribution::Choice { .. }
            );
            self.ensure(!(parameter.whole && drawn), &path, || {
                let name = parameter.name;
                format!("`{name}` is a whole number and can't be drawn from a range: write {name} = {{ choice = [...] }}")
            })?;
            for value in prior.extremes() {
                let checked = parameter.check(equation.kind, value);
                checked.map_err(|error| {
                    let message = format!("{error}{}", cut(prior));
                    self.source.error_at(&path, message)
                })?;
            }
        }
        self.check_equation_grid(equation)?;
        self.check_obstacles(equation)?;
        self.check_solver_grid(equation)?;
        let values: Vec<f64> = self.parameters.iter().map(Distribution::center).collect();
        let checked = equation.check(&values, dims);
        checked.map_err(|error| self.grid_error(&error))?;
        self.check_own_solution(equation)
    }

    /// Checks that the grid suits the equation and the spectra of its states.
    fn check_equation_grid(&self, equation: &EquationEntry) -> Result<(), RecipeError> {
        let points = &self.grid.points;
        if equation.has_modes() && !equation.is_periodic(points.len()) {
            return self.check_grids(|lengths| equation.grid(points, lengths));
        }
        self.check_grids(|lengths| Grid::new(points, lengths))
    }

    /// Checks that the solver can go round the obstacles, and that they leave room.
    fn check_obstacles(&self, equation: &EquationEntry) -> Result<(), RecipeError> {
        let (grid, path) = (&self.grid, "grid.obstacles");
        let kind = equation.kind;
        self.ensure(
            grid.obstacles.is_empty() || equation.has_obstacles,
            path,
            || {
                format!(
                    "`{kind}` is solved without obstacles: remove the key, or write one of {}",
                    round_obstacles()
                )
            },
        )?;
        let lengths = grid.length.axes(grid.points.len());
        for end in 0..2 {
            let lengths: Vec<f64> = lengths.iter().map(|length| length.range()[end]).collect();
            let found = equation.grid(&grid.points, &lengths);
            let around = found.map(|found| found.with_obstacles(&grid.obstacles));
            let checked = around.and_then(|around| around.check_obstacles());
            checked.map_err(|error| self.source.error_at(path, error.to_string()))?;
        }
        Ok(())
    }

    /// Checks that no key is set that an equation with initial states or a solver of its own would ignore.
    fn check_own_solution(&self, equation: &EquationEntry) -> Result<(), RecipeError> {
        let kind = equation.kind;
        let (own_initial, own_solver) = (
            equation.own_initial.is_some(),
            equation.own_stepper.is_some(),
        );
        for (path, has_own, message) in [
            (
                "initial",
                own_initial,
                format!("[initial] has no effect: `{kind}` comes with its initial state"),
            ),
            (
                "time.integrator",
                own_solver,
                format!("`integrator` has no effect: `{kind}` has its own"),
            ),
            (
                "time.precision",
                own_solver,
                format!("`precision` has no effect: `{kind}` is solved in 64-bit"),
            ),
        ] {
            if has_own && self.source.has(path) {
                let mut error = self.source.error_at(path, message);
                error.help = Some("remove it".to_owned());
                return Err(error);
            }
        }
        Ok(())
    }

    /// Checks that the solver can have a grid of its own, and the grid.
    fn check_solver_grid(&self, equation: &EquationEntry) -> Result<(), RecipeError> {
        let (points, solver) = (&self.grid.points, self.grid.solver_points());
        let path = "grid.solver_points";
        one_per_axis(path, solver.len(), points.len())
            .map_err(|(path, why)| self.source.error_at(path, why))?;
        for (axis, (few, many)) in points.iter().zip(solver).enumerate() {
            self.ensure(few <= many, path, || {
                format!(
                    "solver_points = {many} along axis {axis} is less than points = {few}: write {few} or more, or \
                     leave the key out"
                )
            })?;
        }
        if points != solver && equation.chooses_steps {
            self.check_cells_of_solver(points, solver)?;
        }
        let by_points = points != solver && !equation.has_modes() && !equation.chooses_steps;
        if let Some(reason) = self.problem().unsampled().filter(|_| by_points) {
            let kind = equation.kind;
            return self.error(
                path,
                format!(
                    "`{kind}` {reason} and its states can't be filtered: leave solver_points out"
                ),
            );
        }
        let length = vec![1.0; points.len()];
        let grid = if equation.has_modes() {
            equation.grid(solver, &length)
        } else {
            Grid::new(solver, &length)
        };
        grid.map(drop)
            .map_err(|error| self.source.error_at(path, error.to_string()))
    }

    /// Checks that the cells of frames are blocks of those of the solver.
    fn check_cells_of_solver(&self, points: &[usize], solver: &[usize]) -> Result<(), RecipeError> {
        let path = "grid.solver_points";
        let mut pairs = points.iter().zip(solver).enumerate();
        if let Some((axis, (few, many))) = pairs.find(|(_, (few, many))| *many % *few != 0) {
            return self.error(
                path,
                format!(
                    "solver_points = {many} along axis {axis} is no multiple of points = {few}, so that cells of frames are no averages \
                     of whole cells: write {} or {}",
                    many / few * few,
                    (many / few + 1) * few
                ),
            );
        }
        self.ensure(self.grid.obstacles.is_empty(), path, || {
            "cells of frames would be solid in part: leave solver_points out beside obstacles"
                .to_owned()
        })
    }

    /// Checks that the equation can be stepped on this grid, which some wavenumbers of a forcing can't.
    pub(super) fn check_stepper(&self, ensemble: &Ensemble) -> Result<(), RecipeError> {
        let stepper = ensemble.spec(0).and_then(|spec| spec.stepper().map(drop));
        stepper.map_err(|error| self.source.error_at("equation", error.to_string()))
    }

    /// Checks that simulations have a state to begin with: one that is read from a file may not fit, one that is drawn may
    /// be none of the equation.
    pub(super) fn check_initial(&self, ensemble: &Ensemble) -> Result<(), RecipeError> {
        let begin = || -> Result<(), SolverError> {
            let spec = ensemble.spec(0)?;
            let state = ensemble.initial_state(&spec, 0)?;
            if ensemble.chooses_steps() {
                spec.stepper()?.admit(&state)?;
            }
            Ok(())
        };
        begin().map_err(|error| {
            let path = match error {
                SolverError::TooManySteps { .. } => "time.dt",
                SolverError::NotPositive { .. } => "initial",
                _ => "initial.path",
            };
            self.source.error_at(path, error.to_string())
        })
    }

    fn grid_error(&self, error: &SolverError) -> RecipeError {
        let path = match error {
            SolverError::Length { .. } => "grid.length",
            _ => "grid.points",
        };
        self.source.error_at(path, error.to_string())
    }
}

/// Names of the equations with obstacles.
fn round_obstacles() -> String {
    let with = EQUATIONS.iter().filter(|entry| entry.has_obstacles);
    with.map(|entry| entry.kind).collect::<Vec<_>>().join(", ")
}
