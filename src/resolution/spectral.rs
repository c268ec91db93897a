//! The look at a simulation of waves.

use super::cost::{self, times};
use super::{Clock, Seen};
use crate::numbers::text::duration;
use ondine_datasets::Ensemble;
use ondine_solvers::{FrameErrors, Grid, SimulationSpec, SolverError};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Parts of the kept frames at which a state is looked at.
const EIGHTHS: [usize; 6] = [0, 1, 2, 4, 6, 8];

/// Growth of the energy in short waves since the states that were looked at from which on another one is: a front that forms
/// between two of them is over again at the next one.
const ROUGHER: f64 = 10.0;

/// Share of the energy in short waves below which a state is smooth, whatever it was before.
const SMOOTH: f64 = 1e-8;

/// Most bytes of a state on the finer grid, over all channels: a stepper holds some thirty times as much.
const LARGEST: usize = 32 << 20;

/// Time of a step on the finer grid over the one of its number of points: transforms and memory grow a little faster.
const OVERHEAD: f64 = 1.3;

/// Multiple of the whole time that the first state may take: where it is the only one, it says most.
const FIRST: u32 = 2;

/// Frames that the error in time takes: one, and one with twice the steps.
const TEMPORAL: f64 = 3.0;

/// One simulation and what is known of it so far.
pub(super) struct Look<'a> {
    spec: &'a SimulationSpec,
    errors: FrameErrors,
    clock: &'a Clock,
    /// Time of a frame.
    frame: Duration,
    /// Multiple of the whole time that the first state may take.
    first: u32,
    /// Time of the plans for the finer grid.
    plans: Duration,
    /// Whether the next frames would take too long.
    late: bool,
    /// Why the finer grid is left out, if it is.
    without_finer: Option<String>,
    captures_shocks: bool,
    /// Frames at which a state is looked at, however smooth it is.
    at: Vec<usize>,
    /// Largest share of the energy in short waves of the states that were looked at.
    looked_at: f64,
    /// States of these frames from which a frame was taken on the finer grid too.
    complete: usize,
    pub(super) seen: Seen,
}

