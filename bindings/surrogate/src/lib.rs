//! The C interface of Ondine with trained surrogates: `libondine` with the functions that run the surrogate of a training in
//! the time loop of a code, which takes the place of the one without.
//!
//! As in [`ondine_c`], every function returns 0 or the number of a named code, [`ondine_c::ondine_last_error`] has the
//! sentence, and none unwinds, aborts, prints or exits. `ondine_surrogate.h` is generated from this crate.

#![allow(unsafe_code, reason = "C passes pointers")]
#![allow(clippy::doc_markdown, reason = "the texts are those of the header")]
#![allow(
    clippy::undocumented_unsafe_blocks,
    reason = "each block hands on a promise of its function's section on safety"
)]

mod feed;
mod gate;
mod handle;
mod info;
mod order;

pub use gate::*;
pub use ondine_c::*;

use handle::{Numbers, Opened};
use ondine_c::border::{Handles, call, lock, place, text};
use ondine_coupling::{Code, Error, Result};
use std::ffi::{c_char, c_double, c_int, c_void};
use std::path::Path;

/// States with the last axis of the grid fastest, field after field: arrays of C and NumPy.
pub const ONDINE_ROW_MAJOR: c_int = 0;
/// States with the first axis of the grid fastest, field after field: arrays `u(x, y, field)` of Fortran.
pub const ONDINE_COLUMN_MAJOR: c_int = 1;

/// Handle of a surrogate.
#[allow(non_camel_case_types, reason = "its name in C")]
pub struct ondine_surrogate {
    _private: [u8; 0],
}

static SURROGATES: Handles<Opened> = Handles::new("surrogate", "ondine_load");

/// Opens the surrogate of a run directory, or of the file that "ondine export RUN FILE" makes of one, on a device such as "cpu"
/// or "cuda:1"; NULL stands for "cpu". A handle may be used by any thread, by one at a time. ONDINE_FILE: there is no such run
/// or file, it is damaged, or a newer version wrote it. On an error `*out` is NULL.
///
/// # Safety
/// `path` is a string, `device` NULL or a string, `out` a place for a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_load(
    path: *const c_char,
    device: *const c_char,
    out: *mut *mut ondine_surrogate,
) -> c_int {
    call(|| {
        let out = unsafe { place(out, "out") }?;
        *out = std::ptr::null_mut();
        let path = unsafe { text(path, "path") }?;
        let device = if device.is_null() {
            "cpu"
        } else {
            unsafe { text(device, "device") }?
        };
        *out = SURROGATES.insert(Opened::open(Path::new(path), device)?);
        Ok(())
    })
}

/// Sets the number type of states, ONDINE_F32 or ONDINE_F64, and the order of their values, ONDINE_ROW_MAJOR or
/// ONDINE_COLUMN_MAJOR. ONDINE_F64 and ONDINE_ROW_MAJOR by default.
///
/// # Safety
/// The handle came from [`ondine_load`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_layout(
    surrogate: *mut ondine_surrogate,
    dtype: c_int,
    order: c_int,
) -> c_int {
    with(surrogate, |opened| {
        opened.numbers = match dtype {
            ONDINE_F32 => Numbers::F32,
            ONDINE_F64 => Numbers::F64,
            _ => {
                return Err(argument(&format!(
                    "`dtype` = {dtype}; ONDINE_F32 or ONDINE_F64 is needed"
                )));
            }
        };
        opened.order.column_major = match order {
            ONDINE_ROW_MAJOR => false,
            ONDINE_COLUMN_MAJOR => true,
            _ => {
                let text =
                    format!("`order` = {order}; ONDINE_ROW_MAJOR or ONDINE_COLUMN_MAJOR is needed");
                return Err(argument(&text));
            }
        };
        Ok(())
    })
}

/// Sets `*json` to a description: "fields", "points" per axis, "values" of a state, "frames" of a state (more than 1 after a
/// training with a history or on bundles), "stride" in frames of the training, "conditions" with "name", "range" and "unit", the first of which
/// are the `conditions` of [`ondine_step`], whose number is "told", "steps" of the training, "stochastic", and "horizon", the
/// time that forecasts held when they were judged, or null. The text is valid until the surrogate is freed.
///
/// # Safety
/// `json` is a place for a string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_info(
    surrogate: *const ondine_surrogate,
    json: *mut *const c_char,
) -> c_int {
    with(surrogate, |opened| {
        let json = unsafe { place(json, "json") }?;
        *json = opened.info.as_ptr();
        Ok(())
    })
}

/// Advances a state by one step, `in` to `out`, which may be one array. `conditions` are the values of the first "told"
/// conditions of [`ondine_info`], in their order; NULL where there are none. Noise of a surrogate that is correlated in time goes on
/// from the call before, until [`ondine_restart`].
///
/// # Safety
/// `in` and `out` have the "values" of a state, of the type of [`ondine_layout`]; `conditions` is NULL or has "told" numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_step(
    surrogate: *mut ondine_surrogate,
    r#in: *const c_void,
    conditions: *const c_double,
    out: *mut c_void,
) -> c_int {
    with(surrogate, |opened| {
        unsafe { opened.tell(conditions) }?;
        unsafe { opened.load(r#in, "in") }?;
        opened.step()?;
        unsafe { opened.store(out, "out") }
    })
}

/// Advances a state by one step by each of several `members` that sample their answers: their mean, and their spread, the
/// standard deviation per value. Either may be NULL. ONDINE_ARGUMENT for a surrogate that gives one answer only.
///
/// # Safety
/// As for [`ondine_step`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_step_ensemble(
    surrogate: *mut ondine_surrogate,
    r#in: *const c_void,
    conditions: *const c_double,
    members: c_int,
    mean: *mut c_void,
    spread: *mut c_void,
) -> c_int {
    with(surrogate, |opened| {
        unsafe { opened.tell(conditions) }?;
        let count = usize::try_from(members).ok().filter(|count| *count > 1);
        let text = format!("`members` = {members}; 2 or more are needed");
        let count = count.ok_or_else(|| argument(&text))?;
        opened.check_frames()?;
        unsafe { opened.load(r#in, "in") }?;
        let deviations = opened.ensemble(count)?;
        if !mean.is_null() {
            unsafe { opened.store(mean, "mean") }?;
        }
        opened.state = deviations;
        if spread.is_null() {
            return Ok(());
        }
        unsafe { opened.store(spread, "spread") }
    })
}

/// Begins another rollout by [`ondine_step`]: the noise of the next step has nothing to do with that of the last one. It changes
/// nothing for a surrogate that gives one answer, or draws noise anew per step.
///
/// # Safety
/// The handle came from [`ondine_load`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_restart(surrogate: *mut ondine_surrogate) -> c_int {
    with(surrogate, |opened| {
        opened.forecaster.restart();
        Ok(())
    })
}

/// Frees a surrogate.
///
/// # Safety
/// The handle came from [`ondine_load`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_free(surrogate: *mut ondine_surrogate) -> c_int {
    call(|| SURROGATES.remove(surrogate).map(drop))
}

fn argument(text: &str) -> Error {
    error(Code::Argument, text)
}

fn error(code: Code, text: &str) -> Error {
    Error {
        code,
        text: text.to_owned(),
    }
}

/// A call with the surrogate of a handle.
fn with(handle: *const ondine_surrogate, run: impl FnOnce(&mut Opened) -> Result<()>) -> c_int {
    call(|| {
        let opened = SURROGATES.get(handle)?;
        run(&mut lock(&opened))
    })
}
