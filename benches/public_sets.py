"""The files that `ondine simulate` writes for the recipes after public sets, in the loaders of those sets: one line per recipe.

    pip install torch h5py numpy the_well==1.2.0 && pip install --no-deps --ignore-requires-python pdebench==0.1.0
    cargo build --release
    python benches/public_sets.py [--ondine target/release/ondine] [--count 12]

Files have The Well's layout, which the_well opens as they are: every channel of every window has to be what h5py reads. PDEBench's
loaders read layouts of their own; `single` and `many` below write those from a file, a few lines each, and what the loaders give has to
be equal too. PDEBench's package is for academic, non-commercial use; nothing of it is kept. Ends with 1 where arrays differ.
"""

import argparse
import contextlib
import io
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import h5py
import numpy as np

RECIPES = Path(__file__).resolve().parent.parent / "recipes"


def channels(path):
    """`[trajectory, frame, x, ..., channel]` of the fields that change, in their order."""
    found = []
    with h5py.File(path) as file:
        for rank in range(3):
            for name in file[f"t{rank}_fields"].attrs["field_names"]:
                field = file[f"t{rank}_fields"][name]
                if field.attrs["time_varying"]:
                    values = field[...]
                    found.append(values if rank else values[..., None])
        axes = [file["dimensions"][name][...] for name in file["dimensions"].attrs["spatial_dims"]]
        times = file["dimensions"]["time"][...]
    return np.concatenate(found, -1), axes, times


def of_well(path, values):
    """Whether the_well gives every window of two frames as it is in the file."""
    from the_well.data import WellDataset

    data = WellDataset(path=str(path.parent), n_steps_input=1, n_steps_output=1, use_normalization=False)
    windows = values.shape[0] * (values.shape[1] - 1)
    same = len(data) == windows
    for index in range(0, windows, max(1, windows // 50)):
        trajectory, frame = divmod(index, values.shape[1] - 1)
        window = data[index]
        pair = [window["input_fields"].numpy()[0], window["output_fields"].numpy()[0]]
        same &= all(np.array_equal(a, b) for a, b in zip(pair, values[trajectory, frame : frame + 2]))
    return same


def single(path, values, axes, times):
    """The array `tensor` of PDEBench's sets of one scalar in one dimension."""
    with h5py.File(path, "w") as file:
        file["tensor"] = values[..., 0]
        file["x-coordinate"] = axes[0].astype("f4")
        file["t-coordinate"] = np.append(times, 2 * times[-1] - times[-2]).astype("f4")  # one more than the frames


def many(path, values, axes, times):
    """A group per trajectory, as PDEBench's reaction and shallow water have."""
    with h5py.File(path, "w") as file:
        for index, frames in enumerate(values):
            group = file.create_group(f"{index:04}")
            group["data"] = frames
            for name, along in zip("xy", axes):
                group[f"grid/{name}"] = along.astype("f4")
            group["grid/t"] = times.astype("f4")


def of_pdebench(write, path, values):
    """Whether PDEBench's loader gives what was written for it; its first trajectories are a test set."""
    from pdebench.models.fno.utils import FNODatasetMult, FNODatasetSingle

    where = {"saved_folder": f"{path.parent}/", "initial_step": 1, "test_ratio": 0.0}
    kept = {"reduced_resolution": 1, "reduced_resolution_t": 1, "reduced_batch": 1}
    if write is single:
        found = FNODatasetSingle(path.name, **where, **kept).data.numpy()
    else:
        every = FNODatasetMult(path.stem, **where, **kept)
        found = np.stack([every[index][1].numpy() for index in range(len(every))])
    expected = np.moveaxis(values, 1, -2)  # time behind the axes
    return found.shape[1:] == expected.shape[1:] and np.array_equal(found, expected[-len(found) :])


SETS = {
    "pdebench/advection": single,
    "pdebench/burgers": single,
    "pdebench/reaction_diffusion": single,
    "pdebench/diffusion_reaction": many,
    "pdebench/diffusion_sorption": many,
    "pdebench/shallow_water": many,
    "pdebench/compressible_1d": None,
    "pdebench/compressible_2d": None,
    "the_well/gray_scott": None,
    "the_well/euler_multi_quadrants": None,
    "the_well/acoustic_scattering": None,
    "the_well/turbulent_radiative_layer_2D": None,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ondine", default="target/release/ondine")
    parser.add_argument("--count", type=int, default=12)
    options = parser.parse_args()
    right = True
    print("recipe | arrays | the_well | PDEBench")
    for name, write in SETS.items():
        with tempfile.TemporaryDirectory() as temporary, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            (Path(temporary) / "well").mkdir()
            path = Path(temporary) / "well" / "data.h5"
            recipe = RECIPES / f"{name}.toml"
            command = [options.ondine, "simulate", recipe, "--output", path, "--count", str(options.count)]
            subprocess.run(command, check=True, capture_output=True)
            values, axes, times = channels(path)
            cells = [of_well(path, values)]
            if write:
                other = Path(temporary) / "pdebench.hdf5"
                other = other.with_suffix(".h5") if write is many else other
                write(other, values, axes, times)
                with contextlib.redirect_stdout(io.StringIO()):
                    cells.append(of_pdebench(write, other, values))
            right &= all(cells)
            words = ["equal" if same else "DIFFER" for same in cells]
            print(" | ".join([name, str(list(values.shape)), *words]), flush=True)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
