#!/usr/bin/env bash
# kolsol 1.0.1 (numpy 2.4.6, torch 2.15.0): `random_field`, the initial state of the Kolmogorov flow.
#
# Expected: the field is a velocity of an incompressible flow, and `k_offset=[0, 3]` puts its peak at three waves along y.
# Seen: its divergence is as large as its vorticity. The solver projects the forces, not the state, so the divergence stays
# and decays by viscosity alone, a long wave by 3 % in a unit of time at Re = 30. An offset of the last axis moves the peak
# to the half of the spectrum that is dropped: [3, 0] has its peak at three waves along x, [0, 3] at one along y. A
# projection of the state before the first step helps against the first.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q kolsol==1.0.1 torch==2.15.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from kolsol.numpy.solver import KolSol

np.random.seed(0)
flow = KolSol(nk=8, nf=4, re=30.0)
dt, steps = 0.005, 200
kx, ky = flow.kt[..., 0], flow.kt[..., 1]
size = lambda a: float(np.sqrt((np.abs(a) ** 2).sum()))
divergence = lambda u: kx * u[..., 0] + ky * u[..., 1]
vorticity = lambda u: kx * u[..., 1] - ky * u[..., 0]

u = flow.random_field(magnitude=10.0, sigma=1.2)
start = divergence(u)
print(f"at the start: divergence {size(start) / size(vorticity(u)):.2f} of the vorticity")
assert size(start) > 0.5 * size(vorticity(u))
for _ in range(steps):  # fourth-order Runge-Kutta
    k1 = flow.dynamics(u)
    k2 = flow.dynamics(u + dt / 2 * k1)
    k3 = flow.dynamics(u + dt / 2 * k2)
    u = u + dt / 6 * (k1 + 2 * k2 + 2 * k3 + flow.dynamics(u + dt * k3))
viscous = start * np.exp(-flow.kk * dt * steps / flow.re)
print(f"at t = {dt * steps:g}: divergence {size(divergence(u)) / size(start):.2f} of that at the start, "
      f"by viscosity alone {size(viscous) / size(start):.2f}")
assert np.allclose(divergence(u), viscous, atol=1e-6 * size(start)) and size(viscous) > 0.3 * size(start)

for offset in ([3, 0], [0, 3]):
    fields = [flow.random_field(magnitude=10.0, sigma=1.2, k_offset=offset) for _ in range(20)]
    energy = sum(np.abs(u) ** 2 for u in fields).sum(-1)
    axis = offset.index(3)
    along = [float(energy.sum(1 - axis)[flow.nk + k]) for k in range(5)]
    print(f"k_offset={offset}: peak at {int(np.argmax(along))} waves along that axis, energy {sum(along):.0f}")
    assert np.argmax(along) == (3 if axis == 0 else 1)
print("as stated")
P
