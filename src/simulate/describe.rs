//! What a file of simulations says of itself.

use super::SimulateError;
use crate::plan::SimulationPlan;
use ondine_datasets::hdf5::{
    Axis, Boundary, DatasetInfo, Field, FieldKind, Provenance, Time, Varying,
};
use ondine_datasets::{Conditions, DataError, Distribution, FailureLog, Redrawn, Simulator};
use std::sync::Arc;

/// Describes the file of a plan after these failures.
pub(super) fn info(
    plan: &SimulationPlan,
    failures: &FailureLog,
) -> Result<DatasetInfo, SimulateError> {
    let recipe = &plan.recipe;
    let count = recipe.ensemble.simulations;
    let simulator = Redrawn::new(Arc::new(plan.ensemble.clone()), failures.all());
    // One quantity after the other: all conditions of many simulations would take more memory than any trajectory.
    let each = |read: &dyn Fn(&Conditions) -> f64| {
        let values = (0..count).map(|index| read(&simulator.conditions(index)));
        values.collect()
    };
    let varying = |prior: &Distribution, read: &dyn Fn(&Conditions) -> f64| match prior.varies() {
        true => Varying::Each(each(read)),
        false => Varying::Same(prior.center()),
    };
    let quantities = &plan.ensemble.quantities;
    let boundaries = boundaries(plan)?;
    let axis = |(i, &points): (usize, &usize)| Axis {
        points,
        length: varying(&quantities.length[i], &|one| one.length[i]),
        boundary: boundaries[i],
    };
    let dims = plan.ensemble.points.len();
    let names = recipe.equation.value_names(dims).into_iter().enumerate();
    let parameter = |(i, name): (usize, String)| {
        (
            name,
            varying(&quantities.parameters[i], &|one| one.parameters[i]),
        )
    };
    Ok(DatasetInfo {
        name: recipe.name.clone(),
        trajectories: count as usize,
        frames: plan.ensemble.frames,
        axes: plan.ensemble.points.iter().enumerate().map(axis).collect(),
        fields: fields(plan, dims),
        time: Time::Uniform(varying(&quantities.dt, &|one| one.dt)),
        parameters: names.map(parameter).collect(),
        provenance: Provenance {
            seed: Some(recipe.seed),
            recipe: Some(recipe.resolved()),
            attempts: attempts(count, failures),
            ..Provenance::default()
        },
    })
}

/// Which draw each trajectory is; nothing where all are the first.
fn attempts(count: u64, failures: &FailureLog) -> Vec<u32> {
    match failures.all().iter().any(|failure| failure.redrawn) {
        true => (0..count).map(|index| failures.attempt(index)).collect(),
        false => Vec::new(),
    }
}

/// A vector state is one field with components, any other one field a channel.
fn fields(plan: &SimulationPlan, dims: usize) -> Vec<Field> {
    let equation = plan.recipe.equation;
    let field = |name: &str, kind| Field {
        name: name.to_owned(),
        kind,
    };
    match equation.vector && dims > 1 {
        true => vec![field("velocity", FieldKind::Vector)],
        false => {
            let names = equation.fields_in(dims).iter();
            names.map(|name| field(name, FieldKind::Scalar)).collect()
        }
    }
}

/// What lies at the ends of every axis, by where the solver has its points.
fn boundaries(plan: &SimulationPlan) -> Result<Vec<Boundary>, SimulateError> {
    let (ensemble, equation) = (&plan.ensemble, plan.recipe.equation);
    if equation.direct.is_none() {
        return Ok(vec![Boundary::Periodic; ensemble.points.len()]);
    }
    let failed = |source| DataError::Simulation { index: 0, source };
    let spec = ensemble.spec(0).map_err(failed)?;
    let stepper = spec.stepper().map_err(failed)?;
    let find = |(axis, &length): (usize, &f64)| {
        boundary_of(&stepper.coordinates(axis), length).ok_or(SimulateError::Points(equation.kind))
    };
    spec.grid.length().iter().enumerate().map(find).collect()
}

/// The boundary whose points are these.
fn boundary_of(coordinates: &[f64], length: f64) -> Option<Boundary> {
    let known = [Boundary::Periodic, Boundary::Wall, Boundary::FixedWall];
    known.into_iter().find(|boundary| {
        let expected = boundary.coordinates(coordinates.len(), length);
        let mut pairs = coordinates.iter().zip(expected);
        pairs.all(|(x, expected)| (x - expected).abs() < 1e-9 * length)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_are_known_by_their_points() {
        for (points, expected) in [
            ([0.0, 0.5, 1.0, 1.5], Some(Boundary::Periodic)),
            ([0.25, 0.75, 1.25, 1.75], Some(Boundary::Wall)),
            ([0.4, 0.8, 1.2, 1.6], Some(Boundary::FixedWall)),
            ([0.1, 0.6, 1.1, 1.6], None),
        ] {
            assert_eq!(boundary_of(&points, 2.0), expected, "{points:?}");
        }
    }
}
