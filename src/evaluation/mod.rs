//! Evaluation: rollouts of held-out simulations, or of the trajectories of a file, by the surrogate, judged against the
//! solver, beside persistence, cheaper solvers and forecasters without a network.

mod at_steps;
mod baseline;
mod breakeven;
mod by_field;
mod by_grid;
mod compare;
mod conformal;
mod curves;
mod dataset;
mod error;
mod fitted;
mod gate_seconds;
mod gate_trial;
mod gated;
mod held_out;
mod judge;
mod kept;
mod kept_back;
mod known;
mod of_run;
mod on_device;
mod quiet;
mod refinement;
mod rollout;
mod same_error;
mod score;
mod slices;
mod solvers;
mod spectral_errors;
mod speed;
mod stress;
mod taught;
mod timing;
mod together;
mod uncertainty;

pub use crate::results::{
    Agreement, AtStep, Baseline, BaselineKind, Breakeven, Conformal, ConformalBound,
    ConformalScore, Coverage, Curve, Evaluation, FieldScores, GridScores, Judged, MatchedSolver,
    QuietSimulation, Refinement, SCALED, Sample, Setup, SimulationScore, SourceFile, Spectra,
    SpectralErrors, Speed, SpreadSpectrum, StressCase, StressKind, StressScores, TestedHorizon,
    TimedSolver, Uncertainty,
};
pub use compare::{Compared, Comparison, compare};
pub use dataset::Extent;
pub use error::{EvaluationError, JudgeError};
pub use gate_seconds::GateSeconds;
pub use gated::{Gated, Tried, try_gate};
pub use held_out::{HeldOut, Truth};
pub use known::Known;
#[cfg(feature = "cli")]
pub(crate) use of_run::Case;
pub use of_run::{Evaluated, Options, evaluate, evaluate_together};
pub use on_device::SolversOn;

pub use uncertainty::{Sampled, uncertainty};

use crate::batch::Layout;
use crate::control::Control;
use crate::forecast::{Forecasts, RolledOut};
use crate::group::{Alone, Group};
use crate::plan::Plan;
use burn::tensor::Device;
pub(crate) use by_grid::Judgement;
use judge::Forecast;
use ondine_models::Model;
use ondine_solvers::{Rng, SolverError, Stream};
use quiet::Quiet;
use std::collections::BTreeMap;

/// Rolls `surrogate`, trained for `step` steps, out over the held-out simulations and judges it; the sample is the first
/// rollout.
///
/// # Errors
/// When there is no spectrum for the grid, or `control` ends it.
pub fn judge(
    plan: &Plan,
    held_out: &HeldOut,
    surrogate: &Model,
    device: &Device,
    step: usize,
    control: Control<'_>,
) -> Result<(Evaluation, Sample), JudgeError> {
    let judgement = Judgement {
        plan,
        surrogate,
        device,
        step,
    };
    judgement
        .together(held_out, control, &Alone)
        .map(Alone::leads_to)
}

impl<'a> Judgement<'a> {
    fn rolled_out(self, layout: &'a Layout) -> RolledOut<'a> {
        RolledOut {
            layout,
            surrogate: self.surrogate,
            device: self.device,
        }
    }
}

impl Judgement<'_> {
    /// Bounds of the errors of forecasts.
    fn conformal(self, held_out: &HeldOut, forecast: &Forecast<'_>) -> Option<Conformal> {
        let mut rng = Rng::stream(self.plan.seed(), Stream::Rollout, 6);
        conformal::conformal(held_out, forecast, &self.deviations(), &mut rng)
    }

    /// Standard deviations of the fields in the training.
    fn deviations(self) -> Vec<f64> {
        let fields = self.surrogate.scaling.deviation.iter();
        let fields = fields.take(self.plan.channels());
        fields.map(|&deviation| f64::from(deviation)).collect()
    }

    /// As [`judge`], with rollouts by the processes of a group, of which the first one judges; none in the others.
    pub(crate) fn together(
        self,
        held_out: &HeldOut,
        control: Control<'_>,
        group: &dyn Group,
    ) -> Result<Option<(Evaluation, Sample)>, JudgeError> {
        let layout = &held_out.layout(self.plan, self.step);
        let mut draws = self.plan.draws(Stream::Rollout, 0);
        let rolled_out = self.rolled_out(layout);
        let predicted = rolled_out.together(held_out, &mut draws, control, group)?;
        let judged = predicted.map(|predicted| judged_all(self, held_out, &predicted, control));
        judged.transpose()
    }
}

