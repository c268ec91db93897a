//! Error codes: one number and one name for C, Fortran, Python and Rust, and a sentence with each.

/// Kind of an error, with the number that the C interface returns; 0 is success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum Code {
    /// No simulation is left to run, or the training has ended.
    End = 1,
    /// A handle is NULL, or was closed before.
    Handle = 2,
    /// An argument makes no sense: an option, a name that is too long, a negative number of ranks.
    Argument = 3,
    /// An endpoint that is neither `ipc://PATH` nor `tcp://HOST:PORT`.
    Endpoint = 4,
    /// Nobody listens at the endpoint.
    Connect = 5,
    /// The endpoint of a listener is in use.
    InUse = 6,
    /// The two sides speak different versions.
    Version = 7,
    /// A wrong token, or none where one is needed.
    Token = 8,
    /// A field that is not declared, or not the one that the training expects.
    Field = 9,
    /// A rank, shape, block or stride that does not fit the field or its array.
    Shape = 10,
    /// Blocks of one frame that overlap.
    Overlap = 11,
    /// A frame that lacks cells or fields.
    Missing = 12,
    /// Conditions of a simulation: a wrong number of them, or one outside of its range.
    Values = 13,
    /// NaN or an infinity.
    NotFinite = 14,
    /// A time that is not later than that of the frame before.
    Time = 15,
    /// A call before another one that has to come first.
    Order = 16,
    /// The training took nothing within the time limit.
    Timeout = 17,
    /// The training is behind, and the client was told to fail then.
    Full = 18,
    /// The connection broke and could not be made again.
    Lost = 19,
    /// Frames between those that the training has and the first one that was to come.
    Gap = 20,
    /// A size beyond the limit of the listener.
    Limit = 21,
    /// Bytes that are no message.
    Protocol = 22,
    /// A panic inside of the library.
    Panic = 23,
    /// A call that was interrupted while it waited.
    Interrupted = 24,
    /// A simulation that failed by its own account, or whose program did not run.
    Failed = 25,
    /// A file or a run that can't be read.
    File = 26,
}

/// All codes, with the names that they have in C, Fortran and Python.
pub const CODES: [(Code, &str); 26] = [
    (Code::End, "END"),
    (Code::Handle, "HANDLE"),
    (Code::Argument, "ARGUMENT"),
    (Code::Endpoint, "ENDPOINT"),
    (Code::Connect, "CONNECT"),
    (Code::InUse, "IN_USE"),
    (Code::Version, "VERSION"),
    (Code::Token, "TOKEN"),
    (Code::Field, "FIELD"),
    (Code::Shape, "SHAPE"),
    (Code::Overlap, "OVERLAP"),
    (Code::Missing, "MISSING"),
    (Code::Values, "VALUES"),
    (Code::NotFinite, "NOT_FINITE"),
    (Code::Time, "TIME"),
    (Code::Order, "ORDER"),
    (Code::Timeout, "TIMEOUT"),
    (Code::Full, "FULL"),
    (Code::Lost, "LOST"),
    (Code::Gap, "GAP"),
    (Code::Limit, "LIMIT"),
    (Code::Protocol, "PROTOCOL"),
    (Code::Panic, "PANIC"),
    (Code::Interrupted, "INTERRUPTED"),
    (Code::Failed, "FAILED"),
    (Code::File, "FILE"),
];

impl Code {
    /// The code with this number, if there is one.
    ///
    /// ```
    /// use ondine_coupling::Code;
    /// assert_eq!(Code::from_number(14), Some(Code::NotFinite));
    /// assert_eq!(Code::from_number(0), None);
    /// ```
    pub fn from_number(number: i32) -> Option<Self> {
        let found = CODES.iter().find(|(code, _)| code.number() == number);
        found.map(|(code, _)| *code)
    }

    /// Its number, 1 or more.
    pub fn number(self) -> i32 {
        self as i32
    }

    /// Its name in C, without `ONDINE_`.
    pub fn name(self) -> &'static str {
        let found = CODES.iter().find(|(code, _)| *code == self);
        found.map_or("", |(_, name)| name)
    }

    /// An error of this kind.
    pub(crate) fn error(self, text: impl Into<String>) -> Error {
        Error {
            code: self,
            text: text.into(),
        }
    }
}

/// Failure of a call, or refusal by the other side.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Error {
    /// Its kind.
    pub code: Code,
    /// The event and its remedy, as a sentence.
    pub text: String,
}

/// Result of the calls of this crate.
pub type Result<T> = std::result::Result<T, Error>;
