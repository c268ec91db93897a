//! Windows per batch over the steps of a training: constant pieces, for batches of few sizes suit devices.

/// Most changes of the windows per batch in a training.
pub const MOST_CHANGES: usize = 8;

/// Windows per batch, constant between given steps: Smith et al. (2018), Don't decay the learning rate, increase the batch size.
///
/// ```
/// use ondine_datasets::Batches;
///
/// let batches = Batches::of(32).then(500, 64);
/// assert_eq!([0, 499, 500].map(|step| batches.at(step)), [32, 32, 64]);
/// assert_eq!(batches.before(1000), 500 * 32 + 500 * 64);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batches {
    /// First step and windows per batch of every piece, in order; those that are not used begin never.
    pieces: [(u64, u64); 1 + MOST_CHANGES],
}

impl Batches {
    /// The same number of windows in every batch.
    #[must_use]
    pub const fn of(windows: u64) -> Self {
        let mut pieces = [(u64::MAX, windows); 1 + MOST_CHANGES];
        pieces[0].0 = 0;
        Self { pieces }
    }

    /// The same with `windows` per batch from step `step` on, which lies behind all others that were given.
    ///
    /// # Panics
    /// With more than [`MOST_CHANGES`] changes.
    #[must_use]
    pub fn then(mut self, step: u64, windows: u64) -> Self {
        let place = self.pieces().count();
        assert!(place <= MOST_CHANGES, "at most {MOST_CHANGES} changes");
        self.pieces[place] = (step, windows);
        self
    }

    /// Windows of batch `step`, counted from 0.
    #[must_use]
    pub fn at(&self, step: u64) -> u64 {
        let begun = self.pieces().filter(|(start, _)| *start <= step);
        begun.last().map_or(0, |(_, windows)| windows)
    }

    /// Windows of the first `steps` batches together.
    #[must_use]
    pub fn before(&self, steps: u64) -> u64 {
        let sizes = self
            .spans(steps)
            .map(|(steps, windows)| steps.saturating_mul(windows));
        sizes.fold(0, u64::saturating_add)
    }

    /// The fewest of the last of `steps` batches that have `windows` windows together; all where they have fewer.
    #[must_use]
    pub fn last(&self, steps: u64, windows: u64) -> u64 {
        let spans: Vec<(u64, u64)> = self.spans(steps).collect();
        let (mut left, mut taken) = (windows, 0);
        for (steps, windows) in spans.into_iter().rev() {
            let here = left.div_ceil(windows.max(1)).min(steps);
            left = left.saturating_sub(here.saturating_mul(windows));
            taken += here;
        }
        taken
    }

    /// Windows of the largest batch.
    #[must_use]
    pub fn largest(&self) -> u64 {
        self.pieces().map(|(_, windows)| windows).max().unwrap_or(0)
    }

    /// Windows of the smallest batch.
    #[must_use]
    pub fn smallest(&self) -> u64 {
        self.pieces().map(|(_, windows)| windows).min().unwrap_or(0)
    }

    /// Steps with which the pieces begin, and the windows per batch in them.
    pub fn pieces(&self) -> impl Iterator<Item = (u64, u64)> {
        let pieces = self.pieces.into_iter();
        pieces.take_while(|(start, _)| *start < u64::MAX)
    }

    /// Steps and windows per batch of every piece of the first `steps` steps.
    fn spans(&self, steps: u64) -> impl Iterator<Item = (u64, u64)> {
        let ends = self
            .pieces()
            .skip(1)
            .map(|(start, _)| start)
            .chain([u64::MAX]);
        self.pieces()
            .zip(ends)
            .map(move |((start, windows), end)| (end.min(steps).saturating_sub(start), windows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Batches = Batches::of(16);

    fn changed() -> Batches {
        PLAIN.then(10, 32).then(15, 8)
    }

    #[test]
    fn windows_of_steps_are_counted_across_changes() {
        let batches = changed();
        let expected = [
            (0, 16, 0),
            (9, 16, 144),
            (10, 32, 160),
            (14, 32, 288),
            (15, 8, 320),
        ];
        for (step, windows, before) in expected {
            assert_eq!((batches.at(step), batches.before(step)), (windows, before));
        }
        assert_eq!((batches.before(20), PLAIN.before(20)), (360, 320));
        assert_eq!((batches.largest(), batches.smallest()), (32, 8));
        assert_eq!(PLAIN.before(u64::MAX), u64::MAX, "no overflow");
    }

    #[test]
    fn the_last_steps_that_have_so_many_windows() {
        // Of 20 steps the last 5 have 40 windows together, the 5 before 160.
        let last = |windows: u64| changed().last(20, windows);
        assert_eq!(
            [0, 1, 8, 9, 40, 41, 72, 73, 200, 201].map(last),
            [0, 1, 1, 2, 5, 6, 6, 7, 10, 11]
        );
        assert_eq!([360, 1000].map(last), [20, 20]);
        assert_eq!([300, 0].map(|windows| PLAIN.last(90, windows)), [19, 0]);
    }
}
