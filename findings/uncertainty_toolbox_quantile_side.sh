#!/usr/bin/env bash
# uncertainty-toolbox 0.1.1 (numpy 2.4.6, scikit-learn 1.9.1): proportions below quantiles, and recalibration by them.
#
# Expected: `prop_type="quantile"` gives the "observed proportions below a predicted quantile", and quantiles after
# `get_quantile_recalibrator` have the coverage that they claim.
# Seen: it counts observations above the opposite quantile. A forecast without bias hides it, but one with a bias is
# moved farther away: where 16 % of the observations lie below its median, 2 % do after recalibration. Handing `-y_pred`
# and `-y_true` to `get_quantile_recalibrator` gives the right one.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q uncertainty-toolbox==0.1.1 numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
env/bin/python - <<'P' 2>/dev/null
import numpy as np
import uncertainty_toolbox as uct
from scipy.stats import norm

rng = np.random.default_rng(0)
mean, deviation = rng.normal(size=20_000), np.ones(20_000)
truth = mean + rng.normal(size=mean.size)
forecast = mean - 1
expected, below = uct.get_proportion_lists_vectorized(forecast, deviation, truth, prop_type="quantile")
counted = np.array([(truth <= forecast + norm.ppf(p)).mean() for p in expected])
level = 25
print(f"quantile {expected[level]:.3f}: proportion stated {below[level]:.3f}, counted below {counted[level]:.3f}")
assert np.allclose(below, 1 - counted[::-1], atol=1e-3) and abs(below[level] - counted[level]) > 0.5

recalibrate = uct.recalibration.get_quantile_recalibrator(forecast, deviation, truth)
mended = uct.recalibration.get_quantile_recalibrator(-forecast, deviation, -truth)
for level in (0.25, 0.5, 0.75):
    before = (truth <= forecast + norm.ppf(level)).mean()
    after, right = ((truth <= r(forecast, deviation, level)).mean() for r in (recalibrate, mended))
    print(f"below the quantile {level}: {before:.3f}, after recalibration {after:.3f}, with both negated {right:.3f}")
    assert after < before < level and abs(right - level) < 0.02
print("as stated")
P
