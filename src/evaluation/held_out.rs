//! Held-out simulations: the truth that rollouts are judged against.

use super::together::{own, shared};
use super::{JudgeError, Known};
use crate::batch::Layout;
use crate::conditioning::Outside;
use crate::control::{Advance, Control, Stopped};
use crate::group::{Alone, Group, agreed};
use crate::parallel;
use crate::plan::{HeldOutFrom, Plan};
use crate::results::SourceFile;
use ondine_datasets::{
    Conditions, DataError, Failure, FailureLog, Source, attempts, block_of, first_attempts,
};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

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
    /// Its static fields, channel-major; empty where there are none.
    pub static_fields: Arc<[f32]>,
    /// The points with data, where others have none.
    pub known: Option<Known>,
}

/// Simulations from a seed of their own, never trained on; or the trajectories of a file ([`HeldOut::read`]).
#[derive(Debug, Clone)]
pub struct HeldOut {
    /// The simulations; all have the same number of frames.
    pub trajectories: Vec<Truth>,
    /// Frames of each that a forecast begins with, those of a state.
    pub num_initial_frames: usize,
    /// Grid points per axis.
    pub points: Vec<usize>,
    /// Seed of their ensemble; none where they come from a file.
    pub seed: Option<u64>,
    /// Attempts at them that failed and were drawn again.
    pub failures: Vec<Failure>,
    /// The file that they come from, if they do.
    pub file: Option<SourceFile>,
    /// Trajectories on other grids, judged by themselves: those that files of several grids hold out.
    pub others: Vec<Self>,
}

impl HeldOut {
    /// Runs the held-out simulations of a plan on all cores, or reads the trajectories of a file that are held out; their
    /// frames are as far apart as a surrogate step after `steps` steps of training. One that fails is drawn again, as in
    /// training.
    ///
    /// # Errors
    /// When one of them fails too often, see [`FailureLog::note`], the file can't be read, no trajectory is held out,
    /// or `control` ends it.
    pub fn simulate(plan: &Plan, steps: usize, control: Control<'_>) -> Result<Self, JudgeError> {
        Self::simulate_together(plan, steps, control, &Alone)
    }

    /// As [`Self::simulate`], shared out to the processes of a group: each simulates every so many, and all have all of them.
    ///
    /// # Errors
    /// Those of [`Self::simulate`] in any of the processes.
    pub fn simulate_together(
        plan: &Plan,
        steps: usize,
        control: Control<'_>,
        group: &dyn Group,
    ) -> Result<Self, JudgeError> {
        if let HeldOutFrom::File(file) = &plan.held_out {
            let read = Self::kept_back(plan, file, steps).map_err(DataError::File);
            return agreed(group, read.map_err(JudgeError::from));
        }
        match plan.held_out_source() {
            Some(source) => {
                let stride = plan.stage_after(steps).layout.stride;
                Self::of_stride(plan, &*source, stride, control, group)
            }
            None => Err(DataError::File(NOTHING.to_owned()).into()),
        }
    }

    /// As [`Self::simulate`], by another source.
    pub(crate) fn of(
        plan: &Plan,
        source: &dyn Source,
        steps: usize,
        control: Control<'_>,
    ) -> Result<Self, JudgeError> {
        let stride = plan.stage_after(steps).layout.stride;
        Self::of_stride(plan, source, stride, control, &Alone)
    }

    /// Runs the held-out simulations of a source by the processes of a group; of their frames every `stride`-th is kept.
    pub(super) fn of_stride(
        plan: &Plan,
        source: &dyn Source,
        stride: usize,
        control: Control<'_>,
        group: &dyn Group,
    ) -> Result<Self, JudgeError> {
        let solver = plan.solver.as_ref().filter(|_| !plan.keeps_held_out());
        let count = plan.recipe.evaluate.trajectories;
        let own = own(group, count).map(|index| index as u64).collect();
        let simulated = simulated(plan, source, own, stride, control);
        let own: Vec<Done> = agreed(group, simulated)?;
        let (trajectories, failures): (Vec<_>, Vec<_>) =
            shared(group, own, plan).into_iter().unzip();
        Ok(Self {
            trajectories,
            num_initial_frames: plan.fields.history,
            points: plan.points().to_vec(),
            seed: solver.map(|solver| solver.held_out.seed),
            failures: failures.concat(),
            file: None,
            others: Vec::new(),
        })
    }

    /// The layout of a surrogate step on these states, after `steps` steps of training.
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
    /// The state that a forecast begins with: its first frames and its static fields.
    pub(super) fn start(&self, num_initial_frames: usize) -> Vec<&[f32]> {
        let frames = self.frames[..num_initial_frames].iter();
        frames
            .chain([&self.static_fields])
            .map(|part| &**part)
            .collect()
    }

