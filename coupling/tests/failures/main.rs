//! Broken connections, killed codes, restarted trainings, and trainings that are behind: each frame arrives once.

#[path = "../common/mod.rs"]
mod common;
mod restarts;
mod waits;

use crate::common::{LIMIT, check, client, code, collect, ipc, run, values};
use ondine_coupling::{
    Client, ClientOptions, Code, Dtype, Event, Job, Listener, ListenerOptions, Outcome,
};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// Numbers that look random and are the same in each run.
fn numbers(seed: u64) -> impl Iterator<Item = u64> {
    let next = |state: &u64| {
        let mut state = *state;
        state ^= state << 13;
        state ^= state >> 7;
        Some(state ^ (state << 17))
    };
    std::iter::successors(Some(seed), next).map(|state| state >> 11)
}

/// A way to a listener on which every connection is cut after some bytes from the client.
fn cutting(listener: &Listener, seed: u64, bytes: u64) -> String {
    let target = listener
        .endpoint()
        .strip_prefix("tcp://")
        .expect("tcp")
        .to_owned();
    let proxy = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("tcp://{}", proxy.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for (stream, number) in proxy.incoming().zip(numbers(seed)) {
            let (Ok(client), Ok(server)) = (stream, TcpStream::connect(&target)) else {
                return;
            };
            let back = (
                server.try_clone().expect("a clone"),
                client.try_clone().expect("a clone"),
            );
            std::thread::spawn(move || pass(back.0, back.1, u64::MAX));
            // The first bytes hold the greeting and the fields, so that each connection gets somewhere.
            pass(client, server, 300 + number % bytes);
        }
    });
    endpoint
}

fn pass(mut from: TcpStream, mut to: TcpStream, mut left: u64) {
    let mut bytes = [0; 4096];
    while left > 0 {
        let most = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        match from.read(&mut bytes[..most]) {
            Ok(read) if read > 0 && to.write_all(&bytes[..read]).is_ok() => left -= read as u64,
            _ => break,
        }
    }
    for stream in [from, to] {
        let _ = stream.shutdown(Shutdown::Both);
    }
}

#[test]
fn a_connection_that_is_cut_everywhere_delivers_each_frame_once() {
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    for (seed, bytes) in [(1, 500), (2, 2_000), (3, 20_000)] {
        let endpoint = cutting(&listener, seed, bytes);
        let number = seed + 100;
        let code = std::thread::spawn(move || {
            let mut client = client(&endpoint, 30);
            client.resume(number, &[], 0)?;
            run(&mut client, number, 200, 30)
        });
        let courses = collect(&listener, 1, |_| panic!("it comes back"));
        check(&courses[&number], number, 200, 30);
        assert_eq!(courses[&number].begun, 1, "it was never restarted");
        code.join().expect("no panic").expect("no error");
    }
}

#[test]
fn answers_that_are_lost_are_given_again() {
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    (0..30).for_each(|number| listener.offer(Job::new(number, vec![])));
    listener.end();
    let endpoint = cutting(&listener, 5, 400);
    let code = std::thread::spawn(move || -> ondine_coupling::Result<()> {
        let mut client = client(&endpoint, 5);
        while let Some(simulation) = client.next()? {
            run(&mut client, simulation.number, 3, 5)?;
        }
        Ok(())
    });
    let courses = collect(&listener, 30, |_| panic!("it comes back"));
    (0..30).for_each(|number| check(&courses[&number], number, 3, 5));
    code.join().expect("no panic").expect("no error");
}

/// Not a test of its own: the code that another test starts, and kills.
#[test]
fn code_in_a_process() {
    let Ok(pause) = std::env::var("ONDINE_TEST_PAUSE") else {
        return;
    };
    let pause = Duration::from_micros(pause.parse().expect("a number"));
    let mut client = Client::open_from_environment().expect("it connects");
    client.field("u", Dtype::F64, &[50]).expect("a field");
    while let Some(simulation) = client.next().expect("no error") {
        for frame in 0..40 {
            client
                .put("u", &values(simulation.number, frame, 50))
                .expect("it fits");
            client.commit(frame as f64 * 0.5).expect("it is taken");
            std::thread::sleep(pause);
        }
        client.finish(0).expect("it finishes");
    }
}

