//! The evaluation of a run, from its directory to its report.

mod options;

use super::{
    Compared, Comparison, EvaluationError, Extent, HeldOut, JudgeError, Judgement, Sampled,
    SolversOn, breakeven, compare, uncertainty,
};
use crate::control::Control;
use crate::diagnosis::Finding;
use crate::evidence;
use crate::files::check_writable;
use crate::forecast::{Schedule, Trained};
use crate::group::{Alone, Group, agreed};
use crate::plan::{HeldOutFrom, Plan};
use crate::report;
use crate::results::{Evaluation, Sample};
use crate::run::{Run, RunError};
use ondine_models::Model;
use ondine_solvers::Stream;
pub use options::Options;
use std::fs;
use std::path::{Path, PathBuf};

/// A run that was judged.
#[derive(Debug)]
pub struct Evaluated {
    /// The numbers.
    pub evaluation: Evaluation,
    /// The first rollout beside its truth.
    pub sample: Sample,
    /// Causes of what is wrong, with remedies.
    pub findings: Vec<Finding>,
    /// Oddities of the trajectories, in words: conditions outside of the trained ranges, say.
    pub warnings: Vec<String>,
    /// The page that shows it.
    pub report: PathBuf,
}

/// Judges the surrogate of the run in a directory, writes the evaluation and its report, and diagnoses it.
///
/// ```no_run
/// use ondine::control::Control;
/// use ondine::evaluation::{Options, evaluate};
/// use std::path::Path;
///
/// let options = Options { trajectories: Some(16), ..Options::default() };
/// let found = evaluate(Path::new("runs/burgers"), &options, Control::none())?;
/// println!("nRMSE of a step: {}", found.evaluation.surrogate.nrmse);
/// # Ok::<(), ondine::evaluation::EvaluationError>(())
/// ```
///
/// # Errors
/// When the run can't be read or another process writes into it, an option does not fit it, simulations fail, the disk
/// refuses or `control` ends it; the evaluation of the run then stays as it was.
pub fn evaluate(
    run: &Path,
    options: &Options,
    control: Control<'_>,
) -> Result<Evaluated, EvaluationError> {
    evaluate_together(run, options, control, &Alone).map(Alone::leads_to)
}

/// As [`evaluate`], with simulations and rollouts shared out to the processes of a group; the first one judges and returns what
/// it found. Every number but wall times is that of one process, to the bit. Each process computes on a device of its own.
///
/// # Errors
/// Those of [`evaluate`] in any of the processes.
pub fn evaluate_together(
    run: &Path,
    options: &Options,
    control: Control<'_>,
    group: &dyn Group,
) -> Result<Option<Evaluated>, EvaluationError> {
    let case = agreed(group, Case::open(run, options, group))?;
    let trial = agreed(group, case.held_out(control))?;
    trial.judge(control)
}

/// A run that is to be judged.
pub(crate) struct Case<'a> {
    directory: &'a Path,
    options: &'a Options,
    trained: Trained,
    /// The surrogate with other members, where there are some.
    together: Option<Model>,
    /// The processes that simulate and roll out; the first one judges.
    group: &'a dyn Group,
    /// Held until the evaluation is written: a run has one writer.
    _writer: Option<Run>,
}

/// A run beside the trajectories that it is judged on.
pub(crate) struct Trial<'a> {
    case: Case<'a>,
    held_out: HeldOut,
    /// Oddities of the trajectories.
    pub(crate) warnings: Vec<String>,
}

impl<'a> Case<'a> {
    /// Opens a run for these options, in every process of a group.
    pub(crate) fn open(
        directory: &'a Path,
        options: &'a Options,
        group: &'a dyn Group,
    ) -> Result<Self, EvaluationError> {
        let writer = if group.leads() {
            claim(directory, options.output.as_deref())?
        } else {
            None
        };
        let mut trained = Trained::open_at(
            directory,
            options.checkpoint.as_deref(),
            &options.of_recipe(),
            &options.device,
        )?;
        trained
            .plan
            .worker_program
            .clone_from(&options.worker_program);
        if let Some(path) = &options.schedule {
            let kind = trained.plan.recipe.model.kind();
            Schedule::read(path)?.refine(&mut trained.surrogate, (kind, path))?;
        }
        let together = match &options.members[..] {
            [] => trained.check_samples(options.samples).map(|()| None)?,
            others => Some(trained.with_members(others, &options.device)?),
        };
        if options.solvers == SolversOn::Device
            && let Some(why) = trained.plan.no_tensors()
        {
            return Err(EvaluationError::Solvers(why));
        }
        Ok(Self {
            directory,
            options,
            trained,
            together,
            group,
            _writer: writer,
        })
    }

    /// Simulates or reads the trajectories.
    pub(crate) fn held_out(self, control: Control<'_>) -> Result<Trial<'a>, EvaluationError> {
        let (plan, step) = (&self.trained.plan, self.trained.step);
        let held_out = match &self.options.data {
            None if matches!(plan.held_out, HeldOutFrom::None) => {
                let run = self.directory.display().to_string();
                return Err(EvaluationError::NothingHeldOut(run));
            }
            None => HeldOut::simulate_together(plan, step, control, self.group)?,
            Some(path) => {
                let extent = Extent {
                    trajectories: self.options.trajectories,
                    frames: self.options.frames,
                };
                HeldOut::read(plan, &plan.stage_after(step).layout, path, extent)?
            }
        };
        let warnings = match &held_out.file {
            Some(file) => file.warnings.clone(),
            None => {
                let outside = held_out.outside(plan);
                outside.iter().map(ToString::to_string).collect()
            }
        };
        Ok(Trial {
            case: self,
            held_out,
            warnings,
        })
    }
}

impl Trial<'_> {
    /// The directory of the run, the options and the simulations.
    pub(super) fn parts(&self) -> (&Path, &Options, &HeldOut) {
        (self.case.directory, self.case.options, &self.held_out)
    }

