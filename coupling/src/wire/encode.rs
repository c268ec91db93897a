//! Messages as bytes.

use super::{ANY, HEAD, MAGIC, MAX_DESCRIPTION, MAX_TEXT, MAX_TOKEN, Message, Reply};
use crate::field::{Dtype, Element, Field, Region, Values};

/// A message in the order of the wire.
pub fn encode(message: &Message) -> Vec<u8> {
    let mut body = Body::new(message.kind(), Vec::new());
    append(&mut body, message);
    body.finish()
}

/// Bytes of a message that grows; its head is written last.
#[derive(Debug)]
pub struct Body {
    kind: u8,
    bytes: Vec<u8>,
}

impl Body {
    /// An empty message of a kind, in memory that was used before.
    pub(crate) fn new(kind: u8, mut bytes: Vec<u8>) -> Self {
        bytes.clear();
        bytes.resize(HEAD, 0);
        Self { kind, bytes }
    }

    /// A frame without blocks; [`fill_frame`](Self::fill_frame) puts in what is known at its end.
    pub(crate) fn frame(bytes: Vec<u8>) -> Self {
        let mut body = Self::new(7, bytes);
        body.raw(&[0; 18]);
        body
    }

    pub(crate) fn fill_frame(&mut self, frame: u64, time: f64, blocks: u16) {
        let place = &mut self.bytes[HEAD..HEAD + 18];
        place[..8].copy_from_slice(&frame.to_le_bytes());
        place[8..16].copy_from_slice(&time.to_le_bytes());
        place[16..].copy_from_slice(&blocks.to_le_bytes());
    }

    /// The head of a block; its values follow.
    pub(crate) fn block_head(&mut self, dtype: Dtype, region: &Region) {
        self.raw(&[dtype as u8, region.shape.len() as u8]);
        self.axes(&region.offset);
        self.axes(&region.shape);
    }

    /// The message with its head.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let length = (self.bytes.len() - HEAD) as u64;
        self.bytes[0] = self.kind;
        self.bytes[1..HEAD].copy_from_slice(&length.to_le_bytes());
        self.bytes
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.bytes.reserve(bytes);
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn truncate(&mut self, bytes: usize) {
        self.bytes.truncate(bytes);
    }

    /// Values that lie one after the other.
    pub(crate) fn row<T: Element>(&mut self, row: &[T]) {
        if cfg!(target_endian = "little") {
            self.raw(bytemuck::cast_slice(row));
        } else {
            row.iter().for_each(|value| value.append(&mut self.bytes));
        }
    }

    /// Values that are picked one by one.
    pub(crate) fn picked<T: Element>(&mut self, values: impl Iterator<Item = T>) {
        values.for_each(|value| value.append(&mut self.bytes));
    }

    fn u64(&mut self, number: u64) {
        self.raw(&number.to_le_bytes());
    }

    fn axes(&mut self, axes: &[usize]) {
        axes.iter().for_each(|points| self.u64(*points as u64));
    }

    fn text(&mut self, text: &str, limit: usize) {
        let text = shortened(text, limit);
        self.raw(&(text.len() as u32).to_le_bytes());
        self.raw(text.as_bytes());
    }

    fn values(&mut self, values: &Values) {
        match values {
            Values::F32(values) => self.row(values),
            Values::F64(values) => self.row(values),
        }
    }

    fn field(&mut self, field: &Field) {
        self.raw(&[field.dtype as u8, field.shape.len() as u8]);
        self.axes(&field.shape);
        self.text(&field.name, crate::field::MAX_NAME);
    }

    /// The head of a static field, before its values.
    pub(crate) fn static_head(&mut self, field: &Field, region: &Region) {
        self.text(&field.name, crate::field::MAX_NAME);
        self.raw(&[field.shape.len() as u8]);
        self.axes(&field.shape);
        self.block_head(field.dtype, region);
    }
}

/// As much of a text as its limit allows.
fn shortened(text: &str, limit: usize) -> &str {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn append(body: &mut Body, message: &Message) {
    match message {
        Message::Hello {
            version,
            key,
            token,
        } => {
            body.raw(MAGIC);
            body.raw(&version.to_le_bytes());
            body.raw(key);
            body.text(token, MAX_TOKEN);
        }
        Message::Field(field) => body.field(field),
        Message::Next { wanted, ranks } => {
            body.u64(wanted.unwrap_or(ANY));
            body.raw(&ranks.to_le_bytes());
        }
        Message::Begin {
            wanted,
            first,
            ranks,
            values,
        } => {
            body.u64(wanted.unwrap_or(ANY));
            body.u64(*first);
            body.raw(&ranks.to_le_bytes());
            body.row(values);
        }
        Message::Join { simulation, first } => {
            body.u64(*simulation);
            body.u64(*first);
        }
        Message::Static { field, block } => {
            body.static_head(field, &block.region);
            body.values(&block.values);
        }
        Message::Frame {
            frame,
            time,
            blocks,
        } => {
            body.raw(&[0; 18]);
            for (field, block) in blocks {
                body.raw(&field.to_le_bytes());
                body.block_head(block.values.dtype(), &block.region);
                body.values(&block.values);
            }
            body.fill_frame(*frame, *time, blocks.len() as u16);
        }
        Message::Skip { from, until } => {
            body.u64(*from);
            body.u64(*until);
        }
        Message::Finish { status } => body.raw(&status.to_le_bytes()),
        Message::Fail { status, text } => {
            body.raw(&status.to_le_bytes());
            body.text(text, MAX_TEXT);
        }
        Message::Bye | Message::Describe | Message::Stop => {}
        Message::Welcome { version, records } => {
            body.raw(MAGIC);
            body.raw(&version.to_le_bytes());
            body.raw(&[u8::from(records.is_some())]);
            body.u64(records.unwrap_or(0));
        }
        Message::Ack { records } => body.u64(*records),
        Message::Reply { record, reply } => append_reply(body, *record, reply),
        Message::Refused {
            record,
            last,
            code,
            text,
        } => {
            body.u64(*record);
            body.raw(&[u8::from(*last)]);
            body.raw(&code.number().to_le_bytes());
            body.text(text, MAX_TEXT);
        }
    }
}

fn append_reply(body: &mut Body, record: u64, reply: &Reply) {
    body.u64(record);
    match reply {
        Reply::Done => body.raw(&[1]),
        Reply::Begun {
            simulation,
            frames,
            values,
        } => {
            body.raw(&[2]);
            body.u64(*simulation);
            body.u64(*frames);
            body.row(values);
        }
        Reply::End => body.raw(&[3]),
        Reply::Description { text } => {
            body.raw(&[4]);
            body.text(text, MAX_DESCRIPTION);
        }
    }
}
