#!/usr/bin/env bash
# EZyRB 1.3.3 (scikit-learn 1.9.1, torch 2.15.0): `GPR.predict` with `return_variance=True`.
#
# Expected: the mean and the variance, as parameter and documentation say.
# Seen: the second value is the standard deviation. Outputs that are ten times as large make it ten times as large, not 100
# times; a band of two of its roots is too wide for outputs below one and too narrow above. Its square is the variance.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q ezyrb==1.3.3 scikit-learn==1.9.1 torch==2.15.0 numpy==2.4.6 scipy==1.17.1
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from ezyrb import GPR
from sklearn.gaussian_process.kernels import RBF

parameter = np.linspace(0, 1, 6)[:, None]
seen = {}
for factor in (0.1, 1, 10):
    model = GPR(kern=RBF(0.2, "fixed"))
    model.fit(parameter, factor * np.sin(7 * parameter))
    seen[factor] = float(np.ravel(model.predict([[0.5]], return_variance=True)[1])[0])
    deviation = float(np.ravel(model.model.predict([[0.5]], return_std=True)[1])[0])
    variance = float(np.ravel(model.model.predict([[0.5]], return_cov=True)[1])[0])
    print(f"outputs times {factor:g}: second value {seen[factor]:.5f}; standard deviation {deviation:.5f}, variance {variance:.2e}")
    assert seen[factor] == deviation and abs(seen[factor] ** 2 / variance - 1) < 1e-6
assert all(abs(seen[10 * f] / seen[f] - 10) < 1e-6 for f in (0.1, 1))
print("as stated")
P
