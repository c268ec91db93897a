#!/usr/bin/env bash
# PDEBench 0.1.0 (torch 2.15.0, h5py 3.16.0): `FNODatasetMult`, the loader of files with a group per seed.
#
# Expected: `reduced_resolution`, `reduced_resolution_t` and `reduced_batch` thin out points, frames and trajectories, and the test set
# is the same share of the file, as with `FNODatasetSingle`, the loader of the other files.
# Seen: the three parameters are taken and have no effect, so that a training at half the resolution runs at the whole one; and the
# test set is the last share of the trajectories, where `FNODatasetSingle` takes the first.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q torch==2.15.0 h5py==3.16.0 numpy==2.4.6
env/bin/pip install -q --no-deps --ignore-requires-python pdebench==0.1.0
env/bin/python - <<'P' 2>/dev/null
import h5py
import numpy as np
from pdebench.models.fno.utils import FNODatasetMult, FNODatasetSingle

trajectories, frames, points = 10, 6, 16
# Every value of trajectory i is i.
u = np.broadcast_to(np.arange(trajectories)[:, None, None], (trajectories, frames, points)).astype("f4")
x, t = np.linspace(0, 1, points, dtype="f4"), np.linspace(0, 1, frames, dtype="f4")
with h5py.File("one.hdf5", "w") as file:
    file["tensor"], file["x-coordinate"], file["t-coordinate"] = u, x, t
with h5py.File("seeds.h5", "w") as file:
    for seed in range(trajectories):
        group = file.create_group(f"{seed:04d}")
        group["data"], group["grid/x"], group["grid/t"] = u[seed][..., None], x, t

halves = dict(saved_folder="./", reduced_resolution=2, reduced_resolution_t=2, reduced_batch=2, test_ratio=0.2)
seen = {}
for loader, name in ((FNODatasetSingle, "one.hdf5"), (FNODatasetMult, "seeds")):
    data = loader(name, **halves)
    test = loader(name, saved_folder="./", if_test=True, test_ratio=0.2)
    held_out = [int(test[i][1].flatten()[0]) for i in range(len(test))]
    seen[name] = (len(data), tuple(data[0][1].shape), held_out)
    print(f"{loader.__name__}: {len(data)} trajectories [x, frame, channel] = {tuple(data[0][1].shape)}, test set {held_out}")
assert seen["one.hdf5"] == (4, (8, 3, 1), [0, 1])
assert seen["seeds"] == (8, (16, 6, 1), [8, 9])
print("as stated")
P
