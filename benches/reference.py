#!/usr/bin/env python3
"""Runs `ondine simulate --initial` against trajectories of another program; prints case, error and mark.

    python3 benches/reference.py FOLDER [--ondine target/release/ondine]        needs numpy and h5py

Every CASE.npz of the folder holds `trajectory` [frame, channel, x, (y)] in f64 at `num_points` per axis, `times`, and
`meta`, a JSON text with at least `domain_extent`, `num_points`, `run_num_points` and the parameters of the equation. It
was computed on `run_num_points` and sub-sampled. So the first frame is interpolated to that grid, written as a file in
The Well's layout, advanced by the program, and every second (fourth) point of the result is compared:
error = max |difference| / max |reference| over all frames. Exits with 1 when one misses its mark.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

# case without its dimension -> kind, {parameter: key of meta or number}, names of the fields, sign, mark
# Vorticity of those files has the opposite sign; a force A sin(ky) along x then has A = -g.
EQUATIONS = {
    "advection": ("advection", {"velocity": "c"}, ["u"], 1, 1e-12),
    "diffusion": ("diffusion", {"diffusivity": "nu"}, ["u"], 1, 1e-12),
    "dispersion": ("dispersion", {"dispersivity": "a"}, ["u"], 1, 1e-12),
    "burgers": ("burgers", {"viscosity": "nu"}, ["u"], 1, 1e-7),
    "kdv": ("kdv", {}, ["u"], 1, 1e-7),
    "ks_cons": ("kuramoto_sivashinsky", {}, ["u"], 1, 1e-7),
    "allen_cahn": ("allen_cahn", {"diffusivity": "nu"}, ["u"], 1, 1e-7),
    "gray_scott": (
        "gray_scott",
        {"diffusivity_u": "D1", "diffusivity_v": "D2", "feed": "f", "kill": "k"},
        ["u", "v"],
        1,
        1e-4,
    ),
    "ns_decay": ("navier_stokes", {"viscosity": "nu"}, ["vorticity"], -1, 1e-6),
    "kolmogorov": (
        "kolmogorov_flow",
        {"viscosity": "nu", "drag": "-lam", "forcing_wavenumber": "k", "forcing_amplitude": "-g"},
        ["vorticity"],
        -1,
        1e-6,
    ),
}


def interpolate(u, factor):
    """Trigonometric interpolation of [channel, x, ...] to `factor` times as many points per axis."""
    points = u.shape[1:]
    modes = np.fft.fftn(u, axes=range(1, u.ndim))
    fine = np.zeros((len(u), *(n * factor for n in points)), complex)
    below = [np.arange(-n // 2 + 1, n // 2) for n in points]
    source = np.ix_(range(len(u)), *(k % n for k, n in zip(below, points)))
    target = np.ix_(range(len(u)), *(k % (n * factor) for k, n in zip(below, points)))
    fine[target] = modes[source]
    return np.fft.ifftn(fine, axes=range(1, u.ndim)).real * factor ** len(points)


def write_state(path, state, length, names):
    """One frame of one trajectory in The Well's layout."""
    axes = ["x", "y", "z"][: state.ndim - 1]
    with h5py.File(path, "w") as file:
        file.attrs.update(
            dataset_name="initial", grid_type="cartesian", n_spatial_dims=len(axes), n_trajectories=1
        )
        file.attrs["simulation_parameters"] = []
        dimensions = file.create_group("dimensions")
        dimensions.attrs["spatial_dims"] = axes
        dimensions.create_dataset("time", data=np.zeros(1)).attrs["sample_varying"] = False
        boundaries = file.create_group("boundary_conditions")
        for axis, points in zip(axes, state.shape[1:]):
            positions = dimensions.create_dataset(axis, data=np.arange(points) * length / points)
            positions.attrs.update(sample_varying=False, time_varying=False)
            boundary = boundaries.create_group(f"{axis}_periodic")
            boundary.attrs.update(
                bc_type="PERIODIC", associated_dims=[axis], sample_varying=False, time_varying=False
            )
            boundary.attrs["associated_fields"] = []
            mask = np.zeros(points, bool)
            mask[[0, -1]] = True
            boundary["mask"] = mask
        file.create_group("scalars").attrs["field_names"] = []
        for order in range(3):
            group = file.create_group(f"t{order}_fields")
            group.attrs["field_names"] = names if order == 0 else []
        for name, field in zip(names, state):
            field = file["t0_fields"].create_dataset(name, data=field[None, None])
            field.attrs.update(
                dim_varying=[True] * len(axes), sample_varying=True, time_varying=True
            )


def value(meta, key):
    number = meta[key.lstrip("-")]
    return -number if key.startswith("-") else number


def run(ondine, path, folder):
    """Error, mark and seconds of one case, or why it was not run."""
    case = path.stem.replace("_64", "").replace("1d", "").replace("2d", "")
    if case not in EQUATIONS:
        return f"no equation is known for `{case}`"
    kind, parameters, names, sign, mark = EQUATIONS[case]
    data = np.load(path)
    meta = json.loads(str(data["meta"]))
    truth, times = sign * data["trajectory"], data["times"]
    factor = meta["run_num_points"] // meta["num_points"]
    dims, length = truth.ndim - 2, float(meta["domain_extent"])
    initial, recipe, output = (folder / name for name in ("initial.h5", "recipe.toml", "output.h5"))
    write_state(initial, interpolate(truth[0], factor), length, names)
    lines = [f"{name} = {json.dumps(value(meta, key))}" for name, key in parameters.items()]
    recipe.write_text(
        "\n".join(
            ["[equation]", f'kind = "{kind}"', *lines]
            + ["[grid]", f"points = {[meta['run_num_points']] * dims}", f"length = {length!r}"]
            + ["[time]", f"dt = {round(float(times[1] - times[0]), 10)}", f"frames = {len(times)}"]
            + [f"tolerance = {min(max(mark * 1e-3, 1e-11), 1e-8)}", "[ensemble]", "simulations = 1"]
        )
    )
    output.unlink(missing_ok=True)
    started = time.time()
    command = [ondine, "simulate", recipe, "--initial", initial, "--output", output, "--dtype", "f64"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        return done.stderr.strip()
    with h5py.File(output) as file:
        found = np.stack([file["t0_fields"][name][0] for name in names], 1)
    found = found[(slice(None), slice(None)) + (slice(None, None, factor),) * dims]
    return np.abs(found - truth).max() / np.abs(truth).max(), mark, time.time() - started


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--ondine", default="target/release/ondine")
    arguments = parser.parse_args()
    missed = 0
    print(f"{'case':<18} {'error':>8}  {'mark':>6}")
    for path in sorted(arguments.folder.glob("*.npz")):
        with tempfile.TemporaryDirectory() as folder:
            result = run(arguments.ondine, path, pathlib.Path(folder))
        if isinstance(result, str):
            print(f"{path.stem:<18} {result}")
            missed += 1
            continue
        error, mark, seconds = result
        missed += not error <= mark
        verdict = "ok" if error <= mark else "MISSED"
        print(f"{path.stem:<18} {error:8.1e}  {mark:6.0e}  {verdict}, {seconds:.1f} s", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
