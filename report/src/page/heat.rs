//! A map of the error over wavenumbers and time.

use super::captions::{HEAT, HEAT_HOLES};
use crate::draw::csv::{Cell, Csv};
use crate::draw::figure::Figure;
use crate::draw::panel::{BELOW, LEFT, Panel, RIGHT};
use crate::draw::pixels::{Scale, picture};
use crate::draw::plot::{TIME, WAVENUMBER};
use crate::numbers::page::scientific;
use maud::html;
use ondine_metrics::results::SpectralErrors;

const WIDTH: f64 = 1040.0;
const HEIGHT: f64 = 300.0;
/// The figure's title is enough.
const ABOVE: f64 = 8.0;

/// The map; none if there are less than two times, or no wave that can be judged.
pub(super) fn figure(errors: &SpectralErrors) -> Option<Figure> {
    let judged = |of: &Vec<Option<f64>>| of.iter().rposition(Option::is_some);
    let highest = errors.relative.iter().filter_map(judged).max()?;
    let columns = errors.times.len().min(errors.relative.len());
    let row_of = rows_of(errors);
    let highest = row_of.iter().position(|row| *row == Some(highest))?;
    let rows = highest + 1;
    if columns < 2 {
        return None;
    }
    let exponent = |column: usize, k: usize| {
        let error = row_of[k].and_then(|row| *errors.relative[column].get(row)?);
        error.map_or(f32::NAN, |error| error.max(1e-9).log10() as f32)
    };
    let all = (0..columns).flat_map(|column| (0..rows).map(move |k| exponent(column, k)));
    let all: Vec<f32> = all.collect();
    let scale = Scale::of_decades(&all);
    let panel = Panel {
        title: String::new(),
        picture: picture(columns, rows, &scale, |column, row| {
            exponent(column, rows - 1 - row)
        }),
        scale: &scale,
        label: power,
        place: [LEFT, ABOVE, WIDTH - LEFT - RIGHT, HEIGHT],
        x: (TIME, errors.times[0], errors.times[columns - 1]),
        y: (
            "wavelengths over the longest side",
            -0.5,
            highest as f64 + 0.5,
        ),
        mark: None,
    };
    let holes = all.iter().any(|exponent| exponent.is_nan());
    Some(Figure {
        title: "Error over wavenumbers and time".into(),
        caption: if holes {
            format!("{HEAT} {HEAT_HOLES}")
        } else {
            HEAT.into()
        },
        panels: vec![canvas(&panel).into()],
        legend: Vec::new(),
        data: Some(table(errors)),
    })
}

/// Row of the errors of every wavenumber 0, 1, 2, …; none where no wave of the grid has it.
fn rows_of(errors: &SpectralErrors) -> Vec<Option<usize>> {
    let numbers = errors.wavenumber.iter().map(|k| *k as usize);
    let top = numbers.clone().max().map_or(0, |top| top + 1);
    let mut rows = vec![None; top];
    for (row, k) in numbers.enumerate() {
        rows[k] = Some(row);
    }
    rows
}

fn canvas(panel: &Panel<'_>) -> String {
    let height = HEIGHT + ABOVE + BELOW;
    let svg = html! {
        svg.maps.cells viewBox=(format!("0 0 {WIDTH} {height}")) role="img"
            aria-label="Map of the error over wavenumbers and time" { (panel.draw()) }
    };
    svg.into_string()
}

/// The error whose power of ten is `exponent`.
fn power(exponent: f64, _: &Scale) -> String {
    if exponent < -1e-9 {
        scientific(10.0_f64.powf(exponent), 1)
    } else {
        "≥ 1".into()
    }
}

fn table(errors: &SpectralErrors) -> Csv {
    let mut table = Csv::new([
        TIME,
        WAVENUMBER,
        "relative error; empty where the truth is rounding",
    ]);
    for (time, of) in errors.times.iter().zip(&errors.relative) {
        for (k, error) in errors.wavenumber.iter().zip(of) {
            let error = error.map_or(Cell::Empty, Cell::Number);
            table.row([Cell::Number(*time), Cell::Number(*k), error]);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(relative: Vec<Vec<Option<f64>>>) -> SpectralErrors {
        SpectralErrors {
            rollout_steps: (1..=relative.len()).collect(),
            times: (1..=relative.len()).map(|step| step as f64).collect(),
            wavenumber: (0..relative[0].len()).map(|k| k as f64).collect(),
            relative,
            changes: Vec::new(),
        }
    }

    #[test]
    fn waves_that_the_truth_has_not_are_left_out() {
        let row = vec![None, Some(1e-3), Some(2.0), None];
        let figure = figure(&errors(vec![row.clone(), row])).expect("two times");
        assert!(figure.caption.contains("Grey"));
        assert!(!figure.panels[0].svg.contains("NaN") && figure.panels[0].svg.contains("≥ 1"));
        let data = figure.data.expect("numbers");
        let rows: Vec<_> = data.text().lines().skip(1).take(2).collect();
        assert_eq!(rows, ["1.0,0.0,", "1.0,1.0,0.001"]);
    }

    #[test]
    fn wavenumbers_without_waves_are_empty_rows() {
        let mut sparse = errors(vec![vec![Some(0.1), Some(0.2), Some(0.3)]; 2]);
        sparse.wavenumber = vec![0.0, 1.0, 4.0];
        assert_eq!(rows_of(&sparse), [Some(0), Some(1), None, None, Some(2)]);
        let figure = figure(&sparse).expect("two times");
        assert!(figure.caption.contains("Grey"));
    }

    #[test]
    fn without_a_wave_or_a_second_time_there_is_no_map() {
        assert!(figure(&errors(vec![vec![Some(0.1)]])).is_none());
        assert!(figure(&errors(vec![vec![None], vec![None]])).is_none());
    }
}
