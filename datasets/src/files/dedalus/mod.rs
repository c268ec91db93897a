//! Output of Dedalus 3 (K. J. Burns et al., Phys. Rev. Research 2, 2020): <https://dedalus-project.org>.
//!
//! ```text
//! snapshots/snapshots_s1.h5, _s2.h5, ...   sets of one run, one after the other
//!   /tasks/NAME         [write, component, x, y, z]; DIMENSION_LABELS: t, nothing for components, names of the axes
//!   /scales/sim_time    [write]
//!   /scales/x_hash_...  points of the axis x
//! ```
//!
//! - A folder is one trajectory. Tasks on the whole grid are its fields; means, slices and coefficients are left out.
//! - Points of a Fourier basis rise evenly: their axes are periodic. Those of Chebyshev polynomials lie between walls, and are
//!   brought to the centres of even cells. Others are refused.
//! - Parameters are not in the files.

mod chebyshev;

use super::arranged::{Arranged, Channels, Role};
use super::array::{Array, Chain};
use super::folder::{dataset_name, name, paths};
use super::source::Source;
use super::{
    Axis, DatasetError, DatasetInfo, DatasetReader, Field, FieldKind, FormatEntry, Provenance,
    Time, Varying, points,
};
use chebyshev::{Chebyshev, OnCells};
use ondine_solvers::{Boundary, Ends};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Dedalus's layout in the list.
pub(super) const ENTRY: FormatEntry = FormatEntry {
    kind: "dedalus",
    summary: "Dedalus 3's output: a folder of sets `NAME_s1.h5`, or one of them",
    recognises,
    open,
};

/// A task on the grid.
struct Task {
    name: String,
    /// Names of the axes of space.
    axes: Vec<String>,
    shape: Vec<usize>,
}

impl Task {
    /// A task of a file; none where it is no field on the grid.
    fn find(source: &Source, name: &str) -> Result<Option<Self>, DatasetError> {
        let dataset = source.dataset_at(&format!("tasks/{name}"))?;
        let labels = dataset.words("DIMENSION_LABELS").unwrap_or_default();
        if labels.is_empty() || labels.len() != dataset.shape().len() {
            return Ok(None);
        }
        let axes: Vec<String> = labels[1..]
            .iter()
            .filter(|label| !label.is_empty())
            .cloned()
            .collect();
        let on_grid = dataset
            .flags("grid_space")
            .is_none_or(|flags| flags.iter().all(|flag| *flag));
        let whole = axes.iter().all(|axis| axis != "constant");
        let task = || Self {
            name: name.to_owned(),
            shape: dataset.shape().to_vec(),
            axes,
        };
        Ok((on_grid && whole).then(task))
    }

    /// Axes of components.
    fn rank(&self) -> usize {
        self.shape.len() - 1 - self.axes.len()
    }

    fn fields(&self) -> Vec<Field> {
        let dims = self.axes.len();
        let components = &self.shape[1..1 + self.rank()];
        let field = |name: String, kind| Field { name, kind };
        match components {
            [] => vec![field(self.name.clone(), FieldKind::Scalar)],
            [n] if *n == dims => vec![field(self.name.clone(), FieldKind::Vector)],
            [n, m] if *n == dims && *m == dims => vec![field(self.name.clone(), FieldKind::Tensor)],
            _ => (0..components.iter().product())
                .map(|i: usize| field(format!("{}{i}", self.name), FieldKind::Scalar))
                .collect(),
        }
    }

    fn channels(&self, files: &[PathBuf], writes: &[usize]) -> Channels {
        let (files, place) = (files.to_vec(), format!("tasks/{}", self.name));
        let chain = Chain::new(&place.clone(), writes, &self.shape[1..], move |file| {
            let source = Source::open(&files[file])?;
            Ok(Arc::new(source.dataset_at(&place)?) as Arc<dyn Array>)
        });
        let mut roles = vec![Role::Time];
        roles.extend(std::iter::repeat_n(Role::Channel, self.rank()));
        roles.extend((0..self.axes.len()).map(Role::Axis));
        Channels::new(Arc::new(chain), &roles)
    }
}

