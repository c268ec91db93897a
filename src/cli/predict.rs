//! `ondine predict`: rollouts of a run's surrogate from states of a file.

use super::bar::Bar;
use super::number::whole;
use super::table::{print, print_json};
use super::{CliError, train};
use crate::batch::Layout;
use crate::control::{Advance, Control};
use crate::device;
use crate::forecast::{Schedule, is_exported};
use crate::numbers::text::{duration, time};
use crate::predict::{Asked, InitialStates, Predicted, Prediction, statistics_path};
use crate::results::Horizon;
use clap::Args;
use ondine_models::SurrogateRng;
use serde_json::json;
use std::path::PathBuf;
use std::time::Instant;

/// Predict with a trained surrogate, from the end of every trajectory of a file: its last frame, or its last bundle.
#[derive(Args)]
pub(super) struct Predict {
    /// Directory of the run, or a file that `ondine export` made of one.
    run: PathBuf,
    /// The file of initial states, in a layout of `ondine list formats`, with the parameters of every trajectory.
    #[arg(long, value_name = "FILE.h5")]
    initial: PathBuf,
    /// Frames to predict, one per step of the surrogate and so `stride` frames of the training apart; the output has one
    /// more, the initial state.
    #[arg(long, value_parser = whole::<usize>)]
    frames: usize,
    /// Frames of the file that a step of the surrogate covers, one of those that it was trained with (objective.stride,
    /// stage.stride); that of its last stage if absent.
    #[arg(long, value_name = "N")]
    stride: Option<usize>,
    /// The file to write, in the same layout. Its times begin at 0, the time of the initial state.
    #[arg(long, value_name = "FILE.h5")]
    output: PathBuf,
    /// The checkpoint of the run to take: best, or for example step-00000500; the last one if absent.
    #[arg(long, value_name = "CHECKPOINT")]
    checkpoint: Option<String>,
    /// Rollouts of every state, for a surrogate that samples its answers. Mean and standard deviation then go to
    /// FILE.statistics.h5, and every state gets a trust horizon.
    #[arg(long, default_value_t = 1, value_name = "M", value_parser = whole::<usize>)]
    samples: usize,
    /// Other runs, exported files or RUN@CHECKPOINT that are members beside RUN, one rollout of every state each, with mean,
    /// standard deviation and trust horizon as of --samples.
    #[arg(long, value_name = "RUN", num_args = 1.., conflicts_with_all = ["samples", "schedule"])]
    members: Vec<PathBuf>,
    /// Seed of what the surrogate draws.
    #[arg(long, default_value_t = 0, value_parser = whole::<u64>)]
    seed: u64,
    /// Options of a refiner's prediction: `noise_variances`, `fresh_noise`, `kept_noise` and `cutoff`, as `ondine tune-sampler`
    /// writes them; `iterations` of a recurrent network; or `noise_correlation` of a CRPS ensemble; what is absent is as trained.
    #[arg(long, value_name = "FILE.toml")]
    schedule: Option<PathBuf>,
    /// Where to compute: cpu, cuda, cuda:1, wgpu, auto.
    #[arg(long, default_value = "cpu")]
    device: String,
    /// Print the result as JSON, without progress.
    #[arg(long)]
    json: bool,
}

impl Predict {
    pub(super) fn run(mut self) -> Result<(), CliError> {
        if !self.members.is_empty() {
            self.samples = self.members.len() + 1;
        }
        self.check()?;
        let reading = Bar::waiting("reading the run", self.json);
        let device = device::device(&self.device)?;
        let mut asked = Asked::open_at(&self.run, self.checkpoint.as_deref(), &device)?;
        if let Some(path) = &self.schedule {
            let named = |error| CliError::Usage(format!("--schedule {error}"));
            let schedule = Schedule::read(path).map_err(named)?;
            let (surrogate, kind) = asked.surrogate_mut();
            let refined = schedule.refine(surrogate, (kind, path));
            refined.map_err(named)?;
        }
        let layout = self.layout(&asked)?;
        let together = asked.with_members(&self.members, &layout, &device);
        let together = together.map_err(|error| CliError::Usage(format!("--members: {error}")))?;
        let surrogate = together.as_ref().unwrap_or(asked.surrogate());
        let states = InitialStates::open(asked.origin(), &layout, &self.initial)?;
        let last = states.last_place() + self.frames * layout.stride;
        let mut warnings = states.warnings(&asked.network(), last);
        warnings.extend(states.far(&surrogate.scaling)?);
        warnings
            .iter()
            .for_each(|warning| eprintln!("warning: {warning}"));
        reading.finish();
        let prediction = Prediction {
            surrogate,
            layout: Layout {
                grid: states.points(),
                ..layout
            },
            states: &states,
            steps: self.frames,
            samples: self.samples,
            device: &device,
        };
        if let Some(size) = prediction.too_large() {
            return Err(CliError::Usage(size));
        }
        let rollouts = states.count() * self.samples;
        let bar = Bar::new("rollouts", rollouts as u64, self.json);
        let stop = train::stop_on_signal("stopping; no file is written");
        let started = Instant::now();
        let mut draws = SurrogateRng::new(self.seed);
        let progress = |advance: Advance| bar.set_position(advance.done as u64);
        let control = Control::none().telling(&progress).stopped_by(&stop);
        let predicted = prediction.write(&self.output, &mut draws, control)?;
        bar.finish();
        let seconds = started.elapsed().as_secs_f64();
        let said = [warnings, surrogate.guards()];
        self.conclude(&states, &predicted, seconds, &said)
    }

