#!/usr/bin/env bash
# scoringrules 0.10.0 (numpy 2.4.6): CRPS of logistic distributions with one bound.
#
# Expected: with infinity, the default, for the other bound, `crps_clogistic`, `crps_tlogistic` and `crps_gtclogistic`
# give the score of a distribution that is censored or cut at one side, as those for the normal and Student's t do:
# rain, which is not negative, is the usual case.
# Seen: NaN for every observation. With 30 in place of infinity the values are right, with 1000 they are NaN too.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q scoringrules==0.10.0 numpy==2.4.6 scipy==1.17.1
env/bin/python - <<'P' 2>/dev/null
import numpy as np
import scoringrules as sr

y, x = 1.5, np.linspace(0, 60, 600_001)
logistic = 1 / (1 + np.exp(0.5 - x))
for kind, distribution in (("c", logistic), ("t", (logistic - logistic[0]) / (1 - logistic[0]))):
    exact = np.trapezoid((distribution - (x >= y)) ** 2, x)
    score = getattr(sr, f"crps_{kind}logistic")
    one, near, far = (float(score(y, 0.5, 1.0, *bounds)) for bounds in ((0.0,), (0.0, 30.0), (0.0, 1000.0)))
    normal = float(getattr(sr, f"crps_{kind}normal")(y, 0.5, 1.0, 0.0))
    student = float(getattr(sr, f"crps_{kind}t")(y, 5.0, 0.5, 1.0, 0.0))
    print(f"crps_{kind}logistic from 0 on: {one}, up to 1000 {far}, up to 30 {near:.4f}, by integration {exact:.4f}; "
          f"crps_{kind}normal {normal:.3f}, crps_{kind}t {student:.3f}")
    other = float(sr.crps_gtclogistic(y, 0.5, 1.0, 0.0))
    assert np.isnan([one, far, other]).all() and abs(near - exact) < 1e-3 and np.isfinite([normal, student]).all()
print("as stated")
P
