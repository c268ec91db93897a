//! First weights of a training from those of a trained surrogate: `[train.start]`.
//!
//! Weights go over by the names of arrays and, where an axis has a row per field or condition, row by row by their names;
//! shrink and perturb is Ash & Adams (2020), arXiv 1910.08475. The weights are read once, when a run begins, and kept in it as
//! `start.safetensors`: a training that goes on does not need the run that they come from.

mod account;
mod names;

pub(crate) use account::Account;

use crate::forecast::{Filed, ForecastError};
use crate::numbers::text::counted;
use crate::plan::{Network, Plan};
use crate::recipe::{GUARDS, RecipeError, StartScaling, StartSection};
use crate::run::{Run, RunError};
use crate::weights::WeightFile;
use burn::tensor::Device;
use names::{axes, channels};
use ondine_models::network::Network as Weights;
use ondine_models::weights::{Arrays, Carried, Dialect, ImportError, Mix, Placed, Places};
use ondine_models::{Init, Model, Scaling};

/// The weights, in the directory of the run that began with them.
pub(crate) const KEPT: &str = "start.safetensors";

/// [`Account`], beside them.
const ACCOUNT: &str = "start.json";

/// The smallest share of the weights that makes a warm start.
const LEAST: f64 = 0.1;

/// A trained surrogate that a training of a plan begins with.
pub(crate) struct Warm<'a> {
    plan: &'a Plan,
    start: &'a StartSection,
    filed: Filed,
}

impl<'a> Warm<'a> {
    /// The surrogate that a recipe names; none where it names none.
    ///
    /// # Errors
    /// When it can't be read, or its weights are none for the network of the plan, at the key that names it.
    pub(crate) fn of(plan: &'a Plan) -> Result<Option<(Self, Account)>, RecipeError> {
        let Some(start) = &plan.recipe.train.start else {
            return Ok(None);
        };
        let refused_at = |key: &str, why: String| {
            let path = format!("train.start.{key}");
            plan.recipe.source.error_at(&path, why)
        };
        let refused = |why: String| refused_at("run", why);
        let extensions = plan.recipe.extensions;
        let checkpoint = start.checkpoint.as_deref();
        let filed = WeightFile::trained(&start.run, checkpoint, extensions)
            .and_then(|file| Ok(Filed::of(file, extensions)?))
            .map_err(|error: ForecastError| {
                let of_checkpoint = error.is_of_checkpoint();
                let key = if of_checkpoint { "checkpoint" } else { "run" };
                refused_at(key, or_kept(plan, KEPT, &error))
            })?;
        let warm = Self { plan, start, filed };
        warm.check().map_err(refused)?;
        let names = warm.check_names();
        names.map_err(|why| refused_at("names", why))?;
        let init = &mut plan.network().init(&Device::flex());
        let scaling = Scaling::identity(&plan.fields);
        let made = warm.surrogate(init, scaling);
        let (_, carried) = made.map_err(|error| refused(error.to_string()))?;
        let account = warm.account(&carried);
        account.check().map_err(refused)?;
        Ok(Some((warm, account)))
    }

    /// The surrogate that a run began with; none where it began with random weights.
    ///
    /// # Errors
    /// When the file is not as it was written.
    pub(crate) fn kept(plan: &'a Plan, run: &Run) -> Result<Option<Self>, RunError> {
        let Some(start) = &plan.recipe.train.start else {
            return Ok(None);
        };
        let file = WeightFile::kept(run, KEPT, &start.run)?;
        let filed = Filed::of(file, plan.recipe.extensions);
        let filed = filed.map_err(|error| run.damaged(KEPT, &error))?;
        Ok(Some(Self { plan, start, filed }))
    }

