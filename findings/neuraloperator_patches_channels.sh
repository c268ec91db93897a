#!/usr/bin/env bash
# neuraloperator 2.0.0 (torch 2.15.0): `RandomMGPatch` and `MGPTensorDataset`, random patches of training samples.
#
# Expected: a sample (channels, height, width) is shifted along height and width, and its channels stay in place.
# Seen: it is shifted along the first two axes, so the channels change places at random, and the width is never shifted.
# With the channels density, velocity, pressure a network is fed with them in another order in every sample; with one
# channel nothing shows.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q neuraloperator==2.0.0 torch==2.15.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import torch
from neuralop.data.transforms.patching_transforms import MGPTensorDataset

torch.manual_seed(0)
n = 16
constants = torch.arange(3.0)[None, :, None, None].repeat(100, 1, n, n)  # channel c holds the value c
columns = torch.arange(float(n)).repeat(100, 3, n, 1)  # every point holds its place along the width
order, place = set(), set()
for samples, seen in [(constants, order), (columns, place)]:
    for x, y in MGPTensorDataset(samples, samples, levels=1):
        seen.add(tuple(y[:, 0, 0].tolist()))
print("values of channels 0, 1, 2 in 100 samples:", sorted(order))
print("places along the width at which the patches begin:", sorted({start[0] for start in place}))
assert order == {(0.0, 1.0, 2.0), (1.0, 2.0, 0.0), (2.0, 0.0, 1.0)}
assert place == {(4.0, 4.0, 4.0)}
print("as stated")
P
