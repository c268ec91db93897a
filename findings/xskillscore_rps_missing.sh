#!/usr/bin/env bash
# xskillscore 0.0.29 (xarray 2026.9.0, numpy 2.4.6): `rps`, the ranked probability score, with missing values.
#
# Expected: missing observations and members are left out, as `crps_ensemble` and `threshold_brier_score` do, or give
# NaN.
# Seen: NaN is not below any edge, so a missing observation or member counts as one in the highest category. A perfect
# forecast in the lowest of four categories scores 0.6, not 0, when one observation of five is missing, and 2.43 when
# nine members of ten are. Only where nothing is left is the score NaN.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q xskillscore==0.0.29 xarray==2026.9.0 numpy==2.4.6 scipy==1.17.1
env/bin/python - <<'P' 2>/dev/null
import numpy as np
import xarray as xr
import xskillscore as xs

edges = np.array([-1.0, 0.0, 1.0])


def scores(name, missing_times=0, missing_members=0):
    truth = xr.DataArray(np.full(5, -5.0), dims="time")
    members = xr.DataArray(np.full((5, 10), -5.0), dims=("time", "member"))
    truth[:missing_times], members[:, :missing_members] = np.nan, np.nan
    values = [float(score) for score in (
        xs.rps(truth, members, category_edges=edges, dim="time"), xs.crps_ensemble(truth, members, dim="time"),
        xs.threshold_brier_score(truth, members, 0.0, dim="time"))]
    print("{}: RPS {:.2f}, CRPS {:.2f}, Brier {:.2f}".format(name, *values))
    return values


assert scores("all there") == [0, 0, 0]
for found, seen in [(scores("one observation of five missing", 1), 0.6), (scores("three of five missing", 3), 1.8),
                    (scores("one member of ten missing", 0, 1), 0.03), (scores("nine members missing", 0, 9), 2.43)]:
    assert abs(found[0] - seen) < 1e-9 and found[1:] == [0, 0]
assert np.isnan(scores("no observation", 5)).all()
print("as stated")
P
