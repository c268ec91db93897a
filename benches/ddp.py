"""A training step on several ranks beside PyTorch's DistributedDataParallel over gloo: same network, global batch and cores.

    cargo build --release --features mpi
    pip install torch && python3 benches/ddp.py [--network fno-2d] [--batch N] [--rounds N] [--steps N] [--ondine PATH]

Every case runs in turn in every round: Ondine and PyTorch on one rank with one thread, on one rank with two, and on two ranks
of one thread, each rank pinned to a core of its own. Ondine trains online on a diffusion whose simulations take next to no
time; its seconds are those of `metrics.jsonl` without waits for windows: computing, waiting for the other rank and summing
gradients. PyTorch has random tensors at hand, and its step is forward, mean squared error, backward with the reduction of
DistributedDataParallel, and AdamW. The table holds medians over the rounds of the median milliseconds of a step.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
WARM_UP = 5
MODELS = {
    "fno-1d": '{ kind = "fno", width = 64, modes = 32, layers = 4 }',
    "fno-2d": '{ kind = "fno", width = 32, modes = 12, layers = 4 }',
    "unet-2d": '{ kind = "unet", width = 16 }',
}
POINTS = {"1d": [256], "2d": [64, 64]}
CASES = [(1, 1), (1, 2), (2, 1)]  # ranks, threads of each
RECIPE = """
model = {model}
[equation]
kind = "diffusion"
diffusivity = {{ uniform = [0.01, 0.03] }}
[grid]
points = {points}
length = 1.0
[time]
dt = 0.01
frames = 50
substeps = 1
[ensemble]
simulations = {simulations}
workers = 1
[buffer]
capacity = 400
[train]
steps = {steps}
batch = {batch}
log = 5
ema = 0
checkpoint = 100000
[evaluate]
every = 100000
trajectories = 2
frames = 2
"""


def environment(threads):
    names = ["RAYON_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"]
    own = {name: str(threads) for name in names}
    root = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    return {**os.environ, **root, **own}


def pinned(threads):
    """The start of a command that runs on so many cores."""
    return ["taskset", "-c", ",".join(map(str, range(threads)))]


def ours(given, ranks, threads, folder):
    run = folder / "run"
    subprocess.run(["rm", "-rf", run], check=True)
    command = [given.ondine, "train", folder / "recipe.toml", "--output", run, "--json"]
    start = ["mpirun", "-n", str(ranks), "--bind-to", "core"] if ranks > 1 else pinned(threads)
    done = subprocess.run([*start, *command], env=environment(threads), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"error: {done.stderr}")
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    lines = [line for line in lines if "step_compute_s" in line and line["step"] > WARM_UP]
    parts = ["step_compute_s", "step_ranks_s", "step_reduce_s"]
    of = lambda names: statistics.median(sum(line[name] for name in names) for line in lines)
    return {"ms": 1e3 * of(parts), "reduce_ms": 1e3 * of(["step_reduce_s"])}


def theirs(given, ranks, threads):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    common = {**environment(threads), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": str(ranks)}
    options = ["--rank-of", str(ranks), "--network", given.network, "--batch", str(given.batch), "--steps", str(given.steps)]
    children = []
    for rank in range(ranks):
        cores = pinned(threads) if ranks == 1 else ["taskset", "-c", str(rank)]
        command = [*cores, sys.executable, __file__, *options]
        own = {**common, "RANK": str(rank)}
        children.append(subprocess.Popen(command, env=own, stdout=subprocess.PIPE, text=True))
    said = [child.communicate()[0] for child in children]
    if any(child.returncode for child in children):
        sys.exit("error: PyTorch failed")
    return {"ms": json.loads(said[0])}


def torch_rank(given):
    """One rank of PyTorch; prints the median milliseconds of a step."""
    import torch
    import torch.distributed as dist
    from torch.nn import functional as F
    from torch.nn.parallel import DistributedDataParallel
    from torch_models import build

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch.manual_seed(0)
    network, shape = build(given.network)
    shape = (given.batch // given.rank_of, *shape[1:])
    if given.rank_of > 1:
        dist.init_process_group("gloo")
        network = DistributedDataParallel(network)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    u, target = torch.randn(shape), torch.randn(shape)
    parameters = torch.ones(shape[0], 1)
    times = []
    for _ in range(WARM_UP + given.steps):
        start = time.perf_counter()
        optimizer.zero_grad()
        F.mse_loss(network(u, parameters), target).backward()
        optimizer.step()
        times.append(time.perf_counter() - start)
    if int(os.environ["RANK"]) == 0:
        print(json.dumps(1e3 * statistics.median(times[WARM_UP:])))
    if given.rank_of > 1:
        dist.destroy_process_group()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--network", choices=MODELS, default="fno-2d")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--ondine", default=ROOT / "target/release/ondine")
    parser.add_argument("--rank-of", type=int, default=0, help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    given = arguments()
    if given.rank_of:
        return torch_rank(given)
    found = {case: ([], []) for case in CASES}
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        points = POINTS[given.network.split("-")[1]]
        windows = given.batch * given.steps
        recipe = RECIPE.format(model=MODELS[given.network], points=points, batch=given.batch, steps=given.steps,
                               simulations=max(20, windows // 98))
        (folder / "recipe.toml").write_text(recipe)
        for _ in range(given.rounds):
            for ranks, threads in CASES:
                found[ranks, threads][0].append(ours(given, ranks, threads, folder))
                found[ranks, threads][1].append(theirs(given, ranks, threads))
    print(f"{given.network}, global batch {given.batch}, milliseconds of a step")
    print("| ranks | threads | Ondine | of it reduction | PyTorch | ratio |\n|---|---|---|---|---|---|")
    median = lambda runs, key: statistics.median(run[key] for run in runs)
    alone = None
    for (ranks, threads), (own, other) in found.items():
        ms, torch = median(own, "ms"), median(other, "ms")
        alone = alone or (ms, torch)
        print(f"| {ranks} | {threads} | {ms:.2f} | {median(own, 'reduce_ms'):.2f} | {torch:.2f} | {ms / torch:.2f} |")
    print(f"two ranks against one of one thread: Ondine {alone[0] / ms:.2f} times, PyTorch {alone[1] / torch:.2f} times")


if __name__ == "__main__":
    main()
