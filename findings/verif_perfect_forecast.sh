#!/usr/bin/env bash
# verif 1.4.0 (numpy 2.4.6): `Leps` and `Alphaindex`, the linear error in probability space and the alpha index.
#
# Expected: 0 for a forecast that equals the observations, as `perfect_score` of both says, and more for worse ones.
# Seen: `Leps` takes `argsort` for the rank of an observation, so that a perfect forecast gets about 1/3, as one that
# has nothing to do with the observations does. `Alphaindex` is one minus the index: 1 for a perfect forecast and 0 for
# an unrelated one, so that by its `orientation` the worse forecast wins.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q numpy==2.4.6 scipy==1.17.1 matplotlib==3.11.2 netCDF4==1.7.5.1.post1
env/bin/pip install -q --no-deps verif==1.4.0
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from verif.metric import Alphaindex, Leps

rng = np.random.default_rng(0)
truth, other = rng.normal(size=(2, 1000))
for metric in (Leps(), Alphaindex()):
    perfect, close, unrelated = (metric.compute_from_obs_fcst(truth, f) for f in (truth, truth + other / 4, other))
    print(f"{metric.name}: perfect {perfect:.3f}, close {close:.3f}, unrelated {unrelated:.3f}; stated: perfect is "
          f"{metric.perfect_score}, orientation {metric.orientation}")
    assert metric.perfect_score == 0 and metric.orientation == -1
    if isinstance(metric, Leps):
        assert perfect > 0.3 and abs(perfect - unrelated) < 0.05
    else:
        assert perfect == 1 and 0.9 < close < 1 and abs(unrelated) < 0.1
position = np.argsort(np.argsort(truth))
print(f"LEPS of a perfect forecast with ranks: {np.mean(abs(position + 1 - position)) / truth.size:.3f}")
print("as stated")
P
