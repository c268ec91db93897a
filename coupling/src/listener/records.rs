//! Records of clients, and what becomes of each.

use crate::code::{Code, Error};
use crate::field::Field;
use crate::listener::state::{Session, Simulation, State};
use crate::listener::{Event, Job, Outcome};
use crate::wire::{Block, Key, Message, Reply};

/// Frames by which one rank may be ahead of the others.
const AHEAD: u64 = 8;

/// Refusal of a record.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) error: Error,
    /// Whether the client is heard no more.
    pub(super) last: bool,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self { error, last: false }
    }
}

/// A refusal after which the client is heard no more.
fn last(error: Error) -> Refusal {
    Refusal { error, last: true }
}

/// The fate of a record.
#[derive(Debug)]
pub(super) enum Taken {
    /// It was taken, and is answered.
    Answered(Reply),
    /// It was taken.
    Quietly,
    /// It has to wait: there is no room, or nothing to run yet.
    Wait(Message),
}

impl State {
    /// Takes a record of a client.
    pub(super) fn take(&mut self, key: Key, message: Message) -> Result<Taken, Refusal> {
        let taken = match message {
            Message::Field(field) => self.declare(key, field)?,
            Message::Next { wanted, ranks } => self.next(key, wanted, ranks)?,
            Message::Begin {
                wanted,
                first,
                ranks,
                values,
            } => {
                self.check_conditions(&values)?;
                match self.number(wanted)? {
                    Some(number) => self.begin(key, Job::new(number, values), first, ranks)?,
                    None => Taken::Wait(Message::Begin {
                        wanted,
                        first,
                        ranks,
                        values,
                    }),
                }
            }
            Message::Join { simulation, first } => self.join(key, simulation, first)?,
            Message::Static { field, block } => self.put_static(key, &field, block)?,
            Message::Frame {
                frame,
                time,
                blocks,
            } => self.frame(key, frame, time, blocks)?,
            Message::Skip { from, until } => self.skip(key, from, until)?,
            Message::Finish { status } => self.finish(key, status)?,
            Message::Fail { status, text } => self.fail(key, status, text)?,
            Message::Describe => self.describe()?,
            _ => return Err(last(Code::Protocol.error("no client sends such a message"))),
        };
        Ok(taken)
    }

    pub(super) fn session(&mut self, key: Key) -> Result<&mut Session, Refusal> {
        let text = "the training knows this client no more";
        let session = self.sessions.get_mut(&key);
        session.ok_or_else(|| last(Code::Lost.error(text)))
    }

    /// The session and the simulation that it is in.
    pub(super) fn inside(
        &mut self,
        key: Key,
    ) -> Result<(&mut Session, u64, &mut Simulation), Refusal> {
        let lost = || {
            let text = "the training knows this client no more";
            last(Code::Lost.error(text))
        };
        let session = self.sessions.get_mut(&key).ok_or_else(lost)?;
        let outside = || Refusal::from(Code::Order.error("no simulation has begun"));
        let (number, attempt) = session.simulation.ok_or_else(outside)?;
        let simulation = self.simulations.get_mut(&number).ok_or_else(outside)?;
        if simulation.attempt != attempt {
            let text = format!(
                "simulation {number} was begun again by another client, or another rank of it is gone"
            );
            return Err(last(Code::Lost.error(text)));
        }
        Ok((session, number, simulation))
    }

    fn put_static(&mut self, key: Key, field: &Field, block: Block) -> Result<Taken, Refusal> {
        self.options.check_static(field)?;
        check_block(field, &block)?;
        let (_, number, simulation) = self.inside(key)?;
        let values = simulation.assembly.put_static(field, block)?;
        if let Some(values) = values {
            self.push(Event::Static {
                simulation: number,
                field: field.clone(),
                values,
            });
        }
        Ok(Taken::Answered(Reply::Done))
    }

