"""Writes ../data/ocean/ocean.nc with xarray, as models of the ocean store their output: land is NaN in every frame (`_FillValue`),
a depth that does not change in time, units, a grid mapping and a scalar height beside the fields.

Two tracers drift eastwards around an island and mix; temperature[member, time, lat, lon] in single precision.
Run with: python make_ocean_fixture.py   (the committed file is of xarray 2026.9.0, netCDF4 1.7.5)
"""

from pathlib import Path

import numpy as np
import xarray

OUT = Path(__file__).parent.parent / "data" / "ocean"
MEMBERS, TIMES, LAT, LON = 6, 12, 12, 16


def land():
    """The points on land: a coast in the north and an island."""
    y, x = np.mgrid[:LAT, :LON]
    return (y >= 10 - (x % 5 == 0)) | ((x - 8) ** 2 + (y - 4) ** 2 < 5)


def tracer(member, phase):
    """A tracer at all times, a sum of waves that drift and decay."""
    y, x = np.mgrid[:LAT, :LON] / LON
    t = np.arange(TIMES)[:, None, None] / 24
    speed = 0.5 + 0.1 * member
    waves = np.sin(2 * np.pi * (x - speed * t) + phase + member) * np.cos(3 * y)
    return waves * np.exp(-t)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    solid = land()
    stack = lambda phase: np.stack([tracer(member, phase) for member in range(MEMBERS)])
    masked = lambda values: np.where(solid, np.nan, values).astype("f4")
    y, x = np.mgrid[:LAT, :LON]
    depth = masked(1000 + 500 * np.sin(0.3 * x) * np.cos(0.4 * y))
    dims = ("member", "time", "lat", "lon")
    fields = {"grid_mapping": "crs", "coordinates": "height"}
    dataset = xarray.Dataset(
        {
            "temperature": (dims, masked(288 + 5 * stack(0.0)), {"units": "K", "long_name": "temperature", **fields}),
            "salinity": (dims, masked(35 + 0.5 * stack(1.0)), {"units": "g/kg", **fields}),
            "depth": (dims[2:], depth, {"units": "m"}),
            "crs": ((), np.int32(0), {"grid_mapping_name": "latitude_longitude", "earth_radius": 6371229.0}),
        },
        coords={
            "time": ("time", 3600.0 * np.arange(TIMES), {"units": "s"}),
            "lat": ("lat", 40 + 0.25 * np.arange(LAT), {"units": "degrees_north"}),
            "lon": ("lon", -30 + 0.25 * np.arange(LON), {"units": "degrees_east"}),
            "height": ((), 2.0, {"units": "m", "standard_name": "height"}),
        },
    )
    for name in fields:
        for field in ("temperature", "salinity"):
            dataset[field].encoding[name] = dataset[field].attrs.pop(name)
    packed = {"_FillValue": np.float32(1e20), "zlib": True, "chunksizes": (MEMBERS, 1, LAT, LON)}
    dataset["temperature"].encoding.update(packed)
    dataset["salinity"].encoding.update(packed)
    dataset.to_netcdf(OUT / "ocean.nc", format="NETCDF4")


main()
