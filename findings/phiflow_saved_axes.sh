#!/usr/bin/env bash
# phiflow 3.4.0 (NumPy 2.4.6): axes of the arrays that `Scene.write` stores.
#
# Expected: all frames of one field have their axes in one order, so that `data` of the npz files can be stacked.
# Seen: the order is that in which the values were made. A centred vector field drawn from `Noise` is stored as
# (vector, x, y), the same field after one step of advection as (x, y, vector): with two points along x or y, or as many
# points as components, a reader that goes by position exchanges components and space without an error. `dim_names` of
# each file says the order.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q phiflow==3.4.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from phi.flow import PERIODIC, Box, CenteredGrid, Noise, Scene, advect

scene = Scene.create("runs", name="sim")
velocity = CenteredGrid(Noise(vector="x,y"), PERIODIC, x=16, y=8, bounds=Box(x=10, y=5))
seen = []
for frame in range(3):
    scene.write(velocity=velocity, frame=frame)
    with np.load(f"{scene.path}/velocity_{frame:06d}.npz") as file:
        seen.append((file["data"].shape, file["dim_names"].tolist()))
    print(f"frame {frame}: shape {seen[-1][0]}, axes {seen[-1][1]}")
    velocity = advect.semi_lagrangian(velocity, velocity, dt=0.1)
assert seen[0] == ((2, 16, 8), ["vector", "x", "y"])
assert seen[1] == seen[2] == ((16, 8, 2), ["x", "y", "vector"])
print("as stated")
P
