#!/usr/bin/env bash
# chaospy 4.3.21 (numpy 2.4.6): sampling by the rule "korobov", a lattice whose axes are multiples of 17797.
#
# Expected: every axis of n points has n different values, evenly spread, so that means of functions of one axis are those of n
# points; that is what a lattice is chosen for.
# Seen: the modulus is n + 1, and where that shares a factor with 17797 = 13 * 37 * 37 the second axis has a few values only, from 0 on:
# 5 of 64 points, 6 of 77, with means of 0.406 and 0.422 in the place of 0.5. Most other numbers of points are right.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q numpy==2.4.6 scipy==1.17.1 chaospy==4.3.21
env/bin/python - <<'P' 2>/dev/null
import numpy as np
import chaospy

square = chaospy.Iid(chaospy.Uniform(0, 1), 2)
for points, values in ((40, 40), (64, 5), (77, 6), (100, 100)):
    first, second = square.sample(points, rule="korobov")
    seen = len(np.unique(second.round(9)))
    print(f"{points} points: {len(np.unique(first.round(9)))} values on the first axis, {seen} on the second, whose mean is "
          f"{second.mean():.3f}")
    assert seen == values and (abs(second.mean() - 0.5) < 1e-9) == (values == points)
print("as stated")
P
