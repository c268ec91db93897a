//! The messages between processes: exact both ways, and never more than an error for bytes that are none.

use ondine_datasets::process::wire::{
    MAX_POINT, MAX_TEXT, Message, Trouble, VERSION, WireError, greet, read, write,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::io::{self, Cursor, Read};

/// Values of a frame, at most.
const VALUES: usize = 40;

fn cases(count: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(0),
        ..ProptestConfig::with_cases(count)
    }
}

fn bytes(message: &Message) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes, message).expect("memory takes everything");
    bytes
}

fn trouble() -> impl Strategy<Value = Trouble> {
    prop::sample::select(vec![
        Trouble::Setup,
        Trouble::Diverged,
        Trouble::Refused,
        Trouble::Panicked,
    ])
}

fn job() -> impl Strategy<Value = Message> {
    let point = prop::collection::vec(any::<f64>(), 0..12);
    let parts = (any::<u8>(), any::<u64>(), any::<u32>(), point);
    parts.prop_map(|(ensemble, simulation, attempt, point)| Message::Job {
        ensemble,
        simulation,
        attempt,
        point,
    })
}

fn message() -> impl Strategy<Value = Message> {
    prop_oneof![
        any::<u16>().prop_map(|version| Message::Hello { version }),
        ".{0,60}".prop_map(|recipe| Message::Setup { recipe }),
        Just(Message::Ready),
        job(),
        prop::collection::vec(any::<f32>(), 0..=VALUES).prop_map(Message::Frame),
        prop::collection::vec(any::<f64>(), 0..=VALUES).prop_map(Message::Frame64),
        Just(Message::End),
        (trouble(), ".{0,60}").prop_map(|(trouble, text)| Message::Failed { trouble, text }),
    ]
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn messages_arrive_as_they_were_sent(sent in prop::collection::vec(message(), 0..6)) {
        let stream: Vec<u8> = sent.iter().flat_map(bytes).collect();
        let mut from = Cursor::new(&stream);
        for expected in &sent {
            let found = read(&mut from, VALUES).expect("it is whole").expect("it is there");
            // Bytes, because a frame may hold values that are no numbers.
            prop_assert_eq!(bytes(&found), bytes(expected));
        }
        prop_assert!(read(&mut from, VALUES).expect("the end").is_none());
    }

    #[test]
    fn a_message_that_is_cut_is_an_error(sent in message(), cut in any::<prop::sample::Index>()) {
        let whole = bytes(&sent);
        let part = &whole[..cut.index(whole.len())];
        let found = read(&mut Cursor::new(part), VALUES);
        if part.is_empty() { prop_assert!(matches!(found, Ok(None))) } else { prop_assert!(matches!(found, Err(WireError::Io(_))), "{found:?}") }
    }

    #[test]
    fn any_bytes_are_messages_or_an_error(noise in prop::collection::vec(any::<u8>(), 0..200)) {
        read_all(&noise);
    }

    #[test]
    fn any_rest_of_any_kind_is_a_message_or_an_error(
        kind in 0..12_u8,
        rest in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let mut stream = vec![kind];
        stream.extend((rest.len() as u32).to_le_bytes());
        stream.extend(&rest);
        read_all(&stream);
    }

    #[test]
    fn a_message_with_wrong_bytes_is_a_message_or_an_error(
        sent in message(),
        at in any::<prop::sample::Index>(),
        flip in 1..=255_u8,
    ) {
        let mut stream = bytes(&sent);
        let at = at.index(stream.len());
        stream[at] ^= flip;
        read_all(&stream);
    }
}

/// Reads until the end or the first error; what was read is written as it came.
fn read_all(stream: &[u8]) {
    let mut from = Counted {
        from: Cursor::new(stream),
        largest: 0,
    };
    loop {
        let before = from.from.position() as usize;
        match read(&mut from, VALUES) {
            Ok(Some(message)) => {
                let after = from.from.position() as usize;
                assert_eq!(bytes(&message), stream[before..after]);
            }
            Ok(None) | Err(_) => break,
        }
    }
    assert!(from.largest <= MAX_TEXT + 1, "{} at once", from.largest);
}

