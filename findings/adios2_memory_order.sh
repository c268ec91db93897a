#!/usr/bin/env bash
# adios2 2.12.1.1001 (NumPy 2.4.6): `Stream.write` of arrays that are not in C order.
#
# Expected: the array arrives, or an error, as for float16 ("is not memory contiguous", a ValueError).
# Seen: transposed, Fortran-ordered and strided arrays are taken without a word; the file holds the values that lie in
# memory behind the first one, so the field that comes back is another one. `numpy.ascontiguousarray` helps.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q adios2==2.12.1.1001 numpy==2.4.6
env/bin/python - <<'P'
import adios2
import numpy as np


def back(array):
    with adios2.Stream("field.bp", "w") as out:
        out.write("u", array, array.shape, [0] * array.ndim, array.shape)
    with adios2.FileReader("field.bp") as file:
        return file.read("u").reshape(array.shape)


u = np.arange(12.0).reshape(3, 4)
assert np.array_equal(back(u), u)
for name, array, seen in [
    ("Fortran order", np.asfortranarray(u), u.T.ravel().reshape(3, 4)),
    ("transposed", u.T, u.ravel().reshape(4, 3)),
    ("every second column", u[:, ::2], u.ravel()[:6].reshape(3, 2)),
]:
    got = back(array)
    print(f"{name}: wrote {array.ravel().tolist()}, read {got.ravel().tolist()}")
    assert not np.array_equal(got, array) and np.array_equal(got, seen), name
    assert np.array_equal(back(np.ascontiguousarray(array)), array), name
print("as stated")
P
