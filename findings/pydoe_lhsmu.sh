#!/usr/bin/env bash
# pydoe 1.6.0 (numpy 2.4.6): `lhs` with `criterion="lhsmu"`. pyDOE3 1.6.2 does the same.
#
# Expected: a Latin hypercube whose points are spread as those of the method, which thins out a larger random set;
# with `correlation_matrix` its factors are uniform and correlated as asked.
# Seen: without a matrix the points of the thinned set are put in strata by `argsort` in place of their ranks, so that
# the spread is lost: the smallest distance is that of a random Latin hypercube. With a matrix there are no strata at
# all, the correlation is 0.6 where 0.8 was asked, and the first factor is spread too wide, the second too little: the
# normal deviates are multiplied by the Cholesky factor from the wrong side.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q pydoe==1.6.0 numpy==2.4.6 scipy==1.17.1
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from pydoe import lhs
from scipy.spatial.distance import cdist, pdist


def thinned(samples, seed):
    points = np.random.default_rng(seed).uniform(size=(5 * samples, 2))
    while len(points) > samples:
        distances = np.sort(cdist(points, points), axis=1)[:, 1:3].mean(1)
        points = np.delete(points, distances.argmin(), axis=0)
    return points


def strata(points):
    ranks = points.argsort(0).argsort(0)
    return (ranks + 0.5) / len(points)


seeds = range(100)
plain = np.mean([pdist(lhs(2, samples=20, criterion="center", seed=s)).min() for s in seeds])
seen = np.mean([pdist(strata(lhs(2, samples=20, criterion="lhsmu", seed=s))).min() for s in seeds])
meant = np.mean([pdist(strata(thinned(20, s))).min() for s in seeds])
print(f"smallest distance of 20 points, in mid-strata: random {plain:.3f}, lhsmu {seen:.3f}, with ranks {meant:.3f}")
assert abs(seen / plain - 1) < 0.15 and meant > 1.2 * plain
for asked in (0.5, 0.8):
    matrix = np.array([[1, asked], [asked, 1]])
    designs = [lhs(2, samples=40, criterion="lhsmu", correlation_matrix=matrix, seed=s) for s in range(20)]
    correlation = np.mean([np.corrcoef(d.T)[0, 1] for d in designs])
    deviations = np.mean([d.std(0) for d in designs], axis=0)
    filled = np.mean([[len(set((40 * column).astype(int))) for column in d.T] for d in designs])
    print(f"correlation asked {asked}: {correlation:.2f}, deviations {deviations.round(3).tolist()} instead of 0.289, "
          f"{filled:.0f} of 40 strata filled")
    assert abs(correlation - asked / np.hypot(1, asked)) < 0.08 and filled < 32
    assert deviations[0] > 0.3 and deviations[1] < (0.3 if asked == 0.5 else 0.26)
print("as stated")
P
