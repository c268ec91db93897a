"""A step of a surrogate at batch 1, from C and Fortran, in turn with the same network in PyTorch on the same threads.

    cargo build --release -p ondine -p ondine-surrogate
    pip install torch && python3 benches/latency.py [NAME-DIMS...] [--rounds N] [--steps N] [--threads N...]

Trains each network for one step, exports it, compiles bindings/surrogate/examples/forecast.c and benches/latency.f90 with `cc`
and `gfortran`, and starts in every round a process of each: the surrogate from C, from Fortran, PyTorch eager in inference
mode, and torch.compile where it runs. States are 64-bit in C and Fortran, in the order of the language, and PyTorch's scaled
tensors of 32 bits: ours has the conversion, the scales and the border to the language in its time. The table holds medians over
the rounds of the median and the 99th percentile of a step, and the processor time of a step where it is known, which other work
on the machine changes least; the ratios are C to eager PyTorch, of medians and of processor time.
"""

import argparse
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
LINE = re.compile(r"takes ([\d.]+) us, 1 in 100 more than ([\d.]+) us(?:, processor ([\d.]+) us)?")
FEW = 10
MODELS = {
    "fno-1d": '{ kind = "fno", width = 64, modes = 32, layers = 4 }',
    "fno-2d": '{ kind = "fno", width = 32, modes = 12, layers = 4 }',
    "unet-2d": '{ kind = "unet", width = 16 }',
}
POINTS = {"1d": [256], "2d": [64, 64]}
RECIPE = """
model = {model}
[equation]
kind = "diffusion"
diffusivity = {{ uniform = [0.01, 0.03] }}
[grid]
points = {points}
length = 1.0
[time]
dt = 0.1
frames = 3
substeps = 1
[ensemble]
simulations = 2
workers = 1
[train]
steps = 1
batch = 1
[evaluate]
trajectories = 1
frames = 2
"""


def run(command, threads=2):
    environment = {**os.environ, "RAYON_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    done = subprocess.run([str(word) for word in command], env=environment, capture_output=True, text=True)
    if done.returncode:
        print(f"{command}: {done.stdout}{done.stderr}", file=sys.stderr)
    return None if done.returncode else done.stdout


def points(name):
    return POINTS[name.rsplit("-", 1)[1]]


def exported(name, given, folder):
    """The file of a surrogate of this name."""
    recipe, directory, file = (folder / f"{name}{end}" for end in (".toml", "", ".safetensors"))
    recipe.write_text(RECIPE.format(model=MODELS[name], points=points(name)))
    for command in (["train", recipe, "--output", directory], ["export", directory, file]):
        if run([given.ondine, *command]) is None:
            sys.exit(2)
    return file


def compiled(given, folder):
    """The programs in C and Fortran, linked with the library."""
    for name in ("libondine.so", "libondine.so.0"):
        (folder / name).symlink_to(given.library.resolve())
    link = ["-L", folder, "-londine", f"-Wl,-rpath,{folder}", "-lm", "-o"]
    includes = [f"-I{ROOT / path}" for path in ("bindings/surrogate/include", "bindings/c/include")]
    c, fortran = folder / "forecast", folder / "latency"
    run(["cc", "-O2", *includes, ROOT / "bindings/surrogate/examples/forecast.c", *link, c])
    sources = [ROOT / "bindings/fortran/ondine_surrogate.f90", HERE / "latency.f90"]
    run(["gfortran", "-std=f2003", "-O2", "-J", folder, *sources, *link, fortran])
    return c, fortran


def numbers(output):
    found = LINE.search(output or "")
    return found and [float(word) for word in found.groups() if word]


def processor_time(command, threads):
    """Seconds of all threads of a process."""
    used = lambda: sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    before = used()
    run(command, threads)
    return used() - before


def timed(command, threads, given, few):
    """Median, 99th percentile and processor time of a step in microseconds; `few` is the command with FEW steps."""
    found = numbers(run(command, threads))
    if found and few:
        extra = processor_time(command, threads) - processor_time(few, threads)
        found.append(1e6 * extra / (given.steps - FEW))
    return found


def in_torch(name, threads, steps, compiled):
    """Times steps in this process, and prints them as the other programs do."""
    import torch
    from torch_models import build

    torch.set_num_threads(threads)
    network, shape = build(name)
    network = network.eval()
    called = torch.compile(network) if compiled else network
    u, parameters, times = torch.randn(1, *shape[1:]), torch.ones(1, 1), []
    with torch.inference_mode():
        for step in range(20 + steps):
            used = time.process_time() if step == 20 else used if step else 0
            since = time.perf_counter()
            u = u + 1e-3 * called(u, parameters)
            times.append(1e6 * (time.perf_counter() - since))
    used = 1e6 * (time.process_time() - used) / steps
    times = sorted(times[20:])
    middle, late = times[steps // 2], times[steps * 99 // 100]
    print(f"a step takes {middle:.1f} us, 1 in 100 more than {late:.1f} us, processor {used:.1f} us")


def measured(name, threads, given, programs, file):
    """Medians of median and 99th percentile by program, in microseconds."""
    c, fortran = programs
    torch = [sys.executable, __file__, name, "--threads", threads, "--steps", given.steps, "--torch"]
    axes = (points(name) + [1])[:2]
    ours = lambda steps: {"C": [c, file, steps, "0.02"], "Fortran": [fortran, file, *axes, steps]}
    theirs = {"eager": [*torch, "eager"], "compiled": [*torch, "compile"]}
    few, commands = ours(FEW), {**ours(given.steps), **theirs}
    if given.eager:
        del commands["compiled"]
    found = {program: [] for program in commands}
    for _ in range(given.rounds):
        for program, command in commands.items():
            if times := timed(command, threads, given, few.get(program)):
                found[program].append(times)
    medians = lambda runs: [statistics.median(column) for column in zip(*runs)]
    return {program: medians(runs) for program, runs in found.items()}


def row(name, threads, times):
    shown = lambda one: f"{one[0]:.0f} ({one[1]:.0f}; {one[2]:.0f})" if one else "-"
    cells = [shown(times.get(program)) for program in ("C", "Fortran", "eager", "compiled")]
    ratios = [times["C"][part] / times["eager"][part] for part in (0, 2)]
    return f"| `{name}` | {threads} | {' | '.join(cells)} | {ratios[0]:.2f} | {ratios[1]:.2f} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[[], *MODELS])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--eager", action="store_true", help="without torch.compile, which takes a minute to compile")
    parser.add_argument("--ondine", type=Path, default=ROOT / "target/release/ondine")
    parser.add_argument("--library", type=Path, default=ROOT / "target/release/libondine_surrogate.so")
    parser.add_argument("--torch", choices=["eager", "compile"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.torch:
        return in_torch(given.names[0], given.threads[0], given.steps, given.torch == "compile")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        programs = compiled(given, folder)
        print(f"us per step, median (99th percentile; processor time), {given.rounds} rounds of {given.steps} steps, load {os.getloadavg()[0]:.1f}")
        print("| network | threads | C | Fortran | PyTorch eager | torch.compile | C / eager | of processor time |")
        print("|---|---|---|---|---|---|---|---|", flush=True)
        for name in given.names or MODELS:
            file = exported(name, given, folder)
            for threads in given.threads:
                print(row(name, threads, measured(name, threads, given, programs, file)), flush=True)
        print(f"load {os.getloadavg()[0]:.1f} in the end")


if __name__ == "__main__":
    main()
