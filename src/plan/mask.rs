//! Points without data in the file of `[data]`.

use crate::recipe::{Recipe, RecipeError};
use ondine_datasets::files::DatasetInfo;
use ondine_datasets::offline;

impl Recipe {
    /// Checks that points without data are left out, by a mask of zeros and ones.
    pub(super) fn check_mask(&self, info: &DatasetInfo) -> Result<(), RecipeError> {
        let own = self.problem().mask;
        if let Some(mask) = info.mask.as_ref().filter(|_| own.is_none()) {
            let key = match self.equation() {
                Some(_) => "data.source",
                None => "problem.mask",
            };
            let remedy = match self.equation() {
                Some(_) => "an equation of the list has data at all points: leave [equation] out, so that the file \
                            describes the problem"
                    .to_owned(),
                None => format!(
                    "write mask = \"{mask}\" and static_fields = [\"{mask}\"], so that they are left out"
                ),
            };
            return self.error(
                key,
                format!("some points of the file have no data in any frame, and {remedy}"),
            );
        }
        let (Some(mask), Some(data)) = (own, self.file()) else {
            return Ok(());
        };
        let reader = &*data.source.reader;
        let values = offline::static_fields(reader, 0, std::slice::from_ref(&mask));
        let values = values.unwrap_or_default(); // what can't be read has been refused
        let is_mask = |value: &f32| (value * (value - 1.0)).abs() <= 0.0;
        let wrong = values.iter().find(|value| !is_mask(value));
        let fault = match wrong {
            Some(value) => format!("has the value {value}"),
            None if values.contains(&1.0) => return Ok(()),
            None => "is 0 everywhere".to_owned(),
        };
        self.error(
            "problem.mask",
            format!(
                "`{mask}` of the file {fault}: a mask is 1 at points with data and 0 at the others"
            ),
        )
    }
}
