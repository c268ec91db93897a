//! Weights of a trained network as the first ones of another: those that mean the same, row by row.
//!
//! `w ← λ w + p f` with the trained weight `w` and the first weight `f`: shrink and perturb, Ash & Adams (2020), On
//! warm-starting neural network training, arXiv 1910.08475, §4; `λ = 1` and `p = 0` take the trained weights as they are. Weights
//! that the trained network has not stay `f`.

use super::places::Place;
use super::{Array, Arrays, Places};
use std::collections::HashMap;

/// Factors of the trained weights and of the first ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mix {
    /// Factor of a trained weight.
    pub shrink: f32,
    /// Factor of the first weight that is added.
    pub perturb: f32,
}

impl Mix {
    /// The trained weights as they are.
    pub const TRAINED: Self = Self {
        shrink: 1.0,
        perturb: 0.0,
    };

    fn of(self, trained: f32, first: f32) -> f32 {
        if self == Self::TRAINED {
            trained
        } else {
            self.shrink * trained + self.perturb * first
        }
    }
}

/// First weights of a network, most of them from a trained one.
#[derive(Debug, Clone, PartialEq)]
pub struct Carried {
    /// All weights.
    pub arrays: Arrays,
    /// Number of weights that came from the trained network.
    pub count: usize,
    /// Names of the arrays of which some rows came.
    pub partly: Vec<String>,
    /// Names of the arrays of which none came.
    pub fresh: Vec<String>,
}

/// A network's weights with the names of their rows.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// The weights, under the names of [`Dialect::Ondine`](super::Dialect::Ondine).
    pub arrays: &'a Arrays,
    /// The rows.
    pub places: &'a Places,
}

impl Placed<'_> {
    /// These first weights of a network with all that `trained` ones have for them.
    pub fn with(self, trained: Placed<'_>, mix: Mix) -> Carried {
        let sources = trained.places.by_key();
        let mut carried = Carried {
            arrays: self.arrays.clone(),
            count: 0,
            partly: Vec::new(),
            fresh: Vec::new(),
        };
        for (name, first) in self.arrays.iter() {
            let place = self.places.get(name);
            let found = place.and_then(|place| {
                let (source, there) = sources.get(place.key.as_str())?;
                mixed((first, place), (trained.arrays.get(source)?, there), mix)
            });
            carried.take(name, first.values.len(), found);
        }
        carried
    }
}

impl Carried {
    /// Takes in an array with the number of weights that were found for it.
    fn take(&mut self, name: &str, size: usize, found: Option<(Array, usize)>) {
        let count = found.as_ref().map_or(0, |(_, count)| *count);
        if let Some((array, _)) = found {
            self.arrays.insert(name, array);
        }
        self.count += count;
        match count {
            0 => self.fresh.push(name.to_owned()),
            count if count < size => self.partly.push(name.to_owned()),
            _ => {}
        }
    }
}

/// An array with the values that a trained one has for it, and their number; none where it has another number of axes.
fn mixed(
    (first, here): (&Array, &Place),
    (trained, there): (&Array, &Place),
    mix: Mix,
) -> Option<(Array, usize)> {
    let fits = first.has(here) && trained.has(there);
    if !fits || here.axes.len() != there.axes.len() {
        return None;
    }
    let rows = here.axes.iter().zip(&there.axes);
    let rows: Vec<Vec<Option<usize>>> = rows.map(|(here, there)| matched(here, there)).collect();
    let mut values = first.values.clone();
    let mut count = 0;
    for (place, value) in values.iter_mut().enumerate() {
        if let Some(source) = source(place, &rows, &trained.shape) {
            *value = mix.of(trained.values[source], *value);
            count += 1;
        }
    }
    Some((Array::new(&first.shape, values), count))
}

impl Array {
    /// Whether it has the rows of a place.
    fn has(&self, place: &Place) -> bool {
        let lengths = place.axes.iter().map(Vec::len);
        self.shape.iter().copied().eq(lengths)
    }
}

/// For every row the one of the same name.
fn matched(here: &[String], there: &[String]) -> Vec<Option<usize>> {
    let there: HashMap<&String, usize> = there.iter().zip(0..).collect();
    here.iter().map(|name| there.get(name).copied()).collect()
}

/// The place in a trained array of shape `there` of the value at `place` of one with these rows.
fn source(mut place: usize, rows: &[Vec<Option<usize>>], there: &[usize]) -> Option<usize> {
    let (mut source, mut stride) = (0, 1);
    for (rows, length) in rows.iter().zip(there).rev() {
        source += stride * rows[place % rows.len()]?;
        place /= rows.len();
        stride *= length;
    }
    Some(source)
}
