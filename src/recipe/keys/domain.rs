//! Keys of `[grid]`, `[time]` and `[initial]`: the simulated box and its frames.

use super::SectionKeys;

/// `[grid]`.
pub(super) const GRID: SectionKeys = SectionKeys {
    name: "grid",
    summary: "The domain and its points.",
    keys: &[&[
        (
            "points",
            "grid points of the frames, a list with one even number per axis, 4 or more; required",
        ),
        (
            "others",
            "other grids of the files of [data] beside `points`, a list of such lists; default: those that the files have",
        ),
        (
            "solver_points",
            "grid points of the solver, one per axis, no fewer than `points`, multiples of them for finite volumes; default: `points`",
        ),
        (
            "length",
            "length of the domain: a number or a distribution for all axes, or a list with one per axis; required",
        ),
        (
            "boundary",
            "ends of each axis, where the problem leaves the choice: \"periodic\", \"wall\", \"open\", or a list of two; default: periodic",
        ),
        (
            "points_at",
            "places of the points of a [problem], a list with one per axis: \"nodes\" from 0 on, \"cells\" for centres of \
             cells, or \"interior\" nodes between two walls; default: nodes on periodic axes, cells on others",
        ),
        (
            "obstacles",
            "solid discs and blocks in the box of an equation by finite volumes, a list of tables (docs/book/shocks.md); default: none",
        ),
    ]],
};

/// `[time]`.
pub(super) const TIME: SectionKeys = SectionKeys {
    name: "time",
    summary: "Frames, and how the solver gets from one to the next.",
    keys: &[&[
        (
            "dt",
            "time between two frames, a number or a distribution above 0; required",
        ),
        (
            "warmup",
            "frames that are simulated and discarded before the first one that is kept; default 0",
        ),
        (
            "frames",
            "frames that are kept of each simulation, the first one included; required",
        ),
        (
            "substeps",
            "solver steps per frame, 1 or more, or \"auto\": as many as `tolerance` needs, measured on simulations of \
             the recipe; default \"auto\"",
        ),
        (
            "tolerance",
            "largest relative error in time per frame that `substeps = \"auto\"` accepts, in (0, 1); default 1e-6",
        ),
        (
            "integrator",
            "\"etdrk1\", \"etdrk2\", \"etdrk3\" or \"etdrk4\": exponential Runge–Kutta of that order; default \"etdrk4\"",
        ),
        (
            "precision",
            "arithmetic of the solver, \"f64\" or \"f32\"; default \"f64\"",
        ),
        (
            "resolution",
            "reaction of `check` and `train` where grid or time steps do not resolve the solutions: \"warn\", \"refuse\" \
             or \"ignore\"; default \"warn\"",
        ),
    ]],
};

/// `[initial]`.
pub(super) const INITIAL: SectionKeys = SectionKeys {
    name: "initial",
    summary: "The distribution of initial states. Optional; not for equations that come with their own.",
    keys: &[&[("kind", "name of the distribution; default \"sine_series\"")]],
};
