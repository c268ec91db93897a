#!/usr/bin/env python3
"""Processor time of one trajectory by PDEBench's generators and by `ondine simulate`, at the published sizes: one line per set.

    pip install jax==0.4.38 hydra-core scipy numpy h5py torch clawpack==5.14.0  # clawpack needs gfortran
    pip install --no-deps --ignore-requires-python pdebench==0.1.0
    cargo build --release
    python3 benches/pdebench_solvers.py [--ondine target/release/ondine] [--rounds 3] [--only NAME ...]

A generator in JAX makes `few` and then `many` trajectories at once, in a process each; the difference of their processor seconds
is without imports and compilation. The others make one at a time, in one process. Ondine's are differences of two counts
too. Both alternate, and the line has medians over the rounds; a generator that does not run has its error in the place of its time.
Settings are those of the published sets (M. Takamoto et al., NeurIPS 2022, tables 5 to 12). PDEBench's package is for academic,
non-commercial use; nothing of it is kept.
"""
import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

RECIPES = Path(__file__).resolve().parent.parent / "recipes" / "pdebench"
ONE_CORE = {
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "JAX_PLATFORMS": "cpu",
}
LINE = {"save": "./", "if_show": 0, "show_steps": 100, "init_key": 2022, "if_rand_param": False, "if_second_order": 1.0,
        "xL": 0.0, "xR": 1.0, "ini_time": 0.0}
GAS = {**LINE, "yL": 0.0, "yR": 1.0, "zL": 0.0, "zR": 1.0, "nz": 1, "gamma": 5 / 3, "CFL": 0.3, "p_floor": 1e-4, "dkMx": 2,
       "k_tot": 4}
# Generators in JAX: folder, script, section of the settings, settings, counts of trajectories.
BATCHES = {
    "advection": ("AdvectionEq", "advection_multi_solution_Hydra", "multi",
                  {**LINE, "nx": 1024, "dt_save": 0.01, "fin_time": 2.0, "CFL": 0.4, "beta": 1.0}, (8, 40)),
    "burgers": ("BurgersEq", "burgers_multi_solution_Hydra", "multi",
                {**LINE, "nx": 1024, "dt_save": 0.01, "fin_time": 2.0, "CFL": 0.25, "epsilon": 0.1}, (2, 6)),
    "reaction_diffusion": ("ReactionDiffusionEq", "reaction_diffusion_multi_solution_Hydra", "multi",
                           {**LINE, "nx": 1024, "dt_save": 0.01, "fin_time": 1.0, "CFL": 0.25, "nu": 0.5, "rho": 1.0}, (1, 2)),
    "compressible_1d": ("CompressibleFluid", "CFD_multi_Hydra", "args",
                        {**GAS, "nx": 1024, "ny": 1, "dt_save": 0.01, "fin_time": 0.2, "bc": "trans", "M0": 0.0, "eta": 1e-8,
                         "zeta": 1e-8, "init_mode_Multi": "1D_shocks"}, (2, 10)),
    "compressible_2d": ("CompressibleFluid", "CFD_multi_Hydra", "args",
                        {**GAS, "nx": 128, "ny": 128, "dt_save": 0.05, "fin_time": 1.0, "bc": "periodic", "M0": 1.0, "eta": 0.01,
                         "zeta": 0.01, "init_mode_Multi": "2D_rand"}, (1, 2)),
}
# Generators of one trajectory: statements that make it.
SINGLE = {
    "diffusion_reaction": "from pdebench.data_gen.src.sim_diff_react import Simulator\n"
    "Simulator(t=5, tdim=101, xdim=128, ydim=128, seed=SEED).generate_sample()",
    "diffusion_sorption": "from pdebench.data_gen.src.sim_diff_sorp import Simulator\n"
    "Simulator(t=500, tdim=101, xdim=1024, seed=SEED).generate_sample()",
    "shallow_water": "import logging\nlogging.getLogger('pyclaw').setLevel(logging.ERROR)\n"
    "from pdebench.data_gen.src.sim_radial_dam_break import RadialDamBreak2D\n"
    "RadialDamBreak2D(xdim=128, ydim=128, dam_radius=0.3 + 0.04 * SEED).run(T=1.0, tsteps=100)",
}
# Further trajectories where one is so short that imports hide it.
MORE = {"shallow_water": 8}
# What makes Ondine's recipe as large as the published set.
SIZES = {
    "advection": ["grid.points=[1024]", "equation.velocity=1.0"],
    "burgers": ["grid.points=[1024]"],
    "reaction_diffusion": ["grid.points=[1024]"],
    "diffusion_reaction": [],
    "diffusion_sorption": [],
    "shallow_water": ["grid.points=[128,128]"],
    "compressible_1d": ["grid.points=[1024]"],
    "compressible_2d": ["grid.points=[128,128]"],
}


class Failed(Exception):
    """A generator that did not run."""


def processor_seconds(command, folder, environment=None):
    """User and system seconds of a command and its children."""
    process = subprocess.Popen([str(word) for word in command], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               text=True, env={**os.environ, **ONE_CORE, **(environment or {})})
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Failed(said.strip().splitlines()[-1] if said.strip() else f"ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def of_batch(name, folder):
    directory, script, section, settings, (few, many) = BATCHES[name]
    found = importlib.util.find_spec("pdebench")
    if found is None:
        raise Failed("pdebench is not installed")
    root = Path(found.submodule_search_locations[0]) / "data_gen" / "data_gen_NLE"
    seconds = []
    for count in (few, many):
        (folder / "config.yaml").write_text(json.dumps({section: {**settings, "numbers": count}}))
        command = [sys.executable, root / directory / f"{script}.py", f"--config-path={folder}", "--config-name=config"]
        seconds.append(processor_seconds(command, folder, {"PYTHONPATH": str(root)}))
    return (seconds[1] - seconds[0]) / (many - few)


def of_single(name, folder):
    text = SINGLE[name]
    seconds, more = [], MORE.get(name, 1)
    for count in (1, 1 + more):
        runs = "\n".join(text.replace("SEED", str(seed)) for seed in range(count))
        seconds.append(processor_seconds([sys.executable, "-c", runs], folder))
    return (seconds[1] - seconds[0]) / more


def of_ondine(name, folder, ondine):
    seconds = []
    for count in (2, 10):
        command = [ondine, "simulate", RECIPES / f"{name}.toml", "--output", folder / f"{count}.h5", "--count", count]
        for setting in SIZES[name]:
            command += ["--set", setting]
        seconds.append(processor_seconds(command, folder))
    return (seconds[1] - seconds[0]) / 8


def measured(job, *words):
    try:
        return job(*words)
    except Failed as error:
        return str(error)[:120]


def shown(values):
    failed = [value for value in values if isinstance(value, str)]
    return failed[0] if failed else f"{statistics.median(values):.3g} s"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ondine", type=lambda text: Path(text).resolve(), default="target/release/ondine")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=list(SIZES), default=list(SIZES))
    options = parser.parse_args()
    print("| set | PDEBench | Ondine |\n|---|---|---|", flush=True)
    for name in options.only:
        theirs, ours = [], []
        for _ in range(options.rounds):
            with tempfile.TemporaryDirectory() as temporary:
                folder = Path(temporary)
                theirs.append(measured(of_batch if name in BATCHES else of_single, name, folder))
                ours.append(measured(of_ondine, name, folder, options.ondine))
            if isinstance(theirs[-1], str):
                break
        print(f"| {name} | {shown(theirs)} | {shown(ours)} |", flush=True)


if __name__ == "__main__":
    main()
