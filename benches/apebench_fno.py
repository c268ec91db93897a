#!/usr/bin/env python3
"""Ondine's FNO beside APEBench's, on APEBench's own data at its own sizes, one change of the training at a time.

    pip install apebench==0.1.1 exponax==0.1.0 pdequinox==0.1.2 trainax==0.0.2 jax==0.10.2 h5py
    python3 benches/apebench_fno.py data FOLDER                      # the frames of two scenarios, as HDF5 files
    python3 benches/apebench_fno.py peer FOLDER                      # APEBench's FNO;12;18;4 on them, 3 seeds
    cargo build --release && python3 benches/apebench_fno.py train FOLDER [--seeds 0 1 2] [--only NAME ...]

Every training: 50 x 51 frames, 10 000 updates of batches of 20, Adam, 1e-3 after a warm-up over 2000, cosine to zero, no
weight decay, no average of weights. The number is the geometric mean over steps 1 to 100 of the nRMSE, averaged over the
30 test trajectories of APEBench's own frames, as its `mean_nRMSE` does. `train` keeps every run in FOLDER and goes on
where it was stopped.
"""
import argparse
import subprocess
from pathlib import Path

import h5py
import numpy as np

POINTS = 160
# In Ondine's units, exactly: length and time are rescaled until the factors are those of its equations.
KDV_LENGTH = 160 * np.sqrt(2 / 21)
KDV_DT = 2 / 160 * KDV_LENGTH / 6
SCENARIOS = {
    "ks": {
        "apebench": "diff_ks_cons",
        "kind": "kuramoto_sivashinsky",
        "parameter": ("viscosity", 2.25),
        "length": 160.0,
        "dt": 1.0,
    },
    "kdv": {
        "apebench": "diff_kdv",
        "kind": "kdv",
        "parameter": ("hyper_viscosity", 9 / (160**4 * 8) * KDV_LENGTH**4 / KDV_DT),
        "length": KDV_LENGTH,
        "dt": KDV_DT,
    },
}
# One change at a time from what a recipe gets that says nothing of it.
CHANGES = {
    "as it is": [],
    "spectral_scale = 1": ["model.spectral_scale=1.0"],
    "spectral_scale = 0": ["model.spectral_scale=0.0"],
    "clip = 0": ["train.clip=0.0"],
    "conserve_mean = false": ["model.conserve_mean=false"],
}
RECIPE = """
name = "{name}"
[equation]
kind = "{kind}"
{parameter} = {value!r}
[grid]
points = [160]
length = {length!r}
[time]
dt = {dt!r}
frames = 51
[initial]
kind = "fourier_series"
[ensemble]
simulations = 50
[data]
source = "{source}"
[model]
kind = "fno"
width = 18
modes = 12
layers = 4
[train]
steps = 10000
batch = 20
ema = 0.0
optimizer = {{ learning_rate = 1e-3, weight_decay = 0.0 }}
schedule = {{ kind = "cosine", warmup = 2000, final = 0.0 }}
[evaluate]
trajectories = 4
frames = 51
"""


def peer_scenario(name):
    import apebench

    return apebench.scenarios.scenario_dict[SCENARIOS[name]["apebench"]](report_metrics="mean_nRMSE")


def write(path, name, frames):
    """Frames `[trajectory, frame, channel, point]` in The Well's layout."""
    setup = SCENARIOS[name]
    key, value = setup["parameter"]
    points = {"x": np.arange(POINTS) * setup["length"] / POINTS, "time": np.arange(frames.shape[1]) * setup["dt"]}
    scalars = {key: value}
    words = h5py.string_dtype()
    with h5py.File(path, "w") as f:
        f.attrs.update({
            "dataset_name": name,
            "grid_type": "cartesian",
            "n_spatial_dims": 1,
            "n_trajectories": len(frames),
        })
        f.attrs["simulation_parameters"] = np.array([key], dtype=words)
        f.attrs[key] = value
        axes = f.create_group("dimensions")
        axes.attrs["spatial_dims"] = np.array(["x"], dtype=words)
        for axis, values in points.items():
            axes.create_dataset(axis, data=values).attrs.update({"sample_varying": False, "time_varying": False})
        edge = f.create_group("boundary_conditions/x_periodic")
        edge.attrs.update({"bc_type": "PERIODIC", "sample_varying": False, "time_varying": False})
        edge.attrs["associated_dims"] = np.array(["x"], dtype=words)
        edge.attrs["associated_fields"] = np.array([], dtype=words)
        edge.create_dataset("mask", data=np.arange(POINTS) % (POINTS - 1) == 0)
        group = f.create_group("scalars")
        group.attrs["field_names"] = np.array(list(scalars), dtype=words)
        for scalar, number in scalars.items():
            group.create_dataset(scalar, data=number).attrs.update({"sample_varying": False, "time_varying": False})
        fields = f.create_group("t0_fields")
        fields.attrs["field_names"] = np.array(["u"], dtype=words)
        u = fields.create_dataset("u", data=np.asarray(frames[:, :, 0], dtype=np.float32))
        u.attrs.update({"sample_varying": True, "time_varying": True, "dim_varying": [True]})
        for rank in ("t1_fields", "t2_fields"):
            f.create_group(rank).attrs["field_names"] = np.array([], dtype=words)


