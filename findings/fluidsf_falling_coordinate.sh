#!/usr/bin/env bash
# fluidsf 0.2.2 (numpy 2.4.6): advective structure functions where a coordinate falls along its axis.
#
# Expected: a field whose rows run from north to south, with `y` in that order, gives what the same field from south to north
# does. Separations along y are negative then, which the functions of second order and the advective ones do not feel.
# Seen: the spacing is taken without its sign, so that every derivative along y has the wrong one: u du/dx + v du/dy becomes
# u du/dx - v du/dy, and the advective structure functions are others, along x as well. Fields and coordinate that are
# turned to rise help.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q fluidsf==0.2.2 numpy==2.4.6 pandas==3.0.5
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from fluidsf import generate_structure_functions_2d

n = 32
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


_, psi_x, psi_y = waves()
u, v = -psi_y, psi_x
types = ["ASF_V", "LL"]
rising = generate_structure_functions_2d(u, v, x, x, types)
falling = generate_structure_functions_2d(u[::-1], v[::-1], x, x[::-1], types)
assert np.allclose(rising["y-diffs"], -falling["y-diffs"])
for name in ("SF_LL", "SF_advection_velocity"):
    for axis in "xy":
        a, b = (s[f"{name}_{axis}"] for s in (rising, falling))
        print(f"{name}_{axis}: y rising {np.round(a[[1, 4, 8]], 2)}, falling {np.round(b[[1, 4, 8]], 2)}")
        if name == "SF_LL":
            assert np.allclose(a, b)
        else:
            assert np.abs(a - b).max() > 0.2 * np.abs(a).max()
print("as stated")
P
