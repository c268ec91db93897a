//! The gate between a surrogate and its code.

use crate::feed::Feed;
use crate::handle::Opened;
use crate::{SURROGATES, argument, error, ondine_surrogate};
use ondine::gate::{Calibration, Decision, Gate, Policy, Step};
use ondine_c::border::{Handles, call, lock, place, text};
use ondine_coupling::{Code, Result};
use std::ffi::{c_char, c_double, c_int, c_void};
use std::sync::{Arc, Mutex};

/// The state of the surrogate is good.
pub const ONDINE_ACCEPT: c_int = 0;
/// The solver has to make the state.
pub const ONDINE_SOLVER: c_int = 1;
/// The code should stop: its state is nothing that the gate knows.
pub const ONDINE_STOP: c_int = 2;

/// Handle of a gate.
#[allow(non_camel_case_types, reason = "its name in C")]
pub struct ondine_gate_handle {
    _private: [u8; 0],
}

static GATES: Handles<Open> = Handles::new("gate", "ondine_gate_open");

struct Open {
    surrogate: Arc<Mutex<Opened>>,
    gate: Gate,
    /// The last step, where a training gets its truth.
    last: Option<Last>,
    /// The training that truths go on into.
    feed: Option<Feed>,
}

/// A step whose truth may come.
struct Last {
    before: Vec<f64>,
    conditions: Vec<f64>,
    dt: f64,
}

/// Opens a gate for the states of a surrogate. `policy_toml` has the keys of a policy, as "tolerance = 0.1"; NULL stands for
/// their defaults. ONDINE_FILE: the run has no calibration, which "ondine evaluate RUN --gate POLICY.toml" writes, or had none
/// when its file was exported. On an error `*out` is NULL.
///
/// # Safety
/// `policy_toml` is NULL or a string, `out` a place for a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_gate_open(
    surrogate: *const ondine_surrogate,
    policy_toml: *const c_char,
    out: *mut *mut ondine_gate_handle,
) -> c_int {
    call(|| {
        let out = unsafe { place(out, "out") }?;
        *out = std::ptr::null_mut();
        let policy = if policy_toml.is_null() {
            Policy::default()
        } else {
            let text = unsafe { text(policy_toml, "policy_toml") }?;
            Policy::parse(text).map_err(|error| argument(&format!("policy, {error}")))?
        };
        let surrogate = SURROGATES.get(surrogate)?;
        let opened = lock(&surrogate);
        opened.check_frames()?;
        let calibration = Calibration::read(&opened.path);
        let calibration = calibration.map_err(|why| error(Code::File, &why.to_string()))?;
        let (problem, points) = (opened.forecaster.problem(), opened.forecaster.points());
        let gate = Gate::new(policy, calibration, problem, points);
        let gate = gate.map_err(|why| error(Code::Shape, &why.to_string()))?;
        drop(opened);
        *out = GATES.insert(Open {
            surrogate,
            gate,
            last: None,
            feed: None,
        });
        Ok(())
    })
}

/// Decides on a step that [`ondine_step`](crate::ondine_step) made of `in`: `*decision` becomes ONDINE_ACCEPT, ONDINE_SOLVER or
/// ONDINE_STOP, `*score` the largest of its reasons in multiples of their limits. After ONDINE_SOLVER the solver makes the
/// state that follows `in`, and the next step begins with that.
///
/// # Safety
/// `in`, `out` and `conditions` as for [`ondine_step`](crate::ondine_step); `decision` is a place for a number, `score` NULL or
/// one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_gate(
    gate: *mut ondine_gate_handle,
    r#in: *const c_void,
    out: *const c_void,
    conditions: *const c_double,
    decision: *mut c_int,
    score: *mut c_double,
) -> c_int {
    with(gate, |open| {
        let decision = unsafe { place(decision, "decision") }?;
        let mut opened = lock(&open.surrogate);
        unsafe { opened.tell(conditions) }?;
        let before = unsafe { opened.state(r#in, "in") }?;
        let after = unsafe { opened.state(out, "out") }?;
        let spread = opened.spread(&before, open.gate.policy().members)?;
        let verdict = open.gate.decide(&Step {
            before: &before,
            after: &after,
            conditions: &opened.values,
            spread: spread.as_deref(),
        });
        open.last = open.feed.is_some().then(|| Last {
            before,
            conditions: opened.conditioning(),
            dt: opened.dt(),
        });
        *decision = match verdict.decision {
            Decision::Accept => ONDINE_ACCEPT,
            Decision::Solver => ONDINE_SOLVER,
            Decision::Stop => ONDINE_STOP,
        };
        if let Ok(score) = unsafe { place(score, "score") } {
            *score = verdict.score();
        }
        Ok(())
    })
}

/// Sends each truth of [`ondine_gate_truth`] into a training from now on, with the state before it: a trajectory of two frames
/// under the conditions of its step. The training at `endpoint` (NULL: ONDINE_ENDPOINT) has a recipe with source.kind =
/// "connect", conditions = "brought", and two frames as far apart as steps of the surrogate. Where it wants no more, nothing is
/// sent any more.
///
/// # Safety
/// `endpoint` is NULL or a string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_gate_feed(
    gate: *mut ondine_gate_handle,
    endpoint: *const c_char,
) -> c_int {
    with(gate, |open| {
        let mut known = None;
        if !endpoint.is_null() {
            known = Some(unsafe { text(endpoint, "endpoint") }?);
        }
        let opened = lock(&open.surrogate);
        let (problem, points) = (opened.forecaster.problem(), opened.forecaster.points());
        open.feed = Some(Feed::open(known, &problem.fields, points)?);
        Ok(())
    })
}

/// Tells a gate the truth for the last state that the surrogate gave: the limits of later decisions follow from it too, and the
/// training of [`ondine_gate_feed`] gets it. Where that can't be reached the gate has learned from the truth all the same.
///
/// # Safety
/// `predicted` and `truth` have the values of a state, of the type of [`ondine_layout`](crate::ondine_layout).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_gate_truth(
    gate: *mut ondine_gate_handle,
    predicted: *const c_void,
    truth: *const c_void,
) -> c_int {
    with(gate, |open| {
        let opened = lock(&open.surrogate);
        let predicted = unsafe { opened.state(predicted, "predicted") }?;
        let truth = unsafe { opened.state(truth, "truth") }?;
        if !truth.iter().all(|value| value.is_finite()) {
            return Err(error(
                Code::NotFinite,
                "`truth` has values that are NaN or infinite",
            ));
        }
        open.gate.truth(&predicted, &truth);
        let sent = match (&mut open.feed, open.last.take()) {
            (Some(feed), Some(last)) => {
                let states = [&*last.before, &*truth];
                feed.send(&last.conditions, states, last.dt)
            }
            _ => Ok(()),
        };
        match sent {
            Err(error) if error.code == Code::End => {
                open.feed = None;
                Ok(())
            }
            other => other,
        }
    })
}

/// Closes a gate.
///
/// # Safety
/// The handle came from [`ondine_gate_open`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_gate_close(gate: *mut ondine_gate_handle) -> c_int {
    call(|| GATES.remove(gate).map(drop))
}

/// A call with the gate of a handle.
fn with(handle: *const ondine_gate_handle, run: impl FnOnce(&mut Open) -> Result<()>) -> c_int {
    call(|| {
        let open = GATES.get(handle)?;
        run(&mut lock(&open))
    })
}
