#!/usr/bin/env bash
# xrft 1.0.1 (xarray 2026.9.0, numpy 2.4.6): `isotropic_power_spectrum` with `real_dim`.
#
# Expected: `real_dim`, which takes the faster transform of real fields, changes the cost, not the spectrum: a ring of
# waves has the same mean power, whether its two equal halves are there or one.
# Seen: the spectrum is twice as high. Each wave of the half plane is counted double for the one that is left out, which
# is right for sums, but the azimuthal average is a mean. A spectrum with `real_dim` beside one without seems to have
# twice the energy; sums of `power_spectrum` are the same for both.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q xrft==1.0.1 xarray==2026.9.0 numpy==2.4.6 scipy==1.17.1 \
    numpy-groupies==0.11.3 dask==2026.8.0
env/bin/python - <<'P' 2>/dev/null
import numpy as np
import xarray as xr
import xrft

n = 256
x = np.arange(n, dtype=float)
noise = xr.DataArray(np.random.default_rng(0).normal(size=(n, n)), dims=("y", "x"), coords={"y": x, "x": x})
sums, levels = [], []
for options in ({}, {"real_dim": "x"}):
    power = xrft.power_spectrum(noise, dim=["y", "x"], **options)
    ring = xrft.isotropic_power_spectrum(noise, dim=["y", "x"], truncate=True, **options)
    sums.append(float(power.sum()) / n**2)
    levels.append(float((ring / ring.freq_r).mean()))
    print(f"{options}: sum of the spectrum {sums[-1]:.3f}, mean level of the isotropic spectrum {levels[-1]:.3f}")
assert np.allclose(sums, float((noise**2).mean())) and abs(levels[0] - 1) < 0.05
assert abs(levels[1] / levels[0] - 2) < 0.05
print("as stated")
P
