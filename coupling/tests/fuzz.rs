//! Messages: what is written is read; bytes that are none are errors, without a panic and without much memory.

use ondine_coupling::wire::{Block, HEAD, Message, Reply, encode, read};
use ondine_coupling::{Code, Dtype, Field, Region, Values};
use proptest::prelude::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, which notes the largest request of this thread.
struct Largest;

thread_local! {
    static LARGEST: Cell<usize> = const { Cell::new(0) };
}

#[allow(
    unsafe_code,
    reason = "an allocator that looks at sizes has no safe form"
)]
// SAFETY: every call is handed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Largest {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = LARGEST.try_with(|largest| largest.set(largest.get().max(layout.size())));
        // SAFETY: the caller's promises are those that the system needs.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Largest = Largest;

/// Bytes of the values of a frame, at most, in these tests.
const FRAME: usize = 1 << 16;

/// Bytes that reading a message may ask for at once.
const BOUND: usize = FRAME + (1 << 16);

fn axes() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(1usize..5, 1..4)
}

fn block() -> impl Strategy<Value = Block> {
    (axes(), any::<bool>(), any::<u32>()).prop_map(|(shape, double, seed)| {
        let cells = shape.iter().product::<usize>();
        let numbers = (0..cells).map(|cell| f64::from(seed % 1000) + cell as f64);
        let values = if double {
            Values::F64(numbers.collect())
        } else {
            Values::F32(numbers.map(|number| number as f32).collect())
        };
        let offset = vec![3; shape.len()];
        Block {
            region: Region { offset, shape },
            values,
        }
    })
}

fn field(dtype: Dtype) -> impl Strategy<Value = Field> {
    ("[a-zäö]{1,20}", axes())
        .prop_map(move |(name, shape)| Field::new(&name, dtype, &shape).expect("a field"))
}

fn message() -> impl Strategy<Value = Message> {
    let values = || proptest::collection::vec(-1e9..1e9f64, 0..6);
    let number = || proptest::option::of(0..u64::MAX);
    let reply = prop_oneof![
        Just(Reply::Done),
        Just(Reply::End),
        ".{0,40}".prop_map(|text| Reply::Description { text }),
        (any::<u64>(), any::<u64>(), values()).prop_map(|(simulation, frames, values)| {
            Reply::Begun {
                simulation,
                frames,
                values,
            }
        }),
    ];
    prop_oneof![
        (any::<[u8; 16]>(), ".{0,20}").prop_map(|(key, token)| Message::Hello {
            version: 1,
            key,
            token
        }),
        field(Dtype::F32).prop_map(Message::Field),
        (number(), any::<u32>()).prop_map(|(wanted, ranks)| Message::Next { wanted, ranks }),
        (number(), any::<u64>(), any::<u32>(), values()).prop_map(
            |(wanted, first, ranks, values)| {
                Message::Begin {
                    wanted,
                    first,
                    ranks,
                    values,
                }
            }
        ),
        any::<(u64, u64)>().prop_map(|(simulation, first)| Message::Join { simulation, first }),
        (field(Dtype::F64), block()).prop_map(|(mut field, block)| {
            field.dtype = block.values.dtype();
            Message::Static { field, block }
        }),
        (
            any::<u64>(),
            -1e9..1e9f64,
            proptest::collection::vec((any::<u16>(), block()), 0..4)
        )
            .prop_map(|(frame, time, blocks)| Message::Frame {
                frame,
                time,
                blocks
            }),
        any::<(u64, u64)>().prop_map(|(from, until)| Message::Skip { from, until }),
        any::<i32>().prop_map(|status| Message::Finish { status }),
        Just(Message::Bye),
        Just(Message::Describe),
        (any::<i32>(), ".{0,40}").prop_map(|(status, text)| Message::Fail { status, text }),
        proptest::option::of(any::<u64>()).prop_map(|records| Message::Welcome {
            version: 1,
            records
        }),
        any::<u64>().prop_map(|records| Message::Ack { records }),
        (any::<u64>(), reply).prop_map(|(record, reply)| Message::Reply { record, reply }),
        (any::<u64>(), any::<bool>(), ".{0,40}").prop_map(|(record, last, text)| {
            Message::Refused {
                record,
                last,
                code: Code::Overlap,
                text,
            }
        }),
        Just(Message::Stop),
    ]
}

/// Reads messages until the end or an error.
fn read_all(mut bytes: &[u8]) -> Vec<Message> {
    LARGEST.set(0);
    let messages = std::iter::from_fn(|| read(&mut bytes, FRAME).ok().flatten()).collect();
    assert!(LARGEST.get() <= BOUND, "{} bytes at once", LARGEST.get());
    messages
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_written_is_read(messages in proptest::collection::vec(message(), 1..4)) {
        let bytes: Vec<u8> = messages.iter().flat_map(encode).collect();
        prop_assert_eq!(read_all(&bytes), messages);
    }

    #[test]
    fn a_message_that_is_cut_is_none(message in message(), share in 0.0..1.0f64) {
        let bytes = encode(&message);
        let end = (bytes.len() as f64 * share) as usize;
        prop_assert_eq!(read_all(&bytes[..end]), vec![]);
    }

    #[test]
    fn bytes_behind_a_message_are_an_error(message in message(), more in 1u8..9) {
        let mut bytes = encode(&message);
        bytes.extend(std::iter::repeat_n(1, usize::from(more)));
        let length = (bytes.len() - HEAD) as u64;
        bytes[1..HEAD].copy_from_slice(&length.to_le_bytes());
        let found = read(&mut &bytes[..], FRAME);
        let takes_any = matches!(
            (&message, more),
            (Message::Begin { .. } | Message::Reply { reply: Reply::Begun { .. }, .. }, 8)
        );
        prop_assert!(found.is_err() || takes_any, "{:?}", found);
    }
}

/// Number of messages of the longer runs.
fn rounds(usual: usize) -> usize {
    let wanted = std::env::var("ONDINE_FUZZ").ok();
    wanted.map_or(usual, |wanted| {
        wanted.parse().expect("a number of messages")
    })
}

#[test]
fn messages_with_changed_bytes_are_read_or_refused() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), seed);
    let changes = proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6);
    let mut survived = 0;
    for round in 0..rounds(100_000) {
        // A few hundred messages, each changed in many ways: drawing one costs more than reading it.
        let cases = (message(), proptest::collection::vec(changes.clone(), 50));
        let (message, changes) = match round % 50 {
            0 => cases.new_tree(&mut runner).expect("a case").current(),
            _ => continue,
        };
        for changes in changes {
            let mut bytes = encode(&message);
            for (place, byte) in changes {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            survived += usize::from(!read_all(&bytes).is_empty());
        }
    }
    assert!(survived > 0, "some changes leave a message");
}

#[test]
fn random_bytes_are_read_or_refused() {
    let mut state = 1u64;
    let mut byte = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    for round in 0..rounds(100_000) {
        let length = usize::from(byte());
        let mut bytes: Vec<u8> = (0..length).map(|_| byte()).collect();
        if let Some(kind) = bytes.first_mut() {
            *kind = (round % 40) as u8;
        }
        if round % 2 == 0 && bytes.len() > HEAD {
            let length = (bytes.len() - HEAD) as u64;
            bytes[1..HEAD].copy_from_slice(&length.to_le_bytes());
        }
        read_all(&bytes);
    }
}
