//! A trained surrogate in a time loop of one's own: states go in and come out as slices, in physical units.
//!
//! ```sh
//! cargo run --release --example surrogate_in_a_loop -- runs/quickstart
//! ```

use ondine::device::device;
use ondine::forecast::Forecaster;
use std::error::Error;
use std::path::PathBuf;

const STEPS: usize = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args()
        .nth(1)
        .ok_or("write the directory of a run")?;
    let mut forecaster = Forecaster::open(&PathBuf::from(directory), &device("cpu")?)?;

    // The middle of what the surrogate was trained on; any values within the trained ranges will do.
    let known = forecaster.conditions();
    let middle = |[low, high]: [f64; 2]| 0.5 * (low + high);
    let conditions: Vec<(&str, f64)> = known
        .iter()
        .map(|condition| (&*condition.name, middle(condition.range)))
        .collect();
    for warning in forecaster.outside(&conditions, 0.0)? {
        eprintln!("warning: {warning}");
    }

    // The state, `[field, point]`, or `[frame, field, point]` of a run with a history: here a wave along the last axis.
    let points = forecaster.points().last().copied().unwrap_or(1);
    let wave = |i: usize| (std::f64::consts::TAU * (i % points) as f64 / points as f64).sin();
    let mut u: Vec<f64> = (0..forecaster.state_len()).map(wave).collect();

    // Fields that do not change in time, where the surrogate sees any: here no obstacle.
    let still = forecaster.static_fields().len() * forecaster.points().iter().product::<usize>();
    if still > 0 {
        forecaster.set_static_fields(&vec![0.0; still])?;
    }

    for step in 1..=STEPS {
        forecaster.step(&mut u, &conditions)?;
        let mean_square = u.iter().map(|value| value * value).sum::<f64>() / u.len() as f64;
        let time = step as f64 * forecaster.step_time(&conditions)?;
        println!("t = {time:6.3}   rms = {:.4}", mean_square.sqrt());
    }
    Ok(())
}
