//! A surrogate of one's own solver, `channel.rs`: trained, judged, diagnosed, used. A training that is killed goes on where it
//! was when the program is started again.
//!
//! ```sh
//! cargo run --release --example own_solver -- runs/channel
//! cargo run --release --example surrogate_in_a_loop -- runs/channel
//! ```

mod channel;

use channel::{Channel, problem};
use ondine::control::Control;
use ondine::datasets::Source;
use ondine::evaluation::{Options, evaluate};
use ondine::forecast::Forecaster;
use ondine::training::Training;
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let run = arguments.next().ok_or("write a directory for the run")?;
    let (run, steps) = (Path::new(&run), arguments.next());
    let steps = steps.map_or(Ok(2000), |steps| steps.parse())?;

    // Simulations of seed 0 are trained on, eight of seed 1 judged on.
    let training = if run.exists() {
        Training::resume(run).source(Channel(0))
    } else {
        let training = Training::of(&problem(), Channel(0)).network("fno");
        training.simulations(200).steps(steps).into_run(run)?
    };
    let outcome = training.held_out(Channel(1), 8).run()?;
    println!("{} after {steps} steps", outcome.summary.status);
    drop(outcome); // a run has one writer

    let found = evaluate(run, &Options::default(), Control::none())?;
    let judged = &found.evaluation;
    println!(
        "nRMSE of a step: {:.4}, of persistence: {:.4}",
        judged.surrogate.nrmse, judged.persistence.nrmse
    );
    for finding in &found.findings {
        println!("{finding}");
    }
    println!("{}", found.report.display());

    let mut forecaster = Forecaster::open(run, &Options::default().device)?;
    forecaster.set_static_fields(&Channel(2).static_fields(0))?; // the obstacle of a program
    let mut state = vec![0.1_f64; forecaster.state_len()]; // its fields u and v
    forecaster.steps(&mut state, &[("diffusivity", 0.01)], 20)?;
    println!("20 steps later u is {:.3} in the first cell", state[0]);
    Ok(())
}
