//! Description of a file of simulations.

use crate::plan::SimulationPlan;
use ondine_datasets::files::{Axis, DatasetInfo, Field, FieldKind, Provenance, Time, Varying};
use ondine_datasets::{Conditions, Distribution, FailureLog, Redrawn, Source};
use ondine_solvers::{Problem, problem};
use std::sync::Arc;

/// Describes the file of a plan after these failures.
pub(super) fn info(plan: &SimulationPlan, failures: &FailureLog) -> DatasetInfo {
    let recipe = &plan.recipe;
    let count = recipe.ensemble.simulations;
    let source = Redrawn::new(Arc::new(plan.ensemble.clone()), failures.all());
    // One quantity after the other: all conditions of many simulations would take more memory than any trajectory.
    let each = |read: &dyn Fn(&Conditions) -> f64| {
        let values = (0..count).map(|index| read(&source.conditions(index)));
        values.collect()
    };
    let varying = |prior: &Distribution, read: &dyn Fn(&Conditions) -> f64| {
        if prior.varies() {
            Varying::Each(each(read))
        } else {
            Varying::Same(prior.center())
        }
    };
    let quantities = &plan.ensemble.quantities;
    let axis = |(i, &points): (usize, &usize)| Axis {
        points,
        length: varying(&quantities.length[i], &|one| one.length[i]),
        kind: plan.problem.axes[i].kind,
    };
    let names = plan.problem.condition_names().into_iter().enumerate();
    let parameter = |(i, name): (usize, String)| {
        (
            name,
            varying(&quantities.parameters[i], &|one| one.parameters[i]),
        )
    };
    let still = |name: &String| Field {
        name: name.clone(),
        kind: FieldKind::Scalar,
    };
    DatasetInfo {
        name: recipe.name.clone(),
        trajectories: count as usize,
        frames: plan.ensemble.frames,
        axes: plan.ensemble.points.iter().enumerate().map(axis).collect(),
        fields: fields(&plan.problem),
        constants: plan.problem.static_fields.iter().map(still).collect(),
        mask: plan.problem.mask.clone(),
        time: Time::Uniform(varying(&quantities.dt, &|one| one.dt)),
        parameters: names.map(parameter).collect(),
        provenance: Provenance {
            seed: Some(recipe.seed),
            recipe: Some(recipe.text()),
            attempts: attempts(count, failures),
            ..Provenance::default()
        },
        ..DatasetInfo::default()
    }
}

/// Which draw each trajectory is; nothing where all are the first.
fn attempts(count: u64, failures: &FailureLog) -> Vec<u32> {
    if failures.all().iter().any(|failure| failure.redrawn) {
        (0..count).map(|index| failures.attempt(index)).collect()
    } else {
        Vec::new()
    }
}

/// Components of a vector on several axes are one field, any other channel is a field of its own.
pub(crate) fn fields(problem: &Problem) -> Vec<Field> {
    let field = |name: &str, kind| Field {
        name: name.to_owned(),
        kind,
    };
    let is_line = problem.dims() == 1;
    let of = |channels: &[problem::Field]| match channels[0].vector().filter(|_| !is_line) {
        Some(vector) => field(vector, FieldKind::Vector),
        None => field(&channels[0].name, FieldKind::Scalar),
    };
    let together = |one: &problem::Field, next: &problem::Field| {
        !is_line && one.vector().is_some() && one.vector() == next.vector()
    };
    problem.fields.chunk_by(together).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Recipe;
    use ondine_datasets::files::AxisKind;
    use ondine_solvers::EquationEntry;
    use ondine_solvers::equation::find;

    /// A velocity with a depth before and a temperature after it.
    fn water(dims: usize) -> Problem {
        let burgers = find("burgers").expect("in the list");
        let mut water = burgers.problem(&problem::Ranges {
            points: vec![8; dims],
            length: vec![[1.0, 1.0]; dims],
            parameters: vec![[0.1, 0.1]],
            dt: [0.1, 0.1],
            frames: 2,
        });
        water.fields.insert(0, problem::Field::scalar("depth"));
        water.fields.push(problem::Field::scalar("temperature"));
        water
    }

    #[test]
    fn components_are_one_field_beside_scalars() {
        let named = |dims| -> Vec<(String, FieldKind)> {
            let fields = fields(&water(dims)).into_iter();
            fields.map(|field| (field.name, field.kind)).collect()
        };
        let of = |name: &str, kind| (name.to_owned(), kind);
        let [depth, heat] = ["depth", "temperature"].map(|name| of(name, FieldKind::Scalar));
        let velocity = of("velocity", FieldKind::Vector);
        assert_eq!(named(2), [depth.clone(), velocity, heat.clone()]);
        assert_eq!(named(1), [depth, of("u", FieldKind::Scalar), heat]);
    }

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
        let posed = crate::recipe::Posed::Equation(&CELLS);
        let recipe = Recipe::clone(&plan.recipe);
        plan.recipe = crate::recipe::Resolved::new(Recipe { posed, ..recipe });
        plan.problem = plan.recipe.problem();
        assert_eq!(kind(&plan), AxisKind::PERIODIC_CELLS);
    }
}
