//! Trainings and codes that begin again.

use super::pass;
use crate::common::{check, client, code, collect, run, values};
use ondine_coupling::{Client, Code, Job, Listener, ListenerOptions, Values};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

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

/// Commits frames of simulation 5 from one index to another.
fn commit_five(client: &mut Client, frames: std::ops::Range<u64>) {
    for frame in frames {
        client.put("u", &values(5, frame, 20)).expect("it fits");
        client.commit(frame as f64 * 0.5).expect("it is taken");
    }
}

/// Commits frames as [`commit_five`], and waits until the listener has them.
fn frames_of_five(client: &mut Client, listener: &Listener, frames: std::ops::Range<u64>) {
    let end = frames.end;
    commit_five(client, frames);
    while listener.statistics().frames < end {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// A code whose training, behind a switch, has the first three frames of simulation 5.
fn begun() -> (Listener, Switch, Client) {
    let old = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let switch = Switch::to(&old);
    let mut client = client(&switch.endpoint, 20);
    client.resume(5, &[1.0], 0).expect("it begins");
    frames_of_five(&mut client, &old, 0..3);
    (old, switch, client)
}

#[test]
fn a_code_goes_on_with_a_training_that_is_restarted() {
    let (_old, switch, mut client) = begun();
    let new = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    new.restore(Job::new(5, vec![1.0]), 3, false);
    new.restore(Job::new(6, vec![2.0]), 9, true);
    switch.switch(&new);
    commit_five(&mut client, 3..7);
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
    let (_old, switch, mut client) = begun();
    while client.should_stop().expect("it is asked") {} // hears what was acknowledged
    let new = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    switch.switch(&new);
    assert_eq!(code(client.finish(0)), Code::Gap);
    let mut again = crate::common::client(new.endpoint(), 20);
    assert_eq!(code(again.resume(5, &[1.0], 3)), Code::Gap);
    again.resume(5, &[1.0], 0).expect("from the start it can");
}

#[test]
fn a_training_that_has_the_simulation_already_ends_it() {
    let (_old, switch, mut client) = begun();
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
