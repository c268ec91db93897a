//! Held-out simulations: the truth that rollouts are judged against.

use super::watch::{Doing, Watch, unwatched};
use crate::batch::Layout;
use crate::plan::{HeldOutFrom, Plan};
use crate::results::SourceFile;
use crate::told::Outside;
use ondine_datasets::{Conditions, DataError, Failure, FailureLog, Source, guarded};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// The error of a plan that holds nothing out.
const NOTHING: &str = "the recipe holds no trajectories out to judge on: write data.held_out, or judge on a file of others";

/// One held-out simulation.
#[derive(Debug, Clone)]
pub struct Truth {
    /// Its conditions.
    pub conditions: Conditions,
    /// Time of a surrogate step.
    pub dt: f64,
    /// Frames a surrogate step apart, channel-major, the initial state first.
    pub frames: Vec<Arc<[f32]>>,
}

/// Simulations from a seed of their own, never trained on; or the trajectories of a file ([`HeldOut::read`]).
#[derive(Debug, Clone)]
pub struct HeldOut {
    /// The simulations; all have the same number of frames.
    pub trajectories: Vec<Truth>,
    /// Frames of each that a forecast begins with, one or a bundle.
    pub num_initial_frames: usize,
    /// Grid points an axis.
    pub points: Vec<usize>,
    /// Seed of their ensemble; none where they come from a file.
    pub seed: Option<u64>,
    /// Attempts at them that failed and were drawn again.
    pub failures: Vec<Failure>,
    /// The file that they come from, if they do.
    pub file: Option<SourceFile>,
}

impl HeldOut {
    /// Runs the held-out simulations of a plan on all cores, or reads the trajectories of a file that are held out; their
    /// frames are as far apart as a surrogate step after `steps` steps of training. One that fails is drawn again, as in
    /// training.
    ///
    /// # Errors
    /// When one of them fails too often, see [`FailureLog::note`], when the file can't be read, or when nothing is held out.
    ///
    /// # Panics
    /// When a thread can't be joined.
    pub fn simulate(plan: &Plan, steps: usize) -> Result<Self, DataError> {
        let all = Self::watched(plan, steps, &unwatched)?;
        Ok(all.expect("nobody ends it"))
    }

    /// As [`Self::simulate`]; nothing when `watch` ends it.
    ///
    /// # Errors
    /// As [`Self::simulate`].
    pub fn watched(
        plan: &Plan,
        steps: usize,
        watch: &Watch<'_>,
    ) -> Result<Option<Self>, DataError> {
        if let HeldOutFrom::File(file) = &plan.held_out {
            let read = Self::kept_back(plan, file, steps);
            return read.map(Some).map_err(DataError::File);
        }
        match plan.judge() {
            Some(source) => Self::run(plan, &*source, steps, watch),
            None => Err(DataError::File(NOTHING.to_owned())),
        }
    }

    /// As [`Self::simulate`], by another source.
    pub(crate) fn of(plan: &Plan, source: &dyn Source, steps: usize) -> Result<Self, DataError> {
        let all = Self::run(plan, source, steps, &unwatched)?;
        Ok(all.expect("nobody ends it"))
    }

    fn run(
        plan: &Plan,
        source: &dyn Source,
        steps: usize,
        watch: &Watch<'_>,
    ) -> Result<Option<Self>, DataError> {
        let stride = plan.stage_after(steps).layout.stride;
        Self::of_stride(plan, source, stride, watch)
    }

