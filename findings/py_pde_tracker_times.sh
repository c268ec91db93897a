#!/usr/bin/env bash
# py-pde 0.59.0: times of stored frames with a fixed time step.
#
# Expected: `storage.tracker(0.1)` stores frames 0.1 apart, as it does with adaptive steps.
# Seen: with a fixed `dt` that does not divide 0.1 the frames are those of the nearest solver steps: 0, 0.099, 0.201, 0.3
# with dt = 0.003. The stored times are true, but the spacing varies by a step, so a reader that takes their mean for the
# time step trains on frames that are up to 3 % off in time.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q py-pde==0.59.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import numpy as np
import pde

grid = pde.CartesianGrid([[0, 2 * np.pi]], 32, periodic=True)
state = pde.ScalarField(grid, np.sin(grid.axes_coords[0]))


def times(**options):
    storage = pde.MemoryStorage()
    pde.DiffusionPDE(1.0).solve(state, t_range=1.0, tracker=storage.tracker(0.1), **options)
    return np.array(storage.times)


fixed, adaptive = times(dt=0.003), times(adaptive=True)
print("fixed dt:", fixed.round(4).tolist())
print("adaptive:", adaptive.round(4).tolist())
assert len(fixed) == len(adaptive) == 11
assert 0.0029 < np.ptp(np.diff(fixed)) < 0.0031 and np.ptp(np.diff(adaptive)) < 1e-9
print("as stated")
P
