//! The look at a simulation of waves.

use super::{Clock, SMALL, Seen};
use ondine_datasets::Ensemble;
use ondine_solvers::{FrameErrors, SimulationSpec, SolverError};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Parts of the kept frames at which a state is looked at.
const EIGHTHS: [usize; 6] = [0, 1, 2, 4, 6, 8];

/// Most bytes of a state on the finer grid, over all channels: a stepper holds some thirty times as much.
const LARGEST: usize = 32 << 20;

/// Time of a step on the finer grid over the one of its number of points: transforms and memory grow a little faster.
const OVERHEAD: f64 = 1.3;

/// One simulation and what is known of it so far.
pub(super) struct Look<'a> {
    spec: &'a SimulationSpec,
    errors: FrameErrors,
    clock: &'a Clock,
    /// Why the finer grid is left out, if it is.
    without_finer: Option<String>,
    captures_shocks: bool,
    /// States from which a frame was taken on the finer grid too.
    pub(super) complete: usize,
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
    let mut look = Look::new(spec, u0.len(), clock)?;
    let at = sampled(ensemble);
    let last = at.last().map_or(0, |last| last + 1);
    let mut failed = None;
    let mut reached = 0;
    let run = spec.run(&u0, 0, last, &mut |frame, u| {
        reached = frame;
        // A warm-up that takes long is looked at where it has come to.
        let late = look.seen.states == 0 && clock.is_half_gone();
        if (at.contains(&frame) || late)
            && let Err(error) = look.at(frame, u)
        {
            failed = Some(error);
            return ControlFlow::Break(());
        }
        match clock.is_over() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
    if let Some(error) = failed {
        return Err(error);
    }
    if run.is_ok() && reached + 1 < last {
        look.seen.notes.push(ended(ensemble, reached, clock));
    }
    look.seen.notes.extend(look.without_finer.take());
    match run {
        Err(error @ SolverError::Diverged { .. }) => Ok(look.seen.failed(&error)),
        run => run.map(|()| look.seen),
    }
}

/// Frames whose states are looked at, those of the warm-up counted too.
pub(super) fn sampled(ensemble: &Ensemble) -> Vec<usize> {
    let steps = ensemble.frames.saturating_sub(2);
    let mut at = EIGHTHS
        .map(|part| ensemble.warmup + steps * part / 8)
        .to_vec();
    at.dedup(); // of few frames several parts are one
    at
}

fn ended(ensemble: &Ensemble, reached: usize, clock: &Clock) -> String {
    let (warmup, patience) = (ensemble.warmup, clock.words());
    match reached < warmup {
        true => format!(
            "The look ended in the warm-up, after {reached} of its {warmup} frames: the simulation takes longer than \
             {patience}."
        ),
        false => format!(
            "The look ended after {} of {} frames: the simulation takes longer than {patience}.",
            reached - warmup + 1,
            ensemble.frames
        ),
    }
}

impl<'a> Look<'a> {
    pub(super) fn new(
        spec: &'a SimulationSpec,
        values: usize,
        clock: &'a Clock,
    ) -> Result<Self, SolverError> {
        let finer = FrameErrors::finer_grid(spec)?;
        let channels = values / spec.grid.num_points();
        let captures_shocks = spec.captures_shocks()?;
        let without_finer = if captures_shocks {
            Some(format!(
                "The error in space is not measured: `{}` may have shocks, which are a few points wide on any grid.",
                spec.name()
            ))
        } else if finer.num_points() * channels * size_of::<f64>() > LARGEST {
            Some(format!(
                "The error in space is not measured: a grid of {:?} points beside this one needs too much memory.",
                finer.points()
            ))
        } else {
            None
        };
        Ok(Self {
            spec,
            errors: FrameErrors::new(spec)?,
            clock,
            without_finer,
            captures_shocks,
            complete: 0,
            seen: Seen::default(),
        })
    }

    /// Takes a frame from `u`, the state after `frame` frames.
    pub(super) fn at(&mut self, frame: usize, u: &[f64]) -> Result<(), SolverError> {
        let time = frame as f64 * self.spec.dt;
        let begun = Instant::now();
        let temporal = self.errors.temporal(time, u);
        let cost = self.finer_cost(begun.elapsed());
        if !self.captures_shocks {
            raise(&mut self.seen.tail, self.errors.tail(u));
        }
        raise(&mut self.seen.temporal, temporal);
        self.seen.states += 1;
        if self.without_finer.is_some() {
            return Ok(());
        }
        if self.clock.is_short_of(cost) {
            if self.seen.spatial.is_none() {
                self.without_finer = Some(format!(
                    "The error in space is not measured: a frame on twice the points takes about {:.0} s, and the look \
                     ends after {}. `ondine check --accuracy` has no such limit.",
                    cost.as_secs_f64(),
                    self.clock.words()
                ));
            }
            return Ok(());
        }
        let spatial = self.errors.spatial(time, u)?;
        raise(&mut self.seen.spatial, spatial);
        self.complete += 1;
        Ok(())
    }

    pub(super) fn is_coarse(&self) -> bool {
        self.seen.spatial.is_some_and(|error| error > SMALL)
    }

    /// How long a frame on both grids takes, by the time of a frame with once and one with twice the steps.
    fn finer_cost(&self, of_three: Duration) -> Duration {
        let points = (1 << self.spec.grid.dims()) as f64;
        of_three.mul_f64(2.0 / 3.0 * (1.0 + OVERHEAD * points))
    }
}

fn raise(largest: &mut Option<f64>, value: f64) {
    *largest = Some(largest.map_or(value, |largest| largest.max(value)));
}
