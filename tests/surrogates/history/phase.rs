//! A standing wave, whose phase one frame hides.

use super::{Standing, begun};
use crate::common::{Folder, json, timeless};
use ondine::observer::{Observer, Progress};
use ondine::training::Training;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Sets a flag after some steps.
struct Stopping(usize, Arc<AtomicBool>);

impl Observer for Stopping {
    fn stepped(&mut self, progress: &Progress) {
        self.1.store(progress.step >= self.0, Ordering::Relaxed);
    }
}

#[test]
fn a_history_shows_a_phase_that_one_frame_hides_and_a_training_on_it_resumes_to_the_same_bits() {
    let folder = Folder::new("history-phase");
    let errors = [1, 2].map(|history| {
        let directory = folder.path(&format!("{history}"));
        let outcome = begun(&directory, history).run();
        drop(outcome.unwrap_or_else(|error| panic!("{error}")));
        let evaluation = json(&directory.join("evaluation.json"));
        evaluation["surrogate"]["nrmse"].as_f64().expect("a number")
    });
    assert!(errors[1] < 0.2 * errors[0], "{errors:?}");

    let parts = folder.path("parts");
    let flag = Arc::new(AtomicBool::new(false));
    let mut stopping = Stopping(70, flag.clone());
    let stopped = begun(&parts, 2).observe(&mut stopping).stop(flag).run();
    assert!(
        !stopped
            .unwrap_or_else(|error| panic!("{error}"))
            .is_finished()
    );
    let resumed = Training::resume(&parts)
        .source(Standing(0))
        .held_out(Standing(1), 6);
    assert!(
        resumed
            .run()
            .unwrap_or_else(|error| panic!("{error}"))
            .is_finished()
    );
    assert_eq!(timeless(&parts), timeless(&folder.path("2")));
}
