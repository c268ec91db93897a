//! The connection of a client: records that wait for their acknowledgement, and answers.

use crate::client::interrupt::Interrupt;
use crate::client::options::{ClientOptions, WhenFull};
use crate::client::reconnect::Introduction;
use crate::code::{Code, Error, Result};
use crate::endpoint::Endpoint;
use crate::transport::{Stream, is_timeout};
use crate::wire::{self, HEAD, Key, Message, Reply, encode};
use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

/// Bytes of a message from the listener, at most.
const MAX_ANSWER: usize = wire::MAX_DESCRIPTION + (1 << 10);

/// A record that the listener has not acknowledged.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) bytes: Vec<u8>,
    /// Index of its frame, where it is one.
    pub(super) frame: Option<u64>,
}

/// A connection that is made again where it breaks.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) endpoint: Endpoint,
    pub(super) options: ClientOptions,
    pub(super) key: Key,
    pub(super) stream: Stream,
    pub(super) introduction: Introduction,
    /// Records in their order; the first has number `acked + 1`.
    pub(super) outbox: VecDeque<Record>,
    pub(super) acked: u64,
    /// Records of the outbox that are written, and bytes of the one after them.
    pub(super) sent: usize,
    pub(super) position: usize,
    pub(super) inbox: Vec<u8>,
    /// Number of the record that is answered next, and its answer.
    pub(super) awaited: Option<u64>,
    answer: Option<Result<Reply>>,
    /// The error after which nothing goes any more.
    pub(super) ended: Option<Error>,
    /// Asked now and then while a call waits.
    pub(super) interrupt: Interrupt,
    stop: bool,
    spare: Vec<Vec<u8>>,
}

impl Link {
    pub(super) fn open(endpoint: Endpoint, options: ClientOptions) -> Result<Self> {
        let key = super::reconnect::new_key();
        let (stream, _) = super::reconnect::greet(&endpoint, &options, key)?;
        Ok(Self {
            endpoint,
            options,
            key,
            stream,
            introduction: Introduction::default(),
            outbox: VecDeque::new(),
            acked: 0,
            sent: 0,
            position: 0,
            inbox: Vec::new(),
            awaited: None,
            answer: None,
            ended: None,
            interrupt: Interrupt::default(),
            stop: false,
            spare: Vec::new(),
        })
    }

    /// Memory of a record that was acknowledged, or new one.
    pub(super) fn memory(&mut self) -> Vec<u8> {
        self.spare.pop().unwrap_or_default()
    }

    pub(super) fn has_room(&self) -> bool {
        let frames = self.outbox.iter().filter(|record| record.frame.is_some());
        frames.count() < self.options.window
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stop
    }

