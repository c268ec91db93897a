#!/usr/bin/env bash
# ensverif 0.1.0 (numpy 1.26.4): `crps_hersbach_decomposition`, the CRPS as reliability and potential.
#
# Expected: the reliability of an ensemble that is drawn from the truth is close to 0. In Hersbach's decomposition, which
# the documentation names, the outer bins compare how often observations fall outside the ensemble with 0 and 1.
# Seen: for the outer bins that share is set to 1 below and 0 above, so that all of what lies outside the ensemble counts as
# unreliable: 10 members from the truth get ten times the reliability of Hersbach's formula, 15 % of their CRPS, and the
# potential is too small by as much. Small ensembles look badly calibrated. The sum of both is right.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q ensverif==0.1.0 numpy==1.26.4 scipy==1.17.1
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from ensverif import crps_hersbach_decomposition

rng = np.random.default_rng(0)
cases, members = 4000, 10
ensemble, truth = np.sort(rng.normal(size=(cases, members)), 1), rng.normal(size=cases)

# Hersbach (2000), eqs. 26, 28-33 and 36-37, written out.
low, high = ensemble[:, :-1], ensemble[:, 1:]
below = np.clip(truth[:, None], low, high)
alpha, beta = (below - low).mean(0), (high - below).mean(0)
g, o = alpha + beta, beta / (alpha + beta)
share = np.array([(truth < ensemble[:, 0]).mean(), (truth < ensemble[:, -1]).mean()])
outside = np.array([np.maximum(ensemble[:, 0] - truth, 0).mean(), np.maximum(truth - ensemble[:, -1], 0).mean()])
width = outside / np.array([share[0], 1 - share[1]])
g, o = np.r_[width[0], g, width[1]], np.r_[share[0], o, share[1]]
p = np.arange(members + 1) / members
expected = float((g * (o - p) ** 2).sum()), float((g * o * (1 - o)).sum())

total, reliability, potential = crps_hersbach_decomposition(ensemble, truth)
print(f"CRPS {total:.3f}; reliability {reliability:.4f}, by Hersbach {expected[0]:.4f}; "
      f"potential {potential:.4f}, by Hersbach {expected[1]:.4f}")
spread = np.abs(ensemble[:, :, None] - ensemble[:, None]).mean((1, 2)) / 2
assert abs(total - (np.abs(ensemble - truth[:, None]).mean(1) - spread).mean()) < 1e-9
assert abs(total - sum(expected)) < 1e-9
assert reliability > 5 * expected[0] and 0.1 * total < reliability
print("as stated")
P
