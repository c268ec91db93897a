//! The codes of C, which are those of [`ondine_coupling::Code`].

use std::ffi::{CStr, c_int};

/// Success.
pub const ONDINE_OK: c_int = 0;
/// No simulation is left to run, or the training has ended.
pub const ONDINE_END: c_int = 1;
/// A handle is NULL, or was closed before.
pub const ONDINE_HANDLE: c_int = 2;
/// An argument makes no sense: an option, a name that is too long, a negative number of ranks.
pub const ONDINE_ARGUMENT: c_int = 3;
/// An endpoint that is neither `ipc://PATH` nor `tcp://HOST:PORT`.
pub const ONDINE_ENDPOINT: c_int = 4;
/// Nobody listens at the endpoint.
pub const ONDINE_CONNECT: c_int = 5;
/// The endpoint of a listener is in use.
pub const ONDINE_IN_USE: c_int = 6;
/// The two sides speak different versions.
pub const ONDINE_VERSION: c_int = 7;
/// A wrong token, or none where one is needed.
pub const ONDINE_TOKEN: c_int = 8;
/// A field that is not declared, or not the one that the training expects.
pub const ONDINE_FIELD: c_int = 9;
/// A rank, shape, block or stride that does not fit the field or its array.
pub const ONDINE_SHAPE: c_int = 10;
/// Blocks of one frame that overlap.
pub const ONDINE_OVERLAP: c_int = 11;
/// A frame that lacks cells or fields.
pub const ONDINE_MISSING: c_int = 12;
/// Conditions of a simulation: a wrong number of them, or one outside of its range.
pub const ONDINE_VALUES: c_int = 13;
/// NaN or an infinity.
pub const ONDINE_NOT_FINITE: c_int = 14;
/// A time that is not later than that of the frame before.
pub const ONDINE_TIME: c_int = 15;
/// A call before another one that has to come first.
pub const ONDINE_ORDER: c_int = 16;
/// The training took nothing within the time limit.
pub const ONDINE_TIMEOUT: c_int = 17;
/// The training is behind, and the client was told to fail then.
pub const ONDINE_FULL: c_int = 18;
/// The connection broke and could not be made again.
pub const ONDINE_LOST: c_int = 19;
/// Frames between those that the training has and the first one that was to come.
pub const ONDINE_GAP: c_int = 20;
/// A size beyond the limit of the listener.
pub const ONDINE_LIMIT: c_int = 21;
/// Bytes that are no message.
pub const ONDINE_PROTOCOL: c_int = 22;
/// A panic inside of the library.
pub const ONDINE_PANIC: c_int = 23;
/// A call that was interrupted while it waited.
pub const ONDINE_INTERRUPTED: c_int = 24;
/// A simulation that failed by its own account, or whose program did not run.
pub const ONDINE_FAILED: c_int = 25;
/// A file or a run that can't be read.
pub const ONDINE_FILE: c_int = 26;

/// 32-bit floating point.
pub const ONDINE_F32: c_int = 1;
/// 64-bit floating point.
pub const ONDINE_F64: c_int = 2;

/// Names of the codes, by their numbers.
const NAMES: [&CStr; 27] = [
    c"ONDINE_OK",
    c"ONDINE_END",
    c"ONDINE_HANDLE",
    c"ONDINE_ARGUMENT",
    c"ONDINE_ENDPOINT",
    c"ONDINE_CONNECT",
    c"ONDINE_IN_USE",
    c"ONDINE_VERSION",
    c"ONDINE_TOKEN",
    c"ONDINE_FIELD",
    c"ONDINE_SHAPE",
    c"ONDINE_OVERLAP",
    c"ONDINE_MISSING",
    c"ONDINE_VALUES",
    c"ONDINE_NOT_FINITE",
    c"ONDINE_TIME",
    c"ONDINE_ORDER",
    c"ONDINE_TIMEOUT",
    c"ONDINE_FULL",
    c"ONDINE_LOST",
    c"ONDINE_GAP",
    c"ONDINE_LIMIT",
    c"ONDINE_PROTOCOL",
    c"ONDINE_PANIC",
    c"ONDINE_INTERRUPTED",
    c"ONDINE_FAILED",
    c"ONDINE_FILE",
];

/// The name of a code; empty for a number that is none.
pub(crate) fn name(code: c_int) -> &'static CStr {
    let index = usize::try_from(code).ok();
    index
        .and_then(|index| NAMES.get(index))
        .copied()
        .unwrap_or(c"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ondine_coupling::CODES;

    #[test]
    fn codes_are_those_of_the_library() {
        assert_eq!(CODES.len() + 1, NAMES.len());
        for (code, known) in CODES {
            let name = name(code.number()).to_str().expect("ASCII");
            assert_eq!(name.strip_prefix("ONDINE_"), Some(known));
        }
        let last = ondine_coupling::Code::File;
        assert_eq!(ONDINE_FILE, last.number());
        assert_eq!(name(27), c"");
        assert_eq!(name(-1), c"");
    }
}
