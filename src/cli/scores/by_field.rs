//! Scores of every field, and of all of them scaled, as a table; numbers of metrics that are read from whole rollouts.

use super::{IN_STEPS, correlation_steps, correlation_time, steps};
use crate::cli::table::columns;
use crate::metric::{DEFAULT, Definition, METRICS, MetricEntry};
use crate::numbers::text::aligned_percent;
use crate::results::{Evaluation, FieldScores, Judged};

/// Errors of all fields scaled that are this many times as large as the plain ones are worth a table for a single field:
/// its mean is large beside what varies.
const LARGER: f64 = 2.0;

/// Metrics whose numbers have rows of their own.
const IN_OTHER_ROWS: [&str; 2] = ["nrmse", "correlation_time"];

/// Every field by itself and all of them scaled, side by side; none where that says what the plain numbers do.
pub(super) fn table(evaluation: &Evaluation) -> Option<String> {
    let fields = &evaluation.by_field;
    let differs = |one: &FieldScores| one.surrogate.nrmse > LARGER * evaluation.surrogate.nrmse;
    let tells = fields.len() > 1 || fields.first().is_some_and(differs);
    tells.then(|| columns(&rows(evaluation, fields)))
}

fn rows(evaluation: &Evaluation, fields: &[FieldScores]) -> Vec<Vec<String>> {
    let fields_by_name = fields.iter().map(|one| one.field.clone());
    let first = std::iter::once("by field".to_owned());
    let mut rows = vec![first.chain(fields_by_name).collect::<Vec<_>>()];
    let mut row = |name: String, read: &dyn Fn(&FieldScores) -> String| {
        let values = fields.iter().map(read);
        rows.push(std::iter::once(name).chain(values).collect());
    };
    let after = |judged: &Judged, step: usize| {
        let error = judged.nrmse_over_time.get(step - 1);
        error.map_or_else(String::new, |error| aligned_percent(*error))
    };
    for (when, step) in steps(evaluation) {
        row(format!("nRMSE after {when}"), &|of| {
            after(&of.surrogate, step)
        });
        row("  persistence".to_owned(), &|of| {
            after(&of.persistence, step)
        });
    }
    if fields.iter().any(|of| of.constant || !of.quiet.is_empty()) {
        row("simulations left out as quiet".to_owned(), &|of| {
            if of.constant {
                "none: all are".to_owned()
            } else {
                of.quiet.len().to_string()
            }
        });
    }
    let end = evaluation.times.last().copied().unwrap_or(0.0);
    for threshold in evaluation.surrogate.correlation_time.keys() {
        let name = format!("correlation above {threshold} for");
        row(name, &|of| {
            correlation_time(&of.surrogate, threshold, (end, 1.0))
        });
        row(IN_STEPS.to_owned(), &|of| {
            correlation_steps(&of.surrogate, threshold)
        });
    }
    for curve in &evaluation.surrogate.curves {
        for (when, step) in steps(evaluation) {
            row(format!("{} after {when}", curve.name), &|of| {
                let curve = of.surrogate.curve(&curve.name);
                let value = curve.and_then(|curve| curve.mean.get(step - 1));
                value.map_or_else(String::new, |value| format!("{value:.3e}"))
            });
        }
    }
    let read = names(evaluation, |entry| !IN_OTHER_ROWS.contains(&entry.kind));
    for name in read {
        row(name.clone(), &|of| number(of.metrics.get(&name).copied()));
    }
    rows
}

/// The numbers of the metrics that a recipe asks for and that are read from whole rollouts, but those of metrics that every
/// recipe has unless it says others.
pub(super) fn of_rollouts(evaluation: &Evaluation) -> Vec<String> {
    names(evaluation, |entry| !DEFAULT.contains(&entry.kind))
}

/// Names of the numbers of metrics that a recipe asks for and that are read from rollouts.
fn names(evaluation: &Evaluation, which: impl Fn(&MetricEntry) -> bool) -> Vec<String> {
    let entries = METRICS.iter().filter(|entry| which(entry));
    let numbers = entries.flat_map(|entry| match entry.definition {
        Definition::Rollout { read, .. } => read(evaluation),
        Definition::States(_) => Vec::new(),
    });
    let names = numbers.map(|(name, _)| name);
    let asked = |name: &String| evaluation.metrics.contains_key(name);
    names
        .filter(|name| asked(name) && !name.starts_with("persistence_"))
        .collect()
}

