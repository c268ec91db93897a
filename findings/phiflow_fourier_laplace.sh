#!/usr/bin/env bash
# phiflow 3.4.0 (NumPy 2.4.6): `field.fourier_laplace` and `field.fourier_poisson`.
#
# Expected: the spectral Laplacian of a periodic grid and its inverse, as their documentation says.
# Seen: both raise TypeError ("missing 1 required positional argument: 'geometry'") for every CenteredGrid, since they
# build their result as grids were built before version 3. `math.fourier_laplace` of the values works.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q phiflow==3.4.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from phi.flow import PERIODIC, Box, CenteredGrid, field, math

math.set_global_precision(64)
u = CenteredGrid(lambda x: math.sin(x), PERIODIC, x=64, bounds=Box(x=2 * np.pi))
for name in ("fourier_laplace", "fourier_poisson"):
    try:
        getattr(field, name)(u)
        raise AssertionError(f"field.{name} works")
    except TypeError as error:
        print(f"field.{name}: TypeError: {error}")
        assert "geometry" in str(error)
error = math.fourier_laplace(u.values, u.dx).numpy("x") + u.values.numpy("x")
print(f"math.fourier_laplace: largest error {np.abs(error).max():.1e}")
assert np.abs(error).max() < 1e-10
print("as stated")
P
