//! `ondine train RECIPE --weights-from RUN`: a training that begins with the weights of another run.

use super::CliError;
use super::bar::Bar;
use super::import::{From, made, taken};
use crate::plan::{Network, Plan};
use crate::run::Run;
use crate::weights::{About, Scales, WeightFile};
use ondine_models::FieldSpec;
use ondine_models::weights::Dialect;
use std::path::Path;

/// Makes the directory of a run of this plan that begins with the weights of the run `source`, the average where it has
/// one. Unless said otherwise, scales are those of `source` where the equation is the same, and measured where it is
/// another.
pub(super) fn begun(
    directory: &Path,
    plan: &Plan,
    (source, scaling): (&Path, Option<From>),
    bar: &Bar,
) -> Result<Run, CliError> {
    let run = Run::open(source)?;
    let (trained, _) = run.recipe_of_network()?.network()?;
    let file = WeightFile::of_run(&run, None, false, Dialect::Ondine)?;
    let about = file.about.as_ref().expect("a run says what its network is");
    file.check(plan)?;
    check_shapes(about, &trained, plan, source)?;
    let from = scaling.map_or_else(|| scales(about, plan), From::scales);
    let imported = taken(&file, plan, (from, &[]), bar, |_, _| Ok(()))?;
    let scales = match from {
        Scales::Stored => "with its scales",
        Scales::Identity => "with scales that change nothing",
        Scales::Measured => "with scales measured on simulations of the recipe",
    };
    bar.suspend(|| {
        let (source, step) = (source.display(), about.step);
        eprintln!("weights of {source} after {step} steps, {scales}");
        for note in &imported.notes {
            eprintln!("note: {note}");
        }
    });
    made(directory, plan, &imported)?;
    Ok(Run::open_to_write(directory)?)
}

/// Default origin of scales.
fn scales(about: &About, plan: &Plan) -> Scales {
    if about.problem == plan.problem.name {
        Scales::Stored
    } else {
        Scales::Measured
    }
}

/// Checks that a network has the channels and parameters that it was trained with.
fn check_shapes(
    about: &About,
    trained: &Network,
    plan: &Plan,
    source: &Path,
) -> Result<(), CliError> {
    let (there, here) = (&trained.fields, &plan.fields);
    let mut differ = Vec::new();
    let axes = (there.grid.len(), here.grid.len());
    if axes.0 != axes.1 {
        differ.push(format!(
            "its grid has {} axes, that of the recipe {}",
            axes.0, axes.1
        ));
    }
    if (there.inputs, there.outputs) != (here.inputs, here.outputs) {
        let [old, new] = [
            (about.fields.clone(), there),
            (plan.problem.field_names(), here),
        ]
        .map(|(names, spec)| listed(&names, spec));
        differ.push(format!("its states are {old}, those of the recipe {new}"));
    }
    if there.parameters != here.parameters {
        let [old, new] = [about.parameters.clone(), plan.conditioning_names()];
        let (old, new) = (old.join(", "), new.join(", "));
        differ.push(format!("it is told {old}, and the recipe has {new}"));
    }
    if differ.is_empty() {
        Ok(())
    } else {
        Err(CliError::Usage(format!(
            "--weights-from {}: {}; a network goes on with as many of each: begin without its weights, or write a recipe \
         that has as many",
            source.display(),
            differ.join("; ")
        )))
    }
}

/// The channels of a state, with its frames where they are several, and those of the answer where they are fewer.
fn listed(names: &[String], spec: &FieldSpec) -> String {
    let names = names.join(", ");
    let still = match spec.statics {
        0 => "",
        1 => " beside a static field",
        _ => " beside static fields",
    };
    match (spec.history, spec.bundle) {
        (1, _) => format!("{names}{still}"),
        (history, bundle) if history == bundle => format!("{history} frames of {names}{still}"),
        (history, 1) => format!("{history} frames of {names}{still} for the next one"),
        (history, bundle) => format!("{history} frames of {names}{still} for the next {bundle}"),
    }
}
