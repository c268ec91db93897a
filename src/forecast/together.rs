//! Surrogates of several trainings as one, whose rollouts spread as far as the trainings disagree.

use super::{ForecastError, Opened, Stored, conditions};
use crate::batch::Layout;
use crate::plan::Network;
use crate::recipe::Extensions;
use crate::run::Run;
use burn::module::Module;
use burn::tensor::Device;
use ondine_models::{Model, Together};
use std::path::{Path, PathBuf};

/// The first member, which the others are to be like.
pub(crate) struct First<'a> {
    /// Its surrogate.
    pub(crate) surrogate: &'a Model,
    /// Its network.
    pub(crate) network: &'a Network,
    /// The meaning of a step of it, on the grid of its training.
    pub(crate) layout: &'a Layout,
}

impl First<'_> {
    /// One surrogate of this member and `others`: runs, files of exports, or `RUN@CHECKPOINT`.
    ///
    /// # Errors
    /// When one of them can't be read, samples its answers, or has other states, conditions or steps.
    pub(crate) fn with(
        &self,
        others: &[PathBuf],
        device: &Device,
        extensions: Extensions,
    ) -> Result<Model, ForecastError> {
        self.check_alone("the first one", self.surrogate)?;
        let mut members = vec![self.surrogate.clone()];
        for (place, path) in others.iter().enumerate() {
            if others[..place].contains(path) {
                return Err(ForecastError::Member {
                    name: path.display().to_string(),
                    what: "it is named twice, and would spread by nothing".to_owned(),
                });
            }
            let (network, layouts, surrogate) = opened(path, device, extensions)?;
            let name = path.display().to_string();
            self.check_alone(&name, &surrogate)?;
            let layout = layouts.iter().rfind(|one| one.stride == self.layout.stride);
            let own = layout.or(layouts.last()).expect("a stage was trained in");
            if let Some(what) = self.misfit(&network, own) {
                return Err(ForecastError::Member { name, what });
            }
            members.push(surrogate);
        }
        Ok(Together::of(members).expect("there is a first one"))
    }

    /// Refuses a member that has several rollouts itself.
    fn check_alone(&self, name: &str, surrogate: &Model) -> Result<(), ForecastError> {
        if !surrogate.is_stochastic() {
            return Ok(());
        }
        Err(ForecastError::Member {
            name: name.to_owned(),
            what:
                "it samples its answers, and a member has one rollout: take --samples of it alone"
                    .to_owned(),
        })
    }

    /// The first difference of another member, with both values; none where it advances the same states.
    fn misfit(&self, network: &Network, layout: &Layout) -> Option<String> {
        let (own, other) = (self.layout, layout);
        let names = |of: &Network| of.problem.field_names();
        let told = |of: &Network| -> Vec<String> {
            let all = conditions::of(&of.problem);
            all.into_iter().map(|condition| condition.name).collect()
        };
        let [first, second] = [self.network, network].map(|one| &one.problem.name);
        differs("problem", first, second)
            .or_else(|| differs("fields", &names(self.network), &names(network)))
            .or_else(|| differs("conditions", &told(self.network), &told(network)))
            .or_else(|| differs("points", &own.grid, &other.grid))
            .or_else(|| differs("edges", &own.axes, &other.axes))
            .or_else(|| differs("objective.stride", &own.stride, &other.stride))
            .or_else(|| differs("objective.bundle", &own.bundle, &other.bundle))
            .or_else(|| differs("objective.history", &own.history, &other.history))
            .or_else(|| differs("static fields", &own.statics, &other.statics))
            .or_else(|| differs("inputs", &own.inputs, &other.inputs))
            .or_else(|| differs("units of distance", &own.reach, &other.reach))
            .or_else(|| self.apart(network))
    }

    /// The first condition, length or time step whose trained ranges have no value in common.
    fn apart(&self, network: &Network) -> Option<String> {
        let [own, other] = [self.network, network].map(|one| conditions::of(&one.problem));
        let mut pairs = own.iter().zip(&other);
        let is_apart = |[a, b]: [f64; 2], [c, d]: [f64; 2]| a > d || c > b;
        let (own, other) = pairs.find(|(own, other)| is_apart(own.range, other.range))?;
        differs(&own.name, &own.range, &other.range)
    }
}

/// A difference in words.
fn differs<T: PartialEq + std::fmt::Debug>(of: &str, first: &T, other: &T) -> Option<String> {
    (first != other).then(|| {
        format!(
            "its {of}: {other:?}, and {first:?} of the first one: members advance the same states"
        )
    })
}

/// Network, layouts and surrogate of a member.
fn opened(
    path: &Path,
    device: &Device,
    extensions: Extensions,
) -> Result<(Network, Vec<Layout>, Model), ForecastError> {
    let typed = path.to_string_lossy();
    let Some((run, checkpoint)) = typed.rsplit_once('@').filter(|_| !path.exists()) else {
        let opened = Opened::open(path, device, extensions)?;
        return Ok((opened.network, opened.layouts, opened.surrogate));
    };
    let run = Run::open(Path::new(run))?.with_extensions(extensions);
    let stored = Stored::open_at(&run, Some(checkpoint))?;
    let surrogate = stored.surrogate(device)?.valid().for_inference();
    let layouts = stored.layouts().cloned().collect();
    Ok((stored.network, layouts, surrogate))
}