/// Notes the largest piece that is asked for, which is what was allocated for it.
struct Counted<'a> {
    from: Cursor<&'a [u8]>,
    largest: usize,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.largest = self.largest.max(buffer.len());
        self.from.read(buffer)
    }
}

#[test]
fn lengths_above_the_limit_of_a_kind_are_refused_before_anything_is_read() {
    let limits = [
        (1, 10),
        (2, MAX_TEXT),
        (3, 0),
        (4, 13 + 8 * MAX_POINT),
        (5, 4 * VALUES),
        (6, 8 * VALUES),
        (7, 0),
        (8, MAX_TEXT + 1),
    ];
    for (kind, limit) in limits {
        for length in [limit as u32 + 1, u32::MAX] {
            let mut stream = vec![kind];
            stream.extend(length.to_le_bytes());
            let mut from = Counted {
                from: Cursor::new(&stream),
                largest: 0,
            };
            let error = read(&mut from, VALUES).expect_err("too long");
            let expected = format!(
                "a message of kind {kind} with {length} bytes, {limit} at most are possible"
            );
            assert_eq!(error.to_string(), expected);
            assert!(from.largest <= 5, "only the head was read");
        }
    }
}

#[test]
fn kinds_that_do_not_exist_are_refused() {
    for kind in [0, 9, 255] {
        let error = read(&mut Cursor::new([kind, 0, 0, 0, 0]), VALUES).expect_err("no kind");
        assert_eq!(error.to_string(), format!("{kind} is no kind of message"));
    }
}

#[test]
fn another_version_is_refused_by_name() {
    let greeted = |message: &Message| greet(&mut Cursor::new(bytes(message)), &mut Vec::new());
    assert!(greeted(&Message::Hello { version: VERSION }).is_ok());
    let error = greeted(&Message::Hello { version: 77 }).expect_err("another version");
    let expected = "the other side speaks version 77 of the format, this one 2";
    assert_eq!(error.to_string(), expected);
    let error = greeted(&Message::Ready).expect_err("no hello");
    assert!(matches!(error, WireError::Contents(3)), "{error}");
}

#[test]
fn the_bytes_of_version_2_stay_what_they_are() {
    let job = |point| Message::Job {
        ensemble: 1,
        simulation: 2,
        attempt: 3,
        point,
    };
    let expected = [4, 13, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0];
    assert_eq!(bytes(&job(Vec::new())), expected);
    let placed = bytes(&job(vec![0.5, 0.75]));
    assert_eq!(placed[..18], [&[4, 29, 0, 0, 0], &expected[5..]].concat());
    let (half, three_quarters) = ([0, 0, 0, 0, 0, 0, 224, 63], [0, 0, 0, 0, 0, 0, 232, 63]);
    assert_eq!(placed[18..], [half, three_quarters].concat());
    let frame = Message::Frame(vec![1.0, -2.5]);
    assert_eq!(bytes(&frame), [5, 8, 0, 0, 0, 0, 0, 128, 63, 0, 0, 32, 192]);
    let hello = Message::Hello { version: 2 };
    assert_eq!(bytes(&hello), *b"\x01\x0a\0\0\0ondine\0\0\x02\0");
}

#[test]
fn a_text_that_is_too_long_is_cut_at_a_letter() {
    let text = "ü".repeat(MAX_TEXT);
    let trouble = Trouble::Panicked;
    let sent = bytes(&Message::Failed { trouble, text });
    let found = read(&mut Cursor::new(sent), 0).expect("it fits");
    let text = "ü".repeat(MAX_TEXT / 2);
    assert_eq!(found, Some(Message::Failed { trouble, text }));
}
