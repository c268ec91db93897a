//! A trained surrogate in a time loop of one's own: states go in and come out as slices, in physical units.
//!
//! ```sh
//! cargo run --release --example surrogate_in_a_loop -- runs/quickstart
//! ```

use burn::module::Module;
use burn::tensor::Device;
use ondine::checkpoint::Checkpoint;
use ondine::datasets::Source;
use ondine::models::{Draws, Init, Surrogate};
use ondine::run::Run;
use std::error::Error;
use std::path::PathBuf;

const STEPS: usize = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args()
        .nth(1)
        .ok_or("write the directory of a run")?;
    let cpu = Device::flex();

    // The trained network, without gradients.
    let run = Run::open(&PathBuf::from(directory))?;
    let plan = run.recipe(&[])?.check_trained()?;
    let surrogate = Checkpoint::of(&run)?
        .best(&plan, &mut Init::new(0, &cpu))?
        .valid();

    // The state, `[channel, point]`, and the conditions of the simulation that it belongs to. These are those of
    // simulation 0 of the recipe; any values within the trained ranges will do.
    let spec = plan.ensemble.spec(0)?;
    let u0 = plan.ensemble.initial_state(&spec, 0)?;
    let mut u: Vec<f32> = u0.iter().map(|value| *value as f32).collect();
    let conditions = plan.ensemble.conditions(0);

    let last = plan.stages.last().ok_or("a plan has a stage")?;
    let layout = &last.layout;
    let told = layout.rows([(&conditions, 0)].into_iter(), &cpu);
    let mut draws = Draws::new(0); // of surrogates that sample their answers
    for step in 1..=STEPS {
        let state = layout.states([[&u[..]]].into_iter(), &cpu);
        let next = surrogate.step(state, told.clone(), &layout.grid, &mut draws);
        u = layout.to_host(next).swap_remove(0);
        let mean_square = u.iter().map(|value| value * value).sum::<f32>() / u.len() as f32;
        let time = (step * layout.stride) as f64 * conditions.dt;
        println!("t = {time:6.3}   rms = {:.4}", mean_square.sqrt());
    }
    Ok(())
}
