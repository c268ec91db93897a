//! Simulations of codes: the conditions that they bring, and their static fields.

use crate::Conditions;
use ondine_coupling::Field;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Simulations whose static fields are kept: they are asked for right after a run, by no more workers than a recipe may have.
const KEPT: usize = 1100;

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
        locked(&self.0).get(&index).cloned()
    }

    pub(super) fn insert(&self, index: u64, start: Start) {
        locked(&self.0).insert(index, start);
    }

    pub(super) fn remove(&self, index: u64) {
        locked(&self.0).remove(&index);
    }
}

/// Static fields of a simulation, with its index.
type Indexed = (u64, Vec<f64>);

/// Static fields of the simulations that ran last.
#[derive(Clone, Default)]
pub(super) struct Statics(Arc<Mutex<VecDeque<Indexed>>>);

impl Statics {
    /// Those of a simulation; empty where there are none.
    pub(super) fn get(&self, index: u64) -> Vec<f64> {
        let kept = locked(&self.0);
        let found = kept.iter().rfind(|(known, _)| *known == index);
        found.map_or(Vec::new(), |(_, fields)| fields.clone())
    }

    pub(super) fn keep(&self, index: u64, fields: Vec<f64>) {
        let mut kept = locked(&self.0);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back((index, fields));
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
