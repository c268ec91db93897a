"""Trained surrogates, and the gate between one and a solver, over the C library that has them."""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
import json
import os

import numpy as np

from ._ondine import Error

__all__ = ["Gate", "Surrogate"]

_DECISIONS = ("accept", "solver", "stop")
_MISSING = (
    "no C library with surrogates is found: install it by bindings/surrogate/install PREFIX, and set ONDINE_LIBRARY to "
    "PREFIX/lib/libondine.so"
)


def _failed(text, code):
    error = Error(text)
    error.code = code
    return error


@functools.cache
def _library():
    path = os.environ.get("ONDINE_LIBRARY") or ctypes.util.find_library("ondine")
    try:
        library = ctypes.CDLL(path) if path else None
    except OSError as error:
        raise _failed(f"{path} can't be loaded: {error}", "FILE") from None
    if library is None or not hasattr(library, "ondine_load"):
        raise _failed(_MISSING, "FILE")
    library.ondine_last_error.restype = ctypes.c_char_p
    library.ondine_code_name.restype = ctypes.c_char_p
    return library


def _call(name, *arguments):
    library = _library()
    code = getattr(library, name)(*arguments)
    if code != 0:
        text = library.ondine_last_error().decode()
        raise _failed(text, library.ondine_code_name(code).decode().removeprefix("ONDINE_"))


def _pointer(array):
    return None if array is None else ctypes.c_void_p(array.ctypes.data)


class Surrogate:
    """The surrogate of a run directory, or of a file that `ondine export` made of one.

    States are arrays of shape [field, x, ...], or [x, ...] where there is one field; of several frames, [frame, field, x, ...].
    """

    def __init__(self, run, device="cpu"):
        self._handle = ctypes.c_void_p()
        path = os.fsencode(os.fspath(run))
        _call("ondine_load", path, device.encode(), ctypes.byref(self._handle))
        text = ctypes.c_char_p()
        _call("ondine_info", self._handle, ctypes.byref(text))
        self.info = json.loads(text.value)

    @property
    def shape(self):
        """Shape of a state: [field, x, ...], with the frames first where a state has several."""
        frames = () if self.info["frames"] == 1 else (self.info["frames"],)
        return (*frames, len(self.info["fields"]), *self.info["points"])

    @property
    def conditions(self):
        """Names of the conditions that a step takes."""
        return [one["name"] for one in self.info["conditions"][: self.info["told"]]]

    def step(self, state, conditions=()):
        """The state one step later, a new array; conditions by name, or in their order."""
        values, told = self._state(state), self._told(conditions)
        out = np.empty_like(values)
        _call("ondine_step", self._handle, _pointer(values), _pointer(told), _pointer(out))
        return self._like(out, state)

    def restart(self):
        """Begins another rollout by `step`: noise that is correlated in time is drawn anew."""
        _call("ondine_restart", self._handle)

    def step_ensemble(self, state, conditions=(), members=8):
        """Mean and standard deviation of members that sample their answers, one step later."""
        values, told = self._state(state), self._told(conditions)
        mean, spread = np.empty_like(values), np.empty_like(values)
        count = ctypes.c_int(members)
        _call(
            "ondine_step_ensemble",
            self._handle,
            _pointer(values),
            _pointer(told),
            count,
            _pointer(mean),
            _pointer(spread),
        )
        return self._like(mean, state), self._like(spread, state)

    def close(self):
        """Frees the surrogate; once is enough."""
        if self._handle:
            handle, self._handle = self._handle, ctypes.c_void_p()
            _call("ondine_free", handle)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _state(self, state):
        values = np.ascontiguousarray(state, dtype=np.float64)
        shape = self.shape
        fits = values.shape == shape or shape[0] == 1 and values.shape == shape[1:]
        if not fits:
            raise _failed(f"a state of shape {values.shape}; {shape} is expected", "SHAPE")
        return values

    def _told(self, conditions):
        names = self.conditions
        if isinstance(conditions, dict):
            unknown = [name for name in conditions if name not in names]
            missing = [name for name in names if name not in conditions]
            if unknown or missing:
                raise _failed(f"conditions {list(conditions)}; {names} are needed", "VALUES")
            conditions = [conditions[name] for name in names]
        values = np.ascontiguousarray(conditions, dtype=np.float64)
        if values.shape != (len(names),):
            raise _failed(f"{values.size} conditions; {names} are needed", "VALUES")
        return values if names else None

    @staticmethod
    def _like(values, state):
        dtype = getattr(state, "dtype", np.dtype(np.float64))
        return values.astype(dtype) if dtype == np.float32 else values


class Gate:
    """Decides which steps of a surrogate are good, and which a solver has to make.

    `policy` is a text with the keys of a policy, such as "tolerance = 0.1". The run needs a calibration, which
    `ondine evaluate RUN --gate POLICY.toml` writes.
    """

    def __init__(self, surrogate, policy=""):
        self._surrogate = surrogate
        self._handle = ctypes.c_void_p()
        handle = ctypes.byref(self._handle)
        _call("ondine_gate_open", surrogate._handle, policy.encode(), handle)

    def decide(self, before, after, conditions=()):
        """One of "accept", "solver" or "stop" for a step from one state to the next, and the score, whose limit is 1."""
        surrogate = self._surrogate
        before, after = surrogate._state(before), surrogate._state(after)
        told = surrogate._told(conditions)
        decision, score = ctypes.c_int(), ctypes.c_double()
        _call(
            "ondine_gate",
            self._handle,
            _pointer(before),
            _pointer(after),
            _pointer(told),
            ctypes.byref(decision),
            ctypes.byref(score),
        )
        return _DECISIONS[decision.value], score.value

    def feed(self, endpoint=None):
        """Sends each truth from now on into the training at an endpoint (None: ONDINE_ENDPOINT), with the state before it."""
        _call("ondine_gate_feed", self._handle, None if endpoint is None else endpoint.encode())

    def truth(self, predicted, truth):
        """Tells the truth for the last state of the surrogate; later decisions follow from its error."""
        predicted, truth = map(self._surrogate._state, (predicted, truth))
        _call("ondine_gate_truth", self._handle, _pointer(predicted), _pointer(truth))

    def close(self):
        """Closes the gate; once is enough."""
        if self._handle:
            handle, self._handle = self._handle, ctypes.c_void_p()
            _call("ondine_gate_close", handle)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
