//! Checks of a recipe beyond its syntax, every refusal with the line of the key.

use super::Draft;
use crate::metric::{Definition, Fields, measured};
use crate::recipe::{OptimizerKind, Recipe, RecipeError, suggest};
use ondine_datasets::policy::Reads;
use ondine_datasets::{Distribution, RateLimiter};

/// Longer than any simulation, in seconds: ten years.
const MAX_TIME: f64 = 3e8;

/// More reads of a window than any training makes.
const MAX_READS: f64 = 1e6;

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

    /// Checks that the optimisation can run.
    pub(super) fn check_training(&self) -> Result<(), RecipeError> {
        let train = &self.train;
        self.ensure(train.steps > 0, "train.steps", || {
            "train.steps must be 1 or more, where `train.epochs` or `buffer.reads_per_sample` do \
             not give them"
                .into()
        })?;
        for (path, value) in [
            ("train.batch", Some(train.batch)),
            ("train.shards", train.shards),
            ("train.log", train.log),
            ("train.checkpoint", train.checkpoint),
        ] {
            self.ensure(value != Some(0), path, || {
                format!("{path} must be 1 or more")
            })?;
        }
        self.ensure((0.0..1.0).contains(&train.ema), "train.ema", || {
            format!("ema = {} lies outside [0, 1); 0 is none", train.ema)
        })?;
        self.ensure(train.clip >= 0.0, "train.clip", || {
            format!("clip = {} is negative; 0 is no limit", train.clip)
        })?;
        self.check_accumulate()?;
        self.check_start()?;
        self.check_best()?;
        self.check_optimizer()
    }

    /// Checks that a batch has the windows for the parts that it is learned in.
    fn check_accumulate(&self) -> Result<(), RecipeError> {
        let parts = self.train.accumulate.unwrap_or(1);
        let windows = self.batches().smallest() as usize / self.train.shards.unwrap_or(1);
        self.ensure((1..=windows).contains(&parts), "train.accumulate", || {
            let of = match self.train.shards {
                None => "of a batch",
                Some(_) => "that a shard has of a batch",
            };
            format!("accumulate = {parts} lies outside [1, {windows}], the windows {of}")
        })
    }

    /// Checks the momentum of gradient descent.
    fn check_momentum(&self) -> Result<(), RecipeError> {
        let Some(momentum) = self.optimizer.momentum else {
            return Ok(());
        };
        let path = "train.optimizer.momentum";
        self.ensure(self.optimizer.kind == OptimizerKind::Sgd, path, || {
            "momentum is that of kind = \"sgd\"; \"adamw\" has betas".to_owned()
        })?;
        self.ensure((0.0..1.0).contains(&momentum), path, || {
            format!("momentum = {momentum} lies outside [0, 1)")
        })
    }

    fn check_optimizer(&self) -> Result<(), RecipeError> {
        let optimizer = &self.optimizer;
        self.check_rates()?;
        self.check_momentum()?;
        self.ensure(
            optimizer.weight_decay >= 0.0,
            "train.optimizer.weight_decay",
            || format!("weight_decay = {} is negative", optimizer.weight_decay),
        )?;
        let betas = optimizer.betas;
        self.ensure(
            betas.iter().all(|b| (0.0..1.0).contains(b)),
            "train.optimizer.betas",
            || format!("betas = {betas:?} lie outside [0, 1)"),
        )
    }

    /// Checks that the evaluation can run.
    pub(super) fn check_evaluation(&self) -> Result<(), RecipeError> {
        let evaluate = &self.evaluate;
        self.ensure(evaluate.every != Some(0), "evaluate.every", || {
            "every must be 1 or more".into()
        })?;
        self.ensure(evaluate.trajectories > 0, "evaluate.trajectories", || {
            "trajectories must be 1 or more".into()
        })?;
        let (frames, stride) = (self.evaluation_frames(), self.longest_stride());
        let (bundle, history) = (
            self.objective_section.bundle,
            self.objective_section.history(),
        );
        let first = stride.saturating_mul(history);
        self.ensure(frames > first, "evaluate.frames", || {
            let need = first.saturating_add(1);
            let after = match (bundle, history) {
                (_, 1) => return format!("frames = {frames} holds no step of stride {stride}"),
                (bundle, history) if bundle == history => format!("a bundle of {bundle}"),
                _ => format!("a history of {history}"),
            };
            format!(
                "frames = {frames} holds no frame after {after} with stride {stride}: write {need} or more"
            )
        })?;
        let steps = (frames - 1) / stride + 1 - history;
        let beyond = evaluate.at.iter().find(|step| !(1..=steps).contains(*step));
        self.ensure(beyond.is_none(), "evaluate.at", || {
            let step = beyond.copied().unwrap_or_default();
            let s = if steps == 1 { "" } else { "s" };
            format!(
                "step {step} is not in the rollouts, which have {steps} step{s}: write steps from 1 to {steps}, or a larger \
                 evaluate.frames"
            )
        })?;
        let exponent = evaluate.lyapunov_exponent.unwrap_or(1.0);
        let grows = exponent > 0.0 && exponent.is_finite();
        self.ensure(grows, "evaluate.lyapunov_exponent", || {
            format!("lyapunov_exponent = {exponent} is not above 0: leave it out where errors don't grow")
        })?;
        let known: Vec<&str> = crate::metric::METRICS
            .iter()
            .map(|entry| entry.kind)
            .collect();
        for name in &evaluate.metrics {
            if !known.contains(&name.as_str()) {
                let mut error = self
                    .source
                    .error_at("evaluate.metrics", format!("unknown metric `{name}`"));
                error.help = Some(suggest(name, &known));
                return Err(error);
            }
        }
        self.check_measures()
    }

    /// Checks that the metrics exist on every grid; definitions of other programs take every axis for periodic.
    fn check_measures(&self) -> Result<(), RecipeError> {
        self.grids()
            .try_for_each(|points| self.check_measures_on(points))
    }

    fn check_measures_on(&self, points: &[usize]) -> Result<(), RecipeError> {
        let problem = self.problem();
        let lengths = vec![1.0; problem.dims()];
        let fields = Fields {
            points,
            axes: &problem.axis_kinds(),
            lengths: &[&lengths],
            meaning: problem.meaning,
        };
        for entry in measured(&self.evaluate.metrics) {
            let Definition::States(make) = entry.definition else {
                continue;
            };
            if let Err(error) = make(&fields) {
                let message = format!("`{}` takes all axes for periodic: {error}", entry.kind);
                return self.error("evaluate.metrics", message);
            }
        }
        Ok(())
    }
}

