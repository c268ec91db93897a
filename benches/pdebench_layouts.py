"""PDEBench's own loader beside Ondine, and a short training judged on every layout of PDEBench and pdearena: one table.

    pip install torch h5py numpy && pip install --no-deps --ignore-requires-python pdebench==0.1.0
    cargo build --release
    python benches/pdebench_layouts.py [--ondine target/release/ondine] [--steps 50] [--keep FOLDER]

Small files are written in the layouts as PDEBench's generators describe them: waves that travel. `ondine convert` writes each in
64 bits, and the channels that the loader gives have to be equal to these, bit for bit in 32 bits. Then the recipe that `ondine
inspect` prints trains for some steps, the run is judged on the same file, and the relative error of one step (`nrmse`) stands
beside that of persistence.
PDEBench's package is for academic, non-commercial use; nothing of it is kept. Ends with 1 where arrays differ or a command fails
that should not.
"""

import argparse
import contextlib
import io
import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import h5py
import numpy as np

TRAJECTORIES, FRAMES, DT = 4, 9, 0.05
CONFIG = "sim:\n  {parameters}\n  t: 0.4\n  xdim: 16\n  seed: {seed}\n"


def waves(points, channel=0, frames=FRAMES, trajectories=TRAJECTORIES, dtype="f4"):
    """`[trajectory, frame, x, ...]`: a wave along every axis, faster from trajectory to trajectory."""
    b, t, *x = np.meshgrid(
        np.arange(trajectories), DT * np.arange(frames), *(np.arange(n) / n for n in points), indexing="ij"
    )
    angle = lambda place, axis: 2 * np.pi * (place - (0.3 + 0.2 * b) * t) + axis + 0.7 * channel
    return (2 + channel + sum(np.sin(angle(place, axis)) for axis, place in enumerate(x))).astype(dtype)


def cells(n):
    return ((np.arange(n) + 0.5) / n).astype("f4")


def coordinates(file, points, frames=FRAMES):
    for name, n in zip("xyz", points):
        file[f"{name}-coordinate"] = cells(n)
    file["t-coordinate"] = (DT * np.arange(frames + 1)).astype("f4")  # one more than the frames


def tensor(path, **attributes):
    with h5py.File(path, "w") as file:
        file["tensor"] = waves([32])
        coordinates(file, [32])
        file.attrs.update(attributes)


def darcy(path):
    with h5py.File(path, "w") as file:
        file["tensor"] = waves([16, 16], frames=1)
        file["nu"] = waves([16, 16], channel=1, frames=1)[:, 0]
        for name in "xy":
            file[f"{name}-coordinate"] = cells(16)
        file.attrs["beta"] = 1.0


def fluid(path, points, **attributes):
    with h5py.File(path, "w") as file:
        for channel, field in enumerate(["density", "pressure", "Vx", "Vy", "Vz"][: 2 + len(points)]):
            file[field] = waves(points, channel)
        coordinates(file, points)
        file.attrs.update(attributes)


def seeds(path, points, channels, parameters):
    """A group per seed."""
    with h5py.File(path, "w") as file:
        for seed in range(TRAJECTORIES):
            data = np.stack([waves(points, channel)[seed] for channel in range(channels)], -1)
            group = file.create_group(f"{seed:04d}")
            group.create_dataset("data", data=data, compression="lzf")
            for axis, n in zip("xy", points):
                group[f"grid/{axis}"] = cells(n)
            group["grid/t"] = (DT * np.arange(FRAMES)).astype("f4")
            group.attrs["config"] = CONFIG.format(seed=seed, parameters=parameters)


def incompressible(path):
    with h5py.File(path, "w") as file:
        file["particles"] = waves([16, 16])[..., None]
        file["velocity"] = np.stack([waves([16, 16], channel) for channel in (1, 2)], -1)
        file["force"] = file["velocity"][:, 0]
        file["t"] = np.tile(DT * np.arange(FRAMES), (TRAJECTORIES, 1)).astype("f4")
        file.attrs["config"] = "NU: 0.01\nDT: 0.00005\n"
        file.attrs["latestIndex"] = TRAJECTORIES


def arena_flow(path):
    with h5py.File(path, "w") as file:
        group = file.create_group("train")
        for channel, name in enumerate(["u", "vx", "vy"]):
            group[name] = waves([16, 16], channel, dtype="f8")
        group["t"] = np.tile(DT * np.arange(FRAMES), (TRAJECTORIES, 1))
        for name, number in [("dt", DT), ("dx", 2.0), ("dy", 2.0)]:
            group[name] = np.full(TRAJECTORIES, number)
        for name in "xy":
            group[name] = np.tile(32 * cells(16).astype("f8"), (TRAJECTORIES, 1))
        group["buo_y"] = np.linspace(0.2, 0.5, TRAJECTORIES)


def arena_line(path):
    with h5py.File(path, "w") as file:
        group = file.create_group("train")
        group["pde_9-32"] = waves([32], dtype="f8")
        for name, number in [("dt", DT), ("dx", 1 / 32), ("v", 1.0)]:
            group[name] = np.full(TRAJECTORIES, number)


