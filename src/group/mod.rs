//! Processes that train together: who they are, sums over them, and what they tell each other.
//!
//! Each process has a copy of the network and a share of the simulations. Sums are in the order of the ranks, whatever the
//! number of values in a call, so a training gives the same bits every time: `MPI_Allreduce` would not promise that.

mod agreement;
mod alone;
#[cfg(feature = "mpi")]
mod mpi;
mod started;

pub use agreement::{Elsewhere, agreed};
pub use alone::Alone;
#[cfg(feature = "mpi")]
pub use mpi::Mpi;
pub use started::{GroupError, local_rank, started};

/// A group of processes that train together, as one of them sees it.
///
/// Every call but [`rank`](Self::rank), [`size`](Self::size) and [`conclude`](Self::conclude) is made by all of them in the
/// same order, and returns when all have made it. A member that can't go on, because another process has died, ends its
/// process.
///
/// ```
/// use ondine::group::{Alone, Group};
///
/// let mut values = [1.5, -2.0];
/// Alone.all_reduce(&mut values);
/// assert_eq!((Alone.rank(), Alone.size(), values), (0, 1, [1.5, -2.0]));
/// assert_eq!(Alone.all_gather(b"text"), [b"text"]);
/// ```
pub trait Group {
    /// Number of this process, from 0 on. The first one writes the run.
    fn rank(&self) -> usize;

    /// Number of processes.
    fn size(&self) -> usize;

    /// Replaces every value by its sum over all processes, added in the order of their ranks: `((v₀ + v₁) + v₂) + …`. All
    /// have as many values.
    fn all_reduce(&self, values: &mut [f32]);

    /// Gives the bytes of every process to the first one, which gets them by rank; the others get none.
    fn gather(&self, bytes: &[u8]) -> Vec<Vec<u8>>;

    /// Replaces the bytes of all processes by those of the first one.
    fn broadcast(&self, bytes: &mut Vec<u8>);

    /// Waits until all processes are here.
    fn barrier(&self) {
        self.all_reduce(&mut [0.0]);
    }

    /// The bytes of every process, by rank.
    fn all_gather(&self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut all = joined(&self.gather(bytes));
        self.broadcast(&mut all);
        split(&all)
    }

    /// Notes that this process ends as all others do. A member that knows no other way ends all of them where one ends
    /// without having said so.
    fn conclude(&self) {}

    /// Whether this process writes the run and says what happens.
    fn leads(&self) -> bool {
        self.rank() == 0
    }
}

/// Bytes of several processes in a row, each after its length.
pub(crate) fn joined(parts: &[Vec<u8>]) -> Vec<u8> {
    let of = |part: &Vec<u8>| [&(part.len() as u64).to_le_bytes()[..], part].concat();
    parts.iter().flat_map(of).collect()
}

/// The parts of [`joined`].
pub(crate) fn split(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk() {
        let (part, rest) = rest.split_at(u64::from_le_bytes(*length) as usize);
        parts.push(part.to_vec());
        bytes = rest;
    }
    parts
}
