//! Streams that go well: simulations, blocks of several ranks, strides, static fields, the end.

mod common;

use common::{LIMIT, check, client, code, collect, ipc, run, values};
use ondine_coupling::{
    Attempts, Block, Client, ClientOptions, Code, Dtype, Event, Field, Job, Listener,
    ListenerOptions, Outcome, Result, Values,
};
use std::ops::ControlFlow;
use std::time::Duration;

fn both(name: &str, test: impl Fn(Listener)) {
    test(Listener::bind("tcp://127.0.0.1:0").expect("a port"));
    if cfg!(unix) {
        test(Listener::bind(&ipc(name)).expect("a path"));
    }
}

#[test]
fn simulations_that_the_training_chooses_arrive_frame_by_frame() {
    both("next", |listener| {
        let endpoint = listener.endpoint().to_owned();
        let codes = [0, 1].map(|_| {
            let endpoint = endpoint.clone();
            std::thread::spawn(move || -> Result<usize> {
                let mut client = client(&endpoint, 100);
                let mut count = 0;
                while let Some(simulation) = client.next()? {
                    assert_eq!(simulation.values, [simulation.number as f64]);
                    run(&mut client, simulation.number, 20, 100)?;
                    count += 1;
                }
                client.close().map(|()| count)
            })
        });
        (0..10).for_each(|number| listener.offer(Job::new(number, vec![number as f64])));
        listener.end();
        let courses = collect(&listener, 10, |_| {});
        (0..10).for_each(|number| check(&courses[&number], number, 20, 100));
        let counts = codes.map(|code| code.join().expect("no panic").expect("no error"));
        assert_eq!(counts.iter().sum::<usize>(), 10);
        assert_eq!(listener.statistics().frames, 200);
    });
}

#[test]
fn a_client_that_asks_is_told_to_the_consumer() {
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let endpoint = listener.endpoint().to_owned();
    let code = std::thread::spawn(move || client(&endpoint, 1).next());
    let event = listener.event(LIMIT);
    assert_eq!(event, Some(Event::Wanted { simulation: None }));
    listener.offer(Job::new(7, vec![]));
    let found = code.join().expect("no panic").expect("no error");
    assert_eq!(found.expect("a simulation").number, 7);
}

#[test]
fn simulations_that_the_code_chooses_get_numbers() {
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let mut one = client(listener.endpoint(), 3);
    let mut other = client(listener.endpoint(), 3);
    assert_eq!(one.begin(&[1.0]).expect("it begins").number, 0);
    assert_eq!(other.begin(&[2.0]).expect("it begins").number, 1);
    run(&mut other, 1, 2, 3).expect("it runs");
    run(&mut one, 0, 2, 3).expect("it runs");
    let courses = collect(&listener, 2, |_| {});
    check(&courses[&0], 0, 2, 3);
    check(&courses[&1], 1, 2, 3);
}

#[test]
fn a_process_that_was_started_for_a_simulation_gets_it() {
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    (3..5).for_each(|number| listener.offer(Job::new(number, vec![])));
    let options = ClientOptions::default().simulation(4);
    let mut client = options.open(listener.endpoint()).expect("it connects");
    client.field("u", Dtype::F64, &[1]).expect("a field");
    assert_eq!(client.next().expect("no error").expect("one").number, 4);
}

