#!/usr/bin/env bash
# adios2 2.12.1.1001: reading several steps of a variable.
#
# Expected: `read("u")` of a file with three steps gives the last step or all of them, and `step_selection=[1, 2]` an
# array with an axis for the steps, (2, 3, 4).
# Seen: without a selection the first step alone; two steps come as (6, 4), joined along the first axis of the field, so
# that a field of (points, …) looks like one with twice the points. `reshape((2, 3, 4))` gives the steps back.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q adios2==2.12.1.1001 numpy==2.4.6
env/bin/python - <<'P'
import adios2
import numpy as np

u = np.arange(12.0).reshape(3, 4)
with adios2.Stream("run.bp", "w") as out:
    for step in range(3):
        out.begin_step()
        out.write("u", u + 100 * step, u.shape, [0, 0], u.shape)
        out.end_step()
with adios2.FileReader("run.bp") as file:
    assert file.num_steps() == 3
    alone, two = file.read("u"), file.read("u", step_selection=[1, 2])
print("no selection: shape", alone.shape, "first value", alone.flat[0], "- steps 1 and 2: shape", two.shape)
assert alone.shape == (3, 4) and np.array_equal(alone, u)
assert two.shape == (6, 4) and np.array_equal(two.reshape(2, 3, 4), np.stack([u + 100, u + 200]))
print("as stated")
P
