//! Checks of a recipe beyond its syntax, every refusal with the line of the key.

use crate::recipe::{Recipe, RecipeError};
use ondine_datasets::Distribution;
use ondine_datasets::policy::Reads;

/// Longer than any simulation, in seconds: ten years.
const MAX_TIME: f64 = 3e8;

/// Origin of a value that was not typed, as words to append.
pub(super) fn cut(prior: &Distribution) -> String {
    match prior {
        Distribution::Normal {
            normal: [mean, deviation],
        } => format!(
            "; normal = [{mean}, {deviation}] reaches from four deviations below its mean to four above"
        ),
        _ => String::new(),
    }
}

impl Recipe {
    pub(super) fn error<T>(
        &self,
        path: &str,
        message: impl Into<String>,
    ) -> Result<T, RecipeError> {
        Err(self.source.error_at(path, message))
    }

    /// The condition, or an error at `path`.
    pub(super) fn ensure(
        &self,
        condition: bool,
        path: &str,
        message: impl FnOnce() -> String,
    ) -> Result<(), RecipeError> {
        if condition {
            return Ok(());
        }
        self.error(path, message())
    }

    /// Checks that there is something to simulate.
    pub(super) fn check_time(&self) -> Result<(), RecipeError> {
        let [low, _] = self.time.dt.range();
        self.ensure(low > 0.0, "time.dt", || {
            format!("dt = {low} must be greater than 0{}", cut(&self.time.dt))
        })?;
        let tolerance = self.time.tolerance;
        self.ensure(tolerance > 0.0 && tolerance < 1.0, "time.tolerance", || {
            format!("tolerance = {tolerance} lies outside (0, 1)")
        })?;
        let frames = self.time.frames;
        self.ensure(frames > 0, "time.frames", || {
            "frames must be 1 or more".into()
        })?;
        let simulations = self.ensemble.simulations;
        self.ensure(simulations > 0, "ensemble.simulations", || {
            "simulations must be 1 or more".into()
        })
    }

    /// Checks that windows can be cut, and noise makes sense.
    pub(super) fn check_windows(&self) -> Result<(), RecipeError> {
        if let Some(key) = self.missing.first() {
            return Err(self.source.missing_section(key));
        }
        self.check_objectives()
    }

    /// Checks that the network can be built for the grid, and runs on every other one that is trained on.
    pub(super) fn check_network(&self) -> Result<(), RecipeError> {
        let points = &self.grid.points;
        let checked = self.model.check_grid(points, points);
        checked.map_err(|problem| {
            let message = format!("`{}` {problem}", self.model.kind());
            self.source.error_at("grid.points", message)
        })?;
        self.check_other_grids()
    }

    /// Checks that simulations and buffer fit each other.
    pub(super) fn check_ensemble(&self) -> Result<(), RecipeError> {
        let workers = self.ensemble.workers.most();
        self.ensure((1..=1024).contains(&workers), "ensemble.workers", || {
            format!("workers = {workers} lies outside [1, 1024]")
        })?;
        self.check_time_limit()?;
        self.check_launcher()?;
        if self.data.is_some() {
            return self.check_batch("train.batch");
        }
        let (capacity, batch) = (self.buffer.capacity, self.batches().largest() as usize);
        self.ensure(capacity >= batch, "buffer.capacity", || {
            format!("capacity = {capacity} frames holds no batch of {batch}: write {batch} or more, or a smaller batch")
        })?;
        let watermark = self.watermark();
        self.ensure(watermark <= capacity, "buffer.watermark", || {
            format!("watermark = {watermark} lies above the capacity {capacity}: write {capacity} or less")
        })?;
        self.check_supply()
    }

    /// Checks the limit to the time of a simulation.
    pub(super) fn check_time_limit(&self) -> Result<(), RecipeError> {
        let limit = self.ensemble.time_limit;
        let possible = limit.is_none_or(|limit| limit > 0.0 && limit <= MAX_TIME);
        self.ensure(possible, "ensemble.time_limit", || {
            let limit = limit.unwrap_or(0.0);
            format!("time_limit = {limit} lies outside (0, {MAX_TIME}] seconds: leave it out for no limit")
        })
    }

    /// Checks that there is something to adapt to, and a rollout to judge by.
    pub(super) fn check_breed(&self) -> Result<(), RecipeError> {
        let Some(breed) = self.sampler.options.breed() else {
            return Ok(());
        };
        // A file may have been written from a recipe with this sampler, which drew by its base then.
        let typed = self.source.has("ensemble.sampler");
        self.ensure(self.data.is_none() || !typed, "ensemble.sampler", || {
            "`breed` chooses simulations that are still to run, and those of [data] exist already: leave the sampler out"
                .into()
        })?;
        let Some(steps) = breed.rollout_steps() else {
            return Ok(());
        };
        let (stride, frames) = (self.longest_stride(), self.time.frames);
        let known = self.objective_section.history();
        let need = (known - 1)
            .saturating_add(steps)
            .saturating_mul(stride)
            .saturating_add(1);
        self.ensure(need <= frames, "ensemble.sampler.steps", || {
            let most = ((frames - 1) / stride + 1).saturating_sub(known);
            format!(
                "steps = {steps} with stride {stride} needs {need} frames, and time.frames = {frames}: write steps = {most} \
                 or less, or more frames"
            )
        })
    }

    /// Checks that the sampler has a dimension for every quantity that is drawn.
    pub(super) fn check_sampler(&self) -> Result<(), RecipeError> {
        let (dims, max) = (self.quantities().dims(), self.sampler.entry.max_dims);
        self.ensure(dims <= max, "ensemble.sampler", || {
            format!(
                "`{}` has {max} dimensions, the recipe draws {dims} quantities",
                self.sampler.entry.kind
            )
        })
    }

    /// Checks that there are windows for a batch.
    fn check_batch(&self, path: &str) -> Result<(), RecipeError> {
        let (windows, batch) = (self.windows(), self.streamed_batches().largest());
        self.ensure(batch <= windows, path, || {
            format!("{windows} windows of all simulations give no batch of {batch}")
        })
    }

    /// Checks that the simulations give enough windows.
    fn check_supply(&self) -> Result<(), RecipeError> {
        self.check_batch("ensemble.simulations")?;
        let windows = self.windows();
        let (steps, batches) = (self.train.steps as u64, self.streamed_batches());
        let (read, batch) = (batches.before(steps), self.mean_batch());
        let enough = self.policy.entry.reads != Reads::Once || read <= windows;
        self.ensure(enough, "ensemble.simulations", || {
            let per_simulation = self.cut().windows(self.time.frames) as u64;
            let need = read.div_ceil(per_simulation);
            format!(
                "`{}` hands out each of {windows} windows once, {steps} steps of {batch} need {read}: \
                 write simulations = {need} or use another buffer",
                self.policy.entry.kind
            )
        })
    }
}