LAYOUTS = {
    "1D_Advection_Sols_beta0.4.hdf5": lambda path: tensor(path, beta=0.4),
    "1D_Burgers_Sols_Nu0.01.hdf5": tensor,
    "ReacDiff_Nu0.5_Rho1.0.hdf5": lambda path: tensor(path, Nu=0.5, rho=1.0),
    "2D_DarcyFlow_beta1.0_Train.hdf5": darcy,
    "1D_CFD_Rand_Eta0.01_Zeta0.01_periodic_Train.hdf5": lambda path: fluid(path, [32], eta=0.01, zeta=0.01),
    "2D_CFD_Rand_M0.1_Eta0.01_Zeta0.01_periodic_16_Train.hdf5": lambda path: fluid(
        path, [16, 12], eta=0.01, zeta=0.01, M=0.1
    ),
    "3D_CFD_Rand_M1.0_Eta1e-08_Zeta1e-08_periodic_Train.hdf5": lambda path: fluid(
        path, [8, 8, 6], eta=1e-8, zeta=1e-8, M=1.0
    ),
    "1D_diff-sorp_NA_NA.h5": lambda path: seeds(path, [32], 1, "D: 0.0005\n  por: 0.29"),
    "2D_diff-react_NA_NA.h5": lambda path: seeds(path, [16, 16], 2, "Du: 0.001\n  Dv: 0.005\n  k: 0.005"),
    "2D_rdb_NA_NA.h5": lambda path: seeds(path, [16, 16], 1, "gravity: 1.0\n  dam_radius: 0.3"),
    "ns_incom_inhom_2d_512-0.h5": incompressible,
    "NavierStokes2D_train_1_0.5_16.h5": arena_flow,
    "KS_train_fixed_viscosity.h5": arena_line,
}


def loaded(path):
    """`[trajectory, x, ..., frame, channel]` by PDEBench's loader; none of layouts that it does not know."""
    from pdebench.models.fno.utils import FNODatasetMult, FNODatasetSingle

    where = dict(saved_folder=f"{path.parent}/", test_ratio=0.0)
    if path.suffix == ".hdf5":
        return FNODatasetSingle(path.name, **where).data.numpy()
    with h5py.File(path) as file:
        if "0000" not in file:
            return None
    every = FNODatasetMult(path.stem, **where)
    return np.stack([every[index][1].numpy() for index in range(len(every))])


def converted(path):
    """The same array out of a file in The Well's layout; constant fields come first, as Darcy's permeability does."""
    channels = []
    with h5py.File(path) as file:
        order = [name.decode() if isinstance(name, bytes) else name for name in file.attrs["field_order"]]
        stored = {name: field for rank in range(3) for name, field in file[f"t{rank}_fields"].items()}
        constant = [name for name in stored if name not in order]
        for name in constant + order:
            values = stored[name][...].astype("f4")
            if not stored[name].attrs["time_varying"]:
                values = values[:, None]
            vector = stored[name].parent.name == "/t1_fields"
            channels += [values[..., c] for c in range(values.shape[-1])] if vector else [values]
    return np.moveaxis(np.stack(channels, -1), 1, -2)


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=900)
    errors = [line for line in done.stderr.splitlines() if line.startswith("error")]
    return done.returncode, done.stdout, errors[-1] if errors else done.stderr.strip()[-200:]


def same_arrays(ondine, path, folder):
    out = folder / f"{path.stem}.converted.h5"
    code, _, error = run(ondine, "convert", path, out, "--precision", "64")
    if code:
        return f"not converted: {error}", False
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = loaded(path)
    if theirs is None:
        return "no loader", True
    ours = converted(out)
    if path.name.startswith("2D_Darcy"):  # the loader has permeability and solution as two frames of one channel
        theirs = theirs[..., 0][..., None, :]
    same = ours.shape == theirs.shape and np.array_equal(ours, theirs)
    return f"equal {list(ours.shape)}" if same else f"DIFFER {list(ours.shape)} {list(theirs.shape)}", same


def judged(ondine, path, folder, steps):
    """Relative errors of the surrogate and of persistence on the file, as a row's last columns."""
    code, out, error = run(ondine, "inspect", path, "--json")
    found = json.loads(out)[0] if out else {}
    if not found.get("recipe"):
        return [f"not trained on: {found.get('untrainable') or error}", ""], True
    recipe, trained = folder / f"{path.stem}.toml", folder / f"{path.stem}-run"
    lines = [line for line in found["recipe"].splitlines() if not line.startswith("epochs")]
    recipe.write_text("\n".join(lines) + "\n")
    keys = [f"train.steps={steps}", "model.width=8", "model.layers=2", "train.batch=4"]
    code, _, error = run(ondine, "train", recipe, "--output", trained, *(w for key in keys for w in ("--set", key)))
    if code:
        return [f"FAILED: {error}", ""], False
    code, out, error = run(ondine, "evaluate", trained, "--data", path, "--no-speed", "--json")
    if code:
        return [f"FAILED: {error}", ""], False
    numbers = json.loads(out)
    return [f"{numbers[which]['nrmse']:.3f}" for which in ("surrogate", "persistence")], True


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ondine", default="target/release/ondine")
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        print("file | arrays beside the loader's | nrmse, surrogate | persistence")
        right = True
        for name, write in LAYOUTS.items():
            path = folder / name
            write(path)
            arrays, same = same_arrays(options.ondine, path, folder)
            row, done = judged(options.ondine, path, folder, options.steps)
            print(" | ".join([name, arrays, *row]), flush=True)
            right &= same and done
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
