//! The page of a sweep: its combinations from the best to the worst, and the score over values, times and steps.

use super::layout::{Page, Writer, address, laid_out};
use super::table::{Cell, table};
use crate::draw::csv::{Cell as Entry, Csv};
use crate::draw::figure::{Figure, Mark};
use crate::draw::palette::{SURROGATE, style};
use crate::draw::plot::{Axes, Line, STEP, draw};
use crate::files::{Row, Standing, SweepFile};
use crate::numbers::page::{count, duration, significant};
use maud::{Markup, html};
use ondine_metrics::{RANKINGS, Ranking};
use std::path::Path;

/// Combinations whose courses are drawn: more lines are not told apart.
const COURSES: usize = 12;

/// Factor between values from which on their axis is logarithmic.
const WIDE: f64 = 20.0;

/// The page of the sweep in `directory`; the numbers of its figures lie in `folder`, as an address seen from the page.
pub(super) fn page(sweep: &SweepFile, directory: &Path, folder: &str) -> Page {
    let rows = sweep.rows(directory);
    let stem = sweep.recipe.file_stem().unwrap_or_default();
    let title = format!("Sweep of {}", stem.to_string_lossy());
    laid_out(&title, folder, |writer| {
        contents(writer, &title, sweep, directory, &rows)
    })
}

fn contents(
    writer: &mut Writer<'_>,
    title: &str,
    sweep: &SweepFile,
    directory: &Path,
    rows: &[Row],
) -> Markup {
    let link = writer.file("Combinations", "combinations.csv", csv(sweep, rows).text());
    html! {
        header {
            div.eyebrow { "Ondine report" }
            h1 { (title) }
            p.story { (story(sweep, rows)) }
        }
        @if let Some(note) = sweep.ranking_note() { p.note { (note) } }
        (combinations(sweep, rows))
        p { (link) }
        (writer.figures(&figures(sweep, directory, rows)))
        details { summary { "The recipe" } pre { (sweep.text) } }
        @if !sweep.fixed.is_empty() { p { "With " code { (sweep.fixed.join(", ")) } "." } }
    }
}

/// The number of combinations, and the best one.
fn story(sweep: &SweepFile, rows: &[Row]) -> String {
    let of = |is: fn(&Standing) -> bool| rows.iter().filter(|row| is(&row.standing)).count() as u64;
    let finished = of(|standing| *standing == Standing::Finished);
    let failed = of(|standing| matches!(standing, Standing::Failed(_)));
    let all = count(rows.len() as u64);
    let mut story = format!("{} of {all} combinations are trained", count(finished));
    if failed > 0 {
        story += &format!(", {} failed", count(failed));
    }
    let best = rows.first().and_then(|row| Some((row, row.score?)));
    match (best, sweep.ranking()) {
        (Some((row, score)), Some(ranking)) => format!(
            "{story}. The best {}, {}, has {}.",
            ranking.number,
            significant(score, 3),
            row.combination.describe(&sweep.keys)
        ),
        _ => story + ". None has a score yet.",
    }
}

/// The numbers that rank, of those that some run was judged by, that of the sweep first.
fn judged(sweep: &SweepFile, rows: &[Row]) -> Vec<Ranking> {
    let own = sweep.ranking();
    let there = |ranking: &Ranking| {
        rows.iter()
            .any(|row| row.metrics.contains_key(ranking.number))
    };
    let others = RANKINGS.into_iter().filter(there);
    let others = others.filter(|ranking| Some(*ranking) != own);
    own.into_iter().chain(others).collect()
}

/// A number of a row; the score of the sweep is that of the best evaluation where it is kept.
fn number(sweep: &SweepFile, row: &Row, ranking: Ranking) -> Option<f64> {
    if sweep.ranking() == Some(ranking) {
        return row.score;
    }
    row.metrics.get(ranking.number).copied().flatten()
}

fn combinations(sweep: &SweepFile, rows: &[Row]) -> Markup {
    let judged = judged(sweep, rows);
    let keys = sweep.keys.iter().map(String::as_str);
    let numbers = judged.iter().map(|ranking| ranking.number);
    let rest = ["Steps", "Training time", "Parameters"];
    let headings = ["Run"].into_iter().chain(keys).chain(numbers).chain(rest);
    let cells = |row: &Row| {
        let shown = |value: Option<String>| Cell::number(&value.unwrap_or_else(|| "–".to_owned()));
        let numbers = judged.iter().map(|ranking| number(sweep, row, *ranking));
        let numbers = numbers.map(|value| shown(value.map(|value| significant(value, 3))));
        let values = row
            .combination
            .values
            .iter()
            .map(|value| Cell::words(value));
        let rest = [
            shown(row.steps.map(|steps| count(steps as u64))),
            shown(row.training_s.map(duration)),
            shown(row.parameters.map(|all| count(all as u64))),
        ];
        let name = [Cell::name(name(row))].into_iter();
        name.chain(values).chain(numbers).chain(rest).collect()
    };
    let cells: Vec<Vec<Cell>> = rows.iter().map(cells).collect();
    table(&headings.collect::<Vec<_>>(), &cells)
}

