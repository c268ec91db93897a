//! `ondine evaluate`: rollouts of a run's surrogate against held-out simulations.

use super::findings::{self, Diagnosed};
use super::table::{columns, percent, print, print_json};
use super::trained::Trained;
use super::{CliError, train, tune_sampler};
use crate::evaluation::{self, Evaluation, HeldOut, Judged, Sampled, Uncertainty, uncertainty};
use crate::run::Run;
use crate::{device, diagnosis, report};
use burn::tensor::Device;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use ondine_solvers::Stream;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

/// Judge the surrogate of a run against held-out simulations, next to persistence.
#[derive(Args)]
pub(super) struct Evaluate {
    /// Directory of the run.
    run: PathBuf,
    /// Noise levels for a refiner, as `ondine tune-sampler` writes them; the trained ones if absent.
    #[arg(long, value_name = "FILE.toml")]
    schedule: Option<PathBuf>,
    /// Rollouts of every simulation, for a surrogate that samples its answers: their spread, and how well it says the error.
    #[arg(long, default_value_t = 1, value_name = "M")]
    samples: usize,
    /// Where to compute: cpu, cuda, cuda:1, wgpu, auto.
    #[arg(long, default_value = "cpu")]
    device: String,
    /// Override a key of [evaluate], for example evaluate.trajectories=64.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
    /// Print the whole evaluation as JSON.
    #[arg(long)]
    json: bool,
}

impl Evaluate {
    pub(super) fn run(self) -> Result<(), CliError> {
        let device = device::device(&self.device)?;
        let mut trained = Trained::open(&self.run, &self.overrides, &device)?;
        if let Some(path) = &self.schedule {
            tune_sampler::exchange(&mut trained, path)?;
        }
        if self.samples == 0 {
            return Err(CliError::Usage("--samples must be 1 or more".to_owned()));
        }
        trained.check_samples(self.samples)?;
        let Trained {
            run,
            plan,
            surrogate,
            step,
        } = &trained;
        let held_out = HeldOut::simulate(plan, *step)?;
        let (mut evaluation, sample) =
            evaluation::evaluate(plan, &held_out, surrogate, &device, *step)?;
        if self.samples > 1 {
            let found = self.uncertainty(&trained, &held_out, &device)?;
            evaluation.uncertainty = Some(found.ok_or(CliError::Stopped)?);
        }
        run.write_evaluation(&evaluation, &sample)?;
        report::write(std::slice::from_ref(&self.run), &run.file("report.html"))?;
        let found = diagnosis::of_run(run, &evaluation);
        match self.json {
            true => print_json(&Diagnosed {
                evaluation: &evaluation,
                diagnosis: &found,
            }),
            false => print(&(rendered(&evaluation) + &findings::rendered(&found))),
        }
    }

    /// The samples; nothing when told to stop.
    fn uncertainty(
        &self,
        trained: &Trained,
        held_out: &HeldOut,
        device: &Device,
    ) -> Result<Option<Uncertainty>, CliError> {
        let bar = match self.json {
            true => ProgressBar::hidden(),
            false => ProgressBar::new(held_out.trajectories.len() as u64),
        };
        let template = "simulations [{bar:32}] {pos}/{len}  {eta} left";
        let style = ProgressStyle::with_template(template).expect("the template is valid");
        let bar = bar.with_style(style.progress_chars("=> "));
        let stop = train::stop_on_signal("stopping; the evaluation of the run stays as it was");
        let mut progress = |done: usize| {
            bar.set_position(done as u64);
            match stop.load(Ordering::Relaxed) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        };
        let layout = &trained.plan.stage_after(trained.step).layout;
        let found = uncertainty(
            layout,
            held_out,
            Sampled {
                surrogate: &trained.surrogate,
                samples: self.samples,
            },
            device,
            &mut trained.plan.draws(Stream::Rollout, 3),
            &mut progress,
        )?;
        bar.finish_and_clear();
        Ok(found)
    }
}