fn open(path: &Path) -> Result<Box<dyn DatasetReader>, DatasetError> {
    let files = files(path)?;
    let Some(first) = files.first() else {
        return Err(DatasetError::Missing {
            path: path.to_path_buf(),
            what: "a file of Dedalus, as `snapshots_s1.h5`,".to_owned(),
        });
    };
    let source = Source::open(first)?;
    let tasks = tasks(&source)?;
    let mut times = Vec::new();
    let mut writes = Vec::new();
    for file in &files {
        let of_file = Source::open(file)?.dataset_at("scales/sim_time")?.all()?;
        writes.push(of_file.len());
        times.extend(of_file);
    }
    let (axes, chebyshev): (Vec<Axis>, Vec<Option<Chebyshev>>) =
        axes(&source, &tasks[0])?.into_iter().unzip();
    let names = tasks[0].axes.iter().zip(&chebyshev);
    let names = names.filter(|(_, chebyshev)| chebyshev.is_some());
    let note = |(name, _)| {
        format!(
            "the points of `{name}` are those of Chebyshev polynomials: the fields are interpolated by these to the centres of as \
             many even cells between walls"
        )
    };
    let info = DatasetInfo {
        notes: names.map(note).collect(),
        name: dataset_name(path),
        trajectories: 1,
        frames: times.len(),
        axes,
        fields: tasks.iter().flat_map(Task::fields).collect(),
        time: Time::Listed(Varying::Same(times)),
        provenance: Provenance::foreign(),
        axis_names: tasks[0].axes.clone(),
        ..DatasetInfo::default()
    };
    let channels = tasks.iter().map(|task| task.channels(&files, &writes));
    let reader = Arranged::new(path, info, channels.collect())?;
    if chebyshev.iter().all(Option::is_none) {
        return Ok(Box::new(reader));
    }
    let axes = chebyshev;
    Ok(Box::new(OnCells { reader, axes }))
}

/// The sets of a folder in the order of their numbers, or the one given.
fn files(path: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let set = |path: &PathBuf| -> Option<usize> {
        let (_, number) = name(path).strip_suffix(".h5")?.rsplit_once("_s")?;
        number.parse().ok()
    };
    let mut files: Vec<PathBuf> = paths(path)?
        .into_iter()
        .filter(|path| set(path).is_some())
        .collect();
    files.sort_by_key(set);
    Ok(files)
}

/// The tasks with the most axes, all of one grid.
fn tasks(source: &Source) -> Result<Vec<Task>, DatasetError> {
    let members = source.group("tasks")?.member_names();
    let (_, mut names) =
        members.map_err(DatasetError::unreadable(source.path(), "the group `tasks`"))?;
    names.sort();
    let mut tasks = Vec::new();
    for name in names {
        tasks.extend(Task::find(source, &name)?);
    }
    let points = |task: &Task| task.shape[1 + task.rank()..].to_vec();
    let largest = tasks.iter().max_by_key(|task| points(task).len());
    let Some(grid) = largest.filter(|task| !task.axes.is_empty()).map(points) else {
        return Err(source.missing("a task on the grid, with labels of its axes,"));
    };
    tasks.retain(|task| points(task) == grid);
    Ok(tasks)
}

/// The axes of a task, each with its polynomials where it has some.
fn axes(source: &Source, task: &Task) -> Result<Vec<(Axis, Option<Chebyshev>)>, DatasetError> {
    let members = source.group("scales")?.member_names();
    let (_, scales) = members.map_err(DatasetError::unreadable(
        source.path(),
        "the group `scales`",
    ))?;
    let axis = |(at, axis): (usize, &String)| {
        let count = task.shape[1 + task.rank() + at];
        let begins = format!("{axis}_hash_");
        for name in scales.iter().filter(|name| name.starts_with(&begins)) {
            let place = format!("scales/{name}");
            let dataset = source.dataset_at(&place)?;
            if dataset.shape() == [count] {
                let x = dataset.all()?;
                if let Some(found) = Chebyshev::of(&x) {
                    return Ok((found.axis(), Some(found)));
                }
                let (x, ends) = (Varying::Same(x), Ends::both(Boundary::Periodic));
                let even = points::axis(source.path(), axis, &place, &x, ends)?;
                return Ok((even, None));
            }
        }
        Err(source.missing(format!(
            "the dataset `scales/{begins}...` of {count} points"
        )))
    };
    task.axes.iter().enumerate().map(axis).collect()
}

/// Whether a file has tasks and scales, or a folder sets.
fn recognises(path: &Path) -> bool {
    let files = files(path).unwrap_or_default();
    let first = files.first().map(|first| Source::open(first));
    first.is_some_and(|source| source.is_ok_and(|source| source.has_groups(&["tasks", "scales"])))
}
