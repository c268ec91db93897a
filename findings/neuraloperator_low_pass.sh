#!/usr/bin/env bash
# neuraloperator 2.0.0 (torch 2.15.0): `FourierDiff` with its low-pass filter.
#
# Expected: `low_pass_filter_ratio=0.9` takes away the highest tenth of the wavenumbers, and the derivative of the
# longest wave of the domain stays what it is, as in one dimension.
# Seen: in 2-D and 3-D the transform runs over positive and negative wavenumbers, and the filter cuts the end of that
# list: the smallest negative ones. The derivative of the longest wave comes out half as large, with 0.9, 0.5 or 0.25,
# while waves with high positive wavenumbers stay below 0.5.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q neuraloperator==2.0.0 torch==2.15.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import math

import torch
from neuralop.losses.differentiation import FourierDiff

n = 32
x = 2 * math.pi * torch.arange(n, dtype=torch.float64) / n
long = {1: x.sin(), 2: x.sin()[:, None].repeat(1, n), 3: x.sin()[:, None, None].repeat(1, n, n)}
for dim, u in long.items():
    for ratio in (None, 0.9, 0.5, 0.25):
        slope = float(FourierDiff(dim, low_pass_filter_ratio=ratio).dx(u[None]).abs().max())
        print(f"{dim}-D, ratio {ratio}: largest slope of sin(x) {slope:.3f}, expected 1")
        assert abs(slope - (0.5 if ratio and dim > 1 else 1)) < 1e-5, (dim, ratio)
short = (12 * x).sin()  # three quarters of the highest wavenumber
one = float(FourierDiff(1, low_pass_filter_ratio=0.5).dx(short[None]).abs().max())
two = float(FourierDiff(2, low_pass_filter_ratio=0.5).dx(short[:, None].repeat(1, n)[None]).abs().max())
print(f"sin(12 x), ratio 0.5: largest slope {one:.3f} in 1-D, {two:.3f} in 2-D, expected 0")
assert one < 1e-5 and abs(two - 6) < 0.1
print("as stated")
P
