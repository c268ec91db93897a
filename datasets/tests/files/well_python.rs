//! Other readers open what Ondine writes: h5py and the package `the_well`, where Python has them.

use ondine_datasets::files::*;
use std::path::Path;
use std::process::Command;

/// A Python that has h5py: `ONDINE_PYTHON`, or `python3`.
fn python() -> Option<String> {
    let python = std::env::var("ONDINE_PYTHON").unwrap_or_else(|_| "python3".into());
    let import = Command::new(&python).args(["-c", "import h5py"]).output();
    import
        .is_ok_and(|output| output.status.success())
        .then_some(python)
}

fn info() -> DatasetInfo {
    let axis = |points, length| Axis {
        points,
        length,
        kind: AxisKind::PERIODIC,
    };
    let field = |name: &str, kind| Field {
        name: name.into(),
        kind,
    };
    DatasetInfo {
        name: "check".into(),
        trajectories: 3,
        frames: 7,
        axes: vec![
            axis(6, Varying::Each(vec![1.0, 2.0, 3.0])),
            axis(4, Varying::Same(5.0)),
        ],
        fields: vec![
            field("vorticity", FieldKind::Scalar),
            field("velocity", FieldKind::Vector),
        ],
        time: Time::Uniform(Varying::Same(0.2)),
        parameters: vec![
            ("viscosity".into(), Varying::Same(0.1)),
            ("drag".into(), Varying::Each(vec![0.1, 0.2, 0.3])),
        ],
        provenance: Provenance {
            seed: Some((1 << 63) + 1),
            recipe: Some("name = \"Kolmogórov\"\n".into()),
            ..Provenance::default()
        },
        ..DatasetInfo::default()
    }
}

/// Frames of vorticity and the two velocities with the values that the script expects.
fn trajectory(index: usize) -> Trajectory {
    let value = |frame: usize, channel: usize, point: usize| {
        (1000 * index + 100 * frame + point) as f64 + channel.saturating_sub(1) as f64 / 2.0
    };
    let frame = |t| (0..3).flat_map(move |c| (0..24).map(move |p| value(t, c, p)));
    let frames = (0..7).flat_map(frame).collect();
    Trajectory { index, frames }
}

/// Heat between walls: two trajectories with boxes and temperatures of their own.
fn walls() -> DatasetInfo {
    let axis = |points, length| Axis {
        points,
        length,
        kind: AxisKind::FIXED_WALLS,
    };
    let temperature = |(i, name): (usize, &str)| {
        let values = vec![100.0 + i as f64, 200.0 + i as f64];
        (name.to_owned(), Varying::Each(values))
    };
    let names = [
        "initial_temperature",
        "low_wall_x",
        "low_wall_y",
        "high_wall_x",
        "high_wall_y",
    ];
    DatasetInfo {
        trajectories: 2,
        frames: 2,
        axes: vec![
            axis(7, Varying::Each(vec![1.0, 2.0])),
            axis(3, Varying::Same(4.0)),
        ],
        fields: vec![Field {
            name: "temperature".into(),
            kind: FieldKind::Scalar,
        }],
        parameters: names.into_iter().enumerate().map(temperature).collect(),
        ..info()
    }
}

/// Other values than trajectories have in the end.
fn turn((_, values): &mut (String, Varying<f64>)) {
    if let Varying::Each(values) = values {
        values.reverse();
    }
}

/// Writes a dataset in both precisions, as planned and as it became, and lets the script look at each.
fn look(name: &str, script: &str, info: &DatasetInfo, trajectory: impl Fn(usize) -> Trajectory) {
    let Some(python) = python() else {
        eprintln!(
            "skipped: no Python with h5py (`pip install h5py the_well`; ONDINE_PYTHON chooses)"
        );
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(script);
    let cases = [Dtype::F32, Dtype::F64].map(|dtype| [false, true].map(|again| (dtype, again)));
    for (dtype, again) in cases.into_iter().flatten() {
        let folder = format!("ondine-python-{name}-{}-{dtype:?}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("check.h5");
        let mut planned = info.clone();
        planned.parameters.iter_mut().for_each(turn);
        let begun = if again { &planned } else { info };
        let mut writer = WellWriter::create(&path, begun, dtype).unwrap();
        for index in (0..info.trajectories).rev() {
            writer.append(&trajectory(index)).unwrap();
        }
        let mut became = info.clone();
        became.provenance.attempts = (0..info.trajectories as u32).rev().collect();
        if again {
            writer.finish_as(&became).unwrap();
        } else {
            writer.finish().unwrap();
        }
        let output = Command::new(&python)
            .arg(&script)
            .arg(&path)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        println!("{dtype:?}: {said}");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{dtype:?}: {said}{complaint}");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

#[test]
fn h5py_and_the_well_read_what_is_written() {
    look("all", "tests/python/check_well.py", &info(), trajectory);
}

#[test]
fn walls_are_read_with_the_right_coordinates() {
    let info = walls();
    let frames = vec![300.0; info.frames * info.frame_len()];
    let trajectory = |index| Trajectory {
        index,
        frames: frames.clone(),
    };
    look("walls", "tests/python/check_walls.py", &info, trajectory);
}
