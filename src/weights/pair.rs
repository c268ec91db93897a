//! An input of a network and its answer, as the program has them that it comes from: options without an array show there.

use super::{Imported, WeightError, WeightFile, shown};
use crate::batch::{to_tensor, to_values};
use crate::plan::Plan;
use burn::tensor::{Device, Tensor};
use ondine_models::Residual;
use ondine_models::weights::{Array, Arrays, Dialect};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Largest relative difference of two answers of one network: 32-bit numbers in another order of sums give less.
const LIMIT: f64 = 1e-4;

/// A file with `input` and `output`, `[batch, channel, points …]`, and `parameters`, `[batch, parameter]`.
#[derive(Debug)]
pub struct Pair {
    path: PathBuf,
    arrays: Arrays,
}

/// Comparison of the network's answer with that of a pair: part of `import.json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    /// The file of the pair.
    pub file: PathBuf,
    /// Norm of the difference of both answers over the norm of the one in the file.
    pub relative_difference: f64,
}

impl Pair {
    /// Reads the file.
    ///
    /// # Errors
    /// When it can't be read, or is no file of arrays.
    pub fn read(path: &Path) -> Result<Self, WeightError> {
        let file = WeightFile::read(path)?;
        Ok(Self {
            path: file.path,
            arrays: file.arrays,
        })
    }

    /// The relative difference of the network's answer.
    fn difference(&self, imported: &Imported, plan: &Plan, device: &Device) -> Result<f64, String> {
        let surrogate = &imported.surrogate;
        if surrogate.method::<Residual>().is_none() {
            return Err(format!(
                "--check compares the answers of a network by itself, and [model] is a `{}`: write --unchecked",
                plan.recipe.model.kind()
            ));
        }
        let (input, output) = (self.get("input")?, self.get("output")?);
        let grid = self.grid(input, plan)?;
        if input.shape() != output.shape() {
            let (input, output) = (input.shape(), output.shape());
            return Err(format!(
                "`input` is {input:?} and `output` {output:?}: write both of one shape"
            ));
        }
        let told = [input.shape()[0], plan.fields.parameters];
        let parameters = to_tensor(self.parameters(imported, told)?, told, device);
        let network = &surrogate.network;
        let answer = network.forward(fields(input, device), parameters, &grid);
        let answer = to_values(answer.swap_dims(1, 2).flatten::<1>(0, 2));
        let pairs = answer.iter().zip(output.values());
        let distance = norm(pairs.map(|(a, b)| f64::from(*a) - f64::from(*b)));
        match norm(output.values().iter().map(|value| f64::from(*value))) {
            0.0 => {
                Err("`output` is zero everywhere: write an answer that tells something".to_owned())
            }
            size => Ok(distance / size),
        }
    }

    fn get(&self, name: &str) -> Result<&Array, String> {
        let array = self.arrays.get(name);
        let array = array.ok_or_else(|| {
            format!(
                "there is no `{name}`: write `input` and `output`, [batch, channel, points ...]"
            )
        })?;
        if array.values().iter().all(|value| value.is_finite()) {
            Ok(array)
        } else {
            Err(format!("`{name}` holds NaN or infinite numbers"))
        }
    }

    /// The points per axis of the input, on which the network runs.
    fn grid(&self, input: &Array, plan: &Plan) -> Result<Vec<usize>, String> {
        let (shape, trained) = (input.shape(), &plan.fields.grid);
        let fits = shape.len() == 2 + trained.len() && shape[1] == plan.fields.inputs;
        if !fits || shape.contains(&0) {
            let axes = vec!["points"; trained.len()].join(", ");
            return Err(format!(
                "`input` is {shape:?}: write [batch, {}, {axes}]",
                plan.fields.inputs
            ));
        }
        let grid = shape[2..].to_vec();
        let fits = plan.model.check_grid(trained, &grid);
        fits.map_err(|problem| format!("on {grid:?} points the network {problem}"))?;
        Ok(grid)
    }

    /// The numbers the network is told, in its own units; zeros for one that does not listen.
    ///
    /// # Shapes   `[batch, parameter]`
    fn parameters(&self, imported: &Imported, shape: [usize; 2]) -> Result<Vec<f32>, String> {
        if !imported.conditioned || shape[1] == 0 {
            return Ok(vec![0.0; shape[0] * shape[1]]);
        }
        let missing =
            || format!("there is no `parameters`: this network is told some, write {shape:?}");
        self.arrays.get("parameters").ok_or_else(missing)?;
        let told = self.get("parameters")?;
        if told.shape() != shape {
            return Err(format!(
                "`parameters` is {:?}: write {shape:?}",
                told.shape()
            ));
        }
        let own = |value: &f32| match imported.layout {
            Dialect::Pdearena => value / 5.0 - 1.0, // a `unet` sees 5 (1 + p)
            Dialect::Ondine | Dialect::Neuraloperator => *value,
        };
        Ok(told.values().iter().map(own).collect())
    }
}

impl Imported {
    /// Checks that the network answers as the pair says, and keeps the difference.
    ///
    /// # Errors
    /// When it does not, or the pair is none for such a network.
    pub fn check(&mut self, plan: &Plan, pair: &Pair, device: &Device) -> Result<(), WeightError> {
        let difference = pair.difference(self, plan, device);
        let difference = difference.map_err(|reason| WeightError::Pair {
            path: shown(&pair.path),
            reason,
        })?;
        if difference.is_nan() || difference > LIMIT {
            return Err(WeightError::Differs {
                path: shown(&self.file),
                pair: shown(&pair.path),
                difference,
                untraced: bulleted(&self.untraced),
            });
        }
        self.check = Some(Checked {
            file: pair.path.clone(),
            relative_difference: difference,
        });
        Ok(())
    }

    /// Takes the options that leave no array to be as the recipe has them, which is noted.
    pub fn unchecked(&mut self) {
        if !self.untraced.is_empty() {
            let options = self.untraced.join("; ");
            self.notes.push(format!(
                "not checked on an answer: taken for a network with {options}"
            ));
        }
    }

    /// Checks that no option is left that the arrays do not show.
    ///
    /// # Errors
    /// When they do not; the options are named.
    pub fn ask(&self) -> Result<(), WeightError> {
        if self.untraced.is_empty() {
            Ok(())
        } else {
            Err(WeightError::Untraced {
                path: shown(&self.file),
                untraced: bulleted(&self.untraced),
            })
        }
    }
}

fn bulleted(options: &[String]) -> String {
    options
        .iter()
        .map(|option| format!("\n    {option}"))
        .collect()
}

/// `[batch, channel, points …]` → `[batch, point, channel]`
fn fields(array: &Array, device: &Device) -> Tensor<3> {
    let shape = array.shape();
    let flat = [shape[0], shape[1], shape[2..].iter().product()];
    to_tensor(array.values().to_vec(), flat, device).swap_dims(1, 2)
}

fn norm(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|value| value * value).sum::<f64>().sqrt()
}
