//! Simulations by number: from clients that come by themselves, and from a program that is started for each.

mod common;

use common::{client, run, values};
use ondine_coupling::{
    Attempts, Client, Code, Dtype, Event, Job, Listener, ListenerOptions, Program, Result, Values,
};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Frames of a program.
const FRAMES: u64 = 12;

/// Not a test of its own: the code that another test starts, whose condition says how it fails.
#[test]
fn code_of_a_program() {
    if std::env::var_os("ONDINE_SIMULATION").is_none() {
        return;
    }
    let mut client = Client::open_from_environment().expect("it connects");
    client.field("u", Dtype::F64, &[6]).expect("a field");
    let simulation = client.next().expect("no error").expect("a simulation");
    let way = simulation.values[0] as u32;
    for frame in 0..FRAMES {
        let dies = frame == 5 && way == 1 && simulation.frames < 5;
        match way {
            _ if dies => std::process::abort(),
            2 if frame == 5 => {
                eprintln!("no convergence at step 5");
                std::process::exit(3);
            }
            3 if frame == 5 => {
                client.finish(7).expect("it finishes");
                return;
            }
            4 if frame == 5 => std::thread::sleep(Duration::from_secs(60)),
            _ => {}
        }
        let u = values(simulation.number, frame, 6);
        client.put("u", &u).expect("it fits");
        client.commit(frame as f64 * 0.5).expect("it is taken");
        if way == 1 && frame == 4 {
            std::thread::sleep(Duration::from_millis(50)); // for the frames on their way
        }
    }
    client.finish(0).expect("it finishes");
    client.close().expect("it closes");
}

fn listener() -> Listener {
    let options = ListenerOptions::default().token("secret");
    options.bind("tcp://127.0.0.1:0").expect("a port")
}

fn program() -> Program {
    let this = std::env::current_exe().expect("this program");
    let this = this.to_str().expect("UTF-8");
    let command = [this, "--exact", "code_of_a_program", "--nocapture"];
    Program::new(&command, &["way"]).expect("it is well formed")
}

/// Runs a simulation; the indices of its frames, which have their values.
fn frames(
    listener: &Listener,
    number: u64,
    way: f64,
    attempts: Attempts,
) -> (Result<()>, Vec<u64>) {
    let mut indices = Vec::new();
    let mut sink = |event: Event| {
        if let Event::Frame { frame, fields, .. } = event {
            assert_eq!(fields, [Values::F64(values(number, frame, 6))]);
            indices.push(frame);
        }
        ControlFlow::Continue(())
    };
    let job = Job::new(number, vec![way]);
    let result = program().run(listener, job, attempts, &mut sink);
    (result, indices)
}

#[test]
fn a_program_makes_the_simulations_it_is_started_for() {
    let listener = listener();
    let run = |number| frames(&listener, number, 0.0, Attempts::default());
    std::thread::scope(|scope| {
        let runs = [7, 8, 9].map(|number| scope.spawn(move || run(number)));
        for run in runs {
            let (result, indices) = run.join().expect("no panic");
            result.expect("it runs");
            assert_eq!(indices, (0..FRAMES).collect::<Vec<_>>());
        }
    });
}

#[test]
fn a_program_that_dies_is_started_again_and_gives_each_frame_once() {
    let listener = listener();
    let since = Instant::now();
    let (result, indices) = frames(&listener, 3, 1.0, Attempts::default());
    result.expect("it runs");
    assert_eq!(indices, (0..FRAMES).collect::<Vec<_>>());
    assert!(
        since.elapsed() < Duration::from_secs(9),
        "nobody waits for the dead one to come back"
    );
}

#[test]
fn failures_of_a_program_are_errors_with_what_it_said() {
    let listener = listener();
    let once = Attempts {
        restarts: 0,
        ..Attempts::default()
    };
    let error = |way| {
        frames(&listener, 10 + way as u64, way, once)
            .0
            .expect_err("it fails")
    };
    let died = error(2.0);
    assert_eq!(died.code, Code::Failed);
    assert!(
        died.text.contains("status 3") && died.text.ends_with("no convergence at step 5"),
        "{died}"
    );
    let failed = error(3.0);
    assert_eq!(failed.code, Code::Failed);
    assert!(failed.text.contains('7'), "{failed}");
    let silent = Attempts {
        restarts: 0,
        silence: Duration::from_millis(300),
        wait: Duration::from_millis(300),
    };
    let (result, _) = frames(&listener, 14, 4.0, silent);
    assert_eq!(result.expect_err("it hangs").code, Code::Timeout);
    let absent = Program::new(&["/nowhere/code"], &[]).expect("it is well formed");
    let sink: &mut dyn FnMut(Event) -> ControlFlow<()> = &mut |_| ControlFlow::Continue(());
    let result = absent.run(&listener, Job::new(1, vec![]), once, sink);
    let error = result.expect_err("it is absent");
    assert!(error.text.contains("/nowhere/code"), "{error}");
    assert_eq!(error.code, Code::Failed);
}

#[test]
fn a_failed_simulation_can_be_run_once_more() {
    let listener = listener();
    let once = Attempts {
        restarts: 0,
        ..Attempts::default()
    };
    frames(&listener, 5, 3.0, once).0.expect_err("it fails");
    let (result, indices) = frames(&listener, 5, 0.0, once);
    result.expect("it runs");
    assert_eq!(indices, (0..FRAMES).collect::<Vec<_>>(), "from its start");
}

#[test]
fn a_sink_that_has_enough_ends_its_simulation_alone() {
    let listener = listener();
    let mut count = 0;
    let mut sink = |event: Event| {
        count += u32::from(matches!(event, Event::Frame { .. }));
        if count == 3 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let job = Job::new(1, vec![4.0]);
    let since = Instant::now();
    program()
        .run(&listener, job, Attempts::default(), &mut sink)
        .expect("it was enough");
    assert!(
        since.elapsed() < Duration::from_secs(30),
        "the process is killed"
    );
    assert_eq!(count, 3);
    frames(&listener, 2, 0.0, Attempts::default())
        .0
        .expect("others run");
}

#[test]
fn a_training_that_stops_gets_its_threads_back() {
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    std::thread::scope(|scope| {
        let run = scope.spawn(|| {
            let mut sink = |_| ControlFlow::Continue(());
            listener.run(Job::new(0, vec![]), Attempts::default(), &mut sink)
        });
        std::thread::sleep(Duration::from_millis(20));
        listener.stop();
        let result = run.join().expect("no panic");
        assert_eq!(result.expect_err("it was stopped").code, Code::End);
    });
}

#[test]
fn clients_that_come_by_themselves_share_the_simulations() {
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut client = client(listener.endpoint(), 6);
                while let Some(simulation) = client.next().expect("no error") {
                    run(&mut client, simulation.number, FRAMES, 6).expect("it runs");
                }
            });
        }
        let runs = [0u64, 1, 2, 3, 4].map(|number| {
            let listener = &listener;
            scope.spawn(move || {
                let mut next = 0;
                let job = Job::new(number, vec![]);
                let result = listener.run(job, Attempts::default(), &mut |event| {
                    if let Event::Frame { frame, fields, .. } = event {
                        assert_eq!(frame, next);
                        assert_eq!(fields, [Values::F64(values(number, frame, 6))]);
                        next += 1;
                    }
                    ControlFlow::Continue(())
                });
                result.map(|()| next)
            })
        });
        let counts = runs.map(|run| run.join().expect("no panic").expect("it runs"));
        assert_eq!(counts, [FRAMES; 5]);
        listener.end();
    });
}