    fn frame(
        &mut self,
        key: Key,
        frame: u64,
        time: f64,
        blocks: Vec<(u16, Block)>,
    ) -> Result<Taken, Refusal> {
        let full = self.queued >= self.options.capacity;
        let (session, number, simulation) = self.inside(key)?;
        if simulation.ended || frame < session.frame {
            return Ok(Taken::Quietly); // it came before a restart
        }
        check_frame(session, frame, time)?;
        let frames = simulation.assembly.frames;
        if frame >= frames && (full || frame >= frames.saturating_add(AHEAD)) {
            return Ok(Taken::Wait(Message::Frame {
                frame,
                time,
                blocks,
            }));
        }
        session.frame = frame + 1;
        session.time = Some(time);
        let (fields, ranks) = (simulation.fields.clone(), simulation.ranks);
        let put = simulation
            .assembly
            .put(&fields, (key, ranks), (frame, time), blocks);
        put.map_err(last)?;
        self.deliver(number);
        Ok(Taken::Quietly)
    }

    /// Hands on the frames that are complete.
    fn deliver(&mut self, number: u64) {
        let simulation = self.simulations.get_mut(&number);
        let Some(simulation) = simulation else {
            return;
        };
        let whole: Vec<_> = std::iter::from_fn(|| simulation.assembly.next()).collect();
        for whole in whole {
            let Some(fields) = whole.values else {
                self.statistics.dropped += 1;
                continue;
            };
            self.statistics.frames += 1;
            self.push(Event::Frame {
                simulation: number,
                frame: whole.frame,
                time: whole.time,
                fields,
            });
        }
    }

    fn skip(&mut self, key: Key, from: u64, until: u64) -> Result<Taken, Refusal> {
        let (session, number, simulation) = self.inside(key)?;
        if from != session.frame || until <= from {
            let text = format!("frames {from} to {until} can't be dropped here");
            return Err(last(Code::Protocol.error(text)));
        }
        session.frame = until;
        let fields = simulation.fields.clone();
        let dropped = simulation.assembly.skip(&fields, from, until);
        self.statistics.dropped += dropped.map_err(last)?;
        self.deliver(number);
        Ok(Taken::Quietly)
    }

    fn describe(&self) -> Result<Taken, Refusal> {
        let text = self.options.description.clone().ok_or_else(|| {
            let text = "the training describes no simulations: it takes codes that know what they simulate";
            Code::Order.error(text)
        })?;
        Ok(Taken::Answered(Reply::Description { text }))
    }

    fn fail(&mut self, key: Key, status: i32, text: String) -> Result<Taken, Refusal> {
        let (_, number, simulation) = self.inside(key)?;
        if !simulation.ended {
            self.push(Event::Said {
                simulation: number,
                status,
                text,
            });
        }
        self.finish(key, if status == 0 { 1 } else { status })
    }

    fn finish(&mut self, key: Key, status: i32) -> Result<Taken, Refusal> {
        let (session, number, simulation) = self.inside(key)?;
        session.simulation = None;
        simulation.finished += 1;
        let over = status != 0 || simulation.finished >= simulation.ranks;
        if simulation.ended || !over {
            return Ok(Taken::Answered(Reply::Done));
        }
        simulation.ended = true;
        let lacks = simulation.assembly.lacks().filter(|_| status == 0);
        simulation.assembly.clear();
        let frames = simulation.assembly.frames;
        let outcome = match lacks {
            Some(frame) => Outcome::Incomplete { frame },
            None if status != 0 => Outcome::Failed { status },
            None => Outcome::Finished,
        };
        self.push(Event::Ended {
            simulation: number,
            outcome,
            frames,
        });
        match lacks {
            Some(frame) => {
                let text = format!("all ranks have finished, and frame {frame} lacks values");
                Err(Code::Missing.error(text).into())
            }
            None => Ok(Taken::Answered(Reply::Done)),
        }
    }
}

fn check_frame(session: &Session, frame: u64, time: f64) -> Result<(), Refusal> {
    if frame != session.frame {
        let text = format!(
            "frame {frame} came where frame {} is the next",
            session.frame
        );
        return Err(last(Code::Protocol.error(text)));
    }
    if !time.is_finite() || session.time.is_some_and(|before| time <= before) {
        let text = format!("frame {frame} has time {time}, which is not later than the one before");
        return Err(last(Code::Time.error(text)));
    }
    Ok(())
}

/// Checks that a block fits its field and is finite.
pub(super) fn check_block(field: &Field, block: &Block) -> Result<(), Error> {
    field.check(&block.region, block.values.dtype())?;
    if !block.values.are_finite() {
        let text = format!("field `{}` has values that are NaN or infinite", field.name);
        return Err(Code::NotFinite.error(text));
    }
    Ok(())
}
