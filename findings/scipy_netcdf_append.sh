#!/usr/bin/env bash
# scipy 1.17.1 (netCDF4 1.7.5.1, numpy 2.4.6): `scipy.io.netcdf_file` in mode "a", which appends to a file.
#
# Expected: where one variable gets new records and another does not, those of the other hold the fill value, as netCDF
# has it, or zeros, as in a file that `netcdf_file` makes new.
# Seen: they hold copies of the first records, numbers that look right. A run that goes on after a restart and no longer
# writes its pressure gets that of its first steps once more, one that skips a step gets that of the start there.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q scipy==1.17.1 netCDF4==1.7.5.1.post1 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import netCDF4
import numpy as np
from scipy.io import netcdf_file


def pressure(*steps):
    with netcdf_file("run.nc", "w") as file:
        file.createDimension("time", None)
        file.createDimension("x", 2)
        for name in ("velocity", "pressure"):
            variable = file.createVariable(name, "f8", ("time", "x"))
            for step in range(3):
                variable[step] = 100 + step
    with netcdf_file("run.nc", "a") as file:
        for step in range(3, 8):
            file.variables["velocity"][step] = 100 + step
            if step in steps:
                file.variables["pressure"][step] = 100 + step
    with netCDF4.Dataset("run.nc") as file:
        assert np.array_equal(file["velocity"][:, 0], 100 + np.arange(8))
        found = file["pressure"][:, 0].tolist()
    print(f"pressure of 8 steps, written at 0 to 2 and, appended, at {list(steps)}: {found}")
    return found


assert pressure(3, 4, 5, 6, 7) == [100, 101, 102, 103, 104, 105, 106, 107]
assert pressure() == [100, 101, 102, 100, 101, 102, 100, 101]
assert pressure(4)[:5] == [100, 101, 102, 100, 104]
print("as stated")
P
