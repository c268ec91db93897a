//! Processor time of this process.

use std::time::{Duration, Instant};

/// The shortest time of which a share is known: Linux counts in steps of 10 ms.
const LONG: Duration = Duration::from_millis(100);

/// Processor time of this process from a moment on.
pub(crate) struct Busy {
    since: Instant,
    before: f64,
}

impl Busy {
    pub(crate) fn now() -> Self {
        Self {
            since: Instant::now(),
            before: processor_s(),
        }
    }

    /// Cores that were busy on average; none where the system does not say.
    pub(crate) fn cores(&self) -> Option<f64> {
        let used = processor_s() - self.before;
        (used > 0.0).then(|| used / self.since.elapsed().as_secs_f64())
    }

    /// Share of the time in which it had a processor, at most 1; none where the time is short or the system does not say.
    pub(crate) fn share(&self) -> Option<f64> {
        let long = self.since.elapsed() >= LONG;
        let cores = self.cores().filter(|_| long)?;
        Some(cores.min(1.0))
    }
}

/// Seconds of processor time of this process, by the 14th and 15th field of its line of Linux; 0 elsewhere.
fn processor_s() -> f64 {
    const TICKS: f64 = 100.0; // per second, on every architecture that Linux has today
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit_once(')').map_or("", |(_, after)| after);
    let fields = after.split_whitespace().skip(11).take(2);
    fields
        .filter_map(|field| field.parse::<f64>().ok())
        .sum::<f64>()
        / TICKS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_thread_that_computes_has_a_processor_for_a_share_of_the_time() {
        let busy = Busy::now();
        assert_eq!(busy.share(), None, "too short");
        let mut sum = 0.0_f64;
        while busy.share().is_none() {
            sum += std::hint::black_box(sum.sin());
        }
        let share = busy.share().expect("Linux says it");
        assert!(share > 0.0 && share <= 1.0, "{share}");
    }
}
