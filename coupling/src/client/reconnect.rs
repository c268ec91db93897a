//! Greeting of a listener, at first and after the connection broke.

use crate::client::link::Link;
use crate::client::options::{ClientOptions, WhenFull};
use crate::code::{Code, Result};
use crate::endpoint::Endpoint;
use crate::field::Field;
use crate::transport::Stream;
use crate::wire::{self, Key, Message, Reply, VERSION, WireError, encode};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
use std::time::{Duration, Instant};

/// Time for a connection and its greeting.
const GREETING: Duration = Duration::from_secs(10);

/// Time between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(50);

/// The introduction of a client to a listener that does not know it.
#[derive(Debug, Default)]
pub(super) struct Introduction {
    pub(super) fields: Vec<Field>,
    /// The begin or join of the present simulation.
    pub(super) simulation: Option<Message>,
    /// Index of the frame after the last committed one.
    pub(super) frame: u64,
}

/// A key that no other client has.
pub(super) fn new_key() -> Key {
    let mut key = [0; 16];
    for half in key.chunks_exact_mut(8) {
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u32(std::process::id());
        half.copy_from_slice(&hasher.finish().to_le_bytes());
    }
    key
}

/// Connects; with the number of records that the listener has of this client, if it knows it.
pub(super) fn greet(
    endpoint: &Endpoint,
    options: &ClientOptions,
    key: Key,
) -> Result<(Stream, Option<u64>)> {
    let absent = |error: io::Error| {
        Code::Connect.error(format!("no training listens at `{endpoint}`: {error}"))
    };
    let mut stream = Stream::connect(endpoint, GREETING).map_err(absent)?;
    stream.set_read_timeout(Some(GREETING)).map_err(absent)?;
    let hello = Message::Hello {
        version: VERSION,
        key,
        token: options.token.clone(),
    };
    stream.write_all(&encode(&hello)).map_err(absent)?;
    let records = welcome(&mut stream, endpoint)?;
    let pulse = match options.when_full {
        WhenFull::Block => Duration::from_millis(200),
        WhenFull::Drop | WhenFull::Fail => Duration::from_millis(20),
    };
    stream.set_read_timeout(Some(pulse)).map_err(absent)?;
    stream.set_write_timeout(Some(pulse)).map_err(absent)?;
    Ok((stream, records))
}

fn welcome(stream: &mut Stream, endpoint: &Endpoint) -> Result<Option<u64>> {
    match wire::read(stream, 0) {
        Ok(Some(Message::Welcome { version, records })) if version == VERSION => Ok(records),
        Ok(Some(Message::Welcome { version, .. })) => {
            let text = format!(
                "the training speaks version {version} of the format, this client {VERSION}; \
                 build both from one release"
            );
            Err(Code::Version.error(text))
        }
        Ok(Some(Message::Refused { code, text, .. })) => Err(code.error(text)),
        Ok(None) | Err(WireError::Io(_)) => {
            let text = format!("the training at `{endpoint}` closed the connection");
            Err(Code::Connect.error(text))
        }
        Ok(Some(_)) | Err(_) => {
            let text = format!("the program that listens at `{endpoint}` is no training");
            Err(Code::Protocol.error(text))
        }
    }
}

/// Whether a simulation is over for the client, which may begin another one.
pub(super) fn is_over(code: Code) -> bool {
    matches!(code, Code::End | Code::Gap)
}

/// Whether a later attempt may succeed.
fn is_passing(code: Code) -> bool {
    matches!(code, Code::Connect | Code::Lost | Code::Order)
}

impl Link {
    /// Makes the connection again within its time limit, and goes on where the listener stands.
    pub(super) fn reconnect(&mut self, broken: &io::Error) -> Result<()> {
        let since = Instant::now();
        loop {
            match self.greet_again() {
                Ok(()) => return Ok(()),
                Err(error) if is_over(error.code) => return Err(error),
                Err(error) if !is_passing(error.code) => return Err(self.end(error)),
                Err(error) if since.elapsed() >= self.options.reconnect => {
                    let text = format!(
                        "the connection broke ({broken}) and could not be made again within {} s: {error}",
                        self.options.reconnect.as_secs_f64()
                    );
                    return Err(self.end(Code::Lost.error(text)));
                }
                Err(_) => {
                    self.interrupt.check()?;
                    std::thread::sleep(PAUSE);
                }
            }
        }
    }

    fn greet_again(&mut self) -> Result<()> {
        let (stream, records) = greet(&self.endpoint, &self.options, self.key)?;
        self.stream = stream;
        self.inbox.clear();
        self.position = 0;
        match records {
            Some(records) => self.acknowledge(records),
            None => self.introduce()?,
        }
        self.sent = 0;
        Ok(())
    }

    /// Tells a listener that does not know this client its fields and the simulation that it is in.
    fn introduce(&mut self) -> Result<()> {
        let mut records = 0;
        for field in self.introduction.fields.clone() {
            self.ask(Message::Field(field))?;
            records += 1;
        }
        if let Some(message) = self.introduction.simulation.clone() {
            records += 1;
            let frames = match self.ask(with_first(message, self.first_frame())) {
                Ok(Reply::Begun { frames, .. }) => frames,
                Err(error) if is_over(error.code) => {
                    self.forget_simulation(records);
                    return Err(error);
                }
                Err(error) => return Err(error),
                Ok(_) => return Err(Code::Protocol.error("the training answered something else")),
            };
            let taken = |frame: Option<u64>| frame.is_some_and(|frame| frame < frames);
            self.outbox.retain(|record| !taken(record.frame));
        }
        self.acked = records;
        if self.awaited.is_some() {
            self.awaited = Some(records + self.outbox.len() as u64);
        }
        Ok(())
    }

    fn forget_simulation(&mut self, records: u64) {
        self.introduction.simulation = None;
        self.outbox.clear();
        self.sent = 0;
        self.acked = records;
    }

    /// The first frame that the client still has.
    fn first_frame(&self) -> u64 {
        let mut frames = self.outbox.iter().filter_map(|record| record.frame);
        frames.next().unwrap_or(self.introduction.frame)
    }

    /// A record and its answer, outside of the outbox.
    fn ask(&mut self, message: Message) -> Result<Reply> {
        let lost = |error: &dyn std::fmt::Display| Code::Lost.error(error.to_string());
        self.stream
            .write_all(&encode(&message))
            .map_err(|error| lost(&error))?;
        loop {
            let found = match wire::read(&mut self.stream, 0) {
                Err(WireError::Io(error)) if crate::transport::is_timeout(&error) => continue,
                other => other.map_err(|error| lost(&error))?,
            };
            match found {
                Some(Message::Reply { reply, .. }) => return Ok(reply),
                Some(Message::Refused { code, text, .. }) => return Err(code.error(text)),
                Some(_) => {}
                None => return Err(lost(&"the training closed the connection")),
            }
        }
    }
}

/// A begin or join that goes on at this frame.
fn with_first(mut message: Message, frame: u64) -> Message {
    if let Message::Begin { first, .. } | Message::Join { first, .. } = &mut message {
        *first = frame;
    }
    message
}
