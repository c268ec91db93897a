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
pub(super) const TIMES: [&str; 14] = [
    "time",
    "t",
    "times",
    "frame",
    "frames",
    "nt",
    "step",
    "steps",
    "timestep",
    "timesteps",
    "time_step",
    "snapshot",
    "snapshots",
    "iteration",
];

/// Names of axes of trajectories.
pub(super) const TRAJECTORIES: [&str; 30] = [
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
    "traj",
    "sims",
    "simulations",
    "realizations",
    "ensemble_member",
    "members",
    "runs",
    "cases",
    "seeds",
    "experiment",
    "ic",
    "init",
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

/// Whether a name only counts axes, as those that xarray gives to axes without one.
pub(super) fn says_nothing(name: &str) -> bool {
    let counted = ["phony_dim_", "dim_"]
        .iter()
        .find_map(|begin| name.strip_prefix(begin));
    counted.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|c| c.is_ascii_digit()))
}

/// Whether a name is that of an axis of trajectories.
pub(in crate::files) fn is_trajectory(name: &str) -> bool {
    TRAJECTORIES.contains(&&name.to_lowercase()[..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_count_axes_say_nothing_of_them() {
        for name in ["dim_0", "dim_12", "phony_dim_3"] {
            assert!(says_nothing(name), "{name}");
        }
        for name in ["x", "dim_", "dim_x", "dimension_1"] {
            assert!(!says_nothing(name), "{name}");
        }
    }
}
