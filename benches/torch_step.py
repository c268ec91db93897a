"""Times a training step of one network in PyTorch and prints JSON with the keys of `networks --json`.

    python3 benches/torch_step.py NAME-DIMS [--steps N] [--threads N] [--device cpu|cuda] [--dtype f32|bf16] [--compile]

Forward, mean squared error, backward and AdamW, channels first; `bf16` is torch's own autocast with weights in single
precision.
"""

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

WARM_UP = 5


def status_mib(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def gpu_mib():
    """Memory of the first GPU that is taken, by whomever: what `networks` asks too."""
    query = ["nvidia-smi", "--id=0", "--query-gpu=memory.used", "--format=csv,noheader,nounits"]
    return float(subprocess.run(query, capture_output=True, text=True, check=True).stdout)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("name")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--dtype", choices=["f32", "bf16"], default="f32")
    parser.add_argument("--compile", action="store_true")
    return parser.parse_args()


def main():
    given = arguments()
    import torch
    from torch.nn import functional as F
    from torch_models import build

    torch.set_num_threads(given.threads)
    on_gpu = given.device == "cuda"
    if on_gpu and not torch.cuda.is_available():
        print("error: no CUDA device is here", file=sys.stderr)
        sys.exit(2)
    wait = torch.cuda.synchronize if on_gpu else lambda: None
    resident, taken = status_mib("VmRSS:"), gpu_mib() if on_gpu else None
    network, shape = build(given.name, given.device)
    network = network.to(given.device)
    weights = sum(w.numel() * (2 if w.is_complex() else 1) for w in network.parameters())
    called = torch.compile(network) if given.compile else network
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    u, target = (torch.randn(shape, device=given.device) for _ in range(2))
    parameters = torch.ones(shape[0], 1, device=given.device)
    cast = torch.autocast(given.device, torch.bfloat16) if given.dtype == "bf16" else contextlib.nullcontext()
    times = []
    for step in range(WARM_UP + given.steps):
        if step == WARM_UP:
            used = time.process_time()
        wait()
        start = time.perf_counter()
        optimizer.zero_grad()
        with cast:
            loss = F.mse_loss(called(u, parameters), target)
        wait()
        forward = time.perf_counter()
        loss.backward()
        wait()
        backward = time.perf_counter()
        optimizer.step()
        wait()
        end = time.perf_counter()
        times.append([forward - start, backward - forward, end - backward, end - start])
    used = time.process_time() - used
    columns = list(zip(*([1e3 * t for t in step] for step in times[WARM_UP:])))
    parts = ["forward_ms", "backward_ms", "optimizer_ms", "step_ms"]
    measured = {part: statistics.median(column) for part, column in zip(parts, columns)}
    measured |= {
        "network": given.name,
        "torch": torch.__version__,
        "batch": shape[0],
        "weights": weights,
        "fastest_ms": min(columns[3]),
        "processor_ms": 1e3 * used / given.steps,
        "resident_mib": resident,
        "peak_mib": status_mib("VmHWM:"),
        "gpu_mib": gpu_mib() - taken if on_gpu else None,
    }
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
