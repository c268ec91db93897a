#!/usr/bin/env bash
# EZyRB 1.3.3 (numpy 2.4.6, torch 2.15.0): errors of a reduced model by cross-validation.
#
# Expected: `loo_error(norm=...)` measures errors in the given norm, and the models that it trains are the given one with a
# snapshot less: the same reduction, approximation and plugins.
# Seen: `norm` is taken and has no effect, while `kfold_cv_error` uses it. Both train without the plugins: a model that is
# right with its scaler is judged as if it had none.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q ezyrb==1.3.3 scikit-learn==1.9.1 torch==2.15.0 numpy==2.4.6 scipy==1.17.1
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from ezyrb import POD, RBF, Database, ReducedOrderModel
from ezyrb.plugin import Plugin

rng = np.random.default_rng(0)
parameters = np.linspace(0, 1, 8)[:, None]
x = np.linspace(0, 1, 40)
snapshots = np.array([1 + np.exp(-((x - 0.3 - 0.3 * p) ** 2) / 0.02) for p in parameters[:, 0]])


def largest(a, axis=None):
    return np.abs(a).max(axis=axis)


class Counter(Plugin):
    """Counts the fits in which it takes part."""

    fits = 0

    def fit_preprocessing(self, rom):
        Counter.fits += 1


model = ReducedOrderModel(Database(parameters, snapshots), POD("svd", rank=4), RBF(), plugins=[Counter()])
model.fit()
print(f"fit: the plugin took part in {Counter.fits} fit")
with_plugin = Counter.fits
errors = {}
for norm in (np.linalg.norm, largest):
    errors["loo", norm] = model.loo_error(norm=norm)
    errors["kfold", norm] = model.kfold_cv_error(8, norm=norm)
    print(f"{norm.__name__}: loo_error {errors['loo', norm].mean():.4f}, kfold_cv_error {errors['kfold', norm].mean():.4f}")
print(f"after 32 more fits the plugin took part in {Counter.fits}")
assert np.array_equal(errors["loo", np.linalg.norm], errors["loo", largest])
assert not np.allclose(errors["kfold", np.linalg.norm], errors["kfold", largest])
assert with_plugin == 1 and Counter.fits == 1
print("as stated")
P
