//! A dataset in numbers as text.

use super::table::columns;
use crate::inspect::{
    ArrayLine, AxisLine, Change, Condition, FieldLine, Inspection, Range, Resolved, Sample, Tail,
    TimeLine, Unknown, Values,
};
use crate::numbers::text::{counted, number, percent, typed};
use crate::size::bytes;

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
        counted(found.frames, "frame"),
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
        .map(|axis| row("axis", axis_line(axis, &unit(found, &axis.name))));
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
        row("frame", format!("{} in 32-bit", bytes(frame_bytes(found)))),
    ];
    let arrays = found.arrays.iter().filter(|array| array.shape.len() > 1);
    let arrays = arrays
        .take(NAMED)
        .map(|array| row("array", array_line(array)));
    let worded = found.arrays.iter().filter(|array| !array.words.is_empty());
    let words = worded
        .take(NAMED)
        .map(|array| row("words", format!("{} {}", array.path, words(array))));
    let notes = found.notes.iter().map(|note| row("note", note.clone()));
    let rows = before.into_iter().chain(axes).chain(after).chain(notes);
    rows.chain(arrays).chain(words).flatten().collect()
}

/// The first words of an array of words.
fn words(array: &ArrayLine) -> String {
    let first = array.words.iter().take(NAMED);
    let more = if array.words.len() > NAMED {
        ", ..."
    } else {
        ""
    };
    first
        .map(|word| format!("{word:?}"))
        .collect::<Vec<_>>()
        .join(", ")
        + more
}

/// Bytes of a frame in 32-bit.
fn frame_bytes(found: &Inspection) -> u128 {
    (found.frame_mib * f64::from(1 << 20)).round() as u128
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

fn axis_line(axis: &AxisLine, unit: &str) -> String {
    let ends = match axis.ends {
        [low, high] if low == high => low.to_owned(),
        [low, high] => format!("{low} and {high}"),
    };
    format!(
        "{}: {}, {ends}, {}, length {}, spacing {}{unit}",
        axis.name,
        counted(axis.points, "point"),
        axis.points_at.replace('_', " "),
        range(&axis.length),
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

fn array_line(array: &ArrayLine) -> String {
    let stored = match &array.chunk {
        None => String::new(),
        Some(chunk) => format!(", chunks {chunk:?}"),
    };
    let filters = array.filters.iter().map(|filter| format!(", {filter}"));
    let filters: String = filters.collect();
    let values = match &array.values[..] {
        "" => String::new(),
        values => format!(" {values}"),
    };
    format!("{}{values} {:?}{stored}{filters}", array.path, array.shape)
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
    let last = [
        uneven,
        row("resolution", resolution(&found.resolution)),
        row("change", change),
    ];
    let rows = first.into_iter().chain(faults).chain(last);
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

fn resolution(resolved: &Resolved) -> String {
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
        "{}: share of the energy above two thirds of the highest wavenumber, in {} states; resolved below 0.1 %",
        listed(&resolved.channels, line),
        resolved.states
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

/// The arrays of a file of no known layout, with lines of a recipe to fill in.
pub(super) fn text_of_unknown(unknown: &Unknown) -> String {
    let rows = unknown.arrays.iter().map(|array| {
        let shape = array.shape.iter().map(|&n| typed(n as f64));
        vec![
            array.path.clone(),
            array.values.clone(),
            format!("[{}]", shape.collect::<Vec<_>>().join(", ")),
            words(array),
        ]
    });
    let head = format!("{}: arrays of no known layout", unknown.path.display());
    let layout = unknown.layout.as_ref().map_or(String::new(), |layout| {
        format!("\n\n# A description to fill in:\n\n{layout}")
    });
    format!("{head}\n\n{}{layout}", columns(&rows.collect::<Vec<_>>()))
}
