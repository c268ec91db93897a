//! The codes that the tests couple: this program, in another role.

use super::{FRAMES, solved};
use crate::wave::{self, POINTS};
use ondine::datasets::Source;
use ondine::datasets::coupling::{Block, Client, Code, Dtype, Result, Simulation};
use ondine::recipe::Recipe;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

/// Not a test of its own: the code that the tests below couple.
#[test]
fn a_code_of_the_tests() {
    let role = std::env::var("ONDINE_TEST_ROLE").unwrap_or_default();
    if let Ok(folder) = std::env::var("ONDINE_TEST_PIDS") {
        let id = std::process::id().to_string();
        fs::write(Path::new(&folder).join(&id), "").expect("a folder of the test");
    }
    let result = match &*role {
        "asking" => asking(),
        "bringing" => bringing(),
        "kuramoto" => kuramoto(),
        "failing" => {
            eprintln!("the mesh is broken");
            std::process::exit(3)
        }
        _ => return,
    };
    if let Err(error) = result {
        assert_eq!(error.code, Code::End, "{error}"); // the training has ended
    }
}

fn asking() -> Result<()> {
    let mut client = Client::open_from_environment()?;
    client.field("u", Dtype::F64, &[POINTS])?;
    let masked = std::env::var_os("ONDINE_TEST_MASK").is_some();
    while let Some(simulation) = client.next()? {
        if masked {
            let mask: Vec<f32> = (0..POINTS).map(|i| f32::from(i < 4)).collect();
            client.static_field("mask", &[POINTS], &Block::new(&mask, &[POINTS]))?;
        }
        go_on(simulate(&mut client, &simulation))?;
    }
    client.close()
}

fn bringing() -> Result<()> {
    let mut client = Client::open_from_environment()?;
    client.field("u", Dtype::F64, &[POINTS])?;
    for number in 0.. {
        let rate = 0.5 + f64::from(number % 8) / 16.0;
        let simulation = client.begin(&[rate])?;
        go_on(simulate(&mut client, &simulation))?;
    }
    Ok(())
}

/// The number of the first held-out simulation.
const HELD_OUT: u64 = 1_000_000_000;

/// Our Kuramoto–Sivashinsky solver as a foreign code: the simulations of the recipe `KURAMOTO` by their numbers.
fn kuramoto() -> Result<()> {
    let recipe = Recipe::parse("kuramoto.toml", &solved("workers = 1"), &[]);
    let plan = recipe.and_then(Recipe::check).expect("a recipe");
    let solver = plan.solver.expect("an equation");
    let mut client = Client::open_from_environment()?;
    client.field("u", Dtype::F64, &[32])?;
    while let Some(simulation) = client.next()? {
        let (ensemble, index) = match simulation.number.checked_sub(HELD_OUT) {
            Some(index) => (&solver.held_out, index),
            None => (&solver.training, simulation.number),
        };
        assert_eq!(ensemble.conditions(index).parameters, simulation.values);
        let (mut time, mut result) = (0.0, Ok(()));
        let run = ensemble.run(index, &mut |frame| {
            result = client.put("u", frame).and_then(|()| client.commit(time));
            time += 0.5;
            if result.is_ok() {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        run.expect("it does not diverge");
        go_on(result.and_then(|()| client.finish(0)))?;
    }
    client.close()
}

/// A simulation that the training does not want any more, or can't go on with, is left; the next one is another matter.
fn go_on(result: Result<()>) -> Result<()> {
    match result {
        Err(error) if matches!(error.code, Code::End | Code::Gap) => Ok(()),
        other => other,
    }
}

/// A wave, its frames with a pause between them.
fn simulate(client: &mut Client, simulation: &Simulation) -> Result<()> {
    let pause = std::env::var("ONDINE_TEST_PAUSE").ok();
    let pause = pause.and_then(|text| text.parse().ok()).unwrap_or(0);
    wave::simulate(client, simulation, FRAMES, Duration::from_millis(pause))
}
