#!/usr/bin/env bash
# PyDMD 2025.8.1 (numpy 2.4.6): `growth_rate`, the growth of the modes of a dynamic mode decomposition.
#
# Expected: log |eigenvalue| / dt, beside `frequency`, which is arg eigenvalue / (2 pi dt): 0.3 for a wave that grows as
# exp(0.3 t), -0.5 for one that decays as exp(-0.5 t).
# Seen: Re eigenvalue / dt. Both waves get about 20 where frames are 0.05 apart, and 100 where they are 0.01 apart: no
# growth rate is close, decaying modes count as growing, and the values depend on the spacing of the frames. The
# frequencies are right. It holds for `DMD`, `FbDMD`, `SubspaceDMD` and `HODMD`.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q pydmd==2025.8.1 numpy==2.4.6 scipy==1.17.1
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from pydmd import DMD, FbDMD, HODMD, SubspaceDMD

x = np.linspace(-5, 5, 80)
for dt in (0.05, 0.01):
    t = dt * np.arange(121)
    waves = np.outer(1 / np.cosh(x + 3), np.exp((-0.5 + 2j) * t)) + np.outer(1 / np.cosh(x - 1), np.exp((0.3 + 5j) * t))
    for dmd in (DMD(svd_rank=2), FbDMD(svd_rank=2), SubspaceDMD(svd_rank=2), HODMD(svd_rank=2, svd_rank_extra=2, d=3)):
        dmd.fit(waves)
        dmd.original_time["dt"] = dmd.dmd_time["dt"] = dt
        order = np.argsort(dmd.frequency)
        exact = np.log(np.abs(dmd.eigs[order])) / dt
        frequency, growth = 2 * np.pi * dmd.frequency[order], dmd.growth_rate[order]
        print(f"{type(dmd).__name__}, frames {dt} apart: angular frequencies {frequency.round(2).tolist()}, "
              f"log |eigenvalue| / dt {exact.round(2).tolist()}, growth_rate {growth.round(2).tolist()}")
        assert np.allclose(frequency, [2, 5], atol=0.05) and np.allclose(exact, [-0.5, 0.3], atol=0.05)
        assert (growth > 0.95 / dt).all() and (growth < 1.02 / dt).all()
print("as stated")
P
