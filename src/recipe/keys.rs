//! Name, values and meaning of every plain key of a recipe, for the pages of the reference.

mod data;
mod domain;
mod elsewhere;
mod problem;
mod source;
mod start;
mod stream;
mod surrogate;
mod training;

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
    domain::GRID,
    domain::TIME,
    domain::INITIAL,
    stream::ENSEMBLE,
    stream::SAMPLER,
    stream::BUFFER,
    surrogate::MODEL,
    surrogate::OBJECTIVE,
    training::TRAIN,
    training::OPTIMIZER,
    start::START,
    training::SCHEDULE,
    training::STAGE,
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
