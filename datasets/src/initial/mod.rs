//! Initial states that need files, and the list of all that a recipe can name.
//!
//! Distributions in closed form live in [`ondine_solvers::initial`], which reads no files.

mod file;
mod last_frames;

pub use file::{StoredFrame, StoredStates};
pub use last_frames::LastFrames;

use ondine_solvers::initial::{INITIAL_STATES as DRAWN, InitialEntry};

/// Initial states of this crate.
const STORED: [&InitialEntry; 1] = [&file::ENTRY];

/// Every initial state that can be named: those of [`ondine_solvers::initial`], then those of this crate.
pub const INITIAL_STATES: &[&InitialEntry] = &ALL;

const ALL: [&InitialEntry; DRAWN.len() + STORED.len()] = {
    let mut all = [STORED[0]; DRAWN.len() + STORED.len()];
    let mut i = 0;
    while i < all.len() {
        all[i] = if i < DRAWN.len() {
            DRAWN[i]
        } else {
            STORED[i - DRAWN.len()]
        };
        i += 1;
    }
    all
};
