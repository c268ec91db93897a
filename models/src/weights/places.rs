//! Names of the rows of weights: which channel of the state, or which parameter, a row belongs to.
//!
//! A network is asked for its shapes four times: as it is, and with one channel more to see, one more to answer with in every
//! frame, and one parameter more. An axis that grows has rows per channel or parameter, and an array that appears belongs to a
//! parameter. No weight is made for that.

use super::Path;
use crate::network::{Network, NetworkConfig};
use crate::{FieldSpec, Init};
use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;
use std::collections::BTreeMap;

/// Names of the channels that a network sees and answers with, and of its parameters, each in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChannelNames {
    /// Channels that it sees, all frames and static fields of a state.
    pub inputs: Vec<String>,
    /// Channels of all frames that it answers with.
    pub outputs: Vec<String>,
    /// Parameters.
    pub parameters: Vec<String>,
}

/// Names of all rows of the weights of a network, array by array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places(BTreeMap<String, Place>);

/// Names of an array and its rows, the same for two networks where they mean the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Name of the array, with that of a parameter in the place of its number.
    pub(super) key: String,
    /// Names of the rows of every axis.
    pub(super) axes: Vec<Vec<String>>,
}

/// Shapes of arrays by name.
type Shapes = BTreeMap<String, Vec<usize>>;

impl Places {
    /// The rows of a network beside one with the same channels and parameters: rows mean the same where there are as many.
    pub fn alike(network: &Network) -> Self {
        let shapes = shapes(network);
        let place = |(name, shape): (&String, &Vec<usize>)| {
            let axes = shape.iter().map(|&length| plain(length)).collect();
            let key = name.clone();
            (name.clone(), Place { key, axes })
        };
        Self(shapes.iter().map(place).collect())
    }

    /// The rows of a network for the fields of `spec`, whose channels and parameters have these names.
    pub(crate) fn of(config: &dyn NetworkConfig, spec: &FieldSpec, names: &ChannelNames) -> Self {
        let (mut wider, mut taller, mut told) = (spec.clone(), spec.clone(), spec.clone());
        wider.inputs += 1;
        taller.outputs += spec.bundle;
        told.parameters += 1;
        let of = |spec: &FieldSpec| shapes(&config.init(spec, &mut Init::sizes()));
        let grown = Grown {
            config,
            names,
            spec,
            base: of(spec),
            wider: of(&wider),
            taller: of(&taller),
            told: of(&told),
        };
        Self(grown.places())
    }

    /// The place of the array of this name.
    pub(super) fn get(&self, name: &str) -> Option<&Place> {
        self.0.get(name)
    }

    /// Names of arrays by what they mean.
    pub(super) fn by_key(&self) -> BTreeMap<&str, (&str, &Place)> {
        let named = self.0.iter();
        named
            .map(|(name, place)| (place.key.as_str(), (name.as_str(), place)))
            .collect()
    }
}

/// A network and its shapes where it has one channel or parameter more.
struct Grown<'a> {
    config: &'a dyn NetworkConfig,
    names: &'a ChannelNames,
    spec: &'a FieldSpec,
    base: Shapes,
    wider: Shapes,
    taller: Shapes,
    told: Shapes,
}

impl Grown<'_> {
    fn places(&self) -> BTreeMap<String, Place> {
        let place = |(name, shape): (&String, &Vec<usize>)| {
            let axes = (0..shape.len()).map(|axis| self.rows(name, axis));
            let axes = axes.collect();
            let key = self.key(name);
            (name.clone(), Place { key, axes })
        };
        self.base.iter().map(place).collect()
    }

    /// The name of an array with that of its parameter, if it belongs to one.
    fn key(&self, name: &str) -> String {
        let words: Vec<&str> = name.split('.').collect();
        let parameters = &self.names.parameters;
        let next = parameters.len().to_string();
        let own = (0..words.len()).find_map(|place| {
            let parameter = parameters.get(words[place].parse::<usize>().ok()?)?;
            let with = |word: &str| {
                [&words[..place], &[word], &words[place + 1..]]
                    .concat()
                    .join(".")
            };
            let other = with(&next);
            let appears = self.told.contains_key(&other) && !self.base.contains_key(&other);
            appears.then(|| with(&format!("<{parameter}>")))
        });
        own.unwrap_or_else(|| name.to_owned())
    }

    /// Names of the rows of an axis.
    fn rows(&self, name: &str, axis: usize) -> Vec<String> {
        let length = self.base[name][axis];
        let growth = |other: &Shapes| {
            let shape = other.get(name);
            let longer = shape.and_then(|shape| shape.get(axis)?.checked_sub(length));
            longer.unwrap_or(0)
        };
        let named = match [&self.wider, &self.taller, &self.told].map(growth) {
            [0, 0, 0] => None,
            [0, outputs, 0] => self.answers(length, outputs),
            [inputs, 0, parameters] => self.inputs((name, length), inputs, parameters),
            _ => None,
        };
        named.unwrap_or_else(|| plain(length))
    }

    /// Rows of an axis that gets `growth` more with one channel more in every frame of an answer.
    fn answers(&self, length: usize, growth: usize) -> Option<Vec<String>> {
        let outputs = &self.names.outputs;
        let bundle = self.spec.bundle;
        let rows = if growth.is_multiple_of(bundle) {
            repeated(growth / bundle, "answer", outputs)
        } else {
            repeated(growth, "answer", &outputs[..outputs.len() / bundle])
        };
        (rows.len() == length).then_some(rows)
    }

    /// Rows of an axis of an array that gets `inputs` more with a channel and `parameters` more with a parameter.
    fn inputs(
        &self,
        (name, length): (&str, usize),
        inputs: usize,
        parameters: usize,
    ) -> Option<Vec<String>> {
        let state = repeated(inputs, "state", &self.names.inputs);
        let told = repeated(parameters, "told", &self.names.parameters);
        let rest = length.checked_sub(state.len() + told.len())?;
        let [before, between, behind] = self.config.rows_beside(name, rest, self.spec.dims());
        let all = plain(before + between + behind);
        let parts = [
            &all[..before],
            &state,
            &all[before..before + between],
            &told,
            &all[before + between..],
        ];
        Some(parts.concat())
    }
}

/// Names of rows that are those of no channel: two axes of different lengths have none in common.
fn plain(length: usize) -> Vec<String> {
    (0..length)
        .map(|row| format!("{row} of {length}"))
        .collect()
}

/// Rows of all `names`, so many times one after the other.
fn repeated(times: usize, of: &str, names: &[String]) -> Vec<String> {
    let rows = (0..times).flat_map(|time| {
        let row = move |name: &String| format!("{of} {name}, {time} of {times}");
        names.iter().map(row)
    });
    rows.collect()
}

/// Shapes of the weights of a network, under the names of [`Dialect::Ondine`](super::Dialect::Ondine).
fn shapes(network: &Network) -> Shapes {
    let mut found = Found::default();
    network.visit(&mut found);
    found.shapes
}

#[derive(Default)]
struct Found {
    path: Path,
    shapes: Shapes,
}

impl ModuleVisitor for Found {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.0.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.0.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        // The first word is the variant of the network.
        let name = self.path.with(|path| path[1..].join("."));
        let shape = param.lazy_shape().as_slice().to_vec();
        self.shapes.insert(name, shape);
    }
}
