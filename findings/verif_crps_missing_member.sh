#!/usr/bin/env bash
# verif 1.4.0 (numpy 2.4.6): the CRPS of ensembles that lack a member in some cases.
#
# Expected: the score of the members that are there: the code counts them, as "some members can be missing for some
# cases".
# Seen: differences from a member to all after it are summed with the missing one and then set to 0. Without the last
# member the whole spread term is gone, and the score is the mean absolute error; without the first it is right. A model
# whose last member is late looks far worse than it is.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q numpy==2.4.6 scipy==1.17.1 matplotlib==3.11.2 netCDF4==1.7.5.1.post1
env/bin/pip install -q --no-deps verif==1.4.0
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from verif.metric import FCrps

rng = np.random.default_rng(0)
truth, ensemble = rng.normal(size=2000), rng.normal(size=(2000, 11))
for fair in (True, False):
    for missing in (0, 10):
        lacking = ensemble.copy()
        lacking[:, missing] = np.nan
        there = np.delete(ensemble, missing, axis=1)
        seen, right = (FCrps.compute_crps(members, truth, fair).mean() for members in (lacking, there))
        error = abs(there - truth[:, None]).mean()
        print(f"fair {fair}, member {missing + 1} of 11 missing: {seen:.3f}; of the other ten {right:.3f}, their mean "
              f"absolute error {error:.3f}")
        assert np.isclose(seen, right if missing == 0 else error) and right < 0.7 * error
print("as stated")
P
