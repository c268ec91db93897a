"""Allen-Cahn with py-pde, a code that a training asks for simulations: `ONDINE_ENDPOINT=tcp://127.0.0.1:4711 python allen_cahn.py`.

Needs `pip install py-pde`. The conditions of a simulation are the width of the interface and the seed of its first state.
"""

import pde

import ondine

POINTS, FRAMES, INTERVAL = 32, 10, 0.5


def simulate(client: ondine.Client, width: float, seed: int) -> None:
    grid = pde.UnitGrid([POINTS, POINTS], periodic=True)
    state = pde.ScalarField.random_normal(grid, std=0.5, correlation="gaussian", length_scale=4, rng=seed)
    equation = pde.PDE({"c": f"{width**2} * laplace(c) + c - c**3"})
    for frame in range(FRAMES):
        client.put("c", state.data)
        client.commit(frame * INTERVAL)
        if client.should_stop():
            break
        # One run per interval: its end is where the next frame is.
        state = equation.solve(state, t_range=INTERVAL, dt=0.01, backend="numpy", tracker=None)


def main() -> None:
    with ondine.Client() as client:
        client.field("c", shape=(POINTS, POINTS))
        for simulation in client:
            width, seed = simulation.values
            simulate(client, width, int(seed))
            client.finish()


if __name__ == "__main__":
    main()
