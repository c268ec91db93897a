//! Words for checkpoints that are damaged or not there.

use super::checksums::Fault;
use super::find::complete;
use crate::run::{Run, RunError};
use std::path::Path;

/// The error of a file in the checkpoint `directory`; it offers the checkpoint before it.
pub(super) fn faulty(run: &Run, directory: &Path, name: &str, fault: Fault) -> RunError {
    let path = directory.join(name);
    let reason = match fault {
        Fault::Io(error) => return run.io(&path, error),
        Fault::Changed(reason) => reason,
    };
    let before = complete(run)
        .into_iter()
        .rev()
        .find(|other| **other < *directory);
    let of = run.directory().display();
    RunError::DamagedCheckpoint {
        path: path.display().to_string(),
        reason,
        remedy: match before {
            _ if super::best::is_best(directory) => {
                "take another checkpoint than `best`".to_owned()
            }
            Some(before) => {
                let name = shown(&before);
                format!(
                    "take the one before it, {name}: as `checkpoint`, or by `ondine train --resume {of} --from {name}`"
                )
            }
            None => {
                "there is no checkpoint before it: bring the file back from a copy, or train again"
                    .to_owned()
            }
        },
    }
}

pub(super) fn no_checkpoint(run: &Run) -> RunError {
    RunError::NoCheckpoint(run.directory().display().to_string())
}

/// The name of a checkpoint's directory.
pub(super) fn shown(directory: &Path) -> String {
    let name = directory.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