impl Draft {
    /// Fixes the number of steps by the reads of a window or the epochs of a file, or checks that they fit each other.
    pub(super) fn settle_steps(&mut self) -> Result<(), RecipeError> {
        self.check_epochs()?;
        let epochs = ("train.epochs", self.train.epochs);
        let reads = ("buffer.reads_per_sample", self.buffer.reads_per_sample);
        for (key, asked) in [epochs, reads] {
            if let Some(asked) = asked {
                self.settle_steps_by(key, asked)?;
            }
        }
        Ok(())
    }

    fn settle_steps_by(&mut self, key: &str, reads: f64) -> Result<(), RecipeError> {
        let name = key.rsplit('.').next().unwrap_or(key);
        self.ensure(reads > 0.0 && reads <= MAX_READS, key, || {
            format!("{name} = {reads} lies outside (0, {MAX_READS}]")
        })?;
        let once = self.policy.entry.reads == Reads::Once && self.data.is_none();
        self.ensure(!once || reads <= 1.0, key, || {
            let kind = self.policy.entry.kind;
            format!("`{kind}` hands out each window once, not {reads} times: use another buffer")
        })?;
        let (windows, batch) = (self.windows(), self.mean_batch().max(1.0));
        let steps = RateLimiter::steps_for(reads, windows, batch) as usize;
        let asked = format!("{reads} reads of each of {windows} windows");
        if self.train.steps == 0 {
            self.ensure(steps > 0, key, || {
                format!("{asked} fill no batch of {batch}")
            })?;
            self.train.steps = steps;
        }
        let given = self.train.steps;
        self.ensure(given.abs_diff(steps) <= 1, "train.steps", || {
            format!(
                "{asked} are {steps} steps of {batch}, not {given}: leave out `train.steps` or \
                 `{key}`"
            )
        })
    }
}
