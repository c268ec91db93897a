//! Name, values and meaning of every plain key of a recipe, for the pages of the reference.

mod data;
mod elsewhere;
mod problem;
mod source;
mod start;

use super::BUFFER_KEYS;
use crate::objective::COMMON_KEYS;
pub(super) use elsewhere::elsewhere;

/// The keys of one section.
pub struct SectionKeys {
    /// Name of the section as a recipe writes it; empty for the keys before the first section.
    pub name: &'static str,
    /// The section in a sentence.
    pub summary: &'static str,
    /// Name and meaning of every key, with its default; tables of their own (`train.optimizer`) left out.
    pub keys: &'static [&'static [Key]],
}

/// Name and meaning.
type Key = (&'static str, &'static str);

/// The key of `[equation]` beside the parameters of the chosen equation.
const EQUATION: &[Key] = &[(
    "kind",
    "name of the equation, of `ondine list equations`; its parameters stand beside it; required",
)];

/// Every section, in the order of a resolved recipe.
pub const SECTION_KEYS: &[SectionKeys] = &[
    SectionKeys {
        name: "",
        summary: "The experiment as a whole.",
        keys: &[&[
            ("name", "name of the experiment; default: that of the file"),
            ("seed", "seed of all random numbers, 0 or more; default 0"),
            (
                "deterministic",
                "whether the batches are a function of the recipe alone, for any number of workers; default: true with one \
                 worker, else false",
            ),
        ]],
    },
    data::DATA,
    data::LAYOUT,
    source::SOURCE,
    SectionKeys {
        name: "equation",
        summary: "The equation and its parameters: each a number or a distribution, a vector also a list with one per axis.",
        keys: &[EQUATION],
    },
    problem::PROBLEM,
    SectionKeys {
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
                "grid points of the solver, one per axis, no fewer than `points`; default: `points`",
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
    },
    SectionKeys {
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
    },
    SectionKeys {
        name: "initial",
        summary: "The distribution of initial states. Optional; not for equations that come with their own.",
        keys: &[&[("kind", "name of the distribution; default \"sine_series\"")]],
    },
    SectionKeys {
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
    },
    SectionKeys {
        name: "ensemble.sampler",
        summary: "The design that draws parameters, lengths and time steps of the simulations. Optional.",
        keys: &[&[("kind", "name of the sampler; default \"sobol\"")]],
    },
    SectionKeys {
        name: "buffer",
        summary: "The buffer of windows between solvers and trainer. Optional.",
        keys: &[
            &[("kind", "name of the buffer; default \"reservoir\"")],
            BUFFER_KEYS,
        ],
    },
    SectionKeys {
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
    },
    SectionKeys {
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
    },
    SectionKeys {
        name: "train",
        summary: "The training. Only for a training.",
        keys: &[&[
            (
                "steps",
                "optimisation steps; default: as many as `epochs`, `buffer.reads_per_sample` or the stages ask for",
            ),
            (
                "epochs",
                "passes over the file of [data], above 0; default: as many as `steps` make",
            ),
            ("batch", "windows per batch, 1 or more; default 32"),
            (
                "batch_schedule",
                "list of changes of the windows per batch: [{ from = 0.5, batch = 64 }, { from = 0.75, batch = 128 }], each from a \
                 share of the steps in (0, 1) on, one after the other, at most 8; default []",
            ),
            (
                "accumulate",
                "parts that a batch is learned in, one after the other, whose gradients are added up: the same update in less \
                 memory, 1 to the windows that a process has of a batch; default 1",
            ),
            (
                "shards",
                "parts of simulations, buffer and batch that ranks share out, a multiple of their number: a training has the same \
                 batches on all numbers of ranks that divide it; default: as many as ranks",
            ),
            (
                "ema",
                "decay per step of the moving average of the weights, in [0, 1); 0 for no average; default 0.995",
            ),
            (
                "clip",
                "largest norm of the gradient of all weights together, longer ones are shortened; 0 for no limit; default 1.0",
            ),
            (
                "log",
                "steps between two lines of `metrics.jsonl`, 1 or more; default: 1/200 of the steps",
            ),
            (
                "checkpoint",
                "steps between two checkpoints, 1 or more; default: a tenth of the steps",
            ),
            (
                "best",
                "the metric of `evaluate.metrics` by which the surrogate with the best held-out score is kept, as checkpoint `best`; \
                 default: none is kept, or with `patience` the first of them that ranks surrogates",
            ),
            (
                "patience",
                "evaluations in a row without a better score after which the training ends, 1 or more; default: it goes on to its \
                 last step",
            ),
            (
                "tensorboard",
                "whether event files for TensorBoard are written too; default false",
            ),
        ]],
    },
    SectionKeys {
        name: "train.optimizer",
        summary: "The optimiser. Optional.",
        keys: &[&[
            (
                "kind",
                "\"adamw\": Adam with decoupled weight decay, or \"sgd\": stochastic gradient descent with momentum; default \
                 \"adamw\"",
            ),
            (
                "learning_rate",
                "largest learning rate, in (0, 1]; default 1e-3",
            ),
            (
                "weight_decay",
                "weight decay, 0 or more: decoupled for \"adamw\", which is Adam with 0; added to the gradient for \"sgd\"; default \
                 1e-4",
            ),
            (
                "betas",
                "decay rates of the two moments of \"adamw\", each in [0, 1); default [0.9, 0.999]",
            ),
            (
                "momentum",
                "share of the last update that the next one keeps, of \"sgd\" alone, in [0, 1); default 0.9",
            ),
        ]],
    },
    start::START,
    SectionKeys {
        name: "train.schedule",
        summary: "The learning rate over the steps. Optional.",
        keys: &[&[
            (
                "kind",
                "decay after the warm-up: \"linear\", \"cosine\" or \"constant\"; or \"refined\": as the gradient norms of an earlier \
                 run have it; default \"linear\"",
            ),
            (
                "warmup",
                "steps of the linear warm-up; default: 5 % of the steps, none of \"refined\", whose rates have their own",
            ),
            ("final", "learning rate at the end, 0 or more; default 0.0"),
            (
                "from",
                "directory of the finished run, without stages, whose `gradient_norm` in metrics.jsonl gives the rates of \"refined\"; \
                 required for it without `rates`",
            ),
            (
                "rates",
                "list of the rates of \"refined\" at evenly spaced times from the first step to the end, in units of the learning rate, 0 \
                 to 1, and straight lines between them; default: those of the run, which are kept here",
            ),
        ]],
    },
    SectionKeys {
        name: "[stage]",
        summary: "One part of a training; as many tables as parts. Optional. Keys that a stage does not name are as in the \
                  main sections; `objective` and `schedule` are tables with the keys of [objective] and [train.schedule].",
        keys: &[&[
            ("steps", "optimisation steps of the stage; required"),
            (
                "learning_rate",
                "largest learning rate; default: that of train.optimizer",
            ),
            (
                "part",
                "part of the network that learns alone, by the beginning of the names of its weights; default: all of it",
            ),
        ]],
    },
    SectionKeys {
        name: "evaluate",
        summary: "Rollouts on held-out simulations. Optional. `sampler` is a table as ensemble.sampler, for their design.",
        keys: &[&[
            (
                "every",
                "steps between two evaluations; the last step is always evaluated; default: a fifth of the steps",
            ),
            (
                "trajectories",
                "held-out simulations, 1 or more; default 16",
            ),
            (
                "frames",
                "frames of a held-out simulation, the initial state included; default: `time.frames`",
            ),
            (
                "metrics",
                "names of metrics; default [\"nrmse\", \"correlation_time\", \"spectrum\"]",
            ),
            (
                "at",
                "steps of a rollout whose errors the table, `evaluation.json` and the report show, 1 being the first \
                 prediction; default []",
            ),
            (
                "baseline_simulations",
                "training simulations that `ondine evaluate` fits the forecasts without a network to, 0 or more: `linear` and \
                 `analog`; 0 leaves them out; default 16",
            ),
            (
                "lyapunov_exponent",
                "largest Lyapunov exponent per time unit, as `ondine check --chaos` measures it, above 0: correlation times are \
                 shown in Lyapunov times too; default: not known",
            ),
        ]],
    },
];

/// The value of a key that is left out, as the end of its meaning says, and the meaning without it.
pub fn split_default(meaning: &str) -> (&str, &str) {
    let ends = ["; default: ", "; default "];
    let found = ends.iter().find_map(|end| meaning.rsplit_once(end));
    match meaning.strip_suffix("; required") {
        Some(meaning) => (meaning, "required"),
        None => found.unwrap_or((meaning, "")),
    }
}

#[cfg(test)]
mod tests;
