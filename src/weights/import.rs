//! From a file of weights to a run that goes on from them.

use super::about::model;
use super::{Checked, Scales, WeightError, WeightFile, scales, shown};
use crate::plan::Plan;
use ondine_models::weights::{Dialect, Untraced};
use ondine_models::{Init, Model, Scaling};
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::path::PathBuf;

/// A surrogate with weights from a file, and what is to be known of it: `import.json` of its run.
#[derive(Debug, Serialize)]
pub struct Imported {
    /// The surrogate.
    #[serde(skip)]
    pub surrogate: Model,
    /// The file.
    pub file: PathBuf,
    /// Dialect of the names of its arrays.
    #[serde(serialize_with = "name")]
    pub layout: Dialect,
    /// Number of arrays.
    pub arrays: usize,
    /// Numbers that the network learns.
    pub parameters: usize,
    /// Origin of the scales.
    #[serde(serialize_with = "origin")]
    pub scaling: Scales,
    /// Comparison of an answer with a known one, if there was a pair.
    pub check: Option<Checked>,
    /// Remarks for a user, in sentences.
    pub notes: Vec<String>,
    /// Options that neither arrays nor metadata say, as the recipe has them.
    #[serde(skip)]
    pub untraced: Vec<String>,
    /// Whether the network of the file is told parameters.
    #[serde(skip)]
    pub conditioned: bool,
}

impl WeightFile {
    /// Checks that the file holds the network of a plan, as far as it says.
    ///
    /// # Errors
    /// When it says otherwise.
    pub fn check(&self, plan: &Plan) -> Result<(), WeightError> {
        let about = self.about.as_ref();
        let differences = about.map(|about| about.differences(plan));
        match differences.filter(|differences| !differences.is_empty()) {
            None => Ok(()),
            Some(differences) => Err(WeightError::OtherNetwork {
                path: shown(&self.path),
                differences: differences.join("; "),
            }),
        }
    }

    /// The scales of the file, or those that change nothing; none where they have to be measured.
    ///
    /// # Errors
    /// When the file has none for such a plan.
    pub fn scaling(&self, plan: &Plan, from: Scales) -> Result<Option<Scaling>, WeightError> {
        match from {
            Scales::Stored => scales::stored(self, plan).map(Some),
            Scales::Identity => Ok(Some(Scaling::identity(&plan.fields))),
            Scales::Measured => Ok(None),
        }
    }

    /// The surrogate of a plan with these weights and scales, which come `from` there.
    ///
    /// # Errors
    /// When the arrays are not the weights of its network.
    pub fn surrogate(
        &self,
        plan: &Plan,
        (from, scaling): (Scales, Scaling),
        init: &mut Init,
    ) -> Result<Imported, WeightError> {
        let surrogate = plan.surrogate(init, scaling);
        let read = surrogate.network.clone().with_arrays(&self.arrays);
        let read = read.map_err(|error| WeightError::Arrays {
            path: shown(&self.path),
            error,
        })?;
        let parameters = read.network.num_parameters();
        let untraced = read.network.untraced(read.dialect);
        Ok(Imported {
            surrogate: surrogate.with_network(read.network),
            file: self.path.clone(),
            layout: read.dialect,
            arrays: self.arrays.len(),
            parameters,
            scaling: from,
            check: None,
            notes: self.notes(plan, from, read.conditioned),
            untraced: self.untraced(plan, untraced),
            conditioned: read.conditioned,
        })
    }

    fn notes(&self, plan: &Plan, from: Scales, conditioned: bool) -> Vec<String> {
        let silent = "the network of the file is told no parameters; here they have weights of zero, until it is trained";
        let silent = (!conditioned).then(|| silent.to_owned());
        let about = self.about.iter().filter(|_| from == Scales::Stored);
        let strangers = about.flat_map(|about| about.strangers(plan));
        let strangers = strangers.map(|what| {
            format!("{what}: `--scaling measured` takes the scales of the recipe instead of those of the file")
        });
        let notes = silent.into_iter().chain(strangers);
        let notes = notes.chain(self.mean_note(plan));
        notes.chain(self.positive_note(plan)).collect()
    }

    /// A note where the mean is treated otherwise than the network was trained with, or may be.
    fn mean_note(&self, plan: &Plan) -> Option<String> {
        let there = self.about.as_ref().map(|about| &about.model);
        let there = there.and_then(|model| model.get("conserve_mean"));
        let here = serde_json::to_value(&plan.recipe.conserve_mean).ok()?;
        match (there, here) {
            (None, here) if here.as_bool() != Some(false) => Some(format!(
                "`conserve_mean` is {here}: the mean over the grid is taken off every answer of the network; if it was \
                 trained without that, write --set model.conserve_mean=false"
            )),
            (Some(there), here) if *there != here => Some(format!(
                "`conserve_mean` was {there} in the training of the file and is {here} now; to keep it, write --set \
                 model.conserve_mean={there}"
            )),
            _ => None,
        }
    }

    /// A note where other fields are kept positive than in the training of the file.
    fn positive_note(&self, plan: &Plan) -> Option<String> {
        let there = self.about.as_ref()?.model.get("keep_positive");
        let none = Value::Bool(false);
        let there = there.unwrap_or(&none);
        let here = serde_json::to_value(&plan.recipe.keep_positive).ok()?;
        (*there != here).then(|| {
            format!(
                "`keep_positive` was {there} in the training of the file and is {here} now; to keep it, write --set \
                 model.keep_positive={there}"
            )
        })
    }

    /// The options that neither arrays nor metadata say, as the recipe has them.
    fn untraced(&self, plan: &Plan, untraced: Untraced) -> Vec<String> {
        if self.about.is_some() {
            return Vec::new();
        }
        let table = model(&plan.recipe.model_table());
        let network = table.get("backbone").and_then(Value::as_object);
        let network = network.unwrap_or(&table);
        let keys = untraced.keys.iter().filter_map(|key| {
            let value = network.get(*key)?;
            Some(format!("model.{key} = {value}"))
        });
        let fixed = untraced.fixed.iter().map(|option| (*option).to_owned());
        fixed.chain(keys).collect()
    }
}

fn name<S: Serializer>(dialect: &Dialect, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(dialect.name())
}

fn origin<S: Serializer>(scales: &Scales, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(scales.name())
}
