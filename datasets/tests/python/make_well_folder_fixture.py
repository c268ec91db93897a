"""Writes ../data/well_folder with h5py: a dataset in The Well's folders, with all that its layout knows.

A value is `1000 b + 100 t + 10 c + x + y / 10`: trajectory in all files, frame, channel, and place in space; of a constant
field without its frame, of a scalar that changes in time `10 b + t`.
Run with: python make_well_folder_fixture.py   (h5py and numpy; the committed files are of h5py 3.16, HDF5 2.0)
"""

import shutil
from pathlib import Path

import h5py
import numpy as np

FOLDER = Path(__file__).parent.parent / "data" / "well_folder"
T, X, Y = 3, 4, 3


def field(group, name, first, trajectories, components=(), time=True, sample=True, varying=(True, True)):
    shape = (trajectories, T, X, Y, int(np.prod(components, dtype=int)))
    b, t, x, y, c = np.indices(shape)
    values = 1000.0 * (b + first[0]) + 100 * t + 10 * (c + first[1]) + x + y / 10
    if not varying[1]:
        values = values[:, :, :, :1]
    if not time:
        values = values[:, 0]
    if not sample:
        values = values[0]
    values = values.reshape(values.shape[:-1] + components)
    data = group.create_dataset(name, data=values.astype("f4"))
    data.attrs.update(dim_varying=list(varying), sample_varying=sample, time_varying=time)
    if len(components) == 2:
        data.attrs.update(symmetric=True, antisymmetric=False)
    group.attrs["field_names"] = [*group.attrs.get("field_names", []), name]


def boundary(group, axis, kind, mask):
    ends = group.create_group(f"{axis}_{kind.lower()}")
    ends.attrs.update(bc_type=kind, associated_dims=[axis], associated_fields=[], sample_varying=False, time_varying=False)
    ends["mask"] = np.array(mask)


def write(path, first, trajectories, reynolds):
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w", libver="latest") as file:
        file.attrs.update(dataset_name="folder", grid_type="cartesian", n_spatial_dims=2, n_trajectories=trajectories)
        file.attrs.update(simulation_parameters=["Re"], Re=reynolds)
        dimensions = file.create_group("dimensions")
        dimensions.attrs["spatial_dims"] = ["x", "r"]
        for name, values in [("time", 0.5 * np.arange(T)), ("x", 0.25 + 0.5 * np.arange(X)), ("r", np.arange(Y) / 2)]:
            dimensions.create_dataset(name, data=values.astype("f4")).attrs["sample_varying"] = False
        ends = file.create_group("boundary_conditions")
        boundary(ends, "x", "WALL", [True, False, False, False])
        boundary(ends, "x", "OPEN", [False, False, False, True])
        boundary(ends, "r", "PERIODIC", [True, False, True])
        scalars = file.create_group("scalars")
        scalars.attrs["field_names"] = ["Re", "inflow"]
        scalars.create_dataset("Re", data=np.float32(reynolds)).attrs.update(sample_varying=False, time_varying=False)
        inflow = np.add.outer(10.0 * (first + np.arange(trajectories)), np.arange(T))
        scalars.create_dataset("inflow", data=inflow.astype("f4")).attrs.update(sample_varying=True, time_varying=True)
        t0, t1, t2 = [file.create_group(f"t{rank}_fields") for rank in range(3)]
        field(t0, "density", (first, 0), trajectories)
        field(t0, "mask", (0, 0), trajectories, time=False, sample=False)
        field(t0, "profile", (first, 1), trajectories, time=False, varying=(True, False))
        field(t1, "velocity", (first, 1), trajectories, (2,))
        field(t2, "stress", (first, 3), trajectories, (2, 2))


if __name__ == "__main__":
    shutil.rmtree(FOLDER, ignore_errors=True)
    write(FOLDER / "data" / "train" / "folder_Re10.hdf5", 0, 2, 10.0)
    write(FOLDER / "data" / "train" / "folder_Re20.hdf5", 2, 1, 20.0)
    write(FOLDER / "data" / "test" / "folder_Re10.hdf5", 3, 1, 10.0)
    rows = ["  density: 1.5", "  velocity:", "  - -0.5", "  - 2.0e-1", "  stress:", "  - - 1.0", "    - 2.0", "  - - 3.0", "    - 4.0"]
    text = "".join(f"{name}:\n" + "\n".join(rows) + "\n" for name in ["mean", "std", "mean_delta", "std_delta"])
    (FOLDER / "stats.yaml").write_text(text)
