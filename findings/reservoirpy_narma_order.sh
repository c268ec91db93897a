#!/usr/bin/env bash
# reservoirpy 0.4.2 (numpy 2.4.6): `narma`, the series of the NARMA benchmark.
#
# Expected: y[t+1] = a1 y[t] + a2 y[t] (y[t] + … + y[t-n+1]) + b u[t-n+1] u[t] + c, as the documentation has it.
# Seen: the sum leaves out y[t] and takes y[t-n], and the product is u[t-n] u[t]: a system with a memory one step
# longer. With order 10 it is not the NARMA-10 of other authors, and errors are not comparable with theirs. Order n - 1
# has the product right, but a sum of n - 1 values.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q reservoirpy==0.4.2 numpy==2.4.6 scipy==1.17.1 joblib==1.6.0
env/bin/python - <<'P'
import numpy as np
from reservoirpy.datasets import narma

n, steps = 10, 500
u, y = narma(steps, order=n, seed=0)
u, y = u[:, 0], np.concatenate([np.zeros(n), y[:, 0]])


def largest_error(lag):
    """Largest difference from the documented recurrence with the sum and the product `lag` steps earlier."""
    errors = []
    for t in range(2 * n, n + steps - 1):
        first = t - n + 1 - lag
        next_y = 0.2 * y[t] + 0.04 * y[t] * y[first : first + n].sum() + 1.5 * u[first] * u[t] + 0.001
        errors.append(abs(y[t + 1] - next_y))
    return max(errors)


print(f"largest difference from the recurrence as documented {largest_error(0):.3f}, with sum and product one step "
      f"earlier {largest_error(1):.1e}; the series has a deviation of {y.std():.3f}")
assert largest_error(0) > 0.1 and largest_error(1) < 1e-12
print("as stated")
P
