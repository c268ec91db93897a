//! The group that a process was started in, by its environment.

use super::Group;
use std::env;

/// Variables that launchers set, for the number of processes and for that of one of them: Open MPI, then MPICH, Intel MPI
/// and Slurm's PMI.
const LAUNCHERS: [[&str; 2]; 2] = [
    ["OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"],
    ["PMI_SIZE", "PMI_RANK"],
];

/// Variables that launchers set for the number of a process among those of its machine: Open MPI, MPICH and Intel MPI, Slurm.
const LOCAL: [&str; 3] = [
    "OMPI_COMM_WORLD_LOCAL_RANK",
    "MPI_LOCALRANKID",
    "SLURM_LOCALID",
];

/// Why a process can't train in the group that it was started in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GroupError {
    /// The build has no MPI.
    #[error(
        "started as one of {size} ranks ({variable} = {size}), and this build trains on one: build with `cargo build --release \
         --features mpi`, or start it without mpirun"
    )]
    NotBuiltIn {
        /// Number of processes.
        size: usize,
        /// The variable that says so.
        variable: &'static str,
    },
    /// The MPI library is not that of the launcher.
    #[error(
        "started as one of {size} ranks ({variable} = {size}), and the MPI library of this build sees {seen}: start it with the \
         mpirun of that library, or build with the library of this mpirun (MPICC names its mpicc)"
    )]
    OtherLauncher {
        /// Number of processes by the launcher.
        size: usize,
        /// The variable that says so.
        variable: &'static str,
        /// Number of processes by the library.
        seen: usize,
    },
}

/// Place of this process among those that a launcher started together.
struct Launched {
    size: usize,
    rank: usize,
    variable: &'static str,
}

impl Launched {
    /// None of a process that was started alone.
    fn read() -> Option<Self> {
        let number = |name: &str| env::var(name).ok()?.parse().ok();
        let found = LAUNCHERS.iter().find_map(|[size, rank]| {
            Some(Self {
                size: number(size)?,
                rank: number(rank)?,
                variable: size,
            })
        });
        found.filter(|launched| launched.size > 1)
    }
}

/// The number of this process among those of its group on the same machine, where a launcher of MPI started it with others.
#[must_use]
pub fn local_rank() -> Option<usize> {
    Launched::read()?;
    let number = |name: &&str| env::var(name).ok()?.parse().ok();
    LOCAL.iter().find_map(number)
}

/// The group of this process, and its number where the launcher says it: [`Alone`](super::Alone), unless a launcher of MPI
/// started it with others.
///
/// # Errors
/// When the launcher started several processes and this build can't join them.
pub fn started() -> (usize, Result<Box<dyn Group>, GroupError>) {
    match Launched::read() {
        None => (0, Ok(Box::new(super::Alone))),
        Some(launched) => (launched.rank, join(&launched)),
    }
}

#[cfg(feature = "mpi")]
fn join(launched: &Launched) -> Result<Box<dyn Group>, GroupError> {
    let group = super::Mpi::start();
    let (size, variable, seen) = (launched.size, launched.variable, group.size());
    if seen == size {
        return Ok(Box::new(group));
    }
    group.conclude();
    Err(GroupError::OtherLauncher {
        size,
        variable,
        seen,
    })
}

#[cfg(not(feature = "mpi"))]
fn join(launched: &Launched) -> Result<Box<dyn Group>, GroupError> {
    Err(GroupError::NotBuiltIn {
        size: launched.size,
        variable: launched.variable,
    })
}