#[test]
fn blocks_of_two_ranks_make_frames_in_any_order() {
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let open = || {
        let options = ClientOptions::default().ranks(2);
        let mut client = options.open(listener.endpoint()).expect("it connects");
        client.field("u", Dtype::F64, &[4, 6]).expect("a field");
        client.field("p", Dtype::F32, &[4]).expect("a field");
        client
    };
    let (mut left, mut right) = (open(), open());
    let number = left.begin(&[0.5]).expect("it begins").number;
    let joined = right.join(number).expect("it joins");
    assert_eq!(joined.values, [0.5]);
    let put = |client: &mut Client, first: usize, frame: u64| {
        let all = values(0, frame, 24);
        let part: Vec<f64> = all
            .chunks(6)
            .flat_map(|row| row[first..first + 3].to_vec())
            .collect();
        let top = Block::new(&part[..6], &[2, 3]).at(&[0, first]);
        let bottom = Block::new(&part[6..], &[2, 3]).at(&[2, first]);
        client.put_block("u", &bottom).expect("it fits");
        client.put_block("u", &top).expect("it fits");
        if first == 0 {
            client
                .put("p", &[1.0f32, 2.0, 3.0, frame as f32])
                .expect("it fits");
        }
        client.commit(frame as f64 * 0.5).expect("it is taken");
    };
    // The right rank is ahead, then the left one.
    [0, 1].iter().for_each(|frame| put(&mut right, 3, *frame));
    [0, 1, 2, 3]
        .iter()
        .for_each(|frame| put(&mut left, 0, *frame));
    [2, 3].iter().for_each(|frame| put(&mut right, 3, *frame));
    left.finish(0).expect("it finishes");
    right.finish(0).expect("it finishes");
    let courses = collect(&listener, 1, |_| {});
    check(&courses[&number], 0, 4, 24);
    for (frame, _, fields) in &courses[&number].frames {
        assert_eq!(fields[1], Values::F32(vec![1.0, 2.0, 3.0, *frame as f32]));
    }
}

#[test]
fn strides_arrive_in_the_order_of_the_axes() {
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let mut client = Client::open(listener.endpoint()).expect("it connects");
    client.field("u", Dtype::F64, &[2, 3]).expect("a field");
    client.begin(&[]).expect("it begins");
    let rows = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let columns = [1.0, 4.0, 2.0, 5.0, 3.0, 6.0];
    let backwards = [6.0, 5.0, 4.0, 3.0, 2.0, 1.0];
    let ghosts = [
        0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 0.0, 4.0, 5.0, 6.0, 0.0, 0.0,
    ];
    let every_other = [
        1.0, -1.0, 2.0, -1.0, 3.0, -1.0, 4.0, -1.0, 5.0, -1.0, 6.0, -1.0,
    ];
    let blocks = [
        Block::new(&rows[..], &[2, 3]),
        Block::new(&columns[..], &[2, 3]).column_major(),
        Block::new(&backwards[..], &[2, 3])
            .from(5)
            .strides(&[-3, -1]),
        Block::new(&ghosts[..], &[2, 3]).from(4).strides(&[4, 1]),
        Block::new(&every_other[..], &[2, 3]).strides(&[6, 2]),
    ];
    for (frame, block) in blocks.iter().enumerate() {
        client.put_block("u", block).expect("it fits");
        client.commit(frame as f64).expect("it is taken");
    }
    client.finish(0).expect("it finishes");
    let courses = collect(&listener, 1, |_| {});
    for (frame, _, fields) in &courses[&0].frames {
        assert_eq!(fields[0], Values::F64(rows.to_vec()), "frame {frame}");
    }
    assert_eq!(courses[&0].frames.len(), blocks.len());
}

#[test]
fn static_fields_come_once_a_simulation() {
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let mut client = client(listener.endpoint(), 2);
    client.begin(&[]).expect("it begins");
    let mask = [0.0f32, 1.0, 1.0];
    for _ in 0..2 {
        let block = Block::new(&mask[..2], &[2]);
        client.static_field("mask", &[3], &block).expect("it fits");
        let block = Block::new(&mask[2..], &[1]).at(&[2]);
        client.static_field("mask", &[3], &block).expect("it fits");
    }
    run(&mut client, 0, 1, 2).expect("it runs");
    let mut found = Vec::new();
    while let Some(event) = listener.event(Duration::from_millis(100)) {
        if let Event::Static { field, values, .. } = event {
            found.push((field.name, values));
        }
    }
    assert_eq!(found, [("mask".to_owned(), Values::F32(mask.to_vec()))]);
}

#[test]
fn a_failed_simulation_says_so_and_can_be_offered_again() {
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let mut client = client(listener.endpoint(), 2);
    listener.offer(Job::new(0, vec![9.0]));
    client.next().expect("no error").expect("a simulation");
    client.put("u", &[1.0, 2.0]).expect("it fits");
    client.finish(3).expect("it finishes");
    let courses = collect(&listener, 1, |_| {});
    assert_eq!(courses[&0].outcome, Some(Outcome::Failed { status: 3 }));
    listener.offer(Job::new(0, vec![8.0]));
    client.next().expect("no error").expect("a simulation");
    run(&mut client, 0, 3, 2).expect("it runs");
    check(&collect(&listener, 1, |_| {})[&0], 0, 3, 2);
}

