#!/usr/bin/env bash
# ensverif 0.1.0 (numpy 2.4.6, scipy 1.17.1): `crps` of a distribution that is fitted to the ensemble.
#
# Expected: "normal_exact" takes the unbiased deviation of the members, as its source says, and "gamma_approx", which the
# documentation lists, fits a gamma distribution.
# Seen: the deviation is multiplied by M / (M - 1) instead of its root, so that 3 members are spread by 22 % too much, 10 by
# 5 %. "gamma_approx" gives NaN for every input: the name that is known is "gamma_exact", and a name that is not known is
# no error.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q ensverif==0.1.0 numpy==2.4.6 scipy==1.17.1
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from ensverif import crps
from scipy.stats import norm

rng = np.random.default_rng(0)


def exact(mean, deviation, truth):
    """CRPS of a normal distribution: Gneiting & Raftery (2007), eq. 21 and following."""
    z = (truth - mean) / deviation
    return deviation * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))


for members in (3, 5, 10):
    x, truth = rng.normal(size=(200, members)), rng.normal(size=200)
    seen, unbiased = crps(x, truth, "normal_exact"), x.std(1, ddof=1)
    expected = exact(x.mean(1), unbiased, truth).mean()
    wider = exact(x.mean(1), unbiased * np.sqrt(members / (members - 1)), truth).mean()
    at_mean = crps(x, x.mean(1), "normal_exact") / exact(x.mean(1), unbiased, x.mean(1)).mean()
    print(f"{members} members: {seen:.4f}, expected {expected:.4f}, with the deviation {np.sqrt(members / (members - 1)):.3f} "
          f"times as large {wider:.4f}; where the truth is the mean, {at_mean:.3f} times too much")
    assert abs(seen - wider) < 1e-12 and abs(at_mean - np.sqrt(members / (members - 1))) < 1e-9
x, truth = rng.gamma(4, size=(50, 10)), rng.gamma(4, size=50)
seen = {name: crps(x, truth, name) for name in ("emp", "gamma_approx", "gamma_exact")}
print(f"gamma members: {seen}")
assert np.isnan(seen["gamma_approx"]) and abs(seen["gamma_exact"] / seen["emp"] - 1) < 0.2
print("as stated")
P
