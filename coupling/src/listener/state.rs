//! The state of a listener: clients, simulations, and events that wait; plain data under one lock.

use crate::code::{Code, Error};
use crate::field::Field;
use crate::listener::assembly::Assembly;
use crate::listener::{Chooser, Event, Job, ListenerOptions, Statistics};
use crate::wire::{Key, Message};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A client, over all its connections.
#[derive(Debug, Default)]
pub(super) struct Session {
    pub(super) fields: Arc<[Field]>,
    /// Records taken.
    pub(super) records: u64,
    /// Answer to the last record, where it had one.
    pub(super) answer: Option<Message>,
    /// The connection that speaks for it.
    pub(super) connection: u64,
    /// Number and attempt of its simulation.
    pub(super) simulation: Option<(u64, u32)>,
    pub(super) frame: u64,
    pub(super) time: Option<f64>,
    away: Option<Instant>,
    pub(super) asked: bool,
}

/// A simulation, over all clients that made it.
#[derive(Debug, Default)]
pub(super) struct Simulation {
    pub(super) fields: Arc<[Field]>,
    pub(super) values: Vec<f64>,
    pub(super) ranks: u32,
    pub(super) joined: u32,
    pub(super) finished: u32,
    pub(super) attempt: u32,
    pub(super) assembly: Assembly,
    pub(super) ended: bool,
}

/// All that a listener knows.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) options: ListenerOptions,
    pub(super) sessions: HashMap<Key, Session>,
    pub(super) simulations: BTreeMap<u64, Simulation>,
    pub(super) jobs: VecDeque<Job>,
    /// Numbers for simulations whose conditions clients bring.
    pub(super) invited: VecDeque<u64>,
    events: VecDeque<Event>,
    pub(super) queued: usize,
    pub(super) next_number: u64,
    pub(super) ended: bool,
    pub(super) stopped: bool,
    pub(super) statistics: Statistics,
}

impl State {
    pub(super) fn new(options: ListenerOptions) -> Self {
        Self {
            options,
            ..Self::default()
        }
    }

    /// The oldest event.
    pub(super) fn pop(&mut self) -> Option<Event> {
        let event = self.events.pop_front()?;
        self.queued -= event.bytes();
        Some(event)
    }

    /// The oldest event of a simulation.
    pub(super) fn pop_of(&mut self, number: u64) -> Option<Event> {
        let mut events = self.events.iter();
        let index = events.position(|event| event.simulation() == Some(number))?;
        let event = self.events.remove(index)?;
        self.queued -= event.bytes();
        Some(event)
    }

    /// Forgets a simulation that is not wanted any more: its offer, its events that wait and those to come.
    pub(super) fn discard(&mut self, number: u64) {
        self.withdraw(number);
        while self.pop_of(number).is_some() {}
        if let Some(simulation) = self.simulations.get_mut(&number) {
            simulation.ended = true;
            simulation.assembly.clear();
        }
    }

    pub(super) fn push(&mut self, event: Event) {
        self.queued += event.bytes();
        self.statistics.most_bytes = self.statistics.most_bytes.max(self.queued);
        self.events.push_back(event);
    }

    /// Adds a simulation for a client that asks; one that ended is run again from its start.
    pub(super) fn offer(&mut self, job: Job) {
        let known = self.simulations.get(&job.simulation);
        if known.is_some_and(|known| known.ended || known.values != job.values) {
            self.simulations.remove(&job.simulation);
        }
        self.withdraw(job.simulation);
        self.jobs.push_back(job);
    }

    /// Adds a number for a client that brings conditions; what came under it before is forgotten.
    pub(super) fn invite(&mut self, number: u64) {
        self.discard(number);
        self.simulations.remove(&number);
        self.invited.push_back(number);
    }

    /// Takes an offer or an invitation back.
    pub(super) fn withdraw(&mut self, number: u64) {
        self.jobs.retain(|job| job.simulation != number);
        self.invited.retain(|invited| *invited != number);
    }

    /// Adds a simulation of which an earlier listener had frames.
    pub(super) fn restore(&mut self, job: Job, frames: u64, ended: bool) {
        let mut simulation = Simulation {
            values: job.values,
            ended,
            ..Simulation::default()
        };
        simulation.assembly.frames = frames;
        self.simulations.insert(job.simulation, simulation);
    }

    /// A connection of a client; the records taken and the last answer, if the client is known.
    pub(super) fn greet(&mut self, key: Key, connection: u64) -> Result<Option<Message>, Error> {
        let known = self.sessions.contains_key(&key);
        if !known && self.sessions.len() >= self.options.clients {
            let text = format!(
                "the training takes {} clients at most",
                self.options.clients
            );
            return Err(Code::Limit.error(text));
        }
        let session = self.sessions.entry(key).or_default();
        session.connection = connection;
        session.away = None;
        session.asked = false;
        Ok(session.answer.clone().filter(|_| known))
    }

    /// Records taken from a client that said hello before.
    pub(super) fn records(&self, key: Key) -> u64 {
        self.sessions.get(&key).map_or(0, |session| session.records)
    }

    /// Whether a connection still speaks for its client.
    pub(super) fn holds(&self, key: Key, connection: u64) -> bool {
        let session = self.sessions.get(&key);
        session.is_some_and(|session| session.connection == connection)
    }

    /// Says that a connection broke; its client may come back.
    pub(super) fn leave(&mut self, key: Key, connection: u64) {
        if self.holds(key, connection)
            && let Some(session) = self.sessions.get_mut(&key)
        {
            session.away = Some(Instant::now());
        }
    }

    /// Whether a client is in a simulation.
    pub(super) fn is_run(&self, number: u64) -> bool {
        let mut sessions = self.sessions.values();
        sessions.any(|session| session.simulation.is_some_and(|(own, _)| own == number))
    }

    /// Number of clients that are connected.
    pub(super) fn present(&self) -> usize {
        let sessions = self.sessions.values();
        sessions.filter(|session| session.away.is_none()).count()
    }

    /// Gives up clients that were away for too long; whether there were any.
    pub(super) fn expire(&mut self, patience: Duration) -> bool {
        let over = |session: &Session| session.away.is_some_and(|away| away.elapsed() > patience);
        let sessions = self.sessions.iter();
        let over: Vec<Key> = sessions
            .filter_map(|(key, session)| over(session).then_some(*key))
            .collect();
        for key in &over {
            let text = "the connection to a client broke and was not made again";
            self.gone(*key, Code::Lost.error(text));
        }
        !over.is_empty()
    }

    /// Removes a client; what is not complete of its simulation is forgotten.
    pub(super) fn gone(&mut self, key: Key, error: Error) {
        let Some(session) = self.sessions.remove(&key) else {
            return;
        };
        let mine = session.simulation.and_then(|(number, attempt)| {
            let simulation = self.simulations.get_mut(&number)?;
            (simulation.attempt == attempt && !simulation.ended).then_some((number, simulation))
        });
        let simulation = mine.map(|(number, simulation)| {
            simulation.assembly.clear();
            simulation.attempt += 1; // its other ranks are heard no more
            number
        });
        let told = self.options.chooser == Chooser::Either && error.code != Code::End;
        if simulation.is_some() || told {
            self.push(Event::Gone { simulation, error });
        }
    }
}
