"""PDEBench's own differences for diffusion-reaction and diffusion-sorption, refined, as scipy solves them.

    python between_walls.py FOLDER      # numpy and scipy; about a minute

The right-hand sides are those of PDEBench (pdebench/data_gen/src/sim_diff_react.py and sim_diff_sorp.py, MIT licence) with
their parameters, from smooth states instead of noise. Centres of 27 cells are centres of 81, 243 and 729 too: there two
solutions on finer cells are extrapolated to no spacing, with the order of the differences and of their ends.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np
from scipy.integrate import solve_ivp


def write(path, arrays):
    """A safetensors file of float64 arrays."""
    header, data = {}, b""
    for name, array in arrays.items():
        part = np.ascontiguousarray(array, dtype="<f8").tobytes()
        header[name] = {"dtype": "F64", "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(part)]}
        data += part
    text = json.dumps(header).encode()
    Path(path).write_bytes(struct.pack("<Q", len(text)) + text + data)


def centres(n, length):
    return (np.arange(n) + 0.5) * length / n


def solve(rate, start, times, **options):
    found = solve_ivp(rate, (0, times[-1]), start, t_eval=times, rtol=1e-9, atol=1e-11, **options)
    return found.y.T


def reaction(n):
    """u and v on n x n cells of [0, 2]^2 without flux through the walls."""
    x = centres(n, 2.0)[:, None] * np.pi / 2
    y = x.T
    u = 0.6 * np.cos(x) * np.cos(3 * y) + 0.5 * np.cos(4 * x) - 0.3 * np.cos(2 * y)
    v = 0.4 * np.cos(2 * x) * np.cos(y) - 0.2
    h2 = (2.0 / n) ** 2

    def lap(w):
        w = np.pad(w, 1, mode="edge")
        return (w[2:, 1:-1] + w[:-2, 1:-1] + w[1:-1, 2:] + w[1:-1, :-2] - 4 * w[1:-1, 1:-1]) / h2

    def rate(_, state):
        u, v = state.reshape(2, n, n)
        return np.stack([1e-3 * lap(u) + u - u**3 - 5e-3 - v, 5e-3 * lap(v) + u - v]).ravel()

    return solve(rate, np.stack([u, v]).ravel(), TIMES).reshape(-1, 2, n, n)


def sorption(n):
    """The concentration on n cells of [0, 1], from 0.1."""
    d, por, rho, k, nf = 5e-4, 0.29, 2880.0, 3.5e-4, 0.874
    h = 1.0 / n

    def rate(_, c):
        ends = np.concatenate([[1.0], c, [(c[-2] - c[-1]) / h * d]])
        r = 1 + (1 - por) / por * rho * k * nf * (c + 1e-6) ** (nf - 1)
        return d / r * (ends[2:] - 2 * c + ends[:-2]) / h**2

    return solve(rate, np.full(n, 0.1), COLUMN_TIMES, method="LSODA", lband=1, uband=1)


TIMES = np.array([0.0, 1.0, 2.5, 5.0])
COLUMN_TIMES = np.array([0.0, 50.0, 200.0, 500.0])

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    n = 27
    first, second = reaction(3 * n)[:, :, 1::3, 1::3], reaction(9 * n)[:, :, 4::9, 4::9]
    found = (9 * second - first) / 8
    print("diffusion-reaction: finer beside extrapolated", np.abs(found - second).max())
    write(folder / "diffusion_reaction.safetensors", {"times": TIMES, "frames": found})
    first, second = sorption(9 * n)[:, 4::9], sorption(27 * n)[:, 13::27]
    found = (3 * second - first) / 2
    print("diffusion-sorption: finer beside extrapolated", np.abs(found - second).max())
    write(folder / "diffusion_sorption.safetensors", {"times": COLUMN_TIMES, "frames": found})
