//! Substeps by step doubling: `eₙ ≈ ‖uₙ − u₂ₙ‖ / max(‖u₂ₙ‖, ε ‖u₀‖) · 1 / (1 − 2⁻ᵖ)`.
//!
//! `u₀` is the state before a frame, `uₙ` the one after it by `n` substeps and `p` the order of the integrator, so
//! that `uₙ − u = C n⁻ᵖ`: E. Hairer, S. P. Nørsett & G. Wanner, "Solving Ordinary Differential
//! Equations I" (1993), §II.4. As in their eq. 4.10 errors of what has decayed to next to nothing are relative to what was
//! there before, here to its share `ε = 2⁻²³` that 32-bit frames resolve.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::ControlFlow;

use crate::stepper::one_step;
use crate::{Integrator, Precision, SimulationSpec, SolverError, Stepper};

/// Most substeps per frame that are tried.
pub const MAX_SUBSTEPS: usize = 4096;

/// Share of earlier states below which a decayed state does not count as smaller: the distance of 1 and the next 32-bit number.
const RESOLVED: f64 = f32::EPSILON as f64;

/// Relative errors per frame that rounding may leave over so many substeps, with a margin.
const ROUNDING: f64 = 1e-10;

/// Hears the number of a frame that is computed, and says whether the search goes on.
type Watch<'a> = dyn FnMut(usize) -> ControlFlow<()> + 'a;

const DIVERGED: Measured = Measured {
    substeps: MAX_SUBSTEPS,
    error: f64::INFINITY,
};

/// A number of substeps and what it is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Steps of the integrator per frame, a power of two.
    pub substeps: usize,
    /// Estimated relative L² error that one frame adds with them.
    pub error: f64,
}

/// The fewest substeps per frame, of 1, 2, 4, … 4096, whose relative L² error in time over one
/// frame is at most `tolerance` in each of several states of a simulation.
///
/// The states are those `frames` frames after `u0`, in rising order, computed with as many substeps
/// as the answer itself; where these diverge on the way, the answer is the fewest that don't.
/// Several are wanted because solutions
/// change character with time, as when a front forms. The error is the one that each frame adds;
/// how errors of different frames add up is up to the equation, and in a chaotic one they grow.
/// The error in space is not part of it. Steps are counted in double precision; what
/// [`Precision::F32`] rounds in a frame is added to the error afterwards. `spec.substeps` is
/// ignored.
///
/// # Errors
///
/// [`SolverError::AccuracyNotReached`] when 4096 substeps do not suffice or the simulation diverges
/// even with them, and the errors of [`SimulationSpec::stepper`].
///
/// # Panics
///
/// When `u0` does not have one value per channel and point.
pub fn substeps_for(
    spec: &SimulationSpec,
    u0: &[f64],
    frames: &[usize],
    tolerance: f64,
) -> Result<Measured, SolverError> {
    let mut go_on = |_: usize| ControlFlow::Continue(());
    let found = substeps_watched(spec, u0, frames, tolerance, &mut go_on)?;
    Ok(found.expect("nothing ends the search"))
}

/// As [`substeps_for`]; `watch` hears the number of every frame that is computed, those on the way to
/// the states several times, and may end the search, which then finds none.
///
/// # Errors
///
/// As [`substeps_for`].
///
/// # Panics
///
/// As [`substeps_for`].
pub fn substeps_watched(
    spec: &SimulationSpec,
    u0: &[f64],
    frames: &[usize],
    tolerance: f64,
    watch: &mut Watch<'_>,
) -> Result<Option<Measured>, SolverError> {
    let double = SimulationSpec {
        precision: Precision::F64,
        ..spec.clone()
    };
    let mut frames_of = Frames::new(&double);
    let mut substeps = 1;
    loop {
        let Some((used, states)) = developed(&double, u0, frames, substeps, watch)? else {
            return Ok(None);
        };
        let Some(measured) = worst(&mut frames_of, &states, (tolerance, used), watch)? else {
            return Ok(None);
        };
        if measured.substeps == used {
            let error = measured.error + rounding(spec, &double, &states, used)?;
            return Ok(Some(Measured { error, ..measured }));
        }
        substeps = measured.substeps;
    }
}

