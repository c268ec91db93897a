//! Scores of every grid that held-out trajectories lie on, as a table.

use super::{IN_STEPS, correlation_steps, correlation_time};
use crate::cli::table::columns;
use crate::numbers::text::aligned_percent;
use crate::results::{Evaluation, GridScores};

/// All grids side by side; none where there is one.
pub(super) fn table(evaluation: &Evaluation) -> Option<String> {
    let grids = &evaluation.by_grid;
    (grids.len() > 1).then(|| columns(&rows(evaluation, grids)))
}

fn rows(evaluation: &Evaluation, grids: &[GridScores]) -> Vec<Vec<String>> {
    let names = grids.iter().map(GridScores::name);
    let first = std::iter::once("by grid".to_owned());
    let mut rows = vec![first.chain(names).collect::<Vec<_>>()];
    let mut row = |name: String, read: &dyn Fn(&GridScores) -> String| {
        let values = grids.iter().map(read);
        rows.push(std::iter::once(name).chain(values).collect());
    };
    row("held-out trajectories".to_owned(), &|of| {
        of.trajectories.to_string()
    });
    row("one-step nRMSE".to_owned(), &|of| {
        aligned_percent(of.surrogate.nrmse)
    });
    row("  persistence".to_owned(), &|of| {
        aligned_percent(of.persistence.nrmse)
    });
    for threshold in evaluation.surrogate.correlation_time.keys() {
        let name = format!("correlation above {threshold} for");
        row(name, &|of| {
            let end = of.times.last().copied().unwrap_or(0.0);
            correlation_time(&of.surrogate, threshold, (end, 1.0))
        });
        row(IN_STEPS.to_owned(), &|of| {
            correlation_steps(&of.surrogate, threshold)
        });
    }
    row("rollouts that stay finite".to_owned(), &|of| {
        aligned_percent(of.surrogate.finite_share)
    });
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::doubles;

    #[test]
    fn every_grid_has_a_column() {
        let mut evaluation = doubles::evaluation();
        assert_eq!(table(&evaluation), None);
        let grid = |points: &[usize], trajectories| GridScores {
            points: points.to_vec(),
            trajectories,
            times: evaluation.times.clone(),
            surrogate: evaluation.surrogate.clone(),
            persistence: evaluation.persistence.clone(),
            quiet: Vec::new(),
        };
        evaluation.by_grid = vec![grid(&[16, 16], 3), grid(&[32, 16], 5)];
        let table = table(&evaluation).expect("there are two");
        let first = table.lines().next().expect("it has lines");
        assert!(
            first.contains("16 × 16") && first.contains("32 × 16"),
            "{table}"
        );
        let error = aligned_percent(evaluation.surrogate.nrmse);
        let of_errors = table.lines().find(|line| line.starts_with("one-step"));
        let found = of_errors.map(|line| line.matches(error.trim()).count());
        assert_eq!(found, Some(2), "{table}");
    }
}
