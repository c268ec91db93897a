//! Facts of a run and its progress, gathered from its files.

use super::truth::Truth;
use crate::advice::advise;
use crate::files::{Best, Record, RunFiles};
use ondine_metrics::results::SolverErrors;
use ondine_solvers::equation;

/// The end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// It took all its steps.
    Finished,
    /// It was stopped and can be resumed.
    Interrupted,
    /// It has written no summary: it still runs, or it was killed.
    Unfinished,
}

impl Status {
    /// The word on the page.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Interrupted => "interrupted",
            Self::Unfinished => "not finished",
        }
    }
}

/// The facts of one run; what is not known is `None`.
pub(super) struct Facts {
    pub(super) name: String,
    /// Name of the problem in words: `Kuramoto–Sivashinsky`.
    pub(super) problem: String,
    /// The truth that it is judged by.
    pub(super) truth: Truth,
    /// The equation as a formula.
    pub(super) formula: Option<String>,
    /// Name of the model: `FNO`.
    pub(super) model: String,
    /// Points of the grid: `128`, `64 × 64`; `32 and 64` of several.
    pub(super) grid: Option<String>,
    /// The simulations were made while the network trained, not read from a dataset.
    pub(super) online: bool,
    /// Passes over the dataset, where the simulations were read from one.
    pub(super) epochs: Option<f64>,
    pub(super) status: Status,
    pub(super) steps: Option<u64>,
    pub(super) planned_steps: Option<u64>,
    pub(super) batch: Option<u64>,
    pub(super) training_s: Option<f64>,
    pub(super) wall_s: Option<f64>,
    pub(super) simulations: Option<u64>,
    pub(super) parameters: Option<u64>,
    pub(super) peak_memory_mib: Option<f64>,
    /// Share of the training time in which the network waited for simulations.
    pub(super) trainer_wait: Option<f64>,
    /// Share of the training time in which the solvers waited for the network.
    pub(super) solver_wait: Option<f64>,
    /// Advice about the stream of windows, in sentences.
    pub(super) advice: Vec<String>,
    pub(super) device: Option<String>,
    pub(super) version: Option<String>,
    /// Errors of the solver that made the truth.
    pub(super) solver_errors: SolverErrors,
    /// The best evaluation, where its surrogate is kept.
    pub(super) best: Option<Best>,
    /// Whether the training ended before its last step, because its score got no better.
    pub(super) stopped_early: bool,
}

impl Facts {
    /// Gathers the facts. The summary is trusted first, the metrics say the rest.
    pub(super) fn new(run: &RunFiles) -> Self {
        let summary = run.summary.as_ref();
        let last = |key| last_value(&run.metrics.training, key);
        Self {
            name: text(run, &["name"]).unwrap_or_else(|| "unnamed run".into()),
            problem: problem(run),
            truth: Truth::of(run),
            formula: summary
                .map(|s| s.equation.clone())
                .filter(|formula| !formula.is_empty()),
            model: model(run),
            grid: grid(run),
            online: !run.recipe.contains_key("data"),
            epochs: summary.and_then(|s| s.epochs).or(last("epoch")),
            status: status(summary.map(|s| s.status.as_str())),
            steps: summary
                .map(|s| s.steps as u64)
                .or(last("step").map(|step| step as u64)),
            planned_steps: whole(run, &["train", "steps"]),
            batch: whole(run, &["train", "batch"]),
            training_s: summary.map(|s| s.training_s).or(last("time_s")),
            wall_s: summary.map(|s| s.wall_s),
            simulations: summary
                .map(|s| s.simulations)
                .or(last("simulations").map(|n| n as u64)),
            parameters: summary.map(|s| s.parameters as u64),
            peak_memory_mib: summary.and_then(|s| s.peak_memory_mib),
            trainer_wait: summary
                .map(|s| s.trainer_wait)
                .or(mean(&run.metrics.training, "trainer_wait")),
            solver_wait: summary
                .map(|s| s.solver_wait)
                .or(mean(&run.metrics.training, "solver_wait"))
                .filter(|_| !run.recipe.contains_key("data")),
            advice: advice(run),
            device: summary.map(|s| s.device.clone()),
            version: summary.map(|s| s.version.clone()),
            solver_errors: summary.map_or_else(SolverErrors::default, |s| s.solver_errors.clone()),
            best: summary.and_then(|s| s.best.clone()),
            stopped_early: summary.is_some_and(|s| s.stopped_early),
        }
    }

