#!/usr/bin/env bash
# neuraloperator 2.0.0 (torch 2.15.0): `spectrum_2d`, the spectrum of two-dimensional fields.
#
# Expected: every wave is in one bin, by its wavenumber or, as the documentation says, by squares, and the bins add up
# to the mean square, or to half of it since waves and their conjugates are the same.
# Seen: a wave counts only if |k| is a whole number and both components have the same sign: (1, 0) and (3, 4) are
# there; (1, 1), (2, 1) and (3, -4) are in no bin. Of noise 4 % is counted, so spectra of prediction and truth compare
# little more than the waves along the axes.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q neuraloperator==2.0.0 torch==2.15.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import math

import torch
from neuralop.utils import spectrum_2d

n = 32
x = 2 * math.pi * torch.arange(n) / n
a, b = torch.meshgrid(x, x, indexing="ij")
for (k, l), counted in [((1, 0), True), ((3, 4), True), ((1, 1), False), ((2, 1), False), ((3, -4), False)]:
    u = torch.cos(k * a + l * b)
    energy = float(spectrum_2d(u[None], n).sum()) / n**2
    print(f"wave ({k}, {l}): sum of the spectrum {energy:.4f}, half the mean square {float((u**2).mean()) / 2:.4f}")
    assert abs(energy - 0.25 * counted) < 1e-5, (k, l)
torch.manual_seed(0)
noise = torch.randn(100, n, n)
share = float(spectrum_2d(noise, n).sum()) / float((noise**2).sum((1, 2)).mean())
print(f"noise: {100 * share:.1f} % of its energy is in the spectrum")
assert 0.02 < share < 0.06
print("as stated")
P
