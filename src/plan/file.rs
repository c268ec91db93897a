//! The file of `[data]` as a plan reads it: its windows, its scales, its agreement with the solver.

use super::Plan;
use crate::agreement::Agreement;
use crate::recipe::FieldScales;
use ondine_datasets::files::{DatasetError, DatasetReader, Varying, renamed};
use ondine_datasets::offline::WindowFile;

impl Plan {
    /// The names of several fields of the file of `[data]` that are none of the equation's, in words.
    pub(super) fn renamed(&self) -> Option<String> {
        let info = self.recipe.file()?.source.reader.info();
        let names = self.problem.field_names();
        let renamed = renamed(info, &names).filter(|_| names.len() > 1)?;
        Some(format!("the file of [data]: {renamed}"))
    }

    /// Notes on the file of `[data]`: variables that are left out of it, and parameters that differ between its trajectories
    /// and are not told to the network.
    pub(super) fn of_file(&self) -> Vec<String> {
        let Some(file) = self.recipe.file() else {
            return Vec::new();
        };
        let info = file.source.reader.info();
        let told = self.problem.condition_names();
        let silent = info
            .parameters
            .iter()
            .filter(|(name, values)| matches!(values, Varying::Each(_)) && !told.contains(name));
        let silent = silent.map(|(name, _)| {
            format!("its parameter `{name}` is not told to the network: [problem] names its conditions, and this is none")
        });
        let notes = info.notes.iter().cloned().chain(silent);
        notes
            .map(|note| format!("the file of [data]: {note}"))
            .collect()
    }

    /// Mean and standard deviation of every channel, where they are taken from the file of `[data]`; empty where they are measured.
    pub(crate) fn stated_scales(&self) -> Vec<[f64; 2]> {
        let data = self.recipe.file();
        let data = data.filter(|data| data.scales == FieldScales::File);
        // What a file does not say was refused when the recipe was checked.
        data.map_or(Vec::new(), |data| {
            data.source
                .reader
                .info()
                .channel_statistics()
                .unwrap_or_default()
        })
    }

    /// Passes over the file of `[data]` after so many windows; none where solvers make the windows.
    pub fn epochs(&self, windows: u64) -> Option<f64> {
        let data = self.recipe.data.as_ref();
        data.map(|_| windows as f64 / self.pace.total as f64)
    }

    /// Windows that the buffer holds, or the file.
    pub fn capacity(&self) -> u64 {
        match self.recipe.data {
            Some(_) => self.pace.total,
            None => self.recipe.buffer.capacity as u64,
        }
    }

    /// Distance of the frames of `[data]` from those of the recipe's solver, one step on from the frames before; none
    /// without a file or a solver, an error in words where they can't be compared.
    pub fn agreement(&self) -> Option<Result<Agreement, String>> {
        let (data, solver) = (self.recipe.data.as_ref()?, self.solver.as_ref()?);
        let info = data.source.reader.info();
        let mut compared = self.recipe.good();
        compared.retain(|&index| info.grid_of(index) == 0); // the solver has the grid of the recipe
        Some(Agreement::measure(
            &self.problem,
            &solver.training,
            &*data.source.reader,
            &compared,
        ))
    }

    /// The numbers of the trajectories of `[data]` that are left out.
    pub fn skipped(&self) -> Vec<usize> {
        // A file that can't be read was refused when the recipe was checked.
        let data = self.recipe.file();
        data.map_or(Vec::new(), |data| data.skipped().unwrap_or_default())
    }

    /// The file of `[data]` and the first `most` of its trajectories that are trained on and lie on the grid of the recipe;
    /// none without a file.
    pub(crate) fn trained_file(&self, most: usize) -> Option<(&dyn DatasetReader, Vec<usize>)> {
        let reader = &*self.recipe.file()?.source.reader;
        let [trained, _] = self.recipe.split().unwrap_or_default(); // an error was told of before
        let mut trajectories = self.recipe.on_grids(reader.info(), &trained).swap_remove(0);
        trajectories.truncate(most);
        Some((reader, trajectories))
    }

    /// The windows of the file of `[data]`, where there is one.
    ///
    /// # Errors
    /// When the file does not hold what the plan trains on.
    pub fn window_file(&self) -> Option<Result<WindowFile, DatasetError>> {
        let data = self.recipe.file()?;
        let names = self.problem.condition_names();
        let reader = data.source.reader.clone();
        let [mut trajectories, _] = self.recipe.split().unwrap_or_default(); // an error was told of before
        let count = data.trajectories.map_or(usize::MAX, |count| count as usize);
        trajectories.truncate(count);
        let file = WindowFile::new(&data.source.path, reader, self.cut, &names, trajectories);
        let file = file.and_then(|file| file.with_static_fields(&self.problem.static_fields));
        let file = file.map(|file| file.shared(self.share));
        Some(match data.block {
            Some(block) => file.map(|file| file.in_blocks(block as usize)),
            None => file,
        })
    }
}
