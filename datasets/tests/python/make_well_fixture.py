"""Writes ../data/well_h5py.h5 and ../data/well_h5py_latest.h5 with h5py, as another program would.

Every value is `1000 trajectory + 100 frame + 10 i + j + component / 2`, exact in single precision.
Run with: python make_well_fixture.py   (h5py and numpy; the committed files are of h5py 3.16, HDF5 2.0)
"""

from pathlib import Path

import h5py
import numpy as np

DATA = Path(__file__).parent.parent / "data"
B, T, X, Y = 2, 3, 4, 5


def values(*shape, components=0):
    """Values of a field with the axes [trajectory, frame, i, j]."""
    b, t, i, j = np.meshgrid(*map(np.arange, shape), indexing="ij")
    field = 1000.0 * b + 100.0 * t + 10.0 * i + j
    if components:
        field = field[..., None] + np.arange(components) / 2
    return field


def mark(dataset, **attributes):
    dataset.attrs.update(attributes)


def two_dimensions(path):
    """Chunked, compressed, single precision; times of each trajectory; constant fields; all kinds of scalars."""
    with h5py.File(path, "w") as file:
        mark(file, dataset_name="fixture", grid_type="cartesian", n_spatial_dims=2, n_trajectories=B)
        mark(file, simulation_parameters=["viscosity", "note"], viscosity=0.25, note="words are no parameters")

        dimensions = file.create_group("dimensions")
        dimensions.attrs["spatial_dims"] = ["x", "y"]
        times = np.array([[0.0, 0.5, 1.0], [0.0, 0.25, 0.5]], dtype="f4")
        mark(dimensions.create_dataset("time", data=times), sample_varying=True)
        for name, n, dx in [("x", X, 0.5), ("y", Y, 0.25)]:
            points = dimensions.create_dataset(name, data=np.arange(n, dtype="f4") * np.float32(dx))
            mark(points, sample_varying=False, time_varying=False)

        boundaries = file.create_group("boundary_conditions")
        for name, n, kind in [("x", X, "PERIODIC"), ("y", Y, "wall")]:
            ends = boundaries.create_group(f"{name}_ends")
            mark(ends, associated_dims=[name], associated_fields=[], bc_type=kind)
            mark(ends, sample_varying=False, time_varying=False)
            ends.create_dataset("mask", data=np.isin(np.arange(n), [0, n - 1]))

        scalars = file.create_group("scalars")
        scalars.attrs["field_names"] = ["viscosity", "drag", "forcing", "length_x"]
        mark(scalars.create_dataset("viscosity", data=np.float32([0.25])), sample_varying=False, time_varying=False)
        mark(scalars.create_dataset("drag", data=np.float32([0.5, 1.5])), sample_varying=True, time_varying=False)
        mark(scalars.create_dataset("forcing", data=np.zeros((B, T), "f4")), sample_varying=True, time_varying=True)
        # A name that Ondine gives a meaning, in a file that is not Ondine's.
        mark(scalars.create_dataset("length_x", data=np.float32(9)), sample_varying=False, time_varying=False)

        t0 = file.create_group("t0_fields")
        t0.attrs["field_names"] = ["density", "height", "column"]
        density = t0.create_dataset(
            "density", data=values(B, T, X, Y).astype("f4"),
            chunks=(1, 2, 3, 2), compression="gzip", shuffle=True, fletcher32=True,
        )
        mark(density, dim_varying=[True, True], sample_varying=True, time_varying=True)
        mark(t0.create_dataset("height", data=np.ones((X, Y), "f4")))
        mark(t0["height"], dim_varying=[True, True], sample_varying=False, time_varying=False)
        # The same along y and in every trajectory.
        mark(t0.create_dataset("column", data=values(1, T, X, 1)[0]))
        mark(t0["column"], dim_varying=[True, False], sample_varying=False, time_varying=True)

        t1 = file.create_group("t1_fields")
        t1.attrs["field_names"] = ["velocity"]
        velocity = t1.create_dataset("velocity", data=values(B, T, X, Y, components=2).astype(">f4"))
        mark(velocity, dim_varying=[True, True], sample_varying=True, time_varying=True)
        file.create_group("t2_fields").attrs["field_names"] = []


def one_dimension(path):
    """The newest file format, growing, double precision, nothing but what must be there."""
    with h5py.File(path, "w", libver="latest") as file:
        mark(file, dataset_name="fixture", grid_type="cartesian", n_spatial_dims=1, n_trajectories=B)
        mark(file, simulation_parameters=["a", "b", "c", "d", "e", "f"])
        for power, name in enumerate("abcdef"):
            file.attrs[name] = 2.0**power
        file.create_group("scalars").attrs["field_names"] = []
        file.create_group("boundary_conditions")
        dimensions = file.create_group("dimensions")
        dimensions.attrs["spatial_dims"] = ["x"]
        mark(dimensions.create_dataset("time", data=np.arange(T) * 0.1), sample_varying=False)
        mark(dimensions.create_dataset("x", data=np.arange(X) * 0.25), sample_varying=False)
        for rank in range(3):
            file.create_group(f"t{rank}_fields").attrs["field_names"] = ["u"] if rank == 0 else []
        u = file["t0_fields"].create_dataset(
            "u", data=values(B, T, X, 1)[..., 0], maxshape=(None, T, X), chunks=(1, 1, X), compression="gzip"
        )
        mark(u, dim_varying=[True], sample_varying=True, time_varying=True)


if __name__ == "__main__":
    two_dimensions(DATA / "well_h5py.h5")
    one_dimension(DATA / "well_h5py_latest.h5")
