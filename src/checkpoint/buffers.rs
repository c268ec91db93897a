//! The buffers of the processes that wrote a checkpoint.

use super::buffer_file::{self, Bounds};
use super::{BUFFER, Checkpoint};
use crate::plan::Plan;
use crate::run::RunError;
use ondine_datasets::{Cursor, Redrawn, Share, Snapshot, Source};
use std::fs;

impl Checkpoint {
    /// The contents of the buffer of this process; dealt out anew where another number of them wrote the checkpoint.
    pub(crate) fn buffer(&self, plan: &Plan) -> Result<Snapshot, RunError> {
        let (share, ranks) = (plan.share, 1 + self.state.ranks.len());
        if share.size() == ranks {
            return self.buffer_of(plan, share);
        }
        let parts = (0..ranks).map(|rank| self.buffer_of(plan, Share::new(rank, ranks)));
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        Ok(Snapshot::shared_out(&parts, share, plan.windows_each()))
    }

    /// The contents of the buffer of one of the processes that wrote the checkpoint.
    fn buffer_of(&self, plan: &Plan, share: Share) -> Result<Snapshot, RunError> {
        let name = buffer_name(share.rank());
        self.check(&name)?;
        let path = self.directory.join(&name);
        let bytes = fs::read(&path).map_err(|error| self.run.io(&path, error))?;
        let (state, own) = (&self.state, self.state.rank(share.rank()));
        let drawn = plan.source().map(|source| {
            let drawn = Redrawn::new(source, &own.failures);
            drawn.bred(plan.lineage(state.generations.clone()))
        });
        let by_index = |simulation| Some(drawn.as_ref()?.conditions(simulation));
        let bounds = Bounds {
            simulations: plan.recipe.ensemble.simulations.max(own.next),
            frames: plan.recipe.time.frames,
            values: plan.stage_after(state.step).layout.frame_len(),
            axes: plan.problem.dims(),
            parameters: plan.problem.conditions.len(),
            static_values: plan.problem.static_fields.len()
                * plan.stage_after(state.step).layout.num_points(),
        };
        let contents = buffer_file::from_bytes(&bytes, &by_index, bounds);
        Ok(Snapshot {
            contents: contents.map_err(|reason| self.damaged(&name, reason))?,
            arrived: own.arrived,
            handed_out: own.handed_out,
            read: own.read,
            batches: state.step as u64,
            simulations: own.simulations,
            cursor: Cursor {
                restart: own.restart,
                next: own.next,
            },
            failures: own.failures,
            generations: state.generations.clone(),
            share,
        })
    }
}

/// The file with the buffer of a process.
pub(super) fn buffer_name(rank: usize) -> String {
    match rank {
        0 => BUFFER.to_owned(),
        rank => BUFFER.replace('.', &format!("-{rank}.")),
    }
}
