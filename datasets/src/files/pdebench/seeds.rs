//! Files of one group per seed, each with `data` `[frame, x, y, channel]` and `grid`.

use super::{config, ends, is_seed};
use crate::files::arranged::{Arranged, Channels, Role};
use crate::files::array::{Array, Stack};
use crate::files::source::{Attributes, Source};
use crate::files::{
    Axis, DatasetError, DatasetInfo, Field, FieldKind, Provenance, Time, Varying, points,
};
use hdf5_reader::group::Group;
use ondine_solvers::{Boundary, Ends};
use std::sync::Arc;

/// Opens a file.
pub(super) fn open(source: &Arc<Source>) -> Result<Arranged, DatasetError> {
    let mut seeds = source.groups(&source.root()?)?;
    seeds.retain(|seed| is_seed(seed.name()));
    let first = source.dataset_in(&seeds[0], seeds[0].name(), "data")?;
    let shape = first.shape().to_vec();
    let [frames, points @ .., channels] = &shape[..] else {
        return Err(wrong_shape(source, first.name(), &shape));
    };
    if points.is_empty() {
        return Err(wrong_shape(source, first.name(), &shape));
    }
    for seed in &seeds {
        check(source, seed, &shape)?;
    }
    let boundary = ends::of_seeds(points.len(), *channels);
    let (axes, roles) = axes(source, &seeds[0], points, boundary)?;
    let info = DatasetInfo {
        name: source.name(),
        trajectories: seeds.len(),
        frames: *frames,
        axes,
        fields: fields(points.len(), *channels),
        time: Time::Listed(Varying::Same(grid(source, &seeds[0], "t")?)),
        parameters: parameters(&seeds),
        provenance: Provenance::foreign(),
        ..DatasetInfo::default()
    };
    let of_all = stack(source, seeds, &shape);
    let roles = [
        &[Role::Trajectory, Role::Time],
        &roles[..],
        &[Role::Channel],
    ]
    .concat();
    let channels = vec![Channels::new(Arc::new(of_all), &roles)];
    Arranged::new(source.path(), info, channels)
}

/// The data of all seeds.
fn stack(source: &Arc<Source>, seeds: Vec<Group>, shape: &[usize]) -> Stack {
    let (source, count) = (source.clone(), seeds.len());
    Stack::new("data", count, shape, move |index| {
        let seed = &seeds[index];
        let data = source.dataset_in(seed, seed.name(), "data")?;
        Ok(Arc::new(data) as Arc<dyn Array>)
    })
}

/// Refuses a seed with data of another shape than the first.
fn check(source: &Source, seed: &Group, shape: &[usize]) -> Result<(), DatasetError> {
    let data = source.dataset_in(seed, seed.name(), "data")?;
    if data.shape() == shape {
        return Ok(());
    }
    Err(source.invalid(format!(
        "`{}` has the shape {:?}, that of the first seed {shape:?}: all trajectories of a file have to be of one shape, so \
         copy the others into a file of their own",
        data.name(),
        data.shape()
    )))
}

fn wrong_shape(source: &Source, name: &str, shape: &[usize]) -> DatasetError {
    source.invalid(format!(
        "`{name}` has the shape {shape:?}, where PDEBench's files have frames, one to three axes of points and channels"
    ))
}

/// A list of the grid of a seed.
fn grid(source: &Source, seed: &Group, name: &str) -> Result<Vec<f64>, DatasetError> {
    let within = format!("{}/grid", seed.name());
    let group = source.group_at(&within)?;
    source.dataset_in(&group, &within, name)?.all()
}

/// The axes of the grid, and the meaning of the axes of the data. Data are taken as `[x, y]`, as `PDEBench`'s loader takes
/// them, unless only `[y, x]` fits the points.
fn axes(
    source: &Source,
    seed: &Group,
    points: &[usize],
    boundary: Boundary,
) -> Result<(Vec<Axis>, Vec<Role>), DatasetError> {
    let names = &["x", "y", "z"][..points.len().min(3)];
    let axis = |name: &&str| {
        let x = Varying::Same(grid(source, seed, name)?);
        let place = format!("{}/grid/{name}", seed.name());
        points::axis(source.path(), name, &place, &x, Ends::both(boundary))
    };
    let axes: Vec<Axis> = names.iter().map(axis).collect::<Result<_, _>>()?;
    let listed: Vec<usize> = axes.iter().map(|axis| axis.points).collect();
    let turned: Vec<usize> = listed.iter().rev().copied().collect();
    let mut roles: Vec<Role> = (0..axes.len()).map(Role::Axis).collect();
    if listed != points && turned == points {
        roles.reverse();
    }
    Ok((axes, roles))
}

/// The fields of the channels: two substances, the depth of water in the plane, or a concentration on a line.
fn fields(axes: usize, channels: usize) -> Vec<Field> {
    let names: Vec<String> = match (axes, channels) {
        (2, 1) => vec!["h".to_owned()],
        (_, 1) => vec!["u".to_owned()],
        (_, 2) => vec!["u".to_owned(), "v".to_owned()],
        _ => (0..channels).map(|channel| format!("u{channel}")).collect(),
    };
    let scalar = |name| Field {
        name,
        kind: FieldKind::Scalar,
    };
    names.into_iter().map(scalar).collect()
}

/// The parameters of the seeds, which their configurations name; those that not every seed has are left out.
fn parameters(seeds: &[Group]) -> Vec<(String, Varying<f64>)> {
    let yaml = |seed: &Group| seed.word("config").unwrap_or_default();
    let each: Vec<Vec<(String, f64)>> = seeds
        .iter()
        .map(|seed| config::simulation(&yaml(seed)))
        .collect();
    let value = |name: &str, one: &Vec<(String, f64)>| {
        let found = one.iter().find(|(other, _)| other == name)?;
        Some(found.1)
    };
    let parameter = |(name, _): &(String, f64)| {
        let values: Option<Vec<f64>> = each.iter().map(|one| value(name, one)).collect();
        Some((name.clone(), Varying::of(values?)))
    };
    each[0].iter().filter_map(parameter).collect()
}
