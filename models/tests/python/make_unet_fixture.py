"""Writes ../data/unet.safetensors: a small modern U-Net in PyTorch, its weights, an input and its answer.

The network of torch_unet.py, in double precision. Every weight is random, those that start at zero as well.
Run with: python make_unet_fixture.py   (torch, safetensors; the committed file is of torch 2.15)
"""

import math
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch_unet import Unet

WIDTH, MULTIPLIERS, BLOCKS, PARAMETERS = 8, (1, 2), 1, 2
CHANNELS_IN, CHANNELS_OUT, GRID, BATCH = 2, 1, (8, 12), 2


def main():
    torch.manual_seed(1)
    network = Unet(2, WIDTH, MULTIPLIERS, BLOCKS, (CHANNELS_IN, CHANNELS_OUT), PARAMETERS, attention=True)
    with torch.no_grad():
        for name, weight in network.named_parameters():
            scale = 0.3 if weight.dim() == 1 else 1.5 / math.sqrt(weight[0].numel())
            weight.copy_(torch.randn_like(weight) * scale)
            if "norm" in name and name.endswith("weight"):
                weight += 1.0
        state = {name: weight.clone() for name, weight in network.state_dict().items()}
        x = torch.randn(BATCH, CHANNELS_IN, *GRID)
        parameters = torch.rand(BATCH, PARAMETERS) * 10
        y = network.double()(x.double(), parameters.double()).float()
    arrays = {f"state.{name}": value.contiguous() for name, value in state.items()}
    arrays |= {"input": x, "parameters": parameters, "output": y.contiguous()}
    path = Path(__file__).parent.parent / "data" / "unet.safetensors"
    save_file(arrays, path)
    print(path, path.stat().st_size, "bytes; largest answer", float(y.abs().max()))


main()
