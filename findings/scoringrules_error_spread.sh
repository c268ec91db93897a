#!/usr/bin/env bash
# scoringrules 0.10.0 (numpy 2.4.6): `error_spread_score`, the error-spread score of an ensemble. 0.11.0 does the same.
#
# Expected: with M members the skewness is M / ((M - 1)(M - 2)) times the sum of cubes, as the documentation has it, so
# that no forecast beats an ensemble that is drawn from the truth.
# Seen: the factor M is missing. The skewness is M times too small, and the score is nearly blind to it: where the truth
# is exponential, a normal ensemble with the right mean and deviation scores better than one drawn from the truth.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q scoringrules==0.10.0 numpy==2.4.6 scipy==1.17.1
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from scoringrules import error_spread_score

rng = np.random.default_rng(0)
cases, members = 200_000, 10
truth = rng.exponential(size=cases)
shape = cases, members
forecasts = {"drawn from the truth": rng.exponential(size=shape), "normal": rng.normal(1, 1, shape)}
scores = {}
for name, x in forecasts.items():
    error, deviation = x.mean(1) - truth, x.std(1, ddof=1)
    cubes = (((x - x.mean(1, keepdims=True)) / deviation[:, None]) ** 3).sum(1)

    def score(factor):
        skewness = factor * cubes / ((members - 1) * (members - 2))
        return (deviation**2 - error**2 - error * deviation * skewness) ** 2

    seen = error_spread_score(truth, x)
    scores[name] = seen.mean(), score(members).mean()
    print(f"{name}: mean score {scores[name][0]:.2f}, with the skewness as documented {scores[name][1]:.2f}")
    assert np.allclose(seen, score(1))
(true_seen, true_documented), (normal_seen, normal_documented) = scores.values()
assert true_documented < 0.9 * normal_documented and true_seen > normal_seen
print("as stated")
P
