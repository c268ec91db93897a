//! Fields of a client, and the begin of its simulations.

use crate::code::{Code, Error};
use crate::field::Field;
use crate::listener::records::{Refusal, Taken};
use crate::listener::state::{Simulation, State};
use crate::listener::{Chooser, Event, Job};
use crate::wire::{Key, Message, Reply};

impl State {
    pub(super) fn declare(&mut self, key: Key, field: Field) -> Result<Taken, Refusal> {
        self.options.check_field(&field)?;
        let limit = self.options.max_frame;
        let session = self.session(key)?;
        if session.simulation.is_some() {
            let text = "fields are declared before the first simulation";
            return Err(Code::Order.error(text).into());
        }
        if session.fields.iter().any(|known| known.name == field.name) {
            let text = format!("field `{}` is declared already", field.name);
            return Err(Code::Field.error(text).into());
        }
        let mut fields = session.fields.to_vec();
        fields.push(field);
        let bytes = fields
            .iter()
            .map(|field| field.bytes() as u128)
            .sum::<u128>();
        if bytes > limit as u128 || fields.len() > usize::from(u16::MAX) {
            let text = format!("a frame of {bytes} bytes; the training takes {limit} at most");
            return Err(Code::Limit.error(text).into());
        }
        session.fields = fields.into();
        Ok(Taken::Answered(Reply::Done))
    }

    pub(super) fn check_conditions(&self, values: &[f64]) -> Result<(), Error> {
        if !crate::field::all_finite(values) {
            return Err(Code::NotFinite.error("a condition is NaN or infinite"));
        }
        self.options.check_conditions(values)
    }

    /// The number of a simulation that a client begins; none while it has to wait for one.
    pub(super) fn number(&mut self, wanted: Option<u64>) -> Result<Option<u64>, Error> {
        let offered = |number: u64| self.jobs.iter().any(|job| job.simulation == number);
        match (self.options.chooser, wanted) {
            (Chooser::Either, Some(number)) => Ok(Some(number)),
            (Chooser::Either, None) => Ok(Some(self.new_number())),
            (Chooser::Training, None) => {
                let text = "the training chooses the conditions; ask for them by `next`";
                Err(Code::Order.error(text))
            }
            (Chooser::Training, Some(number)) if offered(number) => Ok(Some(number)),
            (Chooser::Codes, Some(number)) if self.invited.contains(&number) => Ok(Some(number)),
            (_, Some(number)) => {
                Err(Code::End.error(format!("simulation {number} is not waited for")))
            }
            (Chooser::Codes, None) if self.ended || self.stopped => {
                Err(Code::End.error("the training wants no more simulations"))
            }
            (Chooser::Codes, None) => Ok(self.invited.front().copied()),
        }
    }

    fn new_number(&mut self) -> u64 {
        while self.simulations.contains_key(&self.next_number) {
            self.next_number += 1;
        }
        self.next_number
    }

    pub(super) fn next(
        &mut self,
        key: Key,
        wanted: Option<u64>,
        ranks: u32,
    ) -> Result<Taken, Refusal> {
        if self.options.chooser == Chooser::Codes {
            let text = "the code brings the conditions to this training; begin by `begin`";
            return Err(Code::Order.error(text).into());
        }
        let fits = |job: &Job| wanted.is_none_or(|number| number == job.simulation);
        if let Some(index) = self.jobs.iter().position(fits)
            && let Some(job) = self.jobs.remove(index)
        {
            self.session(key)?.asked = false;
            return self.begin(key, job, 0, ranks);
        }
        if self.ended || self.stopped {
            return Ok(Taken::Answered(Reply::End));
        }
        let session = self.session(key)?;
        if !session.asked {
            session.asked = true;
            if self.options.chooser == Chooser::Either {
                self.push(Event::Wanted { simulation: wanted });
            }
        }
        Ok(Taken::Wait(Message::Next { wanted, ranks }))
    }

