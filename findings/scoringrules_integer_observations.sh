#!/usr/bin/env bash
# scoringrules 0.10.0 (numba 0.68.1, numpy 2.4.6): scores of observations that are whole numbers. 0.11.0 does the same.
#
# Expected: observations of an integer type, such as counts, ranks or temperatures in whole degrees, score like the same
# numbers as floats.
# Seen: with `backend="numba"` the result takes the type of the observations, so that scores are cut to whole numbers: a
# CRPS of 0.31 is 0, one of 1.8 is 1. It happens for the estimators `pwm`, `int`, `akr` and `akr_circperm` of the CRPS,
# and for the variogram, Dawid-Sebastiani, error-spread and kernel scores. `qd`, `nrg` and `fair` are right, and so are
# all with `backend="numpy"`.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q scoringrules==0.10.0 numba==0.68.1 numpy==2.4.6 scipy==1.17.1
env/bin/python - <<'P' 2>/dev/null
import numpy as np
import scoringrules as sr

rng = np.random.default_rng(0)
truth, members = np.array([0, 3, 7]), rng.normal(3, 2, (3, 20))
vectors, vector_members = rng.integers(0, 5, (3, 4)), rng.normal(2, 2, (3, 20, 4))
cases = {f"CRPS, {name}": (lambda y, name=name: sr.crps_ensemble(y, members, estimator=name, backend="numba"), truth)
         for name in ("qd", "nrg", "fair", "pwm", "int", "akr", "akr_circperm")}
cases["error-spread"] = (lambda y: sr.error_spread_score(y, members, backend="numba"), truth)
cases["kernel"] = (lambda y: sr.gksuv_ensemble(y, members, backend="numba"), truth)
cases["Dawid-Sebastiani"] = (lambda y: sr.dssuv_ensemble(y, members, backend="numba"), truth)
cases["variogram"] = (lambda y: sr.vs_ensemble(y, vector_members, backend="numba"), vectors)
for name, (score, y) in cases.items():
    whole, floats = np.asarray(score(y)), np.asarray(score(y.astype(float)))
    print(f"{name}: {whole.tolist()}, of the same numbers as floats {floats.round(2).tolist()}")
    if name in ("CRPS, qd", "CRPS, nrg", "CRPS, fair"):
        assert np.allclose(whole, floats)
    else:
        assert whole.dtype.kind == "i" and (whole <= floats).all() and (floats - whole).max() > 0.3
print("as stated")
P
