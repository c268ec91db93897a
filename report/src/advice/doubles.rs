//! Lines of a healthy training for tests, to be spoiled.

use crate::files::Reading;

/// The lines of a training half done, in good order.
#[must_use]
pub fn good() -> Vec<Reading> {
    let line = |i: u32| Reading {
        training_s: f64::from(i),
        trainer_wait: 0.01,
        solver_wait_recent: 0.5,
        buffer_effective_simulations: 100.0,
        windows_arrived: u64::from(i),
        windows_planned: 10_000,
        reads_per_window: 3.2,
        batch_simulations: 28.0,
        time_correlation: Some(0.05),
        prior_distance: Some(0.1),
        prior_distance_of: Some("viscosity".into()),
        ..Reading::default()
    };
    (1..=40).map(line).collect()
}
