//! The border to C: panics become a code, errors a sentence, handles values of Rust.

use crate::error;
use ondine_coupling::{Code, Error, Result};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ffi::{CString, c_char, c_int};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

thread_local! {
    static LAST: RefCell<CString> = RefCell::default();
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// The last number that became a handle; those of all kinds differ.
static LAST_HANDLE: AtomicUsize = AtomicUsize::new(0);

/// Values of Rust that C knows by handles, which are numbers in the form of pointers.
#[derive(Debug)]
pub struct Handles<T> {
    /// The kind in words, as in "the client".
    noun: &'static str,
    /// The function that opens one.
    opened_by: &'static str,
    open: Mutex<BTreeMap<usize, Arc<Mutex<T>>>>,
}

impl<T> Handles<T> {
    /// None so far of a kind, with the name of the function that opens one.
    #[must_use]
    pub const fn new(noun: &'static str, opened_by: &'static str) -> Self {
        let open = Mutex::new(BTreeMap::new());
        Self {
            noun,
            opened_by,
            open,
        }
    }

    /// A handle for a value.
    pub fn insert<H>(&self, value: T) -> *mut H {
        let number = LAST_HANDLE.fetch_add(1, Ordering::Relaxed) + 1;
        let handle = number * 16; // looks like a pointer to anything
        lock(&self.open).insert(handle, Arc::new(Mutex::new(value)));
        std::ptr::without_provenance_mut(handle)
    }

    /// The value of a handle.
    ///
    /// # Errors
    /// [`Code::Handle`] for NULL and for a handle that is closed.
    pub fn get<H>(&self, handle: *const H) -> Result<Arc<Mutex<T>>> {
        let found = lock(&self.open).get(&handle.addr()).cloned();
        found.ok_or_else(|| self.wrong(handle))
    }

    /// Takes the value of a handle out; none where another thread still uses it, which then drops it.
    ///
    /// # Errors
    /// [`Code::Handle`] for NULL and for a handle that is closed.
    pub fn remove<H>(&self, handle: *const H) -> Result<Option<T>> {
        let found = lock(&self.open).remove(&handle.addr());
        let value = found.ok_or_else(|| self.wrong(handle))?;
        let value = Arc::into_inner(value).map(Mutex::into_inner);
        Ok(value.map(|value| value.unwrap_or_else(PoisonError::into_inner)))
    }

    fn wrong<H>(&self, handle: *const H) -> Error {
        let (noun, opened_by) = (self.noun, self.opened_by);
        let text = if handle.is_null() {
            format!("the {noun} is NULL; call `{opened_by}` first")
        } else {
            format!("the {noun} was closed before, or never opened")
        };
        error(Code::Handle, &text)
    }
}

/// A lock that another thread may have left by a panic.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a call of C; its code.
pub fn call(run: impl FnOnce() -> Result<()>) -> c_int {
    silence_panics();
    INSIDE.set(true);
    let result = catch_unwind(AssertUnwindSafe(run));
    INSIDE.set(false);
    match result {
        Ok(Ok(())) => 0,
        Ok(Err(error)) => note(&error),
        Err(panic) => {
            // A message that can't be dropped is kept for good, rather than unwinding into C.
            let text = panic_text(&panic);
            std::mem::forget(panic);
            note(&error(Code::Panic, &text))
        }
    }
}

fn panic_text(panic: &Box<dyn std::any::Any + Send>) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    format!("a fault of the library: {}", text.unwrap_or("a panic"))
}

/// Keeps the sentence of an error.
fn note(error: &Error) -> c_int {
    let text = CString::new(error.text.replace('\0', " ")).unwrap_or_default();
    LAST.set(text);
    error.code.number()
}

pub(crate) fn last_error() -> *const c_char {
    LAST.with_borrow(|last| last.as_ptr())
}

/// Keeps panics within a call from being printed; others go to the hook that was set before.
fn silence_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let others = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !INSIDE.get() {
                others(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CStr;

    #[test]
    fn a_panic_is_a_code_with_a_sentence() {
        assert_eq!(call(|| panic!("at {}", 3)), Code::Panic.number());
        let text = unsafe { CStr::from_ptr(last_error()) };
        assert_eq!(text.to_str(), Ok("a fault of the library: at 3"));
        assert_eq!(call(|| Ok(())), 0);
    }
}
