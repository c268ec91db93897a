//! Progress in the terminal: bars where there is one, a line now and then where there is none.

mod bars;
mod origin;

use super::bar::remaining;
use super::faults::Faults;
use crate::numbers::text::{aligned_percent, counted, fixed};
use crate::observer::{Fault, Learned, Observer, Progress};
use crate::plan::Plan;
use crate::recipe::StageSection;
use crate::results::Evaluation;
use crate::run::{Run, RunError};
use crate::telemetry::Advice;
use bars::{Bars, waits};
use origin::origin;
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Time between two lines where there is no terminal.
const QUIET: Duration = Duration::from_secs(10);

/// Shows a training.
pub(super) struct Terminal {
    faults: Faults,
    bars: Bars,
    lines: bool,
    silent: bool,
    /// Windows of a step.
    batch: f64,
    /// Steps between two evaluations.
    evaluate_every: usize,
    /// Loss of the last line of metrics, and the simulations that windows were held of.
    learned: Option<(f64, usize)>,
    /// Error of one step at the last evaluation.
    error: Option<f64>,
    /// The stages in words, and the number of the last one that was announced.
    stages: (Vec<String>, usize),
    last_line: Instant,
    first: Option<(usize, Instant)>,
}

impl Terminal {
    /// A display of the run from `step` on; `silent` shows nothing.
    pub(super) fn new(plan: &Plan, run: &Run, step: usize, silent: bool) -> Self {
        let terminal = std::io::stderr().is_terminal() && !silent;
        let shown = Self {
            faults: Faults::default(),
            bars: Bars::new(plan, step, terminal),
            lines: !terminal && !silent,
            silent,
            batch: mean_batch(plan),
            evaluate_every: plan.evaluate_every,
            learned: None,
            error: None,
            stages: (
                recipe_stages(plan),
                plan.stage_number(step + 1).unwrap_or(1),
            ),
            last_line: Instant::now(),
            first: None,
        };
        shown.introduce(plan, run, step);
        shown
    }

    /// Takes the bars away.
    pub(super) fn finish(&mut self) {
        self.bars.clear();
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
            plan.problem.name,
            recipe.grid.describe(),
            recipe.model.kind(),
            recipe.train.steps,
            run.directory().display()
        ));
        self.say(&origin(plan));
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
        self.bars.say(line);
    }

    /// Says which stage begins, where one does.
    fn announce_stage(&mut self, progress: &Progress) {
        if let Some(number) = progress.stage.filter(|number| *number != self.stages.1) {
            self.stages.1 = number;
            let (all, words) = (self.stages.0.len(), &self.stages.0[number - 1]);
            self.say(&format!("stage {number} of {all}: {words}"));
        }
    }

    /// Loss and speed; time left.
    fn training(&mut self, progress: &Progress) -> [String; 2] {
        let left = remaining(self.left(progress)).unwrap_or_default();
        let loss = self
            .learned
            .map_or("-".to_owned(), |(loss, _)| format!("{loss:.2e}"));
        let speed = progress.samples_per_s;
        let steps = speed / self.batch;
        let decimals = usize::from(steps < 10.0);
        let words = format!("loss {loss}, {steps:.decimals$} steps/s");
        [words, left]
    }

    fn show_bars(&self, progress: &Progress, [training, left]: &[String; 2]) {
        let held = self.learned.filter(|_| progress.epoch.is_none());
        self.bars.stream(progress, held.map(|(_, of)| of));
        // What matters most comes first: a narrow terminal cuts the rest off.
        let training = joined([left, training]);
        self.bars.training(progress.step, training);
        self.bars.evaluation(self.next_evaluation(progress));
    }

    /// The last error, and when the next one comes.
    fn next_evaluation(&self, progress: &Progress) -> String {
        let next = (progress.step / self.evaluate_every + 1) * self.evaluate_every;
        let next = format!("next at step {}", next.min(progress.steps));
        match self.error {
            Some(error) => format!("one step errs by {}; {next}", aligned_percent(error)),
            None => next,
        }
    }

    /// A line now and then, where there are no bars.
    fn show_line(&mut self, progress: &Progress, [training, left]: &[String; 2]) {
        if !self.lines || self.last_line.elapsed() < QUIET {
            return;
        }
        self.last_line = Instant::now();
        let telemetry = &progress.telemetry;
        let [trainer, solver] = waits(progress);
        let data = match progress.epoch {
            Some(epoch) => format!("epoch {epoch:.2}, waits: trainer {trainer}"),
            None => format!(
                "{} simulations and {} running, buffer {} full, waits: trainer {trainer}, {} {solver}",
                telemetry.simulations,
                telemetry.running,
                aligned_percent(telemetry.fill()),
                counted(telemetry.active, "worker")
            ),
        };
        let (step, steps) = (progress.step, progress.steps);
        let training = joined([training, left]);
        self.say(&format!("step {step}/{steps}: {training}; {data}"));
    }

    /// Time left, from the speed of this process.
    fn left(&mut self, progress: &Progress) -> f64 {
        let (step, at) = *self.first.get_or_insert((progress.step, Instant::now()));
        let done = (progress.step - step) as f64;
        if done == 0.0 {
            return 0.0; // not known yet
        }
        at.elapsed().as_secs_f64() / done * (progress.steps - progress.step) as f64
    }
}

/// Windows per batch, on average over the training.
fn mean_batch(plan: &Plan) -> f64 {
    let steps = plan.recipe.train.steps as u64;
    plan.recipe.batches().before(steps) as f64 / steps.max(1) as f64
}

/// Words that are not empty, with a comma between.
fn joined(words: [&String; 2]) -> String {
    let told = words.into_iter().filter(|words| !words.is_empty());
    told.cloned().collect::<Vec<_>>().join(", ")
}

/// The stages of a recipe in words.
fn recipe_stages(plan: &Plan) -> Vec<String> {
    let stages = plan.recipe.stages.iter();
    stages.map(StageSection::describe).collect()
}

impl Observer for Terminal {
    fn stepped(&mut self, progress: &Progress) {
        self.announce_stage(progress);
        let training = self.training(progress);
        self.show_bars(progress, &training);
        self.show_line(progress, &training);
    }

    fn learned(&mut self, _progress: &Progress, learned: &Learned) -> Result<(), RunError> {
        self.learned = Some((learned.loss, learned.reading.buffer_simulations));
        Ok(())
    }

    fn advised(&mut self, advice: &Advice) {
        self.say(&format!("note: {}", advice.text));
    }

    fn noted(&mut self, words: &str) {
        self.say(&format!("note: {words}"));
    }

    fn evaluated(
        &mut self,
        progress: &Progress,
        evaluation: &Evaluation,
        _metrics: &BTreeMap<String, f64>,
    ) -> Result<(), RunError> {
        let before = self.error.replace(evaluation.surrogate.nrmse);
        let before = before.map_or(String::new(), |error| {
            format!("was {}, ", aligned_percent(error))
        });
        let time = |judged: &crate::results::Judged| {
            fixed(
                judged.correlation_time.get("0.8").copied().unwrap_or(0.0),
                1,
            )
        };
        self.say(&format!(
            "step {}: one-step error {} ({before}persistence {}), correlation above 0.8 for {} time units \
             (persistence {})",
            progress.step,
            aligned_percent(evaluation.surrogate.nrmse),
            aligned_percent(evaluation.persistence.nrmse),
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
        self.bars.doing(what);
    }
}
