//! An evaluation as tables.

mod bounds;
mod by_field;
mod by_grid;
mod stress;

use super::table::columns;
use crate::numbers::page::significant;
use crate::numbers::text::{aligned_percent, beside, counted, time as shown};
use crate::numbers::{breakeven, busy_machine, solver_place};
use crate::results::{
    Baseline, Evaluation, Judged, Setup, SimulationScore, Speed, TimedSolver, Uncertainty,
};
use std::path::Path;

/// The row below a time: the same in rollout steps.
const IN_STEPS: &str = "  in steps";

/// The row below it: the same in Lyapunov times.
const IN_LYAPUNOV_TIMES: &str = "  in Lyapunov times";

/// A forecaster in the table.
type Column<'a> = (&'a str, &'a Judged);

/// The evaluation as a table.
pub(super) fn rendered(evaluation: &Evaluation) -> String {
    let mut parts = vec![columns(&judged_rows(evaluation))];
    parts.extend(by_field::table(evaluation));
    parts.extend(by_grid::table(evaluation));
    parts.extend(ends(evaluation));
    parts.extend(evaluation.quiet_note());
    let guards = evaluation.guards.iter();
    let guards: Vec<String> = guards.map(|guard| format!("guard: {guard}")).collect();
    parts.extend((!guards.is_empty()).then(|| guards.join("\n")));
    let notes: Vec<String> = evaluation.baselines.iter().map(baseline_line).collect();
    parts.extend((!notes.is_empty()).then(|| notes.join("\n")));
    let speed = evaluation.speed.as_ref();
    parts.extend(speed.map(|speed| columns(&speed_rows(speed))));
    parts.extend(bounds::table(evaluation));
    parts.extend(stress::table(evaluation));
    let samples = evaluation.uncertainty.as_ref();
    parts.extend(samples.map(|of| rendered_samples(of, evaluation)));
    parts.join("\n\n")
}

/// All forecasters, side by side.
fn judged_rows(evaluation: &Evaluation) -> Vec<Vec<String>> {
    let mut forecasters: Vec<Column<'_>> = vec![
        ("surrogate", &evaluation.surrogate),
        ("persistence", &evaluation.persistence),
    ];
    let solved = evaluation.baselines.iter();
    forecasters.extend(solved.filter_map(|one| Some((one.kind.name(), one.judged.as_ref()?))));
    let names = forecasters.iter().map(|(name, _)| (*name).to_owned());
    let mut rows = vec![
        std::iter::once(title(evaluation))
            .chain(names)
            .collect::<Vec<_>>(),
    ];
    let mut row = |name: String, read: &dyn Fn(&Judged) -> String| {
        let values = forecasters.iter().map(|(_, judged)| read(judged));
        rows.push(std::iter::once(name).chain(values).collect());
    };
    row("one-step nRMSE".to_owned(), &|judged| {
        aligned_percent(judged.nrmse)
    });
    let end = evaluation.times.last().copied().unwrap_or(0.0);
    for threshold in evaluation.surrogate.correlation_time.keys() {
        let name = format!("correlation above {threshold} for");
        row(name, &|judged| {
            correlation_time(judged, threshold, (end, 1.0))
        });
        if evaluation
            .surrogate
            .correlation_steps
            .contains_key(threshold)
        {
            row(IN_STEPS.to_owned(), &|judged| {
                correlation_steps(judged, threshold)
            });
        }
        if let Some(exponent) = evaluation.lyapunov_exponent {
            row(IN_LYAPUNOV_TIMES.to_owned(), &|judged| {
                correlation_time(judged, threshold, (end, exponent))
            });
        }
    }
    for at in evaluation.at.iter().filter(|at| at.rollout_step > 1) {
        let step = at.rollout_step;
        row(format!("nRMSE after {step} steps"), &|judged| {
            let error = judged.nrmse_over_time.get(step - 1);
            error.map_or_else(String::new, |error| aligned_percent(*error))
        });
    }
    for curve in &evaluation.surrogate.curves {
        for (when, step) in steps(evaluation) {
            row(format!("{} after {when}", curve.name), &|judged| {
                let curve = judged.curve(&curve.name);
                let value = curve.and_then(|curve| curve.mean.get(step - 1));
                value.map_or_else(String::new, |value| format!("{value:.3e}"))
            });
        }
    }
    for name in by_field::of_rollouts(evaluation) {
        row(name.clone(), &|judged| {
            by_field::of_rollout(evaluation, judged, &name)
        });
    }
    row("rollouts that stay finite".to_owned(), &|judged| {
        aligned_percent(judged.finite_share)
    });
    rows
}

/// The first step, and those that `evaluate.at` names, in words and as numbers.
fn steps(evaluation: &Evaluation) -> Vec<(String, usize)> {
    let chosen = evaluation.at.iter().map(|at| at.rollout_step);
    let chosen = chosen.filter(|step| *step > 1);
    let chosen = chosen.map(|step| (format!("{step} steps"), step));
    std::iter::once(("one step".to_owned(), 1))
        .chain(chosen)
        .collect()
}

/// The trajectories that were judged on.
fn title(evaluation: &Evaluation) -> String {
    let count = evaluation.trajectories;
    let name = |path: &str| {
        let name = Path::new(path).file_name();
        name.map_or_else(
            || path.to_owned(),
            |name| name.to_string_lossy().into_owned(),
        )
    };
    match &evaluation.file {
        Some(file) => format!("{count} trajectories of {}", name(&file.path)),
        None => format!("{count} held-out simulations"),
    }
}

