//! Foreign codes as a source: frames channel by channel, and failures of their kind.

use ondine_coupling::{Attempts, Block, Client, Dtype, Listener};
use ondine_datasets::{Codes, Conditions, DataError, FailureKind, Source};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

/// Whether two whole numbers are one.
fn is(a: f64, b: f64) -> bool {
    (a - b).abs() < 0.5
}

fn conditions(index: u64, attempt: u32) -> Conditions {
    Conditions {
        dt: 0.5,
        length: vec![1.0, 1.0],
        spacing: vec![0.5, 0.5],
        parameters: vec![index as f64, f64::from(attempt)],
    }
}

/// A code with a vector and a scalar on two by two points, which fails as the first parameter says.
fn code(endpoint: &str) -> ondine_coupling::Result<()> {
    let mut client = Client::open(endpoint)?;
    client.field("velocity", Dtype::F32, &[2, 2, 2])?;
    client.field("height", Dtype::F64, &[2, 2])?;
    while let Some(simulation) = client.next()? {
        let [index, attempt] = simulation.values[..] else {
            panic!("two parameters");
        };
        for frame in 0..4 {
            let height = [index, attempt, f64::from(frame), 1.0];
            let velocity = [1.0f32, 10.0, 2.0, 20.0, 3.0, 30.0, 4.0, 40.0];
            client.put_block("height", &Block::new(&height, &[2, 2]))?;
            client.put_block("velocity", &Block::new(&velocity, &[2, 2, 2]))?;
            let late = f64::from(u8::from(is(index, 1.0) && frame == 2)) * 0.1;
            client.commit(0.5 * f64::from(frame) + late)?;
            if is(index, 2.0) && is(attempt, 0.0) {
                break;
            }
        }
        client.finish(i32::from(is(index, 2.0) && is(attempt, 0.0)))?;
    }
    client.close()
}

fn frames(source: &dyn Source, index: u64) -> Result<Vec<Vec<f64>>, DataError> {
    let mut frames = Vec::new();
    source.run(index, &mut |frame| {
        frames.push(frame.to_vec());
        ControlFlow::Continue(())
    })?;
    Ok(frames)
}

#[test]
fn codes_give_states_channel_by_channel_and_failures_of_their_kind() {
    let listener = Arc::new(Listener::bind("tcp://127.0.0.1:0").expect("a port"));
    let source = |fields: &[&str]| {
        let attempts = Attempts {
            restarts: 0,
            silence: Duration::from_secs(30),
            ..Attempts::default()
        };
        Codes::new(listener.clone(), fields, conditions).attempts(attempts)
    };
    let codes = [0, 1].map(|_| {
        let endpoint = listener.endpoint().to_owned();
        std::thread::spawn(move || code(&endpoint))
    });
    let both = source(&["height", "velocity"]);
    std::thread::scope(|scope| {
        let runs = [5, 6, 7].map(|index| {
            let both = &both;
            (index, scope.spawn(move || frames(both, index)))
        });
        for (index, run) in runs {
            let found = run.join().expect("no panic").expect("it runs");
            assert_eq!(found.len(), 4);
            for (frame, state) in found.iter().enumerate() {
                let height = [index as f64, 0.0, frame as f64, 1.0];
                assert_eq!(state[..4], height);
                assert_eq!(state[4..], [1.0, 2.0, 3.0, 4.0, 10.0, 20.0, 30.0, 40.0]);
            }
        }
    });
    let kind = |source: &dyn Source, index| {
        let error = frames(source, index).expect_err("it fails");
        (error.kind(), error.to_string())
    };
    let (late, text) = kind(&both, 1);
    assert_eq!(late, Some(FailureKind::Refused));
    assert!(text.contains("frames are 0.5 apart"), "{text}");
    assert_eq!(kind(&both, 2).0, Some(FailureKind::Diverged));
    let again = both.again(1).expect("another draw");
    assert_eq!(frames(&*again, 2).expect("it runs").len(), 4);
    let (absent, text) = kind(&source(&["pressure"]).numbers_from(100), 3);
    assert_eq!(absent, Some(FailureKind::Refused));
    assert!(text.contains("`pressure`"), "{text}");
    listener.end();
    for code in codes {
        code.join().expect("no panic").expect("no error");
    }
}

#[test]
fn a_source_that_is_cancelled_gives_its_workers_back() {
    let listener = Arc::new(Listener::bind("tcp://127.0.0.1:0").expect("a port"));
    let source = Codes::new(listener, &["u"], conditions);
    std::thread::scope(|scope| {
        let run = scope.spawn(|| frames(&source, 0));
        std::thread::sleep(Duration::from_millis(20));
        source.cancel();
        let found = run.join().expect("no panic").expect("no error");
        assert!(found.is_empty());
    });
}
