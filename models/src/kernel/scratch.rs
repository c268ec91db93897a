//! Memory for intermediate numbers, which a thread keeps from use to use.

use std::cell::RefCell;

thread_local! {
    /// Memory of this thread that nothing uses now.
    static FREE: RefCell<Vec<Vec<f32>>> = const { RefCell::new(Vec::new()) };
    /// Lists of this thread that nothing uses now.
    static LISTS: RefCell<Vec<Vec<f32>>> = const { RefCell::new(Vec::new()) };
}

/// Runs `work` with `len` numbers of any value, from memory that the thread keeps for the next time.
pub(crate) fn with_numbers<R>(len: usize, work: impl FnOnce(&mut [f32]) -> R) -> R {
    let mut numbers = FREE.with_borrow_mut(Vec::pop).unwrap_or_default();
    if numbers.len() < len {
        numbers.resize(len, 0.0);
    }
    let answer = work(&mut numbers[..len]);
    FREE.with_borrow_mut(|free| free.push(numbers));
    answer
}

/// Runs `work` with an empty list, in memory that the thread keeps for the next time.
pub(super) fn with_list<R>(work: impl FnOnce(&mut Vec<f32>) -> R) -> R {
    let mut list = LISTS.with_borrow_mut(Vec::pop).unwrap_or_default();
    list.clear();
    let answer = work(&mut list);
    LISTS.with_borrow_mut(|lists| lists.push(list));
    answer
}
