//! A problem that simulation codes of the tests solve: a wave that runs along x and fades at a rate of its simulation.

#![cfg(unix)]

use ondine::datasets::coupling::{Client, Result, Simulation};
use std::f64::consts::TAU;
use std::time::Duration;

/// Points of a frame.
pub(crate) const POINTS: usize = 16;

/// A training on waves.
pub(crate) struct Waves<'a> {
    /// Frames of a simulation.
    pub(crate) frames: usize,
    /// Simulations of the training.
    pub(crate) simulations: u64,
    /// Other keys of `[ensemble]`.
    pub(crate) ensemble: &'a str,
    /// Keys of `[buffer]`.
    pub(crate) buffer: &'a str,
    /// Windows of a batch.
    pub(crate) batch: usize,
    /// Simulations that are held out.
    pub(crate) held_out: usize,
}

impl Waves<'_> {
    /// The recipe with these keys of `[source]`.
    pub(crate) fn recipe(&self, source: &str) -> String {
        let problem = format!(
            "[problem]\nfields = [\"u\"]\nconditions = {{ rate = {{ uniform = [0.5, 1.0] }} }}\n\
             [source]\n{source}\n[grid]\npoints = [{POINTS}]\nlength = 1.0\n[time]\ndt = 0.1\n"
        );
        self.of(&problem)
    }

    /// The recipe of another problem, whose text ends in `[time]`.
    pub(crate) fn of(&self, problem: &str) -> String {
        let Self {
            frames,
            simulations,
            ensemble,
            buffer,
            batch,
            held_out,
        } = self;
        format!(
            r#"
seed = 4
deterministic = true
{problem}
frames = {frames}
[ensemble]
simulations = {simulations}
{ensemble}
[buffer]
{buffer}
[model]
kind = "fno"
width = 4
modes = 3
layers = 1
[train]
steps = 40
batch = {batch}
log = 5
checkpoint = 10
[evaluate]
every = 20
trajectories = {held_out}
"#
        )
    }
}

/// Sends the frames of a simulation, and a pause after each of them.
pub(crate) fn simulate(
    client: &mut Client,
    simulation: &Simulation,
    frames: usize,
    pause: Duration,
) -> Result<()> {
    for frame in 0..frames {
        let time = 0.1 * frame as f64;
        let phase = simulation.number as f64 + time;
        let faded = (-simulation.values[0] * time).exp();
        let value = |i: usize| faded * (TAU * i as f64 / POINTS as f64 - phase).cos();
        let u: Vec<f64> = (0..POINTS).map(value).collect();
        client.put("u", &u)?;
        client.commit(time)?;
        std::thread::sleep(pause);
    }
    client.finish(0)
}
