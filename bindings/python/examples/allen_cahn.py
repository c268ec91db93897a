"""Allen-Cahn with py-pde, a code that streams into a training and then runs what that gives behind a gate.

    ONDINE_ENDPOINT=tcp://127.0.0.1:4711 python allen_cahn.py             # streams what it is asked for
    python allen_cahn.py runs/allen_cahn 1.0 "tolerance = 0.2"            # a forecast, with the width of the interface

Needs `pip install py-pde`; the forecast also the C library with surrogates. The condition of a simulation is the width of the
interface; its first state belongs to its number.
"""

import sys

import pde

import ondine

POINTS, FRAMES, INTERVAL = 32, 10, 0.5


class Solver:
    """The solver of one simulation; states have the shape [points, points]."""

    def __init__(self, width: float, seed: int) -> None:
        grid = pde.UnitGrid([POINTS, POINTS], periodic=True)
        self.state = pde.ScalarField.random_normal(grid, std=0.5, correlation="gaussian", length_scale=4, rng=seed)
        self.equation = pde.PDE({"c": f"{width**2} * laplace(c) + c - c**3"})

    def step(self) -> None:
        # One run per interval: its end is where the next frame is.
        self.state = self.equation.solve(self.state, t_range=INTERVAL, dt=0.01, backend="numpy", tracker=None)


def stream() -> None:
    with ondine.Client() as client:
        client.field("c", shape=(POINTS, POINTS))
        for simulation in client:
            solver = Solver(simulation.values[0], simulation.number)
            for frame in range(FRAMES):
                client.put("c", solver.state.data)
                client.commit(frame * INTERVAL)
                if client.should_stop():
                    break
                solver.step()
            client.finish()


def forecast(run: str, width: float, policy: str) -> None:
    accepted = 0
    with ondine.Surrogate(run) as surrogate, ondine.Gate(surrogate, policy) as gate:
        solver = Solver(width, seed=12345)
        for _ in range(FRAMES - 1):
            before = solver.state.data.copy()
            after = surrogate.step(before, [width])
            decision, _ = gate.decide(before, after, [width])
            if decision == "stop":
                break
            if decision == "accept":
                solver.state.data = after
                accepted += 1
            else:
                solver.step()
                gate.truth(after, solver.state.data)
    print(f"{accepted} of {FRAMES - 1} steps by the surrogate")


if __name__ == "__main__":
    if len(sys.argv) > 3:
        forecast(sys.argv[1], float(sys.argv[2]), sys.argv[3])
    else:
        stream()
