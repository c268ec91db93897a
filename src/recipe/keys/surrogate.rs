//! Keys of `[model]` and `[objective]`.

use super::SectionKeys;
use crate::objective::COMMON_KEYS;

/// `[model]`.
pub(super) const MODEL: SectionKeys = SectionKeys {
    name: "model",
    summary: "The network, or a surrogate around one. Only for a training.",
    keys: &[&[
        ("kind", "name of the model; required"),
        (
            "conserve_mean",
            "true, false or a list of fields: those whose mean over the grid is conserved by construction; default: those that the equation or `[problem]` conserves",
        ),
        (
            "keep_positive",
            "true, false or a list of fields: those that every answer has above 0 by construction; true for those that the equation or `[problem]` knows to be positive; default false",
        ),
    ]],
};

/// `[objective]`.
pub(super) const OBJECTIVE: SectionKeys = SectionKeys {
    name: "objective",
    summary: "The loss. Optional.",
    keys: &[
        &[("kind", "name of the objective; default \"one_step\"")],
        COMMON_KEYS,
        &[
            (
                "steps",
                "predicted steps, each from the one before, for objectives of several steps, 1 to 1000; default: 2 for \
                 these, 1 for `residual` and `distil`",
            ),
            (
                "over",
                "steps that count in `unrolled`: \"all\", the mean over them, or \"last\"; default: \"all\" for it",
            ),
            (
                "gradient_steps",
                "steps of `unrolled`, `diverted` or `distil` that a gradient is propagated through; default: all",
            ),
            (
                "solver_gradient",
                "whether gradients of `diverted` go through the solver too; default: true for it",
            ),
            (
                "truth",
                "weight of the simulated step in `residual`; default: 0 for it",
            ),
            (
                "teacher",
                "directory of the run, or file of an exported surrogate, whose steps `distil` learns; required for it",
            ),
            (
                "checkpoint",
                "checkpoint of the run of `teacher`: \"last\", \"best\" or a name as step-00000500; default: the last one",
            ),
            (
                "samples",
                "answers of a `teacher` that draws them whose mean is learned, 1 to 64; default: 1",
            ),
            (
                "weight",
                "weight of the step of the `teacher` against the simulated one, above 0 and up to 1; default: 1, which needs no \
                 simulated steps",
            ),
        ],
    ],
};
