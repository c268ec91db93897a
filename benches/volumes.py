"""Simulations with walls and shocks beside PyClaw's and py-pde's: seconds of one, in turns, and the memory of its process.

    pip install clawpack==5.14.0 py-pde numba scipy     # clawpack needs gfortran
    cargo build --release -p ondine-benches --bin volumes
    python benches/volumes.py [--volumes target/release/volumes] [--rounds 9]

A blast of gas and a radial dam break on 256 x 256 cells with open ends, 0.1 time units: MUSCL beside PyClaw's classic solver
(compiled kernels, second order, monotonised-central limiter, Courant number 0.9, dimensional splitting), WENO5 beside SharpClaw
(WENO5, SSP-RK3). Diffusion and reaction of PDEBench without flux through walls, 5 time units: py-pde (compiled by numba, adaptive
Runge-Kutta steps as long as its error in space allows) on 128 x 128 cells beside the fewest points and steps of Ondine that give no
larger an error. Setup and compilation are left out. Medians of rounds in which each program runs once; a run has a process of its own.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

POINTS, RADIUS, TIME = 256, 0.2, 0.1
CELLS = 128


# Peers: each prints the seconds of one run.


def pyclaw(kind, case):
    import logging
    import time

    from clawpack import pyclaw, riemann

    logging.getLogger("pyclaw").setLevel(logging.ERROR)
    problem = riemann.euler_4wave_2D if case == "euler" else riemann.shallow_roe_with_efix_2D
    if kind == "classic":
        solver = pyclaw.ClawSolver2D(problem)
        solver.limiters = pyclaw.limiters.tvd.MC
        solver.dimensional_split = True
        solver.cfl_desired, solver.cfl_max = 0.9, 1.0
    else:
        solver = pyclaw.SharpClawSolver2D(problem)
        solver.time_integrator = "SSP33"
        solver.cfl_desired, solver.cfl_max = 0.45, 0.5
    solver.all_bcs = pyclaw.BC.extrap
    domain = pyclaw.Domain([pyclaw.Dimension(0.0, 1.0, POINTS, name=name) for name in "xy"])
    state = pyclaw.State(domain, 4 if case == "euler" else 3)
    state.problem_data.update({"gamma": 1.4, "gamma1": 0.4, "grav": 1.0})
    x, y = domain.grid.p_centers
    inside = (x - 0.5) ** 2 + (y - 0.5) ** 2 < RADIUS**2
    state.q[:] = 0.0
    state.q[0] = 1.0 if case == "euler" else np.where(inside, 2.0, 1.0)
    if case == "euler":
        state.q[3] = np.where(inside, 10.0, 1.0) / 0.4
    solution = pyclaw.Solution(state, domain)
    solver.dt_initial = 1e-4
    solver.setup(solution)
    start = time.perf_counter()
    solver.evolve_to_time(solution, TIME)
    print(time.perf_counter() - start)


def pypde(tolerance, start, result):
    import time

    import pde

    grid = pde.CartesianGrid([[0, 2], [0, 2]], CELLS, periodic=False)
    fields = np.fromfile(start).reshape(2, 2, CELLS, CELLS)[0]
    state = pde.FieldCollection([pde.ScalarField(grid, field) for field in fields])
    rates = {"u": "1e-3 * laplace(u) + u - u**3 - 5e-3 - v", "v": "5e-3 * laplace(v) + u - v"}
    equation = pde.PDE(rates, bc={"derivative": 0})
    solver = pde.RungeKuttaSolver(equation, adaptive=True, tolerance=float(tolerance), backend="numba")
    stepper = solver.make_stepper(state.copy(), dt=1e-3)
    stepper(state.copy(), 0.0, 0.01)  # numba compiles here
    begun = time.perf_counter()
    stepper(state, 0.0, 5.0)
    print(time.perf_counter() - begun)
    state.data.tofile(result)


# The bench.


def measured(command):
    """Seconds that a program printed, and the peak memory of its process in MiB."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tempfile.gettempdir())  # PyClaw logs there
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command} failed")
    return float(said.split()[-1]), usage.ru_maxrss / 1024


