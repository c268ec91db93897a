//! Threads of a listener: one that accepts connections, and one per connection.

use crate::code::{Code, Error};
use crate::listener::state::State;
use crate::listener::{Event, ListenerOptions};
use crate::transport::{Acceptor, Stream};
use crate::wire::{self, Key, Message, VERSION, encode};
use std::collections::HashMap;
use std::io::{self, BufReader, Read, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Time for the hello of a client, and for any write to one.
const GREETING: Duration = Duration::from_secs(10);

/// Time between two signs of life to a client that waits.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(1);

/// Time between two looks for connections.
const PAUSE: Duration = Duration::from_millis(5);

/// Connections that have not said hello, at most.
const STRANGERS: usize = 64;

/// State that the threads of a listener share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) options: ListenerOptions,
    pub(super) state: Mutex<State>,
    /// Something happened that a connection may wait for.
    pub(super) room: Condvar,
    /// An event came.
    pub(super) arrived: Condvar,
    writers: Mutex<HashMap<u64, Arc<Writer>>>,
    connections: AtomicU64,
    open: AtomicUsize,
    pub(super) closing: AtomicBool,
}

/// The way back to a client.
#[derive(Debug)]
pub(super) struct Writer(Mutex<Stream>);

impl Writer {
    pub(super) fn lock(&self) -> MutexGuard<'_, Stream> {
        locked(&self.0)
    }

    pub(super) fn send(&self, message: &Message) -> io::Result<()> {
        self.lock().write_all(&encode(message))
    }

    fn shutdown(&self) {
        self.lock().shutdown();
    }
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The end of a connection.
pub(super) enum Ending {
    /// The client said farewell.
    Bye,
    /// It broke; the client may come back.
    Broken,
    /// Another connection speaks for the client.
    Replaced,
    /// The client is heard no more.
    Refused(Error),
}

impl Shared {
    pub(super) fn new(options: ListenerOptions) -> Self {
        Self {
            state: Mutex::new(State::new(options.clone())),
            options,
            room: Condvar::new(),
            arrived: Condvar::new(),
            writers: Mutex::default(),
            connections: AtomicU64::new(1),
            open: AtomicUsize::new(0),
            closing: AtomicBool::new(false),
        }
    }

    pub(super) fn token(&self) -> &str {
        &self.options.token
    }