    /// Its frames from the last of `known` ones on.
    pub(crate) fn since_last(&self, num_initial_frames: usize) -> &[Arc<[f32]>] {
        &self.frames[num_initial_frames - 1..]
    }
}

/// A check whether to go on.
type GoOn<'a> = dyn Fn() -> Result<(), Stopped> + 'a;

/// A simulation with the attempts at it that failed.
pub(super) type Done = (Truth, Vec<Failure>);

/// The simulations of these numbers, on all cores.
pub(super) fn simulated(
    plan: &Plan,
    source: &dyn Source,
    indices: Vec<u64>,
    stride: usize,
    control: Control<'_>,
) -> Result<Vec<Done>, JudgeError> {
    let ended = AtomicUsize::new(0);
    let go_on = || {
        control.tell(Advance {
            what: "simulating",
            done: ended.load(Ordering::Relaxed),
            of: indices.len(),
        })
    };
    let simulate = |block: &&[u64]| -> Result<Vec<Done>, JudgeError> {
        go_on()?;
        let run = |index| Run {
            source,
            index,
            stride,
        };
        let begin = |index| Ok(run(index).frames());
        let take = |frames: &mut Frames, frame: &[f64]| frames.take(frame, &go_on);
        let made = first_attempts(source, block, begin, take);
        let done = |(&index, made)| {
            let done = run(index).attempts(made, plan, &go_on)?;
            ended.fetch_add(1, Ordering::Relaxed);
            Ok(done)
        };
        block.iter().zip(made).map(done).collect()
    };
    let size = block_of(source.block(), indices.len(), parallel::cores());
    let blocks: Vec<&[u64]> = indices.chunks(size).collect();
    // A single code has its simulations in turn, so that the first that it brings is the first.
    let recipe = &plan.recipe;
    let in_turn = recipe.trajectories.coupled().is_some() && recipe.ensemble.workers.most() == 1;
    let all = if in_turn {
        blocks.iter().map(simulate).collect::<Result<Vec<_>, _>>()?
    } else {
        parallel::map(&blocks, simulate)?
    };
    go_on()?;
    Ok(all.into_iter().flatten().collect())
}

/// One of the simulations to run.
#[derive(Clone, Copy)]
struct Run<'a> {
    source: &'a dyn Source,
    index: u64,
    stride: usize,
}

/// The frames of a simulation that are kept: every `stride`-th.
struct Frames {
    kept: Vec<Arc<[f32]>>,
    seen: usize,
    stride: usize,
}

impl Frames {
    fn take(&mut self, frame: &[f64], go_on: &GoOn<'_>) -> ControlFlow<()> {
        if self.seen.is_multiple_of(self.stride) {
            self.kept
                .push(frame.iter().map(|&value| value as f32).collect());
        }
        self.seen += 1;
        match go_on() {
            Ok(()) => ControlFlow::Continue(()),
            Err(Stopped) => ControlFlow::Break(()),
        }
    }
}

impl Run<'_> {
    fn frames(self) -> Frames {
        Frames {
            kept: Vec::new(),
            seen: 0,
            stride: self.stride,
        }
    }

    /// Attempts the simulation until it succeeds, of which the first attempt may be `made`; what comes when `go_on` ends it
    /// is thrown away.
    fn attempts(
        self,
        mut made: Option<Result<Frames, DataError>>,
        plan: &Plan,
        go_on: &GoOn<'_>,
    ) -> Result<Done, DataError> {
        let mut log = FailureLog::new(Vec::new(), plan.max_failures);
        let simulate = |source: &dyn Source| Run { source, ..self }.truth(made.take(), plan, go_on);
        let note = |conditions, error| log.note(self.index, conditions, error, false);
        let truth = attempts(self.source, self.index, 0, simulate, note)?;
        Ok((truth, log.all().to_vec()))
    }

    fn truth(
        self,
        made: Option<Result<Frames, DataError>>,
        plan: &Plan,
        go_on: &GoOn<'_>,
    ) -> Result<Truth, DataError> {
        let conditions = self.source.begin(self.index)?;
        let run = || {
            let mut frames = self.frames();
            self.source
                .run(self.index, &mut |frame| frames.take(frame, go_on))?;
            Ok(frames)
        };
        let frames = made.unwrap_or_else(run)?.kept;
        let static_fields = self.source.static_fields(self.index).into_iter();
        let static_fields: Arc<[f32]> = static_fields.map(|value| value as f32).collect();
        Ok(Truth {
            known: Known::of(&plan.problem, &static_fields),
            dt: conditions.dt * self.stride as f64,
            conditions,
            frames,
            static_fields,
        })
    }
}
