"""Writes ../data/formats/dedalus with h5py: three sets of a run, as the file handler of Dedalus 3.0.5 lays them out.

The package itself was not run: what it writes was read in dedalus/core/evaluator.py of its source archive.
A value is `100 t + 10 c + x + y / 10`: frame, channel (T, u_x, u_y), and place in space.
Run with: python make_dedalus_fixture.py   (h5py and numpy; the committed files are of h5py 3.16, HDF5 2.0)
"""

import hashlib
import shutil
from pathlib import Path

import h5py
import numpy as np

FOLDER = Path(__file__).parent.parent / "data" / "formats" / "dedalus"
X, Y = 4, 3


def values(frames, channel):
    t, x, y = np.meshgrid(frames, np.arange(X), np.arange(Y), indexing="ij")
    return 100.0 * t + 10 * channel + x + y / 10


def scale(file, name, points):
    lookup = f"{name}_hash_{hashlib.sha1(points).hexdigest()}"
    if lookup not in file["scales"]:
        file["scales"].create_dataset(lookup, data=points)
        file["scales"][lookup].make_scale(name)
    return file["scales"][lookup]


def task(file, name, data, labels, grid=True):
    dataset = file["tasks"].create_dataset(name, data=data, maxshape=(None, *data.shape[1:]))
    dataset.attrs["constant"] = np.array([label == "constant" for label in labels])
    dataset.attrs["grid_space"] = np.array([grid] * len(labels))
    dataset.attrs["scales"] = np.ones(len(labels))
    dataset.dims[0].label = "t"
    dataset.dims[0].attach_scale(file["scales/sim_time"])
    rank = data.ndim - 1 - len(labels)
    points = {"x": np.arange(X) * 2.0 / X, "y": np.arange(Y) * 1.5 / Y, "kx": np.arange(X) * 1.0, "ky": np.arange(Y) * 1.0}
    for axis, label in enumerate(labels):
        dataset.dims[1 + rank + axis].label = label
        chosen = file["scales/constant"] if label == "constant" else scale(file, label, points[label])
        dataset.dims[1 + rank + axis].attach_scale(chosen)


def write(number, frames):
    with h5py.File(FOLDER / f"snapshots_s{number}.h5", "w") as file:
        file.attrs.update(set_number=number, handler_name="snapshots", writes=len(frames))
        scales = file.create_group("scales")
        scales.create_dataset("constant", data=np.zeros(1)).make_scale("constant")
        for name, data in [("sim_time", 0.25 * frames), ("timestep", 0.01 + 0 * frames), ("write_number", frames.astype(int))]:
            scales.create_dataset(name, data=data, maxshape=(None,)).make_scale(name)
        file.create_group("tasks")
        task(file, "T", values(frames, 0), ["x", "y"])
        task(file, "u", np.stack([values(frames, c) for c in (1, 2)], 1), ["x", "y"])
        task(file, "profile", values(frames, 0).mean(1, keepdims=True), ["constant", "y"])
        task(file, "modes", values(frames, 0), ["kx", "ky"], grid=False)


if __name__ == "__main__":
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    write(1, np.arange(3.0))
    write(2, np.arange(3.0, 5.0))
    write(10, np.arange(5.0, 6.0))
