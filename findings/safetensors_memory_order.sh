#!/usr/bin/env bash
# safetensors 0.8.0 (NumPy 2.4.6): `safetensors.numpy.save_file` of arrays that are not in C order.
#
# Expected: the array comes back, or an error, as `safetensors.torch` raises for tensors that are not contiguous.
# Seen: transposed, Fortran-ordered and strided arrays are written as the memory that begins at their first value, so
# another array comes back, without a word. Weights that were transposed with `.T` and fields of Fortran codes are such
# arrays. `numpy.ascontiguousarray` helps.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q safetensors==0.8.0 numpy==2.4.6
env/bin/python - <<'P'
import numpy as np
from safetensors.numpy import load_file, save_file


def back(array):
    save_file({"u": array}, "field.safetensors")
    return load_file("field.safetensors")["u"]


u = np.arange(12.0, dtype="f4").reshape(3, 4)
assert np.array_equal(back(u), u) and np.array_equal(back(u.astype(">f4")), u)
for name, array, seen in [
    ("Fortran order", np.asfortranarray(u), u.T.ravel().reshape(3, 4)),
    ("transposed", u.T, u.ravel().reshape(4, 3)),
    ("every second column", u[:, ::2], u.ravel()[:6].reshape(3, 2)),
]:
    got = back(array)
    print(f"{name}: wrote {array.ravel().tolist()}, read {got.ravel().tolist()}")
    assert got.shape == array.shape and np.array_equal(got, seen) and not np.array_equal(got, array), name
    assert np.array_equal(back(np.ascontiguousarray(array)), array), name
print("as stated")
P
