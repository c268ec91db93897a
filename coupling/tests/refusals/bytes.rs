//! Bytes that a client should not send.

use super::{block, listener};
use crate::common::{LIMIT, client, code, run};
use ondine_coupling::wire::{Message, VERSION, encode, read};
use ondine_coupling::{
    Client, ClientOptions, Code, Dtype, Event, Field, Listener, ListenerOptions,
};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A connection that speaks the wire by hand.
struct Raw(TcpStream);

impl Raw {
    fn open(listener: &Listener) -> Self {
        let address = listener.endpoint().strip_prefix("tcp://").expect("tcp");
        let stream = TcpStream::connect(address).expect("it connects");
        stream.set_read_timeout(Some(LIMIT)).expect("a limit");
        Self(stream)
    }

    /// A connection with a field `u` of four values, in a simulation.
    fn begun(listener: &Listener) -> Self {
        let mut raw = Self::open(listener);
        raw.hello(VERSION, "");
        raw.read();
        raw.write(&Message::Field(
            Field::new("u", Dtype::F64, &[4]).expect("a field"),
        ));
        raw.read();
        let (wanted, values) = (None, vec![]);
        raw.write(&Message::Begin {
            wanted,
            first: 0,
            ranks: 1,
            values,
        });
        raw.read();
        raw
    }

    fn write(&mut self, message: &Message) {
        self.0.write_all(&encode(message)).expect("it is written");
    }

    fn hello(&mut self, version: u16, token: &str) {
        let (key, token) = ([7; 16], token.to_owned());
        self.write(&Message::Hello {
            version,
            key,
            token,
        });
    }

    fn read(&mut self) -> Message {
        read(&mut self.0, 0)
            .expect("a message")
            .expect("not the end")
    }

    /// The code of a refusal after which the connection ends.
    fn refusal(&mut self) -> Code {
        match self.read() {
            Message::Refused {
                last: true,
                code,
                text,
                ..
            } => {
                assert!(text.len() > 10, "{text}");
                let mut rest = Vec::new();
                self.0
                    .shutdown(std::net::Shutdown::Write)
                    .expect("we are done");
                self.0.read_to_end(&mut rest).expect("the end");
                code
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn another_version_is_told_ours() {
    let listener = listener();
    let mut raw = Raw::open(&listener);
    raw.hello(VERSION + 1, "");
    let expected = Message::Welcome {
        version: VERSION,
        records: None,
    };
    assert_eq!(raw.read(), expected);
    let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("tcp://{}", other.local_addr().expect("an address"));
    let answer = std::thread::spawn(move || {
        let (mut stream, _) = other.accept().expect("a client");
        let welcome = Message::Welcome {
            version: VERSION + 1,
            records: None,
        };
        stream.write_all(&encode(&welcome)).expect("it is written");
    });
    assert_eq!(code(Client::open(&endpoint)), Code::Version);
    answer.join().expect("no panic");
}

#[test]
fn frames_that_a_client_should_not_send_are_refused_by_the_listener_too() {
    let frame = |frame, time, blocks| Message::Frame {
        frame,
        time,
        blocks,
    };
    let cases = [
        (
            Code::NotFinite,
            frame(0, 0.0, vec![(0, block(vec![f64::NAN; 4], 0))]),
        ),
        (
            Code::Shape,
            frame(0, 0.0, vec![(0, block(vec![0.0; 4], 1))]),
        ),
        (
            Code::Shape,
            frame(0, 0.0, vec![(0, block(vec![0.0; 4], usize::MAX))]),
        ),
        (
            Code::Field,
            frame(0, 0.0, vec![(1, block(vec![0.0; 4], 0))]),
        ),
        (
            Code::Missing,
            frame(0, 0.0, vec![(0, block(vec![0.0; 3], 0))]),
        ),
        (Code::Missing, frame(0, 0.0, vec![])),
        (
            Code::Overlap,
            frame(
                0,
                0.0,
                vec![(0, block(vec![0.0; 3], 0)), (0, block(vec![0.0; 2], 2))],
            ),
        ),
        (
            Code::Time,
            frame(0, f64::NAN, vec![(0, block(vec![0.0; 4], 0))]),
        ),
        (
            Code::Protocol,
            frame(1, 0.0, vec![(0, block(vec![0.0; 4], 0))]),
        ),
        (Code::Protocol, Message::Skip { from: 5, until: 4 }),
        (Code::Protocol, Message::Stop),
    ];
    for (expected, message) in cases {
        let listener = listener();
        let mut raw = Raw::begun(&listener);
        raw.write(&message);
        assert_eq!(raw.refusal(), expected, "{message:?}");
        assert_eq!(listener.statistics().frames, 0);
        let events = std::iter::from_fn(|| listener.event(Duration::from_millis(200)));
        let gone = events.filter(|event| {
            matches!(
                event,
                Event::Gone {
                    simulation: Some(0),
                    ..
                }
            )
        });
        assert_eq!(gone.count(), 1, "{message:?}");
    }
}

#[test]
fn a_petabyte_in_a_head_is_refused() {
    let listener = listener();
    let mut raw = Raw::begun(&listener);
    let mut bytes = vec![7];
    bytes.extend((1u64 << 50).to_le_bytes());
    raw.0.write_all(&bytes).expect("it is written");
    assert_eq!(raw.refusal(), Code::Limit);
    let mut stranger = Raw::open(&listener);
    stranger
        .0
        .write_all(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        .expect("it is written");
    assert_eq!(stranger.refusal(), Code::Protocol);
}

#[test]
fn too_many_clients_are_refused_and_room_comes_back() {
    let listener = ListenerOptions::default()
        .clients(1)
        .bind("tcp://127.0.0.1:0")
        .expect("a port");
    let mut first = client(listener.endpoint(), 2);
    let second = ClientOptions::default().open(listener.endpoint());
    assert_eq!(code(second), Code::Limit);
    first.begin(&[]).expect("it begins");
    run(&mut first, 0, 2, 2).expect("it runs");
    first.close().expect("it closes");
    std::thread::sleep(Duration::from_millis(100));
    client(listener.endpoint(), 2)
        .begin(&[])
        .expect("there is room");
}
