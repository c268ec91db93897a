#!/usr/bin/env bash
# SALib 1.6.0 (numpy 2.4.6): `ST_conf` of `sobol_jansen.analyze`, total sensitivities from a radial design.
#
# Expected: the interval holds the spread of the estimate, and more resamples make it more exact.
# Seen: the sum goes over the resamples instead of the sample, so that the width is set by their number: for 2000 samples
# and 100, 1000 and 10 000 resamples it is 0.01, 0.05 and 0.13, where estimates of independent designs spread by 0.06.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q SALib==1.6.0 numpy==2.4.6 scipy==1.17.1
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from SALib.analyze import sobol_jansen
from SALib.sample.radial import radial_mc
from SALib.test_functions import Ishigami

problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[-np.pi, np.pi]] * 3}
sets = 2000


def analysis(seed, resamples):
    y = Ishigami.evaluate(radial_mc.sample(problem, sets, seed=seed))
    return sobol_jansen.analyze(problem, y, sets, num_resamples=resamples, seed=seed)


spread = 1.96 * np.std([analysis(seed, 10)["ST"] for seed in range(1, 201)], axis=0)
print(f"95 % of 200 independent estimates lie within {np.round(spread, 3)}")
mean_width = {}
for resamples in (100, 1000, 10_000):
    width = np.mean([analysis(seed, resamples)["ST_conf"] for seed in range(1, 21)], axis=0)
    mean_width[resamples] = width
    print(f"{resamples} resamples: ST_conf {np.round(width, 3)}, mean of 20")
assert (mean_width[100] < 0.5 * spread).all() and (mean_width[10_000] > 2 * mean_width[1000]).all()
assert mean_width[10_000][0] > 2 * spread[0]
print("as stated")
P