/// The fewest substeps, from a power of two on, that are accurate enough in one frame from each of the states.
fn worst(
    frames: &mut Frames<'_>,
    states: &[State],
    (tolerance, substeps): (f64, usize),
    watch: &mut Watch<'_>,
) -> Result<Option<Measured>, SolverError> {
    let error = 0.0;
    let mut worst = Measured { substeps, error };
    for state in states {
        let from = (tolerance, worst.substeps);
        let Some(found) = measure(frames, state, from, watch)? else {
            return Ok(None);
        };
        let error = if found.substeps > worst.substeps {
            found.error
        } else {
            found.error.max(worst.error)
        };
        worst = Measured { error, ..found };
    }
    Ok(Some(worst))
}

/// Largest difference that single precision makes in one frame.
fn rounding(
    spec: &SimulationSpec,
    double: &SimulationSpec,
    states: &[State],
    substeps: usize,
) -> Result<f64, SolverError> {
    if spec.precision == Precision::F64 {
        return Ok(0.0);
    }
    let [mut single, mut double] = [spec, double].map(Frames::new);
    states.iter().try_fold(0.0, |worst: f64, state| {
        let single = single.after(state, substeps)?;
        let double = double.after(state, substeps)?;
        let apart = difference(single.as_deref(), double.as_deref(), norm(&state.u));
        Ok(worst.max(apart))
    })
}

/// A state of a simulation, and the number of its frame.
struct State {
    frame: usize,
    u: Vec<f64>,
}

/// The states after so many frames, and the substeps it took to get there without diverging; none where the search ends.
fn developed(
    spec: &SimulationSpec,
    u0: &[f64],
    frames: &[usize],
    substeps: usize,
    watch: &mut Watch<'_>,
) -> Result<Option<(usize, Vec<State>)>, SolverError> {
    match states(spec, u0, frames, substeps, watch) {
        Err(SolverError::Diverged { .. }) if substeps < MAX_SUBSTEPS => {
            developed(spec, u0, frames, 2 * substeps, watch)
        }
        Err(SolverError::Diverged { .. }) => Err(not_reached(spec, 0.0, DIVERGED)),
        result => Ok(result?.map(|states| (substeps, states))),
    }
}

/// Doubles the substeps, from a power of two on, until one frame from `state` is accurate enough; none where the search ends.
fn measure(
    frames: &mut Frames<'_>,
    state: &State,
    (tolerance, mut substeps): (f64, usize),
    watch: &mut Watch<'_>,
) -> Result<Option<Measured>, SolverError> {
    let spec = frames.spec;
    let richardson = 1.0 / (1.0 - 0.5_f64.powi(spec.order() as i32));
    let mut coarse = frames.after(state, substeps)?;
    loop {
        if watch(state.frame).is_break() {
            return Ok(None);
        }
        frames.forget_below(substeps);
        let fine = frames.after(state, 2 * substeps)?;
        let apart = difference(coarse.as_deref(), fine.as_deref(), norm(&state.u));
        let error = richardson * apart;
        if error <= tolerance {
            return Ok(Some(Measured { substeps, error }));
        }
        if substeps >= MAX_SUBSTEPS {
            return Err(not_reached(spec, tolerance, Measured { substeps, error }));
        }
        (coarse, substeps) = (fine, 2 * substeps);
    }
}

fn not_reached(spec: &SimulationSpec, tolerance: f64, best: Measured) -> SolverError {
    let Measured { substeps, error } = best;
    let tried = SimulationSpec {
        substeps,
        ..spec.clone()
    };
    SolverError::AccuracyNotReached {
        equation: spec.equation.kind.to_owned(),
        parameters: tried.describe(),
        tolerance,
        substeps,
        error,
        remedy: remedy(spec, error),
    }
}

