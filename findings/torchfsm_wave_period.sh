#!/usr/bin/env bash
# torchfsm 0.0.6 (torch 2.15.0): `wave_1d`, sums of sine waves as initial states.
#
# Expected: on a periodic mesh, whose last point lies one cell before the end of the domain, waves of whole wavenumbers
# fit the domain, so that the state has the wavenumbers 1 to `max_k` alone.
# Seen: the last point is taken for the end of the domain. The wave is too long by one cell in n, the last point repeats
# the first, and the spectrum has a tail that falls only as 1 / k: a kink at the boundary that every spectral solver then
# carries. `wave_1d` on n + 1 points with the last one left out helps.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q torchfsm==0.0.6 torch==2.15.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import torch
from torchfsm.field import wave_1d
from torchfsm.mesh import MeshGrid

torch.manual_seed(0)


def tail(u):
    """Largest amplitude beyond the largest wavenumber asked for, over the largest amplitude."""
    amplitudes = torch.fft.rfft(u, dim=-1).abs()[..., 1:].flatten()
    return float(amplitudes[5:].max() / amplitudes.max())


for n in (64, 256, 1024):
    x = MeshGrid([(0.0, 1.0, n)], dtype=torch.float64).bc_mesh_grid()  # [1, 1, n]
    assert x[0, 0, 0] == 0 and abs(x[0, 0, -1] - (1 - 1 / n)) < 1e-12
    u = wave_1d(x, max_k=5, batched=True)
    whole = torch.linspace(0, 1, n + 1, dtype=torch.float64)[None, None]
    helped = wave_1d(whole, max_k=5, batched=True)[..., :-1]
    jump = float((u[0, 0, 0] - u[0, 0, -1]).abs())
    print(f"{n} points: wavenumbers above 5 reach {tail(u):.0e} of the largest, with one point more {tail(helped):.0e}; "
          f"first and last point differ by {jump:.0e}")
    assert tail(u) > 0.1 / n and tail(helped) < 1e-12 and jump < 1e-12
print("as stated")
P
