"""Simulations with walls and shocks beside PyClaw's and py-pde's: seconds of one, in turns, and the memory of its process.

    pip install clawpack==5.14.0 py-pde numba scipy     # clawpack needs gfortran
    cargo build --release -p ondine-benches --bin volumes
    python benches/volumes.py [--volumes target/release/volumes] [--rounds 3]

A blast of gas and a radial dam break on 256 x 256 cells with open ends, 0.1 time units: MUSCL beside PyClaw's classic solver
(compiled kernels, second order, monotonised-central limiter, Courant number 0.9, dimensional splitting), WENO5 beside SharpClaw
(WENO5, SSP-RK3). Diffusion and reaction of PDEBench without flux through walls, 5 time units: py-pde (compiled by numba, adaptive
Runge-Kutta steps as long as its error in space allows) on 128 x 128 cells beside the fewest points and steps of Ondine that give no
larger an error. Setup and compilation are left out. Medians of rounds in which each program runs once, in a process of its own but for py-pde's, which
compiles for half a minute and stays. Four to five minutes on two cores.
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
TOLERANCE = 1e-4  # of py-pde: stability limits its steps, 260 from 1e-3 to 1e-7


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


def pypde(start, result):
    """Says that it has compiled, then its seconds and peak memory in MiB whenever a line comes."""
    import resource
    import time

    import pde

    grid = pde.CartesianGrid([[0, 2], [0, 2]], CELLS, periodic=False)
    fields = np.fromfile(start).reshape(2, 2, CELLS, CELLS)[0]
    begin = pde.FieldCollection([pde.ScalarField(grid, field) for field in fields])
    rates = {"u": "1e-3 * laplace(u) + u - u**3 - 5e-3 - v", "v": "5e-3 * laplace(v) + u - v"}
    equation = pde.PDE(rates, bc={"derivative": 0})
    solver = pde.RungeKuttaSolver(equation, adaptive=True, tolerance=TOLERANCE, backend="numba")
    stepper = solver.make_stepper(begin.copy(), dt=1e-3)
    stepper(begin.copy(), 0.0, 0.01)  # numba compiles here
    print("compiled", flush=True)
    for _ in sys.stdin:
        state = begin.copy()
        begun = time.perf_counter()
        stepper(state, 0.0, 5.0)
        seconds = time.perf_counter() - begun
        state.data.tofile(result)
        print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)


# The bench.


def measured(command):
    """Seconds that a program printed, and the peak memory of its process in MiB."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tempfile.gettempdir())  # PyClaw logs there
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command} failed")
    return float(said.split()[-1]), usage.ru_maxrss / 1024


class Kept:
    """A peer that stays, and runs whenever it is called."""

    def __init__(self, command):
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        if self.process.stdout.readline() != "compiled\n":
            sys.exit(f"{command} failed")

    def __call__(self):
        print(file=self.process.stdin, flush=True)
        return map(float, self.process.stdout.readline().split())

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def in_turns(runs, rounds):
    """Medians of seconds, and memory, of each run; a round has all of them."""
    found = [[tuple(run()) for run in runs] for _ in range(rounds)]
    seconds = [statistics.median(round_of[i][0] for round_of in found) for i in range(len(runs))]
    return seconds, [max(round_of[i][1] for round_of in found) for i in range(len(runs))]


def report(name, runs, names, rounds):
    seconds, memory = in_turns(runs, rounds)
    for program, time, mib in zip(names, seconds, memory):
        print(f"{name} | {program} | {1e3 * time:.1f} ms | {mib:.0f} MiB | ratio {time / seconds[-1]:.3f}", flush=True)


def peer(*words):
    return [sys.executable, str(Path(__file__).resolve()), "--peer", *map(str, words)]


def run_of(command):
    return lambda: measured(command)


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

    measured(ours(volumes, 2, 3 * CELLS, 200, file))
    reference = last(3 * CELLS)[:, 1::3, 1::3]
    measured(ours(volumes, 2, CELLS, 20, start))
    theirs = Kept(peer("pypde", start, result))
    theirs()
    allowed = distance(np.fromfile(result).reshape(2, CELLS, CELLS), reference)
    choices = []
    for points in (24, 32, 48, 64, CELLS):
        for steps in (5, 10, 20, 40, 80):
            seconds, _ = measured(ours(volumes, 1, points, steps, file))
            error = distance(on_cells(last(points), points), reference)
            if error <= allowed:
                choices.append((seconds, points, steps, error))
    _, points, steps, error = min(choices)
    print(f"Ondine, {points} x {points} points and {steps} steps: error {error:.2e}; py-pde: {allowed:.2e}")
    runs = [run_of(ours(volumes, 1, points, steps, file)), run_of(ours(volumes, 2, CELLS, steps, file)), theirs]
    names = ["Ondine at no larger an error", "Ondine on 128 x 128, two threads", "py-pde"]
    report("diffusion-reaction", runs, names, rounds)
    theirs.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--volumes", default="target/release/volumes", help="the program of benches/src/bin/volumes.rs")
    parser.add_argument("--rounds", type=int, default=3)
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
        runs = [run_of(command) for command in commands]
        report(ours_of, runs, ["Ondine, one thread", "Ondine, two threads", f"PyClaw, {kind}"], options.rounds)
    with tempfile.TemporaryDirectory() as folder:
        reaction(volumes, options.rounds, Path(folder))


if __name__ == "__main__":
    main()
