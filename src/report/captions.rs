//! What each figure shows and what to look for.

/// Training loss of one run.
pub(super) const LOSS: &str = "What the network minimises while it learns. It should fall and then level off; a \
    curve that still falls at the end would gain from more steps. Light: every step; dark: smoothed.";
/// Training loss of several runs.
pub(super) const LOSSES: &str = "What each network minimises while it learns, smoothed. Losses compare only \
    between runs with the same objective.";
/// Correlation of one run.
pub(super) const CORRELATION: &str = "1 means that the forecast has the shape of the truth, 0 that it has nothing \
    to do with it. The further right the blue curve stays above the dotted line at 0.8, the better. \
    Shaded: 80 % of the simulations lie here.";
/// Correlation of several runs.
pub(super) const CORRELATIONS: &str = "1 means that the forecast has the shape of the truth, 0 that it has nothing \
    to do with it. The run that stays above the dotted line at 0.8 furthest to the right is best.";
/// nRMSE over the rollout.
pub(super) const ERROR_OVER_TIME: &str = "Size of the error relative to the size of the truth. It grows as errors \
    feed on themselves; around 1 and above, nothing is left of the forecast.";
/// High-correlation time over the training.
pub(super) const PROGRESS: &str = "Time until the correlation falls below 0.8, at each evaluation. It should rise; \
    when it no longer does, more steps of the same training do not help.";
/// Spectra, after the sentence that names the time.
pub(super) const SPECTRA: &str = "Small wavenumbers are large structures. The surrogate should lie on the truth, and \
    its error below both: where the error reaches the truth, waves of that size are not predicted.";

/// Maps over space and time.
pub(super) const SPACE_TIME: &str = "One simulation the network never saw, time from left to right. Both start from \
    the same state; the surrogate then only sees its own predictions. Look for how long the patterns in \
    the two upper maps agree.";
/// Maps at three times.
pub(super) const SNAPSHOTS: &str = "One simulation the network never saw. Both start from the same state; the \
    surrogate then only sees its own predictions. Look for how long the patterns agree.";