    /// The surrogate with its run.
    pub(super) fn surrogate(&self) -> &Trained {
        &self.case.trained
    }

    /// The plan of the run, and the steps behind its surrogate.
    pub(super) fn trained(&self) -> (&Plan, usize) {
        (&self.case.trained.plan, self.case.trained.step)
    }

    /// The error of a file that the system refuses.
    pub(super) fn io(&self, path: &Path, error: std::io::Error) -> RunError {
        self.case.trained.run.io(path, error)
    }

    /// Judges, writes and diagnoses, in the first process; none in the others.
    pub(crate) fn judge(self, control: Control<'_>) -> Result<Option<Evaluated>, EvaluationError> {
        let judged = self.judged(control)?;
        let concluded = judged.map(|(evaluation, sample)| self.conclude(evaluation, sample));
        concluded.transpose()
    }

    /// Writes and diagnoses an evaluation.
    fn conclude(
        self,
        evaluation: Evaluation,
        sample: Sample,
    ) -> Result<Evaluated, EvaluationError> {
        let Case {
            directory,
            options,
            trained,
            ..
        } = &self.case;
        let output = options.output.as_deref().unwrap_or(directory);
        let refused = |error| trained.run.io(output, error);
        fs::create_dir_all(output).map_err(refused)?;
        let page = output.join("report.html");
        (trained.run).write_evaluation_to(output, &evaluation, &sample)?;
        report::write_judged(directory, output, &page)?;
        Ok(Evaluated {
            findings: evidence::diagnosis(&trained.run, &evaluation)?,
            warnings: self.warnings,
            report: page,
            evaluation,
            sample,
        })
    }

    /// All numbers, with the spread of samples and the comparison with solvers.
    fn judged(&self, control: Control<'_>) -> Result<Option<(Evaluation, Sample)>, JudgeError> {
        let Case {
            options,
            trained,
            group,
            ..
        } = &self.case;
        let (held_out, device) = (&self.held_out, &options.device);
        let judgement = Judgement {
            plan: &trained.plan,
            surrogate: &trained.surrogate,
            device,
            step: trained.step,
        };
        let judged = judgement.together(held_out, control, *group)?;
        let judged = judged.map(|(evaluation, sample)| {
            let evaluation = self.compared(evaluation, control)?;
            Ok((evaluation, sample))
        });
        judged.transpose()
    }

    /// The evaluation with the spread of samples and the comparison with solvers.
    fn compared(
        &self,
        mut evaluation: Evaluation,
        control: Control<'_>,
    ) -> Result<Evaluation, JudgeError> {
        let Trained {
            plan,
            surrogate,
            step,
            ..
        } = &self.case.trained;
        let (held_out, options) = (&self.held_out, self.case.options);
        let device = &options.device;
        let samples = match &options.members[..] {
            [] => options.samples,
            others => others.len() + 1,
        };
        if samples > 1 {
            let sampled = Sampled {
                surrogate: self.case.together.as_ref().unwrap_or(surrogate),
                samples,
            };
            let layout = held_out.layout(plan, *step);
            let draws = &mut plan.draws(Stream::Rollout, 3);
            let found = uncertainty(&layout, held_out, sampled, device, draws, control)?;
            evaluation.uncertainty = Some(found);
        }
        if options.stress {
            let judgement = Judgement {
                plan,
                surrogate,
                device,
                step: *step,
            };
            evaluation.stress = judgement.stress(held_out, &evaluation, control)?;
        }
        let compared = Compared {
            surrogate,
            judged: &evaluation.surrogate,
            step: *step,
            device,
            solvers: options.solvers,
            timed: options.timed,
        };
        let Comparison {
            mut baselines,
            speed,
        } = compare(plan, held_out, compared, control)?;
        baselines.extend(self.teacher(control)?);
        Ok(Evaluation {
            baselines,
            speed: speed.map(|speed| breakeven::known(speed, &self.case.trained, held_out, device)),
            ..evaluation
        })
    }
}

/// The run, claimed, after a look whether its evaluation can be written into it.
fn writable(directory: &Path) -> Result<Run, RunError> {
    Run::open(directory)?;
    let unwritable = |path: String, source| RunError::Unwritable { path, source };
    let claimed = Run::open_to_write(directory).map_err(|error| match error {
        RunError::Io { path, source } => unwritable(path, source),
        error => error,
    })?;
    let evaluation = claimed.file("evaluation.json");
    let checked = check_writable(&evaluation);
    checked.map_err(|source| unwritable(evaluation.display().to_string(), source))?;
    Ok(claimed)
}

/// Claims the run where its evaluation is to be rewritten, and checks the directory for it where there is another.
fn claim(run: &Path, output: Option<&Path>) -> Result<Option<Run>, EvaluationError> {
    let Some(directory) = output else {
        return Ok(Some(writable(run)?));
    };
    let what = match (Run::open(directory).is_ok(), directory.exists()) {
        (true, _) => "a run",
        (false, true) if !directory.is_dir() => "no directory",
        _ => return Ok(None),
    };
    let path = directory.display().to_string();
    Err(EvaluationError::Output { path, what })
}
