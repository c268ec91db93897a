//! Broken connections, killed codes, restarted trainings, and trainings that are behind: each frame arrives once.

mod common;

use common::{LIMIT, check, client, code, collect, ipc, run, values};
use ondine_coupling::{
    Client, ClientOptions, Code, Dtype, Event, Job, Listener, ListenerOptions, Outcome, Values,
    WhenFull,
};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
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

/// A way to one listener, and then to another one: the connections of before are cut.
struct Switch {
    endpoint: String,
    target: Arc<Mutex<String>>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Switch {
    fn to(listener: &Listener) -> Self {
        let proxy = TcpListener::bind("127.0.0.1:0").expect("a port");
        let endpoint = format!("tcp://{}", proxy.local_addr().expect("an address"));
        let target = Arc::new(Mutex::new(listener.endpoint()[6..].to_owned()));
        let open: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
        let (to, streams) = (Arc::clone(&target), Arc::clone(&open));
        std::thread::spawn(move || {
            while let Ok((client, _)) = proxy.accept() {
                let target = to.lock().expect("no panic").clone();
                let server = TcpStream::connect(target).expect("it connects");
                let clone = |stream: &TcpStream| stream.try_clone().expect("a clone");
                let back = (clone(&server), clone(&client));
                streams.lock().expect("no panic").push(clone(&client));
                std::thread::spawn(move || pass(back.0, back.1, u64::MAX));
                std::thread::spawn(move || pass(client, server, u64::MAX));
            }
        });
        Self {
            endpoint,
            target,
            open,
        }
    }

    fn switch(&self, listener: &Listener) {
        listener.endpoint()[6..].clone_into(&mut self.target.lock().expect("no panic"));
        for stream in self.open.lock().expect("no panic").drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// Commits frames of simulation 5 from one index to another, and waits until the listener has them.
fn frames_of_five(client: &mut Client, listener: &Listener, frames: std::ops::Range<u64>) {
    let end = frames.end;
    for frame in frames {
        client.put("u", &values(5, frame, 20)).expect("it fits");
        client.commit(frame as f64 * 0.5).expect("it is taken");
    }
    while listener.statistics().frames < end {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_code_goes_on_with_a_training_that_is_restarted() {
    let old = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let switch = Switch::to(&old);
    let mut client = client(&switch.endpoint, 20);
    client.resume(5, &[1.0], 0).expect("it begins");
    frames_of_five(&mut client, &old, 0..3);
    let new = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    new.restore(Job::new(5, vec![1.0]), 3, false);
    new.restore(Job::new(6, vec![2.0]), 9, true);
    switch.switch(&new);
    for frame in 3..7 {
        client.put("u", &values(5, frame, 20)).expect("it fits");
        client.commit(frame as f64 * 0.5).expect("it is taken");
    }
    client.finish(0).expect("it finishes");
    let mut course = collect(&new, 1, |_| {})[&5].clone();
    let before = (0..3).map(|frame| {
        (
            frame,
            frame as f64 * 0.5,
            vec![Values::F64(values(5, frame, 20))],
        )
    });
    course.frames.splice(0..0, before);
    check(&course, 5, 7, 20);
    assert_eq!(code(client.resume(6, &[2.0], 0)), Code::End);
}

#[test]
fn frames_that_a_new_training_lacks_are_a_gap() {
    let old = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let switch = Switch::to(&old);
    let mut client = client(&switch.endpoint, 20);
    client.resume(5, &[1.0], 0).expect("it begins");
    frames_of_five(&mut client, &old, 0..3);
    while client.should_stop().expect("it is asked") {} // hears what was acknowledged
    let new = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    switch.switch(&new);
    assert_eq!(code(client.finish(0)), Code::Gap);
    let mut again = common::client(new.endpoint(), 20);
    assert_eq!(code(again.resume(5, &[1.0], 3)), Code::Gap);
    again.resume(5, &[1.0], 0).expect("from the start it can");
}

#[test]
fn a_training_that_has_the_simulation_already_ends_it() {
    let old = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let switch = Switch::to(&old);
    let mut client = client(&switch.endpoint, 20);
    client.resume(5, &[1.0], 0).expect("it begins");
    frames_of_five(&mut client, &old, 0..3);
    let new = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    new.restore(Job::new(5, vec![1.0]), 3, true);
    switch.switch(&new);
    assert_eq!(code(client.finish(0)), Code::End);
    client.begin(&[2.0]).expect("the next one begins");
    run(&mut client, 0, 2, 20).expect("it runs");
    check(&collect(&new, 1, |_| {})[&0], 0, 2, 20);
}

#[test]
fn a_code_that_begins_again_gives_no_frame_twice() {
    let options = ListenerOptions::default().patience(Duration::ZERO);
    let listener = options.bind("tcp://127.0.0.1:0").expect("a port");
    let mut first = client(listener.endpoint(), 4);
    first.resume(1, &[0.5], 0).expect("it begins");
    for frame in 0..3 {
        first.put("u", &values(1, frame, 4)).expect("it fits");
        first.commit(frame as f64 * 0.5).expect("it is taken");
    }
    while listener.statistics().frames < 3 {
        std::thread::sleep(Duration::from_millis(1));
    }
    let mut second = client(listener.endpoint(), 4);
    assert_eq!(code(second.resume(1, &[0.6], 0)), Code::Values);
    let begun = second.resume(1, &[0.5], 0).expect("it takes over");
    assert_eq!(begun.frames, 3);
    first.put("u", &values(1, 3, 4)).expect("it fits");
    let ended = (0..200).find_map(|frame| {
        std::thread::sleep(Duration::from_millis(2));
        let put = first.put("u", &values(1, 3, 4)).err();
        let commit = first.commit(10.0 + f64::from(frame)).err();
        put.into_iter()
            .chain(commit)
            .find(|error| error.code == Code::Lost)
    });
    assert!(ended.is_some(), "the first one is told");
    run(&mut second, 1, 6, 4).expect("it runs");
    check(&collect(&listener, 1, |_| {})[&1], 1, 6, 4);
    let mut third = client(listener.endpoint(), 4);
    assert_eq!(
        code(third.resume(1, &[0.5], 0)),
        Code::End,
        "the training has it"
    );
}

#[test]
fn a_checkpoint_goes_on_behind_the_frames_that_came() {
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let mut first = client(listener.endpoint(), 4);
    first.resume(1, &[], 0).expect("it begins");
    for frame in 0..3 {
        first.put("u", &values(1, frame, 4)).expect("it fits");
        first.commit(frame as f64 * 0.5).expect("it is taken");
    }
    while listener.statistics().frames < 3 {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(code(first.close()), Code::Order, "it was not finished");
    let mut second = client(listener.endpoint(), 4);
    assert_eq!(second.resume(1, &[], 2).expect("it goes on").frames, 3);
    for frame in 2..5 {
        second.put("u", &values(1, frame, 4)).expect("it fits");
        second.commit(frame as f64 * 0.5).expect("it is taken");
    }
    second.finish(0).expect("it finishes");
    check(&collect(&listener, 1, |_| {})[&1], 1, 5, 4);
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

/// Commits frames until a call fails, at most so many.
fn commit(client: &mut Client, frames: std::ops::Range<u64>) -> Result<(), (u64, Code)> {
    for frame in frames {
        client.put("u", &values(0, frame, 1000)).expect("it fits");
        let committed = client.commit(frame as f64 * 0.5);
        committed.map_err(|error| (frame, error.code))?;
    }
    Ok(())
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
