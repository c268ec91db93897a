//! Fields of a simulation: blocks, frames and the end.

use crate::client::frame::Pending;
use crate::client::link::{Link, Record};
use crate::client::reconnect::is_over;
use crate::client::{Block, Client, WhenFull};
use crate::code::{Code, Result};
use crate::field::{Element, Field};
use crate::wire::{Body, Message};

impl Client {
    /// Gives a block of a static field of the simulation, such as a mask or a topography, by its global shape.
    ///
    /// # Errors
    /// [`Code::Shape`], [`Code::NotFinite`], [`Code::Order`] outside of a simulation, [`Code::Limit`].
    pub fn static_field<T: Element>(
        &mut self,
        name: &str,
        shape: &[usize],
        block: &Block<'_, T>,
    ) -> Result<()> {
        self.current()?;
        let field = Field::new(name, T::DTYPE, shape)?;
        field.check(block.region(), T::DTYPE)?;
        let mut body = Body::new(6, Vec::new());
        body.static_head(&field, block.region());
        block.append(&mut body)?;
        self.link.request_bytes(body.finish(), false).map(|_| ())
    }

    /// Puts the whole of a field, row-major, into the frame that [`commit`](Self::commit) ends.
    ///
    /// # Errors
    /// As [`put_block`](Self::put_block).
    pub fn put<T: Element>(&mut self, field: &str, data: &[T]) -> Result<()> {
        let index = self.find(field)?;
        let shape = self.fields[index].shape.clone();
        if self.fields[index].cells() != data.len() {
            let (cells, found) = (self.fields[index].cells(), data.len());
            let text =
                format!("field `{field}` of shape {shape:?} has {cells} values, not {found}");
            return Err(Code::Shape.error(text));
        }
        self.put_at(index, &Block::new(data, &shape))
    }

    /// Puts a block of a field; the values are copied.
    ///
    /// # Errors
    /// [`Code::Field`] for a field that is not declared or has another number type, [`Code::Shape`] for a block that does
    /// not lie in the field or the array, [`Code::Overlap`] with a block of the same frame, [`Code::NotFinite`],
    /// [`Code::Order`] outside of a simulation. The block is then not part of the frame.
    pub fn put_block<T: Element>(&mut self, field: &str, block: &Block<'_, T>) -> Result<()> {
        let index = self.find(field)?;
        self.put_at(index, block)
    }

    fn put_at<T: Element>(&mut self, index: usize, block: &Block<'_, T>) -> Result<()> {
        self.current()?;
        let pending = match &mut self.pending {
            Some(pending) => pending,
            None => self.pending.insert(Pending::new(self.link.memory())),
        };
        pending.put(index, &self.fields[index], block)
    }

    fn find(&self, field: &str) -> Result<usize> {
        let found = self.fields.iter().position(|known| known.name == field);
        found.ok_or_else(|| {
            let names: Vec<_> = self
                .fields
                .iter()
                .map(|known| known.name.as_str())
                .collect();
            let text = format!(
                "field `{field}` is not declared; there are {}",
                names.join(", ")
            );
            Code::Field.error(text)
        })
    }

    /// Ends the frame that was put, at this time of the simulation.
    ///
    /// # Errors
    /// [`Code::Time`] for a time that is not later than that of the frame before, [`Code::Missing`] where nothing was put,
    /// or not all cells by a code of one rank, [`Code::Timeout`] or [`Code::Full`] while the training is behind, and errors
    /// of a connection that can't be made again. The frame is kept except for the last, so that the call may be repeated.
    ///
    /// [`Code::End`] and [`Code::Gap`] end the simulation for this client, which goes on with its next one: the training
    /// does not want it, or has begun anew and lacks frames before this one.
    pub fn commit(&mut self, time: f64) -> Result<()> {
        let committed = self.commit_frame(time);
        let code = committed.as_ref().map_err(|error| error.code);
        if self.link.check().is_ok() && code.is_err_and(is_over) {
            self.pending = None;
            self.current = None;
        }
        committed
    }

