//! The conversation with one client: its records, and their answers.

use crate::code::{Code, Error};
use crate::listener::records::{Refusal, Taken, check_block};
use crate::listener::serve::{Ending, HEARTBEAT, Shared, Writer, locked, refused};
use crate::listener::state::State;
use crate::transport::is_timeout;
use crate::wire::{self, Key, Message, WireError, encode};
use std::io::{Read, Write};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Instant;

impl Shared {
    /// Takes records until the connection ends.
    pub(super) fn converse(
        &self,
        key: Key,
        connection: u64,
        reader: &mut impl Read,
        writer: &Writer,
    ) -> Ending {
        loop {
            let message = match wire::read(reader, self.options.max_frame) {
                Ok(Some(Message::Bye)) => return Ending::Bye,
                Ok(Some(message)) => message,
                Ok(None) => return Ending::Broken,
                Err(WireError::Io(error)) if is_timeout(&error) => {
                    let limit = self.options.silence.unwrap_or_default().as_secs_f64();
                    let text = format!("a client said nothing for {limit} s");
                    return Ending::Refused(Code::Timeout.error(text));
                }
                Err(WireError::Io(_)) => return Ending::Broken,
                Err(error) => {
                    let code = match error {
                        WireError::Length { .. } => Code::Limit,
                        _ => Code::Protocol,
                    };
                    return Ending::Refused(code.error(format!("a client sent {error}")));
                }
            };
            match self.record(key, connection, message, writer) {
                Ok(()) => {}
                Err(ending) => return ending,
            }
        }
    }

    /// Takes a record, and waits until it can be taken.
    fn record(
        &self,
        key: Key,
        connection: u64,
        message: Message,
        writer: &Writer,
    ) -> Result<(), Ending> {
        if !message.is_record() {
            let error = Code::Protocol.error("no client sends such a message");
            return Err(Ending::Refused(error));
        }
        self.check_frame(key, &message).map_err(Ending::Refused)?;
        let mut waiting = Some(message);
        let mut beat = Instant::now();
        while let Some(message) = waiting.take() {
            waiting = self.attempt(key, connection, message, writer)?;
            if waiting.is_some() && beat.elapsed() >= HEARTBEAT {
                beat = Instant::now();
                let records = locked(&self.state).records(key);
                let alive = writer.send(&Message::Ack { records });
                alive.map_err(|_| Ending::Broken)?;
            }
        }
        Ok(())
    }

    /// Takes a record and answers it; or gives it back, after something happened that it may have waited for.
    fn attempt(
        &self,
        key: Key,
        connection: u64,
        message: Message,
        writer: &Writer,
    ) -> Result<Option<Message>, Ending> {
        // Held over the change, so that a listener that is dropped because of it says goodbye behind the answer.
        let mut back = writer.lock();
        let mut state = locked(&self.state);
        if !state.holds(key, connection) {
            return Err(Ending::Replaced);
        }
        if self.closing.load(Ordering::Acquire) {
            return Err(Ending::Broken);
        }
        let taken = state.take(key, message);
        self.arrived.notify_all();
        if let Ok(Taken::Wait(message)) = taken {
            drop(back);
            let waited = self.room.wait_timeout(state, HEARTBEAT);
            drop(waited.unwrap_or_else(PoisonError::into_inner));
            return Ok(Some(message));
        }
        let answer = answer(&mut state, key, taken)?;
        drop(state);
        self.room.notify_all();
        let written = back.write_all(&encode(&answer));
        written.map(|()| None).map_err(|_| Ending::Broken)
    }

    /// Looks at the blocks of a frame before the lock is taken.
    fn check_frame(&self, key: Key, message: &Message) -> Result<(), Error> {
        let Message::Frame { blocks, .. } = message else {
            return Ok(());
        };
        let session = |state: &State| state.sessions.get(&key).map(|found| found.fields.clone());
        let fields = session(&locked(&self.state)).unwrap_or_default();
        for (index, block) in blocks {
            let field = fields.get(usize::from(*index));
            let unknown = || Code::Field.error("a block of a field that is not declared");
            check_block(field.ok_or_else(unknown)?, block)?;
        }
        Ok(())
    }
}

/// The answer to a record that was taken or refused; it is kept for a client that did not get it.
fn answer(state: &mut State, key: Key, taken: Result<Taken, Refusal>) -> Result<Message, Ending> {
    let record = state.records(key) + 1;
    let message = match taken {
        Ok(Taken::Answered(reply)) => Message::Reply { record, reply },
        Ok(_) => Message::Ack { records: record },
        Err(refusal) if refusal.last => return Err(Ending::Refused(refusal.error)),
        Err(refusal) => {
            state.statistics.refused += 1;
            refused(record, false, &refusal.error)
        }
    };
    if let Some(session) = state.sessions.get_mut(&key) {
        session.records = record;
        let is_ack = matches!(message, Message::Ack { .. });
        session.answer = (!is_ack).then(|| message.clone());
    }
    Ok(message)
}
