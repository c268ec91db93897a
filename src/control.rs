//! Progress of long work, and its end on request.

use std::sync::atomic::{AtomicBool, Ordering};

/// The state of some work that is under way: how many of its parts are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advance {
    /// The work, as a participle: "simulating".
    pub what: &'static str,
    /// Its parts that are done.
    pub done: usize,
    /// All its parts.
    pub of: usize,
}

/// The error of work that was told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("interrupted; nothing was measured to its end")]
pub struct Stopped;

/// The listener of some work, and the flag that ends it.
///
/// ```
/// use ondine::control::{Control, Advance, Stopped};
/// use std::sync::atomic::{AtomicBool, Ordering};
///
/// let flag = AtomicBool::new(false);
/// let listener = |advance: Advance| println!("{}: {} of {}", advance.what, advance.done, advance.of);
/// let control = Control::none().telling(&listener).stopped_by(&flag);
/// let advance = Advance { what: "simulating", done: 1, of: 2 };
/// assert_eq!(control.tell(advance), Ok(()));
/// flag.store(true, Ordering::Relaxed);
/// assert_eq!(control.tell(advance), Err(Stopped));
/// assert_eq!(Control::none().check(), Ok(()));
/// ```
#[derive(Clone, Copy, Default)]
pub struct Control<'a> {
    listener: Option<&'a (dyn Fn(Advance) + Sync)>,
    stop: Option<&'a AtomicBool>,
}

impl<'a> Control<'a> {
    /// No listener, and no end before the work's own.
    pub const fn none() -> Self {
        Self {
            listener: None,
            stop: None,
        }
    }

    /// The same with a listener, which gets every part that is done, from any thread.
    #[must_use]
    pub fn telling(self, listener: &'a (dyn Fn(Advance) + Sync)) -> Self {
        let listener = Some(listener);
        Self { listener, ..self }
    }

    /// The same with a flag that ends the work.
    #[must_use]
    pub fn stopped_by(self, flag: &'a AtomicBool) -> Self {
        let stop = Some(flag);
        Self { stop, ..self }
    }

    /// Tells the listener of a part.
    ///
    /// # Errors
    /// When the work is to end.
    pub fn tell(&self, advance: Advance) -> Result<(), Stopped> {
        if let Some(listener) = self.listener {
            listener(advance);
        }
        self.check()
    }

    /// Checks that the work may go on.
    ///
    /// # Errors
    /// When the work is to end.
    pub fn check(&self) -> Result<(), Stopped> {
        let stopped = self.stop.is_some_and(|flag| flag.load(Ordering::Relaxed));
        if stopped { Err(Stopped) } else { Ok(()) }
    }
}
