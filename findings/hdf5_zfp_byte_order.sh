#!/usr/bin/env bash
# hdf5plugin 7.1.0 (h5py 3.16.0): the error-bounded HDF5 filter ZFP on big-endian floats.
#
# Expected: a dataset of type `>f4` or `>f8`, as big-endian codes write them, comes back in the bound, or is refused.
# Seen: ZFP takes the bytes for floats in the order of this machine, writes them without a word and gives other numbers
# back: 0 for 300, others up to 1e29 for `>f4` and 1e79 for `>f8`. Zstd and Blosc2, which lose nothing, are right in
# either order, and so is ZFP with reversible=True.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q hdf5plugin==7.1.0 h5py==3.16.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import h5py
import hdf5plugin
import numpy as np

x = np.linspace(0, 6, 64)
field = 300 + 10 * np.sin(x)[:, None] * np.cos(x)[None]
for name, options, wrong in [
    ("zstd", hdf5plugin.Zstd(), []),
    ("Blosc2", hdf5plugin.Blosc2(), []),
    ("ZFP, reversible", hdf5plugin.Zfp(reversible=True), []),
    ("ZFP, 0.01", hdf5plugin.Zfp(accuracy=0.01), [">f4", ">f8"]),
]:
    for kind in ("<f4", "<f8", ">f4", ">f8"):
        u = field.astype(kind)
        with h5py.File("field.h5", "w") as file:
            file.create_dataset("u", data=u, chunks=(32, 32), **options)
        with h5py.File("field.h5") as file:
            back = file["u"][:].astype("f8")
        within = float((np.abs(back - u) < 0.0101).mean())
        print(f"{name}, {kind}: {100 * within:.0f} % within the bound, 300 comes back as {back[0, 0]:.6g}")
        assert (within < 0.2 and abs(back[0, 0]) < 1e-6) if kind in wrong else (within == 1), (name, kind)
print("as stated")
P
