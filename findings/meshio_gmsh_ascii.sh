#!/usr/bin/env bash
# meshio 5.3.5 with numpy 2.4.6: point data in Gmsh's text format.
#
# Expected: a mesh with point data that meshio has written comes back from meshio.
# Seen: written as text, `meshio.read` raises ValueError ("string or file could not be read to its end due to unmatched
# data"), as numpy no longer ends reading silently at the text behind the numbers. Written in binary, it comes back.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q meshio==5.3.5 numpy==2.4.6
env/bin/python - <<'P'
import meshio
import numpy as np

points = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
mesh = meshio.Mesh(points, [("triangle", np.array([[0, 1, 2]]))], point_data={"u": np.array([1.0, 2.0, 3.0])})
for binary in (True, False):
    meshio.write("mesh.msh", mesh, file_format="gmsh", binary=binary)
    try:
        seen = str(meshio.read("mesh.msh").point_data["u"].ravel().tolist())
    except ValueError as error:
        seen = f"ValueError: {error}"
    print("binary:" if binary else "text:", seen)
    assert seen == "[1.0, 2.0, 3.0]" if binary else "unmatched data" in seen
print("as stated")
P
