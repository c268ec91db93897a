//! The C interface of Ondine: a simulation code streams its fields into a training.
//!
//! Every function returns 0 ([`ONDINE_OK`]) or the number of a named code; [`ondine_last_error`] has the sentence. None
//! unwinds, aborts, prints or exits. A handle is a number in the form of a pointer, so that one that was closed is an
//! error, and not an access to memory that is gone. `ondine.h` is generated from this crate.

#![allow(unsafe_code, reason = "C passes pointers")]
#![allow(clippy::doc_markdown, reason = "the texts are those of the header")]
#![allow(
    clippy::undocumented_unsafe_blocks,
    reason = "each block hands on a promise of its function's section on safety"
)]

mod arrays;
mod call;
mod codes;
mod read;

pub use arrays::*;
pub use codes::*;

/// Parts for other libraries with a C interface, which share the codes and [`ondine_last_error`].
#[doc(hidden)]
pub mod border {
    pub use crate::call::{Handles, call, lock};
    pub use crate::read::{numbers, place, places, text};
}

use call::{Handles, call, lock};
use codes::name;
use ondine_coupling::{Client, Code, Result};
use read::{condition_values, number, place, shape, text};
use std::ffi::{c_char, c_double, c_int};

/// Handle of a client.
#[allow(non_camel_case_types, reason = "its name in C")]
pub struct ondine_client {
    _private: [u8; 0],
}

static CLIENTS: Handles<Client> = Handles::new("client", "ondine_open");

/// Connects to the training that listens at an endpoint, `ipc://PATH` or `tcp://HOST:PORT`; NULL stands for the
/// environment variable ONDINE_ENDPOINT. Options come from the environment: ONDINE_TOKEN, ONDINE_WHEN_FULL (block, drop or
/// fail), ONDINE_TIMEOUT and ONDINE_RECONNECT in seconds, ONDINE_WINDOW, ONDINE_RANKS, ONDINE_SIMULATION. On an error
/// `*out` is NULL.
///
/// # Safety
/// `endpoint` is NULL or a string, `out` a place for a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_open(
    endpoint: *const c_char,
    out: *mut *mut ondine_client,
) -> c_int {
    call(|| {
        let out = unsafe { place(out, "out") }?;
        *out = std::ptr::null_mut();
        let opened = if endpoint.is_null() {
            Client::open_from_environment()
        } else {
            Client::open(unsafe { text(endpoint, "endpoint") }?)
        };
        *out = CLIENTS.insert(opened?);
        Ok(())
    })
}

/// Changes an option: "when_full" to "block", "drop" or "fail", "timeout" and "reconnect" to seconds, "window" and "ranks"
/// to counts, "simulation" to the number of the next simulation.
///
/// # Safety
/// `name` and `value` are strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_set(
    client: *mut ondine_client,
    name: *const c_char,
    value: *const c_char,
) -> c_int {
    with(client, |client| {
        let name = unsafe { text(name, "name") }?;
        client.set(name, unsafe { text(value, "value") }?)
    })
}

/// Declares a field by its global shape, x first, of `rank` axes (1 to 4); ONDINE_F32 or ONDINE_F64. All fields are
/// declared before the first simulation.
///
/// # Safety
/// `name` is a string, `global_shape` has `rank` numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_field(
    client: *mut ondine_client,
    name: *const c_char,
    dtype: c_int,
    rank: c_int,
    global_shape: *const usize,
) -> c_int {
    with(client, |client| {
        let name = unsafe { text(name, "name") }?;
        let points = unsafe { shape(global_shape, rank, "global_shape") }?;
        client.field(name, number(dtype)?, points)
    })
}

/// Asks for a simulation, and waits for it: the training's sampler decides. `*simulation` becomes its number, `values` its
/// `n` conditions. ONDINE_END: no more are wanted. ONDINE_VALUES: it has another number of conditions; it has begun all the
/// same, and has to be finished.
///
/// # Safety
/// `simulation` is NULL or a place for a number, `values` has room for `n` numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_next(
    client: *mut ondine_client,
    simulation: *mut u64,
    values: *mut c_double,
    n: usize,
) -> c_int {
    with(client, |client| {
        let text = "no simulation is left to run";
        let found = client.next()?.ok_or_else(|| error(Code::End, text))?;
        if let Ok(simulation) = unsafe { place(simulation, "simulation") } {
            *simulation = found.number;
        }
        if found.values.len() != n {
            let count = found.values.len();
            let text = format!("the simulation has {count} conditions, `values` {n}");
            return Err(error(Code::Values, &text));
        }
        if n > 0 {
            let values = unsafe { read::places(values, n, "values") }?;
            values.copy_from_slice(&found.values);
        }
        Ok(())
    })
}

