#!/usr/bin/env bash
# torch-cfd 0.2.6 (torch 2.15.0): time and vorticity in a forcing of `NavierStokes2DSpectral`.
#
# Expected: a `ForcingFn` gets the vorticity and the time of each stage, as the parameters of `vorticity_eval` say.
# Seen: the time comes in the place of the vorticity, and `time` is None. It is the one that `forward` was called with,
# for all stages and all of its `steps`: a forcing of 2 cos t in one call of 100 steps stays 2, and the vorticity at t = π
# is 2π instead of 0. A forcing that reads its second argument as time, with `steps=1` and `t` given in each call, errs by
# half a step.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q torch-cfd==0.2.6 torch==2.15.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import math

import torch
from torch_cfd.forcings import ForcingFn
from torch_cfd.grids import Grid, GridVariable
from torch_cfd.spectral import NavierStokes2DSpectral

torch.set_default_dtype(torch.float64)
grid = Grid((16, 16), domain=((0, 2 * math.pi),) * 2)
seen = []


class Forcing(ForcingFn):
    """cos(y) 2 cos(t): parallel flow, so that the vorticity is cos(y) 2 sin(t) without viscosity."""

    def vorticity_eval(self, grid, vorticity=None, time=None):
        seen.append((vorticity, time))
        y = grid.mesh((0, 0))[1]
        return GridVariable(torch.cos(y) * 2 * math.cos(vorticity), (0, 0), grid)


equation = NavierStokes2DSpectral(0.0, grid, forcing_fn=Forcing(grid, vorticity=True))
rest = torch.fft.rfft2(torch.zeros(16, 16))
amplitude = lambda w_hat: float(torch.fft.irfft2(w_hat).max())
steps, dt = 100, math.pi / 100
w_hat, _ = equation(rest, dt, steps=steps, t=0.0)
print(f"2 cos t from 0 to π in one call: amplitude {amplitude(w_hat):.3f}; arguments seen {set(seen)}")
assert abs(amplitude(w_hat) - 2 * math.pi) < 1e-9 and set(seen) == {(0.0, None)}
w_hat = rest
for i in range(steps):
    w_hat, _ = equation(w_hat, dt, t=i * dt)
print(f"in {steps} calls: {amplitude(w_hat):.4f}, and two stages a step see {len(set(seen))} times in all")
assert abs(amplitude(w_hat) - 2 * dt) < 1e-3 and len(set(seen)) == steps
print("as stated")
P
