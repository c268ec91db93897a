//! Scenes of `PhiFlow` (<https://tum-pbs.github.io/PhiFlow>): a folder `sim_000000` per simulation.
//!
//! ```text
//! velocity_000012.npz   data, dim_names, dim_types, field_type, lower, upper; extrapolation is a pickle, not loaded
//! description.json      parameters, where the program writes them
//! ```
//!
//! - The order of the axes differs from file to file, even of one field: `dim_names` says it. Axes that are neither
//!   `x`, `y`, `z` nor `vector` hold a trajectory per entry.
//! - Fields on a staggered grid are brought to the centres of the cells, by the mean of the two faces.
//! - Files hold the number of a frame and no time: the time between two numbers is 1.
//! - Fields with fewer frames than others are left out.

mod frame;

use super::arranged::{Arranged, Channels, Role};
use super::array::{Array, Stack};
use super::folder::{dataset_name, name, paths, text};
use super::numpy::Npz;
use super::{
    Axis, AxisKind, DatasetError, DatasetInfo, Field, FieldKind, FormatEntry, Provenance, Time,
    Varying,
};
use frame::Frame;
use ondine_solvers::Boundary;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// `PhiFlow`'s layout in the list.
pub(super) const ENTRY: FormatEntry = FormatEntry {
    kind: "phiflow",
    summary: "PhiFlow's scenes: a folder `sim_000000` of npz files, or a folder of such folders",
    recognises,
    open: |path| Ok(Box::new(open(path)?)),
};

/// The files of a field, in the order of their frames.
type Frames = Vec<(usize, PathBuf)>;

fn open(path: &Path) -> Result<Arranged, DatasetError> {
    let scenes = scenes(path)?;
    let fields: Vec<BTreeMap<String, Frames>> = scenes
        .iter()
        .map(|scene| fields(scene))
        .collect::<Result<_, _>>()?;
    let invalid = |what: String| DatasetError::Invalid {
        path: path.to_path_buf(),
        what,
    };
    let longest = fields[0].values().map(Vec::len).max().unwrap_or(0);
    let names: Vec<String> = fields[0]
        .iter()
        .filter(|(_, frames)| frames.len() == longest)
        .map(|(name, _)| name.clone())
        .collect();
    if names.is_empty() {
        return Err(invalid(
            "it holds no scene of PhiFlow: no files such as `velocity_000000.npz`".to_owned(),
        ));
    }
    for (scene, fields) in scenes.iter().zip(&fields) {
        for name in &names {
            let found = fields.get(name).map_or(0, Vec::len);
            if found != longest {
                return Err(invalid(format!(
                    "{} has {found} frames of `{name}`, the first scene {longest}: all scenes have to have as many",
                    scene.display()
                )));
            }
        }
    }
    let first: Vec<Frame> = names
        .iter()
        .map(|name| Frame::open(&fields[0][name][0].1))
        .collect::<Result<_, _>>()?;
    let trajectories = first.iter().map(|frame| frame.batch).max().unwrap_or(1);
    if trajectories > 1 && scenes.len() > 1 {
        return Err(invalid(format!(
            "it has {} scenes, and fields of {trajectories} trajectories in each: open one scene",
            scenes.len()
        )));
    }
    // Of scenes beside each other, each is a trajectory; of a single one, each entry of its batch.
    let batched = scenes.len() == 1;
    let used: Vec<usize> = (0..names.len())
        .filter(|&i| first[i].points == first[0].points && (first[i].batch == trajectories))
        .collect();
    let info = DatasetInfo {
        name: dataset_name(path),
        trajectories: if batched { trajectories } else { scenes.len() },
        frames: longest,
        axes: axes(&first),
        fields: used.iter().map(|&i| field(&names[i], &first[i])).collect(),
        time: times(&fields[0][&names[0]]),
        parameters: parameters(&scenes),
        provenance: Provenance::foreign(),
        ..DatasetInfo::default()
    };
    let channels = used.iter().map(|&i| {
        let of_scenes = fields.iter().map(|scene| scene[&names[i]].clone());
        channels(&names[i], &first[i], of_scenes.collect(), batched)
    });
    Arranged::new(path, info, channels.collect())
}

/// The folders of scenes: the one given, or those in it.
fn scenes(path: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    let within: Vec<PathBuf> = paths(path)?
        .into_iter()
        .filter(|path| name(path).starts_with("sim_") && path.is_dir())
        .collect();
    if within.is_empty() {
        Ok(vec![path.to_path_buf()])
    } else {
        Ok(within)
    }
}