/// The evaluation of forecasts, and the first of them.
fn judged_all(
    judgement: Judgement<'_>,
    held_out: &HeldOut,
    predicted: &Forecasts,
    control: Control<'_>,
) -> Result<(Evaluation, Sample), JudgeError> {
    let Judgement {
        plan,
        surrogate,
        device,
        step,
    } = judgement;
    let layout = &held_out.layout(plan, step);
    let still = Forecast::persistence(held_out);
    let forecast = Forecast::new(predicted);
    let times = held_out.mean_times();
    let mut evaluation = Evaluation {
        step,
        trajectories: held_out.trajectories.len(),
        surrogate: judged(plan, layout, held_out, &forecast, &times)?,
        persistence: judged(plan, layout, held_out, &still, &times)?,
        simulations: score::scores(plan, held_out, &forecast),
        spectra: judge::spectra(layout, held_out, &forecast, &still, &times)?,
        spectral_errors: Some(spectral_errors::spectral_errors(
            layout, held_out, &forecast, &times,
        )?),
        quiet: Quiet::of(held_out).simulations(),
        guards: surrogate.guards(),
        fields: plan.problem.field_names(),
        times,
        refinements: refinement::refinements(
            layout,
            held_out,
            surrogate,
            device,
            &mut plan.draws(Stream::Rollout, 4),
        )?,
        solver_errors: (held_out.file.is_none() && plan.solver.is_some())
            .then(|| plan.solver_errors.clone()),
        uncertainty: None,
        conformal: judgement.conformal(held_out, &forecast),
        stress: Vec::new(),
        baselines: Vec::new(),
        lyapunov_exponent: plan.recipe.evaluate.lyapunov_exponent,
        speed: None,
        file: held_out.file.clone(),
        metrics: BTreeMap::new(),
        at: Vec::new(),
        by_field: Vec::new(),
        by_grid: Vec::new(),
    };
    evaluation.metrics = metrics(plan, &evaluation);
    evaluation.at = at_steps::at_steps(&plan.recipe.evaluate.at, &evaluation);
    evaluation.by_field =
        by_field::by_field(plan, layout, held_out, [&forecast, &still], &evaluation)?;
    evaluation.by_grid = judgement.by_grid(held_out, &evaluation, control)?;
    Ok((evaluation, sample(layout, held_out, predicted)))
}

/// Scores of a forecaster that every evaluation has, and the curves that the recipe asks for.
fn judged(
    plan: &Plan,
    layout: &Layout,
    held_out: &HeldOut,
    forecast: &Forecast<'_>,
    times: &[f64],
) -> Result<Judged, SolverError> {
    let quiet = Quiet::of(held_out);
    let mut judged = judge::judge(held_out, &quiet, forecast, times);
    let meaning = plan.problem.meaning;
    judged.curves = curves::curves(plan, layout, meaning, held_out, &quiet, forecast)?;
    Ok(judged)
}

/// The numbers of the metrics that the recipe asks for, by name.
pub fn metrics(plan: &Plan, evaluation: &Evaluation) -> BTreeMap<String, f64> {
    let wanted = |kind: &str| plan.recipe.evaluate.metrics.iter().any(|name| name == kind);
    let entries = crate::metric::METRICS
        .iter()
        .filter(|entry| wanted(entry.kind));
    entries
        .flat_map(|entry| entry.numbers(evaluation))
        .collect()
}

/// The rollout of the first simulation, NaN at points without data.
fn sample(layout: &Layout, held_out: &HeldOut, predicted: &[Vec<Vec<f32>>]) -> Sample {
    let truth = &held_out.trajectories[0];
    let frames = truth.since_last(held_out.num_initial_frames);
    let steps = frames.len() - 1;
    let shown = |state: &[f32]| truth.shown(state).into_owned();
    let forecasts = predicted.iter().flat_map(|frame| shown(&frame[0]));
    Sample {
        shape: [&[steps + 1, layout.channels], &layout.grid[..]].concat(),
        truth: frames.iter().flat_map(|frame| shown(frame)).collect(),
        prediction: shown(&frames[0]).into_iter().chain(forecasts).collect(),
        times: (0..=steps).map(|i| i as f64 * truth.dt).collect(),
        length: truth.conditions.length.clone(),
    }
}
