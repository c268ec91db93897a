//! Simulations of one batch: equal but for numbers, and those that are equal in these too.

use ondine_solvers::{SimulationSpec, SolverError};

/// Something of every simulation; of one alone where all are the same.
pub(crate) fn each<R: Clone>(
    simulations: &[SimulationSpec],
    of: impl Fn(&SimulationSpec) -> Result<R, SolverError>,
) -> Result<Vec<R>, SolverError> {
    let same = |a: &SimulationSpec, b: &SimulationSpec| numbers_of(a) == numbers_of(b);
    let mut all: Vec<R> = Vec::with_capacity(simulations.len());
    for (i, spec) in simulations.iter().enumerate() {
        let known = simulations[..i].iter().position(|other| same(other, spec));
        all.push(match known {
            Some(place) => all[place].clone(),
            None => of(spec)?,
        });
    }
    let first = &simulations[0];
    if simulations.iter().all(|spec| same(first, spec)) {
        all.truncate(1);
    }
    Ok(all)
}

/// The numbers in which simulations of one batch differ, as bits.
fn numbers_of(spec: &SimulationSpec) -> Vec<u64> {
    let values = spec.parameters.iter().chain(&spec.drawn);
    let values = values.chain(spec.grid.length()).chain([&spec.dt]);
    values.map(|value| value.to_bits()).collect()
}

/// Checks that simulations can be one batch.
pub(crate) fn check(simulations: &[SimulationSpec]) -> Result<(), SolverError> {
    let unlike = |name| Err(SolverError::Unlike { name });
    let Some((first, others)) = simulations.split_first() else {
        return unlike("number of simulations");
    };
    let differ = |same: fn(&SimulationSpec, &SimulationSpec) -> bool| {
        others.iter().any(|other| !same(first, other))
    };
    if differ(|a, b| a.equation.kind == b.equation.kind) {
        return unlike("equation");
    }
    if differ(|a, b| a.grid.points() == b.grid.points()) {
        return unlike("number of points");
    }
    if differ(|a, b| a.integrator == b.integrator) {
        return unlike("integrator");
    }
    if differ(|a, b| a.substeps == b.substeps) {
        return unlike("number of substeps");
    }
    Ok(())
}
