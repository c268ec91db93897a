//! Wrong calls and wrong messages: a code each, and nothing of it arrives.

mod bytes;
#[path = "../common/mod.rs"]
mod common;

use crate::common::{client, code, ipc};
use ondine_coupling::wire::Block as WireBlock;
use ondine_coupling::{
    Block, Client, ClientOptions, Code, Dtype, Listener, ListenerOptions, Region, Values,
};
use std::io::Write;
use std::time::Duration;

fn listener() -> Listener {
    Listener::bind("tcp://127.0.0.1:0").expect("a port")
}

#[test]
fn calls_that_make_no_sense_have_a_code() {
    let listener = listener();
    let mut client = Client::open(listener.endpoint()).expect("it connects");
    assert_eq!(code(client.begin(&[])), Code::Order, "no field");
    assert_eq!(code(client.field("u", Dtype::F64, &[])), Code::Shape);
    assert_eq!(
        code(client.field("u", Dtype::F64, &[1, 1, 1, 1, 1])),
        Code::Shape
    );
    assert_eq!(code(client.field("u", Dtype::F64, &[0])), Code::Shape);
    assert_eq!(
        code(client.field("u", Dtype::F64, &[usize::MAX, 2])),
        Code::Shape
    );
    assert_eq!(code(client.field("", Dtype::F64, &[2])), Code::Argument);
    assert_eq!(
        code(client.field("big", Dtype::F64, &[1 << 40])),
        Code::Limit
    );
    client.field("u", Dtype::F64, &[2, 3]).expect("a field");
    assert_eq!(code(client.put("u", &[0.0; 6])), Code::Order, "not begun");
    assert_eq!(code(client.commit(0.0)), Code::Order);
    assert_eq!(code(client.finish(0)), Code::Order);
    assert_eq!(code(client.join(3)), Code::Order);
    assert_eq!(code(client.resume(0, &[], 2)), Code::Gap);
    client.begin(&[]).expect("it begins");
    assert_eq!(code(client.begin(&[])), Code::Order, "one at a time");
    assert_eq!(code(client.commit(0.0)), Code::Missing);
    assert_eq!(code(client.put("w", &[0.0; 6])), Code::Field);
    assert_eq!(code(client.put("u", &[0.0f32; 6])), Code::Field);
    assert_eq!(code(client.put("u", &[0.0; 5])), Code::Shape);
    assert_eq!(code(client.put("u", &[f64::NAN; 6])), Code::NotFinite);
    assert_eq!(
        code(client.put("u", &[1.0, 2.0, f64::INFINITY, 3.0, 4.0, 5.0])),
        Code::NotFinite
    );
    client.put("u", &[0.0; 6]).expect("it fits");
    assert_eq!(code(client.put("u", &[0.0; 6])), Code::Overlap);
    assert_eq!(code(client.finish(0)), Code::Order, "not committed");
    assert_eq!(code(client.commit(f64::NAN)), Code::Time);
    client.commit(1.0).expect("it is taken");
    client.put("u", &[0.0; 6]).expect("it fits");
    assert_eq!(code(client.commit(1.0)), Code::Time);
    client.commit(2.0).expect("a later call is fine");
    client.finish(0).expect("it finishes");
    assert_eq!(listener.statistics().frames, 2);
}

#[test]
fn blocks_lie_in_their_field_and_array() {
    let listener = listener();
    let mut client = Client::open(listener.endpoint()).expect("it connects");
    client.field("u", Dtype::F64, &[4, 4]).expect("a field");
    client.begin(&[]).expect("it begins");
    let data = [0.0; 16];
    let block = |shape: &[usize]| Block::new(&data[..], shape);
    let blocks = [
        block(&[4]),
        block(&[5, 1]),
        block(&[0, 1]),
        block(&[2, 2]).at(&[3, 0]),
        block(&[2, 2]).at(&[usize::MAX, 0]),
        block(&[2, 2]).strides(&[1]),
        block(&[4, 4]).from(1),
        block(&[4, 4]).strides(&[isize::MAX, isize::MAX]),
        block(&[4, 4]).strides(&[-4, 1]),
        block(&[2, 2]).from(usize::MAX),
    ];
    for wrong in blocks {
        assert_eq!(
            code(client.put_block("u", &wrong)),
            Code::Shape,
            "{wrong:?}"
        );
    }
    client.put_block("u", &block(&[2, 4])).expect("it fits");
    assert_eq!(code(client.commit(0.0)), Code::Missing, "half a frame");
    client
        .put_block("u", &block(&[2, 4]).at(&[2, 0]))
        .expect("it fits");
    client.commit(0.0).expect("it is taken");
}

