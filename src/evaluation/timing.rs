//! Wall time of work that is done again and again.

use std::time::Instant;

/// Fewest and most measurements, and the seconds within which there are more than the fewest.
const FEWEST: usize = 5;
const MOST: usize = 51;
const BUDGET_S: f64 = 0.15;

/// The median of the seconds that `work` takes, after a run that does not count.
pub(super) fn median_seconds(work: impl FnMut()) -> f64 {
    median(&sorted(timed(work)))
}

/// The least of the seconds that `work` takes, after a run that does not count: what other programs of a busy machine add to it,
/// the more the longer it takes, is left out.
pub(super) fn least_seconds(work: impl FnMut()) -> f64 {
    sorted(timed(work))[0]
}

/// Runs of `work` that give the seconds they took.
fn timed(mut work: impl FnMut()) -> impl FnMut() -> f64 {
    move || {
        let started = Instant::now();
        work();
        started.elapsed().as_secs_f64()
    }
}

/// The seconds of runs, the least first, without those of the first run.
fn sorted(mut run: impl FnMut() -> f64) -> Vec<f64> {
    run();
    let (mut times, mut all) = (Vec::new(), 0.0);
    while times.len() < FEWEST || (times.len() < MOST && all < BUDGET_S) {
        let seconds = run();
        all += seconds;
        times.push(seconds);
    }
    times.sort_by(f64::total_cmp);
    times
}

fn median(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds of all runs after the first one, where some take longer than 1 ms.
    fn measured(long: &[(usize, f64)]) -> Vec<f64> {
        let mut runs = 0;
        sorted(|| {
            runs += 1;
            let found = long.iter().find(|(run, _)| *run == runs);
            found.map_or(0.001, |(_, seconds)| *seconds)
        })
    }

    #[test]
    fn the_first_run_does_not_count_and_neither_does_a_slow_one() {
        let times = measured(&[(1, 0.2), (3, 0.1)]);
        assert_eq!(times.len(), MOST); // 50 ms and 0.1 s: just within the budget
        assert!(median(&times) <= 0.001 && times[0] <= 0.001);
    }

    #[test]
    fn long_runs_are_as_few_as_there_may_be() {
        let long: Vec<(usize, f64)> = (1..9).map(|run| (run, 0.1)).collect();
        assert_eq!(measured(&long).len(), FEWEST);
    }

    #[test]
    fn seconds_are_those_of_the_work() {
        let seconds = timed(|| std::thread::sleep(std::time::Duration::from_millis(2)))();
        assert!(seconds >= 0.002, "{seconds}");
    }
}
