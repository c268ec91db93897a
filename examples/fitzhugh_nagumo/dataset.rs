//! The dataset of the medium: its fields, walls, mask and rates in The Well's layout.

use super::medium::{CELLS, DT, LENGTH, Medium};
use ondine::datasets::files::{
    Axis, AxisKind, DatasetError, DatasetInfo, Dtype, Field, FieldKind, Time, Trajectory, Varying,
    WellWriter,
};
use std::path::Path;

/// Writes so many simulations of a seed, each with so many frames.
///
/// # Errors
/// When the disk refuses.
pub(crate) fn write(
    path: &Path,
    seed: u64,
    [trajectories, frames]: [usize; 2],
) -> Result<(), DatasetError> {
    let medium = |index: usize| Medium::new(seed, index as u64);
    let axis = Axis {
        points: CELLS,
        length: Varying::Same(LENGTH),
        kind: AxisKind::WALLS,
    };
    let field = |name: &str| Field {
        name: name.to_owned(),
        kind: FieldKind::Scalar,
    };
    let rates = (0..trajectories).map(|index| medium(index).epsilon);
    let info = DatasetInfo {
        name: "fitzhugh_nagumo".to_owned(),
        trajectories,
        frames,
        axes: vec![axis.clone(), axis],
        fields: ["u", "v"].map(field).to_vec(),
        constants: vec![field("mask")],
        time: Time::Uniform(Varying::Same(DT)),
        parameters: vec![("epsilon".to_owned(), Varying::Each(rates.collect()))],
        ..DatasetInfo::default()
    };
    let mut writer = WellWriter::create(path, &info, Dtype::F32)?;
    for index in 0..trajectories {
        let mut medium = medium(index);
        writer.put_constants(index, &medium.mask())?;
        let frames = medium.frames(frames);
        writer.append(&Trajectory { index, frames })?;
    }
    writer.finish()
}
