#!/usr/bin/env python3
"""The study of the book, docs/book/study.md: many trainings of a part, one table and one figure from those that have finished.

    cargo build --release
    pip install matplotlib
    python3 benches/study FOLDER PART [--seeds 0 1 2] [--size small|full] [--threads 1] [--only WORD ...] [--tables]

Parts:
    apebench    the 1-D scenarios of APEBench, its sizes, 10 000 updates
    models      Kuramoto-Sivashinsky, Burgers and Korteweg-de Vries by six kinds of surrogate at 5 000, 20 000 and 80 000 updates
    recurrent   RecurrFNO's claim on Kuramoto-Sivashinsky
    online      10, 100 and 1000 simulations on disk beside one pass of fresh ones
    gray_scott  Gray-Scott in six regimes, one-step and 6:12 VRMSE

`small` is for two cores, `full` for a GPU (--device cuda). Trainings are in FOLDER/PART, seed after seed. After Ctrl-C or a kill
the same command goes on: trainings that have finished stay as they are, one that has begun goes on from its last checkpoint.
FOLDER/PART.csv, .md and .svg are made from what has finished, at every end but that of a kill; --tables makes them without
training. Processor seconds are user and system, of all processes of a training, its simulations and its evaluation among
them; of a training that was killed those since its start are not known, and it has a ≥.
"""
import argparse
import importlib
import shutil
import signal
import sys
from pathlib import Path

import figures
import tables
from part import Result
from recipe import toml
from training import Failed, Training, run, write

PARTS = ["apebench", "models", "recurrent", "online", "gray_scott"]


def arguments():
    parser = argparse.ArgumentParser(prog="study", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--size", choices=["small", "full"], default="small", help="small for two cores, full for a GPU")
    parser.add_argument("--updates", type=int, help="updates of every training, to try a part out; default: those of the size")
    parser.add_argument("--threads", type=int, help="threads of a training; default: all cores")
    parser.add_argument("--device", default="cpu", help="as of ondine train")
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD", help="train those alone whose names have one of these words")
    parser.add_argument("--tables", action="store_true", help="train nothing, make tables and figure")
    parser.add_argument("--ondine", default="target/release/ondine", help="the binary")
    options = parser.parse_args()
    if options.updates is not None and options.updates < 20:
        parser.error("--updates must be 20 or more")
    if options.threads is not None and options.threads < 1:
        parser.error("--threads must be 1 or more")
    if len(set(options.seeds)) < len(options.seeds):
        parser.error("--seeds names a seed twice")
    return options


def environment(options):
    return {} if options.threads is None else {"RAYON_NUM_THREADS": str(options.threads)}


def simulate(file, folder, options):
    """Makes the file of a training, once."""
    path, recipe, text = folder / f"{file.name}.h5", folder / f"{file.name}.toml", toml(file.recipe)
    if path.exists():
        if recipe.read_text() != text:
            raise Failed(f"{path} has other simulations, of another --size say: choose another folder")
        return
    write(recipe, text)
    _, status, said, interrupted = run([options.ondine, "simulate", recipe, "--output", path, "--count", file.count],
                                       environment(options))
    if interrupted:
        raise KeyboardInterrupt
    if not path.exists():
        raise Failed(f"{path}: the simulations ended with exit status {status}\n{said}")


def training(case, folder, options):
    recipe = case.recipe
    if case.file:
        recipe = {**recipe, "data": {**recipe["data"], "source": str((folder / f"{case.file.name}.h5").resolve())}}
    return Training(folder, case.name, toml(recipe), options.ondine, options.device, options.threads)


def result(part, case, one):
    evaluation, spent = one.evaluation(), one.spent()
    scores = {score.name: score.of(evaluation) for score in part.scores}
    return Result(case, scores, one.summary()["parameters"], spent["seconds"], spent["more"])


def train(cases, folder, options):
    """Trains one after the other. Returns the trainings that failed, with the reason."""
    failed = []
    for place, case in enumerate(cases):
        one = training(case, folder, options)
        if one.ended():
            continue
        print(f"{place + 1} of {len(cases)}: {case.name}", flush=True)
        try:
            if case.file:
                simulate(case.file, folder, options)
            one.train()
            print(f"    {one.spent()['seconds']:.0f} processor s", flush=True)
        except Failed as error:
            failed.append(f"{case.name}: {error}")
            print(f"    {error}", file=sys.stderr, flush=True)
    return failed


def show(part, cases, folder, options):
    """Writes tables and figure from what has finished."""
    of = [(case, training(case, folder, options)) for case in cases]
    results = [result(part, case, one) for case, one in of if one.ended()]
    base = options.folder / options.part
    text = tables.page(part, cases, results)
    write(base.with_suffix(".md"), text)
    write(base.with_suffix(".csv"), tables.numbers(part, cases, results))
    print(text)
    if results:
        try:
            figures.write(part, results, base.with_suffix(".svg"))
        except ImportError:
            print(f"No {base}.svg: it is drawn by matplotlib (pip install matplotlib)", file=sys.stderr)


def refuse(reason):
    print(f"study: {reason}", file=sys.stderr)
    sys.exit(2)


def main():
    options = arguments()
    part = importlib.import_module(options.part).PART
    if not options.tables and not shutil.which(options.ondine):
        refuse(f"no program {options.ondine}: build it (cargo build --release), or name it with --ondine")
    folder = options.folder / options.part
    folder.mkdir(parents=True, exist_ok=True)
    cases = part.cases(options.size, options.seeds, options.updates)
    chosen = [case for case in cases if not options.only or any(word.lower() in case.name for word in options.only)]
    if not chosen:
        words = " ".join(options.only)
        refuse(f"--only: no training of {options.part} has one of the words {words} in its name, as {cases[0].name} has")
    other = next((case.name for case in chosen if training(case, folder, options).differs()), None)
    if other:
        refuse(f"{folder / other}.toml is that of another training, of other --size or --updates say: choose another folder")
    failed, interrupted = [], False
    try:
        failed = [] if options.tables else train(chosen, folder, options)
    except KeyboardInterrupt:
        interrupted = True
    show(part, cases, folder, options)
    sys.exit(128 + signal.SIGINT if interrupted else 1 if failed else 0)


if __name__ == "__main__":
    main()
