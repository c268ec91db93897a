"""Writes ../data/stored with h5py: one small dataset in The Well's layout, its field stored in several ways.

Every value is `100 trajectory + 10 frame + i`, which 16-bit floats hold exactly.
Run with: python make_stored_fixtures.py   (h5py, hdf5plugin and numpy; the committed files are of h5py 3.16, HDF5 2.0)
"""

from pathlib import Path

import h5py
import hdf5plugin
import numpy as np

DATA = Path(__file__).parent.parent / "data" / "stored"
B, T, X = 2, 3, 4
VALUES = np.add.outer(np.add.outer(100 * np.arange(B), 10 * np.arange(T)), np.arange(X)).astype("f4")


def write(name, field, number="f8"):
    """A file whose field `u` is made by `field` in the group of scalar fields; `number` is the type of all else."""
    with h5py.File(DATA / f"{name}.h5", "w", libver="latest") as file:
        file.attrs.update(dataset_name="stored", grid_type="cartesian", n_spatial_dims=1, n_trajectories=B)
        scalars = file.create_group("scalars")
        scalars.attrs["field_names"] = ["viscosity"]
        scalars.create_dataset("viscosity", data=np.array([3, 4], number)).attrs["sample_varying"] = True
        file.create_group("boundary_conditions")
        dimensions = file.create_group("dimensions")
        dimensions.attrs["spatial_dims"] = ["x"]
        dimensions.create_dataset("time", data=np.arange(T).astype(number))
        dimensions.create_dataset("x", data=np.arange(X).astype(number))
        for rank in range(3):
            file.create_group(f"t{rank}_fields").attrs["field_names"] = ["u"] if rank == 0 else []
        u = field(file["t0_fields"])
        if u is not None:
            u.attrs.update(dim_varying=[True], sample_varying=True, time_varying=True)


def plain(dtype, **options):
    return lambda group: group.create_dataset("u", data=VALUES.astype(dtype), **options)


def virtual(part):
    layout = h5py.VirtualLayout((B, T, X), "f4")
    for b in range(B):
        layout[b] = h5py.VirtualSource(f"part_{b}.h5", "u", (T, X))
    if part == "some":  # nothing says where the last frames are
        layout = h5py.VirtualLayout((B, T, X), "f4")
        layout[:, :2] = h5py.VirtualSource("lzf.h5", "t0_fields/u", (B, T, X))[:, :2]
    return lambda group: group.create_virtual_dataset("u", layout, fillvalue=0)


def packed(group):
    u = group.create_dataset("u", data=(10 * VALUES).astype("i2"))
    u.attrs["scale_factor"] = 0.1
    return u


def declared(group):
    u = group.create_dataset("u", data=VALUES)
    u.attrs["_FillValue"] = np.float32(112)
    u.attrs["missing_value"] = np.float64(-1)
    return u


def link(group):
    group["u"] = h5py.ExternalLink("lzf.h5", "t0_fields/u")


def words():
    with h5py.File(DATA / "words.h5", "w") as file:
        text = h5py.string_dtype()
        file.create_dataset("labels", data=[["α", "b"], ["", "a longer one"]], dtype=text)
        file["fixed"] = np.array([b"x", b"yy"])
        file.create_dataset("name", data="run 7", dtype=text)
        file["u"] = VALUES


if __name__ == "__main__":
    DATA.mkdir(exist_ok=True)
    words()
    for b in range(B):
        with h5py.File(DATA / f"part_{b}.h5", "w", libver="latest") as file:
            file["u"] = VALUES[b]
    write("lzf", plain("f4", chunks=(1, T, X), compression="lzf", shuffle=True))
    write("half", plain("f2"))
    write("integers", plain("u2"), number="u2")
    write("bytes", plain(">i2"), number="i1")
    write("virtual", virtual("all"))
    write("partly", virtual("some"))
    write("declared", declared)
    write("link", link)
    raw = lambda group: group.create_dataset("u", (B, T, X), "f4", external=[("raw.bin", 0, VALUES.nbytes)])
    write("raw", raw)
    VALUES.tofile(DATA / "raw.bin")
    filters = dict(
        zstandard=hdf5plugin.Zstd(),
        blosc=hdf5plugin.Blosc(cname="zstd"),
        lz4=hdf5plugin.LZ4(),
        bitshuffle=hdf5plugin.Bitshuffle(),
        bzip2=hdf5plugin.BZip2(),
        blosc2=hdf5plugin.Blosc2(),
    )
    for name, options in filters.items():
        write(name, plain("f4", chunks=(1, T, X), **options))
    write("complex", plain("c8"))
    write("packed", packed)
