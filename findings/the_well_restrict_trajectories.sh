#!/usr/bin/env bash
# the_well 1.2.0 (torch 2.15.0): a data set restricted to some of its trajectories.
#
# Expected: `restrict_num_trajectories=3` takes the windows of three different trajectories.
# Seen: the number of windows is that of three trajectories, but all of them are windows of the first: each is there three
# times. A study of data efficiency made this way trains on one simulation whatever the number.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q the_well==1.2.0 torch==2.15.0 h5py numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import h5py
import numpy as np
from the_well.data import WellDataset

trajectories, frames, points = 5, 4, (8, 8)
words = lambda *names: np.array(names, dtype=h5py.string_dtype())
with h5py.File("set.hdf5", "w") as file:
    file.attrs.update(dataset_name="set", grid_type="cartesian", n_spatial_dims=2, n_trajectories=trajectories)
    file.attrs["simulation_parameters"] = words()
    file.create_group("dimensions").attrs["spatial_dims"] = words("x", "y")
    for name, values in [("time", np.arange(frames)), ("x", np.arange(8)), ("y", np.arange(8))]:
        axis = file["dimensions"].create_dataset(name, data=values.astype("f4"))
        axis.attrs.update(sample_varying=False, time_varying=False)
    file.create_group("scalars").attrs["field_names"] = words()
    file.create_group("boundary_conditions")
    for axis in "xy":
        side = file["boundary_conditions"].create_group(f"{axis}_periodic")
        side.attrs.update(bc_type="PERIODIC", sample_varying=False, time_varying=False)
        side.attrs["associated_dims"], side.attrs["associated_fields"] = words(axis), words()
        side.create_dataset("mask", data=np.ones(8, bool))
    for order in range(3):
        file.create_group(f"t{order}_fields").attrs["field_names"] = words("u") if order == 0 else words()
    # Every value of trajectory i is i.
    u = np.broadcast_to(np.arange(trajectories)[:, None, None, None], (trajectories, frames, *points))
    field = file["t0_fields"].create_dataset("u", data=u.astype("f4"))
    field.attrs.update(sample_varying=True, time_varying=True)
    field.attrs["dim_varying"] = np.array([True, True])

seen = {}
for wanted in (None, 3):
    data = WellDataset(path=".", restrict_num_trajectories=wanted, use_normalization=False)
    seen[wanted] = [int(data[i]["input_fields"].flatten()[0]) for i in range(len(data))]
    print(f"restrict_num_trajectories={wanted}: trajectory of each window {seen[wanted]}")
assert seen[None] == [i for i in range(5) for _ in range(3)]
assert seen[3] == [0] * 9
print("as stated")
P
