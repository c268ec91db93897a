#!/usr/bin/env bash
# flowtorch-fluid 1.9.0 (torch 2.15.0): `DMD.reconstruction` of one series of snapshots.
#
# Expected: a wave that travels and decays is two modes of the dynamic mode decomposition, and `reconstruction` gives it back.
# Seen: eigenvalues, frequencies and modes are right, but the powers in `dynamics` fall instead of rising: the reconstruction
# runs backwards in time, the wave travels the other way and grows, and `reconstruction_error` is larger than the data.
# With a list of two series, even the same one twice, both are right.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q flowtorch-fluid==1.9.0 torch==2.15.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import math

import torch
from flowtorch.analysis import DMD

x = torch.arange(50, dtype=torch.float64)[:, None] * 2 * math.pi / 50
t = torch.arange(40, dtype=torch.float64)
data = torch.exp(-0.05 * t) * torch.cos(x - 0.3 * t)  # [point, snapshot]
error = lambda a, b: float((a - b).norm() / b.norm())

one = DMD(data, dt=1.0, rank=2)
seen = one.reconstruction
print(f"growth rates {one.growth_rate.tolist()}, angular frequencies {(2 * math.pi * one.frequency).tolist()}")
assert torch.allclose(one.growth_rate, torch.full((2,), -0.05, dtype=torch.float64))
print(f"size of the first and last snapshot: data {data[:, 0].norm():.2f}, {data[:, -1].norm():.2f}; "
      f"reconstruction {seen[:, 0].norm():.2f}, {seen[:, -1].norm():.2f}")
print(f"error of the reconstruction {error(seen, data):.2f}, turned around in time {error(seen.flip(1), data):.1e}")
assert error(seen, data) > 1 and error(seen.flip(1), data) < 1e-6
both = DMD([data, data], dt=1.0, rank=2).reconstruction
print(f"the series twice: {[f'{error(r, data):.1e}' for r in both]}")
assert all(error(r, data) < 1e-6 for r in both)
print("as stated")
P
