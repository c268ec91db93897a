//! Failed simulations in words.

use crate::observer::counted;
use ondine_datasets::FailureCounts;

/// Failed simulations that get a line each; of further ones every power of two does.
const EACH: u64 = 8;

/// Counts failures and says which get a line.
#[derive(Debug, Default)]
pub(super) struct Faults {
    seen: u64,
}

impl Faults {
    /// One more failure; its line, where it gets one. `redrawn` if the next attempt has other parameters.
    pub(super) fn line(&mut self, cause: &str, held_out: bool, redrawn: bool) -> Option<String> {
        self.seen += 1;
        let count = self.seen;
        let held_out = if held_out { "held-out " } else { "" };
        let next = if redrawn { "drawn again" } else { "made again" };
        let gets_one = count <= EACH || count.is_power_of_two();
        gets_one.then(|| format!("failure {count}: {held_out}{cause}; {next}"))
    }
}

/// All failures in one line, to be printed below the rest; empty where there were none.
pub(super) fn summary(failures: &FailureCounts) -> String {
    match counted(failures) {
        none if none.is_empty() => none,
        some => format!("\nattempts at simulations that failed and were made again: {some}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_failures_get_a_line_and_then_every_power_of_two() {
        let mut faults = Faults::default();
        let lines = (1..=40).filter_map(|_| faults.line("simulation 3: lost", true, false));
        let lines: Vec<String> = lines.collect();
        assert_eq!(
            lines[0],
            "failure 1: held-out simulation 3: lost; made again"
        );
        let numbers = lines
            .iter()
            .filter_map(|line| line.split([' ', ':']).nth(1));
        let expected = ["1", "2", "3", "4", "5", "6", "7", "8", "16", "32"];
        assert_eq!(numbers.collect::<Vec<_>>(), expected);
    }
}
