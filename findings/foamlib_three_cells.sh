#!/usr/bin/env bash
# foamlib 1.7.10 (NumPy 2.4.6): scalar fields of OpenFOAM with few cells.
#
# Expected: an array written to `internal_field` of a volScalarField is a list of one value per cell.
# Seen: so it is for 2, 4, 5, 7, 8 and 10 cells. An array of 3, 6 or 9 values is written as one uniform vector or tensor,
# "uniform (1.0 2.0 3.0)", though the header of the file says volScalarField; OpenFOAM then reads no field of scalars.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q foamlib==1.7.10 numpy==2.4.6
env/bin/python - <<'P'
from pathlib import Path

import numpy as np
from foamlib import FoamFieldFile

header = "FoamFile { version 2.0; format ascii; class volScalarField; object T; }\n"
for cells in range(2, 11):
    Path("T").write_text(header + "dimensions [0 0 0 1 0 0 0];\ninternalField uniform 0;\nboundaryField {}\n")
    FoamFieldFile("T").internal_field = np.arange(1.0, cells + 1)
    line = Path("T").read_text().split("internalField")[1].split(";")[0].strip()
    print(f"{cells} cells: {line.split(chr(10))[0][:40]}")
    assert line.startswith("uniform (") if cells in (3, 6, 9) else line.startswith("nonuniform List<scalar>")
print("as stated")
P
