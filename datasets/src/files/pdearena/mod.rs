//! Files of pdearena (J. K. Gupta & J. Brandstetter, 2022), of its Navier–Stokes and Kuramoto–Sivashinsky data:
//! <https://github.com/pdearena/pdearena>.
//!
//! ```text
//! train | valid | test   the group of the file's split
//!   u, vx, vy [n, t, x, y], t [n, t], dt, dx, dy, buo_y [n], x [n, x], y [n, y]       smoke in a plane flow
//!   pde_140-256 [n, t, x], dt, dx, v [n]                                               Kuramoto–Sivashinsky
//! ```

use super::arranged::{Arranged, Channels, Role};
use super::numbers::Numbers;
use super::source::Source;
use super::{
    Axis, AxisKind, DatasetError, DatasetInfo, Field, FieldKind, FormatEntry, Provenance, Time,
    Varying, points,
};
use hdf5_reader::group::Group;
use ondine_solvers::{Boundary, Ends};
use std::path::Path;
use std::sync::Arc;

/// pdearena's layouts in the list.
pub(super) const ENTRY: FormatEntry = FormatEntry {
    kind: "pdearena",
    summary: "pdearena's HDF5 files of the Navier–Stokes and Kuramoto–Sivashinsky equations",
    recognises,
    open: |path| Ok(Box::new(open(path)?)),
};

/// Whether a file has the group of a split with the fields of one of the equations.
fn recognises(path: &Path) -> bool {
    let split = Source::open(path).and_then(|source| Split::find(Arc::new(source)));
    split.is_ok_and(|split| split.line().is_some() || split.has("u") && split.has("t"))
}

/// Splits, one of which a file has.
const SPLITS: [&str; 3] = ["train", "valid", "test"];

/// Conditions that a file may have, one number per trajectory.
const CONDITIONS: [(&str, &str); 2] = [("buo_y", "buo_y"), ("v", "viscosity")];

/// The group of a split, and what it holds.
struct Split {
    source: Arc<Source>,
    group: Group,
    datasets: Vec<String>,
}

fn open(path: &Path) -> Result<Arranged, DatasetError> {
    let source = Arc::new(Source::open(path)?);
    let split = Split::find(source)?;
    match split.line() {
        Some(name) => split.sivashinsky(&name),
        None => split.flow(),
    }
}

impl Split {
    fn find(source: Arc<Source>) -> Result<Self, DatasetError> {
        let [groups, _] = source.names()?;
        let name = SPLITS
            .iter()
            .find(|split| groups.iter().any(|g| g == *split));
        let Some(name) = name else {
            return Err(source.missing("a group `train`, `valid` or `test`"));
        };
        let group = source.group(name)?;
        let members = group.member_names();
        let place = format!("the group `{name}`");
        let (_, datasets) = members.map_err(DatasetError::unreadable(source.path(), &place))?;
        Ok(Self {
            source,
            group,
            datasets,
        })
    }

    fn has(&self, name: &str) -> bool {
        self.datasets.iter().any(|other| other == name)
    }

    /// The dataset of the Kuramoto–Sivashinsky equation.
    fn line(&self) -> Option<String> {
        let mut names = self.datasets.iter();
        names.find(|name| name.starts_with("pde_")).cloned()
    }

    fn dataset(&self, name: &str) -> Result<Numbers, DatasetError> {
        self.source.dataset(&self.group, name)
    }

    /// One number per trajectory.
    fn each(&self, name: &str, trajectories: usize) -> Result<Varying<f64>, DatasetError> {
        let dataset = self.dataset(name)?;
        match dataset.shape() {
            [n] if *n == trajectories => Ok(Varying::of(dataset.all()?)),
            shape => Err(self.source.invalid(format!(
                "`{}` has the shape {shape:?} for {trajectories} trajectories",
                dataset.name()
            ))),
        }
    }

