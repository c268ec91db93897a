//! Keys of `[ensemble]`, its sampler and `[buffer]`: simulations, and windows of them.

use super::SectionKeys;
use crate::recipe::BUFFER_KEYS;

/// `[ensemble]`.
pub(super) const ENSEMBLE: SectionKeys = SectionKeys {
    name: "ensemble",
    summary: "The simulations of a training.",
    keys: &[&[
        (
            "simulations",
            "simulations of the whole training, 1 or more; required",
        ),
        (
            "workers",
            "simulations that run at a time, 1 to 1024, or \"auto\": the fewest with which the trainer waits less than \
             5 % of its time; default: one less than the machine has cores",
        ),
        (
            "launcher",
            "workers beside those of this machine, which come over the network and may die: { endpoint = \
             \"tcp://HOST:PORT\", workers = 16, command = [\"launchers/slurm.sh\"], token = { file = \"PATH\" } }, where \
             `workers` are those at most, and `command` starts as many as ONDINE_WORKERS says; without it they come by \
             themselves, by `ondine worker --connect`; default: none",
        ),
        (
            "isolation",
            "\"thread\", or \"process\": each worker runs its simulations in a process of its own; default \"thread\"",
        ),
        (
            "max_failures",
            "simulations that may fail and are drawn again, 0 or more; one more ends the training; default: a tenth of \
             `simulations`, at least 10",
        ),
        (
            "time_limit",
            "seconds that a simulation may take, in (0, 3e8]; default: no limit",
        ),
    ]],
};

/// `[ensemble.sampler]`.
pub(super) const SAMPLER: SectionKeys = SectionKeys {
    name: "ensemble.sampler",
    summary: "The design that draws parameters, lengths and time steps of the simulations. Optional.",
    keys: &[&[("kind", "name of the sampler; default \"sobol\"")]],
};

/// `[buffer]`.
pub(super) const BUFFER: SectionKeys = SectionKeys {
    name: "buffer",
    summary: "The buffer of windows between solvers and trainer. Optional.",
    keys: &[
        &[("kind", "name of the buffer; default \"reservoir\"")],
        BUFFER_KEYS,
    ],
};
