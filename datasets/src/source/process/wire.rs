//! Messages between a training and the processes that simulate for it; frames from other machines can travel so too.
//!
//! A connection carries messages one after the other, numbers in little-endian order:
//!
//! | bytes | content |
//! |---|---|
//! | 1 | kind |
//! | 4 | length `n` of the rest |
//! | `n` | the rest |
//!
//! | kind | message | the rest |
//! |---|---|---|
//! | 1 | [`Hello`](Message::Hello) | the magic `ondine\0\0`, version u16 |
//! | 2 | [`Setup`](Message::Setup) | text in UTF-8 |
//! | 3 | [`Ready`](Message::Ready) | nothing |
//! | 4 | [`Job`](Message::Job) | ensemble u8, simulation u64, attempt u32, f64 values of its point, if it has one |
//! | 5 | [`Frame`](Message::Frame) | f32 values |
//! | 6 | [`Frame64`](Message::Frame64) | f64 values |
//! | 7 | [`End`](Message::End) | nothing |
//! | 8 | [`Failed`](Message::Failed) | kind u8, text in UTF-8 |
//!
//! Either side begins with a hello and refuses another version. Whatever arrives is an error or a message, never a
//! panic, and nothing is allocated before a length has been compared with the limit of its kind.

use std::io::{self, Read, Write};

/// Version of the format; one side of another version is refused.
pub const VERSION: u16 = 2;

/// Bytes of the text of a recipe or an error, at most.
pub const MAX_TEXT: usize = 1 << 20;

/// Coordinates of a point, at most.
pub const MAX_POINT: usize = 1024;

const MAGIC: &[u8; 8] = b"ondine\0\0";

/// Bytes of a job without a point.
const JOB: usize = 13;

/// Bytes before the rest of a message.
const HEAD: usize = 5;

/// Failure of a simulation in the other process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The simulation that was asked for can't be made at all.
    Setup,
    /// The solution diverged.
    Diverged,
    /// The solver refused the parameters that were drawn.
    Refused,
    /// The solver panicked.
    Panicked,
}

impl Trouble {
    /// Its number as the status of a simulation: 1 or more.
    pub(in crate::source) fn status(self) -> i32 {
        1 + self as i32
    }

    /// The failure with this status; unknown ones are those of the setup.
    pub(in crate::source) fn of_status(status: i32) -> Self {
        let found = TROUBLES
            .into_iter()
            .find(|trouble| trouble.status() == status);
        found.unwrap_or(Self::Setup)
    }
}

const TROUBLES: [Trouble; 4] = [
    Trouble::Setup,
    Trouble::Diverged,
    Trouble::Refused,
    Trouble::Panicked,
];

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// The first one, from both sides.
    Hello {
        /// Version of the sender.
        version: u16,
    },
    /// The simulations, as the text of a resolved recipe.
    Setup {
        /// The recipe.
        recipe: String,
    },
    /// The recipe was understood.
    Ready,
    /// One simulation is wanted.
    Job {
        /// Of which ensemble of the recipe.
        ensemble: u8,
        /// Index of the simulation.
        simulation: u64,
        /// Which draw of it.
        attempt: u32,
        /// Its point in the unit cube of the quantities that are drawn; empty where the sampler of the recipe draws it.
        point: Vec<f64>,
    },
    /// The next frame, channel-major, in 32-bit.
    Frame(Vec<f32>),
    /// The next frame, channel-major, in 64-bit.
    Frame64(Vec<f64>),
    /// The simulation has given its last frame.
    End,
    /// The simulation failed, or the recipe was not understood.
    Failed {
        /// Kind of the failure.
        trouble: Trouble,
        /// The failure, as a sentence.
        text: String,
    },
}

/// Why a message can't be read.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// The connection broke, or ended within a message.
    #[error("the connection broke: {0}")]
    Io(#[from] io::Error),
    /// The other side speaks another version.
    #[error("the other side speaks version {found} of the format, this one {VERSION}")]
    Version {
        /// Its version.
        found: u16,
    },
    /// A kind that does not exist.
    #[error("{0} is no kind of message")]
    Kind(u8),
    /// A message that is too long.
    #[error("a message of kind {kind} with {length} bytes, {limit} at most are possible")]
    Length {
        /// Its kind.
        kind: u8,
        /// Its length.
        length: usize,
        /// The limit of its kind.
        limit: usize,
    },
    /// A message whose contents make no sense.
    #[error("a message of kind {0} that makes no sense")]
    Contents(u8),
}

/// Writes a message in one piece.
///
/// # Errors
/// When the connection is broken, or the message is longer than a length can say.
pub fn write(to: &mut impl Write, message: &Message) -> io::Result<()> {
    let mut bytes = vec![0; HEAD];
    encode(message, &mut bytes);
    let length = u32::try_from(bytes.len() - HEAD)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "a frame of 4 GiB or more"))?;
    bytes[0] = kind(message);
    bytes[1..HEAD].copy_from_slice(&length.to_le_bytes());
    to.write_all(&bytes)?;
    to.flush()
}