def data(folder):
    for name in SCENARIOS:
        scenario = peer_scenario(name)
        write(folder / f"train_{name}.h5", name, np.asarray(scenario.get_train_data()))
        write(folder / f"test_{name}.h5", name, np.asarray(scenario.get_test_data()))
        print(f"{name}: written")


def geometric_mean(curve):
    return float(np.exp(np.log(curve[:100]).mean()))


def peer(folder):
    for name in SCENARIOS:
        scenario = peer_scenario(name)
        for seed in range(3):
            data, _ = scenario(task_config="predict", network_config="FNO;12;18;4;gelu", train_config="one",
                               start_seed=seed, num_seeds=1)
            curve = [float(data[f"mean_nRMSE_{step:04d}"].iloc[0]) for step in range(1, 101)]
            print(f"{name}, APEBench, seed {seed}: {geometric_mean(curve):.3f}", flush=True)


def run(*words):
    subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL)


def judge(folder, out, name):
    """The geometric mean of the run in `out` on the test trajectories."""
    with h5py.File(folder / f"test_{name}.h5") as test:
        true = np.asarray(test["t0_fields/u"])
    first, forecast = folder / f"first_{name}.h5", out / "forecast.h5"
    # A rollout begins at the last frame of a file; the frame before it gives the time step.
    write(first, name, true[:, [1, 0], None])
    if not forecast.exists():
        run(ONDINE, "predict", out, "--initial", first, "--frames", 100, "--output", forecast)
    with h5py.File(forecast) as file:
        ours = np.asarray(file["t0_fields/u"])[:, 1:]
    true, ours = true[:, 1:101].astype(float), ours.astype(float)
    error = np.sqrt(((ours - true) ** 2).sum(2) / (true**2).sum(2))
    return geometric_mean(error.mean(0))


def train(folder, seeds, only):
    for name, setup in SCENARIOS.items():
        key, value = setup["parameter"]
        recipe = folder / f"{name}.toml"
        recipe.write_text(RECIPE.format(name=name, kind=setup["kind"], parameter=key, value=float(value),
                                        length=float(setup["length"]), dt=float(setup["dt"]),
                                        source=folder / f"train_{name}.h5"))
        for change, settings in CHANGES.items():
            if only and change not in only:
                continue
            numbers = []
            for seed in seeds:
                out = folder / "runs" / f"{name}, {change}, seed {seed}"
                if not (out / "summary.json").exists():
                    settings_here = [word for s in [*settings, f"seed={seed}"] for word in ("--set", s)]
                    run(ONDINE, "train", recipe, "--output", out, *settings_here)
                numbers.append(judge(folder, out, name))
            print(f"| {name} | {change} | {' | '.join(f'{n:.3f}' for n in numbers)} | {np.median(numbers):.3f} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["data", "peer", "train"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--only", nargs="+", help="names of changes")
    parser.add_argument("--ondine", default="target/release/ondine", help="the binary")
    options = parser.parse_args()
    options.folder = options.folder.resolve()
    options.folder.mkdir(parents=True, exist_ok=True)
    ONDINE = options.ondine
    if options.what == "train":
        train(options.folder, options.seeds, options.only)
    else:
        {"data": data, "peer": peer}[options.what](options.folder)
