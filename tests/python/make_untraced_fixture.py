"""Writes ../data/untraced/: one state of a small FNO of neuraloperator, and the answers of networks that have it.

The networks differ in options without arrays, so that every one of them takes the same state. `parameters` are an answer
to another network, whose last channels are the parameters. Every weight is random.
Run with: python make_untraced_fixture.py   (neuraloperator, safetensors; the committed files are of neuraloperator 2.0.0)
"""

import sys
import types
from pathlib import Path

import torch
from safetensors.torch import save_file

sys.modules.setdefault("wandb", types.ModuleType("wandb"))  # imported for its trainer only
from neuralop.models import FNO  # noqa: E402

FOLDER = Path(__file__).parent.parent / "data" / "untraced"
OPTIONS = {
    "plain": {},
    "instance_norm": {"norm": "instance_norm"},
    "padding": {"domain_padding": 0.25},
    "relu": {"non_linearity": torch.nn.functional.relu},
}


def build(options, channels=1):
    torch.manual_seed(2)
    return FNO(n_modes=(4,), in_channels=channels, out_channels=1, hidden_channels=4, n_layers=2, **options).eval()


def real(value):
    return (torch.view_as_real(value.resolve_conj()) if value.is_complex() else value).clone().contiguous()


def state(network):
    return {name: real(value) for name, value in network.state_dict().items() if torch.is_tensor(value)}


def main():
    FOLDER.mkdir(exist_ok=True)
    u = torch.randn(2, 1, 16, generator=torch.Generator().manual_seed(3))
    first = build({})
    save_file(state(first), FOLDER / "state.safetensors")
    with torch.no_grad():
        for name, options in OPTIONS.items():
            network = build(options)
            network.load_state_dict(first.state_dict())
            save_file({"input": u, "output": network(u).contiguous()}, FOLDER / f"{name}.safetensors")
        told = torch.tensor([[0.1, 0.2, 1.5], [0.1, 0.3, -0.5]])  # dt, dx, velocity
        network = build({}, channels=4)
        constant = told[:, :, None].expand(2, 3, 16)
        answer = network(torch.cat([u, constant], 1))
        save_file(state(network), FOLDER / "told_state.safetensors")
        save_file({"input": u, "parameters": told, "output": answer.contiguous()}, FOLDER / "told.safetensors")


main()
