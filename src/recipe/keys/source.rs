//! Keys of `[source]`.

use super::SectionKeys;

/// `[source]`.
pub(super) const SOURCE: SectionKeys = SectionKeys {
    name: "source",
    summary: "What gives the trajectories. Optional, but for a [problem] without [data].",
    keys: &[&[
        (
            "kind",
            "\"ensemble\": solvers of the list; \"device\": the equation as tensors on the device of the training; \"file\": the file of [data]; \"library\": simulations that the program \
             that trains hands over; \"connect\": simulation codes that come by themselves; \"program\": one that the \
             training starts; default: \"file\" with [data], \"ensemble\" with [equation]",
        ),
        (
            "batch",
            "simulations that are stepped together, for `device`, 1 to 65536; default 32",
        ),
        (
            "endpoint",
            "place where a training with simulation codes listens, \"tcp://HOST:PORT\" or \"ipc://PATH\"; required for \
             `connect`; default: a free port of this machine for `program`",
        ),
        (
            "token",
            "origin of the secret that codes have to bring, { env = \"NAME\" } or { file = \"PATH\" }; required for an \
             endpoint that other machines can reach; default: none",
        ),
        (
            "conditions",
            "\"asked\": codes ask for the conditions that the sampler chooses; \"brought\": they choose them, and the \
             first `evaluate.trajectories` simulations are held out; default \"asked\"",
        ),
        (
            "restarts",
            "times that a simulation is begun again, or gone on with, after its code died, 0 or more; default 2",
        ),
        (
            "silence",
            "seconds without any word of a simulation after which it has failed, in (0, 3e8]; default 3600",
        ),
        (
            "wait",
            "seconds until a code begins a simulation after which it has failed, for `connect`, in (0, 3e8]; default: no \
             limit",
        ),
        (
            "command",
            "program and arguments for `program`, where {name} is the value of a condition, {simulation} the number of the \
             simulation, {seed} a number of its own and {frames} those that are wanted; required for it",
        ),
        (
            "folder",
            "working directory of the program; default: that of the training",
        ),
        (
            "environment",
            "table of environment variables of the program, as { OMP_NUM_THREADS = \"1\" }; default: those of the training alone",
        ),
        (
            "launcher",
            "what starts the program: { kind = \"mpirun\", ranks = 2, options = [\"--bind-to\", \"none\"] }, \"slurm\" for srun \
             or \"hyperqueue\" for hq submit, whose `ranks` are tasks and cores; default: { kind = \"local\" }, the training",
        ),
        (
            "persistent",
            "whether a process of the program makes one simulation after the other; default false: each has a process of its \
             own",
        ),
    ]],
};