/// Looks at a few states of simulation `index`, with all kept frames in sight.
pub(super) fn look(
    ensemble: &Ensemble,
    index: u64,
    spec: &SimulationSpec,
    clock: &Clock,
) -> Result<Seen, SolverError> {
    let u0 = ensemble.initial_state(spec, index)?;
    let mut look = Look::new((spec, &u0), sampled(ensemble), clock, FIRST)?;
    look.begin(ensemble, index, &u0)?;
    if clock.is_shorter_than(look.frame, FIRST) {
        look.seen.notes.push(look.too_slow());
        return Ok(look.seen);
    }
    let last = look.last();
    let mut failed = None;
    let mut reached = 0;
    let run = spec.run(&u0, 0, last, &mut |frame, u| {
        reached = frame;
        // A warm-up that takes long is looked at where it has come to.
        let late = look.seen.states == 0 && clock.is_half_gone();
        if (look.wants(frame, u) || late)
            && let Err(error) = look.at(frame, u)
        {
            failed = Some(error);
            return ControlFlow::Break(());
        }
        if look.is_over() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    if let Some(error) = failed {
        return Err(error);
    }
    if run.is_ok() && look.seen.states == 0 {
        look.seen.notes.push(look.too_slow());
    } else if run.is_ok() && reached + 1 < last {
        look.seen.notes.push(ended(ensemble, reached, clock));
    }
    look.seen.notes.extend(look.without_finer.take());
    match run {
        Err(error @ SolverError::Diverged { .. }) => Ok(look.seen.failed(&error)),
        run => run.map(|()| look.seen),
    }
}

/// Frames whose states are looked at, those of the warm-up counted too.
fn sampled(ensemble: &Ensemble) -> Vec<usize> {
    let steps = ensemble.frames.saturating_sub(2);
    let mut at = EIGHTHS
        .map(|part| ensemble.warmup + steps * part / 8)
        .to_vec();
    at.dedup(); // of few frames several parts are one
    at
}

fn ended(ensemble: &Ensemble, reached: usize, clock: &Clock) -> String {
    let (warmup, patience) = (ensemble.warmup, clock.words());
    if reached < warmup {
        format!(
            "The look ended in the warm-up, after {reached} of its {warmup} frames: the simulation takes longer than \
         {patience}."
        )
    } else {
        format!(
            "The look ended after {} of {} frames: the simulation takes longer than {patience}.",
            reached - warmup + 1,
            ensemble.frames
        )
    }
}

impl<'a> Look<'a> {
    /// For simulations of `spec` that begin with `u0`, at these frames; the first state may take `first` times the whole time.
    fn new(
        (spec, u0): (&'a SimulationSpec, &[f64]),
        at: Vec<usize>,
        clock: &'a Clock,
        first: u32,
    ) -> Result<Self, SolverError> {
        let captures_shocks = spec.captures_shocks()?;
        let begun = Instant::now();
        let errors = FrameErrors::new(spec)?;
        let factor = 2.0_f64.powi(spec.grid.dims() as i32) / 2.0; // of two plans, one on the finer grid
        Ok(Self {
            spec,
            errors,
            clock,
            plans: begun.elapsed().mul_f64(factor),
            frame: cost::frame(spec, u0)?,
            first,
            late: false,
            without_finer: without_finer(spec, captures_shocks, u0.len())?,
            captures_shocks,
            at,
            looked_at: 0.0,
            complete: 0,
            seen: Seen::default(),
        })
    }

    /// Looks at the initial state of simulation `index`, which is `u0` on this grid: its spectrum, and its distance from
    /// its samples where it is kept, or carried by a linear equation to the frames that are kept.
    pub(super) fn begin(
        &mut self,
        ensemble: &Ensemble,
        index: u64,
        u0: &[f64],
    ) -> Result<(), SolverError> {
        if ensemble.warmup == 0 && !self.captures_shocks {
            raise(&mut self.seen.tail, self.errors.tail(u0));
        }
        let carried = ensemble.warmup == 0 || self.spec.is_linear()?;
        if !carried || self.without_finer.is_some() || self.clock.is_short_of(self.plans) {
            return Ok(());
        }
        let fine = SimulationSpec {
            grid: FrameErrors::finer_grid(self.spec)?,
            ..self.spec.clone()
        };
        let drawn = ensemble.initial_state(&fine, index)?;
        let fine = warmed(&fine, drawn, ensemble.warmup)?;
        let here = warmed(self.spec, u0.to_vec(), ensemble.warmup)?;
        let error = self.errors.sampling(&here, &fine)?;
        raise(&mut self.seen.sampling, error);
        Ok(())
    }

    /// For a simulation of an ensemble on another grid, whose first state has no more time than others.
    pub(super) fn of_grid(
        ensemble: &Ensemble,
        (spec, u0): (&'a SimulationSpec, &[f64]),
        clock: &'a Clock,
    ) -> Result<Self, SolverError> {
        Self::new((spec, u0), sampled(ensemble), clock, 0)
    }

    /// Frames of a run to the end of the last state that is looked at.
    pub(super) fn last(&self) -> usize {
        self.at.last().map_or(0, |last| last + 1)
    }

    /// Whether every state that is looked at, however smooth it is, was taken further on the finer grid too.
    pub(super) fn is_complete(&self) -> bool {
        self.complete >= self.at.len()
    }

    /// Whether to look at `u`, the state after `frame` frames: at some frames, and wherever short waves have grown.
    pub(super) fn wants(&mut self, frame: usize, u: &[f64]) -> bool {
        self.at.contains(&frame)
            || self.at.first().is_some_and(|first| *first < frame)
                && self.short_waves(u) > SMOOTH.max(ROUGHER * self.looked_at)
    }

    /// The share of the energy of a state in short waves, which jumps have on any grid and which does not count then.
    fn short_waves(&mut self, u: &[f64]) -> f64 {
        if self.captures_shocks {
            return 0.0;
        }
        let tail = self.errors.tail(u);
        raise(&mut self.seen.tail, tail);
        tail
    }

    /// Takes a frame from `u`, the state after `frame` frames.
    pub(super) fn at(&mut self, frame: usize, u: &[f64]) -> Result<(), SolverError> {
        self.looked_at = self.looked_at.max(self.short_waves(u));
        let needed = times(self.frame, TEMPORAL);
        let first = self.seen.states == 0 && !self.clock.is_shorter_than(needed, self.first);
        self.late = !first && self.clock.is_short_of(needed);
        if self.late {
            return Ok(());
        }
        let time = frame as f64 * self.spec.dt;
        let begun = Instant::now();
        let temporal = self.errors.temporal(time, u);
        let cost = self.finer_cost(begun.elapsed());
        raise(&mut self.seen.temporal, temporal);
        self.seen.states += 1;
        if self.without_finer.is_some() {
            return Ok(());
        }
        if self.clock.is_short_of(cost) {
            if self.seen.spatial.is_none() {
                self.without_finer = Some(format!(
                    "The error in space is not measured: a frame on twice the points takes about {}, and the look ends \
                     after {}. `ondine check --accuracy` has no such limit.",
                    duration(cost.as_secs_f64()),
                    self.clock.words()
                ));
            }
            return Ok(());
        }
        let spatial = self.errors.spatial(time, u)?;
        raise(&mut self.seen.spatial, spatial);
        self.complete += usize::from(self.at.contains(&frame));
        Ok(())
    }

    /// Why no frame is taken at all.
    fn too_slow(&self) -> String {
        format!(
            "The errors in time and space are not measured: a frame of {} steps (time.substeps) takes about {}, and the \
             look ends after {}. `ondine check --accuracy` has no such limit.",
            self.spec.substeps,
            duration(self.frame.as_secs_f64()),
            self.clock.words()
        )
    }

    /// The largest error in space so far.
    pub(super) fn error(&self) -> Option<f64> {
        let errors = [self.seen.spatial, self.seen.sampling];
        errors.into_iter().flatten().reduce(f64::max)
    }

    pub(super) fn errs_above(&self, limit: f64) -> bool {
        self.error().is_some_and(|error| error > limit)
    }

    /// Whether there is no time for another frame.
    pub(super) fn is_over(&self) -> bool {
        let next = match self.first {
            0 => self.frame,
            _ => Duration::ZERO, // a frame that was begun is finished
        };
        self.late || self.clock.is_short_of(next)
    }

    /// Time of a frame on both grids, by that of a frame with once and one with twice the steps.
    fn finer_cost(&self, of_three: Duration) -> Duration {
        let points = (1 << self.spec.grid.dims()) as f64;
        let frames = times(of_three, 2.0 / 3.0 * (1.0 + OVERHEAD * points));
        if self.seen.spatial.is_some() || self.seen.sampling.is_some() {
            frames
        } else {
            frames.saturating_add(self.plans)
        }
    }
}

/// Whether a state of `values` values needs too much memory on the grid `finer` beside the one of `spec`.
pub(super) fn too_large(finer: &Grid, spec: &SimulationSpec, values: usize) -> bool {
    let channels = values / spec.grid.num_points();
    finer.num_points() * channels * size_of::<f64>() > LARGEST
}

/// Why the error in space of a state of `values` values is left out, if it is.
fn without_finer(
    spec: &SimulationSpec,
    captures_shocks: bool,
    values: usize,
) -> Result<Option<String>, SolverError> {
    let finer = FrameErrors::finer_grid(spec)?;
    let why = if captures_shocks {
        format!(
            "`{}` may have shocks, which are a few points wide on any grid.",
            spec.name()
        )
    } else if too_large(&finer, spec, values) {
        format!(
            "a grid of {:?} points beside this one needs too much memory.",
            finer.points()
        )
    } else {
        return Ok(None);
    };
    Ok(Some(format!("The error in space is not measured: {why}")))
}

/// The state of a linear equation after the warm-up, which is one step of any length for it.
fn warmed(spec: &SimulationSpec, u0: Vec<f64>, warmup: usize) -> Result<Vec<f64>, SolverError> {
    if warmup == 0 {
        return Ok(u0);
    }
    let whole = SimulationSpec {
        dt: spec.dt * warmup as f64,
        substeps: 1,
        ..spec.clone()
    };
    let mut stepper = whole.stepper()?;
    let mut u = u0;
    stepper.start(&u);
    stepper.step();
    stepper.read(&mut u);
    Ok(u)
}

fn raise(largest: &mut Option<f64>, value: f64) {
    *largest = Some(largest.map_or(value, |largest| largest.max(value)));
}
