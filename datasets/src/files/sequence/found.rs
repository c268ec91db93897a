//! Sequences among the files of a dataset: whether files are frames of one trajectory, or trajectories.

use super::numbered::{Numbered, numbered};
use super::{Parts, Sequence, invalid};
use crate::files::reading::Files;
use crate::files::{DatasetError, DatasetInfo, DatasetReader, Reading, Time, recognise};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Sequences by their first file.
#[derive(Clone, Default)]
pub(in crate::files) struct Sequences {
    parts: HashMap<PathBuf, Arc<Parts>>,
    /// The first file of each, in their order.
    pub(in crate::files) first: Vec<PathBuf>,
}

impl Sequences {
    /// The dataset that begins with this file.
    pub(in crate::files) fn reader(&self, first: &Path) -> Option<Arc<dyn DatasetReader>> {
        let parts = self.parts.get(first)?;
        Some(Arc::new(Sequence::new(parts.clone())))
    }
}

impl Reading {
    /// The sequences that these files are; none where they are trajectories of their own.
    ///
    /// # Errors
    /// When files that follow one another do not belong together, or one is missing.
    pub(in crate::files) fn sequences(
        &self,
        files: &[PathBuf],
    ) -> Result<Option<Sequences>, DatasetError> {
        if self.files == Some(Files::Trajectories) {
            return Ok(None);
        }
        let groups = numbered(files);
        let asked = self.files == Some(Files::Frames);
        let Some(several) = groups.iter().find(|group| group.files.len() > 1) else {
            let first = files.first().filter(|_| asked);
            return first.map_or(Ok(None), |first| Err(no_numbers(first)));
        };
        if !asked && !self.are_frames(&several.files[0], &several.files[1]) {
            return Ok(None);
        }
        check_alike(&groups)?;
        let dt = self.layout.as_ref().and_then(|layout| layout.dt);
        let mut sequences = Sequences::default();
        for group in groups {
            let first = group.files[0].clone();
            let reading = self.of_format(&first);
            let open = move |path: &Path| reading.open_file(path);
            sequences
                .parts
                .insert(first.clone(), Arc::new(Parts::open(group, dt, open)?));
            sequences.first.push(first);
        }
        Ok(Some(sequences))
    }

    /// The same for files of one format, that of this file where none is named: it is looked for once, not for every file.
    fn of_format(&self, first: &Path) -> Self {
        let named = self.format.is_some() || self.layout.is_some();
        let found = recognise(first).filter(|_| !named);
        let found = found.map(|entry| entry.kind.to_owned());
        Self {
            format: found.or_else(|| self.format.clone()),
            ..self.clone()
        }
    }

    /// Whether two files hold one frame each of the same trajectory: they state different times, or a layout says how far they
    /// are apart. What can't be opened is refused elsewhere.
    fn are_frames(&self, first: &Path, second: &Path) -> bool {
        let info = |path: &Path| {
            self.open_file(path)
                .ok()
                .map(|reader| reader.info().clone())
        };
        let (Some(first), Some(second)) = (info(first), info(second)) else {
            return false;
        };
        let alone = first.frames == 1 && second.frames == 1;
        let of_layout = self.layout.as_ref();
        let conditioned = of_layout.is_some() && first.parameters != second.parameters;
        alone
            && !conditioned
            && follow(
                &first,
                &second,
                of_layout.is_some_and(|layout| layout.dt.is_some()),
            )
    }
}

/// Whether one frame may follow another one, by their times; `spaced` where the time between them is known.
fn follow(first: &DatasetInfo, second: &DatasetInfo, spaced: bool) -> bool {
    match (&first.time, &second.time) {
        (Time::Listed(a), Time::Listed(b)) => a != b || first.time_origin != second.time_origin,
        (Time::Uniform(_), Time::Uniform(_)) => spaced,
        _ => false,
    }
}

fn no_numbers(first: &Path) -> DatasetError {
    let what = "data.files = \"frames\", and no two of its files are called alike but for a number: number them, as \
                out_0000.h5, or leave the key out";
    DatasetError::key_at(first, "files", what)
}

/// Refuses a single file that is called otherwise than those that follow one another.
fn check_alike(groups: &[Numbered]) -> Result<(), DatasetError> {
    let several: Vec<&Numbered> = groups
        .iter()
        .filter(|group| group.files.len() > 1)
        .collect();
    let mut alone = groups.iter().filter(|group| group.files.len() == 1);
    let stray = alone.find(|group| !several.iter().any(|other| group.is_called_as(other)));
    let (Some(stray), Some(several)) = (stray, several.first()) else {
        return Ok(());
    };
    let what = format!(
        "it is called otherwise than the files that follow one another, as {}: leave it out by a pattern, such as data.source = \
         \"out_*.h5\"",
        several.files[0].display()
    );
    Err(invalid(&stray.files[0], what))
}
