//! Simulations whose codes have brought their conditions.

use crate::Conditions;
use ondine_coupling::Field;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A simulation that has begun.
#[derive(Clone)]
pub(super) struct Start {
    pub(super) conditions: Conditions,
    /// The fields of its code.
    pub(super) fields: Arc<[Field]>,
}

/// Simulations that have begun, by their index.
#[derive(Clone, Default)]
pub(super) struct Begins(Arc<Mutex<HashMap<u64, Start>>>);

impl Begins {
    pub(super) fn get(&self, index: u64) -> Option<Start> {
        self.lock().get(&index).cloned()
    }

    pub(super) fn insert(&self, index: u64, start: Start) {
        self.lock().insert(index, start);
    }

    pub(super) fn remove(&self, index: u64) {
        self.lock().remove(&index);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Start>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
