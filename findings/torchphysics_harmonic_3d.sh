#!/usr/bin/env bash
# torchphysics 1.1.2 (torch 2.15.0): `HarmonicFunctionSet3D`, random Fourier series as inputs of an operator.
#
# Expected: `period=[1, 1, 2]` gives functions of the period 2 in z, as `HarmonicFunctionSet2D` does for y.
# Seen: the period of y is taken for z. With [1, 1, 2] functions repeat after 1 in z; with [1, 2, 1] they do not have the
# period 1 in z, so that they do not fit the domain.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q torchphysics==1.1.2 torch==2.15.0
env/bin/python - <<'P' 2>/dev/null
import torch
import torchphysics as tp

torch.manual_seed(0)
space = tp.spaces.R3("x")
functions = tp.spaces.FunctionSpace(space, tp.spaces.R1("f"))
points = torch.rand(1, 200, 3)


def repeats(period, shift):
    """Whether the functions of a set with these periods are the same after the shift in z."""
    harmonic = tp.domains.HarmonicFunctionSet3D(functions, 4, period, [1, 1, 1])
    harmonic.create_functions()
    f = harmonic.get_function([0, 1, 2, 3])
    moved = points + torch.tensor([0, 0, shift])
    values = [f(tp.spaces.Points(p.repeat(4, 1, 1), space)).as_tensor for p in (points, moved)]
    return bool(torch.allclose(*values, atol=1e-4))


for period in ([1.0, 1.0, 2.0], [1.0, 2.0, 1.0]):
    seen = {shift: repeats(period, shift) for shift in (1.0, 2.0)}
    print(f"period={period}: the same after 1 in z: {seen[1.0]}, after 2: {seen[2.0]}")
    assert seen == {1.0: period[1] == 1, 2.0: True}
print("as stated")
P
