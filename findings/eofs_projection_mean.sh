#!/usr/bin/env bash
# eofs 2.0.0 (numpy 2.4.6): `projectField` of the data that an analysis was made of.
#
# Expected: the pseudo-principal components of the very data are its principal components: `Eof` takes the mean in time from
# them (`center=True`), and `projectField` applies the weights of the analysis.
# Seen: the mean is not taken from a projected field, so that all components are shifted by the projection of the mean. Of a field in
# kelvin or pascal they are mostly that shift. After the mean is taken by hand both agree to rounding.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q numpy==2.4.6 eofs==2.0.0
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from eofs.standard import Eof

rng = np.random.default_rng(0)
temperature = 280.0 + rng.normal(size=(100, 6, 8)).cumsum(0)
weights = np.sqrt(np.cos(np.deg2rad(np.linspace(-75, 75, 6))))[:, None] * np.ones(8)
solver = Eof(temperature, weights=weights)
components = solver.pcs(npcs=2)
shift = solver.projectField(temperature, neofs=2) - components
without = solver.projectField(temperature - temperature.mean(0), neofs=2) - components
print(f"largest component {abs(components).max():.1f}; shift of the projected data {shift.mean(0).round(1)}, the same at all times to "
      f"{np.ptp(shift, axis=0).max():.0e}; without the mean {abs(without).max():.0e}")
assert abs(shift).max() > abs(components).max() and np.ptp(shift, axis=0).max() < 1e-9 and abs(without).max() < 1e-9
print("as stated")
P
