#!/usr/bin/env bash
# fluidsf 0.2.2 (numpy 2.4.6): `generate_sf_maps_2d` with "ASF_S", the advective structure function of a scalar.
#
# Expected: `SF_advection_scalar_xy` is the map of the scalar, whose cut along x is that of `generate_structure_functions_2d`.
# Seen: it is a copy of the map of the velocity. With "ASF_S" alone there is a KeyError.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q fluidsf==0.2.2 numpy==2.4.6 pandas==3.0.5
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from fluidsf import generate_sf_maps_2d, generate_structure_functions_2d

n = 24
x = 2 * np.pi * np.arange(n) / n
X, Y = np.meshgrid(x, x)
rng = np.random.default_rng(0)


def waves():
    """A sum of waves of wavenumbers up to 3 and its derivatives along x and y."""
    f, fx, fy = np.zeros((3, n, n))
    for k in range(4):
        for l in range(-3, 4):
            phase, a = k * X + l * Y + rng.uniform(0, 2 * np.pi), rng.normal()
            f, fx, fy = f + a * np.cos(phase), fx - a * k * np.sin(phase), fy - a * l * np.sin(phase)
    return f, fx, fy


(_, psi_x, psi_y), (scalar, _, _) = waves(), waves()
u, v = -psi_y, psi_x
maps = generate_sf_maps_2d(u, v, x, x, ["ASF_V", "ASF_S"], scalar=scalar)
line = generate_structure_functions_2d(u, v, x, x, ["ASF_V", "ASF_S"], scalar=scalar)
for name in ("velocity", "scalar"):
    cut = maps[f"SF_advection_{name}_xy"][1 : n // 2, n // 2]
    print(f"{name}: along x {np.round(line[f'SF_advection_{name}_x'][1:5], 2)}, the same in the map {np.round(cut[:4], 2)}")
    assert np.abs(cut).max() > 1
    assert np.allclose(cut, line[f"SF_advection_{name}_x"][1:]) == (name == "velocity")
assert np.array_equal(maps["SF_advection_scalar_xy"], maps["SF_advection_velocity_xy"])
try:
    generate_sf_maps_2d(u, v, x, x, ["ASF_S"], scalar=scalar)
    raise SystemExit("no error")
except KeyError as error:
    print(f"ASF_S alone: KeyError {error}")
print("as stated")
P
