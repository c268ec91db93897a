//! Trainings that are behind or gone, and codes that wait for them.

use super::{commit, pass};
use crate::common::{LIMIT, check, client, code, collect, values};
use ondine_coupling::{
    Client, ClientOptions, Code, Dtype, Event, Listener, ListenerOptions, Outcome, Values, WhenFull,
};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// A client of a listener that holds few frames, which nobody takes.
fn behind(when_full: WhenFull) -> (Listener, Client) {
    let options = ListenerOptions::default().capacity(4 * 8000);
    let listener = options.bind("tcp://127.0.0.1:0").expect("a port");
    let options = ClientOptions::default()
        .when_full(when_full)
        .window(2)
        .timeout(Duration::from_millis(600));
    let mut client = options.open(listener.endpoint()).expect("it connects");
    client.field("u", Dtype::F64, &[1000]).expect("a field");
    client.begin(&[]).expect("it begins");
    (listener, client)
}

#[test]
fn a_code_waits_for_a_training_that_is_behind_up_to_its_limit() {
    let (listener, mut client) = behind(WhenFull::Block);
    let since = Instant::now();
    let (frame, code) = commit(&mut client, 0..1000).expect_err("it waits");
    assert!(since.elapsed() >= Duration::from_millis(500));
    assert_eq!(code, Code::Timeout);
    assert_eq!(frame, 6, "four are in the listener, two in the client");
    let taking = std::thread::spawn(move || collect(&listener, 1, |_| {}));
    client
        .commit(frame as f64 * 0.5)
        .expect("the frame was kept");
    commit(&mut client, frame + 1..300).expect("it goes on");
    client.finish(0).expect("it finishes");
    check(&taking.join().expect("no panic")[&0], 0, 300, 1000);
}

#[test]
fn a_code_that_is_told_to_fail_may_repeat_the_call() {
    let (listener, mut client) = behind(WhenFull::Fail);
    let (mut frame, code) = commit(&mut client, 0..1000).expect_err("it fails");
    assert_eq!(code, Code::Full);
    let taking = std::thread::spawn(move || collect(&listener, 1, |_| {}));
    loop {
        match client.commit(frame as f64 * 0.5) {
            Ok(()) => match commit(&mut client, frame + 1..100) {
                Ok(()) => break,
                Err((next, code)) => {
                    assert_eq!(code, Code::Full);
                    frame = next;
                }
            },
            Err(error) => assert_eq!(error.code, Code::Full),
        }
    }
    client.finish(0).expect("it finishes");
    check(&taking.join().expect("no panic")[&0], 0, 100, 1000);
}

#[test]
fn a_code_that_drops_frames_goes_on_and_memory_is_bounded() {
    let (listener, mut client) = behind(WhenFull::Drop);
    commit(&mut client, 0..2000).expect("it never waits");
    let dropped = client.dropped();
    assert!(dropped > 1900, "{dropped}");
    let most = listener.statistics().most_bytes;
    assert!(most <= 5 * 8000, "{most} bytes waited");
    let taking = std::thread::spawn(move || {
        let courses = collect(&listener, 1, |_| {});
        (courses, listener.statistics())
    });
    std::thread::sleep(Duration::from_millis(50));
    client.put("u", &values(0, 2000, 1000)).expect("it fits");
    client.commit(1000.0).expect("there is room again");
    client.finish(0).expect("it finishes");
    let (courses, statistics) = taking.join().expect("no panic");
    let course = &courses[&0];
    assert_eq!(course.outcome, Some(Outcome::Finished));
    assert_eq!(course.frames.len() as u64 + client.dropped(), 2001);
    assert_eq!(statistics.dropped, client.dropped());
    for (frame, time, fields) in &course.frames {
        assert_eq!(time.to_bits(), (*frame as f64 * 0.5).to_bits());
        assert_eq!(fields[0], Values::F64(values(0, *frame, 1000)));
    }
    assert_eq!(course.frames.last().map(|(frame, ..)| *frame), Some(2000));
}

#[test]
fn a_client_that_says_nothing_is_given_up_where_that_is_asked_for() {
    let options = ListenerOptions::default().silence(Duration::from_millis(100));
    let listener = options.bind("tcp://127.0.0.1:0").expect("a port");
    let mut client = client(listener.endpoint(), 2);
    client.begin(&[]).expect("it begins");
    listener.event(LIMIT);
    match listener.event(LIMIT) {
        Some(Event::Gone {
            simulation: Some(0),
            error,
        }) => assert_eq!(error.code, Code::Timeout),
        other => panic!("{other:?}"),
    }
    assert_eq!(code(client.finish(0)), Code::Timeout);
}

#[test]
fn a_training_that_is_gone_is_a_lost_connection() {
    let proxy = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("tcp://{}", proxy.local_addr().expect("an address"));
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let target = listener
        .endpoint()
        .strip_prefix("tcp://")
        .expect("tcp")
        .to_owned();
    std::thread::spawn(move || {
        let (client, _) = proxy.accept().expect("a client");
        drop(proxy);
        let server = TcpStream::connect(target).expect("it connects");
        let back = (
            server.try_clone().expect("a clone"),
            client.try_clone().expect("a clone"),
        );
        std::thread::spawn(move || pass(back.0, back.1, u64::MAX));
        pass(client, server, 1000);
    });
    let options = ClientOptions::default().reconnect(Duration::from_millis(200));
    let mut client = options.open(&endpoint).expect("it connects");
    client.field("u", Dtype::F64, &[1000]).expect("a field");
    client.begin(&[]).expect("it begins");
    let failed = commit(&mut client, 0..100).expect_err("it is lost");
    assert_eq!(failed.1, Code::Lost);
    assert_eq!(code(client.finish(0)), Code::Lost, "and stays so");
}

#[test]
fn a_call_that_waits_can_be_interrupted() {
    let (listener, mut client) = behind(WhenFull::Block);
    let since = Instant::now();
    client.interrupt_when(move || since.elapsed() > Duration::from_millis(250));
    let (frame, found) = commit(&mut client, 0..1000).expect_err("it waits");
    assert_eq!(found, Code::Interrupted);
    client.interrupt_when(|| false);
    let taking = std::thread::spawn(move || (collect(&listener, 1, |_| {}), listener));
    client
        .commit(frame as f64 * 0.5)
        .expect("the frame was kept");
    client.finish(0).expect("it finishes");
    let (courses, _listener) = taking.join().expect("no panic");
    check(&courses[&0], 0, frame + 1, 1000);
    client.interrupt_when(|| true);
    assert_eq!(code(client.next()), Code::Interrupted);
    assert_eq!(code(client.next()), Code::Interrupted, "and stays so");
}
