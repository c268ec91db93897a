"""Kuramoto-Sivashinsky with exponax (JAX), a code that streams into a training and then runs what that gives behind a gate.

    ONDINE_ENDPOINT=tcp://127.0.0.1:4711 python kuramoto_sivashinsky.py             # streams what it is asked for
    python kuramoto_sivashinsky.py runs/ks 1.0 "tolerance = 0.2"                    # a forecast, with the growth of its waves

Needs `pip install exponax`; the forecast also the C library with surrogates. The condition of a simulation is the factor of its
second derivative, by which waves grow; its first state belongs to its number.
"""

import sys

import equinox as eqx
import exponax
import jax
import numpy as np

import ondine

jax.config.update("jax_enable_x64", True)

POINTS, LENGTH, FRAMES, INTERVAL, SUBSTEPS, WARMUP = 64, 22.0, 30, 0.5, 10, 100


@eqx.filter_jit
def advance(stepper, u):
    """The state one frame later."""
    return exponax.repeat(stepper, SUBSTEPS)(u)


class Solver:
    """The solver of one simulation; states have the shape [1, points]."""

    def __init__(self, growth: float, seed: int) -> None:
        self.stepper = exponax.stepper.KuramotoSivashinskyConservative(
            1, LENGTH, POINTS, INTERVAL / SUBSTEPS, second_order_scale=growth
        )
        generator = exponax.ic.RandomTruncatedFourierSeries(1, cutoff=4, max_one=True)
        self.u = generator(POINTS, key=jax.random.key(seed))
        self.u = self.u - self.u.mean()
        for _ in range(WARMUP):
            self.step()

    def step(self) -> None:
        self.u = advance(self.stepper, self.u)

    @property
    def state(self) -> np.ndarray:
        return np.asarray(self.u[0])


def stream() -> None:
    with ondine.Client() as client:
        client.field("u", shape=(POINTS,))
        for simulation in client:
            solver = Solver(simulation.values[0], simulation.number)
            for frame in range(FRAMES):
                client.put("u", solver.state)
                client.commit(frame * INTERVAL)
                if client.should_stop():
                    break
                solver.step()
            client.finish()


def forecast(run: str, growth: float, policy: str) -> None:
    accepted = 0
    with ondine.Surrogate(run) as surrogate, ondine.Gate(surrogate, policy) as gate:
        solver = Solver(growth, seed=12345)
        for _ in range(FRAMES - 1):
            before = solver.state
            after = surrogate.step(before, [growth])
            decision, _ = gate.decide(before, after, [growth])
            if decision == "stop":
                break
            if decision == "accept":
                solver.u = jax.numpy.asarray(after)[None]
                accepted += 1
            else:
                solver.step()
                gate.truth(after, solver.state)
    print(f"{accepted} of {FRAMES - 1} steps by the surrogate")


if __name__ == "__main__":
    if len(sys.argv) > 3:
        forecast(sys.argv[1], float(sys.argv[2]), sys.argv[3])
    else:
        stream()
