//! The bars of a training: simulations, buffer, steps, and a line about evaluations.

use crate::numbers::text::{aligned_percent, counted};
use crate::observer::Progress;
use crate::plan::Plan;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The bars from the top down.
pub(super) struct Bars {
    all: MultiProgress,
    simulations: ProgressBar,
    buffer: ProgressBar,
    steps: ProgressBar,
    evaluation: ProgressBar,
}

impl Bars {
    /// The bars of a training that has done `step` steps; hidden where there is no terminal.
    pub(super) fn new(plan: &Plan, step: usize, terminal: bool) -> Self {
        let target = if terminal {
            ProgressDrawTarget::stderr_with_hz(10)
        } else {
            ProgressDrawTarget::hidden()
        };
        let all = MultiProgress::with_draw_target(target);
        let total = [
            plan.recipe.ensemble.simulations,
            plan.capacity(),
            plan.recipe.train.steps as u64,
        ];
        let titles = match plan.recipe.data {
            Some(_) => ["trajectories", "memory", "training"],
            None => ["simulations", "buffer", "training"],
        };
        let bar = |i: usize| all.add(ProgressBar::new(total[i]).with_style(style(titles[i])));
        let (simulations, buffer, steps) = (bar(0), bar(1), bar(2));
        steps.set_position(step as u64);
        let line = ProgressStyle::with_template("  evaluation  {wide_msg}");
        let line = line.expect("the template is valid");
        Self {
            evaluation: all.add(ProgressBar::new(1).with_style(line)),
            simulations,
            buffer,
            steps,
            all,
        }
    }

    /// One line above the bars.
    pub(super) fn say(&self, line: &str) {
        self.all.suspend(|| eprintln!("{line}"));
    }

    /// Takes the bars away.
    pub(super) fn clear(&self) {
        // Bars are decoration: a terminal that has gone is no error.
        let _ = self.all.clear();
    }

    /// Simulations and buffer, with the number of simulations that windows are held of, where it is known.
    pub(super) fn stream(&self, progress: &Progress, held_of: Option<usize>) {
        let telemetry = &progress.telemetry;
        let [trainer, solver] = waits(progress);
        let failures = match telemetry.failures.total() {
            0 => String::new(),
            failures => format!(", {failures} failed"),
        };
        self.simulations
            .set_position(telemetry.simulations.min(progress.simulations));
        self.simulations.set_message(match progress.epoch {
            Some(epoch) => format!("epoch {epoch:.2}"),
            None => {
                let workers = counted(telemetry.active, "worker");
                let running = telemetry.running;
                format!("{running} running, {workers} waiting {solver}{failures}")
            }
        });
        let held = held_of.map_or(String::new(), |of| format!("of {of} simulations, "));
        self.buffer.set_position(telemetry.held as u64);
        self.buffer
            .set_message(format!("{held}trainer waits {trainer}"));
    }

    /// The steps that are done, with words about them.
    pub(super) fn training(&self, step: usize, words: String) {
        self.steps.set_position(step as u64);
        self.steps.set_message(words);
    }

    /// Words about evaluations.
    pub(super) fn evaluation(&self, words: String) {
        self.evaluation.set_message(words);
    }

    /// Words about work between the steps.
    pub(super) fn doing(&self, words: &str) {
        self.steps.set_message(words.to_owned());
        self.steps.tick();
    }
}

/// Shares of their time that trainer and workers waited.
pub(super) fn waits(progress: &Progress) -> [String; 2] {
    [progress.trainer_wait, progress.solver_wait].map(aligned_percent)
}

fn style(title: &str) -> ProgressStyle {
    // Of 80 columns 41 are left for the message.
    let template = format!("{title:>12} [{{bar:10}}] {{pos:>5}}/{{len:<5}}  {{wide_msg}}");
    let style = ProgressStyle::with_template(&template);
    style.expect("the template is valid").progress_chars("=> ")
}
