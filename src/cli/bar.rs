//! Progress of a command: a bar in a terminal, a line now and then where there is none.

use crate::numbers::text::duration;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::fmt::Write;
use std::io::IsTerminal;
use std::ops::Deref;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// Time that a command may say nothing.
const PATIENCE: Duration = Duration::from_millis(700);

/// Time between two lines where there is no terminal.
const QUIET: Duration = Duration::from_secs(10);

/// A bar, with what is done as its message. It goes away when it is dropped.
pub(super) struct Bar {
    bar: ProgressBar,
    /// Its end stops the lines.
    _lines: Option<Sender<()>>,
}

impl Bar {
    /// A bar over so many parts of `what`; `silent` shows nothing.
    pub(super) fn new(what: &str, of: u64, silent: bool) -> Self {
        Self::styled(
            what,
            ProgressBar::new(of),
            "{msg} [{bar:20}] {pos}/{len}{left}",
            silent,
        )
    }

    /// A bar for a task that has no parts, for as long as this lives.
    pub(super) fn waiting(what: &str, silent: bool) -> Self {
        Self::styled(what, ProgressBar::no_length(), "{spinner} {msg}", silent)
    }

    fn styled(what: &str, bar: ProgressBar, template: &str, silent: bool) -> Self {
        let style = ProgressStyle::with_template(template).expect("the template is valid");
        let style = style.progress_chars("=> ").with_key("left", left);
        let bar = bar.with_style(style).with_message(what.to_owned());
        let terminal = std::io::stderr().is_terminal();
        if terminal && !silent {
            bar.enable_steady_tick(Duration::from_millis(200));
            return Self { bar, _lines: None };
        }
        bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
        let lines = (!silent).then(|| lines(bar.clone()));
        Self { bar, _lines: lines }
    }

    /// Takes the bar away.
    pub(super) fn finish(self) {
        drop(self);
    }
}

impl Deref for Bar {
    type Target = ProgressBar;

    fn deref(&self) -> &ProgressBar {
        &self.bar
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Says how far a bar is that is not drawn, until the sender is dropped.
fn lines(bar: ProgressBar) -> Sender<()> {
    let (sender, ended) = channel();
    thread::spawn(move || {
        let mut wait = PATIENCE;
        while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
            eprintln!("{}", line(&bar));
            wait = QUIET;
        }
    });
    sender
}

fn line(bar: &ProgressBar) -> String {
    match bar.length() {
        Some(of) => format!("{} {}/{of}", bar.message(), bar.position()),
        None => bar.message(),
    }
}

/// The time left in words, as soon as it is known.
fn left(state: &ProgressState, out: &mut dyn Write) {
    let known = state.pos() > 0 && Some(state.pos()) != state.len();
    if let Some(words) = known
        .then(|| remaining(state.eta().as_secs_f64()))
        .flatten()
    {
        // What can't be drawn is decoration.
        let _ = write!(out, "  {words}");
    }
}

/// "3 min 42 s left"; nothing where less than a second is.
pub(super) fn remaining(seconds: f64) -> Option<String> {
    (seconds >= 1.0).then(|| format!("{} left", duration(seconds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_is_left_only_where_nothing_is_said_of_it() {
        assert_eq!(remaining(0.0), None);
        assert_eq!(remaining(0.96), None);
        assert_eq!(remaining(1.0).as_deref(), Some("1.0 s left"));
        assert_eq!(remaining(222.0).as_deref(), Some("3 min 42 s left"));
    }

    #[test]
    fn a_line_says_what_is_done_and_how_far() {
        let bar = Bar::new("rollouts", 8, true);
        bar.set_position(3);
        assert_eq!(line(&bar), "rollouts 3/8");
        assert_eq!(
            line(&Bar::waiting("checking a.toml", true)),
            "checking a.toml"
        );
    }
}
