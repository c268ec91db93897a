#!/usr/bin/env bash
# neuraloperator 2.0.0 (torch 2.15.0): `HdivLoss` of velocities.
#
# Expected: the square of the H(div) norm of a vector field is that of its L2 norm and of its divergence, so that an
# error without divergence costs its L2 norm alone.
# Seen: the "divergence" is d/dx + d/dy of each channel by itself. The error (sin(x + y), -sin(x + y)), which has none,
# costs five times the square of its L2 norm; the error (-sin(x - y), sin(x - y)), a gradient, costs one, though it
# should cost three. A network that is trained to be free of divergence by this loss is trained for something else.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q neuraloperator==2.0.0 torch==2.15.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import math

import torch
from neuralop.losses.data_losses import HdivLoss, LpLoss
from neuralop.losses.differentiation import FiniteDiff

n, side = 128, 2 * math.pi
x = side * torch.arange(n, dtype=torch.float64) / n
a, b = torch.meshgrid(x, x, indexing="ij")
for name, wave, seen, expected in [("no divergence", (a + b).sin(), 5, 1), ("a gradient", -(a - b).sin(), 1, 3)]:
    error = torch.stack([wave, -wave])[None]
    nothing = torch.zeros_like(error)
    l2 = float(LpLoss(d=2, measure=side).abs(error, nothing, take_root=False))
    hdiv = float(HdivLoss(d=2, measure=side).abs(error, nothing, take_root=False))
    divergence = float((FiniteDiff(2, h=side / n).divergence(error) ** 2).sum()) * (side / n) ** 2
    print(f"{name}: in units of the squared L2 norm, loss {hdiv / l2:.3f}, expected {1 + divergence / l2:.3f}")
    assert abs(hdiv / l2 - seen) < 0.01 and abs(1 + divergence / l2 - expected) < 0.01, name
print("as stated")
P
