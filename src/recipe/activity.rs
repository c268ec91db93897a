//! The present work of a check, for programs that show it.

use std::fmt;
use std::sync::{Arc, Mutex};

/// The part of a check that is under way, read by one thread while another one checks.
#[derive(Clone, Default)]
pub struct Activity(Arc<Mutex<Option<String>>>);

impl Activity {
    /// The part in words; none before the first one that may take long.
    pub fn now(&self) -> Option<String> {
        self.0.lock().ok()?.clone()
    }

    /// Says what is done from now on.
    pub(crate) fn tell(&self, part: String) {
        if let Ok(mut now) = self.0.lock() {
            *now = Some(part);
        }
    }
}

impl fmt::Debug for Activity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Activity")
            .field(&self.now())
            .finish()
    }
}
