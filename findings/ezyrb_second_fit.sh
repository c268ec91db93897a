#!/usr/bin/env bash
# EZyRB 1.3.3 (numpy 2.4.6, torch 2.15.0): a reduced model that is fitted again with more snapshots.
#
# Expected: `rom.database.add(parameter, snapshot)` at the place that `optimal_mu` proposes, then `rom.fit()`, gives a model
# of the larger database.
# Seen: the copy of the database that the first `fit` made is used by every later one. The new snapshot, and another
# database too, have no effect, without a word: in a loop of adaptive sampling the error never falls. `rom.clean()` before
# `fit`, or a new model, helps.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q ezyrb==1.3.3 scikit-learn==1.9.1 torch==2.15.0 numpy==2.4.6 scipy==1.17.1
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from ezyrb import POD, RBF, Database, Parameter, ReducedOrderModel, Snapshot

x = np.linspace(0, 1, 40)
solution = lambda p: np.exp(-((x - 0.2 - 0.6 * p) ** 2) / 0.02)
parameters = np.array([[0.0], [0.2], [0.8], [1.0]])
rom = ReducedOrderModel(Database(parameters, np.array([solution(p) for p in parameters[:, 0]])), POD(), RBF())
error = lambda: float(np.abs(np.ravel(rom.predict([[0.5]])) - solution(0.5)).max())
errors = {}
rom.fit()
errors["4 snapshots"] = error()
rom.database.add(Parameter([0.5]), Snapshot(solution(0.5)))
rom.fit()
errors["the one at 0.5 added, fit again"] = error()
rom.database = Database(np.array([[0.4], [0.5], [0.6]]), np.array([solution(p) for p in (0.4, 0.5, 0.6)]))
rom.fit()
errors["another database, fit again"] = error()
rom.clean()
rom.fit()
errors["clean() before fit"] = error()
for name, value in errors.items():
    print(f"{name}: error at 0.5 {value:.1e}")
first, added, other, cleaned = errors.values()
assert first > 0.1 and added == first and other == first and cleaned < 1e-6
print("as stated")
P
