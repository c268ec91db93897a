//! The list of the files of a run.

/// Every file of a run with its content, `N` being a step; those that not every run has say when.
pub const FILES: &[(&str, &str)] = &[
    (
        "recipe.toml",
        "the recipe with every default filled in and the number of solver steps that was found; reading it again gives the \
         same experiment",
    ),
    (
        "metrics.jsonl",
        "one JSON object per line: with `loss` a line of training, with `failed` a simulation that failed, otherwise an \
         evaluation",
    ),
    (
        "evaluation.json",
        "the last evaluation: scores, curves over time, spectra, every held-out simulation; its schema is \
         `docs/evaluation.schema.json`",
    ),
    (
        "sample.safetensors",
        "the first held-out rollout: 32-bit `truth` and `prediction` `[frame, channel, point…]`, 64-bit `times` and `length`",
    ),
    (
        "held_out.h5",
        "the held-out simulations of simulation codes and of programs that train through the library, all frames in 32-bit, in The \
         Well's layout; with source.kind = \"program\", \"connect\" or \"library\"",
    ),
    (
        "gate.json",
        "the calibration of a gate between surrogate and solver, as `ondine evaluate --gate` writes it: errors by lead time, ranges \
         of moments and of energies in bands of wavenumbers",
    ),
    (
        "summary.json",
        "the training in numbers: status, times, memory, waits, simulations and failures, solver errors, `scores` of the last \
         evaluation",
    ),
    (
        "subject.json",
        "facts of the training that a diagnosis needs: problem, model, stages, origin of the trajectories, trained ranges",
    ),
    (
        "report.html",
        "a self-contained page made from the files above",
    ),
    (
        "report.data/",
        "the numbers of its figures, one CSV file each; `index.json` assigns files to figures",
    ),
    (
        "checkpoints/step-N/state.json",
        "step, times, scales, counters, simulations under way, failures; `N` has eight digits, and the newest two checkpoints \
         are kept",
    ),
    (
        "checkpoints/step-N/checksums.json",
        "bytes and CRC-32 of every other file of the checkpoint",
    ),
    (
        "checkpoints/step-N/weights.bpk",
        "the weights, in burn's format",
    ),
    (
        "checkpoints/step-N/average.bpk",
        "their moving average; not with `train.ema = 0`",
    ),
    (
        "checkpoints/step-N/optimizer.bpk",
        "the state of the optimiser",
    ),
    (
        "checkpoints/step-N/buffer.safetensors",
        "32-bit `frames` `[frame, value]` of the buffer, each once, and 64-bit `windows` `[window, simulation · start · read · \
         frame indices]`, and the 64-bit `conditions` of its `simulations`; not with [data]",
    ),
    (
        "checkpoints/step-N/buffer-R.safetensors",
        "the same of rank R from 1 on; with ranks that train together",
    ),
    (
        "checkpoints/best-N/",
        "the surrogate with the best held-out score, `state.json`, `checksums.json`, `weights.bpk` and `average.bpk` as above; with \
         `train.best`",
    ),
    (
        "tensorboard/events.out.tfevents.T.ondine",
        "event files for TensorBoard, one per process that began at the second `T`; with `train.tensorboard`",
    ),
    (
        "import.json",
        "the origin of the first weights; with `ondine import`",
    ),
    (
        "start.safetensors",
        "the surrogate whose weights the training begins with, as `ondine export` writes it; with `train.start`",
    ),
    (
        "teacher.safetensors",
        "the surrogate that `objective.kind = \"distil\"` learns from, as `ondine export` writes it; `teacher-N.safetensors` of \
         stage N",
    ),
    (
        "start.json",
        "the origin of the first weights, the factors of trained and random ones, the number of those that were trained, and the \
         arrays that were not, or in part; with `train.start`",
    ),
    (
        "schedule.toml",
        "noise levels that `ondine tune-sampler` found; where it was run",
    ),
    (
        "lock",
        "an empty file that is locked while a process writes into the run",
    ),
];
