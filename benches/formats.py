"""Every dataset below a folder inspected, converted and trained on: one table.

    cargo build --release
    python3 benches/formats.py FOLDER [--ondine target/release/ondine] [--steps 50] [--keep OUT] [--the-well]

A dataset is a file, or a folder that a format reads as a whole; README, recipes and files beside a folder's frames are
passed over. Each is inspected, converted to The Well's layout, inspected again (every channel has to have the same
smallest and largest value, up to 32-bit rounding) and, where it has two frames or more, trained on for some steps twice:
from the file, and from what was converted. With --the-well the package of that name (1.2.0) has to read the grid and all
channels of every converted file. Ends with 1 when a conversion or a training fails that should not, or the two
trainings end with losses that differ by more than 1 %. A refused file is shown with what Ondine says of it.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# What lies beside datasets.
BESIDE = {".toml", ".xml", ".md", ".txt", ".json", ".pkl", ".yaml", ".py"}
# A network of seconds.
SMALL = ["model.width=8", "model.layers=2", "train.log=10"]


def run(ondine, *arguments):
    """Exit code, standard output and the last line of the errors."""
    done = subprocess.run([ondine, *map(str, arguments)], capture_output=True, text=True, timeout=600)
    errors = [line for line in done.stderr.splitlines() if line.startswith("error")]
    return done.returncode, done.stdout, errors[-1] if errors else done.stderr.strip()[-200:]


def inspect(ondine, path):
    """The inspection of a dataset, or what is said of a file that is none."""
    code, out, error = run(ondine, "inspect", path, "--json")
    found = json.loads(out)[0] if out else {}
    return (found, "") if code == 0 else ({}, error)


def datasets(ondine, path):
    """The datasets at or below a path, with their inspections."""
    found, error = inspect(ondine, path)
    whole = found and (path.is_file() or found["files"] == 1)
    if whole or path.is_file():
        yield path, found, error
        return
    for inner in sorted(path.iterdir()):
        beside = inner.is_file() and (inner.suffix in BESIDE or inner.stem == "README")
        if not beside and not inner.name.startswith("."):
            yield from datasets(ondine, inner)


def same_values(found, converted):
    """Whether two inspections have the same channels with the same values."""

    def close(a, b):
        return a == b or a is not None and b is not None and abs(a - b) <= 1e-6 * max(abs(a), abs(b))

    pairs = list(zip(found["values"], converted["values"], strict=True))
    return all(
        a["channel"] == b["channel"]
        and a["not_finite"] == b["not_finite"]
        and close(a["min"], b["min"])
        and close(a["max"], b["max"])
        for a, b in pairs
    )


def well_reads(path, found):
    """Whether the package the_well reads the grid and all channels of a file."""
    from the_well.data import WellDataset

    steps = {"n_steps_input": 1, "n_steps_output": 1 if found["frames"] > 1 else 0}
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(path, Path(folder) / "data.h5")
        state = WellDataset(path=folder, **steps)[0]["input_fields"]
    grid = [axis["points"] for axis in found["axes"]]
    return list(state.shape) == [1, *grid, len(found["values"])]


def train(ondine, recipe, source, output, steps):
    """The loss after some steps, or why there is none."""
    recipe = recipe.replace("epochs = 50", f"steps = {steps}")
    path = output.with_suffix(".toml")
    path.write_text(recipe)
    sets = [*SMALL, f"data.source={json.dumps(str(source))}"]
    sets = [part for value in sets for part in ("--set", value)]
    code, _, error = run(ondine, "train", path, "--output", output, "--json", *sets)
    if code != 0:
        return None, error
    lines = [json.loads(line) for line in (output / "metrics.jsonl").read_text().splitlines()]
    return [line["loss"] for line in lines if "loss" in line][-1], ""


def row(ondine, path, found, error, folder, options):
    """The cells of a dataset, and whether all that should work did."""
    if not found:
        return ["-", "-", "-", "refused", "-", "-", error], True
    axes = "x".join(str(axis["points"]) for axis in found["axes"])
    cells = [found["format"], f"{found['trajectories']} x {found['frames']}", axes]
    out = folder / "converted.h5"
    code, _, error = run(ondine, "convert", path, out)
    if code != 0:
        return [*cells, "failed", "-", "-", error], False
    converted, error = inspect(ondine, out)
    if not converted or not same_values(found, converted):
        return [*cells, "differs", "-", "-", error], False
    if options.the_well and not well_reads(out, found):
        return [*cells, "same", "-", "-", "the_well reads another shape"], False
    if found["recipe"] is None:
        return [*cells, "same", "-", "-", found["untrainable"]], True
    losses = []
    for name, source in [("file", path.absolute()), ("well", out)]:
        loss, error = train(ondine, found["recipe"], source, folder / name, options.steps)
        if loss is None:
            refused = "every channel is constant" if constant(found) else ""
            return [*cells, "same", *losses, *["-"] * (2 - len(losses)), refused or error], bool(refused)
        losses.append(f"{loss:.3g}")
    first, second = map(float, losses)
    same = abs(first - second) <= 0.01 * abs(first)
    return [*cells, "same", *losses, "" if same else "losses differ"], same


def constant(found):
    return all(channel["std"] in (None, 0) for channel in found["values"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ondine", default="target/release/ondine")
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--keep", type=Path, help="folder for converted files and runs")
    parser.add_argument("--the-well", action="store_true", help="read converted files with the package the_well, too")
    options = parser.parse_args()
    rows, good = [], True
    with tempfile.TemporaryDirectory() as temporary:
        base = options.keep or Path(temporary)
        for number, (path, found, error) in enumerate(datasets(options.ondine, options.folder)):
            folder = base / f"{number:03}"
            folder.mkdir(parents=True)
            cells, fine = row(options.ondine, path, found, error, folder, options)
            rows.append([str(path.relative_to(options.folder)), *cells])
            good &= fine
    head = ["dataset", "format", "frames", "points", "converted", "loss", "from converted", "said"]
    widths = [max(len(line[i]) for line in [head, *rows]) for i in range(len(head) - 1)]
    for line in [head, *rows]:
        print("  ".join([*(cell.ljust(width) for cell, width in zip(line, widths)), line[-1]]).rstrip())
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
