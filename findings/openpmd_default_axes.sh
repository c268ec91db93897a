#!/usr/bin/env bash
# openPMD-api 0.17.1.post4: what a mesh says of its axes when nothing was set.
#
# Expected: a two-dimensional field gets two labels and two spacings, or the file cannot be closed without them, since
# the standard asks for one of each per axis.
# Seen: it closes without a word with one label ("x") and one spacing, beside a dataset of (3, 4). A reader has to count
# the axes of the dataset.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q openPMD-api==0.17.1.post4 numpy==2.4.6
env/bin/python - <<'P'
import numpy as np
import openpmd_api as io

scalar = io.Mesh_Record_Component.SCALAR
series = io.Series("run.h5", io.Access.create)
u = series.iterations[0].meshes["u"][scalar]
u.reset_dataset(io.Dataset(np.dtype("f8"), (3, 4)))
u.store_chunk(np.arange(12.0).reshape(3, 4))
series.close()

u = io.Series("run.h5", io.Access.read_only).iterations[0].meshes["u"]
print("shape", u[scalar].shape, "labels", u.axis_labels, "spacing", u.grid_spacing)
assert list(u[scalar].shape) == [3, 4] and u.axis_labels == ["x"] and list(u.grid_spacing) == [1.0]
print("as stated")
P
