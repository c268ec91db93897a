//! Failures that all processes of a group come to know, so that none waits for one that has ended.

use super::Group;
use std::fmt::Display;

/// The failure of another process of the group.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("rank {rank}: {message}")]
pub struct Elsewhere {
    /// The first process that failed.
    pub rank: usize,
    /// Its error.
    pub message: String,
}

/// The result of this process where all have succeeded; where one has failed, its own error or that of the first one.
///
/// ```
/// use ondine::group::{Alone, Elsewhere, agreed};
///
/// let failed = Elsewhere { rank: 2, message: "the disk is full".into() };
/// assert_eq!(agreed(&Alone, Ok::<_, Elsewhere>(7)), Ok(7));
/// assert_eq!(agreed(&Alone, Err::<u8, _>(failed.clone())), Err(failed));
/// ```
///
/// # Errors
/// When any process has failed.
pub fn agreed<T, E: Display + From<Elsewhere>>(
    group: &dyn Group,
    result: Result<T, E>,
) -> Result<T, E> {
    if group.size() == 1 {
        return result;
    }
    let mut failures = [f32::from(u8::from(result.is_err()))];
    group.all_reduce(&mut failures);
    if failures[0] < 1.0 {
        return result;
    }
    let first = first_failure(group, result.as_ref().err());
    result.and_then(|_| Err(first.into()))
}

/// The first failure of a group in which at least one process has failed.
pub(crate) fn first_failure(group: &dyn Group, own: Option<&impl Display>) -> Elsewhere {
    let own = own.map(|error| format!("!{error}")).unwrap_or_default();
    let all = group.all_gather(own.as_bytes());
    let rank = all.iter().position(|told| !told.is_empty()).unwrap_or(0);
    let told = String::from_utf8_lossy(&all[rank]).into_owned();
    Elsewhere {
        rank,
        message: told.trim_start_matches('!').to_owned(),
    }
}
