#!/usr/bin/env bash
# findiff 0.16.0 (NumPy 2.4.6): the order of accuracy of an operator that was applied before.
#
# Expected: `set_accuracy(6)`, and `acc=6` in a call, change the stencils whenever they are given, and `estimate_error`
# gives the same estimate each time.
# Seen: stencils are kept from the first call. After it both are ignored, without a word, and an operator set to order 6
# errs like one of order 2. The second `estimate_error` of the same operator compares order 2 with itself and reports an
# error of exactly 0.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q findiff==0.16.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from findiff import Diff

x = np.linspace(0, 2 * np.pi, 200)
u = np.sin(3 * x)
second = lambda: Diff(0, x[1] - x[0]) ** 2
error = lambda operator, **options: float(np.abs(operator(u, **options) + 9 * u).max())

fresh = second()
fresh.set_accuracy(6)
used = second()
low, high = error(used), error(fresh)
used.set_accuracy(6)
print(f"largest error of order 2: {low:.1e}, of order 6: {high:.1e}")
print(f"order 6 after a call: set_accuracy {error(used):.1e}, acc=6 {error(used, acc=6):.1e}")
assert high < 1e-3 * low and error(used) == error(used, acc=6) == low

operator = second()
estimates = [float(operator.estimate_error(u).error.max()) for _ in range(2)]
print(f"estimate_error: {estimates[0]:.1e}, then {estimates[1]:.1e}; true error {low:.1e}")
assert 0.5 < estimates[0] / low < 2 and estimates[1] == 0
print("as stated")
P
