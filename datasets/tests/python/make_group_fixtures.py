"""Writes ../data/groups/: fields in groups of files, of netCDF-4 and Zarr as xarray writes them, and of HDF5 with a group per run.

Values are 100 run + 10 frame + point.
Run with: python make_group_fixtures.py   (the committed files are of xarray 2026.9.0, netCDF4 1.7.5, zarr 3.1.6, h5py 3.16)
"""

from pathlib import Path
from shutil import rmtree

import h5py
import numpy as np
import xarray

OUT = Path(__file__).parent.parent / "data" / "groups"
RUNS, FRAMES, POINTS = 11, 4, 6
X, TIMES = 0.5 * np.arange(POINTS), 0.1 * np.arange(FRAMES)


def values(runs):
    run, frame, point = np.mgrid[:runs, :FRAMES, :POINTS]
    return 100.0 * run + 10 * frame + point


def main():
    rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    field = xarray.Dataset({"u": (("run", "time", "x"), values(2))}, attrs={"nu": 0.5, "title": "waves"})
    lists = xarray.Dataset(coords={"x": X, "time": TIMES})
    field.assign_coords(lists.coords).to_netcdf(OUT / "group.nc", group="out")
    tree = xarray.DataTree.from_dict({"/": lists, "/out/fine": field})
    tree.to_netcdf(OUT / "tree.nc")
    tree.to_zarr(OUT / "tree.zarr", zarr_format=2)
    xarray.DataTree.from_dict({"/a": field, "/b": field}).to_netcdf(OUT / "two.nc")
    field.assign_coords(lists.coords).to_netcdf(OUT / "attribute.nc")
    with h5py.File(OUT / "runs.h5", "w") as file:
        for run, data in enumerate(values(RUNS)):
            group = file.create_group(f"sims/run_{run}")
            group["u"], group["t"], group["Re"] = data, TIMES, 100.0 + run
            group.attrs["nu"] = 0.1 * run
        file["grid/x"] = X
    with h5py.File(OUT / "frames.h5", "w") as file:
        for frame, data in enumerate(values(1)[0]):
            file[f"{frame}/u"] = data
    records = np.zeros((2, FRAMES, POINTS), [("rho", "f4"), ("p", "f8")])
    records["rho"], records["p"] = values(2), 2 * values(2)
    with h5py.File(OUT / "records.h5", "w") as file:
        file["state"], file["xgrid"], file["tspan"] = records, X, TIMES


if __name__ == "__main__":
    main()
