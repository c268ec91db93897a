#!/usr/bin/env bash
# EZyRB 1.3.3 (numpy 2.4.6, torch 2.15.0): `POD(rank=...)` with a rank that NumPy made.
#
# Expected: `rank=np.int64(3)`, as `np.arange` or `np.argmax` give it, keeps three modes, as 3 does.
# Seen: only Python's own int is a rank. With a NumPy integer, and with 3.0, nothing is cut: all modes are kept without a
# word, so that a study of the error over `np.arange` of ranks shows one and the same error. `int(rank)` helps.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q ezyrb==1.3.3 scikit-learn==1.9.1 torch==2.15.0 numpy==2.4.6 scipy==1.17.1
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from ezyrb import POD

snapshots = np.random.default_rng(0).normal(size=(50, 8)) * 0.5 ** np.arange(8)  # by column
for method in ("svd", "correlation_matrix"):
    modes, errors = {}, {}
    for rank in (3, np.int64(3), 3.0):
        pod = POD(method, rank=rank).fit(snapshots)
        modes[type(rank)] = pod.modes.shape[1]
        errors[type(rank)] = float(np.linalg.norm(pod.expand(pod.reduce(snapshots)) - snapshots))
        print(f"{method}, rank={rank!r}: {pod.modes.shape[1]} modes, error {errors[type(rank)]:.1e}")
    assert modes == {int: 3, np.int64: 8, float: 8} and errors[int] > 0.1 and errors[np.int64] < 1e-6
print("as stated")
P
