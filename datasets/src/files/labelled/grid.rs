//! Axes of space of the fields.

use super::names::says_nothing;
use super::{DatasetError, Labelled, Variable};

impl Labelled<'_> {
    /// The axes of space of a field.
    ///
    /// # Errors
    /// When there are more than three, or the name of one says nothing of it.
    pub(super) fn grid(&self, field: &Variable) -> Result<Vec<String>, DatasetError> {
        let grid = self.space(field);
        let axes = field.dims.join(", ");
        if grid.len() > 3 {
            return Err(self.invalid(format!(
                "`{}` has the axes {axes}, of which {} lie in space: say in `[data.layout]` what they are",
                field.name,
                grid.len()
            )));
        }
        let unnamed = |dim: &&String| says_nothing(dim) && self.coordinate(dim).is_none();
        match grid.iter().find(unnamed) {
            None => Ok(grid),
            Some(dim) => Err(self.invalid(format!(
                "`{}` has the axes {axes}, and the name `{dim}` says nothing of its axis: say in `[data.layout]` what it is, or name \
                 the axes time, x, y in the file",
                field.name
            ))),
        }
    }
}
