//! A code that trains in its own process, in turns: what it learns is what the same windows give otherwise.

#![cfg(unix)]

use crate::common::{Folder, timeless};
use crate::wave::{self, POINTS, Waves};
use ondine::datasets::coupling::{Client, Code, Dtype, Result};
use ondine::training::{Session, Training, TrainingError};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

const FRAMES: usize = 8;

fn recipe(folder: &Folder, capacity: usize) -> String {
    let endpoint = format!("ipc://{}", folder.path("socket").display());
    let waves = Waves {
        frames: FRAMES,
        simulations: 12,
        ensemble: "workers = 1",
        buffer: &format!("capacity = {capacity}\nwatermark = 14"),
        batch: 4,
        held_out: 2,
    };
    waves.recipe(&format!("kind = \"connect\"\nendpoint = {endpoint:?}"))
}

fn begun(recipe: &str, run: &Path) -> Session {
    let training = Training::text("session.toml", recipe).expect("a recipe");
    let training = training.into_run(run).expect("a new directory");
    training.start().unwrap_or_else(|error| panic!("{error}"))
}

fn connected(session: &Session) -> Client {
    let endpoint = session.endpoint().expect("it listens");
    let mut client = Client::open(endpoint).expect("it connects");
    client
        .field("u", Dtype::F64, &[POINTS])
        .expect("a new field");
    client
}

/// Streams one simulation; false where no more are wanted.
fn simulate(client: &mut Client) -> Result<bool> {
    let Some(simulation) = client.next()? else {
        return Ok(false);
    };
    wave::simulate(client, &simulation, FRAMES, Duration::ZERO)?;
    Ok(true)
}

/// The same, where the training may have ended meanwhile.
fn simulates(client: &mut Client) -> bool {
    match simulate(client) {
        Ok(more) => more,
        Err(error) if matches!(error.code, Code::End | Code::Gap) => true,
        Err(error) => panic!("{error}"),
    }
}

fn steps(session: &mut Session, milliseconds: u64) -> usize {
    let turn = Duration::from_millis(milliseconds);
    let steps = session.train_for(turn);
    steps.unwrap_or_else(|error| panic!("{error}"))
}

/// Lines of metrics without numbers of the clock.
fn learned(run: &Path) -> Vec<Value> {
    let lines = timeless(run).into_iter();
    let has = |line: &Value| line.get("loss").is_some() || line.get("nrmse").is_some();
    lines.filter(has).collect()
}

/// The run of the same recipe with a code in a thread of its own.
fn expected(folder: &Folder, capacity: usize) -> Vec<Value> {
    let run = folder.path("expected");
    let session = begun(&recipe(folder, capacity), &run);
    let mut client = connected(&session);
    let code = std::thread::spawn(move || while simulates(&mut client) {});
    let outcome = session.finish().unwrap_or_else(|error| panic!("{error}"));
    assert!(outcome.is_finished());
    code.join().expect("no panic");
    learned(&run)
}

#[test]
fn simulation_and_training_alternate_and_give_what_the_same_windows_give_otherwise() {
    let folder = Folder::new("session");
    // The small buffer is full before the last of 12 simulations, and of 2 that are held out: the training steps where the code waits.
    for capacity in [200, 20] {
        let name = format!("run-{capacity}");
        let run = folder.path(&name);
        let mut session = begun(&recipe(&folder, capacity), &run);
        let mut client = connected(&session);
        let (mut before, mut simulated) = (0, 0);
        while simulates(&mut client) {
            simulated += 1;
            if capacity == 200 && simulated < 14 {
                let found = steps(&mut session, 0);
                assert!(found <= before + 1, "it rests: {before} {found}");
            }
            before = steps(&mut session, 20);
        }
        while !session.is_finished() {
            before = steps(&mut session, 50);
        }
        assert_eq!(before, 40);
        let outcome = session.finish().expect("it is finished");
        assert_eq!(outcome.summary.steps, 40);
        assert!(outcome.evaluation().is_some());
        let expected = expected(&folder, capacity);
        assert!(expected.len() > 8);
        assert_eq!(learned(&run), expected, "{capacity} windows");
        std::fs::remove_dir_all(folder.path("expected")).expect("it is ours");
    }
}

#[test]
fn a_training_that_is_stopped_between_turns_is_resumed_by_the_code() {
    let folder = Folder::new("session-resumed");
    let run = folder.path("run");
    let mut session = begun(&recipe(&folder, 200), &run);
    let mut client = connected(&session);
    for _ in 0..7 {
        assert!(simulates(&mut client));
    }
    while steps(&mut session, 1) < 5 {}
    let outcome = session.stop().unwrap_or_else(|error| panic!("{error}"));
    assert!(!outcome.is_finished() && outcome.summary.steps >= 5);
    drop((outcome, client));
    let resumed = Training::resume(&run).start();
    let mut session = resumed.unwrap_or_else(|error| panic!("{error}"));
    let mut client = connected(&session); // the other was told that nothing is wanted
    while simulates(&mut client) {
        steps(&mut session, 5);
    }
    let outcome = session.finish().unwrap_or_else(|error| panic!("{error}"));
    assert!(outcome.is_finished());
    assert_eq!(learned(&run), expected(&folder, 200));
}

#[test]
fn a_training_that_fails_says_so_once_and_stays_over() {
    let folder = Folder::new("session-failed");
    let text = recipe(&folder, 200) + "\n";
    let text = text.replace("workers = 1", "workers = 1\nmax_failures = 0");
    let mut session = begun(&text, &folder.path("run"));
    let mut client = connected(&session);
    while client.next().is_ok_and(|simulation| simulation.is_some()) {
        if client.finish(7).is_err() {
            break;
        }
    }
    let error = loop {
        match session.train_for(Duration::from_millis(20)) {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert!(!matches!(error, TrainingError::Over(_)), "{error}");
    let again = session.train_for(Duration::ZERO);
    assert!(matches!(again, Err(TrainingError::Over(_))));
    assert!(!session.is_finished());
}
