#!/usr/bin/env bash
# torchfsm 0.0.6 (torch 2.15.0): `random_gaussian_blobs`, random initial states.
#
# Expected: `batch_size=100` draws 100 states, each with a place and a width of its own, as the other generators do.
# Seen: place and width are drawn once for each call, and the batch and its channels are copies of one blob: a set of 100
# trajectories made from it holds one trajectory 100 times. A call for each state helps.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q torchfsm==0.0.6 torch==2.15.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import torch
from torchfsm.field import diffused_noise, random_gaussian_blobs, truncated_fourier_series

torch.manual_seed(0)
mesh = [(0.0, 1.0, 32), (0.0, 1.0, 32)]
spread = {}
for draw in (random_gaussian_blobs, truncated_fourier_series, diffused_noise):
    u = draw(mesh, batch_size=100, n_channel=2)
    spread[draw] = float(u.std(dim=0).max()), float((u[:, 0] - u[:, 1]).abs().max())
    print(f"{draw.__name__}, {tuple(u.shape)}: deviation within the batch {spread[draw][0]:.1e}, "
          f"largest difference of the channels {spread[draw][1]:.1e}")
calls = torch.cat([random_gaussian_blobs(mesh) for _ in range(100)])
print(f"random_gaussian_blobs, 100 calls: deviation {float(calls.std(dim=0).max()):.2f}")
assert spread.pop(random_gaussian_blobs) == (0, 0) and calls.std(dim=0).max() > 0.1
assert all(min(values) > 1e-3 for values in spread.values())
print("as stated")
P