/// The advice where `error` is left with the most substeps.
fn remedy(spec: &SimulationSpec, error: f64) -> String {
    if error < ROUNDING {
        return "rounding leaves as much, write a larger `tolerance`".to_owned();
    }
    if error.is_infinite() {
        return "use more grid points or shorten `dt`".to_owned();
    }
    let highest = !spec.equation.has_modes() || spec.integrator == Integrator::Etdrk4;
    let higher = if highest {
        ""
    } else {
        "choose a higher order `integrator`, "
    };
    format!("use more grid points, shorten `dt`, {higher}or write a number of `substeps`")
}

/// Single frames of a simulation, with one stepper per number of substeps.
struct Frames<'a> {
    spec: &'a SimulationSpec,
    steppers: BTreeMap<usize, Box<dyn Stepper>>,
}

impl<'a> Frames<'a> {
    fn new(spec: &'a SimulationSpec) -> Self {
        Self {
            spec,
            steppers: BTreeMap::new(),
        }
    }

    /// The values one frame after `state`, or nothing when so few substeps diverge.
    fn after(&mut self, state: &State, substeps: usize) -> Result<Option<Vec<f64>>, SolverError> {
        let stepper = match self.steppers.entry(substeps) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(place) => {
                let spec = SimulationSpec {
                    substeps,
                    ..self.spec.clone()
                };
                place.insert(spec.stepper()?)
            }
        };
        let mut u = vec![0.0; state.u.len()];
        let time = state.frame as f64 * self.spec.dt;
        one_step(stepper.as_mut(), time, &state.u, &mut u);
        Ok(u.iter().all(|u| u.is_finite()).then_some(u))
    }

    /// Gives back the memory of steppers with fewer substeps: numbers rise.
    fn forget_below(&mut self, substeps: usize) {
        self.steppers = self.steppers.split_off(&substeps);
    }
}

/// The states after so many frames, which rise; none where the search ends.
fn states(
    spec: &SimulationSpec,
    u0: &[f64],
    frames: &[usize],
    substeps: usize,
    watch: &mut Watch<'_>,
) -> Result<Option<Vec<State>>, SolverError> {
    let spec = SimulationSpec {
        substeps,
        ..spec.clone()
    };
    let mut states = Vec::new();
    let mut goes_on = ControlFlow::Continue(());
    let last = frames.last().map_or(0, |last| last + 1);
    spec.run(u0, 0, last, &mut |frame, u| {
        let wanted = frames.iter().filter(|&&wanted| wanted == frame);
        states.extend(wanted.map(|_| State {
            frame,
            u: u.to_vec(),
        }));
        goes_on = watch(frame);
        goes_on
    })?;
    Ok(goes_on.is_continue().then_some(states))
}

/// `‖a − b‖ / max(‖b‖, ε s)`, `s` the norm of the largest state before; infinite when one of the two is missing, zero when both
/// are zero.
pub(crate) fn difference(a: Option<&[f64]>, b: Option<&[f64]>, before: f64) -> f64 {
    let (Some(a), Some(b)) = (a, b) else {
        return f64::INFINITY;
    };
    let squares = a.iter().zip(b).map(|(a, b)| (a - b).powi(2));
    let (distance, size) = (squares.sum::<f64>().sqrt(), norm(b).max(RESOLVED * before));
    if distance > 0.0 { distance / size } else { 0.0 }
}

/// `‖u‖`.
pub(crate) fn norm(u: &[f64]) -> f64 {
    u.iter().map(|u| u * u).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_relative_to_the_state_or_to_what_is_resolved_beside_an_earlier_one() {
        let apart = |a: f64, b: f64, before: f64| difference(Some(&[a]), Some(&[b]), before);
        assert!((apart(1.5, 2.0, 7.0) - 0.25).abs() < 1e-15);
        assert!((apart(2e-16, 1e-16, 1.0) - 1e-16 / 2.0_f64.powi(-23)).abs() < 1e-15);
        assert!((apart(2e-16, 1e-16, 1e-12) - 1.0).abs() < 1e-15);
        assert!((apart(3.0, 0.0, 0.0)).is_infinite());
        assert!(apart(0.0, 0.0, 0.0) <= 0.0);
        assert!(difference(None, Some(&[1.0]), 1.0).is_infinite());
    }
}
