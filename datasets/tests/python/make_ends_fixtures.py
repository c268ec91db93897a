"""Writes ../data/ends/: points on both ends of axes, as `numpy.linspace(0, L, N)` gives them, and axes without, in netCDF, HDF5 and
NumPy's archives, with the packages of these names.

A wave travels around an axis of length 2, and u = cos(pi x) exp(-t) decays between walls.
Run with: python make_ends_fixtures.py   (the committed files are of xarray 2026.9.0, netCDF4 1.7.5, h5py 3.16, NumPy 2.4)
"""

from pathlib import Path

import h5py
import numpy as np
import xarray

OUT = Path(__file__).parent.parent / "data" / "ends"
LENGTH, FRAMES = 2.0, 5
TIMES = 0.1 * np.arange(FRAMES)


def travelling(x, runs=2):
    """A wave of two modes that travels: u[run, time, x]."""
    t, run = TIMES[:, None], np.arange(runs)[:, None, None]
    phase = 2 * np.pi * (x / LENGTH - t)
    return np.sin(phase + 0.3 * run) + 0.5 * np.cos(2 * phase)


def decaying(x, runs=2):
    """A state that is symmetric about the middle of the axis, whose amplitude differs from run to run: u[run, time, x]."""
    run = np.arange(runs)[:, None, None]
    return (1 + run) * np.cos(2 * np.pi * x / LENGTH) * np.exp(-TIMES[:, None])


def netcdf(name, x, u):
    coords = {"time": TIMES, "x": x}
    data = xarray.Dataset({"u": (("run", "time", "x"), u)}, coords)
    data.to_netcdf(OUT / f"{name}.nc")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    both = np.linspace(0, LENGTH, 17)  # a point on each end
    one = np.linspace(0, LENGTH, 16, endpoint=False)
    cells = (np.arange(16) + 0.5) * LENGTH / 16
    netcdf("both", both, travelling(both))
    netcdf("one", one, travelling(one))
    netcdf("shifted", both - 1, travelling(both))
    netcdf("symmetric", both, decaying(both))
    netcdf("symmetric_cells", cells, decaying(cells))
    np.savez(OUT / "both.npz", u=travelling(both).astype("f4"), x=both, t=TIMES)
    y = np.linspace(0, 1, 9)
    with h5py.File(OUT / "plane.h5", "w") as file:  # periodic along x, walls along y
        file["u"] = travelling(both)[..., None] * np.cos(np.pi * y)
        file["x"], file["y"], file["t"] = both, y, TIMES


if __name__ == "__main__":
    main()
