#!/usr/bin/env bash
# hdf5plugin 7.1.0 (h5py 3.16.0): NaN through the error-bounded HDF5 filters.
#
# Expected: a filter with a bound on the absolute error keeps NaN, which marks land, walls or a diverged run, or refuses.
# Seen: SZ keeps it; ZFP and SZ3 write without a word and give a finite number back, so that a mask is lost and a later
# test for NaN passes. The other values keep to the bound. ZFP with reversible=True keeps NaN.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q hdf5plugin==7.1.0 h5py==3.16.0 numpy==2.4.6
env/bin/python - <<'P'
import h5py
import hdf5plugin
import numpy as np

x = np.linspace(0, 6, 64)
u = (300 + np.sin(x)[:, None] * np.cos(x)[None]).astype("f4")
u[10, 10] = np.nan
known = np.isfinite(u)
for name, options, keeps in [
    ("SZ, 1e-3", hdf5plugin.SZ(absolute=1e-3), True),
    ("ZFP, reversible", hdf5plugin.Zfp(reversible=True), True),
    ("ZFP, 1e-3", hdf5plugin.Zfp(accuracy=1e-3), False),
    ("SZ3, 1e-3", hdf5plugin.SZ3(absolute=1e-3), False),
]:
    with h5py.File("field.h5", "w") as file:
        file.create_dataset("u", data=u, chunks=(32, 32), **options)
    with h5py.File("field.h5") as file:
        back = file["u"][:]
    worst = np.abs(back.astype("f8") - u)[known].max()
    print(f"{name}: NaN comes back as {back[10, 10]}, the others within {worst:.1e}")
    assert np.isnan(back[10, 10]) == keeps and worst < 1.01e-3, name
print("as stated")
P
