//! Messages between a simulation code and a training.
//!
//! A connection carries messages one after the other, numbers in little-endian order:
//!
//! | bytes | content |
//! |---|---|
//! | 1 | kind |
//! | 8 | length `n` of the rest |
//! | `n` | the rest |
//!
//! `text` is a u32 length and UTF-8; a *block* is its number type u8, its rank u8, its offset and shape as u64 per axis, and
//! its values, row-major. Client to listener; the kinds with a star are *records*, which both sides count from 1:
//!
//! | kind | message | the rest |
//! |---|---|---|
//! | 1 | [`Hello`](Message::Hello) | the magic `ondine\0\x01`, version u16, key of the client 16 bytes, token as text |
//! | 2* | [`Field`](Message::Field) | number type u8, rank u8, shape u64 per axis, name as text |
//! | 3* | [`Next`](Message::Next) | number wanted u64, ranks u32 |
//! | 4* | [`Begin`](Message::Begin) | number wanted u64, first frame u64, ranks u32, conditions f64 |
//! | 5* | [`Join`](Message::Join) | simulation u64, first frame u64 |
//! | 6* | [`Static`](Message::Static) | name as text, rank u8, global shape u64 per axis, block |
//! | 7* | [`Frame`](Message::Frame) | frame u64, time f64, number of blocks u16; per block its field u16 and block |
//! | 8* | [`Skip`](Message::Skip) | first frame u64, frame after the last u64 |
//! | 9* | [`Finish`](Message::Finish) | status i32 |
//! | 10 | [`Bye`](Message::Bye) | nothing |
//! | 11* | [`Describe`](Message::Describe) | nothing |
//! | 12* | [`Fail`](Message::Fail) | status i32, text |
//!
//! Listener to client:
//!
//! | kind | message | the rest |
//! |---|---|---|
//! | 32 | [`Welcome`](Message::Welcome) | the magic, version u16, whether the client is known u8, records taken u64 |
//! | 33 | [`Ack`](Message::Ack) | records taken u64 |
//! | 34 | [`Reply`](Message::Reply) | record u64, kind u8, and what that kind has |
//! | 35 | [`Refused`](Message::Refused) | record u64, whether it is final u8, code i32, text |
//! | 36 | [`Stop`](Message::Stop) | nothing |
//!
//! A record is kept by the client until it is acknowledged, and is sent again over a new connection, which begins with the
//! number of records taken: each is thus taken once. Whatever arrives is a message or an error, never a panic, and nothing
//! is allocated before a length has been compared with the limit of its kind and the bytes that the message has left.

mod decode;
mod encode;

pub use decode::read;
pub use encode::{Body, encode};

use crate::code::Code;
use crate::field::{Dtype, Field, Region, Values};
use std::io;

/// Version of the format; one side of another version is refused.
pub const VERSION: u16 = 1;

/// Bytes of a token, at most.
pub const MAX_TOKEN: usize = 1024;

/// Bytes of the sentence of an error, at most.
pub const MAX_TEXT: usize = 4096;

/// Bytes of the description of a training, at most.
pub const MAX_DESCRIPTION: usize = 1 << 20;

/// Conditions of a simulation, at most.
pub const MAX_CONDITIONS: usize = 1024;

/// Blocks of one frame from one client, at most.
pub const MAX_BLOCKS: usize = 1024;

/// Bytes before the rest of a message.
pub const HEAD: usize = 9;

/// Bytes of a block beside its values, at most, with the field before it.
pub(crate) const BLOCK_HEAD: usize = 2 + 2 + 16 * crate::field::MAX_RANK;

pub(crate) const MAGIC: &[u8; 8] = b"ondine\0\x01";

/// Number that stands for "any simulation".
const ANY: u64 = u64::MAX;

/// Identity of a client over all its connections, drawn when it is opened.
pub type Key = [u8; 16];