/// The files of a scene, by field.
fn fields(scene: &Path) -> Result<BTreeMap<String, Frames>, DatasetError> {
    let mut fields: BTreeMap<String, Frames> = BTreeMap::new();
    for path in paths(scene)? {
        let parts = name(&path)
            .strip_suffix(".npz")
            .and_then(|n| n.rsplit_once('_'));
        let Some((field, number)) = parts else {
            continue;
        };
        if let Ok(number) = number.parse() {
            fields
                .entry(field.to_owned())
                .or_default()
                .push((number, path));
        }
    }
    Ok(fields)
}

/// The axes of the grid. The way a field goes on beyond its end says what lies there: fields that wrap around make an axis
/// periodic, fixed values a wall.
fn axes(fields: &[Frame]) -> Vec<Axis> {
    let ends = |boundary| fields.iter().any(|field| field.boundary == boundary);
    let kind = if ends(Boundary::Periodic) {
        AxisKind::PERIODIC_CELLS
    } else if ends(Boundary::Wall) {
        AxisKind::WALLS
    } else {
        AxisKind::OPEN
    };
    let sizes = fields[0].points.iter().zip(&fields[0].length);
    sizes
        .map(|(&points, &length)| Axis {
            points,
            length: Varying::Same(length),
            kind,
        })
        .collect()
}

fn field(name: &str, frame: &Frame) -> Field {
    let kind = match frame.components {
        1 => FieldKind::Scalar,
        _ => FieldKind::Vector,
    };
    let name = name.to_owned();
    Field { name, kind }
}

fn times(frames: &Frames) -> Time {
    let steps = frames.windows(2).map(|pair| pair[1].0 - pair[0].0);
    let first = frames.get(1).map_or(1, |second| second.0 - frames[0].0);
    if steps.clone().all(|step| step == first) {
        return Time::Uniform(Varying::Same(first as f64));
    }
    let times = frames.iter().map(|(number, _)| *number as f64).collect();
    Time::Listed(Varying::Same(times))
}

/// The numbers of the descriptions that every scene has.
fn parameters(scenes: &[PathBuf]) -> Vec<(String, Varying<f64>)> {
    let read = |scene: &PathBuf| -> Value {
        let text = text(&scene.join("description.json")).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    };
    let each: Vec<Value> = scenes.iter().map(read).collect();
    let names = each[0].as_object().into_iter().flat_map(|all| all.keys());
    let parameter = |name: &String| {
        let values: Option<Vec<f64>> = each.iter().map(|one| one[name].as_f64()).collect();
        Some((name.clone(), Varying::of(values?)))
    };
    names.filter_map(parameter).collect()
}

/// The channels of a field, in arrays `[scene, frame, batch, component, x, ...]`.
fn channels(name: &str, first: &Frame, scenes: Vec<Frames>, batched: bool) -> Channels {
    let part = first.shape().to_vec();
    let frames = scenes[0].len();
    let shape = [&[frames], &part[..]].concat();
    let label = name.to_owned();
    let dims = first.points.len();
    let of_scenes = Stack::new(name, scenes.len(), &shape, move |scene| {
        let files = scenes[scene].clone();
        let of_frames = Stack::new(&label, frames, &part, move |frame| {
            Ok(Arc::new(Frame::open(&files[frame].1)?) as Arc<dyn Array>)
        });
        Ok(Arc::new(of_frames) as Arc<dyn Array>)
    });
    let mut roles = if batched {
        vec![Role::At(0), Role::Time, Role::Trajectory, Role::Channel]
    } else {
        vec![Role::Trajectory, Role::Time, Role::At(0), Role::Channel]
    };
    roles.extend((0..dims).map(Role::Axis));
    Channels::new(Arc::new(of_scenes), &roles)
}

/// Whether a folder is a scene or has scenes.
fn recognises(path: &Path) -> bool {
    if !path.is_dir() {
        return false;
    }
    let scenes = scenes(path).unwrap_or_default();
    let fields = scenes
        .first()
        .map(|scene| fields(scene).unwrap_or_default());
    let fields = fields.unwrap_or_default();
    let file = fields.values().next().and_then(|frames| frames.first());
    let named = |file: &(usize, PathBuf)| {
        Npz::open(&file.1).is_ok_and(|file| file.words("dim_names").is_some())
    };
    file.is_some_and(named)
}