def in_turns(commands, rounds):
    """Medians of seconds, and memory, of each command; a round runs all of them."""
    found = [[measured(command) for command in commands] for _ in range(rounds)]
    seconds = [statistics.median(run[i][0] for run in found) for i in range(len(commands))]
    return seconds, [max(run[i][1] for run in found) for i in range(len(commands))]


def report(name, commands, names, rounds):
    seconds, memory = in_turns(commands, rounds)
    for program, time, mib in zip(names, seconds, memory):
        print(f"{name} | {program} | {1e3 * time:.1f} ms | {mib:.0f} MiB | ratio {time / seconds[-1]:.3f}", flush=True)


def peer(*words):
    return [sys.executable, str(Path(__file__).resolve()), "--peer", *map(str, words)]


def distance(state, reference):
    return np.linalg.norm(state - reference) / np.linalg.norm(reference)


def on_cells(state, points):
    """The sum of cosines of a state at the centres of 128 cells per axis."""
    from scipy.fft import dctn, idctn

    modes, cells = dctn(state, axes=(1, 2), norm="forward"), np.zeros((2, CELLS, CELLS))
    cells[:, : min(points, CELLS), : min(points, CELLS)] = modes[:, :CELLS, :CELLS]
    return idctn(cells, axes=(1, 2), norm="forward")


def ours(volumes, threads, points, steps, file):
    return [volumes, "reaction", str(threads), str(points), str(steps), file]


def reaction(volumes, rounds, folder):
    start, result, file = [str(folder / name) for name in ("start", "result", "file")]

    def last(points):
        return np.fromfile(file).reshape(2, 2, points, points)[1]

    measured(ours(volumes, 2, 3 * CELLS, 400, file))
    reference = last(3 * CELLS)[:, 1::3, 1::3]
    measured(ours(volumes, 2, CELLS, 20, start))
    errors = {}
    for tolerance in (1e-3, 1e-4, 1e-5, 1e-7):
        seconds, _ = measured(peer("pypde", tolerance, start, result))
        errors[tolerance] = distance(np.fromfile(result).reshape(2, CELLS, CELLS), reference)
        print(f"py-pde, tolerance {tolerance}: error {errors[tolerance]:.2e}, {1e3 * seconds:.1f} ms")
    allowed = 1.1 * errors[1e-7]
    tolerance = next(tolerance for tolerance, error in errors.items() if error <= allowed)
    choices = []
    for points in (24, 32, 48, 64, CELLS):
        for steps in (5, 10, 20, 40, 80):
            seconds, _ = measured(ours(volumes, 1, points, steps, file))
            error = distance(on_cells(last(points), points), reference)
            if error <= errors[tolerance]:
                choices.append((seconds, points, steps, error))
    _, points, steps, error = min(choices)
    print(f"Ondine, {points} x {points} points and {steps} steps: error {error:.2e}; py-pde: {errors[tolerance]:.2e}")
    commands = [ours(volumes, 1, points, steps, file), ours(volumes, 2, CELLS, steps, file), peer("pypde", tolerance, start, result)]
    names = ["Ondine at no larger an error", "Ondine on 128 x 128, two threads", "py-pde"]
    report("diffusion-reaction", commands, names, rounds)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--volumes", default="target/release/volumes", help="the program of benches/src/bin/volumes.rs")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--peer", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        program, *rest = options.peer
        return pypde(*rest) if program == "pypde" else pyclaw(program, *rest)
    volumes = str(Path(options.volumes).resolve())
    for ours_of, kind, case in [
        ("euler_muscl", "classic", "euler"),
        ("water_muscl", "classic", "water"),
        ("euler_weno5", "sharpclaw", "euler"),
        ("water_weno5", "sharpclaw", "water"),
    ]:
        commands = [[volumes, ours_of, "1"], [volumes, ours_of, "2"], peer(kind, case)]
        report(ours_of, commands, ["Ondine, one thread", "Ondine, two threads", f"PyClaw, {kind}"], options.rounds)
    with tempfile.TemporaryDirectory() as folder:
        reaction(volumes, options.rounds, Path(folder))


if __name__ == "__main__":
    main()
