#!/usr/bin/env python3
"""APEBench's `diff_ks_cons` in Ondine: FNO and U-Net at its sizes, trained in four ways, with their processor time.

    cargo build --release
    python3 benches/apebench_table.py FOLDER [--steps 10000] [--seeds 0] [--only NAME ...] [--ondine BINARY]
    python3 benches/apebench_table.py FOLDER --peer         # APEBench's own; `apebench_peer.py` names its packages

The scenario is translated exactly (length 160, time step 1, viscosity 18/8), solved as APEBench does: 160 points, second order, a
solver step per frame. As there, 50 simulations of 51 frames after 500 that are dropped, batches of 20, Adam, 1e-3 after a
warm-up over a fifth of the updates, then a cosine down to 0; 30 other simulations of 200 steps to judge on. Ways of training:

    one         one step
    sup;5       five steps, gradients through all of them
    div;5       five steps, each beside the step that the solver takes from the same state
    correction  one step of half of its length by the solver, corrected by the network (sequential, 0.5)

`--peer` trains APEBench's own networks in the same four ways by `apebench_peer.py`, each in a process of its own, and judges them on its
own 30 test trajectories; a peer that is stopped begins anew.

Prints a line per training as it ends: weights, mean nRMSE after 1, 10, 50 and 200 steps, processor seconds (user and system, of all
processes of the training, its simulations and last evaluation among them). A training that is stopped goes on from its last
checkpoint; of one that was killed together with this program the seconds since its start are not known, and it has a ≥.
"""
import argparse
import json
import signal
import sys
from pathlib import Path

from study.training import Failed, Training, run, write

AFTER = [1, 10, 50, 200]
# 32 527 and 27 193 weights in APEBench: FNO;12;18;4;gelu and UNet;12;2;relu.
NETWORKS = {
    "FNO": '{ kind = "fno", width = 18, modes = 12, layers = 4 }',
    "UNet": '{ kind = "classic_unet", width = 10, levels = 2 }',
}
WAYS = {
    "one": 'kind = "one_step"',
    "sup;5": 'kind = "unrolled"\nsteps = 5',
    "div;5": 'kind = "diverted"\nsteps = 5',
    "correction": 'kind = "one_step"',
}
RECIPE = """
name = "diff_ks_cons, {name}"
seed = {seed}
[equation]
kind = "kuramoto_sivashinsky"
viscosity = 2.25
[grid]
points = [160]
length = 160.0
[time]
dt = 1.0
warmup = 500
frames = 51
substeps = 1
integrator = "etdrk2"
resolution = "ignore"
[initial]
kind = "fourier_series"
cutoff = 5
zero_mean = true
max_one = true
[ensemble]
simulations = 50
workers = 1
[buffer]
capacity = 2500
watermark = 2300
[model]
{model}
[objective]
{way}
[train]
steps = {steps}
batch = 20
ema = 0.0
clip = 0.0
checkpoint = {checkpoint}
optimizer = {{ learning_rate = 1e-3, weight_decay = 0.0 }}
schedule = {{ kind = "cosine", warmup = {warmup}, final = 0.0 }}
[evaluate]
every = {steps}
trajectories = 30
frames = 201
metrics = ["nrmse"]
at = {after}
"""


def model(network, way):
    """`[model]` without its heading."""
    if way == "correction":
        return f'kind = "correction"\nmode = "sequential"\nshare = 0.5\nbackbone = {NETWORKS[network]}'
    return NETWORKS[network].strip("{ }").replace(", ", "\n")


def recipe(network, way, seed, steps):
    return RECIPE.format(name=f"{network}, {way}", seed=seed, model=model(network, way), way=WAYS[way], steps=steps,
                         warmup=steps // 5, checkpoint=max(1, min(500, steps // 4)), after=AFTER)


def row(training):
    """Cells of a training that has ended."""
    errors = {at["rollout_step"]: at["numbers"].get("nrmse") for at in training.evaluation()["at"]}
    shown = ["-" if errors.get(step) is None else f"{errors[step]:.3g}" for step in AFTER]
    spent = training.spent()
    return [str(training.summary()["parameters"]), *shown, f"{'≥ ' if spent['more'] else ''}{spent['seconds']:.0f}"]


def peer(folder, name, network, way, seed, steps):
    """Cells of a training of APEBench's, which is done once per folder."""
    result, ledger = (folder / f"{name}{end}" for end in (".peer.json", ".peer.seconds.json"))
    if not (result.exists() and ledger.exists()):
        script = Path(__file__).with_name("apebench_peer.py")
        seconds, status, said, interrupted = run([sys.executable, script, network, way, seed, steps, result])
        if interrupted:
            raise KeyboardInterrupt
        if status:
            raise Failed(f"{name} of APEBench ended with {status}:\n{said[-2000:]}")
        write(ledger, json.dumps(seconds))
    found = json.loads(result.read_text())
    errors = [f"{found['nrmse'][step - 1]:.3g}" for step in AFTER]
    return [str(found["parameters"]), *errors, f"{json.loads(ledger.read_text()):.0f}"]


def ours(folder, name, network, way, seed, options):
    """Cells of a training of Ondine's, which goes on where it was stopped."""
    training = Training(folder, name, recipe(network, way, seed, options.steps), options.ondine)
    training.train()
    return row(training)


def line(cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", type=int, default=10_000, help="updates of every training")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--only", nargs="+", choices=[*NETWORKS, *WAYS], default=[], help="networks, ways of training")
    parser.add_argument("--peer", action="store_true", help="APEBench's own trainings in the place of Ondine's")
    parser.add_argument("--ondine", default="target/release/ondine", help="the binary")
    options = parser.parse_args()
    if options.steps < 5:
        parser.error("--steps must be 5 or more")
    options.folder.mkdir(parents=True, exist_ok=True)
    networks = [name for name in NETWORKS if name in options.only] or list(NETWORKS)
    ways = [name for name in WAYS if name in options.only] or list(WAYS)
    line(["network", "training", "seed", "weights", *(f"after {step}" for step in AFTER), "processor s"])
    line(["---"] * (5 + len(AFTER)))
    for network in networks:
        for way in ways:
            for seed in options.seeds:
                name = f"{network}_{way.replace(';', '')}_{seed}".lower()
                try:
                    if options.peer:
                        cells = peer(options.folder, name, network, way, seed, options.steps)
                    else:
                        cells = ours(options.folder, name, network, way, seed, options)
                except Failed as error:
                    sys.exit(str(error))
                except KeyboardInterrupt:
                    sys.exit(128 + signal.SIGINT)
                line([network, way, str(seed), *cells])


if __name__ == "__main__":
    main()
