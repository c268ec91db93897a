//! Meaning of the measures, for readers new to them.

use super::truth::Truth;
use maud::{Markup, html};

/// Word, formula and meaning; of runs without a solver some of [`WITHOUT_SOLVER`] take their places.
const ENTRIES: [(&str, &str, &str); 11] = [
    (
        "Error of one step (nRMSE)",
        "‖u − u*‖₂ / ‖u*‖₂",
        "The surrogate's prediction u against the solver's u* after one step from a state of the \
         solver: the size of the difference relative to the size of the truth, averaged over the \
         held-out simulations. 0 % is perfect, 100 % is as wrong as predicting zero everywhere.",
    ),
    (
        "Correlation",
        "ρ = Σ (u − ū)(u* − ū*) / √( Σ (u − ū)² · Σ (u* − ū*)² )",
        "How well the shapes of prediction and truth agree, whatever their size: 1 is the same \
         shape, 0 is no relation (ū is the mean over the domain).",
    ),
    (
        "Time close to the solver",
        "min { t : mean ρ(t) < 0.8 }",
        "The surrogate is started from a state of the solver and then fed its own predictions. \
         The time until the mean correlation first falls below 0.8 says how long its forecast is \
         of use. It is in the time units of the problem.",
    ),
    (
        "Persistence",
        "u(t) = u(0)",
        "The forecast that nothing changes. It costs nothing, so a surrogate has to beat it.",
    ),
    (
        "Cheaper solvers",
        "half resolution, equal cost",
        "Forecasts of the solver that the surrogate learned from, made cheaper: on half the points per axis, or with as \
         few steps as take the surrogate's time. Where even all of its steps take no longer than the surrogate, the \
         second is that solver itself.",
    ),
    (
        "Forecasts without a network",
        "linear, analog",
        "Fitted to training simulations in closed form: the best map that multiplies every wave by a matrix over the \
         fields, and the successors of the nearest state. A surrogate that is no better than they are has learned \
         nothing of the nonlinear dynamics.",
    ),
    (
        "Spectrum",
        "û = rfft(u) / N",
        "The field as a sum of waves: the amplitude |û| of each wavenumber, root mean square over \
         the held-out simulations; in two and three dimensions over all directions. Wavenumbers count wavelengths \
         over the longest side of the box. Errors in small waves come first and grow into the large ones.",
    ),
    (
        "Error of a wavenumber",
        "√⟨|û − û*|²⟩ / √⟨|û*|²⟩",
        "The error of the waves of one length relative to the truth, over the held-out simulations: 1 \
         is as wrong as predicting no such wave. In two and three dimensions waves of all directions \
         are taken together. Where the truth is smaller than the rounding of its 32-bit numbers, no \
         error is given.",
    ),
    (
        "Spread and CRPS",
        "CRPS = ⟨|x − u*|⟩ − ½ ⟨|x − x'|⟩",
        "A surrogate that draws its answers gives several from one state. Their spread is their \
         standard deviation. The continuous ranked probability score counts the distance of the \
         samples x from the truth and takes off what they differ among each other: it is least for \
         samples that are drawn as the truth is.",
    ),
    (
        "Spread over skill",
        "√((M + 1)/M) · spread / error of the mean",
        "Of M samples that are drawn as the truth is, the spread is as large as the error of their \
         mean, up to that factor: the ratio is 1.",
    ),
    (
        "Waiting",
        "time waited / training time",
        "Simulations are made while the network trains. When the trainer waits, the solvers are too \
         slow for it; when the solvers wait, the network is the slower part.",
    ),
];

/// Entries of runs whose truth comes without a solver, by their places.
const WITHOUT_SOLVER: [(usize, (&str, &str, &str)); 4] = [
    (
        0,
        (
            "Error of one step (nRMSE)",
            "‖u − u*‖₂ / ‖u*‖₂",
            "The surrogate's prediction u against the true u* after one step from a state of a held-out trajectory: the size \
             of the difference relative to the size of the truth, averaged over these trajectories. 0 % is perfect, 100 % is \
             as wrong as predicting zero everywhere.",
        ),
    ),
    (
        2,
        (
            "Time close to the truth",
            "min { t : mean ρ(t) < 0.8 }",
            "The surrogate is started from a state of a held-out trajectory and then fed its own predictions. The time until \
             the mean correlation first falls below 0.8 says how long its forecast is of use. It is in the time units of the \
             trajectories.",
        ),
    ),
    (
        4,
        (
            "Cheaper solvers",
            "none",
            "The trajectories were not made by a solver that could be made cheaper here, so no cost stands beside the \
             surrogate's.",
        ),
    ),
    (
        10,
        (
            "Waiting",
            "time waited / training time",
            "Windows are read, or made, while the network trains. When the trainer waits, whoever gives them is too slow for \
             it.",
        ),
    ),
];

/// The explanations, folded.
pub(super) fn glossary(truth: Truth) -> Markup {
    let mut entries = ENTRIES;
    if truth == Truth::Trajectories {
        for (place, entry) in WITHOUT_SOLVER {
            entries[place] = entry;
        }
    }
    html! {
        details.glossary {
            summary { "What these measures mean" }
            dl {
                @for (word, formula, meaning) in entries {
                    dt { (word) }
                    dd { span.formula { (formula) } (meaning) }
                }
            }
        }
    }
}
