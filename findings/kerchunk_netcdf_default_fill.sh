#!/usr/bin/env bash
# kerchunk 0.2.10 (xarray 2026.9.0, zarr 3.1.6, h5py 3.16.0, netCDF4 1.7.5.1): values of a netCDF file that were never
# written.
#
# Expected: references to a file give what the file gives: missing values where netCDF4 masks them, or the default fill
# of netCDF, 9.97e36, as xarray reads from the file itself.
# Seen: 0. A run that stopped after two of four frames ends in two frames of zeros, and its mean temperature is half of
# what it was. The variable has no `_FillValue` of its own, and the default fill that the file stores is dropped. With
# `fill_value=` given when the variable is made, values come out as missing.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q kerchunk==0.2.10 xarray==2026.9.0 zarr==3.1.6 fsspec==2026.9.0 \
    h5py==3.16.0 netCDF4==1.7.5.1.post1 dask==2026.8.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import json

import netCDF4
import numpy as np
import xarray as xr
from kerchunk.hdf import SingleHdf5ToZarr

with netCDF4.Dataset("run.nc", "w") as file:
    file.createDimension("time", 4)
    file.createDimension("x", 8)
    for name, fill in [("temperature", None), ("filled", -999.0)]:
        u = file.createVariable(name, "f4", ("time", "x"), chunksizes=(1, 8), fill_value=fill)
        u[:2] = 280 + np.arange(8)
with open("run.json", "w") as file:
    json.dump(SingleHdf5ToZarr("run.nc").translate(), file)
with netCDF4.Dataset("run.nc") as file, xr.open_dataset("run.nc") as direct:
    with xr.open_dataset("run.json", engine="kerchunk") as references:
        for name in ("temperature", "filled"):
            masked, plain, by_reference = file[name][:], direct[name].values, references[name].values
            print(f"{name}, last frame: netCDF4 {masked[3, 0]}, xarray {plain[3, 0]:.3g}, "
                  f"kerchunk {by_reference[3, 0]:.3g}; mean {masked.mean():.2f}, {np.nanmean(by_reference):.2f}")
            assert masked[2:].mask.all() and np.array_equal(by_reference[:2], masked[:2])
            if name == "temperature":
                assert (by_reference[2:] == 0).all() and (plain[2:] > 9e36).all()
            else:
                assert np.isnan(by_reference[2:]).all() and np.isnan(plain[2:]).all()
print("as stated")
P