#[test]
fn a_training_that_has_enough_stops_its_codes() {
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let mut client = client(listener.endpoint(), 2);
    client.begin(&[]).expect("it begins");
    assert!(!client.should_stop().expect("it is asked"));
    listener.stop();
    while !client.should_stop().expect("it is asked") {
        std::thread::sleep(Duration::from_millis(1));
    }
    client.finish(0).expect("it finishes");
    assert_eq!(client.next().expect("no error"), None);
}

#[test]
fn the_end_of_a_training_is_told() {
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let mut client = client(listener.endpoint(), 2);
    client.begin(&[]).expect("it begins");
    let close = std::thread::spawn(move || drop(listener));
    close.join().expect("no panic");
    client.put("u", &[1.0, 2.0]).expect("it fits");
    let ended = (0..100).find_map(|time| {
        std::thread::sleep(Duration::from_millis(5));
        client
            .put("u", &[1.0, 2.0])
            .err()
            .filter(|error| error.code == Code::End)
            .or_else(|| {
                client
                    .commit(f64::from(time))
                    .err()
                    .filter(|error| error.code == Code::End)
            })
    });
    assert!(ended.is_some(), "the code hears of it");
}

#[test]
fn a_listener_takes_the_fields_and_conditions_that_it_expects() {
    let field = |name: &str, points| Field::new(name, Dtype::F64, &[points]).expect("a field");
    let listener = ListenerOptions::default()
        .fields(vec![field("u", 4), field("v", 4)])
        .conditions(vec![0.0..=1.0])
        .bind("tcp://127.0.0.1:0")
        .expect("a port");
    let mut client = Client::open(listener.endpoint()).expect("it connects");
    assert_eq!(code(client.field("w", Dtype::F64, &[4])), Code::Field);
    assert_eq!(code(client.field("u", Dtype::F64, &[5])), Code::Shape);
    client
        .field("u", Dtype::F32, &[4])
        .expect("either number type");
    assert_eq!(code(client.field("u", Dtype::F32, &[4])), Code::Field);
    assert_eq!(code(client.begin(&[0.5])), Code::Field);
    client.field("v", Dtype::F64, &[4]).expect("a field");
    assert_eq!(code(client.begin(&[])), Code::Values);
    assert_eq!(code(client.begin(&[2.0])), Code::Values);
    assert_eq!(code(client.begin(&[f64::NAN])), Code::NotFinite);
    client.begin(&[0.5]).expect("it begins");
}

#[test]
fn a_code_says_why_it_fails_and_hears_of_what_it_has_to_simulate() {
    let listener = ListenerOptions::default()
        .description("viscosity = 0.01")
        .bind("tcp://127.0.0.1:0")
        .expect("a port");
    let mut client = client(listener.endpoint(), 2);
    assert_eq!(listener.clients(), 1);
    assert_eq!(client.describe().expect("a text"), "viscosity = 0.01");
    client.begin(&[]).expect("it begins");
    client.put("u", &[1.0, 2.0]).expect("it fits");
    client.fail(4, "the mesh is broken").expect("it is told");
    let events = std::iter::from_fn(|| listener.event(Duration::from_millis(10)));
    let said = events.filter_map(|event| match event {
        Event::Said { status, text, .. } => Some((status, text)),
        Event::Ended { outcome, .. } => {
            assert_eq!(outcome, Outcome::Failed { status: 4 });
            None
        }
        _ => None,
    });
    let expected = (4, "the mesh is broken".to_owned());
    assert_eq!(said.collect::<Vec<_>>(), [expected]);
}

#[test]
fn a_training_on_codes_describes_nothing() {
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let mut client = client(listener.endpoint(), 2);
    assert_eq!(code(client.describe()), Code::Order);
}

#[test]
fn a_simulation_that_nobody_begins_can_be_given_up() {
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let (job, attempts) = (Job::new(0, vec![]), Attempts::default());
    let mut asked = 0;
    let result = listener.run_while(
        job,
        attempts,
        &mut |_| ControlFlow::Continue(()),
        &mut || {
            asked += 1;
            asked < 3
        },
    );
    assert_eq!(code(result), Code::Interrupted);
    assert_eq!(asked, 3);
}