    /// Windows the network was trained on; one counts as often as it was drawn.
    pub(super) fn samples(&self) -> Option<u64> {
        self.steps?.checked_mul(self.batch?)
    }
}

/// The advice from the lines of metrics. What the numbers of the recipe say alone, its author knows.
fn advice(run: &RunFiles) -> Vec<String> {
    let lines: Vec<_> = run.metrics.training.iter().map(Record::reading).collect();
    let stream = run.subject.as_ref().map(|subject| &subject.stream);
    let advice = stream.map(|setting| advise(setting, &lines, run.takes()));
    let advice = advice.into_iter().flatten().filter(|one| !one.foreseen);
    advice.map(|one| one.text).collect()
}

fn status(word: Option<&str>) -> Status {
    match word {
        Some("finished") => Status::Finished,
        Some("interrupted") => Status::Interrupted,
        _ => Status::Unfinished,
    }
}

fn text(run: &RunFiles, path: &[&str]) -> Option<String> {
    run.setting(path)?.as_str().map(str::to_string)
}

fn whole(run: &RunFiles, path: &[&str]) -> Option<u64> {
    u64::try_from(run.setting(path)?.as_integer()?).ok()
}

/// The problem by its title, as the facts of the training have it, or the catalogue.
fn problem(run: &RunFiles) -> String {
    if let Some(subject) = &run.subject {
        return subject.problem.title.clone();
    }
    let Some(kind) = text(run, &["equation", "kind"]) else {
        return text(run, &["problem", "name"]).unwrap_or_else(|| "unknown equation".into());
    };
    equation::find(&kind).map_or_else(|| title(&kind), |entry| entry.page.title.into())
}

fn grid(run: &RunFiles) -> Option<String> {
    let points = points_of(run.setting(&["grid", "points"])?)?;
    let others = run.setting(&["grid", "others"]);
    let others = others.and_then(|others| others.as_array());
    let others = others.into_iter().flatten().filter_map(points_of);
    Some(others.fold(points, |all, other| format!("{all} and {other}")))
}

/// The points of a grid in words.
fn points_of(grid: &toml::Value) -> Option<String> {
    let points: Vec<_> = grid.as_array()?.iter().map(ToString::to_string).collect();
    Some(points.join(" × "))
}

/// The model, with the network it wraps.
fn model(run: &RunFiles) -> String {
    let kind = text(run, &["model", "kind"]).map_or("unknown model".into(), |kind| title(&kind));
    let inputs = text(run, &["model", "inputs"]);
    match text(run, &["model", "backbone", "kind"]) {
        Some(backbone) => format!("{kind} around a {}", title(&backbone)),
        None if inputs.as_deref() == Some("parameters") => format!("{kind} of time and conditions"),
        None => kind,
    }
}

/// A `kind` of the recipe as people write it.
fn title(kind: &str) -> String {
    match kind {
        "pde_refiner" => return "PDE-Refiner".into(),
        "pde_transformer" => return "PDE-Transformer".into(),
        _ => {}
    }
    let word = |word: &str| match word {
        "fno" | "mlp" => word.to_uppercase(),
        "unet" => "U-Net".into(),
        "resnet" => "ResNet".into(),
        _ => {
            let mut letters = word.chars();
            letters
                .next()
                .into_iter()
                .flat_map(char::to_uppercase)
                .chain(letters)
                .collect()
        }
    };
    kind.split('_').map(word).collect::<Vec<_>>().join(" ")
}

fn last_value(records: &[Record], key: &str) -> Option<f64> {
    records.iter().rev().find_map(|record| record.get(key))
}

fn mean(records: &[Record], key: &str) -> Option<f64> {
    let values: Vec<_> = records
        .iter()
        .filter_map(|record| record.get(key))
        .collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_become_names() {
        assert_eq!(title("pde_refiner"), "PDE-Refiner");
        assert_eq!(title("pde_transformer"), "PDE-Transformer");
        assert_eq!(title("hyper_diffusion"), "Hyper Diffusion");
        assert_eq!(title("dilated_unet"), "Dilated U-Net");
        assert_eq!(title("dilated_resnet"), "Dilated ResNet");
        assert_eq!(title("fno"), "FNO");
    }
}