#[test]
fn endpoints_and_tokens_are_checked() {
    for wrong in [
        "",
        "tcp://",
        "tcp://host",
        "tcp://host:x",
        "ipc://",
        "http://a:1",
        "host:1",
    ] {
        assert_eq!(code(Client::open(wrong)), Code::Endpoint, "{wrong}");
        assert_eq!(code(Listener::bind(wrong)), Code::Endpoint, "{wrong}");
    }
    assert_eq!(code(Client::open("tcp://127.0.0.1:1")), Code::Connect);
    assert_eq!(code(Listener::bind("tcp://0.0.0.0:0")), Code::Token);
    let first = listener();
    assert_eq!(code(Listener::bind(first.endpoint())), Code::InUse);
    let options = ListenerOptions::default().token("secret");
    let guarded = options.bind("tcp://0.0.0.0:0").expect("a token is enough");
    let endpoint = guarded.endpoint().replace("0.0.0.0", "127.0.0.1");
    let open = |token: &str| ClientOptions::default().token(token).open(&endpoint);
    assert_eq!(code(open("")), Code::Token);
    assert_eq!(code(open("secreT")), Code::Token);
    assert_eq!(code(open("secret and more")), Code::Token);
    open("secret").expect("it connects");
}

#[cfg(unix)]
#[test]
fn a_socket_in_use_is_kept_and_one_of_a_dead_process_is_replaced() {
    let endpoint = ipc("in-use");
    let path = endpoint.strip_prefix("ipc://").expect("a path").to_owned();
    drop(std::os::unix::net::UnixListener::bind(&path).expect("a socket stays behind"));
    let first = Listener::bind(&endpoint).expect("it replaces the old one");
    assert_eq!(code(Listener::bind(&endpoint)), Code::InUse);
    client(&endpoint, 1)
        .begin(&[])
        .expect("the first one goes on");
    drop(first);
    assert!(!std::path::Path::new(&path).exists(), "it is removed");
    std::fs::write(&path, "a file").expect("a file");
    assert_eq!(code(Listener::bind(&endpoint)), Code::InUse);
    assert_eq!(std::fs::read(&path).expect("it stays"), b"a file");
    std::fs::remove_file(&path).expect("it is ours");
}

fn block(values: Vec<f64>, offset: usize) -> WireBlock {
    let region = Region {
        offset: vec![offset],
        shape: vec![values.len()],
    };
    WireBlock {
        region,
        values: Values::F64(values),
    }
}

#[test]
fn a_program_that_is_no_training_is_told_as_such() {
    let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("tcp://{}", other.local_addr().expect("an address"));
    let answer = std::thread::spawn(move || {
        let (mut stream, _) = other.accept().expect("a client");
        stream
            .write_all(b"SSH-2.0-OpenSSH_9.2 and more bytes")
            .expect("it is written");
        std::thread::sleep(Duration::from_millis(100));
    });
    assert_eq!(code(Client::open(&endpoint)), Code::Protocol);
    answer.join().expect("no panic");
}

#[test]
fn numbers_and_names_of_codes_are_their_own() {
    for (index, (code, name)) in ondine_coupling::CODES.iter().enumerate() {
        assert_eq!(code.number(), index as i32 + 1);
        assert_eq!(code.name(), *name);
        assert_eq!(Code::from_number(code.number()), Some(*code));
    }
}
