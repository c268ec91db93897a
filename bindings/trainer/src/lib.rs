//! The C interface of Ondine with trainings: `libondine` with the functions that train in the process of a code, beside those of
//! [`::ondine_surrogate`] and [`ondine_c`]; the largest of the three, and installed in the place of the others.
//!
//! A code opens a training and a client of it, streams frames as to any training, and gives the training its turns by
//! [`ondine_train_for`]. `ondine_trainer.h` is generated from this crate.

#![allow(unsafe_code, reason = "C passes pointers")]
#![allow(clippy::doc_markdown, reason = "the texts are those of the header")]
#![allow(
    clippy::undocumented_unsafe_blocks,
    reason = "each block hands on a promise of its function's section on safety"
)]

pub use ::ondine_surrogate::*;

use ondine::training::{Session, Training, TrainingError};
use ondine_c::border::{Handles, call, lock, place, text};
use ondine_coupling::{Code, Error, Result};
use std::ffi::{CString, c_char, c_int};
use std::time::Duration;

/// Handle of a training.
#[allow(non_camel_case_types, reason = "its name in C")]
pub struct ondine_trainer {
    _private: [u8; 0],
}

struct Open {
    session: Session,
    endpoint: CString,
}

static TRAINERS: Handles<Open> = Handles::new("training", "ondine_trainer_open");

/// Begins the training of a recipe, in a new run directory; or goes on with that of the run where `recipe` is NULL. It waits for
/// its turns, which [`ondine_train_for`] gives. A recipe with source.kind = "connect" waits for clients, which may be of this
/// process. On an error `*out` is NULL.
///
/// # Safety
/// `recipe` is NULL or a string, `run` a string, `out` a place for a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_trainer_open(
    recipe: *const c_char,
    run: *const c_char,
    out: *mut *mut ondine_trainer,
) -> c_int {
    call(|| {
        let out = unsafe { place(out, "out") }?;
        *out = std::ptr::null_mut();
        let run = unsafe { text(run, "run") }?;
        let training = if recipe.is_null() {
            Ok(Training::resume(run))
        } else {
            let recipe = unsafe { text(recipe, "recipe") }?;
            Training::recipe(recipe).and_then(|training| training.into_run(run))
        };
        let session = training.and_then(Training::start);
        let session = session.map_err(|error| failed(&error))?;
        let endpoint = session.endpoint().unwrap_or_default();
        let endpoint = CString::new(endpoint).unwrap_or_default();
        *out = TRAINERS.insert(Open { session, endpoint });
        Ok(())
    })
}

/// Sets `*endpoint` to that of the training, for [`ondine_open`]; an empty string where its simulations come
/// from elsewhere. The text is valid until the training is closed.
///
/// # Safety
/// `endpoint` is a place for a string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_trainer_endpoint(
    trainer: *const ondine_trainer,
    endpoint: *mut *const c_char,
) -> c_int {
    with(trainer, |open| {
        let endpoint = unsafe { place(endpoint, "endpoint") }?;
        *endpoint = open.endpoint.as_ptr();
        Ok(())
    })
}

/// Gives the training a turn of so many milliseconds, 0 or more, and waits for the step that is under way then; `*steps`, which may
/// be NULL, becomes the number of steps that are done. Between turns the training rests, but where the code waits for it in another
/// call: because its buffer is full, or for its end behind the last simulation. ONDINE_END: all steps are done, and the run has its report. ONDINE_FAILED: it has failed.
///
/// # Safety
/// `steps` is NULL or a place for a number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_train_for(
    trainer: *mut ondine_trainer,
    milliseconds: c_int,
    steps: *mut u64,
) -> c_int {
    with(trainer, |open| {
        let text = format!("`milliseconds` = {milliseconds}; 0 or more are needed");
        let time = u64::try_from(milliseconds).map_err(|_| error(Code::Argument, &text))?;
        let done = open.session.train_for(Duration::from_millis(time));
        let done = done.map_err(|error| failed(&error))?;
        if let Ok(steps) = unsafe { place(steps, "steps") } {
            *steps = done as u64;
        }
        if open.session.is_finished() {
            return Err(error(Code::End, "all steps of the training are done"));
        }
        Ok(())
    })
}

/// Closes a training, with a checkpoint where it has not ended. Clients in this process are to be closed before.
///
/// # Safety
/// The handle came from [`ondine_trainer_open`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_trainer_close(trainer: *mut ondine_trainer) -> c_int {
    call(|| {
        let Some(open) = TRAINERS.remove(trainer)? else {
            return Ok(());
        };
        let ended = open.session.stop();
        ended.map(|_| ()).map_err(|error| failed(&error))
    })
}

/// The error of a training, with its code.
fn failed(found: &TrainingError) -> Error {
    let code = match found {
        TrainingError::Recipe(_) => Code::Argument,
        TrainingError::Run(_) => Code::File,
        TrainingError::Finished { .. } => Code::End,
        _ => Code::Failed,
    };
    error(code, &found.to_string())
}

fn error(code: Code, text: &str) -> Error {
    Error {
        code,
        text: text.to_owned(),
    }
}

/// A call with the training of a handle.
fn with(handle: *const ondine_trainer, run: impl FnOnce(&mut Open) -> Result<()>) -> c_int {
    call(|| {
        let open = TRAINERS.get(handle)?;
        run(&mut lock(&open))
    })
}
