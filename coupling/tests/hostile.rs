//! Messages that are well formed and make no sense in their order: the listener refuses them, goes on, and hands on no frame twice.

mod common;

use common::{check, client, collect, run};
use ondine_coupling::wire::{Block, Message, VERSION, encode};
use ondine_coupling::{Dtype, Event, Field, Job, ListenerOptions, Region, Values};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// Numbers that look random and are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % limit
    }

    fn maybe_any(&mut self) -> Option<u64> {
        let number = self.below(6);
        (number < 5).then_some(number)
    }
}

/// A block of `u`, most often the whole of it.
fn block(numbers: &mut Numbers) -> (u16, Block) {
    let points = 4 - numbers.below(30) / 29 * 2;
    let offset = numbers.below(30) / 29 * 2;
    let value = match numbers.below(30) {
        0 => f64::NAN,
        other => other as f64,
    };
    let region = Region {
        offset: vec![offset as usize],
        shape: vec![points as usize],
    };
    let values = Values::F64(vec![value; points as usize]);
    let field = (numbers.below(30) / 29) as u16;
    (field, Block { region, values })
}

/// A message whose numbers are often those that come next.
fn message(numbers: &mut Numbers, frame: &mut u64) -> Message {
    match numbers.below(16) {
        0 if numbers.below(4) == 0 => {
            Message::Field(Field::new("v", Dtype::F64, &[4]).expect("a field"))
        }
        1 if numbers.below(8) == 0 => Message::Next {
            wanted: numbers.maybe_any(),
            ranks: numbers.below(3) as u32,
        },
        2 | 3 => {
            *frame = 0;
            Message::Begin {
                wanted: numbers.maybe_any(),
                first: numbers.below(5) / 4,
                ranks: 1 + (numbers.below(5) / 4) as u32,
                values: vec![1.0; (numbers.below(8) / 7) as usize],
            }
        }
        4 => Message::Join {
            simulation: numbers.below(5),
            first: 0,
        },
        5 => Message::Finish {
            status: (numbers.below(3) / 2) as i32,
        },
        6 => Message::Skip {
            from: *frame,
            until: *frame + numbers.below(3),
        },
        7 => Message::Static {
            field: Field::new("mask", Dtype::F64, &[4]).expect("a field"),
            block: block(numbers).1,
        },
        8 if numbers.below(4) == 0 => Message::Ack { records: 3 },
        _ => {
            let blocks = (0..1 + numbers.below(20) / 19)
                .map(|_| block(numbers))
                .collect();
            let time = match numbers.below(30) {
                0 => f64::NAN,
                _ => *frame as f64,
            };
            let message = Message::Frame {
                frame: *frame,
                time,
                blocks,
            };
            *frame += 1;
            message
        }
    }
}

/// A client that sends such messages, and leaves with or without a word.
fn visit(address: &str, numbers: &mut Numbers) {
    let mut stream = TcpStream::connect(address).expect("it connects");
    let hello = Message::Hello {
        version: VERSION,
        key: [numbers.below(40) as u8; 16],
        token: String::new(),
    };
    let mut bytes = encode(&hello);
    bytes.extend(encode(&Message::Field(
        Field::new("u", Dtype::F64, &[4]).expect("a field"),
    )));
    let mut frame = 0;
    for _ in 0..numbers.below(24) {
        bytes.extend(encode(&message(numbers, &mut frame)));
    }
    if numbers.below(2) == 0 {
        bytes.extend(encode(&Message::Bye));
    }
    // A listener that has refused the client may have closed already.
    let _ = stream.write_all(&bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let limit = Some(Duration::from_millis(50));
    stream.set_read_timeout(limit).expect("a limit");
    let _ = stream.read_to_end(&mut Vec::new());
}

#[test]
fn a_listener_survives_clients_that_make_no_sense() {
    let options = ListenerOptions::default().patience(Duration::from_millis(5));
    let listener = options.bind("tcp://127.0.0.1:0").expect("a port");
    let address = listener.endpoint().strip_prefix("tcp://").expect("tcp");
    let mut numbers = Numbers(5);
    let mut next: BTreeMap<u64, u64> = BTreeMap::new();
    let mut frames = 0;
    for _ in 0..400 {
        visit(address, &mut numbers);
        while let Some(event) = listener.event(Duration::ZERO) {
            match event {
                Event::Began {
                    simulation, frames, ..
                } => {
                    let known = next.get(&simulation).copied().unwrap_or(0);
                    assert!(frames >= known, "frames that came stay");
                    next.insert(simulation, frames);
                }
                Event::Frame {
                    simulation,
                    frame,
                    fields,
                    ..
                } => {
                    let next = next.get_mut(&simulation).expect("it began");
                    assert!(frame >= *next, "frame {frame} came again");
                    *next = frame + 1;
                    let finite =
                        |values: Values| values.into_f32().iter().all(|value| value.is_finite());
                    assert!(fields.into_iter().all(finite));
                    frames += 1;
                }
                Event::Ended { simulation, .. } => {
                    // As a training that wants it once more.
                    listener.restore(Job::new(simulation, vec![]), 0, false);
                    next.remove(&simulation);
                }
                _ => {}
            }
        }
    }
    assert!(frames > 100, "{frames} frames came, some make sense");
    assert!(listener.statistics().refused > 100, "and some do not");
    let mut good = client(listener.endpoint(), 3);
    good.resume(99, &[], 0).expect("it begins");
    run(&mut good, 99, 5, 3).expect("it runs");
    while listener
        .event(Duration::ZERO)
        .is_some_and(|event| !matches!(event, Event::Began { simulation: 99, .. }))
    {}
    let courses = collect(&listener, 1, |_| {});
    check(&courses[&99], 99, 5, 3);
}
