"""The blocks of docs/forward.md as a program: they write the files of ../data/forward/, and are checked against them.

    python3 forward.py check               # the blocks give the answers of the files, and those of PyTorch
    python3 forward.py against RUN FILE    # and the first step of a run's sample; FILE is the run's export
    python3 forward.py write ONDINE        # new files; ONDINE is the path of the program
    python3 forward.py write ONDINE CASE…  # those of some cases

A case is a recipe, an export of a network that has learned nothing, with noise on its weights, and an input with the
answer of the blocks in double precision. Needs NumPy and safetensors.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

HERE = Path(__file__).parent
PAGE = HERE.parent.parent / "docs" / "forward.md"
FOLDER = HERE.parent / "data" / "forward"

CASES = {
    "fno": ([8, 12], 'kind = "fno"\nwidth = 4\nmodes = 10\nlayers = 2'),
    "fno_neuraloperator": ([8, 12], 'kind = "fno_neuraloperator"\nwidth = 4\nmodes = 6\nlayers = 2'),
    "unet": (
        [8, 12],
        'kind = "unet"\nwidth = 4\nmultipliers = [1, 2]\nblocks = 1\nattention = true\nactivation = "silu"\n'
        'conditioning = "scale_shift"\npadding = "reflect"',
    ),
    "unet_line": ([16], 'kind = "unet"\nwidth = 4\nmultipliers = [1, 2]\nblocks = 2'),
    "classic_unet": ([4, 6, 8], 'kind = "classic_unet"\nwidth = 2\nlevels = 1\nactivation = "tanh"'),
    "resnet": ([8, 12], 'kind = "resnet"\nwidth = 4\nblocks = 2\ngroups = 2\npadding = "zero"'),
    "resnet_post": ([16], 'kind = "resnet"\nwidth = 4\nblocks = 2\norder = "post_activation"\ngroups = 0'),
    "dilated_resnet": ([8, 12], 'kind = "dilated_resnet"\nwidth = 4\nblocks = 1\ndilations = [1, 2, 4]'),
    "message_passing": ([8, 12], 'kind = "message_passing"\nwidth = 4\nlayers = 2\nradius = 2'),
    "mlp": ([4, 6], 'kind = "mlp"\nwidth = 8\nlayers = 2'),
    "fno_walls": ([8, 12], 'kind = "fno"\nwidth = 4\nmodes = 10\nlayers = 2\npadding = ["periodic", "mirror"]'),
    "unet_walls": ([8, 12], 'kind = "unet"\nwidth = 4\nmultipliers = [1, 2]\nblocks = 1\npadding = ["mirror", "constant"]'),
    "classic_unet_walls": (
        [4, 6, 8],
        'kind = "classic_unet"\nwidth = 2\nlevels = 1\npadding = ["zero", "periodic", "mirror"]',
    ),
    "dilated_resnet_walls": (
        [8, 12],
        'kind = "dilated_resnet"\nwidth = 4\nblocks = 1\ndilations = [1, 4]\npadding = ["constant", "mirror"]',
    ),
    "tfno": ([8, 12], 'kind = "tfno"\nwidth = 4\nmodes = 10\nlayers = 2\nrank = 0.6'),
    "tfno_walls": ([8, 12], 'kind = "tfno"\nwidth = 4\nmodes = 6\nlayers = 2\npadding = ["mirror", "periodic"]'),
    "pde_transformer": (
        [8, 12],
        'kind = "pde_transformer"\nwidth = 4\nheads = 2\npatch = 1\nwindow = 3\nlevels = 1',
    ),
    "pde_transformer_walls": (
        [4, 6, 8],
        'kind = "pde_transformer"\nwidth = 4\nheads = 1\nwindow = 2\nlevels = 0\npadding = ["mirror", "periodic", "zero"]',
    ),
    "recurrent_fno": ([8, 12], 'kind = "recurrent_fno"\nwidth = 4\nmodes = 6\niterations = 3'),
}

RECIPE = """name = "forward"
seed = 3

[equation]
kind = "diffusion"
diffusivity = {{ uniform = [0.05, 0.15] }}

[grid]
points = {points}
length = 6.283185307179586

[time]
dt = 0.1
frames = 6
substeps = 1

[ensemble]
simulations = 40
workers = 1

[buffer]
capacity = 100

[model]
{model}

[train]
steps = 2
batch = 4

[evaluate]
every = 2
trajectories = 2
"""


def page():
    """Everything that the blocks define."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    defined = {}
    exec("\n".join(blocks), defined)
    return defined


