//! Origin of the trajectories of a training, in words.

use crate::cli::facts::on_device;
use crate::numbers::text::counted;
use crate::plan::{HeldOutFrom, Plan};

/// Origin of the trajectories, and their accuracy where it is known.
pub(super) fn origin(plan: &Plan) -> String {
    let Some(solver) = &plan.solver else {
        let judged = match plan.held_out {
            HeldOutFrom::None => "; none is held out, and nothing is evaluated",
            _ => "",
        };
        return match &plan.recipe.data {
            None if plan.endpoint().is_some() => {
                let endpoint = plan.endpoint().unwrap_or_default();
                let kind = plan.recipe.trajectories.kind();
                format!("trajectories: those of codes that connect to {endpoint} ({kind})")
            }
            Some(data) => format!("trajectories: {}{judged}", data.source.path.display()),
            None => format!("trajectories: those of the program that trains{judged}"),
        };
    };
    let errors = &plan.solver_errors;
    let words =
        |error: Option<f64>| error.map_or("not known".to_owned(), |error| format!("{error:.1e}"));
    let replay = plan
        .replay()
        .map_or(String::new(), |replay| format!("; {replay}"));
    format!(
        "solver: {} a frame; relative error a frame: {} in time, {} in space{}{replay}",
        counted(solver.training.substeps, "step"),
        words(errors.temporal),
        words(errors.spatial),
        on_device(&plan.recipe)
    )
}
