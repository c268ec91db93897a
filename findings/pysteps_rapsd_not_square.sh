#!/usr/bin/env bash
# pysteps 1.21.5 (numpy 2.4.6): `rapsd`, the radially averaged power spectrum, of fields that are not square.
#
# Expected: a wave of 16 cells is found at frequency 1/16, along either axis, as with square fields.
# Seen: rings are made of the number of waves along each axis, as if both were equally long, and their frequencies are
# those of the longer axis. On 64 x 128 cells a wave of 16 cells along the short axis is found at 1/32, on 64 x 256 at
# 1/64, and each ring mixes waves of different lengths.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q pysteps==1.21.5 numpy==2.4.6 scipy==1.17.1
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from pysteps.utils.spectral import rapsd


def peak(shape, axis):
    wave = np.cos(2 * np.pi * np.indices(shape)[axis] / 16)
    power, frequency = rapsd(wave, np.fft, return_freq=True)
    return float(frequency[power.argmax()])


for shape in ((64, 64), (64, 128), (64, 256), (256, 64)):
    found = [peak(shape, axis) for axis in (0, 1)]
    print(f"{shape}: a wave of 16 cells along the first axis is found at 1/{1 / found[0]:g}, one along the second at "
          f"1/{1 / found[1]:g}")
    assert np.allclose(found, [length / max(shape) / 16 for length in shape])
print("as stated")
P
