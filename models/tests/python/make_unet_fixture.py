"""Writes ../data/unet.safetensors: a small modern U-Net in PyTorch, its weights, an input and its answer.

The network is written from the description of Gupta & Brandstetter (2022) and Lippe et al. (2023), with the names that
pdearena gives to its weights, in double precision. Everything is periodic, transposed convolutions too, which pdearena
pads with zeros; attention on the coarsest grid is normalised over the points that are looked at, and sees the normalised
field. Every weight is random, those that start at zero as well.
Run with: python make_unet_fixture.py   (torch, safetensors; the committed file is of torch 2.15)
"""

import math
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn

WIDTH, MULTIPLIERS, BLOCKS, PARAMETERS = 8, (1, 2), 1, 2
CHANNELS_IN, CHANNELS_OUT, GRID, BATCH = 2, 1, (8, 12), 2


def conv(inputs, outputs, kernel=3, stride=1):
    padding = kernel // 2
    return nn.Conv2d(inputs, outputs, kernel, stride, padding, padding_mode="circular")


def waves(x, size):
    half = size // 2
    frequencies = torch.exp(-math.log(10000.0) * torch.arange(half, dtype=x.dtype) / half)
    angles = x[:, None] * frequencies
    return torch.cat([torch.cos(angles), torch.sin(angles)], dim=-1)


def embedding(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, outputs), nn.GELU(), nn.Linear(outputs, outputs))


class Residual(nn.Module):
    def __init__(self, inputs, outputs, embedded):
        super().__init__()
        self.norm1 = nn.GroupNorm(1, inputs)
        self.conv1 = conv(inputs, outputs)
        self.cond_emb = nn.Linear(embedded, outputs)
        self.norm2 = nn.GroupNorm(1, outputs)
        self.conv2 = conv(outputs, outputs)
        self.shortcut = nn.Identity() if inputs == outputs else conv(inputs, outputs, kernel=1)

    def forward(self, x, e):
        h = self.conv1(F.gelu(self.norm1(x))) + self.cond_emb(e)[:, :, None, None]
        return self.shortcut(x) + self.conv2(F.gelu(self.norm2(h)))


class Block(nn.Module):
    def __init__(self, inputs, outputs, embedded):
        super().__init__()
        self.res = Residual(inputs, outputs, embedded)

    def forward(self, x, e):
        return self.res(x, e)


class Halve(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = conv(width, width, stride=2)

    def forward(self, x, _):
        return self.conv(x)


class Double(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.ConvTranspose2d(width, width, 4, 2, 1)

    def forward(self, x, _):
        return self.conv(F.pad(x, (1, 1, 1, 1), mode="circular"))[:, :, 2:-2, 2:-2]


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
    def __init__(self, width, embedded):
        super().__init__()
        self.res1 = Residual(width, width, embedded)
        self.attn = Attention(width)
        self.res2 = Residual(width, width, embedded)

    def forward(self, x, e):
        return self.res2(self.attn(self.res1(x, e)), e)


class Unet(nn.Module):
    def __init__(self):
        super().__init__()
        embedded = 4 * WIDTH
        self.time_embed = embedding(WIDTH, embedded)
        self.pde_emb = nn.ModuleList(embedding(WIDTH, embedded) for _ in range(PARAMETERS - 1))
        self.image_proj = conv(CHANNELS_IN, WIDTH)
        width, down, up = WIDTH, [], []
        for level, multiplier in enumerate(MULTIPLIERS):
            for _ in range(BLOCKS):
                down.append(Block(width, width := width * (multiplier if _ == 0 else 1), embedded))
            if level + 1 < len(MULTIPLIERS):
                down.append(Halve(width))
        self.down = nn.ModuleList(down)
        self.middle = Middle(width, embedded)
        for level, multiplier in reversed(list(enumerate(MULTIPLIERS))):
            up += [Block(2 * width, width, embedded) for _ in range(BLOCKS)]
            up.append(Block(width + width // multiplier, width // multiplier, embedded))
            width //= multiplier
            if level > 0:
                up.append(Double(width))
        self.up = nn.ModuleList(up)
        self.norm = nn.GroupNorm(8, WIDTH)
        self.final = conv(WIDTH, CHANNELS_OUT)

    def forward(self, x, parameters):
        networks = [self.time_embed, *self.pde_emb]
        e = sum(net(waves(parameters[:, j], WIDTH)) for j, net in enumerate(networks))
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


def main():
    torch.manual_seed(1)
    network = Unet()
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