    /// Keeps these weights in a run that begins with them.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(crate) fn keep(self, run: &Run, account: &Account) -> Result<(), RunError> {
        let path = run.file(KEPT);
        let kept = self.filed.into_file().keep(&path);
        kept.map_err(|error| run.io(&path, error))?;
        let json = serde_json::to_vec_pretty(account);
        let json = json.map_err(|error| run.damaged(ACCOUNT, &error))?;
        run.write(ACCOUNT, &json)
    }

    /// The surrogate of the plan with these weights; scales that they don't bring along are `measured` ones.
    ///
    /// # Errors
    /// When weights are no numbers.
    pub(crate) fn surrogate(
        &self,
        init: &mut Init,
        measured: Scaling,
    ) -> Result<(Model, Carried), ImportError> {
        let network = self.plan.network();
        let first = network.surrogate(init, self.scaling(&network, measured));
        let carried = self.carried(&network, &first.network);
        let read = first.network.clone().with_arrays(&carried.arrays)?;
        Ok((first.with_network(read.network), carried))
    }

    /// All weights of a network that has first ones.
    fn carried(&self, network: &Network, first: &Weights) -> Carried {
        let own = own(first);
        let [here, there] = self.places(network, first);
        let trained = Placed {
            arrays: self.filed.arrays(),
            places: &there,
        };
        let mix = Mix {
            shrink: self.start.shrink as f32,
            perturb: self.start.perturb as f32,
        };
        let first = Placed {
            arrays: &own,
            places: &here,
        };
        first.with(trained, mix)
    }

    /// Rows of the weights of the network of the plan, and of those of the trained one.
    fn places(&self, network: &Network, first: &Weights) -> [Places; 2] {
        let trained = self.filed.network();
        let (here, there) = (self.channels(network), channels(trained, str::to_owned));
        if here == there && own_table(network) == own_table(trained) {
            return [Places::alike(first), Places::alike(first)];
        }
        [
            network.model.places(&network.fields, &here),
            trained.model.places(&trained.fields, &there),
        ]
    }

    /// Names of channels and parameters of the plan, as the trained network has them.
    fn channels(&self, network: &Network) -> ondine_models::weights::ChannelNames {
        let called = |name: &str| self.start.names.get(name).cloned();
        channels(network, |name| {
            called(name).unwrap_or_else(|| name.to_owned())
        })
    }

    /// Scales of the plan: those of the trained network for all that it knows by name, unless they are to be others.
    fn scaling(&self, network: &Network, measured: Scaling) -> Scaling {
        let stored = match self.origin() {
            StartScaling::Measured => return measured,
            StartScaling::Identity => return Scaling::identity(&self.plan.fields),
            StartScaling::Stored => self.filed.about().scaling_on(self.plan),
        };
        let (here, there) = (
            self.channels(network),
            channels(self.filed.network(), str::to_owned),
        );
        let inputs = |stored, measured| known((&here.inputs, measured), (&there.inputs, stored));
        let told =
            |stored, measured| known((&here.parameters, measured), (&there.parameters, stored));
        Scaling {
            mean: inputs(stored.mean, measured.mean),
            deviation: inputs(stored.deviation, measured.deviation),
            increment: known(
                (&here.outputs, measured.increment),
                (&there.outputs, stored.increment),
            ),
            center: told(stored.center, measured.center),
            spread: told(stored.spread, measured.spread),
        }
    }

    /// Origin of the scales: by default those of the trained network where the problem is the same.
    fn origin(&self) -> StartScaling {
        let same = self.filed.about().problem == self.plan.problem.name;
        let default = if same {
            StartScaling::Stored
        } else {
            StartScaling::Measured
        };
        self.start.scaling.unwrap_or(default)
    }

    /// Checks that the network of the plan can take weights of the trained one.
    fn check(&self) -> Result<(), String> {
        let (trained, network) = (self.filed.network(), self.plan.network());
        let run = self.start.run.display();
        let [there, here] = [trained, &network].map(kind);
        if there != here {
            return Err(format!(
                "{run} is {there}, and [model] is {here}: weights go on in a network of the same kind; write the [model] of the \
                 run, or leave [train.start] out"
            ));
        }
        let [there, here] = [trained, &network].map(axes);
        if there != here {
            return Err(format!(
                "{run}: its grid has {}, that of the recipe {here}: begin without its weights",
                counted(there, "axis")
            ));
        }
        let frames = |network: &Network| (network.fields.history, network.fields.bundle);
        if frames(trained) != frames(&network) {
            let [there, here] = [trained, &network].map(Network::states);
            return Err(format!(
                "{run}: its states are {there}, those of the recipe {here}; write as many frames in [objective]"
            ));
        }
        Ok(())
    }

    /// Checks that names that are others in the run are names.
    fn check_names(&self) -> Result<(), String> {
        let [known, there] = [&self.plan.network(), self.filed.network()].map(names::all);
        for (own, other) in &self.start.names {
            for (name, known, of) in [(own, &known, "the recipe"), (other, &there, "the run")] {
                if !known.contains(name) {
                    let known = known.join(", ");
                    return Err(format!(
                        "names: `{name}` is no field or condition of {of}, which has {known}"
                    ));
                }
            }
        }
        Ok(())
    }

    fn account(&self, carried: &Carried) -> Account {
        let about = self.filed.about();
        Account {
            run: self.start.run.clone(),
            steps: about.step,
            weights: about.weights,
            scaling: self.origin(),
            shrink: self.start.shrink,
            perturb: self.start.perturb,
            parameters: carried.arrays.num_values(),
            carried: carried.count,
            partly: carried.partly.clone(),
            fresh: carried.fresh.clone(),
            differences: about.differences(self.plan),
        }
    }
}

/// Why a trained surrogate can't be had, with the file `name` in its place where the recipe is that of a run that keeps it.
pub(crate) fn or_kept(plan: &Plan, name: &str, why: &ForecastError) -> String {
    let kept = plan.recipe.source.folder().join(name);
    if kept.is_file() {
        format!("{why}; the run of this recipe keeps it as {kept:?}")
    } else {
        why.to_string()
    }
}

/// Values of rows by name: those `there`, where they have one, and those that are here.
fn known(
    (here, values): (&[String], Vec<f32>),
    (there, stored): (&[String], Vec<f32>),
) -> Vec<f32> {
    let row = |(name, value): (&String, f32)| {
        let found = there.iter().position(|other| other == name);
        found.map_or(value, |row| stored[row])
    };
    here.iter().zip(values).map(row).collect()
}

/// Kinds of a surrogate and its network, in words.
fn kind(network: &Network) -> String {
    let outer = network.model.kind();
    let inner = network.table.get("backbone");
    let inner = inner.and_then(|backbone| backbone.get("kind")?.as_str());
    inner.map_or(format!("`{outer}`"), |inner| {
        format!("`{outer}` around `{inner}`")
    })
}

/// `[model]` without what is no matter of the network's shapes.
fn own_table(network: &Network) -> toml::Table {
    let mut table = network.table.clone();
    table.retain(|key, _| !GUARDS.contains(&key));
    table
}

/// All weights of a network by their names.
fn own(network: &Weights) -> Arrays {
    let arrays = network.arrays(Dialect::Ondine);
    arrays.expect("every network has names of its own")
}
