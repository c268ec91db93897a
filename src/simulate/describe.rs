//! What a file of simulations says of itself.

use crate::plan::SimulationPlan;
use ondine_datasets::hdf5::{Axis, DatasetInfo, Field, FieldKind, Provenance, Time, Varying};
use ondine_datasets::{Conditions, Distribution, FailureLog, Redrawn, Simulator};
use std::sync::Arc;

/// Describes the file of a plan after these failures.
pub(super) fn info(plan: &SimulationPlan, failures: &FailureLog) -> DatasetInfo {
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
    let axis = |(i, &points): (usize, &usize)| Axis {
        points,
        length: varying(&quantities.length[i], &|one| one.length[i]),
        kind: recipe.equation.axes[i],
    };
    let dims = plan.ensemble.points.len();
    let names = recipe.equation.value_names(dims).into_iter().enumerate();
    let parameter = |(i, name): (usize, String)| {
        (
            name,
            varying(&quantities.parameters[i], &|one| one.parameters[i]),
        )
    };
    DatasetInfo {
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
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Recipe;
    use ondine_datasets::hdf5::AxisKind;
    use ondine_solvers::EquationEntry;

    /// An equation of cells on a periodic axis.
    const CELLS: EquationEntry = EquationEntry {
        axes: [AxisKind::PERIODIC_CELLS; 3],
        ..EquationEntry::LINEAR
    };

    #[test]
    fn a_file_has_the_axes_of_the_equation_whatever_its_method() {
        let text = "[equation]\nkind = \"diffusion\"\ndiffusivity = 0.1\n[grid]\npoints = [4]\nlength = 2.0\n\
                    [time]\ndt = 0.1\nframes = 3\n[ensemble]\nsimulations = 2\n";
        let recipe = Recipe::parse("cells.toml", text, &[]);
        let plan = recipe.and_then(|recipe| recipe.check_simulations(None, None));
        let mut plan = plan.unwrap_or_else(|error| panic!("{error}"));
        let kind = |plan: &SimulationPlan| info(plan, &FailureLog::new(Vec::new(), 0)).axes[0].kind;
        assert_eq!(kind(&plan), AxisKind::PERIODIC);
        plan.recipe.equation = &CELLS;
        assert_eq!(kind(&plan), AxisKind::PERIODIC_CELLS);
    }
}
