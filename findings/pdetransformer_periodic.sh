#!/usr/bin/env bash
# pdetransformer 0.1.11 (torch 2.15.0, transformers 4.57.6): `PDETransformer(..., periodic=True)`, mixed channels.
#
# Expected: `periodic`, documented as the choice of periodic boundary conditions, makes the whole network periodic: where the input is
# shifted by whole windows of the coarsest level (patch of 4 x window of 8 x two halvings = 128 points), the output is shifted as well.
# And blocks with adaLN-Zero, as their class calls it, start as the identity.
# Seen: the option drops the mask of the shifted windows, and no more. The convolutions that change the resolution and those before the
# output pad with zeros all the same: the shifted output errs by 0.9 of its deviation at the boundary, and by 0.1 in the middle; without
# the option by 0.9 and 0.2. Once these convolutions pad in circles, it is right. The gates of a block are 1 + alpha, not alpha, so that
# a new block is not the identity: it changes its input by half of the deviation. (A new network gives zeros; its last layer is drawn
# here like the others. The sizes of the errors are those of such untrained networks.)
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env
env/bin/pip install -q pdetransformer==0.1.11 torch==2.15.0 numpy==2.4.6 transformers==4.57.6 diffusers==0.39.0 timm==1.0.31 \
  setuptools==80.10.2
env/bin/python - <<'P' 2>/dev/null
import contextlib
import io

import torch

with contextlib.redirect_stdout(io.StringIO()):
    from pdetransformer.core.mixed_channels import PDETransformer


def network(periodic, circular=False):
    torch.manual_seed(0)
    net = PDETransformer(sample_size=256, in_channels=1, out_channels=1, type="PDE-S", periodic=periodic, patch_size=4, window_size=8)
    torch.nn.init.xavier_uniform_(net.model.final_layer.out_proj.weight)
    for layer in net.modules():
        if circular and isinstance(layer, torch.nn.Conv2d) and layer.padding == (1, 1):
            layer.padding_mode, layer._reversed_padding_repeated_twice = "circular", [1, 1, 1, 1]
    return net.eval()


def shifted(u):
    return torch.roll(u, (128, 128), (2, 3))


torch.manual_seed(1)
u = torch.randn(1, 1, 256, 256)
# Points between each point and the boundary, where it was or where the shift takes it to.
near = torch.minimum(torch.arange(256) % 128, 127 - torch.arange(256) % 128)
near = torch.minimum(near[:, None], near[None])
with torch.no_grad():
    for periodic, circular in [(True, False), (False, False), (True, True)]:
        net = network(periodic, circular)
        once = net(u).sample
        error = (net(shifted(u)).sample - shifted(once))[0, 0] / once.std()
        edge, middle = (float(error[part].square().mean().sqrt()) for part in (near < 4, near >= 60))
        print(f"periodic={periodic}, convolutions pad {'in circles' if circular else 'as made'}: "
              f"error of the shifted output {edge:.1e} at the boundary, {middle:.1e} in the middle")
        if circular:
            assert edge < 1e-4 and middle < 1e-4
        else:
            assert edge > 0.5 and 0.02 < middle < edge / 2

    block = network(True).model.encoder_level_0.blocks[0]
    tokens = torch.randn(16, 8, 8, 96)
    change = float((block(tokens, None, emb=torch.randn(1, 96))[0].reshape(tokens.shape) - tokens).std())
    print(f"a new block changes tokens of deviation one by {change:.2f}, expected 0")
    assert change > 0.3
print("as stated")
P