fn start(endpoint: &str) -> std::process::Child {
    std::process::Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "code_in_a_process"])
        .envs([("ONDINE_ENDPOINT", endpoint), ("ONDINE_TEST_PAUSE", "300")])
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("it starts")
}

#[test]
fn codes_that_are_killed_and_started_again_deliver_each_frame_once() {
    let patience = Duration::from_millis(50);
    let options = ListenerOptions::default().patience(patience);
    let listener = options.bind(&ipc("killed")).expect("a path");
    (0..20).for_each(|number| listener.offer(Job::new(number, vec![])));
    let endpoint = listener.endpoint().to_owned();
    let killer = std::thread::spawn(move || {
        for milliseconds in numbers(9).take(12) {
            let mut codes = [start(&endpoint), start(&endpoint)];
            std::thread::sleep(Duration::from_millis(5 + milliseconds % 60));
            for code in &mut codes {
                code.kill().expect("it is killed");
                code.wait().expect("it is gone");
            }
        }
        assert!(start(&endpoint).wait().expect("it ends").success());
    });
    let again = |number| listener.offer(Job::new(number, vec![]));
    let courses = collect(&listener, 20, again);
    (0..20).for_each(|number| check(&courses[&number], number, 40, 50));
    assert!(
        courses.values().any(|course| course.begun > 1),
        "some were killed within"
    );
    listener.end(); // not before: simulations of codes that are killed are offered again
    killer.join().expect("the last code ends well");
}

#[test]
fn a_rank_that_is_gone_ends_the_simulation_for_the_others() {
    let listener = ListenerOptions::default()
        .patience(Duration::ZERO)
        .bind("tcp://127.0.0.1:0")
        .expect("a port");
    let open = || {
        let options = ClientOptions::default().ranks(2);
        let mut client = options.open(listener.endpoint()).expect("it connects");
        client.field("u", Dtype::F64, &[2]).expect("a field");
        client
    };
    let (mut one, mut other) = (open(), open());
    one.begin(&[]).expect("it begins");
    other.join(0).expect("it joins");
    assert_eq!(code(open().join(0)), Code::Order, "two ranks are all");
    drop(other);
    let since = Instant::now();
    while !matches!(
        listener.event(LIMIT),
        Some(Event::Gone {
            simulation: Some(0),
            ..
        })
    ) {
        assert!(since.elapsed() < LIMIT);
    }
    assert_eq!(code(one.finish(0)), Code::Lost);
}

#[test]
fn ranks_that_leave_cells_out_are_told() {
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let options = ClientOptions::default().ranks(2);
    let mut one = options
        .clone()
        .open(listener.endpoint())
        .expect("it connects");
    let mut other = options.open(listener.endpoint()).expect("it connects");
    for client in [&mut one, &mut other] {
        client.field("u", Dtype::F64, &[4]).expect("a field");
    }
    one.begin(&[]).expect("it begins");
    other.join(0).expect("it joins");
    let block = ondine_coupling::Block::new(&[1.0, 2.0], &[2]);
    one.put_block("u", &block).expect("it fits");
    one.commit(0.0).expect("it is taken");
    one.finish(0).expect("the other one may still come");
    assert_eq!(code(other.finish(0)), Code::Missing);
    let courses = collect(&listener, 1, |_| {});
    assert_eq!(courses[&0].outcome, Some(Outcome::Incomplete { frame: 0 }));
}

/// Commits frames until a call fails, at most so many.
fn commit(client: &mut Client, frames: std::ops::Range<u64>) -> Result<(), (u64, Code)> {
    for frame in frames {
        client.put("u", &values(0, frame, 1000)).expect("it fits");
        let committed = client.commit(frame as f64 * 0.5);
        committed.map_err(|error| (frame, error.code))?;
    }
    Ok(())
}
