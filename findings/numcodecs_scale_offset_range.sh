#!/usr/bin/env bash
# numcodecs 0.16.6 (numpy 2.4.6): the filter `FixedScaleOffset`, which stores floats of Zarr arrays as scaled whole numbers.
#
# Expected: a value that the whole numbers do not reach, or a missing one, is refused, clipped or kept as missing.
# Seen: 400 with a step of 0.01 in 16 bits comes back as -255.36, a wrap, without a word; NaN comes back as the offset itself, a value
# like any other, so that the gaps of a field are gone.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q numpy==2.4.6 numcodecs==0.16.6
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from numcodecs import FixedScaleOffset

filter = FixedScaleOffset(offset=280.0, scale=100, dtype="f8", astype="i2")
stored = np.array([279.5, 280.25, 680.0, np.nan])
found = filter.decode(filter.encode(stored))
print(f"{stored} is read as {found}")
assert np.allclose(found, [279.5, 280.25, 280.0 - 255.36, 280.0])
print("as stated")
P
