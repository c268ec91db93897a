//! Whose names and axes arrays have: ours, or those of the program that a network is known from.

use super::{Array, Arrays, ImportError, Layout, Source};
use crate::network::Network;
use std::collections::{BTreeMap, BTreeSet};

/// Names of arrays and order of their axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// The paths of modules, axes as they are here.
    Ondine,
    /// The state of an `FNO` of neuraloperator, for `fno_neuraloperator`; complex weights have real and imaginary part along
    /// a last axis.
    Neuraloperator,
    /// The state of a modern U-Net of pdearena, for `unet`.
    Pdearena,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Self; 3] = [Self::Ondine, Self::Neuraloperator, Self::Pdearena];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ondine => "ondine",
            Self::Neuraloperator => "neuraloperator",
            Self::Pdearena => "pdearena",
        }
    }
}

/// The place of the weight at every path.
type Sources = Box<dyn Fn(&[&str]) -> Source>;

/// A network with weights that were read.
#[derive(Debug)]
pub struct Reading {
    /// The network.
    pub network: Network,
    /// Dialect in which the arrays are named.
    pub dialect: Dialect,
    /// Whether they have weights for the parameters. Without, the network answers as if it had none, and can learn to
    /// use them.
    pub conditioned: bool,
}

impl Network {
    /// The dialects that its weights have names in.
    pub fn dialects(&self) -> Vec<Dialect> {
        let known = |dialect: &Dialect| self.source(*dialect).is_some();
        Dialect::ALL.into_iter().filter(known).collect()
    }

    /// Every weight, where they have names in this dialect.
    pub fn arrays(&self, dialect: Dialect) -> Option<Arrays> {
        Some(Arrays::of(self, self.source(dialect)?))
    }

    /// This network with these weights, in the dialect whose names they have. Where most names begin alike (`state_dict.model.`),
    /// arrays of other names are taken for something else, the state of an optimiser for example.
    ///
    /// # Errors
    /// When arrays are missing, have other shapes, or are not read.
    ///
    /// # Panics
    /// Never: the dialect is one of the network's.
    pub fn with_arrays(self, arrays: &Arrays) -> Result<Reading, ImportError> {
        let (dialect, prefix) = self.recognize(arrays);
        let mut arrays = below(arrays, &prefix);
        let conditioned = !self.complete(dialect, &mut arrays);
        let source = self.source(dialect).expect("one of its dialects");
        Ok(Reading {
            network: arrays.read_into(self, source)?,
            dialect,
            conditioned,
        })
    }

    /// The place of the weight at a path; the first word of the path is the variant of the network.
    fn source(&self, dialect: Dialect) -> Option<Sources> {
        match (dialect, self) {
            (Dialect::Ondine, _) => Some(Box::new(|path| {
                Source::new(path[1..].join("."), Layout::Plain)
            })),
            (Dialect::Neuraloperator, Self::FnoNeuraloperator(network)) => {
                let source = network.source();
                Some(Box::new(move |path| source(&path[1..])))
            }
            (Dialect::Pdearena, Self::Unet(network)) => {
                let source = network.source();
                Some(Box::new(move |path| source(&path[1..])))
            }
            (Dialect::Neuraloperator | Dialect::Pdearena, _) => None,
        }
    }

    /// Adds what the network of a foreign program lacks when it is told no parameters; whether it did.
    fn complete(&self, dialect: Dialect, arrays: &mut Arrays) -> bool {
        match (dialect, self) {
            (Dialect::Neuraloperator, Self::FnoNeuraloperator(network)) => network.complete(arrays),
            (Dialect::Pdearena, Self::Unet(network)) => network.complete(arrays),
            _ => false,
        }
    }

    /// The dialect, and the beginning of the names, with which most arrays are weights of this network.
    fn recognize(&self, arrays: &Arrays) -> (Dialect, String) {
        let mut best = (0, (Dialect::Ondine, String::new()));
        for dialect in self.dialects() {
            let own = self.arrays(dialect).expect("one of its dialects");
            let own: BTreeSet<&str> = own.iter().map(|(name, _)| name).collect();
            for (prefix, count) in prefixes(arrays, &own) {
                if count > best.0 {
                    best = (count, (dialect, prefix.to_owned()));
                }
            }
        }
        best.1
    }
}

/// Prefixes of names that are known, each with the number of names; the shortest first.
fn prefixes<'a>(arrays: &'a Arrays, known: &BTreeSet<&str>) -> BTreeMap<&'a str, usize> {
    let mut prefixes = BTreeMap::new();
    for (name, _) in arrays.iter() {
        let dots = name.match_indices('.').map(|(dot, _)| dot + 1);
        for start in [0].into_iter().chain(dots) {
            if known.contains(&name[start..]) {
                *prefixes.entry(&name[..start]).or_default() += 1;
            }
        }
    }
    prefixes
}

/// The arrays whose names begin so, without that beginning.
fn below(arrays: &Arrays, prefix: &str) -> Arrays {
    let inside = |(name, array): (&str, &Array)| {
        let rest = name.strip_prefix(prefix)?;
        Some((rest.to_owned(), array.clone()))
    };
    arrays.iter().filter_map(inside).collect()
}
