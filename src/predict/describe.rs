//! Descriptions of the files of a prediction, and the statistics of members.

use ondine_datasets::files::{Axis, DatasetInfo, Field, Provenance, Time, Varying};

/// A file of `samples` rollouts of every trajectory of another file, the first frame being its last.
pub(super) fn members(
    initial: &DatasetInfo,
    dt: &[f64],
    steps: usize,
    samples: usize,
) -> DatasetInfo {
    let axis = |axis: &Axis| Axis {
        length: repeated(&axis.length, samples),
        ..axis.clone()
    };
    let mut parameters: Vec<(String, Varying<f64>)> = (initial.parameters.iter())
        .map(|(name, values)| (free_name(initial, name), repeated(values, samples)))
        .collect();
    let count = initial.trajectories * samples;
    if samples > 1 {
        let numbers = |number: fn(usize, usize) -> usize| {
            Varying::Each((0..count).map(|i| number(i, samples) as f64).collect())
        };
        parameters.push((
            "initial_state".to_owned(),
            numbers(|i, samples| i / samples),
        ));
        parameters.push(("sample".to_owned(), numbers(|i, samples| i % samples)));
    }
    let same = dt
        .windows(2)
        .all(|pair| pair[0].to_bits() == pair[1].to_bits());
    let dt = if same {
        Varying::Same(dt[0])
    } else {
        repeated(&Varying::Each(dt.to_vec()), samples)
    };
    DatasetInfo {
        trajectories: count,
        frames: steps + 1,
        frames_each: Vec::new(),
        axes: initial.axes.iter().map(axis).collect(),
        time: Time::Uniform(dt),
        parameters,
        provenance: Provenance::default(),
        ..initial.clone()
    }
}

/// The name of a parameter in a file of rollouts. Files of other programs may call a parameter as these files call the time
/// between frames, a length, a number of the rollout or a field; it then becomes `stated_dt`, and so on.
fn free_name(initial: &DatasetInfo, name: &str) -> String {
    const TAKEN: [&str; 6] = [
        "dt",
        "length_x",
        "length_y",
        "length_z",
        "initial_state",
        "sample",
    ];
    let mut fields = initial.fields.iter().chain(&initial.constants);
    let field = fields.any(|field| field.name == name);
    if field || TAKEN.contains(&name) {
        format!("stated_{name}")
    } else {
        name.to_owned()
    }
}

fn repeated(values: &Varying<f64>, samples: usize) -> Varying<f64> {
    match values {
        Varying::Same(value) => Varying::Same(*value),
        Varying::Each(values) => {
            let each = values.iter().flat_map(|v| std::iter::repeat_n(*v, samples));
            Varying::Each(each.collect())
        }
    }
}

/// The file of mean and standard deviation of every `samples` trajectories.
pub(super) fn statistics(members: &DatasetInfo, samples: usize) -> DatasetInfo {
    let first = |values: &Varying<f64>| match values {
        Varying::Same(value) => Varying::Same(*value),
        Varying::Each(values) => Varying::Each(values.iter().step_by(samples).copied().collect()),
    };
    let axis = |axis: &Axis| Axis {
        length: first(&axis.length),
        ..axis.clone()
    };
    let time = match &members.time {
        Time::Uniform(dt) => Time::Uniform(first(dt)),
        listed @ Time::Listed(_) => listed.clone(),
    };
    let named = |suffix: &'static str| {
        members.fields.iter().map(move |field| Field {
            name: format!("{}_{suffix}", field.name),
            kind: field.kind,
        })
    };
    let parameters = members.parameters.iter();
    let own = parameters.filter(|(name, _)| name != "sample" && name != "initial_state");
    DatasetInfo {
        trajectories: members.trajectories / samples,
        axes: members.axes.iter().map(axis).collect(),
        fields: named("mean").chain(named("std")).collect(),
        time,
        parameters: own
            .map(|(name, values)| (name.clone(), first(values)))
            .collect(),
        ..members.clone()
    }
}

/// Mean and standard deviation of members, `[frame]` with both one after the other; the deviation is that of a sample,
/// with `M − 1` in the denominator.
pub(super) fn moments(members: &[Vec<Vec<f32>>]) -> Vec<Vec<f32>> {
    let (frames, len) = (members[0].len(), members[0][0].len());
    let count = members.len() as f64;
    let frame = |frame: usize| {
        let values = |i: usize| {
            members
                .iter()
                .map(move |member| f64::from(member[frame][i]))
        };
        let mean: Vec<f64> = (0..len).map(|i| values(i).sum::<f64>() / count).collect();
        let deviation = |i: usize| {
            let squares: f64 = values(i).map(|value| (value - mean[i]).powi(2)).sum();
            (squares / (count - 1.0)).sqrt() as f32
        };
        let deviations = (0..len).map(deviation);
        mean.iter()
            .map(|mean| *mean as f32)
            .chain(deviations)
            .collect()
    };
    (0..frames).map(frame).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ondine_datasets::files::{AxisKind, FieldKind};

    #[test]
    fn moments_are_those_of_the_definition() {
        let members = [[1.0, 5.0], [2.0, 5.0], [6.0, 5.0]].map(|frame| vec![frame.to_vec()]);
        let moments = moments(&members);
        let expected = [3.0, 5.0, 7.0_f32.sqrt(), 0.0]; // (4 + 1 + 9)/2
        let pairs = moments[0].iter().zip(expected);
        assert!(moments.len() == 1 && pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-6));
    }

    #[test]
    fn parameters_of_other_programs_keep_their_values_under_free_names() {
        let initial = DatasetInfo {
            name: "foreign".to_owned(),
            trajectories: 1,
            frames: 2,
            axes: vec![Axis {
                points: 4,
                length: Varying::Same(1.0),
                kind: AxisKind::PERIODIC,
            }],
            fields: vec![Field {
                name: "u".to_owned(),
                kind: FieldKind::Scalar,
            }],
            time: Time::Listed(Varying::Same(vec![0.0, 0.5])),
            parameters: ["dt", "u", "nu"]
                .map(|name| (name.to_owned(), Varying::Same(0.25)))
                .to_vec(),
            provenance: Provenance::default(),
            ..DatasetInfo::default()
        };
        let names = |samples| {
            let info = members(&initial, &[0.5], 3, samples);
            let names = info.parameters.into_iter().map(|(name, _)| name);
            names.collect::<Vec<_>>()
        };
        assert_eq!(names(1), ["stated_dt", "stated_u", "nu"]);
        let more = ["stated_dt", "stated_u", "nu", "initial_state", "sample"];
        assert_eq!(names(2), more);
    }
}
