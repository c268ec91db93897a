#!/usr/bin/env bash
# nolds 0.6.3 (numpy 2.4.6): `lyap_r`, the largest Lyapunov exponent of a series by Rosenstein's method.
#
# Expected: the same exponent for a series in kelvin and in degrees: by default the lag comes from the autocorrelation
# and the separation of neighbours from the mean period, neither of which has to do with the mean.
# Seen: both are taken from the series with its mean, padded with zeros, so that they measure the step at its end. The
# exponent of Lorenz' x is 0.95 per unit of time; of x + 10 it is 1.05 without a word, and of x + 100 0.56, with
# warnings about a "very low mean frequency". Taking off the mean, or giving `lag` and `min_tsep`, makes them equal.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q nolds==0.6.3 numpy==2.4.6 future==1.0.0
env/bin/python - <<'P'
import importlib.util
import warnings

import numpy as np

# Before Python 3.12 the package itself cannot be imported: its samples are sought in a module.
place = importlib.util.find_spec("nolds").submodule_search_locations[0]
spec = importlib.util.spec_from_file_location("measures", f"{place}/measures.py")
measures = importlib.util.module_from_spec(spec)
spec.loader.exec_module(measures)


def rate(state):
    x, y, z = state
    return np.array([10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z])


def step(state, dt):
    a = rate(state)
    b = rate(state + dt / 2 * a)
    c = rate(state + dt / 2 * b)
    return state + dt / 6 * (a + 2 * b + 2 * c + rate(state + dt * c))


state, x = np.array([1.0, 1.0, 20.0]), []
for index in range(2000 + 1500 * 5):
    if index >= 2000 and index % 5 == 0:
        x.append(state[0])
    state = step(state, 0.01)
x = np.array(x)


def exponent(series, **settings):
    return measures.lyap_r(series, emb_dim=5, tau=0.05, fit="poly", **settings)


exponents = []
for offset in (0, 10, 100):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        found = exponent(x - x.mean() + offset)
    fixed = exponent(x - x.mean() + offset, lag=3, min_tsep=15)
    exponents.append((found, fixed))
    print(f"mean {offset}: exponent {found:.3f} with {len(said)} warnings; with lag and min_tsep given {fixed:.3f}")
(plain, fixed), (ten, _), (hundred, _) = exponents
assert 0.75 < plain < 1.1 and abs(ten / plain - 1) > 0.05 and hundred < 0.8 * plain
assert np.allclose([e[1] for e in exponents], fixed, rtol=1e-6)
print("as stated")
P
