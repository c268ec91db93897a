//! Keys of `[train]` with its optimiser and schedule, and of `[[stage]]`.

use super::SectionKeys;

/// `[train]`.
pub(super) const TRAIN: SectionKeys = SectionKeys {
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
};

/// `[train.optimizer]`.
pub(super) const OPTIMIZER: SectionKeys = SectionKeys {
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
};

/// `[train.schedule]`.
pub(super) const SCHEDULE: SectionKeys = SectionKeys {
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
};

/// `[[stage]]`.
pub(super) const STAGE: SectionKeys = SectionKeys {
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
};
