//! The trajectories of a file as the truth that rollouts are judged against.

use super::{HeldOut, Known, Truth};
use crate::agreement::Agreement;
use crate::batch::Layout;
use crate::metric::Modes;
use crate::plan::{self, Plan};
use crate::predict::{InitialStates, PredictError};
use crate::results::SourceFile;
use std::path::Path;
use std::sync::Arc;

/// Part of a file that is read; all of it by default.
#[derive(Debug, Clone, Copy, Default)]
pub struct Extent {
    /// The first so many trajectories.
    pub trajectories: Option<usize>,
    /// The first so many frames of each.
    pub frames: Option<usize>,
}

impl HeldOut {
    /// The trajectories of a file, for a surrogate of a plan, a step of which means `layout`. Their grid may be any that
    /// the network can work on; conditions outside of what it was trained on become warnings.
    ///
    /// # Errors
    /// When the file can't be read, holds other states than the plan, has values that are no data, or is too small for
    /// what is asked for or for one step.
    pub fn read(
        plan: &Plan,
        layout: &Layout,
        path: &Path,
        extent: Extent,
    ) -> Result<Self, PredictError> {
        let states = InitialStates::unscreened(plan, layout, path)?;
        let mut file = File { plan, states };
        file.check()?;
        let count = file.trajectories(extent.trajectories)?;
        let frames = file.frames(extent.frames, layout)?;
        file.states.screen(count, 0..frames)?;
        let trajectories = (0..count).map(|index| file.truth(index, frames, layout.stride));
        Ok(Self {
            trajectories: trajectories.collect::<Result<_, _>>()?,
            num_initial_frames: layout.history,
            points: file.states.points(),
            seed: None,
            failures: Vec::new(),
            file: Some(SourceFile {
                path: path.display().to_string(),
                warnings: file.warnings(frames - 1),
            }),
            others: Vec::new(),
        })
    }
}

/// A file that is read for a plan.
struct File<'a> {
    plan: &'a Plan,
    states: InitialStates,
}

impl File<'_> {
    /// Checks that its trajectories solve the equation of the plan, as far as it says.
    fn check(&self) -> Result<(), PredictError> {
        let (info, problem) = (self.states.info(), &self.plan.problem);
        let points = self.states.points();
        if let Err(error) = Modes::of_axes(&points, &problem.axis_kinds()) {
            return Err(self
                .states
                .misfit(format!("errors have no spectrum on its grid: {error}")));
        }
        let solved = self.plan.solver.is_some(); // another problem has a name of its own
        if let Some(kind) = plan::origin(info).filter(|kind| solved && *kind != problem.name) {
            let own = &problem.name;
            let what = format!("it holds simulations of `{kind}`, not of `{own}`");
            return Err(self.states.misfit(what));
        }
        let fits = plan::check_ends(info, problem, "its grid");
        fits.map_err(|misfit| self.states.misfit(misfit))
    }

    /// Trajectories to read.
    fn trajectories(&self, wanted: Option<usize>) -> Result<usize, PredictError> {
        let there = self.states.count();
        let count = wanted.unwrap_or(there);
        if (1..=there).contains(&count) {
            Ok(count)
        } else {
            Err(self.states.misfit(format!(
            "it holds {there} trajectories, and {count} are to be judged: write a number from 1 to {there}"
        )))
        }
    }

    /// Frames to read of each.
    fn frames(&self, wanted: Option<usize>, layout: &Layout) -> Result<usize, PredictError> {
        let there = self.states.info().shortest();
        let needed = layout.history * layout.stride + 1;
        if there < needed {
            return Err(self.states.misfit(format!(
                "its trajectories have {there} frames, too few for a step of the surrogate, which needs {needed}"
            )));
        }
        let frames = wanted.unwrap_or(there);
        if (needed..=there).contains(&frames) {
            Ok(frames)
        } else {
            Err(self.states.misfit(format!(
            "its trajectories have {there} frames, and {frames} are to be judged: write a number from {needed} to \
             {there}"
        )))
        }
    }

    fn truth(&self, index: usize, frames: usize, stride: usize) -> Result<Truth, PredictError> {
        let conditions = self.states.conditions(index).clone();
        let read = |number| self.states.frame(index, number).map(Arc::from);
        let frames = (0..frames).step_by(stride).map(read);
        let static_fields = self.states.static_fields(index)?;
        Ok(Truth {
            known: Known::of(&self.plan.problem, &static_fields),
            dt: conditions.dt * stride as f64,
            conditions,
            frames: frames.collect::<Result<_, _>>()?,
            static_fields,
        })
    }

    /// A warning where the file is one of those that were trained on.
    fn trained(&self) -> Option<String> {
        let path = std::path::absolute(self.states.path()).ok()?;
        let data = self.plan.recipe.file()?;
        data.source.paths.contains(&path).then(|| {
            "it is data.source: the surrogate was trained on trajectories of it, and errors on those are no test; without \
             --data the held-out ones are judged"
                .to_owned()
        })
    }

    /// Warnings about the judgement, in sentences.
    fn warnings(&self, last: usize) -> Vec<String> {
        let info = self.states.info();
        let (points, trained) = (info.points(), &self.plan.fields.grid);
        let resized = (points != *trained)
            .then(|| format!("its grid has {points:?} points, that of the run {trained:?}"));
        let own = self.states.warnings(&self.plan.network(), last);
        let all: Vec<usize> = (0..self.states.count()).collect();
        let solver = self.plan.solver.as_ref();
        let agreement = solver.and_then(|solver| {
            let (problem, reader) = (&self.plan.problem, self.states.reader());
            Agreement::measure(problem, &solver.training, reader, &all).ok()
        });
        let disagrees = agreement.and_then(|found| found.warning());
        let warnings = resized.into_iter().chain(disagrees).chain(self.trained());
        warnings.chain(own).collect()
    }
}
