//! Windows of a simulation as a training reads them.

use ondine::datasets::{Source, Window, WindowCutter};
use ondine::plan::Plan;
use std::ops::ControlFlow;

/// The windows of the first simulation.
pub(crate) fn windows(plan: &Plan) -> Vec<Window> {
    let ensemble = &plan.solver.as_ref().expect("an equation").training;
    let mut cutter = WindowCutter::new(plan.cut, 0, ensemble.conditions(0));
    let mut windows = Vec::new();
    let run = ensemble.run(0, &mut |frame| {
        windows.extend(cutter.push(frame));
        ControlFlow::Continue(())
    });
    run.unwrap_or_else(|error| panic!("{error}"));
    windows
}