    /// The meaning of a step, and whether the samples of a state differ.
    fn layout(&self, asked: &Asked) -> Result<Layout, CliError> {
        if self.members.is_empty() {
            let samples = self.samples;
            let differ = asked.check_samples(samples);
            differ.map_err(|error| CliError::Usage(format!("--samples {samples}: {error}")))?;
        }
        let found = asked.layout(self.stride);
        let typed = self.stride.unwrap_or_default();
        found.map_err(|error| CliError::Usage(format!("--stride {typed}: {error}")))
    }

    fn check(&self) -> Result<(), CliError> {
        if self.checkpoint.is_some() && is_exported(&self.run) {
            let file = self.run.display();
            let message = format!(
                "--checkpoint: {file} is an exported file and has one surrogate: leave it out"
            );
            return Err(CliError::Usage(message));
        }
        let stride = self.stride.unwrap_or(1);
        for (name, count) in [
            ("frames", self.frames),
            ("samples", self.samples),
            ("stride", stride),
        ] {
            if count == 0 {
                return Err(CliError::Usage(format!("--{name} must be 1 or more")));
            }
        }
        let statistics = (self.samples > 1).then(|| statistics_path(&self.output));
        for path in [Some(self.output.clone()), statistics]
            .into_iter()
            .flatten()
        {
            if path.exists() {
                let path = path.display();
                return Err(CliError::Usage(format!(
                    "{path} exists; choose another --output"
                )));
            }
        }
        Ok(())
    }

    /// Says what was done.
    fn conclude(
        &self,
        states: &InitialStates,
        predicted: &Predicted,
        seconds: f64,
        [warnings, guards]: &[Vec<String>; 2],
    ) -> Result<(), CliError> {
        let statistics = (self.samples > 1).then(|| statistics_path(&self.output));
        if self.json {
            return print_json(&json!({
                "file": self.output, "statistics": statistics, "states": states.count(), "samples": self.samples,
                "frames": self.frames, "seconds": seconds, "not_finite": predicted.lost,
                "horizons": predicted.horizons, "warnings": warnings,
                "guards": guards,
            }));
        }
        let count = states.count() * self.samples;
        let mut lines = vec![format!("{count} rollouts in {}", duration(seconds))];
        if predicted.lost > 0 {
            lines.push(format!(
                "{} of them have values that are not finite",
                predicted.lost
            ));
        }
        lines.extend(horizon_line(&predicted.horizons));
        lines.extend(guards.iter().map(|guard| format!("guard: {guard}")));
        lines.push(self.output.display().to_string());
        lines.extend(statistics.map(|path| path.display().to_string()));
        print(&lines.join("\n"))
    }
}

/// The trust horizons in a line.
fn horizon_line(horizons: &[Horizon]) -> Option<String> {
    let mut sorted: Vec<&Horizon> = horizons.iter().collect();
    sorted.sort_by(|a, b| a.time.total_cmp(&b.time));
    let (first, last) = (sorted.first()?, sorted.last()?);
    let shown = |horizon: &Horizon| {
        let bound = if horizon.to_the_end { "at least " } else { "" };
        format!("{bound}{}", time(horizon.time))
    };
    let middle = shown(sorted[(sorted.len() - 1) / 2]);
    Some(format!(
        "trust horizon, until samples correlate below 0.8: median {middle}, from {} to {}",
        shown(first),
        shown(last)
    ))
}
