#!/usr/bin/env bash
# pymech 2.0.1 (numpy 2.4.6): `writenek` of a Nek5000 field whose element map was made by NumPy.
#
# Expected: the map of a field, which names the number of each element, is written as the format has it, in 32-bit
# numbers, whatever integers it holds; or an error.
# Seen: it is written in its own type, and that of `np.arange` or `np.argsort` is 64 bits wide. All that follows in the
# file is moved by four bytes per element, so that no value read back belongs to its point. `writenek` says that all
# went well, and `readnek` warns of zeros in the map and reads on. With the same map as `int32` the file is right.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q pymech==2.0.1 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from pymech.core import HexaData
from pymech.neksuite import readnek, writenek

field = HexaData(3, 12, (4, 4, 4), (3, 3, 1, 1, 0))
field.wdsz, field.endian, field.time, field.istep = 8, "little", 0.5, 1
rng = np.random.default_rng(0)
for element in field.elem:
    for values in (element.pos, element.vel, element.pres, element.temp):
        values[:] = rng.normal(size=values.shape)
for type_ in ("int32", "int64"):
    field.elmap = np.arange(1, 13, dtype=type_)
    code = writenek("box0.f00001", field)
    found = readnek("box0.f00001")
    found = {name: np.array([getattr(element, name) for element in found.elem]) for name in ("vel", "pres", "temp")}
    exact = {name: np.array([getattr(element, name) for element in field.elem]) for name in found}
    print(f"map of {type_}: writenek returns {code}, "
          + ", ".join(f"{name} right at {100 * np.mean(found[name] == exact[name]):.0f} %" for name in found))
    right = [np.array_equal(found[name], exact[name]) for name in found]
    assert code == 0 and (all(right) if type_ == "int32" else not any(right))
    assert type_ == "int32" or all((found[name] != exact[name]).all() for name in found)
print("as stated")
P
