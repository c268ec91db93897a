#!/usr/bin/env bash
# reservoirpy 0.4.2 (numpy 2.4.6): `mackey_glass` with a step `h` other than 1.
#
# Expected: `h`, "time delta between two discrete timesteps", samples the same solution more finely. With a delay of 1
# it comes to rest at x = 1, where a x / (1 + x^n) = b x for the default a = 0.2, b = 0.1 and n = 10.
# Seen: the decay is multiplied by `h`, the production is not. With h = 0.5 the series is that of a = 0.4, with h = 0.1
# that of a = 2, and it comes to rest at (a / (h b) - 1)^(1/n) instead. `a=0.2 * h` gives the equation back.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q reservoirpy==0.4.2 numpy==2.4.6 scipy==1.17.1 joblib==1.6.0
env/bin/python - <<'P'
import numpy as np
from reservoirpy.datasets import mackey_glass

for h in (1.0, 0.5, 0.1):
    steps = round(500 / h)
    rest, mended = mackey_glass(steps, tau=1, h=h)[-1, 0], mackey_glass(steps, tau=1, a=0.2 * h, h=h)[-1, 0]
    stated = (0.2 / (0.1 * h) - 1) ** 0.1
    print(f"h = {h}: rests at {rest:.4f}, with a / (h b) for a / b at {stated:.4f}, and with a = 0.2 h at {mended:.4f}")
    assert np.isclose(rest, stated, atol=1e-3) and np.isclose(mended, 1, atol=1e-3)
print("as stated")
P