    /// One list per trajectory.
    fn lists(&self, name: &str, trajectories: usize) -> Result<Varying<Vec<f64>>, DatasetError> {
        let dataset = self.dataset(name)?;
        match *dataset.shape() {
            [n, count] if n == trajectories && count > 0 => {
                let values = dataset.all()?;
                let lists = values.chunks(count).map(<[f64]>::to_vec);
                Ok(Varying::of(lists.collect()))
            }
            ref shape => Err(self.source.invalid(format!(
                "`{}` has the shape {shape:?} for {trajectories} trajectories",
                dataset.name()
            ))),
        }
    }

    fn parameters(&self, trajectories: usize) -> Result<Vec<(String, Varying<f64>)>, DatasetError> {
        let stored = CONDITIONS.iter().filter(|(theirs, _)| self.has(theirs));
        let condition = |(theirs, ours): &(&str, &str)| {
            Ok(((*ours).to_owned(), self.each(theirs, trajectories)?))
        };
        stored.map(condition).collect()
    }

    /// The Kuramoto–Sivashinsky equation on a periodic axis.
    fn sivashinsky(self, name: &str) -> Result<Arranged, DatasetError> {
        let array = self.dataset(name)?;
        let &[trajectories, frames, n] = array.shape() else {
            return Err(self.wrong_shape(&array, "trajectories, frames and points"));
        };
        let dx = self.each("dx", trajectories)?;
        let axis = Axis {
            points: n,
            length: dx.map(|dx| dx * n as f64),
            kind: AxisKind::PERIODIC,
        };
        let info = DatasetInfo {
            name: self.source.name(),
            trajectories,
            frames,
            axes: vec![axis],
            fields: vec![field("u", FieldKind::Scalar)],
            time: Time::Uniform(self.each("dt", trajectories)?),
            parameters: self.parameters(trajectories)?,
            provenance: Provenance::foreign(),
            ..DatasetInfo::default()
        };
        let roles = [Role::Trajectory, Role::Time, Role::Axis(0)];
        let channels = vec![Channels::new(Arc::new(array), &roles)];
        Arranged::new(self.source.path(), info, channels)
    }

    /// Smoke in a plane flow between walls.
    fn flow(self) -> Result<Arranged, DatasetError> {
        let smoke = self.dataset("u")?;
        let &[trajectories, frames, _, _] = smoke.shape() else {
            return Err(self.wrong_shape(&smoke, "trajectories, frames, x and y"));
        };
        let axis = |name: &str| {
            let place = format!("{}/{name}", self.group.name());
            let x = self.lists(name, trajectories)?;
            points::axis(
                self.source.path(),
                name,
                &place,
                &x,
                Ends::both(Boundary::Wall),
            )
        };
        let info = DatasetInfo {
            name: self.source.name(),
            trajectories,
            frames,
            axes: vec![axis("x")?, axis("y")?],
            fields: vec![
                field("smoke", FieldKind::Scalar),
                field("velocity", FieldKind::Vector),
            ],
            time: Time::Listed(self.lists("t", trajectories)?),
            parameters: self.parameters(trajectories)?,
            provenance: Provenance::foreign(),
            ..DatasetInfo::default()
        };
        let roles = [Role::Trajectory, Role::Time, Role::Axis(0), Role::Axis(1)];
        let components = ["vx", "vy"].map(|name| self.dataset(name));
        let arrays = [Ok(smoke)].into_iter().chain(components);
        let channels = arrays.map(|array| Ok(Channels::new(Arc::new(array?), &roles)));
        let channels = channels.collect::<Result<_, DatasetError>>()?;
        Arranged::new(self.source.path(), info, channels)
    }

    fn wrong_shape(&self, array: &Numbers, expected: &str) -> DatasetError {
        self.source.invalid(format!(
            "`{}` has the shape {:?}, where pdearena's files have {expected}",
            array.name(),
            array.shape()
        ))
    }
}

fn field(name: &str, kind: FieldKind) -> Field {
    Field {
        name: name.to_owned(),
        kind,
    }
}