/// The name of a combination, with its state where that is not finished, and a link to its page where it is.
fn name(row: &Row) -> Markup {
    let name = &row.combination.name;
    let number = name.split('-').next().unwrap_or(name);
    match &row.standing {
        Standing::Finished => html! { a href=(address(name, "report.html")) { (number) } },
        Standing::Begun => html! { (number) " (not finished)" },
        Standing::Waiting => html! { (number) " (not begun)" },
        Standing::Failed(why) => html! { (number) " (failed: " (why) ")" },
    }
}

/// One row per combination.
fn csv(sweep: &SweepFile, rows: &[Row]) -> Csv {
    let judged = judged(sweep, rows);
    let keys = sweep.keys.iter().map(String::as_str);
    let numbers = judged.iter().map(|ranking| ranking.number);
    let rest = ["steps", "training (s)", "parameters"];
    let columns = ["run", "state"].into_iter().chain(keys).chain(numbers);
    let mut csv = Csv::new(columns.chain(rest));
    for row in rows {
        let counted = |count: Option<usize>| count.map_or(Entry::Empty, |n| Entry::Count(n as u64));
        let measured = |value: Option<f64>| value.map_or(Entry::Empty, Entry::Number);
        let values = row
            .combination
            .values
            .iter()
            .map(|value| Entry::Text(value));
        let numbers = judged
            .iter()
            .map(|ranking| measured(number(sweep, row, *ranking)));
        let name = [Entry::Text(&row.combination.name), Entry::Text(state(row))];
        let rest = [
            counted(row.steps),
            measured(row.training_s),
            counted(row.parameters),
        ];
        csv.row(name.into_iter().chain(values).chain(numbers).chain(rest));
    }
    csv
}

fn state(row: &Row) -> &'static str {
    match row.standing {
        Standing::Waiting => "not begun",
        Standing::Begun => "not finished",
        Standing::Finished => "finished",
        Standing::Failed(_) => "failed",
    }
}

/// The score over every key with numbers, over the time of the training, and over its steps.
fn figures(sweep: &SweepFile, directory: &Path, rows: &[Row]) -> Vec<Figure> {
    let Some(ranking) = sweep.ranking() else {
        return Vec::new();
    };
    let keys = sweep.keys.iter().enumerate();
    let over_keys = keys.filter_map(|(place, key)| over_key(ranking, place, key, rows));
    let times = scatter(ranking, "Training time", "training time (s)", rows, |row| {
        row.training_s
    });
    let courses = courses(sweep, ranking, directory, rows);
    over_keys.chain(times).chain(courses).collect()
}

fn over_key(ranking: Ranking, place: usize, key: &str, rows: &[Row]) -> Option<Figure> {
    let value = |row: &Row| row.combination.values[place].parse().ok();
    let numeric = rows.iter().filter_map(value).count() == rows.len();
    scatter(ranking, key, key, rows, value).filter(|_| numeric)
}

/// The score of all combinations over a number of theirs.
fn scatter(
    ranking: Ranking,
    title: &str,
    label: &str,
    rows: &[Row],
    number: impl Fn(&Row) -> Option<f64>,
) -> Option<Figure> {
    let points = rows
        .iter()
        .filter_map(|row| Some((number(row)?, row.score?)));
    let points: Vec<(f64, f64)> = points.collect();
    let axes = Axes {
        x_label: label.to_owned(),
        y_label: ranking.number,
        log_x: is_wide(points.iter().map(|point| point.0)),
        log_y: is_wide(points.iter().map(|point| point.1)),
        ..Axes::default()
    };
    let line = Line::new("combinations", SURROGATE, points).mark(Mark::Circle);
    let caption = "One circle per combination. All values of the other keys are in it: circles above each other differ in those.";
    draw(
        format!("{} by {title}", ranking.number),
        caption,
        &axes,
        vec![line],
    )
}

/// Whether positive numbers lie so far apart that only a logarithmic axis shows them all.
fn is_wide(values: impl Iterator<Item = f64> + Clone) -> bool {
    let (low, high) = values.fold((f64::INFINITY, 0.0_f64), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    low > 0.0 && high / low > WIDE
}

/// The score over the steps, of the best combinations.
fn courses(sweep: &SweepFile, ranking: Ranking, directory: &Path, rows: &[Row]) -> Option<Figure> {
    let line = |(index, row): (usize, &Row)| {
        let (color, dashes) = style(index);
        let points = sweep.course(directory, &row.combination.name);
        let label = row.combination.describe(&sweep.keys);
        Line::new(label, color, points).mark(Mark::Line(dashes))
    };
    let lines: Vec<Line> = rows.iter().take(COURSES).enumerate().map(line).collect();
    let values = || lines.iter().flat_map(|line| line.points.iter());
    let axes = Axes {
        x_label: STEP.into(),
        y_label: ranking.number,
        log_y: is_wide(values().map(|point| point.1)),
        ..Axes::default()
    };
    let caption = format!(
        "The score at every evaluation of the training, of the best {COURSES} combinations at most."
    );
    draw(
        format!("{} over the training", ranking.number),
        caption,
        &axes,
        lines,
    )
}

#[cfg(test)]
mod tests;
