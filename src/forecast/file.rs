//! The surrogate of an exported file.
//!
//! The checksum, the version of the format and the sizes that the recipe implies are checked before anything of a file is
//! believed: the network is made when there are as many weights for it.

use super::{ForecastError, Opened};
use crate::batch::Layout;
use crate::plan::{Network, Stage};
use crate::recipe::{Extensions, Recipe, RecipeError};
use crate::size::{Part, count, product, too_large};
use crate::weights::{About, Exported, WeightError, WeightFile};
use burn::module::Module;
use burn::tensor::Device;
use ondine_models::weights::Arrays;
use ondine_models::{Model, Scaling};
use std::path::Path;

/// A file with the network that it describes.
pub(crate) struct Filed {
    file: WeightFile,
    about: About,
    exported: Exported,
    /// Name of the recipe.
    name: String,
    network: Network,
    stages: Vec<Stage>,
}

impl Filed {
    /// Reads a file, and checks that its weights are those of its network.
    ///
    /// # Errors
    /// When it can't be read, holds no surrogate, has changed since it was written or comes from a newer version.
    pub(crate) fn open(path: &Path, extensions: Extensions) -> Result<Self, ForecastError> {
        Ok(Self::of(WeightFile::read(path)?, extensions)?)
    }

    /// The surrogate of a file that was read, or made of a run.
    ///
    /// # Errors
    /// When it holds none.
    pub(crate) fn of(file: WeightFile, extensions: Extensions) -> Result<Self, WeightError> {
        let path = &file.path.clone();
        let (about, exported) = (file.about.clone(), file.surrogate.clone());
        let (Some(about), Some(exported)) = (about, exported) else {
            let reason = "it holds weights alone; `ondine export RUN FILE` writes a surrogate, and `ondine import RECIPE \
                          FILE` makes a run of weights";
            return Err(refused(path, reason));
        };
        let recipe = Recipe::parse_without_files(&shown(path), &exported.recipe, extensions);
        let wrong = |error: RecipeError| {
            refused(
                path,
                format!("its recipe is not understood: {}", error.message),
            )
        };
        let recipe = recipe.map_err(wrong)?;
        let name = recipe.name.clone();
        let (network, stages) = recipe.network().map_err(wrong)?;
        let filed = Self {
            file,
            about,
            exported,
            name,
            network,
            stages,
        };
        filed.check().map_err(|reason| refused(path, reason))?;
        Ok(filed)
    }

    /// The network.
    pub(crate) fn network(&self) -> &Network {
        &self.network
    }

    /// The description of its weights.
    pub(crate) fn about(&self) -> &About {
        &self.about
    }

    /// Its weights.
    pub(crate) fn arrays(&self) -> &Arrays {
        &self.file.arrays
    }

    /// The file.
    pub(crate) fn into_file(self) -> WeightFile {
        self.file
    }

    /// The resolved recipe.
    pub(crate) fn recipe(&self) -> &str {
        &self.exported.recipe
    }

    /// Name of the recipe.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Checks the sizes that the recipe implies, before anything of these sizes is made.
    fn check(&self) -> Result<(), String> {
        let fields = &self.network.fields;
        let state = product(fields.grid.iter().copied().chain([fields.inputs.max(1)]));
        let part = Part {
            key: String::new(),
            what: format!("its states of {} values", count(state)),
            bytes: state.saturating_mul(STATE_BYTES),
        };
        if let Some((_, sentence)) = too_large(vec![part]) {
            return Err(sentence);
        }
        let (needed, found) = (
            self.network.model.num_parameters(fields),
            self.file.arrays.num_values(),
        );
        if needed != found {
            return Err(format!(
                "its network has {needed} weights, and the file {found}"
            ));
        }
        check_scales(&self.about.scaling, &Scaling::identity(fields))
    }

    /// The surrogate on a device.
    ///
    /// # Errors
    /// When the arrays are not the weights of the network.
    pub(crate) fn on(self, device: &Device) -> Result<Opened, ForecastError> {
        let mut init = self.network.init(device);
        let surrogate = self.network.surrogate(&mut init, self.about.scaling);
        Ok(Opened {
            surrogate: with_weights(surrogate, &self.file)?.valid().for_inference(),
            layouts: layouts(self.stages, self.about.step),
            steps: self.about.step,
            horizon: self.exported.horizon,
            network: self.network,
        })
    }
}

/// Bytes per value of a state that are held beside tensors: in 64 bits in its two orders, in 32 bits, and its place.
const STATE_BYTES: u128 = 32;

fn with_weights(surrogate: Model, file: &WeightFile) -> Result<Model, WeightError> {
    let read = surrogate.network.clone().with_arrays(&file.arrays);
    let read = read.map_err(|error| refused(&file.path, error))?;
    Ok(surrogate.with_network(read.network))
}

/// Layouts of the stages that were begun within so many steps; that of the first one always.
fn layouts(stages: Vec<Stage>, steps: usize) -> Vec<Layout> {
    let last = steps.saturating_sub(1);
    let begun = stages.into_iter().filter(|stage| stage.first <= last);
    begun.map(|stage| stage.layout).collect()
}

/// Checks that there are as many scales as channels and parameters, and that all can be divided by.
fn check_scales(scaling: &Scaling, needed: &Scaling) -> Result<(), String> {
    let lists = |of: &Scaling| {
        [
            &of.mean,
            &of.deviation,
            &of.increment,
            &of.center,
            &of.spread,
        ]
        .map(Vec::len)
    };
    if lists(scaling) != lists(needed) {
        return Err("its scales are not those of its channels and parameters".to_owned());
    }
    let shifts = scaling.mean.iter().chain(&scaling.center);
    let mut factors = scaling
        .deviation
        .iter()
        .chain(&scaling.increment)
        .chain(&scaling.spread);
    if shifts.chain(factors.clone()).all(|scale| scale.is_finite())
        && factors.all(|scale| *scale > 0.0)
    {
        Ok(())
    } else {
        Err("its scales are not all finite, or not all positive".to_owned())
    }
}

fn refused(path: &Path, reason: impl ToString) -> WeightError {
    WeightError::Surrogate {
        path: shown(path),
        reason: reason.to_string(),
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