/// The evaluation that a run keeps, if it can be read.
pub(super) fn stored(run: &Run) -> Option<Evaluation> {
    Evaluation::from_json(&std::fs::read(run.file("evaluation.json")).ok()?).ok()
}

/// The evaluation as a table.
pub(super) fn rendered(evaluation: &Evaluation) -> String {
    let title = format!("{} held-out simulations", evaluation.trajectories);
    let mut rows = vec![vec![
        title,
        "surrogate".to_owned(),
        "persistence".to_owned(),
    ]];
    let mut row = |name: String, read: &dyn Fn(&Judged) -> String| {
        rows.push(vec![
            name,
            read(&evaluation.surrogate),
            read(&evaluation.persistence),
        ]);
    };
    row("one-step nRMSE".to_owned(), &|judged| percent(judged.nrmse));
    let end = evaluation.times.last().copied().unwrap_or(0.0);
    for threshold in evaluation.surrogate.correlation_time.keys() {
        row(
            format!("time with correlation above {threshold}"),
            &|judged| {
                let time = judged
                    .correlation_time
                    .get(threshold)
                    .copied()
                    .unwrap_or(0.0);
                let never = judged
                    .correlation_over_time
                    .iter()
                    .all(|c| c.to_string() >= *threshold);
                let bound = if never && time >= end {
                    "at least "
                } else {
                    ""
                };
                format!("{bound}{time:.2}")
            },
        );
    }
    for curve in &evaluation.surrogate.curves {
        row(format!("{} after one step", curve.name), &|judged| {
            let curve = judged.curve(&curve.name);
            let first = curve.and_then(|curve| curve.mean.first());
            first.map_or_else(String::new, |value| format!("{value:.3e}"))
        });
    }
    row("rollouts that stay finite".to_owned(), &|judged| {
        percent(judged.finite_share)
    });
    let table = columns(&rows);
    match &evaluation.uncertainty {
        Some(of) => format!("{table}\n\n{}", rendered_samples(of, evaluation)),
        None => table,
    }
}

/// What the samples say, as a table over the steps whose spectra are kept.
fn rendered_samples(of: &Uncertainty, evaluation: &Evaluation) -> String {
    let steps: Vec<usize> = of.spectra.iter().map(|s| s.rollout_step - 1).collect();
    let times = steps.iter().map(|&step| evaluation.times[step]);
    let head = times.map(|time| format!("after {time:.2}"));
    let title = format!("{} samples of each", of.samples);
    let mut rows = vec![std::iter::once(title).chain(head).collect::<Vec<_>>()];
    let mut row = |name: &str, values: &[f64], shown: fn(f64) -> String| {
        let values = steps.iter().map(|&step| shown(values[step]));
        rows.push(std::iter::once(name.to_owned()).chain(values).collect());
    };
    let ratio = |value: f64| format!("{value:.2}");
    row("nRMSE of their mean", &of.mean.nrmse_over_time, percent);
    row("spread", &of.spread_over_time, percent);
    row("CRPS", &of.crps_over_time, percent);
    row("spread over skill", &of.spread_skill_over_time, ratio);
    for coverage in &of.coverage {
        let name = format!("truth in the {} interval", percent(coverage.level));
        row(&name, &coverage.share_over_time, percent);
    }
    let correlation = &of.cross_correlation_over_time;
    row("correlation with each other", correlation, ratio);
    let correlation = &of.sample_correlation_over_time;
    row("correlation with the truth", correlation, ratio);
    let horizons = match &of.horizon_agreement {
        Some(found) => format!(
            "horizons (correlation above 0.8) from the samples and against the truth: R² = {:.2} over {} simulations, \
             mean ratio {:.2}",
            found.r_squared, found.count, found.ratio
        ),
        None => "fewer than three simulations have both horizons within the rollout: more frames would show them"
            .to_owned(),
    };
    format!("{}\n{horizons}", columns(&rows))
}
