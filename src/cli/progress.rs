//! Progress in the terminal: bars where there is one, a line now and then where there is none.

use super::faults::Faults;
use super::table::{duration, percent};
use crate::evaluation::Evaluation;
use crate::observer::{Fault, Learned, Observer, Progress};
use crate::plan::Plan;
use crate::recipe::StageSection;
use crate::run::{Run, RunError};
use crate::telemetry::Advice;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Time between two lines where there is no terminal.
const QUIET: Duration = Duration::from_secs(10);

/// Shows a training.
pub(super) struct Terminal {
    faults: Faults,
    bars: MultiProgress,
    steps: ProgressBar,
    buffer: ProgressBar,
    simulations: ProgressBar,
    lines: bool,
    silent: bool,
    loss: Option<f64>,
    /// The stages in words, and the number of the last one that was announced.
    stages: (Vec<String>, usize),
    last_line: Instant,
    first: Option<(usize, Instant)>,
}

impl Terminal {
    /// A display of the run from `step` on; `silent` shows nothing.
    pub(super) fn new(plan: &Plan, run: &Run, step: usize, silent: bool) -> Self {
        let terminal = std::io::stderr().is_terminal() && !silent;
        let target = match terminal {
            true => ProgressDrawTarget::stderr_with_hz(10),
            false => ProgressDrawTarget::hidden(),
        };
        let bars = MultiProgress::with_draw_target(target);
        let total = [
            plan.recipe.ensemble.simulations,
            plan.capacity(),
            plan.recipe.train.steps as u64,
        ];
        let titles = match plan.recipe.data {
            Some(_) => ["trajectories", "memory", "training"],
            None => ["simulations", "buffer", "training"],
        };
        let bar = |i: usize| bars.add(ProgressBar::new(total[i]).with_style(style(titles[i])));
        let (simulations, buffer, steps) = (bar(0), bar(1), bar(2));
        steps.set_position(step as u64);
        let shown = Self {
            faults: Faults::default(),
            simulations,
            buffer,
            steps,
            lines: !terminal && !silent,
            silent,
            loss: None,
            stages: (
                recipe_stages(plan),
                plan.stage_number(step + 1).unwrap_or(1),
            ),
            last_line: Instant::now(),
            first: None,
            bars,
        };
        shown.introduce(plan, run, step);
        shown
    }

    /// Takes the bars away.
    pub(super) fn finish(&mut self) {
        // Bars are decoration: a terminal that has gone is no error.
        let _ = self.bars.clear();
    }

    fn introduce(&self, plan: &Plan, run: &Run, step: usize) {
        let recipe = &plan.recipe;
        let from = if step > 0 {
            format!(", from step {step}")
        } else {
            String::new()
        };
        self.say(&format!(
            "{}: {} on {}, {} of {} steps{from}, into {}",
            recipe.name,
            recipe.equation.kind,
            recipe.grid.describe(),
            recipe.model_kind,
            recipe.train.steps,
            run.directory().display()
        ));
        if let Some(error) = plan.reference_error {
            let substeps = plan.ensemble.substeps;
            self.say(&format!(
                "solver: {substeps} steps a frame, relative error {error:.1e} a frame"
            ));
        }
        if let Some(words) = self.stages.0.get(self.stages.1 - 1) {
            let (number, all) = (self.stages.1, self.stages.0.len());
            self.say(&format!("stage {number} of {all}: {words}"));
        }
    }

    /// One line above the bars.
    fn say(&self, line: &str) {
        if self.silent {
            return;
        }
        self.bars.suspend(|| eprintln!("{line}"));
    }

    /// Time left, from the speed of this process.
    fn left(&mut self, progress: &Progress) -> f64 {
        let (step, at) = *self.first.get_or_insert((progress.step, Instant::now()));
        let done = (progress.step - step).max(1) as f64;
        at.elapsed().as_secs_f64() / done * (progress.steps - progress.step) as f64
    }
}

