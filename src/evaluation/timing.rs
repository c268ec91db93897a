//! Wall time of work that is done again and again.

use std::time::{Duration, Instant};

/// Fewest and most measurements, and how long more than the fewest may take.
const FEWEST: usize = 5;
const MOST: usize = 51;
const BUDGET: Duration = Duration::from_millis(150);

/// The median of the seconds that `work` takes, after a run that does not count.
pub(super) fn median_seconds(work: impl FnMut()) -> f64 {
    let times = sorted_seconds(work);
    times[times.len() / 2]
}

/// The least of the seconds that `work` takes, after a run that does not count: what other programs of a busy machine add to it,
/// the more the longer it takes, is left out.
pub(super) fn least_seconds(work: impl FnMut()) -> f64 {
    sorted_seconds(work)[0]
}

fn sorted_seconds(mut work: impl FnMut()) -> Vec<f64> {
    work();
    let begun = Instant::now();
    let mut times = Vec::new();
    while times.len() < FEWEST || (times.len() < MOST && begun.elapsed() < BUDGET) {
        let started = Instant::now();
        work();
        times.push(started.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    times
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_run_does_not_count_and_neither_does_a_slow_one() {
        let mut runs = 0;
        let seconds = median_seconds(|| {
            runs += 1;
            let slow = runs == 1 || runs == 3;
            std::thread::sleep(Duration::from_millis(if slow { 200 } else { 2 }));
        });
        assert!(runs > FEWEST && runs <= MOST + 1, "{runs}");
        assert!((0.002..0.1).contains(&seconds), "{seconds}");
        let mut runs = 0;
        let seconds = least_seconds(|| {
            runs += 1;
            std::thread::sleep(Duration::from_millis(if runs == 4 { 2 } else { 50 }));
        });
        assert!((0.002..0.05).contains(&seconds), "{seconds}");
    }
}
