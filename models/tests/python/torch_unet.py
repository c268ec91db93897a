"""A modern U-Net in PyTorch, on one or two axes, periodic or with zeros beyond the edges.

Written from the description of Gupta & Brandstetter (2022) and Lippe et al. (2023), with the names that pdearena gives to
its weights. Attention on the coarsest grid is normalised over the points that are looked at, and sees the normalised
field. Periodic networks are so in their transposed convolutions too, which pdearena pads with zeros.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass(frozen=True)
class Shape:
    """What the blocks of a network have in common."""

    dims: int
    embedded: int
    periodic: bool = True

    def conv(self, inputs, outputs, kernel=3, stride=1):
        layer = (nn.Conv1d, nn.Conv2d)[self.dims - 1]
        mode = "circular" if self.periodic and kernel > 1 else "zeros"
        return layer(inputs, outputs, kernel, stride, kernel // 2, padding_mode=mode)

    def transposed(self, width):
        return (nn.ConvTranspose1d, nn.ConvTranspose2d)[self.dims - 1](width, width, 4, 2, 1)


def waves(x, size):
    half = size // 2
    frequencies = torch.exp(-math.log(10000.0) * torch.arange(half, dtype=x.dtype, device=x.device) / half)
    angles = x[:, None] * frequencies
    return torch.cat([torch.cos(angles), torch.sin(angles)], dim=-1)


def embedding(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, outputs), nn.GELU(), nn.Linear(outputs, outputs))


class Residual(nn.Module):
    def __init__(self, inputs, outputs, shape):
        super().__init__()
        self.norm1 = nn.GroupNorm(1, inputs)
        self.conv1 = shape.conv(inputs, outputs)
        self.cond_emb = nn.Linear(shape.embedded, outputs)
        self.norm2 = nn.GroupNorm(1, outputs)
        self.conv2 = shape.conv(outputs, outputs)
        self.shortcut = nn.Identity() if inputs == outputs else shape.conv(inputs, outputs, kernel=1)

    def forward(self, x, e):
        shift = self.cond_emb(e)
        h = self.conv1(F.gelu(self.norm1(x))) + shift.view(*shift.shape, *[1] * (x.dim() - 2))
        return self.shortcut(x) + self.conv2(F.gelu(self.norm2(h)))


class Block(nn.Module):
    def __init__(self, inputs, outputs, shape):
        super().__init__()
        self.res = Residual(inputs, outputs, shape)

    def forward(self, x, e):
        return self.res(x, e)


class Halve(nn.Module):
    def __init__(self, width, shape):
        super().__init__()
        self.conv = shape.conv(width, width, stride=2)

    def forward(self, x, _):
        return self.conv(x)


class Double(nn.Module):
    def __init__(self, width, shape):
        super().__init__()
        self.conv, self.periodic = shape.transposed(width), shape.periodic

    def forward(self, x, _):
        if not self.periodic:
            return self.conv(x)
        y = self.conv(F.pad(x, (1, 1) * (x.dim() - 2), mode="circular"))
        return y[(..., *[slice(2, -2)] * (x.dim() - 2))]


class Attention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.GroupNorm(1, width)
        self.projection = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)

    def forward(self, x):
        points = self.norm(x).flatten(2).transpose(1, 2)
        q, k, v = self.projection(points).chunk(3, dim=-1)
        mixed = F.scaled_dot_product_attention(q, k, v)
        return x + self.output(mixed).transpose(1, 2).reshape(x.shape)


class Middle(nn.Module):
    def __init__(self, width, shape, attention):
        super().__init__()
        self.res1 = Residual(width, width, shape)
        self.attn = Attention(width) if attention else nn.Identity()
        self.res2 = Residual(width, width, shape)

    def forward(self, x, e):
        return self.res2(self.attn(self.res1(x, e)), e)


class Unet(nn.Module):
    """`blocks` residual blocks a level on the way down, one more on the way up; multipliers are those of the level above."""

    def __init__(
        self,
        dims,
        width,
        multipliers=(1, 2, 2, 4),
        blocks=2,
        channels=(1, 1),
        parameters=1,
        attention=False,
        periodic=True,
    ):
        super().__init__()
        shape = Shape(dims, 4 * width, periodic)
        self.waves = width
        self.time_embed = embedding(width, shape.embedded)
        self.pde_emb = nn.ModuleList(embedding(width, shape.embedded) for _ in range(parameters - 1))
        self.image_proj = shape.conv(channels[0], width)
        down, up = [], []
        for level, multiplier in enumerate(multipliers):
            for i in range(blocks):
                down.append(Block(width, width := width * (multiplier if i == 0 else 1), shape))
            if level + 1 < len(multipliers):
                down.append(Halve(width, shape))
        self.down = nn.ModuleList(down)
        self.middle = Middle(width, shape, attention)
        for level, multiplier in reversed(list(enumerate(multipliers))):
            up += [Block(2 * width, width, shape) for _ in range(blocks)]
            up.append(Block(width + width // multiplier, width // multiplier, shape))
            width //= multiplier
            if level > 0:
                up.append(Double(width, shape))
        self.up = nn.ModuleList(up)
        self.norm = nn.GroupNorm(8, width)
        self.final = shape.conv(width, channels[1])

    def forward(self, x, parameters):
        networks = [self.time_embed, *self.pde_emb]
        e = sum(net(waves(parameters[:, j], self.waves)) for j, net in enumerate(networks))
        x = self.image_proj(x)
        skips = [x]
        for part in self.down:
            x = part(x, e)
            skips.append(x)
        x = self.middle(x, e)
        for part in self.up:
            if isinstance(part, Block):
                x = torch.cat([x, skips.pop()], dim=1)
            x = part(x, e)
        return self.final(F.gelu(self.norm(x)))
