"""Writes ../data/frames: simulations with a file per frame, as codes write them with h5py, xarray, netCDF4, zarr and NumPy.

At point `i` of frame `number` of run `run` the field `u` is `100 run + 10 number + i`, and `v` its negative.
Run with: python make_frames_fixtures.py   (the committed files are of h5py 3.16.0, xarray 2026.9.0, netCDF4 1.7.5,
zarr 3.1.6, NumPy 2.4.6)
"""

import shutil
import warnings
from pathlib import Path

import h5py
import netCDF4
import numpy as np
import xarray
import zarr

DATA = Path(__file__).parent.parent / "data" / "frames"
X = np.arange(8) / 8
warnings.simplefilter("ignore")


def u(number, run=0):
    return 100.0 * run + 10.0 * number + np.arange(8)


def folder(name):
    path = DATA / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


# A folder per run, the time an attribute of the file, a number of the run beside it.
for run in range(2):
    place = folder(f"h5py/run_{run}")
    for number in range(3 + run):
        with h5py.File(place / f"out_{number:04d}.h5", "w", libver="latest") as file:
            file["u"], file["v"], file["x"] = u(number, run), -u(number, run), X
            file.attrs["time"], file.attrs["nu"] = 0.25 * number, 0.1 * (run + 1)

# One scalar coordinate per file. xarray counts each file's times from its own first one.
place = folder("xarray")
for number in (8, 9, 10):
    time = np.datetime64("2000-02-20", "ns") + np.timedelta64(12 * number, "h")
    file = xarray.Dataset({"u": ("x", u(number)), "v": ("x", -u(number))}, {"x": X, "time": time})
    file.to_netcdf(place / f"out_{number}.nc", format="NETCDF3_64BIT", engine="netcdf4")

# The unlimited dimension of an output step, as models of the atmosphere and the ocean write it.
place = folder("records")
for day in (30, 31):
    with netCDF4.Dataset(place / f"ocean_2001-01-{day}.nc", "w", format="NETCDF3_CLASSIC") as file:
        file.createDimension("time", None)
        file.createDimension("x", 8)
        time = file.createVariable("time", "f8", ["time"])
        time.units = "days since 2001-01-01"
        file.createVariable("u", "f8", ["time", "x"])[:] = [u(day)]
        file.createVariable("x", "f8", ["x"])[:] = X
        time[:] = [day - 1]

# A number of the whole file is its time; nothing tells the step.
place = folder("attribute")
for number in range(3):
    with netCDF4.Dataset(place / f"step{number}.nc", "w", format="NETCDF3_CLASSIC") as file:
        file.createDimension("x", 8)
        file.time, file.steps = 0.5 * number, number * 100
        file.createVariable("u", "f8", ["x"])[:] = u(number)
        file.createVariable("iteration", "i4", [])[:] = number

place = folder("zarr")
for number in range(2):
    file = xarray.Dataset({"u": ("x", u(number))}, {"x": X, "time": 0.5 * number})
    file.to_zarr(place / f"out_{number}.zarr", zarr_format=2, consolidated=False)

place = folder("npz")
for number in range(3):
    np.savez(place / f"out_{number:02d}.npz", u=u(number), t=np.float64(0.25 * number))

for run in range(2):
    place = folder(f"npy/run_{run}")
    for number in (8, 9, 10):
        np.save(place / f"u_{number}.npy", u(number, run))
        np.save(place / f"v_{number}.npy", -u(number, run))