    fn commit_frame(&mut self, time: f64) -> Result<()> {
        self.check_commit(time)?;
        let current = self.current()?;
        let is_new = current.frame >= current.taken;
        if is_new && !self.make_room()? {
            self.pending = None;
            self.dropped += 1;
            let current = self.current()?;
            current.skipped.get_or_insert(current.frame);
            self.advance(time)?;
            return Ok(());
        }
        let frame = self.advance(time)?;
        let pending = self.pending.take();
        if let Some(pending) = pending.filter(|_| is_new) {
            self.send_skipped(frame)?;
            let bytes = pending.finish(frame, time);
            let frame = Some(frame);
            self.link.send(Record { bytes, frame })?;
        }
        Ok(())
    }

    fn check_commit(&mut self, time: f64) -> Result<()> {
        let last = self.current()?.time;
        if !time.is_finite() || last.is_some_and(|last| time <= last) {
            let last = last.map_or(String::new(), |last| format!(", after {last}"));
            let text = format!("a frame at time {time}{last}: times have to be finite and to grow");
            return Err(Code::Time.error(text));
        }
        let Some(pending) = &self.pending else {
            return Err(Code::Missing.error("nothing was put since the last frame"));
        };
        pending.check_complete(&self.fields, self.ranks)
    }

    /// Counts a frame; its index.
    fn advance(&mut self, time: f64) -> Result<u64> {
        let current = self.current()?;
        let frame = current.frame;
        current.time = Some(time);
        current.frame += 1;
        self.link.introduction.frame = frame + 1;
        Ok(frame)
    }

    /// Whether there is room for a frame, after waiting where the options ask for it.
    fn make_room(&mut self) -> Result<bool> {
        if !self.link.has_room() {
            self.link.poll()?;
        }
        if self.link.has_room() {
            return Ok(true);
        }
        match self.link.options.when_full {
            WhenFull::Drop => self.link.flush().map(|()| self.link.has_room()),
            WhenFull::Fail => {
                self.link.flush()?;
                let text = "the training is behind; call `commit` again later";
                let full = || Code::Full.error(text);
                self.link.has_room().then_some(true).ok_or_else(full)
            }
            WhenFull::Block => {
                if !self.link.wait(false, Link::has_room)? {
                    let limit = self.link.options.timeout.as_secs_f64();
                    let text =
                        format!("the training took no frame for {limit} s; call `commit` again");
                    return Err(Code::Timeout.error(text));
                }
                Ok(true)
            }
        }
    }

    /// Tells of frames before this one that were dropped.
    fn send_skipped(&mut self, until: u64) -> Result<()> {
        let Some(from) = self.current()?.skipped.take() else {
            return Ok(());
        };
        let bytes = crate::wire::encode(&Message::Skip { from, until });
        let frame = Some(from);
        self.link.send(Record { bytes, frame })
    }

    /// Ends the simulation, and waits until the training has all its frames; a status other than 0 says that it failed.
    ///
    /// # Errors
    /// [`Code::Order`] outside of a simulation, or where blocks were put and not committed; [`Code::Missing`] where a frame
    /// lacks blocks of other ranks; [`Code::Timeout`] while the training is behind.
    pub fn finish(&mut self, status: i32) -> Result<()> {
        let frame = self.current()?.frame;
        if status == 0
            && self
                .pending
                .as_ref()
                .is_some_and(|pending| !pending.is_empty())
        {
            let text =
                "blocks were put and not committed; call `commit`, or finish with another status";
            return Err(Code::Order.error(text));
        }
        self.send_skipped(frame)?;
        self.end(&Message::Finish { status })
    }

    /// Ends the simulation, which failed, and says why. The status is a number of the code's own, other than 0.
    ///
    /// # Errors
    /// Those of [`finish`](Self::finish).
    pub fn fail(&mut self, status: i32, text: &str) -> Result<()> {
        self.current()?;
        let text = text.to_owned();
        self.end(&Message::Fail { status, text })
    }

    fn end(&mut self, last: &Message) -> Result<()> {
        self.pending = None;
        let result = self.link.request(last);
        self.link.introduction.simulation = None;
        self.current = None;
        result.map(|_| ())
    }
}