    pub(super) fn begin(
        &mut self,
        key: Key,
        job: Job,
        first: u64,
        ranks: u32,
    ) -> Result<Taken, Refusal> {
        let fields = self.session(key)?.fields.clone();
        let number = job.simulation;
        self.check_begin(key, &job, &fields, first)?;
        self.withdraw(number); // nobody else need run it
        let simulation = self.simulations.entry(number).or_default();
        simulation.attempt += 1;
        simulation.assembly.clear();
        simulation.fields = fields.clone();
        simulation.values.clone_from(&job.values);
        (simulation.ranks, simulation.joined, simulation.finished) = (ranks.max(1), 1, 0);
        let (attempt, frames) = (simulation.attempt, simulation.assembly.frames);
        self.enter(key, number, attempt, first.max(frames))?;
        self.push(Event::Began {
            simulation: number,
            fields,
            values: job.values.clone(),
            frames,
        });
        Ok(Taken::Answered(Reply::Begun {
            simulation: number,
            frames,
            values: job.values,
        }))
    }

    fn check_begin(
        &mut self,
        key: Key,
        job: &Job,
        fields: &[Field],
        first: u64,
    ) -> Result<(), Refusal> {
        let number = job.simulation;
        if self.session(key)?.simulation.is_some() {
            let text = "a client has one simulation at a time; finish it first";
            return Err(Code::Order.error(text).into());
        }
        self.options.check_all_fields(fields)?;
        let known = self.simulations.get(&number);
        if known.is_some_and(|known| known.ended) {
            return Err(Code::End
                .error(format!("simulation {number} has ended"))
                .into());
        }
        if known.is_some_and(|known| known.values != job.values) {
            let text = format!("simulation {number} was begun with other conditions before");
            return Err(Code::Values.error(text).into());
        }
        if known.is_some_and(|known| known.attempt > 0 && *known.fields != *fields) {
            let text = format!("simulation {number} was begun with other fields before");
            return Err(Code::Field.error(text).into());
        }
        check_first(known, number, first)
    }

    fn enter(&mut self, key: Key, number: u64, attempt: u32, frame: u64) -> Result<(), Refusal> {
        let session = self.session(key)?;
        session.simulation = Some((number, attempt));
        session.frame = frame;
        session.time = None;
        Ok(())
    }

    pub(super) fn join(&mut self, key: Key, number: u64, first: u64) -> Result<Taken, Refusal> {
        let fields = self.session(key)?.fields.clone();
        let simulation = self.simulations.get_mut(&number);
        let Some(simulation) = simulation.filter(|found| !found.ended && found.joined > 0) else {
            let text = format!("no rank has begun simulation {number}");
            return Err(Code::Order.error(text).into());
        };
        if simulation.joined >= simulation.ranks {
            let text = format!(
                "simulation {number} was begun for {} ranks, which it has; set the option `ranks`",
                simulation.ranks
            );
            return Err(Code::Order.error(text).into());
        }
        if *simulation.fields != *fields {
            let text = format!("another rank of simulation {number} declared other fields");
            return Err(Code::Field.error(text).into());
        }
        check_first(Some(simulation), number, first)?;
        simulation.joined += 1;
        let (attempt, frames) = (simulation.attempt, simulation.assembly.frames);
        let values = simulation.values.clone();
        self.enter(key, number, attempt, first.max(frames))?;
        Ok(Taken::Answered(Reply::Begun {
            simulation: number,
            frames,
            values,
        }))
    }
}

/// Checks that a simulation can go on at this frame.
fn check_first(known: Option<&Simulation>, number: u64, first: u64) -> Result<(), Refusal> {
    let frames = known.map_or(0, |known| known.assembly.frames);
    if first > frames {
        let text = format!(
            "the training has {frames} frames of simulation {number}, so that frame {first} can't be the next; \
             run it again from the start"
        );
        return Err(Code::Gap.error(text).into());
    }
    Ok(())
}
