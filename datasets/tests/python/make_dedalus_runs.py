"""Runs Dedalus 3 and keeps what its file handler writes, ../data/dedalus: sets of two small runs, and expected.npz with the fields
as Dedalus has them, of the channel also interpolated by Dedalus to even cells.

`kdv`: Korteweg-de Vries-Burgers on a Fourier axis, a scalar, sets of 4 writes.
`channel`: buoyancy and velocity of a convecting layer, Fourier in x and Chebyshev in z, a scalar and a vector, sets of 3 writes.
Run with: OMP_NUM_THREADS=1 python make_dedalus_runs.py   (the committed files are of Dedalus 3.0.5, h5py 3, HDF5 1.14 or 2.0)
"""

import shutil
from pathlib import Path

import dedalus.public as d3
import numpy as np

OUT = Path(__file__).parent.parent / "data" / "dedalus"


def kdv():
    points, length = 32, 10.0
    coordinate = d3.Coordinate("x")
    distributor = d3.Distributor(coordinate, dtype=np.float64)
    basis = d3.RealFourier(coordinate, size=points, bounds=(0, length), dealias=3 / 2)
    u = distributor.Field(name="u", bases=basis)
    dx = lambda field: d3.Differentiate(field, coordinate)
    problem = d3.IVP([u], namespace={"u": u, "dx": dx})
    problem.add_equation("dt(u) - 1e-2*dx(dx(u)) - 2e-2*dx(dx(dx(u))) = - u*dx(u)")
    x = distributor.local_grid(basis)
    u["g"] = np.log(1 + np.cosh(5) ** 2 / np.cosh(0.2 * 5 * (x - 0.3 * length)) ** 2) / 10
    return run(problem, "kdv", [(u, "u")], 2e-3, 9, 0.05, 4)


def channel():
    nx, nz, rayleigh = 16, 12, 2e4
    coordinates = d3.CartesianCoordinates("x", "z")
    distributor = d3.Distributor(coordinates, dtype=np.float64)
    xbasis = d3.RealFourier(coordinates["x"], size=nx, bounds=(0, 4), dealias=3 / 2)
    zbasis = d3.ChebyshevT(coordinates["z"], size=nz, bounds=(0, 1), dealias=3 / 2)
    p = distributor.Field(name="p", bases=(xbasis, zbasis))
    b = distributor.Field(name="b", bases=(xbasis, zbasis))
    u = distributor.VectorField(coordinates, name="u", bases=(xbasis, zbasis))
    tau_p = distributor.Field(name="tau_p")
    tau_b1, tau_b2 = [distributor.Field(name=f"tau_b{i}", bases=xbasis) for i in (1, 2)]
    tau_u1, tau_u2 = [distributor.VectorField(coordinates, name=f"tau_u{i}", bases=xbasis) for i in (1, 2)]
    ex, ez = coordinates.unit_vector_fields(distributor)
    lift = lambda field: d3.Lift(field, zbasis.derivative_basis(1), -1)
    kappa = nu = rayleigh ** (-1 / 2)
    grad_u = d3.grad(u) + ez * lift(tau_u1)
    grad_b = d3.grad(b) + ez * lift(tau_b1)
    problem = d3.IVP([p, b, u, tau_p, tau_b1, tau_b2, tau_u1, tau_u2], namespace=locals())
    problem.add_equation("trace(grad_u) + tau_p = 0")
    problem.add_equation("dt(b) - kappa*div(grad_b) + lift(tau_b2) = - u@grad(b)")
    problem.add_equation("dt(u) - nu*div(grad_u) + grad(p) - b*ez + lift(tau_u2) = - u@grad(u)")
    for equation in ["b(z=0) = 1", "u(z=0) = 0", "b(z=1) = 0", "u(z=1) = 0", "integ(p) = 0"]:
        problem.add_equation(equation)
    x, z = distributor.local_grids(xbasis, zbasis)
    b["g"] = 1 - z + 0.1 * np.sin(np.pi * z) * np.cos(np.pi * x / 2)
    expected = run(problem, "channel", [(b, "b"), (u, "u")], 0.02, 7, 0.1, 3)
    # The last frame at the centres of even cells, by Dedalus.
    cells = (np.arange(nz) + 0.5) / nz
    at = lambda field, where: field(z=where).evaluate()
    even = {}
    for field, name in [(b, "b"), (u, "u")]:
        columns = []
        for where in cells:
            value = at(field, where)
            value.change_scales(1)
            columns.append(np.squeeze(value["g"], -1))
        even[name] = np.stack(columns, -1)
    return {**expected, "channel_cells": np.concatenate([even["b"][None], even["u"]])}


def run(problem, name, tasks, timestep, frames, every, writes):
    """Runs the problem with a file handler, and returns its frames as [frame, channel, x, z]."""
    solver = problem.build_solver(d3.RK222)
    folder = OUT / name
    shutil.rmtree(folder, ignore_errors=True)
    handler = solver.evaluator.add_file_handler(folder, iter=round(every / timestep), max_writes=writes)
    for field, task in tasks:
        handler.add_task(field, name=task, layout="g")
    kept, steps = [], round(every / timestep)
    for step in range((frames - 1) * steps + 1):
        if step % steps == 0:
            channels = []
            for field, _ in tasks:
                field.change_scales(1)
                channels.append(np.array(field["g"]).reshape(-1, *field["g"].shape[-len(field.domain.bases):]))
            kept.append(np.concatenate(channels))
        if step < (frames - 1) * steps:
            solver.step(timestep)
    solver.evaluator.evaluate_handlers([handler], timestep=timestep, wall_time=0, sim_time=solver.sim_time, iteration=solver.iteration)
    return {name: np.stack(kept)}


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(OUT / "expected.npz", **kdv(), **channel())