/// The number `name` of a forecaster.
pub(super) fn of_rollout(evaluation: &Evaluation, judged: &Judged, name: &str) -> String {
    let alone = Evaluation {
        surrogate: judged.clone(),
        spectra: Vec::new(), // those of the surrogate
        ..evaluation.clone()
    };
    let mut read = METRICS.iter().filter_map(|entry| match entry.definition {
        Definition::Rollout { read, .. } => {
            let mut numbers = read(&alone).into_iter();
            numbers.find(|(of, _)| of == name).map(|(_, value)| value)
        }
        Definition::States(_) => None,
    });
    number(read.next())
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| format!("{value:.3e}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::SCALED;
    use crate::results::doubles;

    fn scores(field: &str, nrmse: f64) -> FieldScores {
        let mut judged = doubles::evaluation().surrogate;
        judged
            .nrmse_over_time
            .iter_mut()
            .for_each(|error| *error = nrmse);
        judged.nrmse = nrmse;
        judged.correlation_steps = [("0.8".to_owned(), 156.0)].into();
        FieldScores {
            field: field.into(),
            persistence: judged.clone(),
            surrogate: judged,
            spectra: Vec::new(),
            quiet: Vec::new(),
            constant: false,
            metrics: [("nrmse_geometric_mean".to_owned(), 2.0 * nrmse)].into(),
            at: Vec::new(),
        }
    }

    #[test]
    fn every_field_has_a_column_with_all_numbers() {
        let mut evaluation = doubles::evaluation();
        assert_eq!(table(&evaluation), None);
        evaluation.by_field = vec![scores("u", 0.5), scores("v", 0.01), scores(SCALED, 0.35)];
        evaluation.metrics = [
            ("nrmse_geometric_mean".to_owned(), 0.4),
            ("persistence_nrmse_geometric_mean".to_owned(), 0.4),
        ]
        .into();
        let table = table(&evaluation).expect("there are fields");
        let row = |name: &str| {
            let row = table.lines().find(|line| line.starts_with(name));
            let row = row.unwrap_or_else(|| panic!("no {name} in {table}"));
            row.split("  ")
                .filter(|cell| !cell.is_empty())
                .map(str::trim)
                .collect::<Vec<_>>()
        };
        assert_eq!(row("by field")[1..], ["u", "v", "all, scaled"]);
        assert_eq!(row("nRMSE after one step")[1..], ["50 %", "1.0 %", "35 %"]);
        assert_eq!(row(IN_STEPS)[1..], ["156"; 3]);
        assert_eq!(
            row("nrmse_geometric_mean")[1..],
            ["1.000e0", "2.000e-2", "7.000e-1"]
        );
        assert!(!table.contains("persistence_nrmse"), "{table}");
    }

    #[test]
    fn a_single_field_has_a_table_where_its_mean_is_large() {
        let mut evaluation = doubles::evaluation();
        let plain = evaluation.surrogate.nrmse;
        evaluation.by_field = vec![scores(SCALED, 1.1 * plain)];
        assert_eq!(table(&evaluation), None);
        evaluation.by_field = vec![scores(SCALED, 100.0 * plain)];
        assert!(table(&evaluation).is_some());
    }

    #[test]
    fn numbers_of_rollouts_are_those_of_each_forecaster() {
        let mut evaluation = doubles::evaluation();
        evaluation.metrics = [
            "nrmse",
            "correlation_time_0.8",
            "nrmse_geometric_mean",
            "vrmse",
        ]
        .map(|name| (name.to_owned(), 0.5))
        .into();
        assert_eq!(of_rollouts(&evaluation), ["nrmse_geometric_mean"]);
        let mean = crate::metric::geometric_mean(&evaluation.persistence.nrmse_over_time);
        let found = of_rollout(&evaluation, &evaluation.persistence, "nrmse_geometric_mean");
        assert_eq!(found, format!("{mean:.3e}"));
    }
}
