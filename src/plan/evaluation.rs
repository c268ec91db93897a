//! Checks of `[evaluate]`.

use crate::metric::{Definition, Fields, METRICS, measured};
use crate::numbers::text::counted;
use crate::recipe::{Recipe, RecipeError, suggest};

impl Recipe {
    /// Checks that the evaluation can run.
    pub(super) fn check_evaluation(&self) -> Result<(), RecipeError> {
        let evaluate = &self.evaluate;
        self.ensure(evaluate.every != Some(0), "evaluate.every", || {
            "every must be 1 or more".into()
        })?;
        self.ensure(evaluate.trajectories > 0, "evaluate.trajectories", || {
            "trajectories must be 1 or more".into()
        })?;
        self.check_rollouts()?;
        let exponent = evaluate.lyapunov_exponent.unwrap_or(1.0);
        let grows = exponent > 0.0 && exponent.is_finite();
        self.ensure(grows, "evaluate.lyapunov_exponent", || {
            format!("lyapunov_exponent = {exponent} is not above 0: leave it out where errors don't grow")
        })?;
        self.check_known()?;
        self.check_measures()
    }

    /// Checks that a rollout has a step, and those that are asked for.
    fn check_rollouts(&self) -> Result<(), RecipeError> {
        let evaluate = &self.evaluate;
        let (frames, stride) = (self.evaluation_frames(), self.longest_stride());
        let (bundle, history) = (
            self.objective_section.bundle,
            self.objective_section.history(),
        );
        let first = stride.saturating_mul(history);
        self.ensure(frames > first, "evaluate.frames", || {
            let need = first.saturating_add(1);
            let after = match (bundle, history) {
                (_, 1) => return format!("frames = {frames} holds no step of stride {stride}"),
                (bundle, history) if bundle == history => format!("a bundle of {bundle}"),
                _ => format!("a history of {history}"),
            };
            format!(
                "frames = {frames} holds no frame after {after} with stride {stride}: write {need} or more"
            )
        })?;
        let steps = (frames - 1) / stride + 1 - history;
        let beyond = evaluate.at.iter().find(|step| !(1..=steps).contains(*step));
        self.ensure(beyond.is_none(), "evaluate.at", || {
            let step = beyond.copied().unwrap_or_default();
            let all = counted(steps, "step");
            format!(
                "step {step} is not in the rollouts, which have {all}: write steps from 1 to {steps}, or a larger \
                 evaluate.frames"
            )
        })
    }

    /// Checks that all metrics are in the list.
    fn check_known(&self) -> Result<(), RecipeError> {
        let known: Vec<&str> = METRICS.iter().map(|entry| entry.kind).collect();
        for name in &self.evaluate.metrics {
            if !known.contains(&name.as_str()) {
                let mut error = self
                    .source
                    .error_at("evaluate.metrics", format!("unknown metric `{name}`"));
                error.help = Some(suggest(name, &known));
                return Err(error);
            }
        }
        Ok(())
    }

    /// Checks that the metrics exist on every grid; definitions of other programs take every axis for periodic.
    fn check_measures(&self) -> Result<(), RecipeError> {
        self.grids()
            .try_for_each(|points| self.check_measures_on(points))
    }

    fn check_measures_on(&self, points: &[usize]) -> Result<(), RecipeError> {
        let problem = self.problem();
        let lengths = vec![1.0; problem.dims()];
        let fields = Fields {
            points,
            axes: &problem.axis_kinds(),
            lengths: &[&lengths],
            meaning: problem.meaning,
        };
        for entry in measured(&self.evaluate.metrics) {
            let Definition::States(make) = entry.definition else {
                continue;
            };
            if let Err(error) = make(&fields) {
                let message = format!("`{}` takes all axes for periodic: {error}", entry.kind);
                return self.error("evaluate.metrics", message);
            }
        }
        Ok(())
    }
}
