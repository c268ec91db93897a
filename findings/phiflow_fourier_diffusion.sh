#!/usr/bin/env bash
# phiflow 3.4.0 (NumPy 2.4.6): `diffuse.fourier` on grids whose spacing is not one.
#
# Expected: a sine of wavenumber k decays by exp(-D k² t), as with `diffuse.explicit` and `diffuse.implicit`.
# Seen: so it does where the cells have the size 1. Elsewhere wavenumbers are counted per cell, whatever the size of the
# box, and the decay is exp(-D (k dx)² t): with 64 cells on a box of 2π nothing much decays.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q phiflow==3.4.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from phi.flow import PERIODIC, Box, CenteredGrid, diffuse, math

math.set_global_precision(64)
cells = 64
for length in (64.0, 2 * np.pi, 1.0):
    k = 2 * np.pi / length
    u = CenteredGrid(lambda x: math.sin(k * x), PERIODIC, x=cells, bounds=Box(x=length))
    decay = lambda later: float(later.values.numpy("x").max() / u.values.numpy("x").max())
    diffusivity, exact = 0.1 / k**2, np.exp(-0.1)
    fourier = decay(diffuse.fourier(u, diffusivity, 1.0))
    explicit = decay(diffuse.explicit(u, diffusivity, 1.0, substeps=1000))
    per_cell = np.exp(-diffusivity * (k * length / cells) ** 2)
    print(f"box of {length:.3f}: exact {exact:.4f}, explicit {explicit:.4f}, fourier {fourier:.4f}")
    assert abs(explicit - exact) < 1e-3 and abs(fourier - per_cell) < 1e-6
    assert (abs(fourier - exact) < 1e-6) == (length == cells)
print("as stated")
P
