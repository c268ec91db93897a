//! A command that several ranks carry out together: one of them says what failed.

use super::CliError;
use crate::group::{self, Group};
use std::thread;
use std::time::Duration;

/// Time in which the first rank says what all would say, before a launcher ends it because another one has ended.
const PATIENCE: Duration = Duration::from_millis(500);

/// The ranks that were started together, one alone without a launcher.
pub(super) fn started() -> Result<Box<dyn Group>, CliError> {
    let (rank, group) = group::started();
    group.map_err(|error| {
        let error = CliError::from(error);
        if rank == 0 {
            return error;
        }
        thread::sleep(PATIENCE);
        CliError::Told(error.status())
    })
}

/// The result of all ranks: the first one that failed says why, and all end with its exit code.
pub(super) fn ended(group: &dyn Group, result: Result<(), CliError>) -> Result<(), CliError> {
    if group.size() == 1 {
        return result;
    }
    let own = match &result {
        Err(error) if !matches!(error, CliError::Elsewhere(_)) => error.status(),
        _ => 0,
    };
    let all = group.all_gather(&[own]).concat();
    if let (Some(rank), Err(error)) = (first(&all), &result)
        && rank == group.rank()
    {
        tell(rank, error);
    }
    group.barrier();
    group.conclude();
    first(&all).map_or(Ok(()), |rank| Err(CliError::Told(all[rank])))
}

/// The first rank that failed itself.
fn first(codes: &[u8]) -> Option<usize> {
    codes.iter().position(|code| *code > 0)
}

fn tell(rank: usize, error: &CliError) {
    match rank {
        0 => eprintln!("error: {error}"),
        _ => eprintln!("error: rank {rank}: {error}"),
    }
}
