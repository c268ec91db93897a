"""Writes ../data/pdebench and ../data/pdearena with h5py: small files in the layouts of these two collections.

A value is `1000 b + 100 t + 10 c + x + y / 10 + z / 100`: trajectory, frame, channel, and place in space.
Run with: python make_benchmark_fixtures.py   (h5py and numpy; the committed files are of h5py 3.16, HDF5 2.0)
"""

from pathlib import Path

import h5py
import numpy as np

DATA = Path(__file__).parent.parent / "data"
CONFIG = "name: {name}\nsim:\n  {parameters}\n  t: 5\n  xdim: 4\n  x_left: -1.0\n  seed: {seed}\nplot:\n  dim: 2\n"


def values(*shape, channel=0, dtype="f4"):
    """`[b, t, x, y, z]` as far as there are."""
    sizes = np.array([1000, 100, 1, 0.1, 0.01])[: len(shape)]
    index = np.indices(shape)
    return (10 * channel + np.tensordot(sizes, index, 1)).astype(dtype)


def cells(n, first=0.0, last=1.0):
    edges = np.linspace(first, last, n + 1)
    return ((edges[1:] + edges[:-1]) / 2).astype("f4")


def coordinates(file, points, frames=None, dt=0.05):
    for name, n in zip("xyz", points):
        file[f"{name}-coordinate"] = cells(n)
    if frames:  # one more than the frames
        file["t-coordinate"] = (dt * np.arange(frames + 1)).astype("f4")


def tensor(name, **attributes):
    with h5py.File(DATA / "pdebench" / f"{name}.hdf5", "w") as file:
        file["tensor"] = values(3, 5, 8)
        coordinates(file, [8], 5)
        file.attrs.update(attributes)


def fluid(name, points, **attributes):
    with h5py.File(DATA / "pdebench" / f"{name}.hdf5", "w") as file:
        for channel, field in enumerate(["density", "pressure", "Vx", "Vy", "Vz"][: 2 + len(points)]):
            file[field] = values(2, 3, *points, channel=channel)
        coordinates(file, points, 3)
        file.attrs.update(attributes)


def darcy():
    with h5py.File(DATA / "pdebench" / "2D_DarcyFlow_beta1.0_Train.hdf5", "w") as file:
        file["tensor"] = values(2, 1, 4, 4)
        file["nu"] = values(2, 1, 4, 4, channel=1)[:, 0]
        coordinates(file, [4, 4])
        file.attrs["beta"] = 1.0


def seeds(name, points, channels, parameters):
    with h5py.File(DATA / "pdebench" / f"{name}.h5", "w") as file:
        for seed in range(3):
            group = file.create_group(f"{seed:04d}")
            # As their generators store it: [t, y, x, channel].
            fields = [values(3, 5, *points, channel=c)[seed] for c in range(channels)]
            data = np.moveaxis(np.stack(fields, -1), [1, 2], [2, 1]) if len(points) == 2 else np.stack(fields, -1)
            group.create_dataset("data", data=data, dtype="f4", compression="lzf")
            for axis, n in zip("xy", points):
                group.create_dataset(f"grid/{axis}", data=cells(n, -1.0, 1.0), compression="lzf")
            group.create_dataset("grid/t", data=np.linspace(0, 5, 5).astype("f4"), compression="lzf")
            group.attrs["config"] = CONFIG.format(name=name, seed=seed, parameters=parameters(seed))


def phiflow():
    with h5py.File(DATA / "pdebench" / "ns_incom_inhom_2d_512-0.h5", "w") as file:
        options = dict(compression="lzf", shuffle=True)
        particles = values(2, 3, 4, 4)[..., None]
        velocity = np.stack([values(2, 3, 4, 4, channel=c) for c in (1, 2)], -1)
        file.create_dataset("particles", data=particles, chunks=(1, 1, 4, 4, 1), **options)
        file.create_dataset("velocity", data=velocity, chunks=(1, 1, 4, 4, 2), **options)
        file.create_dataset("force", data=velocity[:, 0], chunks=(1, 4, 4, 2), **options)
        file["t"] = np.tile(0.005 * np.arange(3), (2, 1)).astype("f4")
        file.attrs["config"] = "NU: 0.01\nDT: 0.00005\ngrid_size:\n- 4\n- 4\n"
        file.attrs["latestIndex"] = 2


def arena():
    n, frames, points = 2, 3, 4
    with h5py.File(DATA / "pdearena" / "NavierStokes2D_train_1_0.5_2.h5", "w") as file:
        group = file.create_group("train")
        for channel, name in enumerate(["u", "vx", "vy"]):
            group[name] = values(n, frames, points, points, channel=channel, dtype="f8")
        group["t"] = np.tile(18 + 1.5 * np.arange(frames), (n, 1))
        for name, number in [("dt", 1.5), ("dx", 8.0), ("dy", 8.0)]:
            group[name] = np.full(n, number)
        for name in "xy":
            group[name] = np.tile(cells(points, 0, 32).astype("f8"), (n, 1))
        group["buo_y"] = np.array([0.2, 0.5])
    with h5py.File(DATA / "pdearena" / "KS_train_fixed_viscosity.h5", "w") as file:
        group = file.create_group("train")
        group["pde_3-8"] = values(n, frames, 8, dtype="f8")
        group["dt"] = np.array([0.2, 0.19])
        group["dx"] = np.array([0.25, 0.26])
        group["v"] = np.array([1.0, 0.5])


if __name__ == "__main__":
    for name in ["pdebench", "pdearena"]:
        (DATA / name).mkdir(exist_ok=True)
    tensor("1D_Advection_Sols_beta0.4", beta=0.4)
    tensor("1D_Burgers_Sols_Nu0.01")  # its parameter is in its name alone
    tensor("ReacDiff_Nu0.5_Rho1.0", Nu=0.5, rho=1.0)
    darcy()
    fluid("1D_CFD_Rand_Eta1.e-8_Zeta1.e-8_trans_Train", [8], eta=1e-8, zeta=1e-8)
    fluid("2D_CFD_Rand_M0.1_Eta0.01_Zeta0.01_periodic_4_Train", [4, 3], eta=0.01, zeta=0.01, M=0.1)
    fluid("3D_CFD_Turb_M1.0_Eta1e-08_Zeta1e-08_periodic_Train", [4, 3, 2], eta=1e-8, zeta=1e-8, M=1.0)
    seeds("1D_diff-sorp_NA_NA", [8], 1, lambda seed: "D: 0.0005\n  por: 0.29")
    seeds("2D_diff-react_NA_NA", [4, 3], 2, lambda seed: "Du: 0.001\n  Dv: 0.005\n  k: 0.005")
    seeds("2D_rdb_NA_NA", [4, 4], 1, lambda seed: f"gravity: 1.0\n  dam_radius: {0.3 + 0.1 * seed}")
    phiflow()
    arena()
