//! A dataset in numbers as text.

mod arrays;
mod grids;

use super::table::columns;
use crate::inspect::{
    AxisLine, Change, Condition, FieldLine, Inspection, Range, Resolved, Sample, Tail, TimeLine,
    Values,
};
use crate::numbers::text::{counted, number, percent};
use crate::size::bytes;
pub(super) use arrays::text_of_unknown;

/// Arrays, trajectories and frames named one by one, at most.
const NAMED: usize = 8;

/// The inspection of a dataset.
pub(super) fn text(found: &Inspection) -> String {
    let files = match found.files {
        1 => String::new(),
        files => format!(" in {files} files"),
    };
    let head = format!(
        "{}: {}, {} of {}{files}, {} on the disk",
        found.path.display(),
        found.format,
        trajectories(found.trajectories),
        frames(found.shortest, found.frames),
        bytes(found.bytes.into())
    );
    let parts = [
        head,
        columns(&problem(found)),
        columns(&values(&found.values)),
        columns(&quality(found)),
        recipe(found),
    ];
    parts.join("\n\n")
}

fn trajectories(count: usize) -> String {
    match count {
        1 => "1 trajectory".to_owned(),
        _ => format!("{count} trajectories"),
    }
}

/// The frames of every trajectory, or those of the shortest and of the longest.
pub(super) fn frames(shortest: usize, longest: usize) -> String {
    if shortest < longest {
        format!("{shortest} to {}", counted(longest, "frame"))
    } else {
        counted(longest, "frame")
    }
}

/// A row of a word and a fact; none of an empty fact.
fn row(name: &str, fact: String) -> Option<Vec<String>> {
    (!fact.is_empty()).then(|| vec![name.to_owned(), fact])
}

/// The problem, and how it is stored.
fn problem(found: &Inspection) -> Vec<Vec<String>> {
    let splits = found.splits.iter();
    let splits = splits.map(|split| format!("{} {}..{}", split.name, split.first, split.end));
    let axes = found
        .axes
        .iter()
        .map(|axis| row("axis", axis_line(axis, found)));
    let of_grids = grids::rows(&found.grids);
    let before = [
        row("dataset", found.name.clone()),
        row("fields", fields(&found.fields, found)),
    ];
    let after = [
        row(
            "time",
            time(&found.time, found.frames) + &unit(found, "time"),
        ),
        row(
            "conditions",
            listed(&found.conditions, |of| {
                condition(of, &unit(found, &of.name))
            }),
        ),
        row("constants", fields(&found.constants, found)),
        row("series", found.series.join(", ")),
        row("splits", splits.collect::<Vec<_>>().join(", ")),
        row("origin", origin(found)),
        row("frame", frame(found)),
    ];
    let notes = found.notes.iter().map(|note| row("note", note.clone()));
    let rows = before.into_iter().chain(axes).chain(of_grids);
    let rows = rows.chain(after).chain(notes);
    rows.chain(arrays::rows(&found.arrays)).flatten().collect()
}

/// Bytes of a frame in 32-bit, where all have as many.
fn frame(found: &Inspection) -> String {
    if found.grids.is_empty() {
        format!("{} in 32-bit", grids::frame_bytes(found.frame_mib))
    } else {
        String::new()
    }
}

fn listed<T>(items: &[T], line: impl Fn(&T) -> String) -> String {
    items.iter().map(line).collect::<Vec<_>>().join(", ")
}

fn fields(fields: &[FieldLine], found: &Inspection) -> String {
    listed(fields, |field| {
        let unit = found.units.get(&field.name);
        let unit = unit.map_or(String::new(), |unit| format!(", {unit}"));
        format!("{} ({}{unit})", field.name, field.kind)
    })
}

/// The unit of something behind a number, where the file states it.
fn unit(found: &Inspection, name: &str) -> String {
    let unit = found.units.get(name);
    unit.map_or(String::new(), |unit| format!(" {unit}"))
}

fn range(range: &Range) -> String {
    if range.min < range.max {
        format!("{} to {}", number(range.min), number(range.max))
    } else {
        number(range.min)
    }
}

fn axis_line(axis: &AxisLine, found: &Inspection) -> String {
    let unit = unit(found, &axis.name);
    let ends = match axis.ends {
        [low, high] if low == high => low.to_owned(),
        [low, high] => format!("{low} and {high}"),
    };
    let kind = axis.points_at.replace('_', " ");
    let (name, length) = (&axis.name, range(&axis.length));
    if !found.grids.is_empty() {
        return format!("{name}: {ends}, {kind}, length {length}{unit}");
    }
    format!(
        "{name}: {}, {ends}, {kind}, length {length}, spacing {}{unit}",
        counted(axis.points, "point"),
        range(&axis.spacing)
    )
}

fn time(time: &TimeLine, frames: usize) -> String {
    let last = if frames > 1 {
        format!(", the last one at {}", range(&time.last))
    } else {
        String::new()
    };
    format!(
        "dt {}, the first frame at {}{last}",
        range(&time.dt),
        range(&time.first)
    )
}