    /// Runs the held-out simulations of a source; of their frames every `stride`-th is kept.
    pub(super) fn of_stride(
        plan: &Plan,
        source: &dyn Source,
        stride: usize,
        watch: &Watch<'_>,
    ) -> Result<Option<Self>, DataError> {
        let count = plan.recipe.evaluate.trajectories as u64;
        let solver = plan.solver.as_ref().filter(|_| !plan.keeps_held_out());
        let (next, ended) = (AtomicU64::new(0), AtomicU64::new(0));
        let go_on = || {
            let ended = ended.load(Ordering::Relaxed);
            watch(Doing {
                what: "simulating",
                done: ended as usize,
                of: count as usize,
            })
        };
        let work = || -> Result<Vec<(u64, Done)>, DataError> {
            let mut done = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= count || go_on().is_break() {
                    return Ok(done);
                }
                let run = Run {
                    source,
                    index,
                    stride,
                };
                done.push((index, run.attempts(plan, &go_on)?));
                ended.fetch_add(1, Ordering::Relaxed);
            }
        };
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let mut all = thread::scope(|scope| {
            let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
            let mut all = Vec::new();
            for thread in threads {
                all.extend(thread.join().expect("panics of solvers are caught")?);
            }
            Ok(all)
        })?;
        if go_on().is_break() {
            return Ok(None);
        }
        all.sort_by_key(|(index, _)| *index);
        let done = all.into_iter().map(|(_, done)| done);
        let (trajectories, failures): (Vec<_>, Vec<_>) = done.unzip();
        Ok(Some(Self {
            trajectories,
            num_initial_frames: plan.fields.bundle,
            points: plan.points().to_vec(),
            seed: solver.map(|solver| solver.held_out.seed),
            failures: failures.concat(),
            file: None,
        }))
    }

    /// What a step of the surrogate means on these states, after `steps` steps of training.
    pub(crate) fn layout(&self, plan: &Plan, steps: usize) -> Layout {
        Layout {
            grid: self.points.clone(),
            ..plan.stage_after(steps).layout.clone()
        }
    }

    /// The conditions of one of its simulations, by name, as [`Plan::conditions`].
    pub(super) fn conditions(&self, plan: &Plan, truth: &Truth) -> BTreeMap<String, f64> {
        let end = truth.dt * truth.frames.len().saturating_sub(1) as f64;
        plan.conditions(&self.points, &truth.conditions, end)
    }

    /// The conditions of its simulations that the surrogate was not trained on.
    #[must_use]
    pub fn outside(&self, plan: &Plan) -> Vec<Outside> {
        let simulations = self.trajectories.iter();
        let named: Vec<_> = simulations
            .map(|truth| self.conditions(plan, truth))
            .collect();
        plan.outside(&named)
    }

    /// The attempt at which simulation `index` succeeded.
    pub(super) fn attempt(&self, index: u64) -> u32 {
        FailureLog::new(self.failures.clone(), 0).attempt(index)
    }

    /// Number of frames to forecast.
    pub fn steps(&self) -> usize {
        self.trajectories[0].frames.len() - self.num_initial_frames
    }

    /// Domain lengths of every simulation.
    pub fn lengths(&self) -> impl Iterator<Item = &[f64]> {
        let all = self.trajectories.iter();
        all.map(|truth| &truth.conditions.length[..])
    }

    /// Lead time of every forecast frame, from the last known one, averaged over the simulations.
    pub fn mean_times(&self) -> Vec<f64> {
        let sum: f64 = self.trajectories.iter().map(|truth| truth.dt).sum();
        let dt = sum / self.trajectories.len() as f64;
        (1..=self.steps()).map(|step| step as f64 * dt).collect()
    }
}

impl Truth {
    /// Its frames from the last of `known` ones on.
    pub(crate) fn since_last(&self, num_initial_frames: usize) -> &[Arc<[f32]>] {
        &self.frames[num_initial_frames - 1..]
    }
}

/// A simulation with the attempts at it that failed.
type Done = (Truth, Vec<Failure>);

/// One of the simulations to run.
#[derive(Clone, Copy)]
struct Run<'a> {
    source: &'a dyn Source,
    index: u64,
    stride: usize,
}

impl Run<'_> {
    /// Attempts the simulation until it succeeds; what comes when `go_on` breaks is thrown away.
    fn attempts(self, plan: &Plan, go_on: &dyn Fn() -> ControlFlow<()>) -> Result<Done, DataError> {
        let (source, index) = (self.source, self.index);
        let mut log = FailureLog::new(Vec::new(), plan.max_failures());
        let mut attempt = 0;
        loop {
            let again = source.again(attempt);
            let drawn = again.as_deref().unwrap_or(source);
            let run = Run {
                source: drawn,
                ..self
            };
            let error = match guarded(index, || run.truth(go_on)) {
                Ok(truth) => return Ok((truth, log.all().to_vec())),
                Err(error) => error,
            };
            let conditions = guarded(index, || Ok(drawn.conditions(index))).ok();
            attempt = log.note(index, conditions, error, false)?;
        }
    }

    fn truth(self, go_on: &dyn Fn() -> ControlFlow<()>) -> Result<Truth, DataError> {
        let conditions = self.source.conditions(self.index);
        let mut frames = Vec::new();
        let mut count = 0;
        self.source.run(self.index, &mut |frame| {
            if count % self.stride == 0 {
                frames.push(frame.iter().map(|&value| value as f32).collect());
            }
            count += 1;
            go_on()
        })?;
        Ok(Truth {
            dt: conditions.dt * self.stride as f64,
            conditions,
            frames,
        })
    }
}