def answer(defined, w, about, u, p):
    """The answer of the network to fields [batch, channel, points …] in double precision."""
    w = {name: array.astype(float) for name, array in w.items()}
    model = about["model"]
    y = defined["NETWORKS"][model["kind"]](w, model, np.moveaxis(u, 1, -1).astype(float), p.astype(float))
    return np.moveaxis(y, -1, 1)


def distance(found, expected):
    return np.linalg.norm(found - expected) / np.linalg.norm(expected)


def check():
    defined = page()
    for name in CASES:
        w, about = defined["load"](FOLDER / f"{name}.safetensors")
        pair = load_file(FOLDER / f"{name}.pair.safetensors")
        error = distance(answer(defined, w, about, pair["input"], pair["parameters"]), pair["output"])
        print(f"{name}: relative difference {error:.1e}")
        assert error < 1e-6, name
    check_dialects()


def check_dialects():
    """The answers of PyTorch in the tests of the networks, from the states of other programs."""
    defined = page()
    unet = {"width": 8, "blocks": 1, "attention": True, "groups": 1, "activation": "gelu", "padding": "periodic"}
    fno = {"modes": 6, "coordinates": True}
    for name, kind, o in [("unet", "unet", unet), ("fno_neuraloperator", "fno_neuraloperator", fno)]:
        file = load_file(FOLDER.parent.parent.parent / "models" / "tests" / "data" / f"{name}.safetensors")
        state = {key.removeprefix("state."): a.astype(float) for key, a in file.items() if key.startswith("state.")}
        w = defined["from_pdearena"](state, o) if kind == "unet" else defined["from_neuraloperator"](state)
        u = file["input"].astype(float)
        told = file["parameters"] / 5 - 1 if kind == "unet" else np.zeros((len(u), 0))  # waves see 5 (1 + p)
        y = defined["NETWORKS"][kind](w, o, np.moveaxis(u, 1, -1), told)
        error = distance(np.moveaxis(y, -1, 1), file["output"])
        print(f"{kind} as PyTorch has it: relative difference {error:.1e}")
        assert error < 1e-6, name


def against(run, file):
    """The first step of the rollout that the run keeps."""
    defined = page()
    w, about = defined["load"](file)
    sample = load_file(Path(run) / "sample.safetensors")
    conditions = json.loads((Path(run) / "evaluation.json").read_text())["simulations"][0]["conditions"]
    truth, prediction = [np.moveaxis(sample[name], 1, -1).astype(float) for name in ("truth", "prediction")]
    spacings = dict(zip(["dx", "dy", "dz"], np.array(sample["length"]) / truth.shape[1:-1]))
    known = {"dt": sample["times"][1], **spacings, **conditions}
    p = np.array([[known[name] for name in about["parameters"]]])
    change = defined["step"](w, about, truth[:1], p)[0] - truth[0]
    error = distance(change, prediction[1] - prediction[0])
    print(f"first step: relative difference of the change {error:.1e}")
    assert error < 1e-3  # a change of 32-bit states


def write(ondine, *names):
    defined = page()
    for number, (name, (points, model)) in enumerate(CASES.items()):
        if names and name not in names:
            continue
        rng = np.random.default_rng(number)
        recipe = FOLDER / f"{name}.toml"
        recipe.write_text(RECIPE.format(points=points, model=model))
        with tempfile.TemporaryDirectory() as folder:
            run, file = Path(folder) / "run", Path(folder) / "file.safetensors"
            subprocess.run([ondine, "train", recipe, "--output", run, "--json"], check=True, stdout=subprocess.DEVNULL)
            subprocess.run([ondine, "export", run, file], check=True, stdout=subprocess.DEVNULL)
            w, about = defined["load"](file)
        w = {key: (a + 0.2 * rng.standard_normal(a.shape)).astype(np.float32) for key, a in w.items()}
        save_file(w, FOLDER / f"{name}.safetensors", {"ondine": json.dumps(about)})
        u = rng.standard_normal((2, len(about["fields"]), *points)).astype(np.float32)
        p = rng.uniform(-1, 1, (2, len(about["parameters"]))).astype(np.float32)
        y = np.ascontiguousarray(answer(defined, w, about, u, p), np.float32)
        save_file({"input": u, "parameters": p, "output": y}, FOLDER / f"{name}.pair.safetensors")
        print(name, sorted(w)[:3], float(np.abs(y).max()))


{"check": check, "against": against, "write": write}[sys.argv[1]](*sys.argv[2:])
