//! Simulations by several processes into one file: each keeps its own in a part, and the first one joins the parts.

use super::parts::{Found, Parts};
use super::workers::{News, Workers};
use super::{SimulateError, describe, run};
use crate::control::Control;
use crate::group::{Group, agreed};
use crate::plan::SimulationPlan;
use ondine_datasets::files::{Dtype, WellWriter};
use ondine_datasets::{Failure, FailureLog};
use std::path::Path;

/// As [`simulate`](super::simulate), by all processes of a group, which have the same plan. Simulations that are done are kept in
/// the folder `<path>.parts` until the file is complete: after a kill, or an end by `control`, the same call goes on behind them
/// with any number of processes. A process alone writes the file at once, unless there is such a folder.
///
/// The first process returns the attempts that failed, the others none.
///
/// # Errors
/// Those of [`simulate`](super::simulate) in any of the processes, and when the folder has simulations of another plan.
pub fn simulate_together(
    plan: &SimulationPlan,
    path: &Path,
    dtype: Dtype,
    control: Control<'_>,
    failed: &mut dyn FnMut(&Failure),
    group: &dyn Group,
) -> Result<Vec<Failure>, SimulateError> {
    let parts = Parts::of(path);
    if group.size() == 1 && !parts.exists() {
        return super::simulate(plan, path, dtype, control, failed);
    }
    let begun = if group.leads() {
        parts.begin(&description(plan))
    } else {
        Ok(())
    };
    agreed(group, begun)?;
    let found = agreed(group, parts.find())?;
    let simulated = fill(plan, (&parts, &found), control, failed, group);
    if simulated.is_err() {
        parts.end();
    }
    agreed(group, simulated)?;
    let joined = if group.leads() {
        join(plan, &parts, path, dtype, control)
    } else {
        Ok(Vec::new())
    };
    agreed(group, joined)
}

/// The text by which parts are known as those of a plan.
fn description(plan: &SimulationPlan) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let given = plan.initial.as_ref().map_or(0, |states| states.count());
    format!(
        "# ondine {version}, {given} initial states\n{}",
        plan.recipe.text()
    )
}

/// Runs the simulations of this process that are in no part.
fn fill(
    plan: &SimulationPlan,
    (parts, found): (&Parts, &Found),
    control: Control<'_>,
    failed: &mut dyn FnMut(&Failure),
    group: &dyn Group,
) -> Result<(), SimulateError> {
    let missing = (0..plan.recipe.ensemble.simulations).filter(|index| !found.has(*index));
    let own: Vec<u64> = missing.skip(group.rank()).step_by(group.size()).collect();
    if own.is_empty() {
        return Ok(());
    }
    let most = plan.max_failures.div_ceil(group.size() as u64);
    let mut part = parts.part(group.rank())?;
    let kept = |error| match error {
        SimulateError::Interrupted => SimulateError::Kept(parts.folder().display().to_string()),
        error => error,
    };
    let ran = run(
        plan,
        own,
        most,
        control,
        &mut |news, workers: &Workers<'_>| {
            match news {
                News::Failed(failure) => failed(&failure),
                News::Ended(simulated) => {
                    let simulated = simulated?;
                    control.check()?; // the trajectory may have been cut short
                    let of = simulated.trajectory.index as u64;
                    let failures = workers.failed().into_iter();
                    let failures: Vec<Failure> =
                        failures.filter(|one| one.simulation == of).collect();
                    part.append(&simulated, &failures)?;
                }
            }
            Ok(!parts.is_ended())
        },
    );
    ran.map(drop).map_err(kept)
}

/// Writes the simulations of all parts into the file, and removes the parts; the attempts that failed.
fn join(
    plan: &SimulationPlan,
    parts: &Parts,
    path: &Path,
    dtype: Dtype,
    control: Control<'_>,
) -> Result<Vec<Failure>, SimulateError> {
    let found = parts.find()?;
    let failures = FailureLog::new(found.failures()?, plan.max_failures);
    let mut writer = WellWriter::create(path, &describe::info(plan, &failures), dtype)?;
    match copy(plan, &found, &mut writer, control) {
        Ok(()) => writer.finish()?,
        Err(error) => {
            let _ = writer.discard(); // the error matters more
            return Err(error);
        }
    }
    parts.remove()?;
    Ok(failures.all().to_vec())
}

fn copy(
    plan: &SimulationPlan,
    found: &Found,
    writer: &mut WellWriter,
    control: Control<'_>,
) -> Result<(), SimulateError> {
    let of = plan.recipe.ensemble.simulations;
    for index in 0..of {
        control.check()?;
        let Some((simulated, _)) = found.read(index)? else {
            return Err(SimulateError::MissingPart { index });
        };
        writer.append(&simulated.trajectory)?;
        writer.put_constants(simulated.trajectory.index, &simulated.still)?;
        control.tell(super::joining(index + 1, of))?;
    }
    Ok(())
}
