#!/usr/bin/env bash
# reservoirpy 0.4.2 (numpy 2.4.6, scipy 1.17.1): times of the frames of `lorenz96`, `lorenz`, `rossler` and their like.
#
# Expected: frames that are `h` apart, "time delta between two discrete timesteps", and a `warmup` that is left out at
# the beginning, so that the frames after it are those of a run without one.
# Seen: `lorenz96` multiplies the times by `h` twice: with h = 0.05 its frames are 0.0025 apart, a twentieth, and they
# get farther apart as `warmup` grows. The others spread n frames over a time of n h with both ends, so that frames are
# h n / (n - 1) apart: a run of 10 frames does not agree with the first frames of a longer one.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q reservoirpy==0.4.2 numpy==2.4.6 scipy==1.17.1 joblib==1.6.0
env/bin/python - <<'P'
import numpy as np
from reservoirpy.datasets import lorenz, lorenz96, rossler

tight = {"rtol": 1e-10, "atol": 1e-10}


def spacing(x, rate):
    """Spacing of frames in time: the change from frame to frame over the rate of change that the equation gives."""
    change = (x[2:] - x[:-2]) / 2
    return float((change * rate(x[1:-1])).sum() / (rate(x[1:-1]) ** 2).sum())


def rate96(x):
    return (np.roll(x, -1, 1) - np.roll(x, 2, 1)) * np.roll(x, 1, 1) - x + 8


start = 8 + np.cos(np.arange(36.0))
for frames, warmup in ((200, 0), (200, 100)):
    x = lorenz96(frames, warmup=warmup, h=0.05, x0=start, **tight)
    found, stated = spacing(x, rate96), 0.05**2 * (frames + warmup) / (frames - 1)
    print(f"lorenz96 with h = 0.05 and a warmup of {warmup}: {len(x)} frames, {found:.5f} apart")
    assert len(x) == frames - warmup and np.isclose(found, stated, rtol=1e-3)


def rate_lorenz(x):
    x, y, z = x.T
    return np.stack([10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z], 1)


def rate_rossler(x):
    x, y, z = x.T
    return np.stack([-y - z, x + 0.2 * y, 0.2 + z * (x - 5.7)], 1)


for make, rate in ((lorenz, rate_lorenz), (rossler, rate_rossler)):
    short, long = make(10, h=0.001, **tight), make(1000, h=0.001, **tight)
    found = spacing(short, rate), spacing(long[:10], rate)
    print(f"{make.__name__} with h = 0.001: frames of a run of 10 are {found[0]:.6f} apart, of 1000 {found[1]:.6f}")
    assert np.allclose(found, [0.001 * 10 / 9, 0.001 * 1000 / 999], rtol=1e-4)
print("as stated")
P
