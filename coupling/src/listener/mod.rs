//! The listener of a training: it accepts clients, checks what they send, and hands on events.

mod assembly;
mod begin;
mod converse;
mod event;
mod options;
mod records;
mod run;
mod serve;
mod state;

pub use event::{Event, Job, Outcome, Statistics};
pub use options::{Chooser, ListenerOptions};
pub(crate) use run::failed;
pub use run::{Attempts, Begun};

use crate::code::{Code, Result};
use crate::endpoint::Endpoint;
use crate::transport::Acceptor;
use serve::Shared;
use state::State;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// A training's end of the wire.
///
/// Clients are served by threads of their own; their simulations arrive as [events](Event), in order and once, whatever
/// happened to connections in between. Memory is bounded: events hold [`capacity`](ListenerOptions::capacity) bytes of
/// values and one frame per client more, and a client has to wait beyond that.
///
/// ```
/// use ondine_coupling::{Client, Dtype, Event, Job, Listener};
/// use std::time::Duration;
///
/// let listener = Listener::bind("tcp://127.0.0.1:0")?;
/// listener.offer(Job::new(0, vec![0.5]));
/// listener.end();
///
/// let mut client = Client::open(listener.endpoint())?; // elsewhere: another process, another machine
/// client.field("u", Dtype::F64, &[4])?;
/// while let Some(simulation) = client.next()? {
///     client.put("u", &[simulation.values[0]; 4])?;
///     client.commit(0.0)?;
///     client.finish(0)?;
/// }
/// client.close()?;
///
/// let mut frames = 0;
/// while let Some(event) = listener.event(Duration::from_millis(10)) {
///     frames += usize::from(matches!(event, Event::Frame { .. }));
/// }
/// assert_eq!(frames, 1);
/// # Ok::<(), ondine_coupling::Error>(())
/// ```
#[derive(Debug)]
pub struct Listener {
    shared: Arc<Shared>,
    endpoint: String,
    accepting: Option<JoinHandle<()>>,
}

impl Listener {
    /// Listens at an endpoint with the default [options](ListenerOptions).
    ///
    /// # Errors
    /// As [`ListenerOptions::bind`].
    pub fn bind(endpoint: &str) -> Result<Self> {
        ListenerOptions::default().bind(endpoint)
    }

    fn start(endpoint: &str, options: ListenerOptions) -> Result<Self> {
        let endpoint: Endpoint = endpoint.parse()?;
        let acceptor = Acceptor::bind(&endpoint, !options.token.is_empty())?;
        let failed = |error: std::io::Error| {
            Code::Endpoint.error(format!("`{endpoint}` can't be listened on: {error}"))
        };
        let bound = acceptor.endpoint().map_err(failed)?.to_string();
        let shared = Arc::new(Shared::new(options));
        let own = Arc::clone(&shared);
        let accepting = std::thread::Builder::new()
            .name("ondine-listener".to_owned())
            .spawn(move || own.accept(&acceptor))
            .map_err(failed)?;
        Ok(Self {
            shared,
            endpoint: bound,
            accepting: Some(accepting),
        })
    }

    /// The endpoint, with the port that was chosen.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The secret that clients have to know; empty without one.
    pub(crate) fn token(&self) -> &str {
        self.shared.token()
    }

    /// The next event, if one comes in time.
    pub fn event(&self, limit: Duration) -> Option<Event> {
        self.shared.event(limit, State::pop)
    }

    /// The next event of one simulation, if one comes in time.
    pub fn event_of(&self, simulation: u64, limit: Duration) -> Option<Event> {
        self.shared.event(limit, |state| state.pop_of(simulation))
    }

    /// Forgets a simulation: its client is told nothing, and what it still sends is taken and left.
    pub fn discard(&self, simulation: u64) {
        self.shared.change(|state| state.discard(simulation));
    }

    /// Whether [`stop`](Self::stop) was called.
    pub fn is_stopped(&self) -> bool {
        self.shared.look(|state| state.stopped)
    }

    /// Offers a simulation to clients that ask. Under a number that was begun and not ended it goes on behind the frames
    /// that came, and with other conditions from its start; one that ended is run again.
    pub fn offer(&self, job: Job) {
        self.shared.change(|state| state.offer(job));
    }

    /// Gives a number to a simulation whose conditions a client brings; see [`Chooser::Codes`]. What came under it before is
    /// forgotten.
    pub fn invite(&self, simulation: u64) {
        self.shared.change(|state| state.invite(simulation));
    }

    /// Says that an earlier listener, of a training that is resumed now, had this many frames of a simulation, and whether
    /// it had ended. A client that was in it goes on behind them.
    pub fn restore(&self, job: Job, frames: u64, ended: bool) {
        self.shared
            .change(|state| state.restore(job, frames, ended));
    }

    /// Says that no further simulation will be offered, those of clients that are gone included: clients that ask are told
    /// that none is left.
    pub fn end(&self) {
        self.shared.change(|state| state.ended = true);
    }

    /// Says that no further frames are wanted: [`Client::should_stop`](crate::Client::should_stop) is true from now on.
    pub fn stop(&self) {
        self.shared.stop();
    }

    /// Clients that are connected.
    pub fn clients(&self) -> usize {
        self.shared.look(State::present)
    }

    /// Whether a client is in this simulation, one whose connection broke and may come back included.
    pub fn has_client(&self, simulation: u64) -> bool {
        self.shared.look(|state| state.is_run(simulation))
    }

    /// Counts since the begin.
    pub fn statistics(&self) -> Statistics {
        self.shared.change(|state| state.statistics)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.shared.close();
        if let Some(accepting) = self.accepting.take() {
            // A thread that panicked has nothing to clean up.
            let _ = accepting.join();
        }
    }
}
