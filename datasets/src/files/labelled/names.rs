//! Names of axes, and what they mean.

/// The meaning of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Trajectory,
    Time,
    Component,
    Space,
}

/// Names of axes of time.
pub(super) const TIMES: [&str; 4] = ["time", "t", "times", "frame"];

/// Names of axes of trajectories.
pub(super) const TRAJECTORIES: [&str; 18] = [
    "trajectory",
    "trajectories",
    "sample",
    "samples",
    "sim",
    "simulation",
    "realization",
    "realisation",
    "ensemble",
    "ens",
    "member",
    "batch",
    "run",
    "case",
    "seed",
    "number",
    "n",
    "b",
];

/// Names of axes of components.
pub(super) const COMPONENTS: [&str; 5] =
    ["component", "components", "vector", "channel", "channels"];

/// Names of axes of space, in the order of ours.
pub(super) const SPACE: [&[&str]; 3] = [
    &["x", "lon", "longitude"],
    &["y", "lat", "latitude"],
    &["z", "lev", "level", "depth", "height", "altitude"],
];

/// Whether a name is that of an axis of trajectories.
pub(in crate::files) fn is_trajectory(name: &str) -> bool {
    TRAJECTORIES.contains(&&name.to_lowercase()[..])
}
