//! The part of the simulations, windows and draws that one of several processes has.

use ondine_solvers::{Rng, Stream};

/// The share of one of several processes that train together: simulations `rank`, `rank + size`, `rank + 2 size`, ...
///
/// ```
/// use ondine_datasets::Share;
///
/// let share = Share::new(1, 3);
/// assert_eq!(share.count(8), 3); // 1, 4 and 7
/// assert_eq!(share.first_from(5), 7);
/// assert_eq!(share.of(500), 167);
/// assert_eq!(Share::ALL.seed(42), 42);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    rank: u64,
    size: u64,
}

impl Default for Share {
    fn default() -> Self {
        Self::ALL
    }
}

impl Share {
    /// The share of a process that trains alone.
    pub const ALL: Self = Self { rank: 0, size: 1 };

    /// The share of process `rank` of `size`.
    ///
    /// # Panics
    /// When there is no such process.
    pub fn new(rank: usize, size: usize) -> Self {
        assert!(rank < size, "rank {rank} is one of {size}");
        Self {
            rank: rank as u64,
            size: size as u64,
        }
    }

    /// Number of the process, from 0 on.
    pub fn rank(self) -> usize {
        self.rank as usize
    }

    /// Number of processes.
    pub fn size(self) -> usize {
        self.size as usize
    }

    /// Distance of two neighbouring simulations of the share.
    pub(crate) fn step(self) -> u64 {
        self.size
    }

    /// Whether a simulation is one of the share.
    pub fn has(self, simulation: u64) -> bool {
        simulation % self.size == self.rank
    }

    /// Number of simulations of the share among the first `simulations`.
    pub fn count(self, simulations: u64) -> u64 {
        simulations.saturating_sub(self.rank).div_ceil(self.size)
    }

    /// The first simulation of the share that is not below `simulation`.
    pub fn first_from(self, simulation: u64) -> u64 {
        self.rank + self.count(simulation) * self.size
    }

    /// This process's part of a number that is shared out evenly, rounded up.
    pub fn of(self, whole: usize) -> usize {
        whole.div_ceil(self.size())
    }

    /// The place in an order of all windows that is number `own` of the share.
    pub(crate) fn place(self, own: u64) -> u64 {
        own * self.size + self.rank
    }

    /// The seed of this process's draws: that of the recipe for the first, drawn from it for the others.
    pub fn seed(self, seed: u64) -> u64 {
        match self.rank {
            0 => seed,
            rank => Rng::stream(seed, Stream::Rank, rank).integer(0, u64::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_simulation_is_in_one_share() {
        for size in 1..5 {
            let shares: Vec<Share> = (0..size).map(|rank| Share::new(rank, size)).collect();
            for simulations in 0..12 {
                let counts = shares.iter().map(|share| share.count(simulations));
                assert_eq!(counts.sum::<u64>(), simulations);
                let next = shares.iter().map(|share| share.first_from(simulations));
                assert_eq!(next.min(), Some(simulations), "{size}");
            }
            for simulation in 0..12 {
                let owners = shares.iter().filter(|share| share.has(simulation));
                assert_eq!(owners.count(), 1, "{simulation} of {size}");
            }
        }
    }

    #[test]
    fn seeds_of_ranks_differ_and_are_functions_of_the_seed() {
        let seeds = |seed| [0, 1, 2].map(|rank| Share::new(rank, 3).seed(seed));
        let [first, second, third] = seeds(7);
        assert_eq!((first, seeds(7)), (7, [first, second, third]));
        assert!(first != second && second != third && first != third);
        assert_ne!(seeds(8)[1], second);
    }
}
