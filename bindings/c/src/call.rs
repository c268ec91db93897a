//! The border to C: panics become a code, errors a sentence, handles clients.

use crate::{error, ondine_client};
use ondine_coupling::{Client, Code, Error, Result};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ffi::{CString, c_char, c_int};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

thread_local! {
    static LAST: RefCell<CString> = RefCell::default();
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// The clients that are open, by the number that is their handle, and the last such number.
type Clients = (usize, BTreeMap<usize, Arc<Mutex<Client>>>);

static CLIENTS: Mutex<Clients> = Mutex::new((0, BTreeMap::new()));

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a call of C; its code.
pub(crate) fn call(run: impl FnOnce() -> Result<()>) -> c_int {
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

/// Panics within a call print nothing; others are left to whoever is told of them.
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

/// A handle for a client.
pub(crate) fn insert(client: Client) -> *mut ondine_client {
    let mut clients = lock(&CLIENTS);
    clients.0 += 1;
    let handle = clients.0 * 16; // looks like a pointer to anything
    clients.1.insert(handle, Arc::new(Mutex::new(client)));
    std::ptr::without_provenance_mut(handle)
}

/// The client of a handle.
pub(crate) fn client(handle: *mut ondine_client) -> Result<Arc<Mutex<Client>>> {
    let found = lock(&CLIENTS).1.get(&handle.addr()).cloned();
    found.ok_or_else(|| wrong(handle))
}

/// Takes the client of a handle out; none where another thread still uses it, which then closes it.
pub(crate) fn remove(handle: *mut ondine_client) -> Result<Option<Client>> {
    let found = lock(&CLIENTS).1.remove(&handle.addr());
    let client = found.ok_or_else(|| wrong(handle))?;
    let client = Arc::into_inner(client).map(Mutex::into_inner);
    Ok(client.map(|client| client.unwrap_or_else(PoisonError::into_inner)))
}

fn wrong(handle: *mut ondine_client) -> Error {
    let text = if handle.is_null() {
        "the client is NULL; call `ondine_open` first"
    } else {
        "the client was closed before, or never opened"
    };
    error(Code::Handle, text)
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
