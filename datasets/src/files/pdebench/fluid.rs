//! Files of the incompressible fluid: `velocity` and `particles` `[trajectory, frame, x, y, channel]`, `force`, `t`.

use super::config;
use crate::files::arranged::{Arranged, Channels, Role};
use crate::files::source::{Attributes, Source};
use crate::files::{
    Axis, AxisKind, DatasetError, DatasetInfo, Field, FieldKind, Provenance, Time, Varying,
};
use std::sync::Arc;

/// The fields that are read, in the order of the channels.
const FIELDS: [&str; 2] = ["particles", "velocity"];

/// The force on the fluid, which does not change in time.
const FORCE: &str = "force";

/// Opens a file. It says nothing of the size of the box, which is 1 unless the configuration has `domain_size`.
pub(super) fn open(source: &Arc<Source>) -> Result<Arranged, DatasetError> {
    let root = source.root()?;
    let velocity = source.dataset_at("velocity")?;
    let &[trajectories, frames, x, y, _] = velocity.shape() else {
        return Err(source.invalid(format!(
            "`velocity` has the shape {:?}, where PDEBench's files have trajectories, frames, x, y and components",
            velocity.shape()
        )));
    };
    let yaml = root.word("config").unwrap_or_default();
    let length = config::find(&yaml, "domain_size").unwrap_or(1.0);
    let axis = |points| Axis {
        points,
        length: Varying::Same(length),
        kind: AxisKind::WALLS,
    };
    let parameters =
        config::find(&yaml, "NU").map(|nu| ("viscosity".to_owned(), Varying::Same(nu)));
    let field = |(name, kind): (&str, FieldKind)| Field {
        name: name.to_owned(),
        kind,
    };
    let kinds = [FieldKind::Scalar, FieldKind::Vector];
    let mut info = DatasetInfo {
        name: source.name(),
        trajectories,
        frames,
        axes: vec![axis(x), axis(y)],
        fields: FIELDS.into_iter().zip(kinds).map(field).collect(),
        time: Time::Listed(times(source, trajectories, frames)?),
        parameters: parameters.into_iter().collect(),
        provenance: Provenance::foreign(),
        constants: vec![field((FORCE, FieldKind::Vector))],
        ..DatasetInfo::default()
    };
    use Role::{Axis as Along, Channel, Time as Frame, Trajectory};
    let roles = [Trajectory, Frame, Along(0), Along(1), Channel];
    let channels = FIELDS.iter().map(|name| {
        let array = source.dataset_at(name)?;
        Ok(Channels::new(Arc::new(array), &roles))
    });
    let channels = channels.collect::<Result<_, DatasetError>>()?;
    let force = match source.dataset_at(FORCE) {
        Ok(force) => vec![Channels::new(
            Arc::new(force),
            &[Trajectory, Along(0), Along(1), Channel],
        )],
        Err(_) => Vec::new(),
    };
    if force.is_empty() {
        info.constants.clear();
    }
    Arranged::with_constants(source.path(), info, channels, force)
}

/// Times of the frames of every trajectory.
fn times(
    source: &Source,
    trajectories: usize,
    frames: usize,
) -> Result<Varying<Vec<f64>>, DatasetError> {
    let times = source.dataset_at("t")?;
    if times.shape() != [trajectories, frames] {
        return Err(source.invalid(format!(
            "`t` has the shape {:?} for {trajectories} trajectories of {frames} frames",
            times.shape()
        )));
    }
    let values = times.all()?;
    Ok(Varying::of(
        values.chunks(frames).map(<[f64]>::to_vec).collect(),
    ))
}
