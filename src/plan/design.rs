//! Which simulations a recipe asks for, and which are held out.

use super::Draft;
use crate::recipe::{Chosen, Recipe, RecipeError};
use ondine_datasets::sampler::{Design, Sampler, SamplerError};
use ondine_datasets::{Distribution, Ensemble};
use ondine_solvers::{EquationEntry, Rng, SimulationSpec, Stream};
use std::sync::Arc;

impl Recipe {
    /// The same simulations from a seed of their own.
    pub(super) fn held_out(
        &self,
        ensemble: &Ensemble,
        frames: usize,
    ) -> Result<Ensemble, RecipeError> {
        let (seed, sampler) = self.held_out_draws()?;
        Ok(Ensemble {
            seed,
            sampler,
            frames,
            ..ensemble.clone()
        })
    }

    /// Seed and sampler of the held-out simulations.
    pub(super) fn held_out_draws(&self) -> Result<(u64, Arc<dyn Sampler>), RecipeError> {
        let seed = Rng::stream(self.seed, Stream::HeldOut, 0).integer(0, u64::MAX);
        let design = Design {
            seed,
            simulations: self.evaluate.trajectories as u64,
            quantities: &self.drawn(),
        };
        let (path, sampler) = match &self.held_out {
            Some(held_out) => ("evaluate.sampler", held_out.options.build(&design)),
            None => {
                let built = self.sampler.options.build_held_out(&design);
                ("ensemble.sampler", built)
            }
        };
        let sampler = sampler.map_err(|error| self.sampler_error(path, &error))?;
        Ok((seed, sampler))
    }

    fn sampler_error(&self, section: &str, error: &SamplerError) -> RecipeError {
        let option = error.option().map(|option| format!(".{option}"));
        let path = format!("{section}{}", option.unwrap_or_default());
        self.source.error_at(&path, error.to_string())
    }

    /// Names and priors of what is drawn, as a table of values calls them.
    fn drawn(&self) -> Vec<(String, Distribution)> {
        let quantities = self.quantities();
        let names = self.problem().drawn_names();
        let drawn = names.into_iter().zip(quantities.iter().cloned());
        drawn.filter(|(_, prior)| prior.varies()).collect()
    }
}

impl Draft {
    /// The simulations of the equation to train on, and the error in time where the steps per frame were found; none where the
    /// problem is no equation of the list.
    pub(super) fn solved(&mut self) -> Result<Option<(Ensemble, Option<f64>)>, RecipeError> {
        let Some(equation) = self.equation() else {
            return Ok(None);
        };
        let mut ensemble = self.ensemble(equation, self.ensemble.simulations)?;
        self.check_stepper(&ensemble)?;
        self.check_initial(&ensemble)?;
        let drawn = ensemble.clone();
        let start = |spec: &SimulationSpec, index| drawn.initial_state(spec, index);
        let reference_error = self.find_substeps(&mut ensemble, &start)?;
        Ok(Some((ensemble, reference_error)))
    }

    /// So many simulations of the equation, for a file.
    pub(super) fn simulated(&mut self, simulations: u64) -> Result<Ensemble, RecipeError> {
        match self.equation() {
            Some(equation) => self.ensemble(equation, simulations),
            None => self.error(
                "problem",
                "nothing simulates this problem: `ondine simulate` runs the solver of an [equation], and the recipe has none",
            ),
        }
    }

    /// The simulations of the recipe, `simulations` of which will be run.
    fn ensemble(
        &mut self,
        equation: &'static EquationEntry,
        simulations: u64,
    ) -> Result<Ensemble, RecipeError> {
        Ok(Ensemble {
            equation,
            points: self.grid.points.clone(),
            solver_points: self.grid.solver_points().to_vec(),
            obstacles: self.grid.obstacles.clone(),
            quantities: self.quantities(),
            substeps: 1,
            integrator: self.time.integrator,
            precision: self.time.precision,
            threads: 1,
            warmup: self.time.warmup,
            frames: self.time.frames,
            initial: self.initial.options.clone(),
            sampler: self.sampler(simulations)?,
            seed: self.seed,
        })
    }

    /// The sampler for so many simulations; its options are complete from then on.
    pub(super) fn sampler(&mut self, simulations: u64) -> Result<Arc<dyn Sampler>, RecipeError> {
        self.check_sampler()?;
        self.check_breed()?;
        let folder = self.source.folder();
        let complete = self
            .sampler
            .options
            .complete(self.ensemble.simulations, folder);
        let path = "ensemble.sampler";
        let complete = complete.map_err(|error| self.sampler_error(path, &error))?;
        self.sampler.options = complete.unwrap_or_else(|| self.sampler.options.clone());
        let design = Design {
            seed: self.seed,
            simulations,
            quantities: &self.drawn(),
        };
        let sampler = self.sampler.options.build(&design);
        sampler.map_err(|error| self.sampler_error(path, &error))
    }

    /// Completes the sampler of held-out simulations, where they have one of their own.
    pub(super) fn settle_held_out(&mut self) -> Result<(), RecipeError> {
        let Some(held_out) = self.held_out.clone() else {
            return Ok(());
        };
        let path = "evaluate.sampler";
        self.ensure(held_out.options.breed().is_none(), path, || {
            "`breed` adapts to the losses of a training, and held-out simulations have none: use another sampler".into()
        })?;
        let (dims, max) = (self.quantities().dims(), held_out.entry.max_dims);
        self.ensure(dims <= max, path, || {
            let kind = held_out.entry.kind;
            format!("`{kind}` has {max} dimensions, the recipe draws {dims} quantities")
        })?;
        let trajectories = self.evaluate.trajectories as u64;
        let complete = held_out
            .options
            .complete(trajectories, self.source.folder());
        let complete = complete.map_err(|error| self.sampler_error(path, &error))?;
        self.held_out = Some(Chosen {
            options: complete.unwrap_or(held_out.options),
            ..held_out
        });
        Ok(())
    }
}
