#!/usr/bin/env bash
# SALib 1.6.0 (numpy 2.4.6): `dgsm_conf` of `dgsm.analyze`, derivative-based sensitivity of a model's parameters.
#
# Expected: `dgsm_conf` is the confidence interval of `dgsm`, which has no unit.
# Seen: it is that of `vi`, the mean squared derivative, without the factor (b - a)² / (π² var Y) between the two. Outputs
# in other units, 10 Y for Y, leave `dgsm` as it is and make `dgsm_conf` 100 times as wide. Times that factor it is right.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q SALib==1.6.0 numpy==2.4.6 scipy==1.17.1
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from SALib.analyze import dgsm
from SALib.sample import finite_diff
from SALib.test_functions import Ishigami

problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[-np.pi, np.pi]] * 3}
x = finite_diff.sample(problem, 1000, seed=1)
y = Ishigami.evaluate(x)
results = {}
for factor in (1, 10, 0.01):
    results[factor] = r = dgsm.analyze(problem, x, factor * y, seed=1)
    print(f"{factor:g} Y: dgsm {np.round(r['dgsm'], 2)}, dgsm_conf {np.array2string(np.array(r['dgsm_conf']), precision=2)}")
    assert np.allclose(r["dgsm"], results[1]["dgsm"])
    assert np.allclose(r["dgsm_conf"], factor**2 * results[1]["dgsm_conf"])
rng, base, r = np.random.default_rng(0), y[::4], results[1]
for j in range(3):
    squares = ((y[j + 1 :: 4] - base) / (x[j + 1 :: 4, j] - x[::4, j])) ** 2
    means = squares[rng.integers(len(base), size=(2000, len(base)))].mean(1)
    of_vi, factor = 1.96 * means.std(), (2 * np.pi) ** 2 / (np.pi**2 * base.var())
    print(f"{problem['names'][j]}: bootstrap by hand: interval of vi {of_vi:.2f}, of dgsm {factor * of_vi:.2f}")
    assert abs(r["dgsm_conf"][j] / of_vi - 1) < 0.25 and factor < 0.5
print("as stated")
P
