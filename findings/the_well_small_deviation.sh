#!/usr/bin/env bash
# the_well 1.2.0 (torch 2.15.0): normalisation of fields that vary little in their units.
#
# Expected: `ZScoreNormalization` brings every field to a standard deviation of one.
# Seen: deviations below 1e-4 are replaced by 1e-4, so a field that varies by 1e-9 (SI units, a concentration) comes out
# with a deviation of 1e-5, beside others of one, and `denormalize` of a prediction of size one gives 1e-4.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q the_well==1.2.0 torch==2.15.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import torch
from the_well.data.normalization import ZScoreNormalization

torch.manual_seed(0)
fields = {"temperature": 300 + 5 * torch.randn(10_000), "concentration": 1e-9 * torch.randn(10_000)}
stats = {
    "mean": {name: float(u.mean()) for name, u in fields.items()},
    "std": {name: float(u.std()) for name, u in fields.items()},
    "mean_delta": {name: 0.0 for name in fields},
    "std_delta": {name: float(u.std()) for name, u in fields.items()},
}
norm = ZScoreNormalization(stats, list(fields), [])
seen = {name: float(norm.normalize(u, name).std()) for name, u in fields.items()}
print("standard deviation after normalisation:", {name: f"{s:.1e}" for name, s in seen.items()})
assert abs(seen["temperature"] - 1) < 1e-3 and abs(seen["concentration"] - 1e-5) < 1e-6
print("as stated")
P