    /// The error that ended the connection, if one did.
    pub(super) fn check(&self) -> Result<()> {
        match &self.ended {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }

    /// Ends the connection for good.
    pub(super) fn end(&mut self, error: Error) -> Error {
        self.ended.get_or_insert(error).clone()
    }

    /// Adds a record, and writes what can be written in time.
    pub(super) fn send(&mut self, record: Record) -> Result<()> {
        self.outbox.push_back(record);
        let mut since = Instant::now();
        while self.ended.is_none() && self.unsent() {
            let moved = match self.step() {
                Err(error) if error.code == Code::Interrupted => break, // it stays in the outbox
                other => other?,
            };
            if moved {
                since = Instant::now();
            }
            let patient = self.options.when_full == WhenFull::Block;
            if !moved && (!patient || since.elapsed() > self.options.timeout) {
                break; // as well
            }
        }
        self.check()
    }

    /// Sends a record and waits for its answer.
    pub(super) fn request(&mut self, message: &Message) -> Result<Reply> {
        let patient = matches!(message, Message::Next { .. } | Message::Begin { .. });
        self.request_bytes(encode(message), patient)
    }

    /// The same with a message in bytes; a patient one waits for as long as the listener is alive.
    pub(super) fn request_bytes(&mut self, bytes: Vec<u8>, patient: bool) -> Result<Reply> {
        self.check()?;
        self.answer = None;
        self.outbox.push_back(Record { bytes, frame: None });
        self.awaited = Some(self.acked + self.outbox.len() as u64);
        let found = self.wait(patient, |link| link.answer.is_some());
        self.awaited = None;
        match found {
            Ok(true) => self.answer.take().unwrap_or(Ok(Reply::Done)),
            Ok(false) => {
                let limit = self.options.timeout.as_secs_f64();
                let text = format!("the training did not answer within {limit} s");
                Err(self.end(Code::Timeout.error(text)))
            }
            Err(error) if error.code == Code::Interrupted => Err(self.end(error)),
            Err(error) => Err(error),
        }
    }

    /// Waits for a condition; false after the time limit without any progress.
    pub(super) fn wait(&mut self, patient: bool, until: impl Fn(&Self) -> bool) -> Result<bool> {
        let mut since = Instant::now();
        while !until(self) {
            self.check()?;
            let (acked, unsent) = (self.acked, self.unsent());
            let moved = self.step()?;
            if self.acked > acked || moved && (patient || unsent) {
                since = Instant::now();
            }
            if since.elapsed() > self.options.timeout {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Writes for as long as the listener reads, and reads what has come.
    pub(super) fn flush(&mut self) -> Result<()> {
        while self.unsent() && self.step()? {}
        self.poll()
    }

    /// Reads what has come, without waiting.
    pub(super) fn poll(&mut self) -> Result<()> {
        let found = self.read_available();
        self.mend(found).map(|_| ())
    }

    fn unsent(&self) -> bool {
        self.sent < self.outbox.len()
    }

    /// Writes or reads once, whichever is due; false where nothing moved for a moment.
    fn step(&mut self) -> Result<bool> {
        let moved = if self.unsent() {
            self.write_once()
        } else {
            self.read_once()
        };
        if moved.as_ref().is_err_and(is_timeout) {
            self.interrupt.check()?;
            self.poll()?;
            return Ok(false);
        }
        self.mend(moved)
    }

    /// A broken connection is made again, unless the listener said why it broke.
    fn mend(&mut self, result: io::Result<bool>) -> Result<bool> {
        let broken = match result {
            Ok(moved) => return self.hear().map(|()| moved),
            Err(error) => error,
        };
        // What the listener said last lies before the break.
        let _ = self.read_available();
        self.hear()?;
        self.check()?;
        self.reconnect(&broken)?;
        Ok(true)
    }

    fn write_once(&mut self) -> io::Result<bool> {
        let record = &self.outbox[self.sent];
        let written = self.stream.write(&record.bytes[self.position..])?;
        self.position += written;
        if self.position == record.bytes.len() {
            self.sent += 1;
            self.position = 0;
        }
        Ok(written > 0)
    }

    fn read_once(&mut self) -> io::Result<bool> {
        let mut bytes = [0; 4096];
        let length = self.stream.read(&mut bytes)?;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.inbox.extend_from_slice(&bytes[..length]);
        Ok(true)
    }

    /// Reads until nothing is left to read; whether there was anything.
    fn read_available(&mut self) -> io::Result<bool> {
        self.stream.set_nonblocking(true)?;
        let mut moved = false;
        let result = loop {
            match self.read_once() {
                Ok(_) => moved = true,
                Err(error) if is_timeout(&error) => break Ok(moved),
                Err(error) => break Err(error),
            }
        };
        self.stream.set_nonblocking(false)?;
        result
    }

    /// Takes the messages that have come whole.
    fn hear(&mut self) -> Result<()> {
        let mut start = 0;
        while let Some(length) = whole_message(&self.inbox[start..]) {
            if length > MAX_ANSWER {
                return Err(self.end(Code::Protocol.error("the training sent a message too long")));
            }
            let mut bytes = &self.inbox[start..start + length];
            match wire::read(&mut bytes, 0) {
                Ok(Some(message)) => self.take(message),
                Ok(None) => {}
                Err(error) => {
                    let text = format!("what the training sent is no message: {error}");
                    return Err(self.end(Code::Protocol.error(text)));
                }
            }
            start += length;
        }
        self.inbox.drain(..start);
        Ok(())
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Ack { records } => self.acknowledge(records),
            Message::Reply { record, reply } => {
                self.answer(record, Ok(reply));
            }
            Message::Refused {
                record,
                last,
                code,
                text,
            } => {
                let error = code.error(text);
                if last {
                    self.end(error);
                } else {
                    self.answer(record, Err(error));
                }
            }
            Message::Stop => self.stop = true,
            _ => {} // no other message comes from a listener
        }
    }

    fn answer(&mut self, record: u64, answer: Result<Reply>) {
        self.acknowledge(record);
        if self.awaited == Some(record) {
            self.answer = Some(answer);
        }
    }

    /// Forgets records up to this one.
    pub(super) fn acknowledge(&mut self, records: u64) {
        while self.acked < records
            && let Some(record) = self.outbox.pop_front()
        {
            self.acked += 1;
            self.sent = self.sent.saturating_sub(1);
            if record.frame.is_some() && self.spare.len() < 2 {
                self.spare.push(record.bytes);
            }
        }
    }

    /// Says farewell, and waits a moment until the listener has heard it.
    pub(super) fn bye(&mut self) {
        // A listener that hears nothing any more needs no farewell.
        let _ = self.stream.set_write_timeout(Some(Duration::from_secs(1)));
        if self.ended.is_none()
            && self.position == 0
            && self.stream.write_all(&encode(&Message::Bye)).is_ok()
        {
            self.stream.shutdown_write();
            // A socket that is closed with bytes to read may take back those that it has written.
            while self.read_once().is_ok() {}
        }
        self.stream.shutdown();
    }
}

/// Bytes of the first message, where its head is there and either it is whole or it is too long.
fn whole_message(bytes: &[u8]) -> Option<usize> {
    let length = bytes.get(1..HEAD)?.try_into().ok()?;
    let length = usize::try_from(u64::from_le_bytes(length)).unwrap_or(usize::MAX);
    let length = length.saturating_add(HEAD);
    (length <= bytes.len() || length > MAX_ANSWER).then_some(length)
}
