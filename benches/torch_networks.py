"""A training step of the networks of Ondine in PyTorch, in turn with Ondine's own, on the same two threads.

    cargo build --release -p ondine-benches --bin networks
    pip install torch && python3 benches/torch_networks.py [NAME-DIMS...] [--rounds N]

Every round starts a process of `networks` for one network and then one of this script for the same architecture:
forward, mean squared error, backward and AdamW in single precision, channels first, eager. The table holds medians over
the rounds; weights are counted on both sides and have to be as many. Memory is the largest resident memory of the
process, in brackets what it was before the network was made.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

THREADS = 2
STEPS, WARM_UP = 20, 3
ROOT = Path(__file__).parents[1]
BINARY = ROOT / "target/release/networks"
NAMES = ["fno-1d", "fno-2d", "unet-1d", "unet-2d"]


def status_mib(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def measure(name):
    """Prints what one network takes, as `networks --json` does."""
    import torch
    from torch.nn import functional as F
    from torch_models import build

    torch.set_num_threads(THREADS)
    resident = status_mib("VmRSS:")
    network, shape = build(name)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    u, target = torch.randn(shape), torch.randn(shape)
    parameters = torch.ones(shape[0], 1)
    times = []
    for _ in range(WARM_UP + STEPS):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss = F.mse_loss(network(u, parameters), target)
        forward = time.perf_counter()
        loss.backward()
        backward = time.perf_counter()
        optimizer.step()
        end = time.perf_counter()
        times.append([forward - start, backward - forward, end - backward, end - start])
    times = [[1e3 * t for t in step] for step in times[WARM_UP:]]
    columns = list(zip(*times))
    measured = {
        "network": name,
        "torch": torch.__version__,
        "weights": sum(w.numel() * (2 if w.is_complex() else 1) for w in network.parameters()),
        "forward_ms": statistics.median(columns[0]),
        "backward_ms": statistics.median(columns[1]),
        "optimizer_ms": statistics.median(columns[2]),
        "step_ms": statistics.median(columns[3]),
        "fastest_ms": min(columns[3]),
        "resident_mib": resident,
        "peak_mib": status_mib("VmHWM:"),
    }
    print(json.dumps(measured))


def output(command):
    environment = {**os.environ, "RAYON_NUM_THREADS": str(THREADS), "OMP_NUM_THREADS": str(THREADS)}
    done = subprocess.run([str(word) for word in command], env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def row(name, rounds):
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(output([BINARY, name, "--json", "--steps", STEPS]))
        theirs.append(output([sys.executable, __file__, "--measure", name]))
    weights = [ours[0]["weights"], theirs[0]["weights"]]
    assert weights[0] == weights[1], f"{name}: {weights[0]} weights here, {weights[1]} in PyTorch"
    median = lambda runs, part: statistics.median(run[part] for run in runs)
    parts = lambda runs: " + ".join(f"{median(runs, f'{p}_ms'):.0f}" for p in ("forward", "backward", "optimizer"))
    step, torch_step = median(ours, "step_ms"), median(theirs, "step_ms")
    fastest, torch_fastest = (min(run["fastest_ms"] for run in runs) for runs in (ours, theirs))
    memory = lambda runs: f"{median(runs, 'peak_mib'):.0f} ({median(runs, 'resident_mib'):.0f}) MiB"
    return (
        f"| `{name}` | {weights[0]} | {step:.0f} ({fastest:.0f}) ms | {torch_step:.0f} ({torch_fastest:.0f}) ms "
        f"| {step / torch_step:.2f} | {fastest / torch_fastest:.2f} | {parts(ours)} | {parts(theirs)} "
        f"| {memory(ours)} | {memory(theirs)} |"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", default=NAMES)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--measure", metavar="NAME", help="time one network in PyTorch and print JSON")
    arguments = parser.parse_args()
    if arguments.measure:
        return measure(arguments.measure)
    print(f"{THREADS} threads, medians of {arguments.rounds} rounds of {STEPS} steps, fastest step in brackets")
    print("| network | weights | Ondine | PyTorch | ratio | of the fastest | parts of ours | of theirs | our memory | theirs |")
    print("|---|---|---|---|---|---|---|---|---|---|", flush=True)
    for name in arguments.names:
        print(row(name, arguments.rounds), flush=True)


if __name__ == "__main__":
    main()
