#!/usr/bin/env bash
# nvidia-physicsnemo 2.2.2 (torch 2.15.0): `wasserstein_from_samples` of samples with different ranges.
#
# Expected: samples that are moved by 10 are at the distance 10, whatever the bins.
# Seen: bins are laid over the first set; for the second, wider ones are made and forgotten, and the two are compared
# bin by bin as if they were the same. The distance of uniform samples on [0, 1] from themselves moved by 0.1, 1 and 10
# comes out as 0.05, 0.25 and 0.45, with 10 bins or 100. It never exceeds the range of the first set.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q nvidia-physicsnemo==2.2.2 torch==2.15.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import torch
from physicsnemo.metrics.general.wasserstein import wasserstein_from_samples

torch.manual_seed(0)
x = torch.rand(2000, 1)
for shift, low, high in [(0.1, 0.03, 0.06), (1.0, 0.24, 0.26), (10.0, 0.43, 0.47), (-3.0, 0.35, 0.40)]:
    for bins in (10, 100):
        seen = float(wasserstein_from_samples(x, x + shift, bins=bins))
        print(f"moved by {shift:g}, {bins} bins: distance {seen:.3f}, expected {abs(shift):g}")
        assert low < seen < high, (shift, bins)
print("as stated")
P
