"""Writes files of ../data/formats/netcdf and ../data/formats/zarr with netCDF4, xarray and zarr, and expected.npz beside
them: what xarray reads from these and from the files of other origin there (their README).

An array `NAME` is `[trajectory, frame, channel, x, y]`, in 64 bits.
Run with: python make_labelled_fixtures.py   (the committed files are of netCDF4 1.7.5, xarray 2026.9.0, zarr 3.1.6)
"""

import shutil
import warnings
from pathlib import Path

import h5py
import netCDF4
import numpy as np
import xarray
import zarr

DATA = Path(__file__).parent.parent / "data" / "formats"
warnings.simplefilter("ignore")


def values(*shape, first=0):
    return first + np.arange(np.prod(shape), dtype="f4").reshape(shape)


def save(folder, arrays):
    np.savez_compressed(DATA / folder / "expected.npz", **{k: np.asarray(v, "f8") for k, v in arrays.items()})


def read(dataset, names, order):
    """The fields beside each other, in the order of the dimensions `order`; those that a file lacks have one entry."""
    fields = []
    for name in names:
        field = dataset[name]
        field = field.expand_dims([dim for dim in order if dim not in field.dims])
        fields.append(field.transpose(*order).values)
    return np.stack(fields, 2)


def netcdf():
    folder = DATA / "netcdf"
    with netCDF4.Dataset(folder / "records.nc", "w", format="NETCDF3_CLASSIC") as file:
        for name, size in [("time", None), ("lat", 3), ("lon", 4)]:
            file.createDimension(name, size)
        time = file.createVariable("time", "f8", ["time"])
        time.units = "hours since 2000-01-01"
        time[:] = [0.0, 6.0, 12.0]
        file.createVariable("lat", "f4", ["lat"])[:] = [-1.0, 0.0, 1.0]
        file.createVariable("lon", "f4", ["lon"])[:] = [0.5, 1.0, 1.5, 2.0]
        file.createVariable("wind", "f4", ["time", "lat", "lon"])[:] = values(3, 3, 4)
        packed = file.createVariable("pressure", "i2", ["time", "lat", "lon"], fill_value=-1)
        packed.scale_factor, packed.add_offset = 0.5, 100.0
        packed[:] = np.ma.masked_equal(100 + 0.5 * values(3, 3, 4), 102.0)
        file.createVariable("beta", "f8", [])[:] = 0.25
    with netCDF4.Dataset(folder / "unsigned.nc", "w") as file:
        file.set_auto_maskandscale(False)
        for name, size in [("time", 2), ("x", 6)]:
            file.createDimension(name, size)
            file.createVariable(name, "f8", [name])[:] = np.arange(size)
        short = file.createVariable("short", "i2", ["time", "x"], fill_value=np.int16(-1))
        byte = file.createVariable("byte", "i1", ["time", "x"])
        back = file.createVariable("back", "u1", ["time", "x"])
        short._Unsigned, byte._Unsigned, back._Unsigned = "true", "true", "false"
        short.scale_factor, short.add_offset = 1e-3, 2.0
        short[:] = np.array([[0, 1, 32767, 32768, 65534, 65535], [9, 8, 7, 65533, 40000, 1]]).astype("u2").view("i2")
        byte[:] = np.array([[0, 1, 127, 128, 254, 255], [9, 8, 7, 253, 200, 1]]).astype("u1").view("i1")
        back[:] = np.array([[0, 1, 127, 128, 254, 255], [9, 8, 7, 253, 200, 1]]).astype("u1")
    # As reanalyses are: latitudes from north to south, one level, a series beside the fields.
    with netCDF4.Dataset(folder / "levels.nc", "w") as file:
        for name, points in [("time", [0, 1, 2]), ("plev", [500]), ("lat", [60, 50, 40]), ("lon", [0, 10, 20, 30])]:
            file.createDimension(name, len(points))
            file.createVariable(name, "f8", [name])[:] = points
        file.createVariable("u", "f4", ["time", "plev", "lat", "lon"])[:] = values(3, 1, 3, 4)
        file.createVariable("land", "f4", ["lat", "lon"])[:] = values(3, 4, first=100)
        file.createVariable("index", "f4", ["time"])[:] = values(3)
    arrays = {}
    with xarray.open_dataset(folder / "levels.nc", decode_times=False) as file:
        rising = file.isel(plev=0).sortby("lat")
        arrays["levels"] = read(rising, ["u"], ["b", "time", "lon", "lat"])
        arrays["land"] = rising["land"].transpose("lon", "lat").values
    with xarray.open_dataset(folder / "unsigned.nc", decode_times=False) as file:
        arrays["unsigned"] = read(file, ["back", "byte", "short"], ["b", "time", "x"])
    with xarray.open_dataset(folder / "records.nc", decode_times=False) as file:
        # netCDF4's variables stand in the order of their names in the test, xarray's in that of the file.
        arrays["records"] = read(file, ["wind", "pressure"], ["b", "time", "lon", "lat"])
    with xarray.open_dataset(folder / "ds.nc") as file:
        arrays["ds"] = read(file, ["u"], ["sample", "time", "x"])
    with xarray.open_dataset(folder / "unlimited.nc", decode_times=False) as file:
        arrays["unlimited"] = read(file, ["u"], ["b", "time", "x"])
    for name in ["netcdf3_classic", "netcdf3_64bit_offset", "netcdf3_64bit_data", "netcdf4_classic"]:
        with xarray.open_dataset(folder / f"{name}.nc") as file:
            arrays[name] = read(file, ["u"], ["b", "time", "x"])
    save("netcdf", arrays)


