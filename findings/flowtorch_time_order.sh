#!/usr/bin/env bash
# flowtorch-fluid 1.9.0 (torch 2.15.0, h5py 3.16.0): times in a file of `HDF5Writer`.
#
# Expected: `HDF5Dataloader.write_times` lists the times in their order, as the loaders of OpenFOAM and CSV files do, so
# that `load_snapshot(name, write_times)` is a series for `DMD`.
# Seen: they come in the order of their text, "1", "10", "11", "12", "2". The snapshots are shuffled without a word, and the
# frequency of a pure oscillation comes out 9 % too high. `sorted(write_times, key=float)` helps.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q flowtorch-fluid==1.9.0 torch==2.15.0 h5py==3.16.0 pandas==3.0.5 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import math

import torch
from flowtorch.analysis import DMD
from flowtorch.data import HDF5Dataloader, HDF5Writer

frequency, steps = 0.05, 40
x = torch.linspace(0, 2 * math.pi, 50, dtype=torch.float64)
writer = HDF5Writer("wave.hdf5")
for i in range(steps):
    u = torch.cos(x - 2 * math.pi * frequency * i)
    writer.write("u", (50,), u, str(i), torch.float64)
writer._file.close()

loader = HDF5Dataloader("wave.hdf5", torch.float64)
times = loader.write_times
print(f"order of the times: {times[:6]} …")
assert times[:4] == ["0", "1", "10", "11"] and sorted(times, key=float) == [str(i) for i in range(steps)]
seen = {}
for name, order in (("as listed", times), ("sorted as numbers", sorted(times, key=float))):
    dmd = DMD(loader.load_snapshot("u", order), dt=1.0, rank=2)
    seen[name] = float(dmd.frequency.abs().max())
    print(f"{name}: frequency {seen[name]:.4f}, that of the wave {frequency}")
assert abs(seen["sorted as numbers"] - frequency) < 1e-6 and abs(seen["as listed"] - frequency) > 0.002
print("as stated")
P
