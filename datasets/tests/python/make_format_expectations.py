"""Writes expected.npz beside the files of ../data/formats: what h5py, NumPy and PhiFlow's own rules read from them.

An array `NAME` is `[trajectory, frame, channel, x, y]`, in 64 bits. The files themselves were written by the packages, as
the README of each folder says.
Run with: python make_format_expectations.py   (h5py and numpy; the committed files are of h5py 3.16, NumPy 2.4)
"""

from pathlib import Path

import h5py
import numpy as np

DATA = Path(__file__).parent.parent / "data" / "formats"


def save(folder, **arrays):
    np.savez_compressed(DATA / folder / "expected.npz", **{k: np.asarray(v, "f8") for k, v in arrays.items()})


def apebench():
    folder = DATA / "apebench"
    save("apebench", **{name: np.load(folder / f"burgers_{name}.npy") for name in ("train", "test")})


def py_pde():
    arrays = {}
    for name in ("vector", "collection"):
        with h5py.File(DATA / "py-pde" / f"{name}.hdf5") as file:
            arrays[name] = file["data"][()][None]
    save("py-pde", **arrays)


def fluidsim():
    frames = []
    for path in sorted((DATA / "fluidsim").glob("state_phys_*.nc")):
        with h5py.File(path) as file:
            frames.append([file["state_phys"][name][()].T for name in ("ux", "uy", "rot")])
    save("fluidsim", state=np.array(frames)[None])


def centred(path):
    """`[component, x, y]` at the centres of the cells."""
    with np.load(path) as file:
        data, names = file["data"], list(file["dim_names"])
        staggered = str(file["field_type"]) == "StaggeredGrid"
    if "vector" not in names:
        return data[None]
    data = np.moveaxis(data, names.index("vector"), 0).astype("f8")
    if not staggered:
        return data
    return np.array([(data[0, :-1, :-1] + data[0, 1:, :-1]) / 2, (data[1, :-1, :-1] + data[1, :-1, 1:]) / 2])


def phiflow():
    scene = DATA / "phiflow" / "sim_000000"
    fields = ["cvec", "density", "velb", "velocity", "velp"]  # those with two frames
    frames = [np.concatenate([centred(scene / f"{name}_{frame:06d}.npz") for name in fields]) for frame in (0, 1)]
    save("phiflow", scene=np.array(frames)[None])


def pyclaw():
    arrays = {}
    for folder, end in (("hdf5", ""), ("hdf52d", "2d")):
        frames = [h5py.File(path)["patch1/q"][()] for path in sorted((DATA / "pyclaw" / folder).glob("claw*.hdf"))]
        arrays[folder] = np.array(frames)[None]
        text = []
        for path in sorted((DATA / "pyclaw" / f"ascii{end}").glob("fort.q*")):
            body = path.read_text().split("\n\n", 1)[1]
            cells = [int(line.split()[0]) for line in path.read_text().splitlines()[2 : 2 + (2 if end else 1)]]
            values = np.array(body.split(), "f8").reshape(*cells[::-1], -1)
            text.append(values.transpose())  # x fastest, a column per equation
        arrays[f"ascii{end}"] = np.array(text)[None]
    save("pyclaw", **arrays)


if __name__ == "__main__":
    for write in (apebench, py_pde, fluidsim, phiflow, pyclaw):
        write()
