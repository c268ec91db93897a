//! Trajectories of a file that are held out of training.

use super::{HeldOut, Known, Truth};
use crate::plan::{HeldOutFile, Plan};
use ondine_datasets::files::DatasetReader;
use ondine_datasets::offline;
use std::sync::Arc;

impl HeldOut {
    /// The trajectories of a file that are held out, as surrogate steps after `steps` steps of training mean them.
    pub(super) fn kept_back(plan: &Plan, file: &HeldOutFile, steps: usize) -> Result<Self, String> {
        let stride = plan.stage_after(steps).layout.stride;
        let frames = plan.evaluation_frames();
        let read = |&index: &usize| truth(plan, &*file.reader, index, [frames, stride]);
        let on = |points: &[usize], trajectories: &[usize]| -> Result<Self, String> {
            Ok(Self {
                trajectories: trajectories.iter().map(read).collect::<Result<_, _>>()?,
                num_initial_frames: plan.fields.history,
                points: points.to_vec(),
                seed: None,
                failures: Vec::new(),
                file: None,
                others: Vec::new(),
            })
        };
        let others = plan.recipe.grid.others.iter().zip(&file.others);
        let others = others.filter(|(_, trajectories)| !trajectories.is_empty());
        let others = others.map(|(points, trajectories)| on(points, trajectories));
        Ok(Self {
            others: others.collect::<Result<_, _>>()?,
            ..on(plan.points(), &file.trajectories)?
        })
    }
}

/// The first `frames` frames of a trajectory, of which every `stride`-th is kept.
pub(super) fn truth(
    plan: &Plan,
    reader: &dyn DatasetReader,
    index: usize,
    [frames, stride]: [usize; 2],
) -> Result<Truth, String> {
    let names = plan.problem.condition_names();
    let conditions = offline::conditions(reader, index, &names)?;
    let read = |number: usize| {
        let frame = reader.frame(index, number);
        let frame = frame.map_err(|error| error.to_string())?;
        if frame.iter().all(|value| value.is_finite()) {
            Ok(frame.iter().map(|&value| value as f32).collect())
        } else {
            Err(format!(
                "frame {number} of trajectory {index} has values that are not finite"
            ))
        }
    };
    let frames = (0..frames).step_by(stride).map(read);
    let static_fields = offline::static_fields(reader, index, &plan.problem.static_fields)?;
    Ok(Truth {
        known: Known::of(&plan.problem, &static_fields),
        static_fields,
        dt: conditions.dt * stride as f64,
        frames: frames.collect::<Result<Vec<Arc<[f32]>>, String>>()?,
        conditions: (*conditions).clone(),
    })
}
