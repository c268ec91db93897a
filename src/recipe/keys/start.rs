//! Keys of `[train.start]`.

use super::SectionKeys;

/// First weights.
pub(super) const START: SectionKeys = SectionKeys {
    name: "train.start",
    summary: "First weights from a trained surrogate, in the place of random ones. Optional.",
    keys: &[&[
        (
            "run",
            "directory of the run, or file of an exported surrogate, whose weights the training begins with: the average where \
             there is one; required",
        ),
        (
            "checkpoint",
            "checkpoint of the run: \"last\", \"best\" or a name as step-00000500; default \"last\"",
        ),
        (
            "shrink",
            "factor of the trained weights, 0 to 1; default 1.0",
        ),
        (
            "perturb",
            "factor of random first weights that are added to them, 0 to 1; default 0.0",
        ),
        (
            "scaling",
            "origin of the scales between network and physical units: \"stored\", those of the run, \"measured\" on simulations of \
             the recipe, or \"identity\" for none; default: stored for the same problem, measured for another",
        ),
        (
            "names",
            "names that fields and conditions of the recipe have in the run, where they are others there, as { vorticity = \"u\" }; \
             default: the same",
        ),
    ]],
};
