//! Files as another program writes them: values, times, parameters, and not a word of where they come from.

use ondine::datasets::Source;
use ondine::datasets::files::{
    Axis, AxisKind, DatasetInfo, Dtype, Field, FieldKind, Provenance, Time, Trajectory, Varying,
    WellWriter,
};
use ondine::plan::Plan;
use ondine::solvers::{Rng, Stream};
use std::error::Error;
use std::ops::ControlFlow;
use std::path::Path;

/// The fault of a file.
#[derive(Clone, Copy)]
pub(crate) struct Flaw {
    /// Time between frames as the file says it, over what it is.
    pub(crate) dt: f64,
    /// Standard deviation of noise in every value.
    pub(crate) noise: f64,
    /// The share of the amplitude that remains from one frame to the next, beside what the equation does.
    pub(crate) kept: f64,
}

/// No fault.
pub(crate) const CLEAN: Flaw = Flaw {
    dt: 1.0,
    noise: 0.0,
    kept: 1.0,
};

/// Writes the first `count` simulations of a plan.
pub(crate) fn write(
    path: &Path,
    plan: &Plan,
    count: usize,
    flaw: Flaw,
) -> Result<(), Box<dyn Error>> {
    let solver = plan.solver.as_ref().ok_or("the recipe has no equation")?;
    let ensemble = &solver.training;
    let conditions: Vec<_> = (0..count as u64).map(|i| ensemble.conditions(i)).collect();
    let names = plan.problem.condition_names().into_iter().enumerate();
    let info = DatasetInfo {
        name: "foreign".to_owned(),
        trajectories: count,
        frames: ensemble.frames,
        axes: vec![Axis {
            points: ensemble.points[0],
            length: Varying::Each(conditions.iter().map(|one| one.length[0]).collect()),
            kind: AxisKind::PERIODIC,
        }],
        fields: vec![Field {
            name: "u".to_owned(),
            kind: FieldKind::Scalar,
        }],
        time: Time::Uniform(Varying::Same(conditions[0].dt * flaw.dt)),
        parameters: names
            .map(|(i, name)| {
                let values = conditions.iter().map(|one| one.parameters[i]);
                (name, Varying::Each(values.collect()))
            })
            .collect(),
        provenance: Provenance::default(),
        ..DatasetInfo::default()
    };
    let mut file = WellWriter::create(path, &info, Dtype::F32)?;
    let mut rng = Rng::stream(plan.recipe.seed, Stream::Noise, 0);
    for index in 0..count {
        let (mut frames, mut factor) = (Vec::new(), 1.0);
        ensemble.run(index as u64, &mut |u| {
            frames.extend(u.iter().map(|u| factor * u + flaw.noise * rng.normal()));
            factor *= flaw.kept;
            ControlFlow::Continue(())
        })?;
        file.append(&Trajectory { index, frames })?;
    }
    file.finish()?;
    Ok(())
}
