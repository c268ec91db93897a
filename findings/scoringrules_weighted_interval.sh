#!/usr/bin/env bash
# scoringrules 0.10.0 (numba 0.68.1, numpy 2.4.6): `weighted_interval_score` without numba. 0.11.0 does the same.
#
# Expected: the distance between median and observation has a weight in the score, as documented, and the score is the
# same with each backend.
# Seen: the backend `numpy`, which is the default where numba is not installed, weighs the median itself. Of a right
# forecast, temperatures in kelvin get more than 100 times the score of the same temperatures in degrees Celsius, and in
# frost the score is negative.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q scoringrules==0.10.0 numba==0.68.1 numpy==2.4.6 scipy==1.17.1
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from scoringrules import weighted_interval_score

alpha, half = np.array([0.2, 0.5]), np.array([1.28, 0.67])


def scores(truth, median):
    truth, median = np.array([truth]), np.array([median])
    bounds = median[:, None] - half, median[:, None] + half
    return [float(np.squeeze(weighted_interval_score(truth, median, *bounds, alpha, backend=backend)))
            for backend in ("numba", "numpy")]


def line(name, values):
    print(f"{name}: numba {values[0]:.3f}, numpy {values[1]:.3f}")
    return values


celsius = line("1 degree Celsius, forecast right", scores(1.0, 1.0))
kelvin = line("the same in kelvin", scores(274.15, 274.15))
low = line("the same, forecast too low by 100", scores(274.15, 174.15))
frost = line("-20 degrees Celsius, forecast right", scores(-20.0, -20.0))
assert np.allclose([celsius[0], kelvin[0], frost[0]], celsius[0]) and low[0] > 50 * kelvin[0]
assert kelvin[1] > 100 * celsius[1] and low[1] != low[0] and frost[1] < -3
for (seen, exact), median, distance in ((celsius[::-1], 1.0, 0), (kelvin[::-1], 274.15, 0), (low[::-1], 174.15, 100)):
    assert abs(seen - exact - 0.5 * (median - distance) / 2.5) < 1e-9
print("as stated")
P
