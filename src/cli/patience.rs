//! Checks that take long say what they do.

use super::bar::Bar;
use crate::recipe::Recipe;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// Time between two looks at what a check is doing, less than a bar is silent for.
const LOOK: Duration = Duration::from_millis(200);

/// Carries out the check of a recipe, and has the bar say what it is doing.
pub(super) fn patiently<T>(recipe: Recipe, bar: &Bar, check: impl FnOnce(Recipe) -> T) -> T {
    let ended = watch(&recipe, bar);
    let checked = check(recipe);
    drop(ended);
    checked
}

/// Watches a check until what is returned is dropped.
fn watch(recipe: &Recipe, bar: &Bar) -> Sender<()> {
    let (ended, end) = channel();
    let (activity, bar) = (recipe.activity.clone(), (**bar).clone());
    thread::spawn(move || {
        while end.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
            if let Some(part) = activity.now() {
                bar.set_message(part);
            }
        }
    });
    ended
}
