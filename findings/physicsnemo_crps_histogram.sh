#!/usr/bin/env bash
# nvidia-physicsnemo 2.2.2 (torch 2.15.0): `crps` with `method="histogram"`.
#
# Expected: close to the exact score of `method="kernel"`, wherever the observation lies.
# Seen: the integral runs from the smallest to the largest member. What lies between the ensemble and an observation
# outside it is left out, so the score stops growing: an ensemble of deviation 1 that is off by 10 scores 1.8 instead of
# 9.5, as if it were off by 3. The ensembles that fail worst look good.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q nvidia-physicsnemo==2.2.2 torch==2.15.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import torch
from physicsnemo.metrics.general.crps import crps

torch.manual_seed(0)
members = torch.randn(64, 1000)
scores = {}
for offset in (0.0, 1.0, 3.0, 10.0, 100.0):
    truth = torch.full((1000,), offset)
    scores[offset] = [float(crps(members, truth, method=method).mean()) for method in ("kernel", "histogram")]
    print(f"observation at {offset:g}: kernel {scores[offset][0]:.2f}, histogram {scores[offset][1]:.2f}")
assert all(abs(scores[offset][1] / scores[offset][0] - 1) < 0.05 for offset in (0.0, 1.0))
assert scores[10.0][0] > 9 and scores[100.0][0] > 99
assert scores[10.0][1] < 2 and abs(scores[100.0][1] - scores[10.0][1]) < 0.01
print("as stated")
P
