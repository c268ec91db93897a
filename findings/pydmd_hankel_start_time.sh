#!/usr/bin/env bash
# PyDMD 2025.8.1 (numpy 2.4.6): `HankelDMD` of frames whose times do not start at 0.
#
# Expected: `reconstructed_data` has one state for each of `dmd_timesteps`, wherever the clock starts, as with `DMD`.
# Seen: as many frames as the first time says, whatever its unit, are left out at the end: of 120 frames from time 30 on
# 90 come back, and with a forecast of 20 frames none of these is there. The start time is taken from an index into the
# frames. What comes back is right.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q pydmd==2025.8.1 numpy==2.4.6 scipy==1.17.1
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from pydmd import DMD, HankelDMD

x = np.linspace(-5, 5, 80)


def waves(t):
    return np.outer(1 / np.cosh(x + 3), np.exp((-0.1 + 2j) * t)) + np.outer(1 / np.cosh(x - 1), np.exp((0.02 + 3j) * t))


def states(dmd, start, forecast=0):
    t = start + 0.5 * np.arange(120 + forecast)
    dmd.fit(waves(t[:120]))
    dmd.original_time.update(t0=start, tend=t[119], dt=0.5)
    dmd.dmd_time.update(t0=start, tend=t[-1], dt=0.5)
    found = dmd.reconstructed_data
    assert len(dmd.dmd_timesteps) == len(t) and np.allclose(found, waves(t)[:, : found.shape[1]])
    print(f"{type(dmd).__name__} from time {start:g}: {found.shape[1]} states at {len(t)} times")
    return found.shape[1]


for start in (0.0, 3.0, 30.0):
    assert states(DMD(svd_rank=2), start, 20) == 140
    assert states(HankelDMD(svd_rank=2, d=5), start) == 120 - start
    assert states(HankelDMD(svd_rank=2, d=5), start, 20) == 140 - start
print("as stated")
P
