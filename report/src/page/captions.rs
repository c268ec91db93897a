//! Captions: the content of each figure and what to look for.

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
/// Spectra.
pub(super) const SPECTRA: &str = "The fields split into waves. Small wavenumbers are large structures. The surrogate should lie on the truth, and \
    its error below both: where the error reaches the truth, waves of that size are not predicted.";

/// Maps over space and time.
pub(super) const SPACE_TIME: &str = "One simulation the network never saw, time from left to right. Both start from \
    the same state; the surrogate then only sees its own predictions. Look for how long the patterns in \
    the two upper maps agree.";
/// Maps at three times.
pub(super) const SNAPSHOTS: &str = "One simulation the network never saw. Both start from the same state; the \
    surrogate then only sees its own predictions. Look for how long the patterns agree.";

/// nRMSE of several runs.
pub(super) const ERRORS_OVER_TIME: &str = "Size of the error relative to the size of the truth. The run that stays \
    lowest is best; around 1 and above, nothing is left of a forecast.";
/// Errors of several runs over wavenumbers.
pub(super) const SPECTRA_OF_RUNS: &str = "How wrong each run is for structures of every size, averaged over the \
    held-out simulations. Where a line reaches the truth, waves of that size are not predicted.";
/// Every field.
pub(super) const BY_FIELD: &str = "Size of the error of each field relative to its truth. Of all, scaled, every field \
    counts alike: without its mean, in units of what varies of it. A line far above the others is a field that is lost.";
/// Every grid.
pub(super) const BY_GRID: &str = "Size of the error relative to the truth, of the held-out trajectories on every grid that the \
    network was trained on. A line far above the others is a grid that the network serves badly.";
/// A metric of the recipe.
pub(super) const METRIC: &str = "Averaged over the held-out simulations.";
/// After the caption of a metric with one number.
pub(super) const METRIC_BAND: &str = "Shaded: 80 % of the simulations lie here.";

/// Loss by simulation.
pub(super) const LOSS_QUANTILES: &str = "The windows just read, averaged by simulation. A largest loss far above the \
    median means that few simulations are much harder than the rest.";
/// Norm of the gradient.
pub(super) const GRADIENT: &str = "Length of the gradient before it is clipped. Peaks that grow announce a training \
    that is about to diverge.";
/// Waiting times of trainer and solvers.
pub(super) const WAITS: &str = "Who waited, since the line of metrics before. When the trainer waits, simulations are \
    too slow; when solvers wait, the network is, and nothing is lost.";
/// Seconds of a step.
pub(super) const STEPS: &str = "Seconds of a step, mean over all ranks. Waiting for other ranks means that some are slower; \
    sums of gradients take less of a step with a larger batch.";
/// Windows held.
pub(super) const STORE: &str = "Windows that batches are drawn from. Unread ones are new; when none are left, the \
    network sees what it has seen before.";
/// Simulations of windows.
pub(super) const VARIETY: &str = "Effective number: as many simulations of equal shares would be as varied. A batch \
    should have about as many as it has windows.";
/// Reads of a window.
pub(super) const READS: &str = "How often a window has been read on average. Many reads of few windows let a network \
    learn them by heart.";

/// Scores over parameters.
pub(super) const PARAMETERS: &str = "A point a held-out simulation. A trend means that the surrogate is worse for \
    some conditions than for others: simulate more of those.";
/// After it, where a rollout was too short.
pub(super) const PARAMETERS_END: &str =
    "Triangles were still close when the rollout ended: their time is a lower bound.";
/// A refiner's calls.
pub(super) const REFINEMENT: &str = "One step, call by call. The first call predicts the large structures; every \
    refinement removes noise of a lower level (dashed), and with it errors of about that amplitude at all wavenumbers.";
/// Spread and error.
pub(super) const SPREAD_TIME: &str = "Where samples differ as much as their mean is wrong, their spread says how much to \
    trust them. CRPS counts both, as an error of a single forecast: lower is better.";
/// Spread over skill.
pub(super) const SKILL: &str = "1 (dotted) is right; below it the samples are too sure of themselves, above it too \
    cautious.";
/// Coverage.
pub(super) const COVERAGE: &str = "How often the truth lies within the central interval of the samples. On the dashed \
    line it does as often as it should; below it the samples are too sure.";
/// Correlations of samples.
pub(super) const AGREEMENT: &str = "The correlation of samples with each other is known without the truth. Where it \
    falls as the one with the truth does, it says when to stop trusting a forecast.";
/// Horizons.
pub(super) const HORIZONS: &str = "Time until the correlation falls below 0.8: of the samples with each other, and with \
    the truth. Points on the line were predicted right, points below it trusted too long.";
/// Spectra of the spread.
pub(super) const SPREAD_SPECTRA: &str = "Where the spread (dashed) lies on the error of the mean, the samples know at \
    that scale what they don't know.";
/// Error over wavenumber and time.
pub(super) const HEAT: &str = "Error of the surrogate relative to the truth, for structures of every size as time goes \
    on: pale is right, black is as wrong as predicting nothing or worse. Look at which scales errors begin, and how \
    fast they spread to the large structures below.";
/// After it, where there are holes.
pub(super) const HEAT_HOLES: &str =
    "Grey: the truth has no waves of that size beyond the rounding of its numbers.";
/// An animation.
pub(super) const ANIMATION: &str = "The bar below is the time. Both start from the same state; the surrogate then only \
    sees its own predictions. Fold this to stop it.";
