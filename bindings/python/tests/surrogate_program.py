"""A surrogate and a gate in Python: surrogate_program.py RUN prints a state after two steps; ONDINE_LIBRARY has surrogates."""

import importlib.util
import pathlib
import sys
import types

import numpy as np


class Error(RuntimeError):
    """In the place of the extension module's, which need not be built for this."""


def module():
    folder = pathlib.Path(__file__).parent.parent / "python" / "ondine"
    package = types.ModuleType("ondine")
    package.__path__ = [str(folder)]
    extension = types.ModuleType("ondine._ondine")
    extension.Error = Error
    sys.modules.update({"ondine": package, "ondine._ondine": extension})
    spec = importlib.util.spec_from_file_location("ondine.surrogate", folder / "surrogate.py")
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def refused(code, part, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except Error as error:
        assert error.code == code and part in str(error), (error.code, error)
    else:
        raise AssertionError(f"{code} is missing")


ondine = module()
refused("FILE", "/no/such/run", ondine.Surrogate, "/no/such/run")
u = np.sin(2 * np.pi * np.arange(16) / 16)
with ondine.Surrogate(sys.argv[1]) as surrogate:
    assert surrogate.shape == (1, 16) and surrogate.conditions == ["velocity"]
    for _ in range(2):
        u = surrogate.step(u, {"velocity": 0.7})
    surrogate.restart()
    single = surrogate.step(np.float32(u)[::-1], [0.7])
    assert single.dtype == np.float32 and np.allclose(single, surrogate.step(u[::-1], [0.7]), atol=1e-5)
    refused("SHAPE", "(1, 16) is expected", surrogate.step, u[1:], [0.7])
    refused("VALUES", "are needed", surrogate.step, u, {"speed": 0.7})
    refused("VALUES", "are needed", surrogate.step, u)
    refused("NOT_FINITE", "NaN", surrogate.step, u * np.nan, [0.7])
    refused("ARGUMENT", "same rollout", surrogate.step_ensemble, u, [0.7])
    refused("FILE", "--gate", ondine.Gate, surrogate)
    refused("ARGUMENT", "alpha", ondine.Gate, surrogate, "alpha = 7.0")
surrogate.close()
refused("HANDLE", "NULL", surrogate.step, u, [0.7])
print()
print(*u)
