//! The number of points that would do: grids of 2, 4, … times the points are looked at as the recipe's own was.

use super::spectral::{Look, too_large};
use super::{Clock, SMALL};
use ondine_datasets::Ensemble;
use ondine_solvers::{FrameErrors, SimulationSpec, SolverError};
use serde::Serialize;
use std::ops::ControlFlow;

/// Most doublings.
const DOUBLINGS: u32 = 5;

/// Largest error with which a grid is advised: few states are looked at, and others are harder.
const ADVISED: f64 = SMALL / 3.0;

/// A number of points to write.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Enough {
    /// Points of the solver's grid along each axis.
    pub points: Vec<usize>,
    /// Steps per frame that they were tried with; none where none was.
    pub substeps: Option<usize>,
    /// The error in space there, of a frame or of the samples of an initial state; none where the number is a lower bound:
    /// coarser grids were too coarse and this one takes too long to try.
    pub error: Option<f64>,
}

/// Resolution of simulations by a grid.
enum Verdict {
    Resolved(f64),
    Coarse,
    TooLong,
}

/// The points that the first `count` simulations need, whose largest error in space on the recipe's grid is `error`; none
/// where nothing can be said.
pub(super) fn enough(
    ensemble: &Ensemble,
    count: u64,
    error: Option<f64>,
    clock: &Clock,
) -> Result<Option<Enough>, SolverError> {
    let spec = ensemble.spec(0)?;
    if let Some(order) = ensemble.order_in_space() {
        let error = error.filter(|error| error.is_finite());
        return Ok(error.map(|error| of_order(order, &spec, error)));
    }
    for doublings in 1..=DOUBLINGS {
        let tried = refined(&spec, doublings)?;
        match all(ensemble, count, doublings, clock)? {
            Verdict::Resolved(error) => return Ok(Some(Enough::new(&tried, Some(error)))),
            Verdict::Coarse => {}
            Verdict::TooLong => return Ok(Some(Enough::new(&tried, None))),
        }
    }
    Ok(Some(Enough::new(&refined(&spec, DOUBLINGS + 1)?, None)))
}

/// The verdict on a grid for the first `count` simulations.
fn all(
    ensemble: &Ensemble,
    count: u64,
    doublings: u32,
    clock: &Clock,
) -> Result<Verdict, SolverError> {
    let mut largest = 0.0_f64;
    for index in 0..count {
        let spec = refined(&ensemble.spec(index)?, doublings)?;
        match verdict(ensemble, index, &spec, clock)? {
            Verdict::Resolved(error) => largest = largest.max(error),
            other => return Ok(other),
        }
    }
    Ok(Verdict::Resolved(largest))
}

impl Enough {
    fn new(spec: &SimulationSpec, error: Option<f64>) -> Self {
        Self {
            points: spec.grid.points().to_vec(),
            substeps: Some(spec.substeps),
            error,
        }
    }
}

/// Without Fourier modes errors fall with a power of the spacing, the order of the method in space.
fn of_order(order: u32, spec: &SimulationSpec, error: f64) -> Enough {
    let factor = (error / SMALL).powf(1.0 / f64::from(order));
    let points = spec.grid.points().iter();
    Enough {
        points: points
            .map(|&n| ((n as f64 * factor) as usize + 1).next_multiple_of(2))
            .collect(),
        substeps: None,
        error: None,
    }
}

/// Steps as many times more as points along an axis: what is stable on the grid stays so.
fn refined(spec: &SimulationSpec, doublings: u32) -> Result<SimulationSpec, SolverError> {
    let points: Vec<usize> = spec.grid.points().iter().map(|n| n << doublings).collect();
    Ok(SimulationSpec {
        substeps: spec.substeps << doublings,
        ..spec.on(&points)?
    })
}

fn verdict(
    ensemble: &Ensemble,
    index: u64,
    spec: &SimulationSpec,
    clock: &Clock,
) -> Result<Verdict, SolverError> {
    let u0 = ensemble.initial_state(spec, index)?;
    if clock.is_over() || too_large(&FrameErrors::finer_grid(spec)?, spec, u0.len()) {
        return Ok(Verdict::TooLong);
    }
    let mut look = Look::of_grid(ensemble, (spec, &u0), clock)?;
    look.begin(ensemble, index, &u0)?;
    let mut failed = None;
    let last = look.last();
    let run = spec.run(&u0, 0, last, &mut |frame, u| {
        if look.wants(frame, u) {
            failed = look.at(frame, u).err();
        }
        if failed.is_some() || look.errs_above(ADVISED) || look.is_over() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    if let Some(error) = failed {
        return Err(error);
    }
    Ok(match run {
        Err(SolverError::Diverged { .. }) => Verdict::Coarse,
        Err(error) => return Err(error),
        Ok(()) if look.errs_above(ADVISED) => Verdict::Coarse,
        Ok(()) if !look.is_complete() => Verdict::TooLong,
        Ok(()) => look.error().map_or(Verdict::TooLong, Verdict::Resolved),
    })
}
