"""A training step of the networks of Ondine in PyTorch, in turn with Ondine's own, on the same two threads.

    cargo build --release -p ondine-benches --bin networks
    pip install torch && python3 benches/torch_networks.py [NAME-DIMS...] [--rounds N] [--threads N] [--compile]

Every round starts a process of `networks` for one network and then one of torch_step.py for the same architecture:
forward, mean squared error, backward and AdamW in single precision, channels first, eager. The table holds medians over
the rounds; weights are counted on both sides and have to be as many. Memory is the largest resident memory of the
process, in brackets what it was before the network was made. `--compile` adds a process with torch.compile to each round,
whose compilation is not counted, and the ratio to the faster one of the two. Where other work shares the cores, processor time with
`--threads 1` says most: threads that wait for each other spin.

    cargo build --release -p ondine-benches --bin networks --features cuda
    python3 benches/torch_networks.py --device cuda

does so on a GPU, in single precision and bf16, against eager PyTorch and torch.compile: samples a second, and the memory
of the GPU that is taken in the end. It ends with 2 where there is no CUDA device.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

STEPS = 20
HERE = Path(__file__).parent
BINARY = HERE.parent / "target/release/networks"
NAMES = {"cpu": ["fno-1d", "fno-2d", "unet-1d", "unet-2d", "dilated_resnet-1d"], "cuda": ["fno-1d", "fno-2d", "unet-1d", "unet-2d"]}


def output(command, threads):
    environment = {**os.environ, "RAYON_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    done = subprocess.run([str(word) for word in command], env=environment, capture_output=True, text=True)
    if done.returncode:
        print(done.stderr.strip() or f"error: {command[0]} ended with {done.returncode}", file=sys.stderr)
        sys.exit(2)
    return json.loads(done.stdout)


def ours(name, threads, *options):
    return output([BINARY, name, "--json", "--steps", STEPS, *options], threads)


def theirs(name, threads, *options):
    script = [sys.executable, HERE / "torch_step.py", name, "--steps", STEPS, "--threads", threads]
    return output([*script, *options], threads)


def rounds(name, given, *options):
    """Measurements of all programs in turn: ours, PyTorch, and torch.compile where it is asked for."""
    programs = [ours, theirs]
    if given.compile:
        programs.append(lambda *known: theirs(*known, "--compile"))
    runs = [[program(name, given.threads, *options) for program in programs] for _ in range(given.rounds)]
    a, b = (run["weights"] for run in runs[0][:2])
    assert a == b, f"{name}: {a} weights here, {b} in PyTorch"
    return list(zip(*runs))


def median(runs, part):
    return statistics.median(run[part] for run in runs)


def cpu_row(name, given):
    a, b, *compiled = rounds(name, given)
    parts = lambda runs: " + ".join(f"{median(runs, f'{p}_ms'):.0f}" for p in ("forward", "backward", "optimizer"))
    step, torch_step = median(a, "step_ms"), median(b, "step_ms")
    fastest, torch_fastest = (min(run["fastest_ms"] for run in runs) for runs in (a, b))
    memory = lambda runs: f"{median(runs, 'peak_mib'):.0f} ({median(runs, 'resident_mib'):.0f}) MiB"
    processor = [median(runs, "processor_ms") for runs in (a, b)]
    others = [median(runs, "step_ms") for runs in compiled]
    last = "".join(f" {other:.0f} ms | {step / min(other, torch_step):.2f} |" for other in others)
    return (
        f"| `{name}` | {a[0]['weights']} | {step:.0f} ({fastest:.0f}) ms | {torch_step:.0f} ({torch_fastest:.0f}) ms "
        f"| {step / torch_step:.2f} | {fastest / torch_fastest:.2f} | {processor[0] / processor[1]:.2f} | {parts(a)} | {parts(b)} "
        f"| {memory(a)} | {memory(b)} |{last}"
    )


def cpu_table(given):
    print(f"{given.threads} threads, medians of {given.rounds} rounds of {STEPS} steps, fastest step in brackets")
    columns = ["network", "weights", "Ondine", "PyTorch", "ratio", "of the fastest", "of processor time", "parts of ours"]
    columns += ["of theirs", "our memory", "theirs"]
    columns += ["torch.compile", "ratio to the faster one"] if given.compile else []
    print(f"| {' | '.join(columns)} |")
    print("|" + "---|" * len(columns), flush=True)
    for name in given.names:
        print(cpu_row(name, given), flush=True)


def gpu_table(given):
    import torch

    if not torch.cuda.is_available():
        print("error: no CUDA device is here: `--device cuda` needs one", file=sys.stderr)
        sys.exit(2)
    print(f"{torch.cuda.get_device_name(0)}, medians of {given.rounds} rounds of {STEPS} steps")
    print("| network | numbers | program | samples/s | forward | backward | AdamW | step | GPU memory |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    for name in given.names:
        for dtype in ("f32", "bf16"):
            options = ("--device", "cuda", "--dtype", dtype)
            measured = rounds(name, given, *options)
            for program, runs in zip(("Ondine", "PyTorch", "torch.compile"), measured):
                parts = [median(runs, f"{part}_ms") for part in ("forward", "backward", "optimizer", "step")]
                times = " | ".join(f"{part:.2f} ms" for part in parts)
                speed, memory = 1e3 * runs[0]["batch"] / parts[3], median(runs, "gpu_mib")
                print(f"| `{name}` | {dtype} | {program} | {speed:.0f} | {times} | {memory:.0f} MiB |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    given = parser.parse_args()
    given.names = given.names or NAMES[given.device]
    given.compile |= given.device == "cuda"
    (cpu_table if given.device == "cpu" else gpu_table)(given)


if __name__ == "__main__":
    main()
