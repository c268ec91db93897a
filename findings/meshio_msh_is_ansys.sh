#!/usr/bin/env bash
# meshio 5.3.5 (NumPy 2.4.6): writing a mesh with fields to a file that ends in `.msh`.
#
# Expected: a file for Gmsh, whose ending that is in most tools, with the point and cell data, or a word that they are
# left out, as the writer for PLY says.
# Seen: of the two formats with this ending ANSYS is taken, which has no place for fields: the mesh alone is written,
# without a word, and a simulation that was stored so is lost. `file_format="gmsh"` keeps the fields.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q meshio==5.3.5 numpy==2.4.6
env/bin/python - > seen 2>&1 <<'P'
import meshio
import numpy as np

points = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
cells = [("triangle", [[0, 1, 2], [0, 2, 3]])]
mesh = lambda: meshio.Mesh(points, cells, point_data={"u": np.arange(4.0)}, cell_data={"p": [np.array([1.0, 2.0])]})
mesh().write("plain.msh")
print("words of the writer end here")
mesh().write("chosen.msh", file_format="gmsh")
for name in ("plain.msh", "chosen.msh"):
    back = meshio.read(name)
    print(name, "begins with", open(name, "rb").read(11), "and holds", "u" in back.point_data, "p" in back.cell_data)
    assert ("u" in back.point_data) == ("p" in back.cell_data) == (name == "chosen.msh")
assert open("plain.msh", "rb").read(11) == b'(1 "meshio ' and open("chosen.msh", "rb").read(11) == b"$MeshFormat"
print("as stated")
P
cat seen
test "$(head -1 seen)" = "words of the writer end here"
