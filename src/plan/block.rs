//! Blocks of trajectories in which windows are shuffled, beside the memory that holds them.

use crate::recipe::{DataSection, Recipe, RecipeError};

impl Recipe {
    /// Checks that memory holds two of the blocks in which windows are shuffled, or all trajectories.
    pub(super) fn check_block(
        &self,
        data: &DataSection,
        trajectories: u64,
    ) -> Result<(), RecipeError> {
        let Some(block) = data.block else {
            return Ok(());
        };
        let info = data.source.reader.info();
        let bytes = (size_of::<f32>() * info.largest_frame_len() * info.frames) as u64;
        let fit = (data.memory << 20) / bytes.max(1);
        let most = if fit >= trajectories {
            trajectories
        } else {
            fit / 2
        };
        self.ensure(most > 0, "data.memory", || {
            format!(
                "memory = {} MiB holds no two trajectories of {} MiB, and blocks of data.block need them: write {} or more",
                data.memory,
                bytes.div_ceil(1 << 20),
                bytes.div_ceil(1 << 19)
            )
        })?;
        self.ensure((1..=most).contains(&block), "data.block", || {
            format!(
                "block = {block} lies outside [1, {most}]: data.memory = {} MiB holds two blocks of {most} trajectories",
                data.memory
            )
        })
    }
}
