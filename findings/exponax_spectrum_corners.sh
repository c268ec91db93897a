#!/usr/bin/env bash
# exponax 0.2.0 (jax 0.10.2): `get_spectrum` of a two-dimensional state.
#
# Expected: every wave that the grid resolves is in some shell, so that the powers add up to half the mean square, as
# they do for one wave.
# Seen: there are N/2 + 1 shells; waves with |k| above the last one, in the corners of the square of wavenumbers, are in
# none. A plain wave (7, 7) on 16 x 16 points has a spectrum of zeros, and noise loses 14 % of its power.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q exponax==0.2.0 jax==0.10.2
env/bin/python - <<'P'
import exponax as ex
import jax
import jax.numpy as jnp

n = 16
x = 2 * jnp.pi * jnp.arange(n) / n
axis = jnp.cos(3 * x)[None, :, None] * jnp.ones((1, n, n))
corner = jnp.cos(7 * x[:, None] + 7 * x[None, :])[None]
noise = jax.random.normal(jax.random.PRNGKey(0), (1, n, n))
power = lambda u: float(ex.get_spectrum(u, power=True).sum())
for name, u in [("wave (3, 0)", axis), ("wave (7, 7)", corner), ("noise", noise)]:
    print(f"{name}: sum of the spectrum {power(u):.4f}, half the mean square {float((u**2).mean()) / 2:.4f}")
assert abs(power(axis) - 0.25) < 1e-6
assert power(corner) < 1e-10 and abs(float((corner**2).mean()) - 0.5) < 1e-5
assert 0.85 < power(noise) / (float((noise**2).mean()) / 2) < 0.87
print("as stated")
P