/// Values of a region of a field.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// Place of the values in the field.
    pub region: Region,
    /// The values, row-major.
    pub values: Values,
}

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// The first message of a client.
    Hello {
        /// Its version.
        version: u16,
        /// Its identity.
        key: Key,
        /// The secret that both sides share; empty without one.
        token: String,
    },
    /// Declaration of a field.
    Field(Field),
    /// Request for a simulation that the training chooses.
    Next {
        /// Its number, where one is wanted.
        wanted: Option<u64>,
        /// Clients that make it together.
        ranks: u32,
    },
    /// Begin of a simulation that the code chose.
    Begin {
        /// Its number, where the code has one.
        wanted: Option<u64>,
        /// Index of the first frame that will come.
        first: u64,
        /// Clients that make it together.
        ranks: u32,
        /// Its conditions.
        values: Vec<f64>,
    },
    /// Another rank of a simulation that one rank began.
    Join {
        /// Its number.
        simulation: u64,
        /// Index of the first frame that will come.
        first: u64,
    },
    /// A block of a static field.
    Static {
        /// The field.
        field: Field,
        /// Its values.
        block: Block,
    },
    /// Blocks of one frame: all that one rank has of it.
    Frame {
        /// Its index in the simulation, from 0.
        frame: u64,
        /// Its time.
        time: f64,
        /// Index of a declared field, and values of it.
        blocks: Vec<(u16, Block)>,
    },
    /// Frames that the client dropped because the training was behind.
    Skip {
        /// The first of them.
        from: u64,
        /// The one after the last.
        until: u64,
    },
    /// End of the simulation.
    Finish {
        /// 0 where it succeeded.
        status: i32,
    },
    /// Request for the description of the training.
    Describe,
    /// End of the simulation by a failure.
    Fail {
        /// Its kind, a number of the code's own other than 0.
        status: i32,
        /// The failure as a sentence.
        text: String,
    },
    /// End of the connection on purpose.
    Bye,
    /// Answer to a hello.
    Welcome {
        /// Version of the listener.
        version: u16,
        /// Records taken from this client, if it is known.
        records: Option<u64>,
    },
    /// All records up to this one were taken; a repeated one says that the listener is alive.
    Ack {
        /// Their number.
        records: u64,
    },
    /// Answer to a record.
    Reply {
        /// The record.
        record: u64,
        /// The answer.
        reply: Reply,
    },
    /// Refusal of a record.
    Refused {
        /// The record.
        record: u64,
        /// Whether the listener hears no more of this client.
        last: bool,
        /// Kind of the error.
        code: Code,
        /// The error as a sentence.
        text: String,
    },
    /// The training wants no more: its target or budget is reached.
    Stop,
}

/// Answer to a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// It was taken.
    Done,
    /// A simulation has begun.
    Begun {
        /// Its number.
        simulation: u64,
        /// Frames that the training has of it.
        frames: u64,
        /// Its conditions, where the training chose them.
        values: Vec<f64>,
    },
    /// There is nothing more to run.
    End,
    /// The description of the training.
    Description {
        /// Its text.
        text: String,
    },
}

/// Failure to read a message.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// The connection broke, or ended within a message.
    #[error("the connection broke: {0}")]
    Io(#[from] io::Error),
    /// A kind that does not exist.
    #[error("{0} is no kind of message")]
    Kind(u8),
    /// A message that is too long.
    #[error("a message of kind {kind} with {length} bytes, {limit} at most are possible")]
    Length {
        /// Its kind.
        kind: u8,
        /// Its length.
        length: u64,
        /// The limit of its kind.
        limit: u64,
    },
    /// A message whose contents make no sense.
    #[error("a message of kind {0} that makes no sense")]
    Contents(u8),
}

impl Message {
    fn kind(&self) -> u8 {
        match self {
            Self::Hello { .. } => 1,
            Self::Field(_) => 2,
            Self::Next { .. } => 3,
            Self::Begin { .. } => 4,
            Self::Join { .. } => 5,
            Self::Static { .. } => 6,
            Self::Frame { .. } => 7,
            Self::Skip { .. } => 8,
            Self::Finish { .. } => 9,
            Self::Bye => 10,
            Self::Describe => 11,
            Self::Fail { .. } => 12,
            Self::Welcome { .. } => 32,
            Self::Ack { .. } => 33,
            Self::Reply { .. } => 34,
            Self::Refused { .. } => 35,
            Self::Stop => 36,
        }
    }

    /// Whether both sides count it.
    pub(crate) fn is_record(&self) -> bool {
        matches!(self.kind(), 2..=9 | 11..=12)
    }
}

/// Bytes after the head, at most, where the values of one frame have `frame` bytes at most.
fn limit(kind: u8, frame: usize) -> Result<u64, WireError> {
    let rank = 8 * crate::field::MAX_RANK;
    let name = 4 + crate::field::MAX_NAME;
    let bytes = match kind {
        1 => 26 + 4 + MAX_TOKEN,
        2 => 2 + rank + name,
        3 => 12,
        4 => 20 + 8 * MAX_CONDITIONS,
        5 | 8 => 16,
        6 => (name + 1 + rank + BLOCK_HEAD).saturating_add(frame),
        7 => (18 + MAX_BLOCKS * BLOCK_HEAD).saturating_add(frame),
        9 => 4,
        10 | 11 | 36 => 0,
        12 => 4 + 4 + MAX_TEXT,
        32 => 19,
        33 => 8,
        34 => (25 + 8 * MAX_CONDITIONS).max(9 + 4 + MAX_DESCRIPTION),
        35 => 13 + 4 + MAX_TEXT,
        other => return Err(WireError::Kind(other)),
    };
    Ok(bytes as u64)
}

/// Bytes of the values that a block of this shape has, unless they overflow.
fn block_bytes(dtype: Dtype, shape: &[usize]) -> Option<usize> {
    crate::field::cells(shape)?.checked_mul(dtype.size())
}