/// So many workers in words.
fn workers(count: usize) -> String {
    match count {
        1 => "1 worker".to_owned(),
        _ => format!("{count} workers"),
    }
}

/// The stages of a recipe in words.
fn recipe_stages(plan: &Plan) -> Vec<String> {
    let stages = plan.recipe.stages.iter();
    stages.map(StageSection::describe).collect()
}

impl Observer for Terminal {
    fn stepped(&mut self, progress: &Progress) {
        if let Some(number) = progress.stage.filter(|number| *number != self.stages.1) {
            self.stages.1 = number;
            let (all, words) = (self.stages.0.len(), &self.stages.0[number - 1]);
            self.say(&format!("stage {number} of {all}: {words}"));
        }
        let telemetry = &progress.telemetry;
        let left = duration(self.left(progress));
        let loss = self
            .loss
            .map_or("-".to_owned(), |loss| format!("{loss:.3e}"));
        let speed = progress.samples_per_s;
        let waits = [
            percent(progress.trainer_wait),
            percent(progress.solver_wait),
        ];
        let training = format!("loss {loss}, {speed:.0} samples/s, {left} left");
        self.simulations
            .set_position(telemetry.simulations.min(progress.simulations));
        self.simulations.set_message(match progress.epoch {
            Some(epoch) => format!("epoch {epoch:.2}"),
            None => format!("{} wait {}", workers(telemetry.active), waits[1]),
        });
        self.buffer.set_position(telemetry.held as u64);
        self.buffer
            .set_message(format!("trainer waits {}", waits[0]));
        self.steps.set_position(progress.step as u64);
        self.steps.set_message(training.clone());
        if self.lines && self.last_line.elapsed() >= QUIET {
            self.last_line = Instant::now();
            let (step, steps, simulations) = (progress.step, progress.steps, telemetry.simulations);
            let workers = workers(telemetry.active);
            let fill = percent(telemetry.fill());
            let data = match progress.epoch {
                Some(epoch) => format!("epoch {epoch:.2}, waits: trainer {}", waits[0]),
                None => format!(
                    "{simulations} simulations, buffer {fill} full, waits: trainer {}, {workers} {}",
                    waits[0], waits[1]
                ),
            };
            self.say(&format!("step {step}/{steps}: {training}; {data}"));
        }
    }

    fn learned(&mut self, _progress: &Progress, learned: &Learned) -> Result<(), RunError> {
        self.loss = Some(learned.loss);
        Ok(())
    }

    fn advised(&mut self, advice: &Advice) {
        self.say(&format!("note: {}", advice.text));
    }

    fn evaluated(
        &mut self,
        progress: &Progress,
        evaluation: &Evaluation,
        _metrics: &BTreeMap<String, f64>,
    ) -> Result<(), RunError> {
        let time = |judged: &crate::evaluation::Judged| {
            judged.correlation_time.get("0.8").copied().unwrap_or(0.0)
        };
        self.say(&format!(
            "step {}: one-step error {} (persistence {}), correlation above 0.8 for {:.1} time units \
             (persistence {:.1})",
            progress.step,
            percent(evaluation.surrogate.nrmse),
            percent(evaluation.persistence.nrmse),
            time(&evaluation.surrogate),
            time(&evaluation.persistence),
        ));
        Ok(())
    }

    fn failed(&mut self, _progress: &Progress, fault: &Fault) -> Result<(), RunError> {
        let line = self
            .faults
            .line(&fault.cause, fault.held_out, fault.redrawn);
        line.iter().for_each(|line| self.say(line));
        Ok(())
    }

    fn doing(&mut self, what: &str) {
        self.steps.set_message(what.to_owned());
        self.steps.tick();
    }
}

fn style(title: &str) -> ProgressStyle {
    let template = format!("{title:>12} [{{bar:32}}] {{pos}}/{{len}}  {{msg}}");
    let style = ProgressStyle::with_template(&template);
    style.expect("the template is valid").progress_chars("=> ")
}