/// Reads a message; none where the connection ended between two. A frame may have `values` values at most.
///
/// # Errors
/// When the connection broke or what came is no message.
pub fn read(from: &mut impl Read, values: usize) -> Result<Option<Message>, WireError> {
    let mut head = [0; HEAD];
    if !read_head(from, &mut head)? {
        return Ok(None);
    }
    let [kind, length @ ..] = head;
    let length = u32::from_le_bytes(length) as usize;
    let limit = limit(kind, values)?;
    if length > limit {
        return Err(WireError::Length {
            kind,
            length,
            limit,
        });
    }
    let mut rest = vec![0; length];
    from.read_exact(&mut rest)?;
    decode(kind, rest).map(Some)
}

/// Says hello and expects it.
///
/// # Errors
/// When the other side says something else, or is of another version.
pub fn greet(from: &mut impl Read, to: &mut impl Write) -> Result<(), WireError> {
    write(to, &Message::Hello { version: VERSION })?;
    match read(from, 0)? {
        Some(Message::Hello { version: VERSION }) => Ok(()),
        Some(Message::Hello { version }) => Err(WireError::Version { found: version }),
        Some(other) => Err(WireError::Contents(kind(&other))),
        None => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
    }
}

/// Fills the head of a message; false where nothing comes any more.
fn read_head(from: &mut impl Read, head: &mut [u8; HEAD]) -> io::Result<bool> {
    loop {
        match from.read(&mut head[..1]) {
            Ok(0) => return Ok(false),
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    from.read_exact(&mut head[1..]).map(|()| true)
}

fn kind(message: &Message) -> u8 {
    match message {
        Message::Hello { .. } => 1,
        Message::Setup { .. } => 2,
        Message::Ready => 3,
        Message::Job { .. } => 4,
        Message::Frame(_) => 5,
        Message::Frame64(_) => 6,
        Message::End => 7,
        Message::Failed { .. } => 8,
    }
}

/// Bytes after the head, at most.
fn limit(kind: u8, values: usize) -> Result<usize, WireError> {
    match kind {
        1 => Ok(MAGIC.len() + 2),
        2 => Ok(MAX_TEXT),
        3 | 7 => Ok(0),
        4 => Ok(JOB + 8 * MAX_POINT),
        5 => Ok(values.saturating_mul(4)),
        6 => Ok(values.saturating_mul(8)),
        8 => Ok(1 + MAX_TEXT),
        other => Err(WireError::Kind(other)),
    }
}

fn encode(message: &Message, bytes: &mut Vec<u8>) {
    match message {
        Message::Hello { version } => {
            bytes.extend(MAGIC);
            bytes.extend(version.to_le_bytes());
        }
        Message::Setup { recipe } => bytes.extend(shortened(recipe).as_bytes()),
        Message::Ready | Message::End => {}
        Message::Job {
            ensemble,
            simulation,
            attempt,
            point,
        } => {
            bytes.push(*ensemble);
            bytes.extend(simulation.to_le_bytes());
            bytes.extend(attempt.to_le_bytes());
            bytes.extend(point.iter().flat_map(|value| value.to_le_bytes()));
        }
        Message::Frame(values) => {
            bytes.reserve(4 * values.len());
            values
                .iter()
                .for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
        }
        Message::Frame64(values) => {
            bytes.reserve(8 * values.len());
            values
                .iter()
                .for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
        }
        Message::Failed { trouble, text } => {
            bytes.push(*trouble as u8);
            bytes.extend(shortened(text).as_bytes());
        }
    }
}

/// As much of a text as a message holds.
fn shortened(text: &str) -> &str {
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn decode(kind: u8, rest: Vec<u8>) -> Result<Message, WireError> {
    let wrong = || WireError::Contents(kind);
    let message = match kind {
        1 => {
            let version = rest.strip_prefix(MAGIC).ok_or_else(wrong)?;
            let version = version.try_into().map_err(|_| wrong())?;
            Message::Hello {
                version: u16::from_le_bytes(version),
            }
        }
        2 => Message::Setup {
            recipe: String::from_utf8(rest).map_err(|_| wrong())?,
        },
        3 => Message::Ready,
        4 => {
            let (ensemble, rest) = rest.split_first().ok_or_else(wrong)?;
            let (simulation, rest) = rest.split_first_chunk().ok_or_else(wrong)?;
            let (attempt, point) = rest.split_first_chunk().ok_or_else(wrong)?;
            Message::Job {
                ensemble: *ensemble,
                simulation: u64::from_le_bytes(*simulation),
                attempt: u32::from_le_bytes(*attempt),
                point: numbers(point, f64::from_le_bytes).ok_or_else(wrong)?,
            }
        }
        5 => Message::Frame(numbers(&rest, f32::from_le_bytes).ok_or_else(wrong)?),
        6 => Message::Frame64(numbers(&rest, f64::from_le_bytes).ok_or_else(wrong)?),
        7 => Message::End,
        8 => {
            let (trouble, text) = rest.split_first().ok_or_else(wrong)?;
            let trouble = TROUBLES.get(usize::from(*trouble)).ok_or_else(wrong)?;
            Message::Failed {
                trouble: *trouble,
                text: String::from_utf8(text.to_vec()).map_err(|_| wrong())?,
            }
        }
        other => return Err(WireError::Kind(other)),
    };
    Ok(message)
}

/// The numbers in these bytes; none when the last is cut.
fn numbers<const N: usize, T>(bytes: &[u8], number: fn([u8; N]) -> T) -> Option<Vec<T>> {
    let (chunks, rest) = bytes.as_chunks::<N>();
    let values = chunks.iter().map(|chunk| number(*chunk));
    rest.is_empty().then(|| values.collect())
}
