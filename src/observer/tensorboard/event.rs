//! Events in the wire format of Protocol Buffers: the fields of `event.proto` and `summary.proto` that are needed here.

use super::picture::Picture;

/// Says that the rules of `SessionLog` hold for this file.
const VERSION: &[u8] = b"brain.Event:2";
/// `SessionLog.START`: what earlier files have from this step on was done again.
const START: u64 = 1;

/// Wire types.
const VARINT: u64 = 0;
const DOUBLE: u64 = 1;
const BYTES: u64 = 2;
const FLOAT: u64 = 5;

/// Content of an event.
pub(super) enum What<'a> {
    /// The first event of a file.
    Version,
    /// That this file goes on from its step.
    Start,
    /// Numbers by tag.
    Scalars(&'a [(String, f64)]),
    /// A picture under a tag.
    Image(&'a str, &'a Picture),
}

/// The message `Event`; `wall_time` in seconds since 1970.
pub(super) fn event(wall_time: f64, step: usize, what: &What<'_>) -> Vec<u8> {
    let mut event = Message::default();
    event.double(1, wall_time).varint(2, step as u64);
    match what {
        What::Version => event.bytes(3, VERSION),
        What::Start => event.message(7, |log| log.varint(1, START)),
        What::Scalars(scalars) => event.message(5, |summary| {
            for (tag, value) in *scalars {
                scalar(summary, tag, *value);
            }
            summary
        }),
        What::Image(tag, picture) => event.message(5, |summary| image(summary, tag, picture)),
    };
    event.0
}

fn scalar(summary: &mut Message, tag: &str, value: f64) {
    summary.message(1, |of| of.bytes(1, tag.as_bytes()).float(2, value as f32));
}

fn image<'m>(summary: &'m mut Message, tag: &str, picture: &Picture) -> &'m mut Message {
    let size = [picture.height, picture.width];
    summary.message(1, |value| {
        value.bytes(1, tag.as_bytes()).message(4, |image| {
            let image = image.varint(1, size[0] as u64).varint(2, size[1] as u64);
            image.varint(3, 4).bytes(4, &picture.png) // RGB with opacity
        })
    })
}

/// The bytes of a message so far.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn key(&mut self, field: u64, wire: u64) -> &mut Self {
        self.number(field << 3 | wire)
    }

    /// Seven bits a byte, the lowest first; the eighth says that more follow.
    fn number(&mut self, mut value: u64) -> &mut Self {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
        self
    }

    fn varint(&mut self, field: u64, value: u64) -> &mut Self {
        self.key(field, VARINT).number(value)
    }

    fn double(&mut self, field: u64, value: f64) -> &mut Self {
        self.key(field, DOUBLE).0.extend(value.to_le_bytes());
        self
    }

    fn float(&mut self, field: u64, value: f32) -> &mut Self {
        self.key(field, FLOAT).0.extend(value.to_le_bytes());
        self
    }

    fn bytes(&mut self, field: u64, bytes: &[u8]) -> &mut Self {
        self.key(field, BYTES).number(bytes.len() as u64);
        self.0.extend(bytes);
        self
    }

    fn message(&mut self, field: u64, fill: impl FnOnce(&mut Self) -> &mut Self) -> &mut Self {
        let mut inner = Self::default();
        fill(&mut inner);
        self.bytes(field, &inner.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_the_bytes_of_protocol_buffers() {
        // Worked out by hand from the field numbers.
        let version = event(1.0, 0, &What::Version);
        assert_eq!(
            version,
            b"\x09\0\0\0\0\0\0\xf0\x3f\x10\0\x1a\x0dbrain.Event:2"
        );
        let start = event(1.0, 300, &What::Start);
        assert_eq!(
            start,
            b"\x09\0\0\0\0\0\0\xf0\x3f\x10\xac\x02\x3a\x02\x08\x01"
        );
        let scalars = [("a".to_owned(), 1.0)];
        let scalars = event(1.0, 1, &What::Scalars(&scalars));
        let summary = b"\x2a\x0a\x0a\x08\x0a\x01a\x15\0\0\x80\x3f";
        assert_eq!(&scalars[11..], summary);
    }
}
