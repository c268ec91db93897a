//! Initial states from a file, with their conditions.

use super::units::unlike_units;
use super::{Origin, PredictError, describe};
use crate::batch::Layout;
use crate::conditioning::Outside;
use crate::numbers::text::counted;
use crate::plan::Network;
use crate::recipe::open_like;
use ondine_datasets::files::{
    DatasetInfo, DatasetReader, SCREENED, Scope, by_name, constant_names, renamed, screen,
};
use ondine_datasets::{Conditions, offline};
use ondine_models::{Inputs, Scaling};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Root mean square of a state about the trained mean, in trained standard deviations, from which on it is far outside; 1 on
/// the average of the training.
const FAR: f64 = 10.0;

/// The end of every trajectory of a file.
pub struct InitialStates {
    reader: Arc<dyn DatasetReader>,
    path: String,
    conditions: Vec<Arc<Conditions>>,
    /// Names of the static fields that the surrogate sees.
    static_names: Vec<String>,
    name: String,
    recipe: String,
    seed: u64,
    /// Oddities of the values, in words.
    oddities: Vec<String>,
}

impl InitialStates {
    /// Opens a file for the surrogate of a training, a step of which means `layout`, on any grid.
    ///
    /// # Errors
    /// When the file can't be read, its grid, channels or parameters are none that the surrogate can work with, or the
    /// states have values that are no data.
    pub fn open<'a>(
        origin: impl Into<Origin<'a>>,
        layout: &Layout,
        path: &Path,
    ) -> Result<Self, PredictError> {
        let mut states = Self::unscreened(origin, layout, path)?;
        let info = states.info();
        // The last frames of all lie from here on.
        let first = info.shortest() - 1 - (layout.history - 1) * layout.stride;
        states.screen(states.count(), first..info.frames)?;
        Ok(states)
    }

    /// As [`Self::open`], whatever the values are.
    pub(crate) fn unscreened<'a>(
        origin: impl Into<Origin<'a>>,
        layout: &Layout,
        path: &Path,
    ) -> Result<Self, PredictError> {
        let origin: Origin<'a> = origin.into();
        let network = &origin.network;
        let reader = open_like(origin.reading.as_ref(), path)?;
        let reader = by_name(reader, &network.problem.field_names());
        let info = reader.info();
        let misfit = |what| PredictError::misfit(path.display(), what);
        let one = info.check_one_grid();
        one.map_err(|grids| misfit(format!("{grids}: name files of one grid at a time")))?;
        let (points, trained) = (info.points(), &network.fields.grid);
        if points.len() != trained.len() {
            let (found, expected) = (points.len(), trained.len());
            return Err(misfit(format!(
                "its grid has {}, that of the run {expected}",
                counted(found, "axis")
            )));
        }
        let checked = network.model.check_grid(trained, &points);
        let kind = network.model.kind();
        checked.map_err(|problem| misfit(format!("`{kind}` {problem}")))?;
        let channels = network.problem.fields.len();
        if info.channels() != channels {
            let found = info.channels();
            return Err(misfit(format!(
                "its states have {found} channels, those of the run {channels}"
            )));
        }
        if let Some(what) = unlike_units(&network.problem, info) {
            return Err(misfit(what));
        }
        let needed = (layout.history - 1) * layout.stride + 1;
        if info.shortest() < needed {
            let (history, stride, found) = (layout.history, layout.stride, info.shortest());
            let key = if history == layout.bundle {
                "objective.bundle"
            } else {
                "objective.history"
            };
            return Err(misfit(format!(
                "its trajectories have {found} frames; a state of the run is {history} frames (`{key}`), {stride} apart (`objective.stride`), so that {needed} are needed"
            )));
        }
        let known = constant_names(info);
        let mut unknown = network.problem.static_fields.iter();
        if let Some(name) = unknown.find(|name| !known.contains(name)) {
            let fault = offline::missing(name, &known);
            return Err(misfit(format!(
                "{fault}, and the surrogate was trained with it"
            )));
        }
        if info.mask.is_some() && network.problem.mask.is_none() {
            let what = "some of its points have no data in any frame, and the surrogate was trained with data at all points";
            return Err(misfit(what.to_owned()));
        }
        let names = network.problem.condition_names();
        let mut conditions = (0..info.trajectories)
            .map(|index| offline::conditions(&*reader, index, &names))
            .collect::<Result<Vec<_>, _>>()
            .map_err(misfit)?;
        let [dt, longest] = network.problem.dt;
        if dt >= longest {
            // A single frame says no time between frames, and the training knew one alone.
            let silent = conditions
                .iter_mut()
                .filter(|one| one.dt <= 0.0 || one.dt.is_nan());
            silent.for_each(|one| Arc::make_mut(one).dt = dt);
        }
        if let Some(index) = conditions
            .iter()
            .position(|one| one.dt <= 0.0 || one.dt.is_nan())
        {
            return Err(misfit(format!(
                "trajectory {index} says nothing of the time between frames, which the surrogate is told: write a file \
                 with two frames or more"
            )));
        }
        if let Some(plan) = origin.plan.filter(|_| layout.inputs == Inputs::Parameters) {
            for index in [0, conditions.len() - 1] {
                let first = reader.frame(index, 0)?;
                let first: Vec<f32> = first.iter().map(|value| *value as f32).collect();
                plan.check_conditioning(&first, &conditions[index])
                    .map_err(|problem| misfit(format!("trajectory {index} {problem}")))?;
            }
        }
        Ok(Self {
            path: path.display().to_string(),
            seed: network.seed,
            static_names: network.problem.static_fields.clone(),
            name: origin.name,
            recipe: origin.recipe,
            conditions,
            oddities: Vec::new(),
            reader,
        })
    }

    /// Number of states.
    pub fn count(&self) -> usize {
        self.conditions.len()
    }

    /// Grid points per axis.
    pub fn points(&self) -> Vec<usize> {
        self.reader.info().points()
    }

    /// The static fields of state `index`, channel-major; empty where the surrogate sees none.
    ///
    /// # Errors
    /// When they can't be read or have values that are not finite.
    pub(crate) fn static_fields(&self, index: usize) -> Result<Arc<[f32]>, PredictError> {
        let fields = offline::static_fields(&*self.reader, index, &self.static_names);
        fields.map_err(|what| self.misfit(what))
    }

    /// Conditions of state `index`.
    pub fn conditions(&self, index: usize) -> &Conditions {
        &self.conditions[index]
    }

    /// The path of the file.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Warnings about these states for rollouts up to frame `last`, in words: odd values, fields with other names than those of
    /// the equation, conditions that the surrogate was not trained on.
    pub fn warnings(&self, network: &Network, last: usize) -> Vec<String> {
        let names = network.problem.field_names();
        let renamed = renamed(self.info(), &names).into_iter();
        let odd = self.oddities.iter().cloned();
        let outside = self.outside(network, last);
        odd.chain(renamed).chain(outside).collect()
    }

    /// Fields whose values are far from those that the surrogate was trained on, in words.
    ///
    /// # Errors
    /// When a state can't be read.
    pub fn far(&self, scaling: &Scaling) -> Result<Vec<String>, PredictError> {
        let (info, points) = (self.info(), self.reader.info().num_points());
        let mut worst = vec![(0.0, 0.0_f32); info.channels()];
        for index in 0..self.count() {
            let frame = self.frame(index, self.place(index))?;
            for ((u, scales), worst) in frame.chunks(points).zip(scales(scaling)).zip(&mut worst) {
                let off = deviations(u, scales);
                if off > worst.0 {
                    *worst = (off, largest(u));
                }
            }
        }
        let names = info.fields.iter().flat_map(|field| {
            std::iter::repeat_n(&field.name, field.kind.components(info.axes.len()))
        });
        let far = worst.into_iter().zip(scales(scaling)).zip(names);
        let far = far.filter(|((worst, _), _)| worst.0 > FAR);
        Ok(far
            .map(|(((_, value), [mean, deviation]), name)| {
                format!(
                    "`{name}` reaches {value} in the states, and was {mean} ± {deviation} in training (mean and standard \
                     deviation): the surrogate was trained on no such values, units may differ"
                )
            })
            .collect())
    }

    /// The conditions of these states and what follows up to frame `last` that the surrogate was not trained on, in
    /// words.
    fn outside(&self, network: &Network, last: usize) -> Vec<String> {
        let grid = self.points();
        let conditions = self.conditions.iter();
        let named: Vec<_> = conditions
            .map(|one| network.conditions(&grid, one, one.dt * last as f64))
            .collect();
        let outside = network.outside(&named);
        outside.iter().map(Outside::to_string).collect()
    }

    /// The description in the file.
    pub(crate) fn info(&self) -> &DatasetInfo {
        self.reader.info()
    }

    /// The file itself.
    pub(crate) fn reader(&self) -> &dyn DatasetReader {
        &*self.reader
    }

    /// The error that the file does not fit the run.
    pub(crate) fn misfit(&self, what: String) -> PredictError {
        PredictError::misfit(&self.path, what)
    }

    /// Refuses values that are no data in these frames of the first `trajectories` trajectories, and keeps what else is odd
    /// for [`Self::warnings`].
    pub(crate) fn screen(
        &mut self,
        trajectories: usize,
        frames: Range<usize>,
    ) -> Result<(), PredictError> {
        let scope = Scope {
            trajectories,
            frames,
            values: SCREENED,
        };
        let found = screen(&*self.reader, &scope)?;
        self.oddities = found.warnings();
        match found.describe() {
            None => Ok(()),
            Some(what) => Err(self.misfit(format!("{what}: mend the file"))),
        }
    }

    /// Frame `number` of trajectory `index`, channel-major.
    ///
    /// # Errors
    /// When it can't be read or has values that are not finite.
    pub(crate) fn frame(&self, index: usize, number: usize) -> Result<Vec<f32>, PredictError> {
        let frame = self.reader.frame(index, number)?;
        if frame.iter().all(|value| value.is_finite()) {
            Ok(frame.iter().map(|value| *value as f32).collect())
        } else {
            Err(self.misfit(format!(
                "frame {number} of trajectory {index} has values that are not finite"
            )))
        }
    }

    /// The number of the last frame of the longest trajectory.
    #[cfg(feature = "cli")]
    pub(crate) fn last_place(&self) -> usize {
        self.reader.info().frames.saturating_sub(1)
    }

    /// The number of the last frame of trajectory `index`.
    pub(crate) fn place(&self, index: usize) -> usize {
        self.reader.info().frames_of(index).saturating_sub(1)
    }

    /// The frames of state `index`, a surrogate step apart, the last one that of the trajectory, and behind them its static
    /// fields; each channel-major.
    pub(super) fn state(
        &self,
        index: usize,
        layout: &Layout,
    ) -> Result<Vec<Vec<f32>>, PredictError> {
        // `open` made sure that there are as many.
        let frame = |back: usize| self.frame(index, self.place(index) - back * layout.stride);
        let frames = (0..layout.history).rev().map(frame);
        let still = self.static_fields(index).map(|fields| fields.to_vec());
        frames.chain([still]).collect()
    }

    /// The file of `samples` rollouts of every state.
    pub(super) fn describe(&self, steps: usize, stride: usize, samples: usize) -> DatasetInfo {
        let dt: Vec<f64> = (self.conditions.iter())
            .map(|one| one.dt * stride as f64)
            .collect();
        let mut info = describe::members(self.reader.info(), &dt, steps, samples);
        info.name.clone_from(&self.name);
        info.provenance.recipe = Some(self.recipe.clone());
        info.provenance.seed = Some(self.seed);
        info
    }
}

/// Mean and standard deviation of every channel in training.
fn scales(scaling: &Scaling) -> impl Iterator<Item = [f32; 2]> {
    let pairs = scaling.mean.iter().zip(&scaling.deviation);
    pairs.map(|(&mean, &deviation)| [mean, deviation])
}

/// Root mean square of values about a mean, in deviations.
fn deviations(values: &[f32], [mean, deviation]: [f32; 2]) -> f64 {
    let square = |&u: &f32| (f64::from(u - mean) / f64::from(deviation)).powi(2);
    (values.iter().map(square).sum::<f64>() / values.len() as f64).sqrt()
}

/// The value of the largest magnitude.
fn largest(values: &[f32]) -> f32 {
    let larger = |a: f32, &b: &f32| if b.abs() > a.abs() { b } else { a };
    values.iter().fold(0.0, larger)
}
