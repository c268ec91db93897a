//! Keys of `[problem]`.

use super::SectionKeys;

/// `[problem]`.
pub(super) const PROBLEM: SectionKeys = SectionKeys {
    name: "problem",
    summary: "A problem that is no equation of the list, in the place of [equation]. Where neither is written, that of \
              the file of [data].",
    keys: &[&[
        (
            "name",
            "name of the problem, for files and messages; default: that of the experiment",
        ),
        (
            "fields",
            "fields of a state in the order of its channels: names, or tables as { name = \"velocity\", vector = true } \
             with `vector` (one channel per axis), `conserved` (its mean stays), `positive` and `unit`; required",
        ),
        (
            "axes",
            "names of the axes of the grid, as [\"lon\", \"lat\"], for reports, predictions and messages; default: x, y and z, \
             or those of the file where it describes the problem",
        ),
        (
            "conditions",
            "numbers that a simulation has beside its state: a table of names with a number or a distribution each; \
             default: none",
        ),
        (
            "static_fields",
            "names of fields that do not change in time, such as a mask of obstacles, which the network sees beside the \
             state, one per channel (`wind_x` of a vector); default: none, or those of the file where it describes the \
             problem",
        ),
        (
            "mask",
            "the static field that is 0 at points without data and 1 at others: the loss, scales, errors and pictures leave \
             these points out; default: none, or that of the file where it describes the problem",
        ),
        (
            "units",
            "physical units of what is no field of a state: a table of axes, `time`, conditions and static \
             fields with a unit in quotes each; default: none, or those of the file where it describes the problem",
        ),
    ]],
};