/// Begins a simulation with `n` conditions that the code chose; the training chooses its number.
///
/// # Safety
/// `values` has `n` numbers, `simulation` is NULL or a place for a number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_begin(
    client: *mut ondine_client,
    values: *const c_double,
    n: usize,
    simulation: *mut u64,
) -> c_int {
    with(client, |client| {
        let found = client.begin(unsafe { condition_values(values, n) }?)?;
        if let Ok(simulation) = unsafe { place(simulation, "simulation") } {
            *simulation = found.number;
        }
        Ok(())
    })
}

/// Begins a simulation of the code's own numbering, or goes on with it after a restart. `frame` is the index of the frame
/// that the code commits next: 0 from its initial state, more from a checkpoint. `*frames` becomes the number of frames
/// that the training has; it takes none twice.
///
/// # Safety
/// `values` has `n` numbers, `frames` is NULL or a place for a number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_resume(
    client: *mut ondine_client,
    simulation: u64,
    values: *const c_double,
    n: usize,
    frame: u64,
    frames: *mut u64,
) -> c_int {
    with(client, |client| {
        let found = client.resume(simulation, unsafe { condition_values(values, n) }?, frame)?;
        if let Ok(frames) = unsafe { place(frames, "frames") } {
            *frames = found.frames;
        }
        Ok(())
    })
}

/// Takes part in a simulation that another rank began; that rank tells its number, and both have the option "ranks".
///
/// # Safety
/// The handle came from [`ondine_open`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_join(client: *mut ondine_client, simulation: u64) -> c_int {
    with(client, |client| client.join(simulation).map(|_| ()))
}

/// Ends the frame that was put, at this time of the simulation. Times grow. Where the training is behind, the call waits,
/// drops the frame or fails, as the option "when_full" says; after ONDINE_TIMEOUT and ONDINE_FULL it may be repeated.
///
/// # Safety
/// The handle came from [`ondine_open`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_commit(client: *mut ondine_client, time: c_double) -> c_int {
    with(client, |client| client.commit(time))
}

/// Ends the simulation, and waits until the training has all its frames; a status other than 0 says that it failed.
///
/// # Safety
/// The handle came from [`ondine_open`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_finish(client: *mut ondine_client, status: c_int) -> c_int {
    with(client, |client| client.finish(status))
}

/// Sets `*flag` to 1 where the training wants no more, its target or budget being reached, and to 0 else.
///
/// # Safety
/// `flag` is a place for a number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_should_stop(client: *mut ondine_client, flag: *mut c_int) -> c_int {
    with(client, |client| {
        let flag = unsafe { place(flag, "flag") }?;
        *flag = c_int::from(client.should_stop()?);
        Ok(())
    })
}

/// Sets `*frames` to the number of frames that were dropped because the training was behind.
///
/// # Safety
/// `frames` is a place for a number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_dropped(client: *mut ondine_client, frames: *mut u64) -> c_int {
    with(client, |client| {
        let frames = unsafe { place(frames, "frames") }?;
        *frames = client.dropped();
        Ok(())
    })
}

/// Closes a client. ONDINE_ORDER: a simulation was not finished; the client is closed all the same.
///
/// # Safety
/// The handle came from [`ondine_open`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_close(client: *mut ondine_client) -> c_int {
    call(|| CLIENTS.remove(client)?.map_or(Ok(()), Client::close))
}

/// The sentence of the last error of this thread; an empty string where there was none. It is valid up to the next call of
/// this library in the thread.
#[unsafe(no_mangle)]
pub extern "C" fn ondine_last_error() -> *const c_char {
    call::last_error()
}

/// The name of a code, such as "ONDINE_SHAPE"; an empty string for a number that is none.
#[unsafe(no_mangle)]
pub extern "C" fn ondine_code_name(code: c_int) -> *const c_char {
    name(code).as_ptr()
}

fn error(code: Code, text: &str) -> ondine_coupling::Error {
    ondine_coupling::Error {
        code,
        text: text.to_owned(),
    }
}

/// A call with the client of a handle.
fn with(handle: *mut ondine_client, run: impl FnOnce(&mut Client) -> Result<()>) -> c_int {
    call(|| {
        let client = CLIENTS.get(handle)?;
        run(&mut lock(&client))
    })
}