def stores():
    folder = DATA / "zarr"
    u = values(2, 5, 6, 4)
    u[1, 3:] = np.nan  # whole chunks of a run that diverged, which have no file
    dims = ["sample", "time", "x", "y"]
    dataset = xarray.Dataset({"u": (dims, u), "v": (dims, u + 1000), "nu": ("sample", np.array([0.1, 0.2]))})
    for version, chunks in [(2, (1, 3, 4, 4)), (3, (1, 3, 4, 4))]:
        store = folder / f"version_{version}.zarr"
        shutil.rmtree(store, ignore_errors=True)
        encoding = {"u": {"chunks": chunks}, "v": {"chunks": chunks}}
        if version == 2:
            from numcodecs import Blosc, Zlib

            encoding["u"]["compressors"] = Blosc(cname="lz4", shuffle=Blosc.SHUFFLE)
            encoding["v"]["compressors"] = Zlib()
        dataset.to_zarr(store, zarr_format=version, encoding=encoding, consolidated=False)
    w = values(1, 3, 4, 4)
    w[0, 2, 1] = np.nan
    gaps = xarray.Dataset({"packed": (dims, w), "plain": (dims, w)})
    encoding = {
        "packed": {"dtype": "i2", "scale_factor": 0.5, "add_offset": 2.0, "_FillValue": -32768},
        "plain": {"_FillValue": np.float32(-5.0)},
    }
    for version in [2, 3]:
        store = folder / f"gaps_{version}.zarr"
        shutil.rmtree(store, ignore_errors=True)
        gaps.to_zarr(store, zarr_format=version, encoding=encoding, consolidated=False)
    store = folder / "codecs.zarr"
    shutil.rmtree(store, ignore_errors=True)
    group = zarr.open_group(store, mode="w", zarr_format=3)
    codecs = zarr.codecs
    plain = {
        "sharded": {"shards": (2, 4, 6, 4), "chunks": (1, 2, 3, 4), "compressors": codecs.ZstdCodec()},
        "turned": {"chunks": (1, 3, 4, 4), "filters": codecs.TransposeCodec(order=(3, 1, 0, 2)), "compressors": codecs.GzipCodec()},
        "bits": {"chunks": (2, 5, 6, 4), "compressors": codecs.BloscCodec(cname="zstd", shuffle="bitshuffle", typesize=4)},
        "wide": {"chunks": (2, 5, 6, 4), "compressors": codecs.BloscCodec(cname="lz4", shuffle="shuffle", typesize=4)},
        "checked": {"chunks": (2, 5, 6, 4), "compressors": codecs.Crc32cCodec(), "serializer": codecs.BytesCodec(endian="big")},
    }
    for place, (name, options) in enumerate(plain.items()):
        array = group.create_array(name, shape=u.shape, dtype="f4", fill_value=-1.0, dimension_names=dims, **options)
        # An edge of the last frames is never written.
        array[:, :4] = values(2, 4, 6, 4, first=1000 * place) % 977 if name != "wide" else values(2, 4, 6, 4)
    arrays = {}
    for name, fields in [
        ("small", ["u"]),
        ("version_2", ["u", "v"]),
        ("version_3", ["u", "v"]),
        ("gaps_2", ["packed", "plain"]),
        ("gaps_3", ["packed", "plain"]),
    ]:
        with xarray.open_zarr(folder / f"{name}.zarr", consolidated=False, decode_times=False) as file:
            arrays[name] = read(file, fields, dims)
    names = sorted(plain)
    arrays["codecs"] = np.stack([zarr.open_array(store / name)[:] for name in names], 2)
    save("zarr", arrays)


def matlab():
    """Arrays as MATLAB writes them with -v7.3: lists have two axes, the order of axes is turned round."""
    with h5py.File(DATA / "matlab.mat", "w", userblock_size=512) as file:
        file["U"] = values(2, 5, 4).astype("f8")
        file["t"] = 0.5 * np.arange(5.0)[None]
        file["x"] = 0.25 * np.arange(4.0)[:, None]
        file["Re"] = np.array([[100.0], [200.0]])


if __name__ == "__main__":
    netcdf()
    matlab()
    stores()