    /// Looks at the state, which wakes nobody.
    pub(super) fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&locked(&self.state))
    }

    /// Changes the state.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut locked(&self.state));
        self.room.notify_all();
        changed
    }

    /// An event that this takes out of the state, if one comes in time.
    pub(super) fn event(
        &self,
        limit: Duration,
        pop: impl Fn(&mut State) -> Option<Event>,
    ) -> Option<Event> {
        let since = Instant::now();
        let mut state = locked(&self.state);
        loop {
            if let Some(event) = pop(&mut state) {
                drop(state);
                self.room.notify_all();
                return Some(event);
            }
            let left = limit.saturating_sub(since.elapsed());
            if left.is_zero() {
                return None;
            }
            let waited = self.arrived.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    pub(super) fn stop(&self) {
        self.change(|state| state.stopped = true);
        self.arrived.notify_all();
        for writer in locked(&self.writers).values() {
            // A connection that is broken is found so by its reader.
            let _ = writer.send(&Message::Stop);
        }
    }

    /// Tells all clients that the training has ended, and ends their connections.
    pub(super) fn close(&self) {
        self.closing.store(true, Ordering::Release);
        let goodbye = refused(0, true, &Code::End.error("the training has ended"));
        for writer in locked(&self.writers).values() {
            let _ = writer.send(&goodbye); // as in `stop`
        }
        self.room.notify_all();
        let since = Instant::now();
        while self.open.load(Ordering::Acquire) > 0 && since.elapsed() < HEARTBEAT / 4 {
            std::thread::sleep(PAUSE);
        }
        for writer in locked(&self.writers).values() {
            writer.shutdown();
        }
    }

    /// Accepts connections until the listener is closed.
    pub(super) fn accept(self: Arc<Self>, acceptor: &Acceptor) {
        while !self.closing.load(Ordering::Acquire) {
            match acceptor.accept() {
                Ok(stream) => self.spawn(stream),
                Err(_) => std::thread::sleep(PAUSE), // none waits, or it is gone again
            }
            if locked(&self.state).expire(self.options.patience) {
                self.room.notify_all();
                self.arrived.notify_all();
            }
        }
    }

    fn spawn(self: &Arc<Self>, stream: Stream) {
        if self.open.load(Ordering::Acquire) >= self.options.clients.saturating_add(STRANGERS) {
            return; // the stream is closed
        }
        let shared = Arc::clone(self);
        self.open.fetch_add(1, Ordering::AcqRel);
        let spawned = std::thread::Builder::new()
            .name("ondine-client".to_owned())
            .spawn(move || {
                // A connection that can't be used is closed; its client sees that.
                let _ = shared.serve(stream);
                shared.open.fetch_sub(1, Ordering::AcqRel);
            });
        if spawned.is_err() {
            self.open.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// Serves a connection to its end.
    fn serve(&self, stream: Stream) -> io::Result<()> {
        stream.set_read_timeout(Some(GREETING))?;
        stream.set_write_timeout(Some(GREETING))?;
        let writer = Writer(Mutex::new(stream.try_clone()?));
        let mut reader = BufReader::new(stream);
        let key = match self.hello(&mut reader) {
            Ok(key) => key,
            Err(answer) => {
                writer.send(&answer)?;
                linger(reader.get_mut());
                return Ok(());
            }
        };
        let connection = self.connections.fetch_add(1, Ordering::Relaxed);
        let writer = Arc::new(writer);
        locked(&self.writers).insert(connection, Arc::clone(&writer));
        let result = self.greet(key, connection, &writer);
        if result? {
            reader.get_ref().set_read_timeout(self.options.silence)?;
            let ending = self.converse(key, connection, &mut reader, &writer);
            self.part(key, connection, ending);
        }
        linger(reader.get_mut());
        locked(&self.writers).remove(&connection);
        Ok(())
    }

    /// The key of a client that may come in, or the answer to one that may not.
    fn hello(&self, reader: &mut impl Read) -> Result<Key, Box<Message>> {
        let (key, token) = match wire::read(reader, 0) {
            Ok(Some(Message::Hello { version, .. })) if version != VERSION => {
                let (version, records) = (VERSION, None);
                return Err(Message::Welcome { version, records }.into());
            }
            Ok(Some(Message::Hello { key, token, .. })) => (key, token),
            _ => {
                let error = Code::Protocol.error("a client begins with a hello");
                return Err(refused(0, true, &error).into());
            }
        };
        if !equal(token.as_bytes(), self.options.token.as_bytes()) {
            let text = if token.is_empty() {
                "the training asks for a token; set ONDINE_TOKEN"
            } else {
                "the token is not that of the training"
            };
            return Err(refused(0, true, &Code::Token.error(text)).into());
        }
        Ok(key)
    }

    /// Welcomes a client; false where it is refused.
    fn greet(&self, key: Key, connection: u64, writer: &Writer) -> io::Result<bool> {
        let mut state = locked(&self.state);
        let known = state.sessions.contains_key(&key);
        let answer = match state.greet(key, connection) {
            Ok(answer) => answer,
            Err(error) => {
                drop(state);
                return writer.send(&refused(0, true, &error)).map(|()| false);
            }
        };
        let records = known.then(|| state.records(key));
        let stopped = state.stopped;
        drop(state);
        self.room.notify_all(); // an older connection of the client sees that it is replaced
        let version = VERSION;
        writer.send(&Message::Welcome { version, records })?;
        if let Some(answer) = answer {
            writer.send(&answer)?;
        }
        if stopped {
            writer.send(&Message::Stop)?;
        }
        Ok(true)
    }

    /// Notes how a connection ended.
    fn part(&self, key: Key, connection: u64, ending: Ending) {
        let writer = locked(&self.writers).get(&connection).cloned();
        let mut state = locked(&self.state);
        match ending {
            Ending::Replaced => return,
            Ending::Broken => state.leave(key, connection),
            Ending::Bye => {
                let text = "a client left within a simulation";
                state.gone(key, Code::End.error(text));
            }
            Ending::Refused(error) => {
                state.statistics.refused += 1;
                let records = state.records(key);
                state.gone(key, error.clone());
                drop(state);
                if let Some(writer) = writer {
                    // A client that is gone needs no reason.
                    let _ = writer.send(&refused(records + 1, true, &error));
                }
            }
        }
        self.room.notify_all();
        self.arrived.notify_all();
    }
}

pub(super) fn refused(record: u64, last: bool, error: &Error) -> Message {
    Message::Refused {
        record,
        last,
        code: error.code,
        text: error.text.clone(),
    }
}

/// Comparison that takes the same time wherever the first difference lies.
fn equal(one: &[u8], other: &[u8]) -> bool {
    let differences = one.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b));
    one.len() == other.len() && differences == 0
}

/// Reads over what a client still sends, so that it sees the last answer before the end.
fn linger(stream: &mut Stream) {
    let since = Instant::now();
    let mut bytes = [0; 1 << 16];
    let timed = stream.set_read_timeout(Some(HEARTBEAT)).is_ok();
    while timed && since.elapsed() < GREETING && stream.read(&mut bytes).is_ok_and(|read| read > 0)
    {
    }
    stream.shutdown();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listener::Listener;
    use std::thread;

    #[test]
    fn a_look_at_the_state_wakes_no_connection_and_a_change_all_of_them() {
        let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
        let shared = &listener.shared;
        let [waits, woken] = [const { AtomicBool::new(false) }; 2];
        thread::scope(|scope| {
            scope.spawn(|| {
                let state = locked(&shared.state);
                waits.store(true, Ordering::Release);
                drop(shared.room.wait(state));
                woken.store(true, Ordering::Release);
            });
            while !waits.load(Ordering::Acquire) {
                thread::yield_now();
            }
            for _ in 0..100 {
                assert_eq!(listener.clients(), 0);
                assert!(!listener.has_client(0) && !listener.is_stopped());
                thread::yield_now();
            }
            assert!(!woken.load(Ordering::Acquire));
            shared.change(|_| ());
        });
        assert!(woken.load(Ordering::Acquire));
    }
}
