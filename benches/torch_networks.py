"""A training step of the networks of Ondine in PyTorch, in turn with Ondine's own, on the same two threads.

    cargo build --release -p ondine-benches --bin networks
    pip install torch && python3 benches/torch_networks.py [NAME-DIMS...]

Every round starts `networks` for one measurement and then times the same architecture here: forward, mean squared
error, backward and AdamW in single precision. The table holds medians over the rounds. Networks of the list that are
not written out here are skipped.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

THREADS = 2
os.environ["OMP_NUM_THREADS"] = str(THREADS)

import torch
from torch import nn
from torch.nn import functional as F

ROUNDS, STEPS, WARM_UP = 5, 20, 3
BINARY = Path(__file__).parents[1] / "target/release/networks"


class SpectralConv(nn.Module):
    """One complex matrix a retained mode through torch's own transforms, with a complex factor from an embedding."""

    def __init__(self, width, modes, embedding, dims):
        super().__init__()
        self.modes, self.dims = modes, dims
        shape = [width, width] + [modes] * dims
        self.weight = nn.Parameter(torch.randn(*shape, dtype=torch.cfloat) / width)
        self.gate = nn.Linear(embedding, 2 * modes**dims)

    def forward(self, x, embedding):
        modes, half = self.modes, self.modes // 2
        g = self.gate(embedding).view(-1, 1, *[modes] * self.dims, 2)
        factor = 1 + torch.view_as_complex(g.contiguous())
        axes = tuple(range(2, 2 + self.dims))
        x_hat = torch.fft.rfftn(x, dim=axes, norm="forward")
        if self.dims == 1:
            y_hat = torch.zeros_like(x_hat)
            mixed = torch.einsum("bix,iox->box", x_hat[..., :modes], self.weight)
            y_hat[..., :modes] = factor * mixed
        else:
            low = torch.cat([x_hat[:, :, -half:, :modes], x_hat[:, :, : modes - half, :modes]], 2)
            mixed = factor * torch.einsum("bixy,ioxy->boxy", low, self.weight)
            y_hat = torch.zeros_like(x_hat)
            y_hat[:, :, -half:, :modes] = mixed[:, :, :half]
            y_hat[:, :, : modes - half, :modes] = mixed[:, :, half:]
        return torch.fft.irfftn(y_hat, s=x.shape[2:], dim=axes, norm="forward")


class Fno(nn.Module):
    def __init__(self, dims, width, modes, layers=4):
        super().__init__()
        conv = nn.Conv1d if dims == 1 else nn.Conv2d
        self.dims = dims
        self.embed = nn.Linear(1, width)
        self.lift = conv(1, width, 1)
        self.convolutions = nn.ModuleList(SpectralConv(width, modes, width, dims) for _ in range(layers))
        self.pointwise = nn.ModuleList(conv(width, width, 1) for _ in range(layers))
        self.shifts = nn.ModuleList(nn.Linear(width, width) for _ in range(layers))
        self.expand = conv(width, 2 * width, 1)
        self.project = conv(2 * width, 1, 1)

    def forward(self, u, parameters):
        embedding = F.gelu(self.embed(parameters))
        x = self.lift(u)
        last = len(self.shifts) - 1
        for i, (k, w, b) in enumerate(zip(self.convolutions, self.pointwise, self.shifts)):
            shift = b(embedding).view(len(u), -1, *[1] * self.dims)
            x = k(x, embedding) + w(x) + shift
            x = F.gelu(x) if i < last else x
        return self.project(F.gelu(self.expand(x)))


CASES = {
    "fno-1d": (lambda: Fno(1, 64, 32), (32, 1, 256)),
    "fno-2d": (lambda: Fno(2, 32, 12), (8, 1, 64, 64)),
}


def torch_step_ms(network, shape):
    """The median time of a step, and the fastest."""
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    u, target = torch.randn(shape), torch.randn(shape)
    parameters = torch.ones(shape[0], 1)
    times = []
    for _ in range(WARM_UP + STEPS):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss = F.mse_loss(network(u, parameters), target)
        loss.item()
        loss.backward()
        optimizer.step()
        times.append(1e3 * (time.perf_counter() - start))
    times = times[WARM_UP:]
    return statistics.median(times), min(times)


def ondine(name):
    environment = {**os.environ, "RAYON_NUM_THREADS": str(THREADS)}
    command = [str(BINARY), name, "--steps", str(STEPS)]
    return json.loads(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)


def main():
    torch.set_num_threads(THREADS)
    print(f"torch {torch.__version__}, {THREADS} threads, medians of {ROUNDS} rounds of {STEPS} steps")
    print("| network | Ondine (fastest) | PyTorch (fastest) | ratio | of the fastest | Ondine's memory |")
    print("|---|---|---|---|---|---|")
    for name in sys.argv[1:] or CASES:
        build, shape = CASES[name]
        network = build()
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(ondine(name))
            theirs.append(torch_step_ms(network, shape))
        step = statistics.median(run["step_ms"] for run in ours)
        fastest = min(run["fastest_ms"] for run in ours)
        torch_step = statistics.median(median for median, _ in theirs)
        torch_fastest = min(fast for _, fast in theirs)
        print(
            f"| `{name}` | {step:.0f} ({fastest:.0f}) ms | {torch_step:.0f} ({torch_fastest:.0f}) ms "
            f"| {step / torch_step:.2f} | {fastest / torch_fastest:.2f} | {ours[0]['peak_mib']:.0f} MiB |"
        )


if __name__ == "__main__":
    main()
