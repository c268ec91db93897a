"""Networks of Ondine in PyTorch, channels first, as a user of PyTorch writes them."""

import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).parents[1] / "models/tests/python"))
from torch_unet import Unet, embedding, waves  # noqa: E402  tested to answer as ours does


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



class ClassicUnet(nn.Module):
    """Two periodic convolutions a level, each with a normalisation and an activation; widths that double."""

    def __init__(self, dims, width, levels=3):
        super().__init__()
        self.dims, self.waves = dims, width
        conv, transposed = ((nn.Conv1d, nn.ConvTranspose1d), (nn.Conv2d, nn.ConvTranspose2d))[dims - 1]
        small = lambda a, b, stride=1: conv(a, b, 3, stride, 1, padding_mode="circular")
        pair = lambda a, b: nn.ModuleList(
            [small(a, b), nn.GroupNorm(1, b), nn.Linear(4 * width, b), small(b, b), nn.GroupNorm(1, b)]
        )
        wide = [width << level for level in range(levels + 1)]
        self.embed = embedding(width, 4 * width)
        self.stem = pair(1, width)
        self.halve = nn.ModuleList(small(w, w, 2) for w in wide[:-1])
        self.down = nn.ModuleList(pair(w, 2 * w) for w in wide[:-1])
        self.doubles = nn.ModuleList(transposed(2 * w, w, 3, 2, 1, 1) for w in wide[-2::-1])
        self.up = nn.ModuleList(pair(2 * w, w) for w in wide[-2::-1])
        self.head = conv(width, 1, 1)

    def both(self, layers, x, e):
        conv1, norm1, shift, conv2, norm2 = layers
        x = F.relu(norm1(conv1(x)) + shift(e).view(len(x), -1, *[1] * self.dims))
        return F.relu(norm2(conv2(x)))

    def larger(self, layer, x):
        y = layer(F.pad(x, (1, 1) * self.dims, mode="circular"))
        return y[(..., *[slice(2, -2)] * self.dims)]

    def forward(self, u, parameters):
        e = self.embed(waves(parameters[:, 0], self.waves))
        x, skips = self.both(self.stem, u, e), []
        for halve, pair in zip(self.halve, self.down):
            skips.append(x)
            x = self.both(pair, halve(x), e)
        for double, pair in zip(self.doubles, self.up):
            x = self.both(pair, torch.cat([skips.pop(), self.larger(double, x)], 1), e)
        return self.head(x)

class DilatedResnet(nn.Module):
    """Residual blocks of periodic convolutions whose taps are further and further apart, each after a normalisation."""

    DILATIONS = (1, 2, 4, 8, 4, 2, 1)

    def __init__(self, dims, width, blocks):
        super().__init__()
        conv = (nn.Conv1d, nn.Conv2d)[dims - 1]
        reach = lambda d: conv(width, width, 3, padding=d, dilation=d, padding_mode="circular")
        self.dims, self.waves = dims, width
        self.embed = embedding(width, 4 * width)
        self.lift, self.project = conv(1, width, 1), conv(width, 1, 1)
        self.norms = nn.ModuleList(nn.ModuleList(nn.GroupNorm(1, width) for _ in self.DILATIONS) for _ in range(blocks))
        self.convolutions = nn.ModuleList(nn.ModuleList(map(reach, self.DILATIONS)) for _ in range(blocks))
        self.shifts = nn.ModuleList(nn.Linear(4 * width, width) for _ in range(blocks))

    def forward(self, u, parameters):
        e = self.embed(waves(parameters[:, 0], self.waves))
        x = self.lift(u)
        for norms, convolutions, shift in zip(self.norms, self.convolutions, self.shifts):
            h, shift = x, shift(e).view(len(u), -1, *[1] * self.dims)
            for i, (norm, convolution) in enumerate(zip(norms, convolutions)):
                h = convolution(norm(h))
                h = F.gelu(h + shift if i == 0 else h)
            x = x + h
        return self.project(x)


LINE, SQUARE = (32, 1, 256), (8, 1, 64, 64)
CASES = {
    "cpu": {
        "fno-1d": (lambda: Fno(1, 64, 32), LINE),
        "fno-2d": (lambda: Fno(2, 32, 12), SQUARE),
        "unet-1d": (lambda: Unet(1, 16), LINE),
        "unet-2d": (lambda: Unet(2, 16), SQUARE),
        "unet-zero-1d": (lambda: Unet(1, 16, periodic=False), LINE),
        "unet-zero-2d": (lambda: Unet(2, 16, periodic=False), SQUARE),
        "classic_unet-1d": (lambda: ClassicUnet(1, 16), LINE),
        "classic_unet-2d": (lambda: ClassicUnet(2, 16), SQUARE),
        "dilated_resnet-1d": (lambda: DilatedResnet(1, 48, 4), LINE),
        "dilated_resnet-2d": (lambda: DilatedResnet(2, 32, 1), SQUARE),
    },
    "cuda": {
        "fno-1d": (lambda: Fno(1, 64, 32), (128, 1, 256)),
        "fno-2d": (lambda: Fno(2, 64, 12), (32, 1, 128, 128)),
        "unet-1d": (lambda: Unet(1, 64), (128, 1, 256)),
        "unet-2d": (lambda: Unet(2, 32), (128, 1, 64, 64)),
    },
}


def build(name, device="cpu"):
    """The network at the size that `networks` measures it at on this device, and the shape of its input."""
    cases = CASES[device]
    if name not in cases:
        sys.exit(f"`{name}` is not written out in PyTorch: there are {', '.join(cases)}")
    make, shape = cases[name]
    return make(), shape
