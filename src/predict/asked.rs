//! A surrogate that rollouts are asked of: that of a run, or that of an exported file.

use crate::batch::Layout;
use crate::forecast::{Filed, First, ForecastError, Opened, Trained, is_exported};
use crate::plan::{Network, Plan};
use crate::recipe::{self, Extensions, Recipe};
use burn::tensor::Device;
use ondine_datasets::files::Reading;
use ondine_models::{Inputs, Model};
use std::path::{Path, PathBuf};

/// The training behind a surrogate, as far as a reader of initial states needs it.
pub struct Origin<'a> {
    /// Its network: problem, grid, trained ranges.
    pub(super) network: Network,
    /// Name of its recipe.
    pub(super) name: String,
    /// Its recipe, resolved.
    pub(super) recipe: String,
    /// Options that files were read with.
    pub(super) reading: Option<Reading>,
    /// Its plan, where initial states are compared with those of its solver.
    pub(super) plan: Option<&'a Plan>,
}

impl<'a> From<&'a Plan> for Origin<'a> {
    fn from(plan: &'a Plan) -> Self {
        Self {
            network: plan.network(),
            name: plan.recipe.name.clone(),
            recipe: plan.resolved(),
            reading: plan.recipe.file().map(|data| data.reading.clone()),
            plan: Some(plan),
        }
    }
}

/// A trained surrogate with its origin.
pub enum Asked {
    /// The surrogate of a run.
    Run(Box<Trained>),
    /// The surrogate of an exported file.
    File(Box<Exported>),
}

/// The surrogate of an exported file.
pub struct Exported {
    opened: Opened,
    recipe: String,
    name: String,
    /// Its plan, where the surrogate sees no state.
    plan: Option<Plan>,
}

impl Asked {
    /// Opens a run, or the file of an export.
    ///
    /// # Errors
    /// When it is neither, or has no surrogate that can be read.
    pub fn open(path: &Path, device: &Device) -> Result<Self, ForecastError> {
        Self::open_at(path, None, device)
    }

    /// As [`Self::open`], with the checkpoint of a run that has this name, as
    /// [`Checkpoint::chosen`](crate::checkpoint::Checkpoint::chosen) finds it; a file has one surrogate.
    ///
    /// # Errors
    /// As [`Self::open`], and when there is no such checkpoint.
    pub fn open_at(
        path: &Path,
        checkpoint: Option<&str>,
        device: &Device,
    ) -> Result<Self, ForecastError> {
        if !is_exported(path) {
            let trained = Trained::open_at(path, checkpoint, &[], device)?;
            return Ok(Self::Run(Box::new(Trained {
                surrogate: trained.surrogate.for_inference(),
                ..trained
            })));
        }
        let filed = Filed::open(path, Extensions::default())?;
        let (recipe, name) = (filed.recipe().to_owned(), filed.name().to_owned());
        let opened = filed.on(device)?;
        let direct = opened.network.model.inputs() == Inputs::Parameters;
        let plan = || Recipe::parse(&path.display().to_string(), &recipe, &[])?.check_trained();
        Ok(Self::File(Box::new(Exported {
            plan: direct.then(plan).transpose()?,
            opened,
            recipe,
            name,
        })))
    }

    /// The surrogate, outside of automatic differentiation.
    pub fn surrogate(&self) -> &Model {
        match self {
            Self::Run(trained) => &trained.surrogate,
            Self::File(file) => &file.opened.surrogate,
        }
    }

    /// The surrogate, to change how it samples, and the kind of its model.
    pub fn surrogate_mut(&mut self) -> (&mut Model, &'static str) {
        match self {
            Self::Run(trained) => {
                let kind = trained.plan.recipe.model.kind();
                (&mut trained.surrogate, kind)
            }
            Self::File(file) => {
                let kind = file.opened.network.model.kind();
                (&mut file.opened.surrogate, kind)
            }
        }
    }

    /// It with the surrogates of other trainings as members beside it, see
    /// [`Forecaster::with_members`](crate::forecast::Forecaster::with_members), for steps of this layout; none without others.
    ///
    /// # Errors
    /// When one of them can't be read, or has other states, conditions or steps.
    pub fn with_members(
        &self,
        others: &[PathBuf],
        layout: &Layout,
        device: &Device,
    ) -> Result<Option<Model>, ForecastError> {
        if others.is_empty() {
            return Ok(None);
        }
        let network = self.network();
        let first = First {
            surrogate: self.surrogate(),
            network: &network,
            layout,
        };
        first.with(others, device, Extensions::default()).map(Some)
    }

    /// Checks that so many rollouts from one state differ.
    ///
    /// # Errors
    /// When they are all the same.
    pub fn check_samples(&self, samples: usize) -> Result<(), ForecastError> {
        match self {
            Self::Run(trained) => trained.check_samples(samples),
            Self::File(file) => file.opened.check_samples(samples),
        }
    }

    /// The layout of the stage that the surrogate comes from, or of the last one with a stride.
    ///
    /// # Errors
    /// When the surrogate was not trained with the stride.
    pub fn layout(&self, stride: Option<usize>) -> Result<Layout, ForecastError> {
        match self {
            Self::Run(trained) => trained.layout(stride),
            Self::File(file) => file.opened.layout(stride),
        }
    }

    /// Its network.
    pub fn network(&self) -> Network {
        match self {
            Self::Run(trained) => trained.plan.network(),
            Self::File(file) => file.opened.network.clone(),
        }
    }

    /// Its training.
    pub fn origin(&self) -> Origin<'_> {
        match self {
            Self::Run(trained) => Origin::from(&trained.plan),
            Self::File(file) => Origin {
                network: self.network(),
                name: file.name.clone(),
                recipe: file.recipe.clone(),
                reading: recipe::reading_of(&file.recipe),
                plan: file.plan.as_ref(),
            },
        }
    }
}
