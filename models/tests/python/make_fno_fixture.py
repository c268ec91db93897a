"""Writes ../data/fno_neuraloperator.safetensors: a small FNO of neuraloperator, its weights, an input and its answer.

Complex weights are stored as their real view, real and imaginary part along a last axis. Every weight is random.
Run with: python make_fno_fixture.py   (neuraloperator, safetensors; the committed file is of neuraloperator 2.0.0)
"""

import sys
import types
from pathlib import Path

import torch
from safetensors.torch import save_file

sys.modules.setdefault("wandb", types.ModuleType("wandb"))  # imported for its trainer only
from neuralop.models import FNO  # noqa: E402

CHANNELS_IN, CHANNELS_OUT, GRID, BATCH = 3, 2, (8, 12), 2


def main():
    torch.manual_seed(2)
    network = FNO(
        n_modes=(6, 6), in_channels=CHANNELS_IN, out_channels=CHANNELS_OUT, hidden_channels=6, n_layers=2
    )
    with torch.no_grad():
        for weight in network.parameters():
            weight += 0.1 * torch.randn_like(weight)
    state = {name: value for name, value in network.state_dict().items() if name != "_metadata"}
    x = torch.randn(BATCH, CHANNELS_IN, *GRID)
    with torch.no_grad():
        y = network(x)
    arrays = {"input": x, "output": y.contiguous()}
    for name, value in state.items():
        real = torch.view_as_real(value.resolve_conj()) if value.is_complex() else value
        arrays[f"state.{name}"] = real.clone().contiguous()
    path = Path(__file__).parent.parent / "data" / "fno_neuraloperator.safetensors"
    save_file(arrays, path)
    count = sum(array.numel() for name, array in arrays.items() if name.startswith("state."))
    print(path, path.stat().st_size, "bytes;", count, "weights; largest answer", float(y.abs().max()))


main()