/// A correlation time of rollouts that end at `end`, times `rate`.
fn correlation_time(judged: &Judged, threshold: &str, (end, rate): (f64, f64)) -> String {
    let time = judged.correlation_time.get(threshold).copied();
    let time = time.unwrap_or(0.0);
    let never = never_below(judged, threshold);
    let bound = if never && time >= end { "≥ " } else { "" };
    format!("{bound}{}", shown(time * rate))
}

/// The same in rollout steps.
fn correlation_steps(judged: &Judged, threshold: &str) -> String {
    let Some(steps) = judged.correlation_steps.get(threshold) else {
        return String::new();
    };
    let never = never_below(judged, threshold);
    let bound = if never { "≥ " } else { "" };
    format!("{bound}{}", significant(*steps, 3))
}

fn never_below(judged: &Judged, threshold: &str) -> bool {
    let above = |c: &f64| {
        threshold
            .parse()
            .is_ok_and(|threshold: f64| *c >= threshold)
    };
    judged.correlation_over_time.iter().all(above)
}

/// The simulations that are forecast worst and in the middle, with what they were made with.
fn ends(evaluation: &Evaluation) -> Option<String> {
    let row = |name: &str, score: &SimulationScore| {
        let bound = if score.to_the_end { "≥ " } else { "" };
        let conditions = score.conditions.iter();
        let conditions: Vec<String> = conditions
            .map(|(key, value)| format!("{key} = {}", significant(*value, 5)))
            .collect();
        vec![
            name.to_owned(),
            score.index.to_string(),
            format!("{bound}{}", shown(score.correlation_time)),
            aligned_percent(score.nrmse),
            conditions.join(", "),
        ]
    };
    let head = [
        "simulation",
        "number",
        "correlation above 0.8 for",
        "one-step nRMSE",
        "made with",
    ];
    let rows = [
        head.map(str::to_owned).to_vec(),
        row("worst", evaluation.worst()?),
        row("median", evaluation.median()?),
    ];
    let seed = evaluation.worst()?.seed;
    let seed = seed.map_or_else(String::new, |seed| {
        format!("\nof the simulations with the seed {seed}")
    });
    Some(format!("{}{seed}", columns(&rows)))
}

/// A baseline in words: how it solves, what it costs.
fn baseline_line(baseline: &Baseline) -> String {
    let name = baseline.kind.name();
    let setup = baseline.setup.as_ref().map(setup);
    let cost = baseline.cost.map(beside);
    let note = match &baseline.judged {
        Some(_) => baseline.note.clone(),
        None => baseline.note.as_ref().map(|why| format!("left out: {why}")),
    };
    let parts: Vec<String> = [setup, cost, note].into_iter().flatten().collect();
    format!("{name}: {}", parts.join("; "))
}

fn setup(Setup { points, steps }: &Setup) -> String {
    let steps = counted(*steps, "step");
    format!("solver on {points:?} points, {steps} per frame of the forecast")
}

fn solver_row(name: &str, solver: &TimedSolver) -> Vec<String> {
    let (how, ratio) = (setup(&solver.setup), beside(solver.ratio));
    let rest = format!("{}, {ratio}; {how}", solver_place(solver));
    vec![name.to_owned(), format!("{:.2e} s", solver.seconds), rest]
}

/// Wall times of forecasts.
fn speed_rows(speed: &Speed) -> Vec<Vec<String>> {
    let row = |name: &str, seconds: f64, rest: String| {
        vec![name.to_owned(), format!("{seconds:.2e} s"), rest]
    };
    let batch = format!("a trajectory, {} at once", speed.batch);
    let mut rows = vec![
        vec!["wall time of a time unit".to_owned()],
        row("surrogate", speed.surrogate, batch),
        row(
            "surrogate alone",
            speed.surrogate_alone,
            "one trajectory at a time".to_owned(),
        ),
    ];
    let busy = busy_machine(speed);
    rows.extend(busy.map(|words| vec!["a busy machine".to_owned(), String::new(), words]));
    if let Some(solver) = &speed.solver {
        rows.push(solver_row("solver", solver));
        rows.push(match &speed.same_error {
            Some(found) => solver_row("solver at the same error", &found.solver),
            None => {
                let none = format!("none of {} that were tried is as good", speed.tried);
                vec!["solver at the same error".to_owned(), String::new(), none]
            }
        });
    }
    rows.extend(speed.breakeven.as_ref().map(|found| {
        let (number, how) = breakeven(found);
        vec!["breakeven".to_owned(), number, how]
    }));
    rows
}

/// Scores of the samples, as a table over the steps whose spectra are kept.
fn rendered_samples(of: &Uncertainty, evaluation: &Evaluation) -> String {
    let steps: Vec<usize> = of.spectra.iter().map(|s| s.rollout_step - 1).collect();
    let times = steps.iter().map(|&step| evaluation.times[step]);
    let head = times.map(|time| format!("after {}", shown(time)));
    let title = format!("{} samples of each", of.samples);
    let mut rows = vec![std::iter::once(title).chain(head).collect::<Vec<_>>()];
    let mut row = |name: &str, values: &[f64], shown: fn(f64) -> String| {
        let values = steps.iter().map(|&step| shown(values[step]));
        rows.push(std::iter::once(name.to_owned()).chain(values).collect());
    };
    let ratio = |value: f64| format!("{value:.2}");
    row(
        "nRMSE of their mean",
        &of.mean.nrmse_over_time,
        aligned_percent,
    );
    row("spread", &of.spread_over_time, aligned_percent);
    row("CRPS", &of.crps_over_time, aligned_percent);
    row("spread over skill", &of.spread_skill_over_time, ratio);
    for coverage in &of.coverage {
        let name = format!("truth in the {} interval", aligned_percent(coverage.level));
        row(&name, &coverage.share_over_time, aligned_percent);
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
