//! Checks that the values of the file of `[data]` are data.

use super::{HeldOutFrom, Plan};
use crate::recipe::{RecipeError, Skip};
use ondine_datasets::files::{SCREENED, Scope, Screening, screen};

impl Plan {
    /// Oddities of the frames that are trained on, in words; at most `SCREENED` values are looked at.
    ///
    /// # Errors
    /// When the file can't be read, or has values that are not finite, fill values or outliers, and such trajectories are
    /// not left out.
    pub fn screen(&self) -> Result<Vec<String>, RecipeError> {
        let Some(data) = self.recipe.file() else {
            return Ok(Vec::new());
        };
        self.screen_judged()?;
        if data.skip == Skip::Bad {
            let all = data.source.screening(); // all with faults are left out
            let all = all.or_else(|error| self.recipe.error("data.source", error))?;
            return Ok(all.warnings_of_the_rest());
        }
        let own = data.held_out.as_ref().filter(|_| data.judged.is_none());
        let trajectories = match own {
            Some(_) => data.source.reader.info().trajectories,
            None => data.trajectories.unwrap_or(0) as usize,
        };
        let scope = Scope {
            trajectories,
            frames: 0..data.source.reader.info().frames,
            values: SCREENED,
        };
        let found = screen(&*data.source.reader, &scope);
        let found = found.or_else(|error| self.recipe.error("data.source", error.to_string()))?;
        match found.describe() {
            None => Ok(advised(&found)),
            Some(what) => self.recipe.error(
                "data.source",
                format!(
                    "{what}: mend the file, or leave such trajectories out with data.skip = \"bad\""
                ),
            ),
        }
    }

    /// Refuses values that are no data in the frames of files that `data.held_out` names.
    fn screen_judged(&self) -> Result<(), RecipeError> {
        let data = self.recipe.file();
        let (Some(judged), HeldOutFrom::File(file)) =
            (data.and_then(|data| data.judged.as_ref()), &self.held_out)
        else {
            return Ok(());
        };
        let all = judged.reader.info().trajectories;
        let scope = Scope {
            trajectories: if file.others.is_empty() {
                file.trajectories.len()
            } else {
                all // those of several grids are not the first ones
            },
            frames: 0..self.evaluation_frames(),
            values: SCREENED,
        };
        let found = screen(&*judged.reader, &scope);
        let found = found.or_else(|error| self.recipe.error("data.held_out", error.to_string()))?;
        match found.describe() {
            None => Ok(()),
            Some(what) => {
                let path = judged.path.display();
                let what = format!("{path}: {what}: mend the file");
                self.recipe.error("data.held_out", what)
            }
        }
    }
}

/// The oddities in words, with what leaves some of them out.
fn advised(found: &Screening) -> Vec<String> {
    let skip = "data.skip = \"bad\" leaves trajectories without variation out".to_owned();
    let skip = (!found.constant.is_empty()).then_some(skip);
    found.warnings().into_iter().chain(skip).collect()
}
