#!/usr/bin/env bash
# neuraloperator 2.0.0 (torch 2.15.0): `SpectralConv` on grids with an odd number of points.
#
# Expected: a spectral convolution commutes with shifts on every periodic grid, and with all modes and weights of one it
# is the identity.
# Seen: so it is where all axes but the last have an even number of points. Where one of them is odd, a wave k along it
# comes out as k - 1: the identity errs by more than the field is large, and an FNO without positional embedding no
# longer commutes with shifts. An even number along those axes helps; the last axis may be odd.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q neuraloperator==2.0.0 torch==2.15.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import numpy as np
import torch
from neuralop.layers.spectral_convolution import SpectralConv

torch.manual_seed(0)


def ones(modes):
    layer = SpectralConv(1, 1, modes, bias=False)
    layer.weight.tensor.data.fill_(1)
    return layer


with torch.no_grad():
    for shape in [(16, 16), (16, 15), (15, 16), (15, 15), (8, 8, 9), (8, 9, 8)]:
        u = torch.randn(1, 1, *shape)
        error = float((ones(shape)(u) - u).abs().max())
        odd = any(points % 2 for points in shape[:-1])
        print(f"{shape}: all modes, weights of one: largest error {error:.1e}")
        assert error > 1 if odd else error < 1e-5, shape
    for n in (16, 15):
        x = 2 * np.pi * np.arange(n) / n
        wave = torch.tensor(np.cos(2 * x[:, None] + x[None])[None, None], dtype=torch.float32)
        modes = np.fft.fft2(ones((6, 6))(wave)[0, 0].numpy()) / n**2
        k = int(np.argmax(np.abs(modes[:, 1])))
        print(f"{n} x {n} points: the wave (2, 1) comes out as ({k}, 1)")
        assert k == (2 if n == 16 else 1)
print("as stated")
P