fn condition(condition: &Condition, unit: &str) -> String {
    let each = if condition.varies { " (each)" } else { "" };
    format!(
        "{} {}{unit}{each}",
        condition.name,
        range(&condition.values)
    )
}

fn origin(found: &Inspection) -> String {
    let origin = &found.origin;
    let Some(version) = &origin.ondine_version else {
        return "another program".to_owned();
    };
    let seed = origin.seed.map(|seed| format!(", seed {seed}"));
    let recipe = if origin.recipe {
        ", with its recipe"
    } else {
        ""
    };
    let from = origin.converted_from.iter();
    let from: String = from
        .map(|from| format!(", converted from {from}"))
        .collect();
    format!("Ondine {version}{}{recipe}{from}", seed.unwrap_or_default())
}

/// A table of all channels.
fn values(values: &[Values]) -> Vec<Vec<String>> {
    let head = ["values", "min", "max", "mean", "std", "not finite"].map(str::to_owned);
    let shown = |value: Option<f64>| value.map_or("-".to_owned(), number);
    let rows = values.iter().map(|values| {
        vec![
            values.channel.clone(),
            shown(values.min),
            shown(values.max),
            shown(values.mean),
            shown(values.std),
            values.not_finite.to_string(),
        ]
    });
    [head.to_vec()].into_iter().chain(rows).collect()
}

/// Quality of the values: what was read, and what is wrong or fine.
fn quality(found: &Inspection) -> Vec<Vec<String>> {
    let findings = &found.findings;
    let looked = match findings.sentences.len() {
        0 => format!(
            "none in {} of {}",
            counted(findings.frames, "frame"),
            trajectories(findings.trajectories)
        ),
        _ => String::new(),
    };
    let sentences = findings.sentences.iter();
    let first = [row("sample", sample(&found.sample)), row("faults", looked)];
    let faults = sentences.map(|sentence| row("fault", sentence.clone()));
    let uneven = row("times", found.time.uneven.clone().unwrap_or_default());
    let change = found.change.as_ref().map_or(String::new(), change);
    let mask = found.mask.as_deref();
    let resolution = if found.grids.is_empty() {
        vec![row("resolution", resolution(&found.resolution, mask))]
    } else {
        grids::resolutions(&found.grids, mask)
    };
    let rows = first.into_iter().chain(faults).chain([uneven]);
    let rows = rows.chain(resolution).chain([row("change", change)]);
    rows.flatten().collect()
}

fn sample(sample: &Sample) -> String {
    if sample.all {
        return "all frames".to_owned();
    }
    let named = |numbers: &[usize]| {
        let first = numbers.iter().take(NAMED).map(usize::to_string);
        let more = if numbers.len() > NAMED { ", ..." } else { "" };
        first.collect::<Vec<_>>().join(", ") + more
    };
    let Sample {
        trajectories,
        frames,
        ..
    } = sample;
    format!(
        "{} frames ({}) of {} trajectories ({}); --all reads every one",
        frames.len(),
        named(frames),
        trajectories.len(),
        named(trajectories)
    )
}

/// Words on the spectra of fields that some points lack.
const OF_GAPS: &str = "; points without data count with the values that fill them, edges included";

fn resolution(resolved: &Resolved, mask: Option<&str>) -> String {
    if let Some(fault) = &resolved.fault {
        return format!("not known: {fault}");
    }
    let line = |tail: &Tail| match tail.tail {
        None => format!("{} is constant", tail.channel),
        Some(share) => {
            let said = if tail.resolved {
                "resolved"
            } else {
                "not resolved"
            };
            format!("{} {said} ({})", tail.channel, percent(share))
        }
    };
    format!(
        "{}: share of the energy above two thirds of the highest wavenumber, in {} states; resolved below 0.1 %{}",
        listed(&resolved.channels, line),
        resolved.states,
        mask.map_or("", |_| OF_GAPS)
    )
}

fn change(change: &Change) -> String {
    let lags = change.lags.iter();
    let lags = lags.map(|lag| {
        let frames = counted(lag.frames, "frame");
        format!("{} after {frames}", percent(lag.change))
    });
    let advice = match change.small_up_to {
        None => "every frame is needed".to_owned(),
        Some(1) => "a step of one frame is small".to_owned(),
        Some(frames) => {
            format!("steps of {frames} frames are small: objective.stride = {frames} may do")
        }
    };
    format!(
        "in standard deviations, {}, {} from first to last: {advice}",
        lags.collect::<Vec<_>>().join(", "),
        percent(change.whole)
    )
}

fn recipe(found: &Inspection) -> String {
    match (&found.recipe, &found.untrainable) {
        (Some(recipe), _) => format!("# A recipe for it:\n\n{recipe}"),
        (None, fault) => format!(
            "No recipe trains on it: {}",
            fault.as_deref().unwrap_or("its layout is not known")
        ),
    }
}
